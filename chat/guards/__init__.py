"""The rules of the guard rails, pure but for policies and spending; `chat/guardrails.py` puts them around an answer."""

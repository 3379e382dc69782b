"""What administrators set about answers."""

from chat import guard_admin, model_admin  # noqa: F401 - each registers itself

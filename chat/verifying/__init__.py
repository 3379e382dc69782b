"""What `chat/verify.py` is made of: reading, matching, working out, and the check of sentences. Pure."""

"""What administrators set about answers."""

from chat import guard_admin  # noqa: F401 - registers itself

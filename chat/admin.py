"""What administrators set about answers."""

from chat import feedback_admin, model_admin  # noqa: F401 - register themselves
from chat.guards import admin  # noqa: F401 - registers itself

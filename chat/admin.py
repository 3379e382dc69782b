"""What administrators set about answers."""

from chat import model_admin  # noqa: F401 - registers itself
from chat.guards import admin  # noqa: F401 - registers itself

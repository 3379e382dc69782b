"""The guard rails as they stand from the beginning, as rows that administrators can change."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROWS = [
    {"kind": "injection_documents", "action": "mask"},
    {"kind": "injection_questions", "action": "block"},
    {"kind": "personal_outside", "action": "mask"},
    {"kind": "advice", "action": "warn"},
    {"kind": "answer_length", "action": "block", "limit": 24_000},
    {"kind": "daily_tokens", "action": "block", "limit": 2_000_000},
    {"kind": "daily_cost", "action": "block", "limit": 20, "currency": "USD", "enabled": False},
]


def make(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("chat", "GuardRail").objects.using(editor.connection.alias)
    for row in ROWS:
        rows.create(**row)


class Migration(migrations.Migration):
    dependencies = [("chat", "0005_guard_rails")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

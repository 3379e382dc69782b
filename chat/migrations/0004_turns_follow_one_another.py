"""Conversations of before branches: each turn follows the one asked before it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def link(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("chat", "Turn").objects.using(editor.connection.alias)
    before = conversation = None
    # The turns of a command stand each alone.
    asked = rows.filter(conversation__listed=True).order_by("conversation", "created")
    for pk, where in asked.values_list("pk", "conversation").iterator():
        if where == conversation:
            rows.filter(pk=pk).update(parent=before)
        before, conversation = pk, where


class Migration(migrations.Migration):
    dependencies = [("chat", "0003_models_branches_provenance")]

    operations = [migrations.RunPython(link, migrations.RunPython.noop)]

"""Gives back to the disk what the packed rows no longer take."""

from django.db import migrations


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("VACUUM")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("library", "0004_packed_rows")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]

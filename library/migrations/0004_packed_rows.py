"""Passages and their vectors in a third of the bytes; what is there is copied over.

Of a passage's vectors the last one is kept, that of the embedding model in use. The words' weights are left out: the
index makes them from the text.
"""

from itertools import islice

import django.db.models.deletion
import numpy as np
from django.db import migrations, models

import library.packing

BATCH = 500
COPIED = ("id", "version_id", "position", "kind", "heading", "text", "locator", "table_id")


def forwards(apps, schema_editor):
    old, new = apps.get_model("library", "Passage"), apps.get_model("library", "PackedPassage")
    rows = old.objects.order_by("version", "position").values(*COPIED).iterator(BATCH)
    copy(new, (new(**row) for row in rows))
    old, new = apps.get_model("library", "Embedding"), apps.get_model("library", "PackedEmbedding")
    rows = old.objects.order_by("passage__version", "passage__position", "pk").iterator(BATCH)
    copy(new, (new(passage_id=row.passage_id, model=row.model, vector=packed(row.vector)) for row in last(rows)))


def copy(model, rows):
    while batch := list(islice(rows, BATCH)):
        model.objects.bulk_create(batch)


def last(rows):
    """The last row of each passage."""
    held = None
    for row in rows:
        if held is not None and held.passage_id != row.passage_id:
            yield held
        held = row
    if held is not None:
        yield held


def packed(vector):
    """From float16 to a signed byte a dimension, in steps of a 127th of the largest."""
    plain = np.frombuffer(bytes(vector), "<f2").astype(np.float32)
    return np.rint(plain * (127 / max(float(np.abs(plain).max(initial=0.0)), 1e-12))).astype(np.int8).tobytes()


class Migration(migrations.Migration):
    dependencies = [("library", "0003_other_name")]
    operations = [
        migrations.AlterField(
            model_name="table",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tables",
                to="library.version",
            ),
        ),
        migrations.CreateModel(
            name="PackedPassage",
            fields=[
                ("id", library.packing.ShortUUIDField(primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("heading", library.packing.PackedTextField(blank=True, default="")),
                ("text", library.packing.PackedTextField()),
                ("locator", library.packing.LocatorField()),
                (
                    "table",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="library.table",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="library.version",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PackedEmbedding",
            fields=[
                (
                    "passage",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="embedding",
                        serialize=False,
                        to="library.packedpassage",
                    ),
                ),
                ("model", models.CharField(max_length=100)),
                ("vector", models.BinaryField()),
            ],
        ),
        migrations.RunPython(forwards),
        migrations.DeleteModel("Embedding"),
        migrations.DeleteModel("Passage"),
        migrations.RenameModel("PackedPassage", "Passage"),
        migrations.RenameModel("PackedEmbedding", "Embedding"),
        migrations.AddConstraint(
            "passage", models.UniqueConstraint(fields=("version", "position"), name="one_passage_a_position")
        ),
    ]

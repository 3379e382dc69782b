"""What ingest keeps for itself beside the library's rows."""

from __future__ import annotations

from typing import Any

from django.db import models

from library.models import Version


class Reading(models.Model):
    """What a version's file said of itself, to tell a field that a person has edited from one that was read."""

    version = models.OneToOneField(Version, on_delete=models.CASCADE, primary_key=True, related_name="reading")
    facts: models.JSONField[Any] = models.JSONField(default=dict)
    """As `ingest.segments.Facts`."""
    transcript = models.PositiveBigIntegerField(null=True)
    """Of a recording: the version of the transcript beside it that its words were taken from."""
    stale = models.BooleanField(default=False, db_index=True)
    """True: the document was labelled otherwise since its passages were embedded."""
    relabelling = models.DateTimeField(null=True)
    """When the run that embeds them anew last gave a sign of life."""

    def __str__(self) -> str:
        return f"reading of {self.version_id}"


class RecordingPiece(models.Model):
    """A few minutes of a recording, kept until all of it is heard, so that a run that ends goes on where it was."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="pieces")
    start = models.FloatField()
    end = models.FloatField()
    """Seconds from the start of the recording."""
    said: models.JSONField[Any] = models.JSONField(null=True)
    """A list of `ingest.parsers.speech.Spoken`; None until it is heard."""

    class Meta:
        ordering = ("start",)
        constraints = (models.UniqueConstraint(fields=("version", "start"), name="one_piece_a_start"),)

    def __str__(self) -> str:
        return f"{self.start}–{self.end} s of version {self.version_id}"

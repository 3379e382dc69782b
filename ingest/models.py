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

    def __str__(self) -> str:
        return f"reading of {self.version_id}"

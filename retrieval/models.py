"""The index's own book-keeping; what it holds can be made again from the library at any time."""

from __future__ import annotations

from django.db import models


class Generation(models.Model):
    """One build of the index: a folder (Edge) or a collection (server), by one embedding model."""

    class State(models.TextChoices):
        BUILDING = "building"
        LIVE = "live"
        RETIRED = "retired"

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=8, choices=State)
    model = models.CharField(max_length=100)
    """The embedding model whose vectors it holds."""
    applied = models.PositiveBigIntegerField(default=0)
    """Id of the last change (`library.models.Change`) that it holds."""
    unoptimised = models.PositiveIntegerField(default=0)
    """Points added since it was built; enough of them call for the next generation."""
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("state",), condition=models.Q(state="live"), name="one_live_generation"),
        )

    def __str__(self) -> str:
        return f"generation {self.number} ({self.state})"

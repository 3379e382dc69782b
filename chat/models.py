"""Conversations and the answers in them. A conversation belongs to one user and is reached only for that user."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Conversation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations")
    title = models.CharField(max_length=200, blank=True, default="")
    scope = models.JSONField(default=dict, blank=True)
    """What the user narrowed it to: {"collections": [ids]}; empty: all that the user may see."""
    listed = models.BooleanField(default=True)
    """False: asked by a command; kept for the record, and not among the user's conversations."""
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated",)

    def __str__(self) -> str:
        return self.title or str(self.pk)


class Turn(models.Model):
    """A question and its answer."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    question = models.TextField()
    answer = models.TextField(blank=True, default="")
    """Markdown with markers [1]; what is shown is rendered from it when it is shown."""
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    mode = models.CharField(max_length=8, blank=True, default="")
    refused = models.BooleanField(default=False)
    error = models.JSONField(null=True, blank=True)
    """{"code", "partial"}; the sentence is made when shown."""
    figures = models.JSONField(default=list, blank=True)
    """As the `figures` of `manage.py ask`."""
    provenance = models.JSONField(default=dict, blank=True)
    """Model, endpoint, prompt version, parameters, index generation, timings, tokens, passages with scores."""
    trace = models.CharField(max_length=32, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created",)

    def __str__(self) -> str:
        return f"turn {self.trace}"


class Citation(models.Model):
    """What marker [n] of an answer stands for. Its text is fetched anew, for the reader, at each look."""

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="citations")
    marker = models.PositiveSmallIntegerField()
    passage = models.UUIDField()
    """A passage's id and no foreign key: the document may be gone, and the answer stays."""
    document = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField()
    locator = models.JSONField()
    """The place that was cited, which may be one cell of the passage's table."""
    score = models.FloatField(default=0)

    class Meta:
        ordering = ("marker",)
        constraints = (models.UniqueConstraint(fields=("turn", "marker"), name="one_citation_a_marker"),)

    def __str__(self) -> str:
        return f"[{self.marker}] of {self.turn_id}"

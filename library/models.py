"""What the bank knows and who may see it.

Rows are reached through `library/access.py`, which decides who sees what; the managers here decide nothing.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from library.packing import LocatorField, PackedTextField, ShortUUIDField


class User(AbstractUser):
    """A member of staff."""

    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True, default="")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """The family name comes first in a name that is written in Japanese."""
        if self.last_name and "\u3040" <= self.last_name[0] <= "\u9fff":
            return f"{self.last_name} {self.first_name}".strip()
        return super().get_full_name()


class SignInLink(models.Model):
    """A link that signs its user in once. The token itself is never stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"sign-in link {self.pk}"


class Collection(models.Model):
    """Documents that share their readers."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    description = models.TextField(_("description"), blank=True, default="")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a grant allows; each includes the ones before it."""

    VIEWER = "viewer", _("may read")
    CONTRIBUTOR = "contributor", _("may read and upload")
    MANAGER = "manager", _("may read, upload and manage")


class Grant(models.Model):
    """One user or one group may use one collection."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="grants")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, blank=True, related_name="grants")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=False, group__isnull=True) | Q(user__isnull=True, group__isnull=False),
                name="grant_names_a_user_or_a_group",
                violation_error_message=_("Name either a user or a group."),
            ),
            models.UniqueConstraint(
                fields=("collection", "user"), condition=Q(user__isnull=False), name="one_grant_a_user"
            ),
            models.UniqueConstraint(
                fields=("collection", "group"), condition=Q(group__isnull=False), name="one_grant_a_group"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or self.group}: {self.collection} ({self.role})"


class Document(models.Model):
    """A file by its name in a collection; its content lies in versions."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(max_length=255)
    """The file's own name, without any path; shown, never used on disk."""
    title = models.CharField(max_length=500, blank=True, default="")
    company = models.CharField(max_length=200, blank=True, default="")
    other_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    """The company's name in the other language, where the document gives both."""
    ticker = models.CharField(max_length=20, blank=True, default="")
    period = models.CharField(max_length=20, blank=True, default="")
    kind = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="")
    current = models.ForeignKey("Version", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """The version that is searched and shown; None until the first one is ready."""
    narrowed = models.BooleanField(default=False)
    """True: of those who may use the collection, only `readers` see this document."""
    readers = models.ManyToManyField(User, blank=True, related_name="+")
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("collection", "name"), name="one_document_a_name"),)

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        """What its passages carry in the index: the collection's scope, or the document's own when narrowed."""
        return f"d{self.pk}" if self.narrowed else f"c{self.collection_id}"


class State(models.TextChoices):
    """Where a version stands on its way to being searchable; the row is the job."""

    QUEUED = "queued", _("queued")
    WORKING = "working", _("reading")
    INDEXING = "indexing", _("making searchable")
    WAITING = "waiting", _("waiting")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNFINISHED = (State.QUEUED, State.WORKING, State.INDEXING)


class Version(models.Model):
    """One content of a document, and the job that reads it."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=100)
    """Generated name below FILES_DIR."""
    size = models.PositiveBigIntegerField()
    mime = models.CharField(max_length=100, blank=True, default="")
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True, default="")
    """The token of the worker run that holds the row; a run whose token is gone saves nothing."""
    alive = models.DateTimeField(null=True, blank=True)
    """When the run that holds the row last said so."""
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    part = models.CharField(max_length=10, blank=True, default="page")
    """What `done` and `total` count: "page", "slide", "sheet", "second"."""
    waits_for = models.CharField(max_length=20, blank=True, default="")
    error = models.JSONField(null=True, blank=True)
    """{"code": …, "detail": {…}}; the sentence is made when shown, in the reader's language."""
    warnings = models.JSONField(default=list, blank=True)
    """As `error`, one for each."""
    started = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("document", "number"), name="one_version_a_number"),)
        indexes = (models.Index(fields=("state", "alive")),)

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"


class Table(models.Model):
    """A table as it was understood (`library/tables.py`), as JSON."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="tables", db_index=False)
    number = models.PositiveIntegerField()
    page = models.PositiveIntegerField(null=True)
    title = models.TextField(blank=True, default="")
    data = models.BinaryField()
    """As `library/table_rows.py` packs it."""

    class Meta:
        indexes = (models.Index(fields=("version", "page")),)

    def __str__(self) -> str:
        return f"table {self.number} of version {self.version_id}"


class Passage(models.Model):
    """A piece of a version that can be found, shown and cited."""

    id = ShortUUIDField(primary_key=True)
    """uuid5 of version, position and content, so that saving again makes the same row."""
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="passages", db_index=False)
    position = models.PositiveIntegerField()
    """Reading order within the version, from 0."""
    kind = models.CharField(max_length=10)
    heading = PackedTextField(blank=True, default="")
    text = PackedTextField()
    locator = LocatorField()
    table = models.ForeignKey(Table, on_delete=models.CASCADE, null=True, related_name="passages")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "position"), name="one_passage_a_position"),)

    def __str__(self) -> str:
        return f"passage {self.position} of version {self.version_id}"


class Embedding(models.Model):
    """A passage's dense vector by the embedding model that was last in use."""

    passage = models.OneToOneField(Passage, on_delete=models.CASCADE, primary_key=True, related_name="embedding")
    model = models.CharField(max_length=100)
    vector = models.BinaryField()
    """A byte a dimension, as `retrieval/vectors.py` packs it."""

    def __str__(self) -> str:
        return f"vector of {self.passage_id}"


class Change(models.Model):
    """What an index has to follow, in order; written in the transaction that makes the change true."""

    class Kind(models.TextChoices):
        ADD = "add"
        REMOVE = "remove"
        RESCOPE = "rescope"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind)
    version = models.PositiveBigIntegerField()
    """A version's id and no foreign key: the row may be gone when the index hears of it."""
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class AuditEntry(models.Model):
    """One thing that happened; appended by `library/audit.py`, never changed (the database refuses)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    """The user's name as it was; "" for the program itself."""
    action = models.CharField(max_length=40)
    subject: models.JSONField[Any] = models.JSONField()
    """Ids and names, no content: {"message": 12, "passages": ["…"], "documents": [3]}."""
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.action}"

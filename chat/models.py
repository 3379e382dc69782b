"""Conversations and the answers in them. A conversation belongs to one user and is reached only for that user."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat import keys
from chat.guards import rules as guard_rules


class LanguageModel(models.Model):
    """A model on an OpenAI-compatible endpoint, as administrators set it. Its key is a reference and never stored."""

    name = models.CharField(_("name"), max_length=80, unique=True, help_text=_("What people see."))
    base_url = models.CharField(
        _("base URL"),
        max_length=300,
        validators=[keys.check_address],
        help_text=_("Of the OpenAI-compatible interface, for example http://llm.example:8000/v1."),
    )
    model = models.CharField(_("model"), max_length=200, help_text=_("What the endpoint calls it."))
    key = models.CharField(
        _("key"),
        max_length=120,
        blank=True,
        default="",
        validators=[keys.check_reference],
        help_text=_(
            "Where the key is, never the key itself: env:LLM_KEY_… names an environment variable, file:… a file in the "
            "folder LLM_KEYS_DIR. Empty where the endpoint needs none."
        ),
    )
    outside = models.BooleanField(
        _("outside"),
        default=True,
        help_text=_("What is sent to it leaves the house. An in-house model is not outside."),
    )
    seeing = models.BooleanField(
        _("sees pictures"), default=False, help_text=_("An in-house model gets the pictures of the best pages too.")
    )
    judges = models.BooleanField(
        _("judges"),
        default=False,
        help_text=_(
            "It reads each of its answers again and marks the sentences that the sources do not carry. "
            "That costs about as much as the answer."
        ),
    )
    context_tokens = models.PositiveIntegerField(
        _("context length"), default=8000, validators=[MinValueValidator(1000)], help_text=_("In tokens.")
    )
    max_answer_tokens = models.PositiveIntegerField(
        _("longest answer"), default=1200, validators=[MinValueValidator(16)], help_text=_("In tokens.")
    )
    price_in = models.DecimalField(
        _("price of input"), max_digits=12, decimal_places=4, default=0, help_text=_("For a million tokens.")
    )
    price_out = models.DecimalField(
        _("price of output"), max_digits=12, decimal_places=4, default=0, help_text=_("For a million tokens.")
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    groups = models.ManyToManyField(
        Group, blank=True, verbose_name=_("groups"), help_text=_("Who may use it. None: everybody.")
    )
    connect_timeout_s = models.PositiveSmallIntegerField(
        _("patience until it can be reached"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("In seconds."),
    )
    read_timeout_s = models.PositiveSmallIntegerField(
        _("patience between two words"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("In seconds."),
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=10, help_text=_("The lowest is asked first; the next ones where it does not answer.")
    )
    enabled = models.BooleanField(_("on"), default=True)

    class Meta:
        ordering = ("position", "name")
        verbose_name = _("language model")
        verbose_name_plural = _("language models")

    def __str__(self) -> str:
        return self.name


class GuardRail(models.Model):
    """One guard rail as administrators set it. A kind without a row stands as `chat.guards.policies.DEFAULTS` says."""

    class Kind(models.TextChoices):
        INJECTION_DOCUMENTS = "injection_documents", _("Orders to the assistant inside documents")
        INJECTION_QUESTIONS = "injection_questions", _("Orders against the rules inside questions")
        PERSONAL_OUTSIDE = "personal_outside", _("Personal data on the way to outside models")
        ADVICE = "advice", _("Questions for investment advice")
        TOPIC = "topic", _("A topic of your own")
        ANSWER_LENGTH = "answer_length", _("Length of an answer of a model")
        DAILY_TOKENS = "daily_tokens", _("Tokens a user and day")
        DAILY_COST = "daily_cost", _("Cost a user and day")

    class Action(models.TextChoices):
        BLOCK = "block", _("Block")
        MASK = "mask", _("Mask or take out")
        WARN = "warn", _("Warn")
        RECORD = "record", _("Record only")

    kind = models.CharField(_("what it guards"), max_length=24, choices=Kind)
    enabled = models.BooleanField(_("on"), default=True)
    action = models.CharField(_("what it does"), max_length=8, choices=Action, default=Action.BLOCK)
    name = models.CharField(
        _("name"), max_length=80, blank=True, default="", help_text=_("Of a topic: what the asker is told it is.")
    )
    words = models.TextField(
        _("words"),
        blank=True,
        default="",
        help_text=_("Of a topic: the words and phrases that belong to it, in any language, one a line."),
    )
    limit = models.DecimalField(
        _("limit"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Characters of an answer, tokens a day, or cost a day in the currency below."),
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")

    class Meta:
        ordering = ("kind", "name")
        verbose_name = _("guard rail")
        verbose_name_plural = _("guard rails")
        constraints = (
            models.UniqueConstraint(
                fields=("kind",),
                condition=~models.Q(kind__in=("topic", "daily_cost")),
                name="one_guard_rail_a_kind",
                violation_error_message=_("There is a guard rail of this kind already: change that one."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}" if self.name else str(self.get_kind_display())

    def clean(self) -> None:
        guard_rules.check(self.kind, self.action, self.name, self.words, self.limit, self.currency)


class Spending(models.Model):
    """What a user spent on language models in a day; it stays where conversations are deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    currency = models.CharField(max_length=3, blank=True, default="")
    tokens = models.PositiveBigIntegerField(default=0)
    cost = models.DecimalField(max_digits=16, decimal_places=6, default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "day", "currency"), name="one_spending_a_day"),)

    def __str__(self) -> str:
        return f"{self.user_id} on {self.day}"


class Conversation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations")
    title = models.CharField(max_length=200, blank=True, default="")
    scope = models.JSONField(default=dict, blank=True)
    """What the user narrowed it to: {"collections": [ids]}; empty: all that the user may see."""
    listed = models.BooleanField(default=True)
    """False: asked by a command; kept for the record, and not among the user's conversations."""
    model = models.ForeignKey(LanguageModel, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """The language model that was chosen last; None: the first that the user may use."""
    current = models.ForeignKey("Turn", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """The last turn of the branch that is shown; None: the latest turn."""
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated",)

    def __str__(self) -> str:
        return self.title or str(self.pk)


class Turn(models.Model):
    """A question and its answer. Turns with the same parent are branches of one conversation."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="branches")
    """The turn before it in its branch; None for a first question."""
    pair = models.UUIDField(null=True, blank=True)
    """Shared by two answers to one question that stand side by side until one of them is kept."""
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
    model = models.CharField(max_length=80, blank=True, default="")
    """The name of the language model that answered; "" where none did."""
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    """In `currency`, by the model's prices when it answered."""
    currency = models.CharField(max_length=3, blank=True, default="")
    trace = models.CharField(max_length=32, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created",)

    def __str__(self) -> str:
        return f"turn {self.trace}"


class Feedback(models.Model):
    """What the asker thinks of an answer; gone when they take it back or delete the conversation.

    That it was given, changed or taken back stays on the audit, without the remark.
    """

    class Reason(models.TextChoices):
        FIGURE = "figure", _("Wrong figure")
        SOURCE = "source", _("Wrong source")
        UNANSWERED = "unanswered", _("Does not answer the question")
        OUTDATED = "outdated", _("Out of date")
        OTHER = "other", _("Something else")

    turn = models.OneToOneField(Turn, on_delete=models.CASCADE, related_name="feedback")
    helpful = models.BooleanField(_("helpful"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True, default="")
    """Why an answer is not helpful; "" where nothing was chosen."""
    remark = models.CharField(_("remark"), max_length=500, blank=True, default="")
    given = models.DateTimeField(_("given"), auto_now=True)

    class Meta:
        ordering = ("-given",)
        verbose_name = _("feedback on an answer")
        verbose_name_plural = _("feedback on answers")

    def __str__(self) -> str:
        return f"feedback {self.pk}"


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

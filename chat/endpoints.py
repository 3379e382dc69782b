"""Which language models a user may ask, and in which order: of the database, or the settings' where it has none."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db.models import Q, QuerySet

from chat import keys
from chat.guards.hosts import is_outside
from chat.llm import Model
from chat.models import LanguageModel
from library.access import Hidden
from library.models import User

log = logging.getLogger(__name__)


def allowed(user: User) -> list[Model]:
    """Those that this user may use, the first to be asked first; [] where answers are extracts."""
    if not LanguageModel.objects.exists():
        return [_of_settings()] if settings.LLM_BASE_URL else []
    return [model_of(row) for row in _rows(user)]


def order(user: User, wanted: object = None) -> list[Model]:
    """The wanted model, or the user's first, then those that are asked where it does not answer.

    None of them is further outside than the first: what was meant to stay in the house stays there.
    Raises `Hidden` for a model that this user may not use, or that there is not.
    """
    models = allowed(user)
    if wanted is not None:
        if type(wanted) is not int or wanted not in [model.pk for model in models]:
            raise Hidden
        models.sort(key=lambda model: model.pk != wanted)
    return [model for model in models if models[0].outside or not model.outside]


def model_of(row: LanguageModel) -> Model:
    """A key that is missing is left to the endpoint to refuse."""
    try:
        key = keys.read(row.key)
    except keys.KeyMissing:
        log.warning("the key of the language model %s is not where its reference says", row.name)
        key = ""
    return Model(
        row.base_url,
        row.model,
        key,
        row.context_tokens,
        row.max_answer_tokens,
        row.read_timeout_s,
        row.connect_timeout_s,
        row.name,
        row.pk,
        row.outside,
        row.seeing,
        row.price_in,
        row.price_out,
        row.currency,
        row.judges,
    )


def _rows(user: User) -> QuerySet[LanguageModel]:
    of_user = Q(groups__isnull=True) | Q(groups__in=user.groups.all())
    return (
        LanguageModel.objects.filter(of_user, enabled=True).distinct()
        if user.is_active
        else LanguageModel.objects.none()
    )


def _of_settings() -> Model:
    return Model(
        settings.LLM_BASE_URL,
        settings.LLM_MODEL,
        settings.LLM_API_KEY,
        settings.LLM_CONTEXT_TOKENS,
        settings.LLM_MAX_ANSWER_TOKENS,
        settings.LLM_READ_TIMEOUT_S,
        title=settings.LLM_MODEL,
        outside=is_outside(settings.LLM_BASE_URL),
        seeing=settings.LLM_SEEING,
        judges=settings.LLM_JUDGES,
    )

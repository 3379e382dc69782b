"""A question as this user asks it: understood with the companies of documents that the user may see, and no others."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection as Ids
from dataclasses import dataclass, field
from itertools import islice

from library import access
from library.models import Change, Document, User
from retrieval import targets
from retrieval.question import Question
from retrieval.targets import Directory, Facts
from retrieval.understood import Chip, chips, without

MOST_DOCUMENTS = 2_000
"""Documents looked at a question; a name that more of them share tells none apart."""
STALE_S = 30.0
"""How long an edit of a document's company by hand may go unnoticed here."""
COLUMNS = ("id", "name", "title", "company", "ticker", "period", "kind", "other_name")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was understood, and how well each document fits it (0–1; those that do not are not in it)."""

    question: Question
    likeness: dict[int, float] = field(default_factory=dict)
    chips: tuple[Chip, ...] = ()
    """Every reading, those that were taken off among them."""


def understand(user: User, question: str, collections: Ids[int] | None = None, ignoring: Ids[str] = ()) -> Asked:
    """Names are looked up among all documents, and only those that the user may see are gone on with.

    `ignoring` holds the ids of chips that the asker has taken off.
    """
    mentioned = _directory.get().mentioned(question)
    rows: list[Facts] = []
    if mentioned:
        # Cut only after the rights: hidden documents must not take the place of others.
        seen = (row for row in access.known(user, mentioned) if collections is None or row[-1] in collections)
        rows = sorted((Facts(*facts) for *facts, _ in islice(seen, MOST_DOCUMENTS)), key=lambda facts: facts.name)
    whole = targets.read(question, rows, mentioned)
    asked = without(whole, ignoring)
    return Asked(asked, targets.likeness(asked, rows), chips(whole, ignoring))


class Cached:
    """The directory of all documents' names, made again when documents have come or gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._directory = Directory()
        self._latest = -1
        self._made = 0.0

    def get(self) -> Directory:
        latest = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with self._lock:
            if latest != self._latest or time.monotonic() - self._made > STALE_S:
                self._directory, self._latest, self._made = _read_directory(), latest, time.monotonic()
            return self._directory


def _read_directory() -> Directory:
    directory = Directory()
    rows = Document.objects.filter(current__isnull=False).order_by("pk").values_list(*COLUMNS)
    for row in rows.iterator(chunk_size=2000):
        directory.add(Facts(*row))
    return directory


_directory = Cached()

"""From the database to the index: the ordered change table, and whole generations.

Everything here may be done again: an addition writes the same points under the same ids, a removal finds nothing, and
what was replaced in the meantime is left out. `Generation.applied` is stored after the engine keeps what it says.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from redis import Redis, RedisError

from library import versions
from library.models import Change, Embedding, Passage, State, Version
from retrieval import embedding, lexical, live, statements, wording
from retrieval.models import Generation
from retrieval.store import IndexAway, Point, Shelf, WritableStore, place_of

logger = logging.getLogger(__name__)
CHANNEL, DRAIN, REBUILD = "shiori:index", "drain", "rebuild"
SLICE = 500
"""Passages read, embedded where that is missing, and written at a time."""
PILE = 20_000
"""Unoptimised points that call for the next generation: 30,000 of them add 2 ms to a question."""
PILE_SHARE = 0.1
"""… or this share of the index, where that is more: a large index is not rebuilt for every few documents."""
TOGETHER_S = 3.0
"""For so long changes are written until they are kept, as long as there are more: questions wait for the disk then."""
_draining = threading.Lock()


def wake() -> None:
    """Tell whoever owns the index that there is something to do; without Redis it finds out within a second."""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.publish(CHANNEL, DRAIN)
    except RedisError as error:
        logger.info("The index's owner could not be woken and will look by itself: %s", error)
    if settings.QDRANT_URL:
        _ask_for_drain()


def ask_for_rebuild() -> bool:
    """Tell whoever owns the index to build the next generation; False where nobody listens."""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as redis:
            return bool(redis.publish(CHANNEL, REBUILD))
    except RedisError as error:
        logger.warning("The index's owner cannot be told: %s", error)
        return False


def _ask_for_drain() -> None:
    """Queue a drain, by the task's name: this module is imported by the task's own."""
    from celery import current_app
    from kombu.exceptions import OperationalError

    try:
        current_app.send_task("retrieval.tasks.drain")
    except OperationalError as error:
        logger.warning("A drain could not be queued: %s", error)


def drain() -> int:
    """Apply every change that the live generation does not hold yet, in order; how many there were."""
    now = live.current()
    if now.writable is None:
        raise IndexAway("Another process keeps the index up to date.")
    with _draining:
        return _drain_into(now.writable, Generation.objects.get(number=now.number))


def catch_up(store: WritableStore, generation: Generation, until: int) -> None:
    """Bring a generation that is not live yet to where the live one stands; nothing is published by it."""
    with _draining:
        _drain_into(store, generation, until)


def _drain_into(store: WritableStore, generation: Generation, until: int | None = None) -> int:
    done = 0
    while changes := [row for row in pending(generation.applied) if until is None or row.pk <= until]:
        done += _take_up(store, generation, changes)
    return done


def _take_up(store: WritableStore, generation: Generation, changes: Sequence[Change]) -> int:
    """Write as many of the changes as `TOGETHER_S` allows, and publish them once the engine keeps them; how many."""
    until, written = time.monotonic() + TOGETHER_S, list[Change]()
    try:
        for change in changes:
            generation.unoptimised += apply(store, change, generation.model)
            written.append(change)
            if time.monotonic() > until:
                break
    finally:
        if written:
            store.keep()
            for change in written:
                if change.kind == Change.Kind.ADD:
                    versions.publish(change.version)
            generation.applied = written[-1].pk
            generation.save(update_fields=["applied", "unoptimised"])
    return len(written)


def pending(applied: int, most: int = 100) -> list[Change]:
    """The next changes after that one. On PostgreSQL, writers that hold a lower id than one already committed are
    waited for, so that none is passed over."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {Change._meta.db_table} IN SHARE MODE")
        return list(Change.objects.filter(pk__gt=applied).order_by("pk")[:most])


def latest() -> int:
    """Id of the last change there is."""
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def is_behind(generation: Generation) -> bool:
    return Change.objects.filter(pk__gt=generation.applied).exists()


def apply(store: WritableStore, change: Change, model: str) -> int:
    """Bring one change into the index; how many points were written."""
    if change.kind == Change.Kind.REMOVE:
        store.remove(change.version)
        return 0
    version = _searched().filter(pk=change.version).select_related("document").first()
    if version is None:
        return 0
    if change.kind == Change.Kind.RESCOPE:
        store.rescope(version.pk, version.document.scope)
        return 0
    return _write(store, version, model)


def build(shelf: Shelf, number: int) -> Generation:
    """A whole generation from the database, optimised, ready to be switched to."""
    model = embedding.model_name()
    with transaction.atomic():
        row, _ = Generation.objects.update_or_create(
            number=number,
            defaults={
                "state": Generation.State.BUILDING,
                "model": model,
                "applied": _safe_start(),
                "unoptimised": 0,
            },
        )
    store = shelf.make(number, len(embedding.question("size")))
    try:
        for version in _searched().filter(state=State.READY).select_related("document").order_by("pk"):
            _write(store, version, model)
        store.optimise()
    finally:
        store.close()
    return row


def switch(shelf: Shelf, number: int) -> None:
    """Make a built generation the live one, in the database and by name."""
    with transaction.atomic():
        Generation.objects.filter(state=Generation.State.LIVE).exclude(number=number).update(
            state=Generation.State.RETIRED
        )
        Generation.objects.filter(number=number).update(state=Generation.State.LIVE)
    shelf.switch(number)


def sweep(shelf: Shelf) -> None:
    """Throw away every generation that is not live: retired ones and builds that were broken off."""
    kept = set(Generation.objects.filter(state=Generation.State.LIVE).values_list("number", flat=True))
    for number in shelf.numbers():
        if number not in kept:
            shelf.discard(number)
    Generation.objects.exclude(number__in=kept).delete()


def next_number(shelf: Shelf) -> int:
    used = list(Generation.objects.values_list("number", flat=True)) + shelf.numbers()
    return max(used, default=0) + 1


def wants_rebuild(generation: Generation, size: int) -> bool:
    """Whether the next generation is due: much was added, or another embedding model is set."""
    return generation.unoptimised > max(PILE, PILE_SHARE * size) or generation.model != embedding.model_name()


def _searched() -> QuerySet[Version]:
    """Versions that belong in the index: each document's current one, and those about to become it."""
    return Version.objects.filter(Q(document__current=F("pk")) | Q(state=State.INDEXING))


def _safe_start() -> int:
    """The last change that a build from the database surely holds. Additions that wait to be published are replayed."""
    last = latest()
    waiting = Version.objects.filter(state=State.INDEXING).values("pk")
    first = Change.objects.filter(kind=Change.Kind.ADD, version__in=waiting).order_by("pk").first()
    return first.pk - 1 if first else last


def _write(store: WritableStore, version: Version, model: str) -> int:
    written = 0
    for rows in _slices(version.pk):
        store.upsert(_points(rows, version, model))
        written += len(rows)
    return written


def _slices(version: int) -> Iterator[list[Passage]]:
    after = -1
    while rows := list(Passage.objects.filter(version=version, position__gt=after).order_by("position")[:SLICE]):
        yield rows
        after = rows[-1].position


def _points(rows: Sequence[Passage], version: Version, model: str) -> list[Point]:
    vectors = _vectors(rows, version, model)
    return [
        Point(
            id=row.pk,
            dense=vectors[row.pk],
            sparse=lexical.passage(wording.for_index(version.document, row.heading, row.text)),
            scope=version.document.scope,
            version=version.pk,
            document=version.document_id,
            place=place_of(row.locator),
            rows=statements.statement_of(row.text) if row.kind == "table" else "",
        )
        for row in rows
    ]


def _vectors(rows: Sequence[Passage], version: Version, model: str) -> dict[UUID, embedding.Vectors]:
    """The passages' vectors by this model; those that the database lacks are computed and kept."""
    found = Embedding.objects.filter(model=model, passage__in=[row.pk for row in rows])
    vectors = {key: embedding.unpack(data) for key, data in found.values_list("passage_id", "vector")}
    missing = [row for row in rows if row.pk not in vectors]
    if missing:
        if model != embedding.model_name():
            raise IndexAway(f"The index was built by the embedding model {model}, which is not the one that is set.")
        texts = [wording.for_index(version.document, row.heading, row.text) for row in missing]
        made = dict(zip((row.pk for row in missing), embedding.passages(texts), strict=True))
        # As they are kept, so that a generation built from them later scores alike.
        vectors |= {key: embedding.unpack(embedding.pack(vector)) for key, vector in made.items()}
        Embedding.objects.bulk_create(
            [Embedding(passage_id=key, model=model, vector=embedding.pack(vector)) for key, vector in made.items()],
            update_conflicts=True,
            unique_fields=["passage"],
            update_fields=["model", "vector"],
        )
    return vectors

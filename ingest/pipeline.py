"""A claimed version: its file to passages, vectors and tables, all saved at once or not at all.

The child process parses while this one embeds. Nothing is written before the end but progress, so a run that dies
leaves only its claim; ids follow from the content, so a second run saves the same rows.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ingest import claims, facts, reader, recordings, slide_pictures, wire
from ingest.chunking import Draft, Packer
from ingest.limits import Limits
from ingest.progress import Lost, Meter, tell
from ingest.segments import Block, Facts, Notice, Progress, Segment, TableBlock, Unreadable
from library import table_rows, tables
from library.models import Change, Document, Embedding, Passage, State, Table, Version
from library.versions import file_path
from retrieval import embedding, indexer, wording

logger = logging.getLogger(__name__)
NAMESPACE = UUID("6f7cf5b8-5a0c-4d0f-9d0e-0d7f0b1c5a11")
BATCH = 64
ROWS_A_STATEMENT = 500
MOST_WARNINGS = 50
SPEECH_MODEL = "speech_model"
"""The code of `Unreadable` that says what is missing here, not what is wrong with the file."""


@dataclass(slots=True)
class Work:
    """What a run has gathered so far; text and packed vectors, some ten kilobytes a page."""

    document: Document
    drafts: list[Draft] = field(default_factory=list)
    indexed: list[str] = field(default_factory=list)
    """What was embedded for each draft, while the facts were what they were then."""
    vectors: list[bytes] = field(default_factory=list)
    tables: dict[int, tuple[tables.Table, bytes]] = field(default_factory=dict)
    """By identity: the table (its cells emptied once packed) and its packed form."""
    facts: Facts = field(default_factory=Facts)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    mime: str = ""
    transcript: int | None = None
    """The version beside a recording whose words these are."""


def run(version: Version) -> State:
    """Read the claimed version and say how it ended; troubles that are not the file's are raised."""
    work = Work(copy(version.document))
    try:
        read(version, work)
    except Unreadable as reason:
        if reason.code == SPEECH_MODEL:
            return recordings.queue(version, work.mime)
        return fail(version, reason.code, reason.detail)
    except Lost:
        return claims.state(version)
    return conclude(version, work)


def read(version: Version, work: Work) -> None:
    """What a child process reads in the file, into the work."""
    parsed, meter = reader.segments(file_path(version), version.document.name, limits()), Meter(version)
    try:
        gather(parsed, work, meter)
    finally:
        parsed.close()
    if not slide_pictures.keep(version, work.mime, meter):
        work.warnings.append({"code": "slides_not_drawn", "detail": {}})


def gather(parsed: Iterable[Segment | wire.Mime | None], work: Work, meter: Meter) -> None:
    """Segments as they come: into passages, and these into vectors, while the parser reads on."""
    packer = Packer()
    for segment in parsed:
        take(segment, work, packer, meter)
        if len(work.drafts) - len(work.vectors) >= BATCH:
            embed(work, meter)
    work.drafts.extend(packer.finish())
    embed(work, meter)
    relabel(work, meter)


def conclude(version: Version, work: Work) -> State:
    """Save what was read, if there was anything, and let the recordings beside a transcript know of it."""
    if not work.drafts:
        silent = any(warning["code"] == "nothing_said" for warning in work.warnings)
        return fail(version, "nothing_said" if silent else "no_text", {})
    ended = save(version, work)
    if any(draft.kind == "speech" for draft in work.drafts) and not recordings.is_recording(work.mime):
        recordings.heed(version)
    return ended


def limits() -> Limits:
    return Limits(settings.PARSE_MEMORY_MB, settings.PARSE_CPU_S, settings.PARSE_WALL_S, settings.UPLOAD_MAX_PAGES)


def take(segment: Segment | wire.Mime | None, work: Work, packer: Packer, meter: Meter) -> None:
    """One segment to where it belongs."""
    if isinstance(segment, Block | TableBlock):
        if isinstance(segment, TableBlock):
            work.tables[id(segment.table)] = (segment.table, table_rows.dump(segment.table))
        work.drafts.extend(packer.add(segment))
        if isinstance(segment, TableBlock):
            segment.table.cells = []
    elif isinstance(segment, Facts):
        work.facts, work.document = segment, copy(meter.version.document)
        facts.apply(work.document, segment)
    elif isinstance(segment, Notice):
        if len(work.warnings) < MOST_WARNINGS:
            work.warnings.append({"code": segment.code, "detail": segment.detail})
    elif isinstance(segment, wire.Mime):
        work.mime = segment
    else:
        meter.tick(segment if isinstance(segment, Progress) else None)


def embed(work: Work, meter: Meter) -> None:
    """Vectors for the drafts that have none."""
    while fresh := work.drafts[len(work.vectors) : len(work.vectors) + BATCH]:
        texts = [wording.for_index(work.document, draft.heading, draft.text) for draft in fresh]
        work.vectors.extend(embedding.pack(vector) for vector in embedding.passages(texts))
        work.indexed.extend(digest(text) for text in texts)
        meter.tick()


def relabel(work: Work, meter: Meter) -> None:
    """Embed again what was embedded before the file had said what it is."""
    texts = [wording.for_index(work.document, draft.heading, draft.text) for draft in work.drafts]
    stale = [at for at, text in enumerate(texts) if digest(text) != work.indexed[at]]
    for first in range(0, len(stale), BATCH):
        batch = stale[first : first + BATCH]
        for at, vector in zip(batch, embedding.passages([texts[at] for at in batch]), strict=True):
            work.vectors[at] = embedding.pack(vector)
        meter.tick()


def save(version: Version, work: Work) -> State:
    """Everything in one transaction, if the row is still ours; then the index hears of it."""
    with transaction.atomic():
        facts.hold(version.document)
        held = Version.objects.select_for_update().filter(claims.held(version)).first()
        if held is None:
            return claims.state(version)
        held.passages.all().delete()
        held.tables.all().delete()
        save_passages(held, work, save_tables(held, work))
        facts.save(held, work.facts, work.document, work.transcript)
        held.pieces.all().delete()
        held.state, held.claim, held.error, held.waits_for = State.INDEXING, "", None, ""
        held.mime, held.warnings, held.alive = work.mime[:100], work.warnings, timezone.now()
        held.save(update_fields=["state", "claim", "error", "waits_for", "mime", "warnings", "alive"])
        Change.objects.create(kind=Change.Kind.ADD, version=held.pk)
    indexer.wake()
    return State.INDEXING


def save_tables(version: Version, work: Work) -> dict[int, Table]:
    """Rows of the tables that have passages, by the table's identity."""
    cited = {id(draft.table) for draft in work.drafts if draft.table is not None}
    made = {
        key: Table(version=version, number=table.number, page=table.page, title=table.title, data=data)
        for key, (table, data) in work.tables.items()
        if key in cited
    }
    Table.objects.bulk_create(made.values(), batch_size=ROWS_A_STATEMENT)
    return made


def save_passages(version: Version, work: Work, made: dict[int, Table]) -> None:
    rows = [
        Passage(
            id=passage_id(version.pk, position, draft),
            version=version,
            position=position,
            kind=draft.kind[:10],
            heading=draft.heading,
            text=draft.text,
            locator=draft.locator,
            table=made[id(draft.table)] if draft.table is not None else None,
        )
        for position, draft in enumerate(work.drafts)
    ]
    Passage.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT)
    model = embedding.model_name()
    vectors = zip(rows, work.vectors, strict=True)
    Embedding.objects.bulk_create(
        (Embedding(passage=row, model=model, vector=vector) for row, vector in vectors), batch_size=ROWS_A_STATEMENT
    )


def passage_id(version: int, position: int, draft: Draft) -> UUID:
    return uuid5(NAMESPACE, f"{version}:{position}:{digest(draft.heading + chr(0) + draft.text)}")


def digest(text: str) -> str:
    return hashlib.blake2s(text.encode(errors="replace"), digest_size=16).hexdigest()


def fail(version: Version, code: str, detail: dict[str, Any]) -> State:
    """The run ends here, and the row says why; unless it is no longer this run's."""
    logger.info("version %s: %s %s", version.pk, code, detail)
    error = {"code": code, "detail": detail}
    Version.objects.filter(claims.held(version)).update(
        state=State.FAILED, claim="", waits_for="", error=error, finished=timezone.now()
    )
    tell(version.pk)
    return claims.state(version)

"""The best places once more, by how well a cell of their tables answers the measure that is asked for.

A row's words are the same in many tables of many years; what tells them apart (the column's period, consolidated or
not, the segment, the heading above) is what `retrieval/tables.py` weighs for a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from library import table_rows
from library.models import Passage
from library.models import Table as TableRow
from library.prepared import Prepared
from library.tables import Table
from retrieval.fusion import Place
from retrieval.question import Question
from retrieval.tables import find_cells
from retrieval.tables_found import CellAnswer, FoundTable

LOOKED_AT = 40
"""Passages whose tables are read, those of different places first: 30 found less, 60 no more. Some 0.1 ms a table."""
ANSWERS = 200
QUOTED = 1.5
"""What a cell's score lifts its place by where the question quotes the label: then hardly anything else counts."""
LABEL = 0.6
"""How well a label has to fit the one quoted."""
SURE, LEAST_SURE = 1.0, 0.5
"""What a cell's confidence lifts its place by otherwise, from where on. Measured, as the others, in two languages."""
CACHED = 1_000
"""Tables kept as they were read, some 30 KB each."""
COLUMNS = (
    "pk", "table", "heading", "version__file", "version__document", "version__document__name",
    "version__document__company", "version__document__period", "version__document__kind",
    "version__document__narrowed", "version__document__collection",
)  # fmt: skip
_TABLES = Prepared(
    lambda keys: Passage.objects.filter(pk__in=keys, table__isnull=False).values_list(*COLUMNS), 0, many=UUID
)
_read: dict[tuple[int, str], Table] = {}


def reordered(scopes: frozenset[str], asked: Question, places: Sequence[Place]) -> list[Place]:
    """The places, best first, where tables that answer are lifted; each shows the passage of such a table first.

    Tables outside `scopes` are not read, whatever the index said a moment ago.
    """
    keys = _looked_at(places)
    made: dict[int, Place] = {}
    for answer in find_cells(asked, _tables(scopes, list(keys)), ANSWERS):
        key = UUID(answer.found.key)
        place, lift = places[keys[key]], _lift(asked, answer)
        if lift and keys[key] not in made:
            shown = (key, *(other for other in place.passages if other != key))
            made[keys[key]] = place._replace(score=place.score + lift, passages=shown)
    lifted = [made.get(at, place) for at, place in enumerate(places)]
    return sorted(lifted, key=lambda place: (-place.score, place.passages[0].int))


def _looked_at(places: Sequence[Place]) -> dict[UUID, int]:
    """Passages to look at, each with its place's position: the first of each place, then the others."""
    best = list(enumerate(places[:LOOKED_AT]))
    firsts = [(place.passages[0], at) for at, place in best]
    others = [(key, at) for at, place in best for key in place.passages[1:]]
    return dict([*firsts, *others][:LOOKED_AT])


def _lift(asked: Question, answer: CellAnswer) -> float:
    if any(measure.quoted for measure in asked.measures):
        return QUOTED * answer.score if answer.why["label"] >= LABEL else 0.0
    return SURE * answer.confidence if answer.confidence >= LEAST_SURE else 0.0


def _tables(scopes: frozenset[str], keys: Sequence[UUID]) -> list[FoundTable]:
    """The tables in the order of their passages, each once."""
    by_key = {row[0]: row[1:] for row in _TABLES.rows(many=keys)} if keys else {}
    tables = _loaded((row[0], row[2]) for row in by_key.values())
    found: dict[int, FoundTable] = {}
    for key in keys:
        if key not in by_key:
            continue
        pk, heading, file, document, name, company, period, kind, narrowed, collection = by_key[key]
        scope = f"d{document}" if narrowed else f"c{collection}"
        if scope in scopes and pk not in found and (pk, file) in tables:
            found[pk] = FoundTable(str(key), tables[pk, file], name, company, period, kind, heading)
    return list(found.values())


def _loaded(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Table]:
    """By number and the version's file, which is never another's: what was read lately is not read again."""
    wanted = dict.fromkeys(keys)
    tables = {key: table for key in wanted if (table := _read.get(key)) is not None}
    missing = {pk: (pk, file) for pk, file in wanted if (pk, file) not in tables}
    if missing:
        for row in TableRow.objects.filter(pk__in=missing).only("data"):
            tables[missing[row.pk]] = _read[missing[row.pk]] = table_rows.load(row)
    while len(_read) > CACHED:
        _read.pop(next(iter(_read), (0, "")), None)
    return tables

"""Queries that every search asks: written to SQL once by the ORM, then asked again with other values.

Writing one takes ten times as long as its answer. The rights themselves are never kept: each call asks the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigAutoField, Field, QuerySet
from django.db.models.query import get_related_populators

from library.packing import ShortUUIDField

FIRST_MARK = 7_100_000_000_000_000_000
"""Stands for a value while the SQL is written: no id comes near it."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where one of the values goes."""

    at: int


@dataclass(frozen=True, slots=True)
class _Written:
    sql: str
    values: list[Any]
    """What the SQL is asked with: slots, and constants of the query."""
    converters: dict[int, Any]
    """What brings a column from the database's form to Python's."""
    select: list[Any]
    objects: dict[str, Any]
    """Which of the columns make which object, as Django notes it; empty for `values_list`."""


class Prepared:
    """A query of ids: `make(*ids)` gives its `values_list`, `rows` what the database holds now.

    With `many` the last argument is a list that the query looks for with `__in`, of numbers or of passages' UUIDs.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], ids: int, many: type[int] | type[UUID] | None = None):
        self._make = make
        self._ids = ids
        self._many: Field[Any, Any] = ShortUUIDField() if many is UUID else BigAutoField()
        self._written: dict[tuple[str, int], _Written] = {}

    def rows(self, *ids: int, many: Sequence[int] | Sequence[UUID] = ()) -> list[tuple[Any, ...]]:
        if len(ids) != self._ids:
            raise TypeError(f"{self._ids} ids are asked for, and {len(ids)} were given.")
        room = _room(len(many))
        query = self._query(room)
        given = [*ids, *self._stored(many)]
        given += given[-1:] * (self._ids + room - len(given))
        with connection.cursor() as cursor:
            cursor.execute(query.sql, [given[v.at] if isinstance(v, _Slot) else v for v in query.values])
            return [_converted(row, query.converters) for row in cursor.fetchall()]

    def objects(self, *ids: int, many: Sequence[int] | Sequence[UUID] = ()) -> list[Any]:
        """As `rows`, for a query of objects: each with those that `select_related` names."""
        rows = self.rows(*ids, many=many)
        query = self._query(_room(len(many)))
        model = query.objects["model"]
        first, *_, last = query.objects["select_fields"]
        names = [column[0].target.attname for column in query.select[first : last + 1]]
        related = get_related_populators(query.objects, query.select, connection.alias)  # type: ignore[call-arg]
        found = []
        for row in rows:
            made = model.from_db(connection.alias, names, row[first : last + 1])
            for populator in related:
                populator.populate(row, made)
            found.append(made)
        return found

    def _query(self, room: int) -> _Written:
        key = (connection.vendor, room)
        if key not in self._written:
            self._written[key] = self._write(room)
        return self._written[key]

    def _write(self, room: int) -> _Written:
        ids = [FIRST_MARK + at for at in range(self._ids)]
        many = [FIRST_MARK + at for at in range(self._ids, self._ids + room)]
        wanted = [UUID(int=mark) for mark in many] if isinstance(self._many, ShortUUIDField) else many
        compiler = self._make(*ids, *([wanted] if room else [])).query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        marks = [*ids, *self._stored(wanted)]
        slots = [_Slot(marks.index(value)) if value in marks else value for value in values]
        if {slot.at for slot in slots if isinstance(slot, _Slot)} != set(range(len(marks))):
            raise ValueError("The query does not look for every value that it is asked with.")
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return _Written(sql, slots, converters, compiler.select, compiler.klass_info or {})

    def _stored(self, many: Sequence[int] | Sequence[UUID]) -> list[Any]:
        """As the database keeps them: SQLite has no type for a UUID."""
        return [self._many.get_db_prep_value(value, connection) for value in many]


def _converted(row: tuple[Any, ...], converters: dict[int, Any]) -> tuple[Any, ...]:
    if not converters:
        return tuple(row)
    values = list(row)
    for at, (steps, expression) in converters.items():
        for step in steps:
            values[at] = step(values[at], expression, connection)
    return tuple(values)


def _room(count: int) -> int:
    """Lists of like length share their SQL: the next power of two, filled up with a value that is in it."""
    return 1 << (count - 1).bit_length() if count else 0

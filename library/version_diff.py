"""What changed between two versions of a document: pages added, removed, changed, and the figures of its tables.

Pure functions on plain data: parts (pages, slides, sheets, sections) are names with their text, tables are tables.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from library.tables import Table

ALIKE = 0.5
"""Share of common words from which two pages, or of common labels from which two tables, are the same one changed."""
BAND = 8
"""Pages off its place within a changed stretch in which a page's earlier form is sought."""

Part = tuple[str, str]
"""(name, text): ("12", "Revenue rose …")."""
Key = tuple[str, str]
"""(row path, column) of a figure."""


@dataclass(slots=True)
class PartChange:
    """A part that is only in the new version (`old` is None), only in the old one, or in both but different."""

    old: str | None
    new: str | None

    @property
    def kind(self) -> str:
        return "added" if self.old is None else "removed" if self.new is None else "changed"


@dataclass(slots=True)
class FigureChange:
    """A cell whose number differs; "" on the side where the table has no such cell."""

    table: str
    row: str
    column: str
    old: str
    new: str
    page: int | None = None
    """In the new version; in the old one where the cell is gone."""


@dataclass(slots=True)
class Changes:
    parts: list[PartChange] = field(default_factory=list)
    figures: list[FigureChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.parts or self.figures)


def compare(old: list[Part], new: list[Part], old_tables: list[Table], new_tables: list[Table]) -> Changes:
    return Changes(list(part_changes(old, new)), list(figure_changes(old_tables, new_tables)))


# --- pages ---------------------------------------------------------------------------------------------------------


def part_changes(old: list[Part], new: list[Part]) -> Iterator[PartChange]:
    """In the order of the new version; what was removed stands where it was."""
    before, after = [normal(text) for _, text in old], [normal(text) for _, text in new]
    for kind, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        pairs = same_parts(before[i:i_end], after[j:j_end])
        yield from _stretch(old[i:i_end], new[j:j_end], pairs)


def _stretch(old: list[Part], new: list[Part], pairs: dict[int, int]) -> Iterator[PartChange]:
    """The changes of a stretch; `pairs` are the places in it that hold the same page."""
    done = 0
    for n, (name, _) in enumerate(new):
        if n not in pairs:
            yield PartChange(None, name)
            continue
        yield from (PartChange(earlier, None) for earlier, _ in old[done : pairs[n]])
        yield PartChange(old[pairs[n]][0], name)
        done = pairs[n] + 1
    yield from (PartChange(earlier, None) for earlier, _ in old[done:])


def same_parts(old: list[str], new: list[str]) -> dict[int, int]:
    """Place in the new stretch -> place in the old one, both rising: each page with its earlier form, if it has one."""
    words_before, words_after = [set(text.split()) for text in old], [set(text.split()) for text in new]
    pairs: dict[int, int] = {}
    start = 0
    for n, words in enumerate(words_after):
        expected = n * len(old) // max(len(new), 1)
        near = range(max(start, expected - BAND), min(len(old), expected + BAND + 1))
        best = max(near, key=lambda o: share(words_before[o], words), default=None)
        if best is not None and share(words_before[best], words) >= ALIKE:
            pairs[n] = best
            start = best + 1
    return pairs


def share(a: set[str], b: set[str]) -> float:
    """Of the common members in all of them."""
    return len(a & b) / len(a | b) if a or b else 1.0


def normal(text: str) -> str:
    return " ".join(text.split())


# --- tables --------------------------------------------------------------------------------------------------------


def figure_changes(old: list[Table], new: list[Table]) -> Iterator[FigureChange]:
    """Cells of the tables that both versions have; tables that only one has are pages' changes."""
    for before, after in same_tables(old, new):
        earlier, later = figures(before), figures(after)
        if earlier == later:
            continue
        for key in [*later, *(key for key in earlier if key not in later)]:
            was, now = earlier.get(key, ("", "")), later.get(key, ("", ""))
            if was[0] != now[0]:
                page = after.page if key in later else before.page
                yield FigureChange(after.title or before.title, *key, was[1], now[1], page)


def same_tables(old: list[Table], new: list[Table]) -> list[tuple[Table, Table]]:
    """Each table of the new version with its earlier form: the one with most labels in common, in reading order."""
    labels = [labels_of(table) for table in old]
    where: defaultdict[str, list[int]] = defaultdict(list)
    for n, names in enumerate(labels):
        for name in names:
            where[name].append(n)
    used: set[int] = set()
    pairs = []
    for place, table in enumerate(new):
        names = labels_of(table)
        common = Counter(n for name in names for n in where.get(name, ()) if n not in used)
        best = max(common, key=lambda n: (share(labels[n], names), -abs(n - place)), default=None)
        if best is not None and share(labels[best], names) >= ALIKE:
            used.add(best)
            pairs.append((old[best], table))
    return pairs


def labels_of(table: Table) -> set[str]:
    rows = {"row " + path(row.path) for row in table.rows}
    return rows | {"column " + column_name(column.path, column.period) for column in table.columns}


def figures(table: Table) -> dict[Key, tuple[str, str]]:
    """(row, column) -> (what is compared, what is shown) of each cell that holds a number."""
    rows = dict(unlike((row.index, path(row.path)) for row in table.rows))
    columns = dict(unlike((column.index, column_name(column.path, column.period)) for column in table.columns))
    return {
        (rows[cell.row], columns[cell.under]): (cell.value, cell.text.strip())
        for cell in table.cells
        if cell.value is not None and cell.row in rows and cell.under in columns
    }


def unlike(named: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Names that return in a table told apart by a number."""
    seen: Counter[str] = Counter()
    for index, name in named:
        seen[name] += 1
        yield index, name if seen[name] == 1 else f"{name} ({seen[name]})"


def path(labels: list[str]) -> str:
    return " › ".join(normal(label) for label in labels if label.strip())


def column_name(labels: list[str], period: str) -> str:
    return path(labels) or period

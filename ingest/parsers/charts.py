"""Charts of office files as tables of their series and categories, with the exact values that the file keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ingest.parsers.cells import Placed, clean, place
from ingest.parsers.grid import Around, understand
from ingest.parsers.headers import Shape
from ingest.parsers.number_formats import unit_of, write_number
from ingest.parsers.ooxml import Element, attribute, child, children, find_all, local
from ingest.parsers.units import Unit, title_unit
from library.tables import Table

MAX_POINTS = 20_000


@dataclass(slots=True)
class Series:
    name: str
    categories: dict[int, str] = field(default_factory=dict)
    values: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Index -> (exact number, number format)."""
    axis: str = ""
    """"X" or "size" where a point has several numbers."""


def read_chart(root: Element, number: int, around_title: str, unit: Unit | None) -> Table | None:
    """The table of a chart part, None for a chart without numbers."""
    series = [s for group in find_all(root, "ser") for s in _series(group)] or _extended(root)
    series = [s for s in series if s.values]
    if not series:
        return None
    title = chart_title(root)
    axes = [_text(t) for axis in _axes(root) for t in children(axis, "title")]
    said = next((u for t in (*axes, title) if t and (u := title_unit(t))), None)
    cells = _cells(series)
    shape = Shape(1, 1, list(range(1, len(series) + 1)))
    around = Around(number=number, title=title or around_title, heading=around_title, unit=said or unit)
    table = understand(place(cells), around, shape).table
    table.extra["chart"] = _kind(root)
    return table


def chart_title(root: Element) -> str:
    chart = next(find_all(root, "chart"), root)
    return _text(child(chart, "title"))


def _axes(root: Element) -> list[Element]:
    return [e for e in root.iter() if local(e) in ("valAx", "catAx", "dateAx")]


def _kind(root: Element) -> str:
    found = next((local(e) for e in root.iter() if local(e).endswith("Chart") and local(e) != "Chart"), "")
    return found.removesuffix("Chart").removesuffix("3D")


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    return clean("".join(e.text or "" for e in element.iter() if local(e) in ("t", "v")))


# --- series --------------------------------------------------------------------------------------------------------


def _series(ser: Element) -> list[Series]:
    """One series, or one for each axis of a scatter chart."""
    name = _text(child(ser, "tx"))
    if (values := child(ser, "val")) is not None:
        return [Series(name, _strings(child(ser, "cat")), _numbers(values))]
    found = []
    for tag, axis in (("xVal", "X"), ("yVal", "Y"), ("bubbleSize", "size")):
        if numbers := _numbers(child(ser, tag)):
            found.append(Series(name, {}, numbers, axis))
    labels = _strings(child(ser, "xVal"))
    if found and found[0].axis == "Y":
        found[0].categories = labels
    return found


def _points(cache: Element | None) -> dict[int, Element]:
    points: dict[int, Element] = {}
    for point in children(cache, "pt"):
        index = attribute(point, "idx")
        if index.isdigit() and len(points) < MAX_POINTS:
            points[int(index)] = point
    return points


def _strings(element: Element | None) -> dict[int, str]:
    """Category names by index; the levels of a grouped axis joined from the outer to the inner one."""
    if element is None:
        return {}
    if (levels := next(find_all(element, "multiLvlStrCache"), None)) is not None:
        return _levels(levels)
    for cache in element.iter():
        if local(cache) in ("strCache", "strLit"):
            return {n: clean(_text(p)) for n, p in _points(cache).items()}
        if local(cache) in ("numCache", "numLit"):
            form = _format(cache)
            return {n: write_number(_text(p), form) for n, p in _points(cache).items()}
    return {}


def _format(cache: Element | None) -> str:
    form = child(cache, "formatCode")
    return (form.text or "") if form is not None else ""


def _levels(cache: Element) -> dict[int, str]:
    levels = [{n: _text(p) for n, p in _points(level).items()} for level in children(cache, "lvl")]
    names: dict[int, str] = {}
    for index in levels[0] if levels else {}:
        parts = [levels[0][index]]
        for outer in levels[1:]:
            before = [n for n in outer if n <= index]
            parts.insert(0, outer[max(before)] if before else "")
        names[index] = " ".join(p for p in parts if p)
    return names


def _numbers(element: Element | None) -> dict[int, tuple[str, str]]:
    if element is None:
        return {}
    cache = next((e for e in element.iter() if local(e) in ("numCache", "numLit")), None)
    general = _format(cache)
    found = {}
    for index, point in _points(cache).items():
        if number := exact(_text(child(point, "v"))):
            found[index] = (number, attribute(point, "formatCode") or general)
    return found


def _extended(root: Element) -> list[Series]:
    """Waterfall, funnel, treemap: charts of the 2014 extension keep plain lists of strings and numbers."""
    found = []
    for data in find_all(root, "data"):
        texts = {n: _own_text(p) for d in children(data, "strDim") for n, p in _points(child(d, "lvl")).items()}
        for dimension in children(data, "numDim"):
            level = child(dimension, "lvl")
            form = attribute(level, "formatCode")
            numbers = {n: (v, form) for n, p in _points(level).items() if (v := exact(_own_text(p)))}
            found.append(Series(_extended_name(root, attribute(data, "id")), texts, numbers))
    return found


def _extended_name(root: Element, data_id: str) -> str:
    for series in find_all(root, "series"):
        if attribute(child(series, "dataId"), "val") == data_id:
            return _text(child(series, "tx"))
    return ""


def _own_text(element: Element) -> str:
    return clean(element.text or "")


def exact(text: str) -> str:
    """A number as a plain decimal string, rounded to the 15 digits that spreadsheets keep; "" for none."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return ""
    if not number.is_finite() or abs(number.adjusted()) > 40:
        return ""
    plain = f"{float(number):.15g}" if len(number.as_tuple().digits) > 15 else str(number)
    text = format(Decimal(plain), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


# --- table ---------------------------------------------------------------------------------------------------------


def _cells(series: list[Series]) -> list[Placed]:
    """A header row of series names, and a row a category."""
    cells = []
    for column, one in enumerate(series, 1):
        name = " ".join(p for p in (one.name, one.axis) if p) or (f"#{column}" if len(series) > 1 else "")
        cells.append(Placed(1, column + 1, name, 0, column))
    indexes = sorted({n for s in series for n in s.values})
    named = {n: t for s in reversed(series) for n, t in s.categories.items()}
    for top, index in enumerate(indexes, 1):
        cells.append(Placed(top + 1, 1, named.get(index) or str(index + 1), top, 0))
        for column, one in enumerate(series, 1):
            if index in one.values:
                number, form = one.values[index]
                text = write_number(number, form)
                cells.append(Placed(top + 1, column + 1, text, top, column, number=number, unit=unit_of(form)))
    return cells

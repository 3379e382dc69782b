"""The shapes of one slide in reading order, groups opened, each with its box as fractions of the slide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.parsers.cells import clean
from ingest.parsers.ooxml import Element, attribute, child, children, find_all, local, pictured

Frame = tuple[float, float, float, float]
"""Scale and shift of a group: x' = sx * x + dx, y' = sy * y + dy, as (sx, sy, dx, dy)."""
WHOLE: Frame = (1.0, 1.0, 0.0, 0.0)
MAX_DEPTH = 40
TITLES = ("title", "ctrTitle")
FURNITURE = ("sldNum", "dt", "ftr", "hdr", "sldImg")


@dataclass(slots=True)
class Shape:
    element: Element
    kind: str
    """"text", "table", "chart", "chartex", "diagram" or "picture"."""
    box: list[float] | None
    placeholder: str = ""
    name: str = ""


def shapes_of(slide: Element, size: tuple[float, float], models: list[Element]) -> list[Shape]:
    """What a slide shows, from top to bottom and left to right; the title first. `models` are its layout and master."""
    tree = child(slide, "cSld", "spTree")
    if tree is None:
        return []
    found = list(_walk(tree, size, models, WHOLE, 0))
    return sorted(found, key=lambda s: (s.placeholder not in TITLES, *_reading_order(s.box)))


def _reading_order(box: list[float] | None) -> tuple[float, float]:
    return (round(box[1], 2), box[0]) if box else (2.0, 0.0)


def _walk(tree: Element, size: tuple[float, float], models: list[Element], frame: Frame, depth: int) -> Iterator[Shape]:
    for element in pictured(tree):
        tag = local(element)
        if tag == "grpSp" and depth < MAX_DEPTH:
            yield from _walk(element, size, models, _inner_frame(element, frame), depth + 1)
        elif (kind := _kind(element, tag)) and not _is_hidden(element):
            placeholder = next(find_all(element, "ph"), None) if tag in ("sp", "pic", "graphicFrame") else None
            role = (attribute(placeholder, "type") or "body") if placeholder is not None else ""
            if role in FURNITURE:
                continue
            box = _box(element, size, frame) or _model_box(placeholder, size, models)
            yield Shape(element, kind, box, role, _description(element))


def _kind(element: Element, tag: str) -> str:
    if tag == "sp":
        return "text" if child(element, "txBody") is not None else ""
    if tag == "pic":
        return "picture"
    if tag != "graphicFrame":
        return ""
    uri = attribute(child(element, "graphic", "graphicData"), "uri")
    kinds = {"table": "table", "chart": "chart", "chartex": "chartex", "diagram": "diagram"}
    return kinds.get(uri.rsplit("/", 1)[-1], "")


def _is_hidden(element: Element) -> bool:
    return attribute(_properties(element), "hidden") in ("1", "true")


def _properties(element: Element) -> Element | None:
    return next((p for group in element for p in children(group, "cNvPr")), None)


def _description(element: Element) -> str:
    return clean(attribute(_properties(element), "descr"))


def _transform(element: Element) -> tuple[float, float, float, float] | None:
    """Offset and extent as written."""
    holder = child(element, "spPr", "xfrm")
    if holder is None:
        holder = child(element, "xfrm") if local(element) == "graphicFrame" else child(element, "grpSpPr", "xfrm")
    offset, extent = child(holder, "off"), child(holder, "ext")
    if offset is None or extent is None:
        return None
    x, y = (_number(attribute(offset, k)) for k in ("x", "y"))
    return x, y, _number(attribute(extent, "cx")), _number(attribute(extent, "cy"))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _inner_frame(group: Element, frame: Frame) -> Frame:
    """A group's children have coordinates of their own, stretched over the group's place."""
    outer = _transform(group)
    holder = child(group, "grpSpPr", "xfrm")
    offset, extent = child(holder, "chOff"), child(holder, "chExt")
    if outer is None or offset is None or extent is None:
        return frame
    sx = outer[2] / (_number(attribute(extent, "cx")) or outer[2] or 1)
    sy = outer[3] / (_number(attribute(extent, "cy")) or outer[3] or 1)
    dx = outer[0] - sx * _number(attribute(offset, "x"))
    dy = outer[1] - sy * _number(attribute(offset, "y"))
    return frame[0] * sx, frame[1] * sy, frame[0] * dx + frame[2], frame[1] * dy + frame[3]


def _box(element: Element, size: tuple[float, float], frame: Frame) -> list[float] | None:
    place = _transform(element)
    if place is None:
        return None
    x0, y0 = frame[0] * place[0] + frame[2], frame[1] * place[1] + frame[3]
    x1, y1 = x0 + frame[0] * place[2], y0 + frame[1] * place[3]
    return [round(min(max(v, 0.0), 1.0), 4) for v in (x0 / size[0], y0 / size[1], x1 / size[0], y1 / size[1])]


def _model_box(placeholder: Element | None, size: tuple[float, float], models: list[Element]) -> list[float] | None:
    """A placeholder without a place of its own stands where the layout or the master puts it."""
    if placeholder is None:
        return None
    index, role = attribute(placeholder, "idx"), attribute(placeholder, "type") or "body"
    for model in models:
        for shape in find_all(model, "sp"):
            ph = next(find_all(shape, "ph"), None)
            if ph is None:
                continue
            same_index = index and attribute(ph, "idx") == index
            same_role = (attribute(ph, "type") or "body") == role or (
                role in TITLES and attribute(ph, "type") in TITLES
            )
            if (same_index or (same_role and not index)) and (box := _box(shape, size, WHOLE)):
                return box
    return None


# --- text ----------------------------------------------------------------------------------------------------------


def paragraphs(body: Element | None) -> list[tuple[int, str]]:
    """(outline level from 0, text) of each paragraph with words in it."""
    found = []
    for paragraph in children(body, "p"):
        if text := paragraph_text(paragraph):
            level = attribute(child(paragraph, "pPr"), "lvl")
            found.append((int(level) if level.isdigit() else 0, text))
    return found


def paragraph_text(paragraph: Element) -> str:
    parts = []
    for e in paragraph.iter():
        tag = local(e)
        if tag == "t":
            parts.append(e.text or "")
        elif tag == "br" or tag == "tab":
            parts.append(" ")
    return clean("".join(parts))


def outline_text(lines: list[tuple[int, str]]) -> str:
    """Paragraphs as lines, set in by their outline level."""
    return "\n".join("  " * level + text for level, text in lines)

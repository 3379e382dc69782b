"""The bullets and numbers of a Word document's lists, which its text does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.parsers.ooxml import Element, attribute, child, children

Place = tuple[str, int]
"""A list's `numId` and the level in it, from 0."""
DEEPEST = 8


@dataclass(slots=True)
class Lists:
    """What each level of each list is marked with, and how far its numbers have come."""

    formats: dict[Place, str] = field(default_factory=dict)
    starts: dict[Place, int] = field(default_factory=dict)
    styles: dict[str, Place] = field(default_factory=dict)
    reached: dict[Place, int] = field(default_factory=dict)

    def mark(self, paragraph: Element) -> str:
        """ "- " or "3. ", set in by the level; "" for a paragraph in no list."""
        properties = child(paragraph, "pPr")
        style = self.styles.get(attribute(child(properties, "pStyle"), "val"), ("", 0))
        own = child(properties, "numPr")
        number = attribute(child(own, "numId"), "val") or style[0]
        level = _number(attribute(child(own, "ilvl"), "val"), style[1])
        kind = self.formats.get((number, level), "")
        if kind in ("", "none"):
            return ""
        for deeper in range(level + 1, DEEPEST + 1):
            self.reached.pop((number, deeper), None)
        if kind == "bullet":
            return "  " * level + "- "
        at = self.reached.get((number, level), self.starts.get((number, level), 1) - 1) + 1
        self.reached[number, level] = at
        return f"{'  ' * level}{at}. "


def read_lists(numbering: Element | None, styles: Element | None) -> Lists:
    lists = Lists()
    abstract = {attribute(e, "abstractNumId"): e for e in children(numbering, "abstractNum")}
    for number in children(numbering, "num"):
        key = attribute(number, "numId")
        for level in children(abstract.get(attribute(child(number, "abstractNumId"), "val")), "lvl"):
            place = key, _number(attribute(level, "ilvl"))
            lists.formats[place] = attribute(child(level, "numFmt"), "val")
            lists.starts[place] = _number(attribute(child(level, "start"), "val"), 1)
    for style in children(styles, "style"):
        own = child(style, "pPr", "numPr")
        if number_id := attribute(child(own, "numId"), "val"):
            level_of = _number(attribute(child(own, "ilvl"), "val"))
            lists.styles[attribute(style, "styleId")] = number_id, level_of
    return lists


def _number(text: str, otherwise: int = 0) -> int:
    return min(int(text), 10_000) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise

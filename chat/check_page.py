"""A draft that was checked, as a page shows it: its own words, the verdicts in them, and the ways to the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from chat.checking import Report
from chat.verify import Checked
from chat.verifying.objections import Objection
from chat.verifying.statements import Statement
from library.locators import label
from library.own_files import PAGE

VERDICTS = ("verified", "computed", "unsupported")


@dataclass(slots=True)
class Piece:
    """A stretch of the draft; a figure where it has a verdict."""

    text: str
    verdict: str = ""
    title: str = ""
    place: str = ""
    """Where its source holds it, in a few characters."""
    document: str = ""
    url: str = ""

    @property
    def shown(self) -> str:
        """A new page begins a line, where it does not already."""
        return self.text.replace(f"\n{PAGE}", "\n").replace(PAGE, "\n")


@dataclass(slots=True)
class Stretch:
    """A sentence, or what stands between two."""

    pieces: list[Piece]
    objection: str = ""
    """What speaks against the sentence."""
    place: str = ""
    """Where in the draft it stands, of a doubtful one."""
    number: int = 0
    """Among the doubtful ones, from 1."""


@dataclass(slots=True)
class Page:
    stretches: list[Stretch] = field(default_factory=list)
    verdicts: list[tuple[str, int, str]] = field(default_factory=list)
    """(verdict, how many figures, the word for it)."""
    doubtful: int = 0
    """Sentences that something speaks against."""
    sentences: int = 0

    @property
    def doubts(self) -> list[Stretch]:
        """Those whose place tells more than a look does: a draft of one paragraph has none."""
        return [stretch for stretch in self.stretches if stretch.objection and stretch.place]


def page(text: str, report: Report) -> Page:
    shown, at = Page(sentences=len(report.statements)), 0
    for statement in report.statements:
        if at < statement.start:
            shown.stretches.append(Stretch([Piece(text[at : statement.start])]))
        shown.stretches.append(_stretch(text, statement, report))
        at = statement.end
    if at < len(text):
        shown.stretches.append(Stretch([Piece(text[at:])]))
    for number, stretch in enumerate((stretch for stretch in shown.stretches if stretch.objection), 1):
        shown.doubtful = stretch.number = number
    shown.verdicts = _counts(report.figures)
    return shown


def _stretch(text: str, statement: Statement, report: Report) -> Stretch:
    pieces, at = list[Piece](), statement.start
    for figure in (f for f in report.figures if statement.start <= f.start and f.end <= statement.end):
        if figure.start > at:
            pieces.append(Piece(text[at : figure.start]))
        pieces.append(_figure(figure, report))
        at = figure.end
    if at < statement.end:
        pieces.append(Piece(text[at : statement.end]))
    if statement.why is None:
        return Stretch(pieces)
    return Stretch(pieces, objection(statement.why), place(text, statement.start))


def place(text: str, at: int) -> str:
    """Of a character in the draft: its page where it has several, and the paragraph there; "" where it has but one."""
    paragraphs = [line for line in text.splitlines() if line.strip()]
    if len(paragraphs) < 2:
        return ""
    before = text[: at + 1]
    number = sum(1 for line in before.rpartition(PAGE)[2].splitlines() if line.strip())
    paragraph = _("paragraph %(number)s") % {"number": number}
    return f"{label({'page': before.count(PAGE) + 1})} · {paragraph}" if PAGE in text else paragraph


def _figure(figure: Checked, report: Report) -> Piece:
    piece = Piece(figure.text, figure.verdict, _title(figure))
    cited = next((c for c in report.citations if c["marker"] == figure.marker), None)
    if cited is not None:
        piece.place, piece.document = label(figure.locator or cited["locator"]), cited["document"]
        piece.url = reverse("check-place", args=[cited["passage"]])
        if "row" in figure.locator:
            piece.url += "?" + urlencode({"row": figure.locator["row"], "column": figure.locator["column"]})
    return piece


def _title(figure: Checked) -> str:
    if figure.verdict == "computed":
        return figure.formula
    return _("Found in the source") if figure.verdict == "verified" else _("Not found in the sources")


def _counts(figures: Sequence[Checked]) -> list[tuple[str, int, str]]:
    words = {"verified": _("checked"), "computed": _("computed"), "unsupported": _("not found in the sources")}
    counts = Counter(figure.verdict for figure in figures)
    return [(verdict, counts[verdict], words[verdict]) for verdict in VERDICTS if counts[verdict]]


def objection(why: Objection) -> str:
    """The reader's language for what `str(why)` says in English."""
    said, instead = why.said, why.instead
    return {
        "figure": _("%(said)s: no source has this figure"),
        "name": _("%(said)s: the source names %(instead)s"),
        "period": _("%(said)s: the sources speak of other periods"),
        "compared": _("%(said)s: the sources only compare with it"),
        "measure": _("%(said)s: no source speaks of it"),
        "opposite": _("%(said)s: the source says %(instead)s"),
        "nowhere": _("%(said)s: no source says so"),
        "without": _("%(said)s: the source says so without it"),
    }[why.code] % {"said": said, "instead": instead}

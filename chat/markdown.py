"""Markdown to HTML that is safe to show: markers become buttons, figures carry their verdict, nothing loads or links.

An answer is shown block by block (paragraph, list, table), so that a growing answer renders its last block alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from chat.models import Turn
from library.locators import label

MARKER = re.compile(r"\[(\d{1,3})\](?!\()")
NUMERIC = re.compile(r"[-+△▲(\s]*(?:US)?[$¥€£]?\s*[-(△▲]?\d[\d,.\s]*(?:[^\W\d]{1,3}|%)?\)?\s*|[-—–－]")


@dataclass(slots=True, frozen=True)
class Marks:
    """What an answer's markers and figures stand for."""

    turn: str = ""
    labels: Mapping[int, str] = field(default_factory=dict)
    """The place of each marker in a few characters; a marker that is not here is not shown."""
    figures: Sequence[Mapping[str, Any]] = ()
    """In the order of the text: "text", "verdict", "formula"."""
    statements: Sequence[str] = ()
    """Sentences that the sources do not carry, in the order of the text."""


def render(markdown: str, turn: Turn) -> SafeString:
    """A saved answer as HTML, with its own citations and figures."""
    labels = {c.marker: label(c.locator) for c in turn.citations.all()}
    marks = Marks(str(turn.pk), labels, turn.figures, turn.provenance.get("unsupported", ()))
    return mark_safe(render_blocks(markdown, marks))  # noqa: S308 (nh3 has cleaned it)


def render_blocks(markdown: str, marks: Marks) -> str:
    return html_of(parse(markdown), marks)


def parse(markdown: str) -> list[Token]:
    return PARSER.parse(markdown)


def html_of(tokens: list[Token], marks: Marks) -> str:
    """Changes the tokens: for one rendering."""
    _shape_tables(tokens)
    _wrap_figures(_leaves(tokens), marks.figures)
    _wrap_statements(_leaves(tokens), marks.statements)
    html: str = PARSER.renderer.render(tokens, PARSER.options, {"marks": marks})
    return CLEANER.clean(html)


def blocks(markdown: str) -> list[str]:
    """The Markdown of each top-level block."""
    return _cut(markdown, block_starts(markdown))


def parsed_blocks(markdown: str) -> list[tuple[str, list[Token]]]:
    """The same, each with its tokens."""
    # A fence that is still open would hold the newlines that its own Markdown is shown without.
    tokens = parse(markdown.rstrip("\n"))
    at = [i for i, token in enumerate(tokens) if _starts_block(token)]
    shares = [tokens[a:b] for a, b in pairwise([*at, len(tokens)])]
    return list(zip(_cut(markdown, _lines(tokens)), shares, strict=True))


def block_starts(markdown: str) -> list[int]:
    """The line, from 0, in which each top-level block starts."""
    tokens: list[Token] = []
    PARSER.block.parse(markdown, PARSER, {}, tokens)
    return _lines(tokens)


def _lines(tokens: Sequence[Token]) -> list[int]:
    return [token.map[0] for token in tokens if _starts_block(token) and token.map]


def _starts_block(token: Token) -> bool:
    return token.level == 0 and token.nesting >= 0 and token.map is not None


def _cut(markdown: str, starts: Sequence[int]) -> list[str]:
    lines = markdown.split("\n")
    return ["\n".join(lines[a:b]).strip("\n") for a, b in pairwise([*starts, len(lines)])]


def plain(markdown: str) -> str:
    return plain_of(parse(markdown))


def plain_of(tokens: list[Token]) -> str:
    """The words as a reader sees them, markers included."""
    pieces: list[str] = []
    for token in tokens:
        pieces += [_words(leaf) for leaf in token.children or [token]]
        pieces.append(AFTER.get(token.type, ""))
    return "".join(pieces).strip()


AFTER = dict.fromkeys(("paragraph_close", "heading_close", "tr_close", "fence"), "\n") | {
    "th_close": "\t",
    "td_close": "\t",
}


def _words(token: Token) -> str:
    if token.type == "cite":
        return f"[{token.meta['marker']}]"
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content * (token.type in LEAVES)


# --- markers -------------------------------------------------------------------------------------------------------


def _cite_rule(state: StateInline, silent: bool) -> bool:
    match = MARKER.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("cite", "", 0).meta = {"marker": int(match[1])}
    state.pos = match.end()
    return True


def _cite_html(renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: object, env: dict[str, Any]) -> str:
    marker, marks = tokens[idx].meta["marker"], env["marks"]
    if marker not in marks.labels:
        return ""
    place = marks.labels[marker] or str(marker)
    name = _("Source %(marker)s: %(place)s") % {"marker": marker, "place": place}
    address = f"/turns/{escape(marks.turn)}/citations/{marker}/"
    return (
        f'<button type="button" class="cite" data-marker="{marker}" hx-get="{address}" hx-target="#evidence"'
        f' aria-label="{escape(name)}">{escape(place)}</button>'
    )


# --- figures and statements -----------------------------------------------------------------------------------------

LEAVES = ("text", "code_inline", "fence", "code_block")


def _leaves(tokens: list[Token]) -> list[tuple[list[Token], int]]:
    """Where the words stand, in reading order: a list of tokens and a position in it."""
    found: list[tuple[list[Token], int]] = []
    for at, token in enumerate(tokens):
        if token.type in LEAVES:
            found.append((tokens, at))
        found += [(token.children or [], i) for i, child in enumerate(token.children or []) if child.type in LEAVES]
    return found


def _wrap_figures(leaves: list[tuple[list[Token], int]], figures: Sequence[Mapping[str, Any]]) -> None:
    """Mark each figure at its next place in the text, across emphasis where that cuts through it."""
    text = "".join(siblings[i].content for siblings, i in leaves)
    spans, at = [], 0
    for figure in figures:
        found = re.compile(rf"(?<![\d.,]){re.escape(figure['text'])}(?!\d|[.,]\d)").search(text, at)
        if found:
            spans.append((*found.span(), figure))
            at = found.end()
    position = 0
    for siblings, i in leaves:
        start, end = position, position + len(siblings[i].content)
        siblings[i].meta["figures"] = [
            (max(a, start) - start, min(b, end) - start, figure) for a, b, figure in spans if a < end and b > start
        ]
        position = end


def _wrap_statements(leaves: list[tuple[list[Token], int]], statements: Sequence[str]) -> None:
    """Mark each sentence at its next place in the text; markers and line breaks do not stand in the words here."""
    text = "".join(siblings[i].content for siblings, i in leaves)
    spans, at = [], 0
    for statement in statements:
        words = MARKER.sub(" ", statement).split()
        found = re.compile(r"\s*".join(map(re.escape, words))).search(text, at) if words else None
        if found:
            spans.append(found.span())
            at = found.end()
    position = 0
    for siblings, i in leaves:
        start, end = position, position + len(siblings[i].content)
        siblings[i].meta["statements"] = [
            (max(a, start) - start, min(b, end) - start, b <= end) for a, b in spans if a < end and b > start
        ]
        position = end


def _words_html(renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: object, env: dict[str, Any]) -> str:
    token, html, at = tokens[idx], "", 0
    for start, end, is_end in token.meta.get("statements", ()):
        html += _figured(token, at, start) + _statement_html(_figured(token, start, end), is_end=is_end)
        at = end
    html += _figured(token, at, len(token.content))
    if token.type == "text":
        return html
    return f"<code>{html}</code>" if token.type == "code_inline" else f"<pre><code>{html}</code></pre>\n"


def _figured(token: Token, start: int, end: int) -> str:
    """The words from `start` to `end` with their figures marked."""
    html, at = "", start
    for a, b, figure in token.meta.get("figures", ()):
        if start <= a and b <= end:
            html += escape(token.content[at:a]) + _figure_html(token.content[a:b], figure)
            at = b
    return html + escape(token.content[at:end])


def _statement_html(html: str, *, is_end: bool) -> str:
    """A sentence that nothing carries; the words that say so follow its end."""
    ends = " end" if is_end else ""
    return f'<span class="statement unsupported{ends}" title="{escape(_("Not found in the sources"))}">{html}</span>'


def _figure_html(words: str, figure: Mapping[str, Any]) -> str:
    match figure["verdict"]:
        case "verified" as verdict:
            title = _("Found in the source")
        case "computed" as verdict:
            title = figure.get("formula") or _("Computed from the sources")
        case _:
            verdict, title = "unsupported", _("Not found in the sources")
    return f'<span class="figure {verdict}" title="{escape(title)}">{escape(words)}</span>'


# --- tables, links, pictures ---------------------------------------------------------------------------------------


def _shape_tables(tokens: list[Token]) -> None:
    """Columns of numbers stand right; the page's policy allows no style attribute, so by a class."""
    for token, inline in pairwise(tokens):
        if token.type in ("td_open", "th_open"):
            words = MARKER.sub("", inline.content).replace("*", "")
            right = "right" in str(token.attrs.pop("style", "")) or NUMERIC.fullmatch(words.strip())
            if right:
                token.attrs["class"] = "number"
        elif token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    if tokens and tokens[-1].type == "heading_close":
        tokens[-1].tag = f"h{min(int(tokens[-1].tag[1]) + 2, 6)}"


def _link_end_html(renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
    """A link shows where it would lead and leads nowhere."""
    opened = next(t for t in reversed(tokens[:idx]) if t.type == "link_open")
    address = str(opened.attrs.get("href", ""))
    return "" if opened.markup == "autolink" else f" ({escape(address)})"


def _nothing(renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
    return ""


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    # A reference would reach across blocks, and an underline turns the line before it into a heading.
    parser.disable(["reference", "lheading", "html_block", "html_inline"])
    parser.inline.ruler.before("link", "cite", _cite_rule)
    parser.add_render_rule("cite", _cite_html)
    for leaf in LEAVES:
        parser.add_render_rule(leaf, _words_html)
    parser.add_render_rule("link_open", _nothing)
    parser.add_render_rule("link_close", _link_end_html)
    parser.add_render_rule("image", _nothing)
    return parser


PARSER = _parser()
TEXT_TAGS = {
    "p",
    "br",
    "hr",
    "strong",
    "em",
    "s",
    "code",
    "pre",
    "blockquote",
    "h3",
    "h4",
    "h5",
    "h6",
    "span",
    "button",
}
CLEANER = nh3.Cleaner(
    tags=TEXT_TAGS | {"h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"},
    attributes={
        "button": {"type", "class", "data-marker", "hx-get", "hx-target", "aria-label"},
        "span": {"class", "title"},
        "td": {"class"},
        "th": {"class"},
        "ol": {"start"},
    },
    url_schemes=set(),
    link_rel=None,
)

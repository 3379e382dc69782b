"""Numbers in a form that neither English nor Japanese writes: "999,5", "1.234.567", "1'000'000".

What they count depends on the language, so they are not read: only a source that prints the very same carries them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from chat.verifying.evidence import Evidence, Source
from library.figure_noise import mask
from library.figure_words import narrow
from library.figures import Figure

_ODD = re.compile(r"(?<![\w.,'’])\d+(?:[.,'’٫٬\u00a0\u202f]\d+)+(?!\d)", re.ASCII)


def odd_numbers(text: str, figures: Sequence[Figure]) -> list[tuple[int, int]]:
    """(start, end) of each number that is not wholly one of the figures."""
    return [
        match.span()
        for match in _ODD.finditer(mask(narrow(text)))
        if not any(f.start <= match.start() and match.end() <= f.end for f in figures)
    ]


def apart(figures: Iterable[Figure], odd: Sequence[tuple[int, int]]) -> list[Figure]:
    """The figures that are no part of a number that cannot be read."""
    return [f for f in figures if not any(f.start < end and start < f.end for start, end in odd)]


def printing(number: str, held: Iterable[Evidence]) -> Iterator[Source]:
    """The sources that print the same number."""
    whole = re.compile(rf"(?<![\d.,'’]){re.escape(number)}(?![\d]|[.,'’]\d)")
    seen: set[int] = set()
    for evidence in held:
        if evidence.source.marker not in seen:
            seen.add(evidence.source.marker)
            if whole.search(evidence.source.text):
                yield evidence.source

"""A model's answer while it grows: markers checked, figures checked as each sentence ends, blocks rendered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import accumulate
from uuid import UUID

from markdown_it.token import Token

from chat.blocks import Blocks
from chat.events import Delta, Figure, Source
from chat.markdown import Marks, blocks, html_of, parse, plain, plain_of
from chat.markers import Markers
from chat.verify import Checked, Verifier, verify
from chat.verify import Source as Evidence
from chat.verify_statements import check_statements

FLUSH_S, SLOWEST_S = 0.04, 0.2
"""Between two looks at what the model has written: usually, and where the process is so busy that it comes late."""

SETTLE = 4
"""Rounds of the event loop in which what the socket has is read to its end."""


async def paced(pieces: AsyncIterator[str]) -> AsyncGenerator[str]:
    """The first piece at once, then what has come in between, joined. Whatever ends `pieces` ends this.

    In between nothing is read: many small pieces cost more than a few joined ones, and the socket keeps them.
    """
    waiting: list[str] = []
    arrived, gate = asyncio.Event(), asyncio.Event()

    async def collect() -> None:
        try:
            async for piece in pieces:
                waiting.append(piece)
                arrived.set()
                await gate.wait()
        finally:
            arrived.set()

    task = asyncio.create_task(collect())
    pause = FLUSH_S
    try:
        while waiting or not task.done():
            gate.set()
            await arrived.wait()
            for _turn in range(SETTLE):
                await asyncio.sleep(0)
            arrived.clear()
            gate.clear()
            if waiting:
                joined = "".join(waiting)
                waiting.clear()
                yield joined
                pause = await _rest(pause)
        await task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _rest(pause: float) -> float:
    """Wait so long; how long to wait the next time, by how late the event loop came back."""
    began = time.perf_counter()
    await asyncio.sleep(pause)
    late = time.perf_counter() - began - pause
    return min(max(FLUSH_S, (pause + FLUSH_S + 4 * late) / 2), SLOWEST_S)


class Writing:
    """Takes the text in pieces and gives the blocks that changed; `finish` has the last word on every figure."""

    def __init__(self, turn: UUID, sources: Sequence[Source]) -> None:
        self.markers = Markers([source.marker for source in sources])
        self.figures: list[Figure] = []
        self.unsupported: list[str] = []
        """The sentences that the sources do not carry; known at the end."""
        self._statements: dict[int, list[str]] = {}
        self._turn = str(turn)
        self._labels = {source.marker: source.label for source in sources}
        self._evidence: Sequence[Evidence] = ()
        self._live: LiveCheck | None = None
        self._checked: dict[int, list[Figure]] = {}
        self._blocks = Blocks()
        self._markdown: dict[int, str] = {}
        self._shown: dict[int, str] = {}

    @property
    def text(self) -> str:
        return self._blocks.text

    def read_evidence(self, read: Callable[[Sequence[Source]], list[Evidence]], sources: Sequence[Source]) -> None:
        """Make the sources ready to be checked against; on a thread, while the model is still thinking."""
        evidence = read(sources)
        live = LiveCheck(evidence)
        self._evidence, self._live, self._checked = evidence, live, live.figures

    def add(self, piece: str) -> list[Delta]:
        self._blocks.add(self.markers.feed(piece))
        changed = dict(self._blocks.changed())
        self._markdown |= changed
        parsed = {number: parse(markdown) for number, markdown in changed.items()}
        touched = set(changed)
        if self._live is not None:
            for number, tokens in parsed.items():
                touched |= self._live.feed(number, plain_of(tokens))
        return self._deltas({n: parsed.get(n) or parse(self._markdown[n]) for n in sorted(touched)})

    def finish(self, *, statements: bool = True) -> list[Delta]:
        """The blocks that read differently now that all of the text is known, its sentences checked as well."""
        deltas = self.add(self.markers.close())
        whole = blocks(self.text)
        self._markdown = dict.fromkeys(self._markdown, "") | dict(enumerate(whole))
        words = [plain(block) for block in whole]
        if self._live is None or not self._live.settle(words):
            self._checked = checked_by_block(words, self._evidence)
        if statements and self._evidence:
            self._statements = unsupported_by_block(words, self._evidence)
        self.unsupported = [text for number in sorted(self._statements) for text in self._statements[number]]
        self.figures = [figure for number in sorted(self._checked) for figure in self._checked[number]]
        return deltas + self._deltas({number: parse(markdown) for number, markdown in self._markdown.items()})

    def _deltas(self, parsed: Mapping[int, list[Token]]) -> list[Delta]:
        deltas = []
        for number, tokens in parsed.items():
            marks = Marks(
                self._turn,
                self._labels,
                [asdict(f) for f in self._checked.get(number, ())],
                self._statements.get(number, ()),
            )
            html = html_of(tokens, marks)
            if self._shown.get(number) != html:
                self._shown[number] = html
                deltas.append(Delta(number, html, self._markdown[number]))
        return deltas


class LiveCheck:
    """Checks each sentence of a growing text once it is whole.

    A block whose earlier words change (emphasis that closes late) is left to the check of the whole text at the end.
    """

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self.figures: dict[int, list[Figure]] = {}
        self._verifier = Verifier(evidence)
        self._fed = 0
        self._starts: list[tuple[int, int]] = []
        """(place in what the verifier was fed, number) of each block."""
        self._read: dict[int, str] = {}

    def feed(self, number: int, words: str) -> set[int]:
        """`words` is all of the block so far; the numbers of the blocks in which figures were checked now."""
        before = self._read.get(number, "")
        last = self._starts[-1][1] if self._starts else -1
        if not words.startswith(before) or number < last:
            return set()
        new = words[len(before) :]
        if number > last:
            new = "\n\n" * bool(self._starts) + new
            self._starts.append((self._fed, number))
        self._fed += len(new)
        self._read[number] = words
        return self._noted(self._verifier.feed(new))

    def settle(self, words: Sequence[str]) -> bool:
        """Check the rest, and once more the blocks with a figure that may be worked out of later ones.

        False where the text at the end is not what was fed: then all of it has to be checked again.
        """
        if [text for text in words if text] != [text for _, text in sorted(self._read.items()) if text]:
            return False
        self._noted(self._verifier.close())
        for number, own in self.figures.items():
            if any(figure.verdict == "unsupported" for figure in own):
                self.figures[number] = [figure_of(checked) for checked in self._verifier.whole(words[number])]
        return True

    def _noted(self, found: Iterable[Checked]) -> set[int]:
        touched = set()
        for checked in found:
            block = next(n for at, n in reversed(self._starts) if at <= checked.start)
            self.figures.setdefault(block, []).append(figure_of(checked))
            touched.add(block)
        return touched


def checked_by_block(words: Sequence[str], evidence: Sequence[Evidence]) -> dict[int, list[Figure]]:
    """The figures of a text that is complete, by the block they stand in; `words` are its blocks in plain text."""
    ends = list(accumulate(len(w) + 2 for w in words))
    found: dict[int, list[Figure]] = {}
    for checked in verify("\n\n".join(words), evidence):
        number = next(i for i, end in enumerate(ends) if checked.start < end)
        found.setdefault(number, []).append(figure_of(checked))
    return found


def unsupported_by_block(words: Sequence[str], evidence: Sequence[Evidence]) -> dict[int, list[str]]:
    """The sentences that the sources do not carry, by the block they stand in."""
    ends = list(accumulate(len(w) + 2 for w in words))
    found: dict[int, list[str]] = {}
    for statement in check_statements("\n\n".join(words), evidence):
        if not statement.supported:
            number = next(i for i, end in enumerate(ends) if statement.start < end)
            found.setdefault(number, []).append(statement.text)
    return found


def figure_of(checked: Checked) -> Figure:
    return Figure(
        checked.text,
        checked.value,
        checked.unit,
        checked.verdict,
        checked.marker,
        checked.locator or None,
        checked.formula or None,
    )

"""A model's answer while it grows: markers checked, figures checked as each sentence ends, blocks rendered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import accumulate
from uuid import UUID

from chat.blocks import Blocks
from chat.events import Delta, Figure, Source
from chat.markdown import Marks, blocks, plain, render_blocks
from chat.markers import Markers
from chat.verify import Checked, Verifier, verify
from chat.verify import Source as Evidence

FLUSH_S = 0.04


async def paced(pieces: AsyncIterator[str], pause_s: float = FLUSH_S) -> AsyncGenerator[str]:
    """The first piece at once, then what has come in between, joined. Whatever ends `pieces` ends this."""
    waiting: list[str] = []
    arrived = asyncio.Event()

    async def collect() -> None:
        try:
            async for piece in pieces:
                waiting.append(piece)
                arrived.set()
        finally:
            arrived.set()

    task = asyncio.create_task(collect())
    try:
        while waiting or not task.done():
            await arrived.wait()
            arrived.clear()
            if waiting:
                joined = "".join(waiting)
                waiting.clear()
                yield joined
                await asyncio.wait([task], timeout=pause_s)
        await task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Writing:
    """Takes the text in pieces and gives the blocks that changed; `finish` has the last word on every figure."""

    def __init__(self, turn: UUID, sources: Sequence[Source]) -> None:
        self.markers = Markers([source.marker for source in sources])
        self.figures: list[Figure] = []
        self._turn = str(turn)
        self._labels = {source.marker: source.label for source in sources}
        self._evidence: Sequence[Evidence] = ()
        self._live: LiveCheck | None = None
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
        self._evidence, self._live = evidence, live

    def add(self, piece: str) -> list[Delta]:
        self._blocks.add(self.markers.feed(piece))
        changed = dict(self._blocks.changed())
        self._markdown |= changed
        touched = set(changed)
        if self._live is None:
            return self._deltas(touched, {})
        for number, markdown in changed.items():
            touched |= self._live.feed(number, plain(markdown))
        return self._deltas(touched, self._live.figures)

    def finish(self) -> list[Delta]:
        """The blocks that read differently now that all of the text is known."""
        self._blocks.add(self.markers.close())
        whole = blocks(self.text)
        self._markdown = dict.fromkeys(self._shown, "") | dict(enumerate(whole))
        checked = checked_by_block(whole, self._evidence)
        self.figures = [figure for number in sorted(checked) for figure in checked[number]]
        return self._deltas(set(self._markdown), checked)

    def _deltas(self, numbers: set[int], figures: Mapping[int, Sequence[Figure]]) -> list[Delta]:
        deltas = []
        for number in sorted(numbers):
            markdown = self._markdown[number]
            marks = Marks(self._turn, self._labels, [asdict(f) for f in figures.get(number, ())])
            html = render_blocks(markdown, marks) if markdown else ""
            if self._shown.get(number) != html:
                self._shown[number] = html
                deltas.append(Delta(number, html, markdown))
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
        touched = set()
        for checked in self._verifier.feed(new):
            block = next(n for at, n in reversed(self._starts) if at <= checked.start)
            self.figures.setdefault(block, []).append(figure_of(checked))
            touched.add(block)
        return touched


def checked_by_block(whole: Sequence[str], evidence: Sequence[Evidence]) -> dict[int, list[Figure]]:
    """The figures of a text that is complete, by the block they stand in."""
    words = [plain(block) for block in whole]
    ends = list(accumulate(len(w) + 2 for w in words))
    found: dict[int, list[Figure]] = {}
    for checked in verify("\n\n".join(words), evidence):
        number = next(i for i, end in enumerate(ends) if checked.start < end)
        found.setdefault(number, []).append(figure_of(checked))
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

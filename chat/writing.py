"""A model's answer while it grows: markers checked, figures checked as each sentence ends, blocks rendered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from uuid import UUID

from markdown_it.token import Token

from chat.blocks import Blocks
from chat.events import Delta, Figure, Source
from chat.live import LiveCheck
from chat.markdown import Marks, blocks, html_of, parse, plain, plain_of
from chat.markers import Markers
from chat.verdicts import Verdicts
from chat.verify import Source as Evidence

FLUSH_S, SLOWEST_S = 0.04, 0.25
"""Between two looks at what the model has written: usually, and where the process is so busy that it comes late."""

SHARE_S = 0.0015
"""Of an answer in a process that writes many: each look costs about half of it."""

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
    _under_way.add(task)
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
        _under_way.discard(task)
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            # Raised above where it ends this; what fails as this is ended takes the place of no other end.
            task.exception()


_under_way: set[asyncio.Task[None]] = set()


async def _rest(pause: float) -> float:
    """Wait so long; how long to wait the next time, by how many wait so and how late the event loop came back."""
    began = time.perf_counter()
    await asyncio.sleep(pause)
    late = time.perf_counter() - began - pause
    usual = max(FLUSH_S, SHARE_S * len(_under_way))
    return min(max(usual, (pause + usual + 12 * late) / 2), SLOWEST_S)


class Writing:
    """Takes the text in pieces and gives the blocks that changed; `settle` brings the last word on every figure."""

    def __init__(self, turn: UUID, sources: Sequence[Source]) -> None:
        self.markers = Markers([source.marker for source in sources])
        self.verdicts = Verdicts()
        """Preliminary until `settle`: a figure may be worked out of others that come later."""
        self.evidence: Sequence[Evidence] = ()
        self._turn = str(turn)
        self._labels = {source.marker: source.label for source in sources}
        self._live: LiveCheck | None = None
        self._blocks = Blocks()
        self._markdown: dict[int, str] = {}
        self._shown: dict[int, object] = {}

    @property
    def text(self) -> str:
        return self._blocks.text

    @property
    def figures(self) -> list[Figure]:
        return [figure for _, own in sorted(self.verdicts.figures.items()) for figure in own]

    @property
    def unsupported(self) -> list[str]:
        """The sentences that the sources do not carry; known at the end."""
        return [text for _, own in sorted(self.verdicts.unsupported.items()) for text in own]

    @property
    def places(self) -> dict[str, list[int]]:
        """The number of the block in which each of `figures` and `unsupported` stands."""
        kinds: dict[str, Mapping[int, Sequence[object]]] = {
            "figures": self.verdicts.figures,
            "unsupported": self.verdicts.unsupported,
        }
        return {kind: [number for number, own in sorted(found.items()) for _ in own] for kind, found in kinds.items()}

    def read_evidence(self, read: Callable[[Sequence[Source]], list[Evidence]], sources: Sequence[Source]) -> None:
        """Make the sources ready to be checked against; on a thread."""
        self.evidence = read(sources)
        self._live = LiveCheck(self._turn, self.evidence, self.verdicts)

    def add(self, piece: str) -> list[Delta]:
        self._blocks.add(self.markers.feed(piece))
        parsed = {}
        for number, markdown, tokens in self._blocks.changed():
            self._markdown[number], parsed[number] = markdown, tokens
        touched = set(parsed)
        if self._live is not None:
            for number, tokens in parsed.items():
                self._live.feed(number, plain_of(tokens))
            touched |= self._live.noted()
        return self._deltas({n: parsed[n] if n in parsed else parse(self._markdown[n]) for n in sorted(touched)})

    def close(self) -> list[Delta]:
        """All of the text is known, and cut into blocks for good."""
        deltas = self.add(self.markers.close())
        if self._live is not None:
            self._live.close()
            self._live = None
        self._markdown = dict.fromkeys(self._markdown, "") | dict(enumerate(blocks(self.text)))
        return deltas

    def words(self) -> list[str]:
        """The blocks in plain text, to be checked."""
        return [plain(block) for block in blocks(self.text)]

    def settle(self, verdicts: Verdicts) -> list[Delta]:
        """The blocks that read differently now that all of the text is checked."""
        self.verdicts = verdicts
        changed = [n for n, markdown in self._markdown.items() if self._shown.get(n) != self._look(n, markdown)]
        return self._deltas({number: parse(self._markdown[number]) for number in changed})

    def _deltas(self, parsed: Mapping[int, list[Token]]) -> list[Delta]:
        deltas = []
        for number, tokens in parsed.items():
            markdown = self._markdown[number]
            look = self._look(number, markdown)
            if self._shown.get(number) != look:
                self._shown[number] = look
                figures = [
                    {"text": figure.text, "verdict": figure.verdict, "formula": figure.formula}
                    for figure in self.verdicts.figures.get(number, ())
                ]
                marks = Marks(self._turn, self._labels, figures, self.verdicts.unsupported.get(number, ()))
                deltas.append(Delta(number, html_of(tokens, marks), markdown))
        return deltas

    def _look(self, number: int, markdown: str) -> object:
        """All that a block's look depends on."""
        figures = [(figure.text, figure.verdict, figure.formula) for figure in self.verdicts.figures.get(number, ())]
        return markdown, figures, list(self.verdicts.unsupported.get(number, ()))

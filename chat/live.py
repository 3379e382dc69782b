"""First verdicts on the figures of answers that are still being written, in the process that checks.

What all answers have said since the last look goes there together: for each sentence alone it would cost more to ask
than to check. The check of the whole text, at the end, has the last word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

from chat import checker
from chat.verdicts import Said, Verdicts, figure_of
from chat.verify import Checked, Source

LOOK_S = 0.3
"""Between two looks."""


class LiveCheck:
    """Has each sentence of a growing text checked once it is whole, and notes the figures in `verdicts`.

    A block whose earlier words change (emphasis that closes late) is left to the check of the whole text at the end.
    """

    def __init__(self, answer: str, evidence: Sequence[Source], verdicts: Verdicts) -> None:
        self._figures = verdicts.figures
        self._said = Said(answer, evidence)
        self._fed = 0
        self._starts: list[tuple[int, int]] = []
        """(place in what was fed, number) of each block."""
        self._read: dict[int, str] = {}
        self._noted: set[int] = set()

    def feed(self, number: int, words: str) -> None:
        """`words` is all of the block so far."""
        before = self._read.get(number, "")
        last = self._starts[-1][1] if self._starts else -1
        if not words.startswith(before) or number < last:
            return
        new = words[len(before) :]
        if number > last:
            new = "\n\n" * bool(self._starts) + new
            self._starts.append((self._fed, number))
        self._fed += len(new)
        self._read[number] = words
        self._said.words += new
        _looks().call(self)

    def close(self) -> None:
        self._said.is_all = True
        _looks().call(self)

    def noted(self) -> set[int]:
        """The blocks in which figures were checked since this was asked last."""
        noted, self._noted = self._noted, set()
        return noted

    def take(self) -> Said:
        said, self._said = self._said, Said(self._said.answer)
        return said

    def note(self, found: Iterable[Checked]) -> None:
        for checked in found:
            block = next(n for at, n in reversed(self._starts) if at <= checked.start)
            self._figures.setdefault(block, []).append(figure_of(checked))
            self._noted.add(block)


class Looks:
    """Has the new words of all answers of this event loop checked, as long as there are any."""

    def __init__(self) -> None:
        self._called: dict[LiveCheck, None] = {}
        self._task: asyncio.Task[None] | None = None

    def call(self, check: LiveCheck) -> None:
        self._called[check] = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._called:
            called, self._called = list(self._called), {}
            found = await checker.first([check.take() for check in called])
            for check, checked in zip(called, found, strict=True):
                check.note(checked)
            await asyncio.sleep(LOOK_S)


_all_looks: WeakKeyDictionary[asyncio.AbstractEventLoop, Looks] = WeakKeyDictionary()


def _looks() -> Looks:
    return _all_looks.setdefault(asyncio.get_running_loop(), Looks())

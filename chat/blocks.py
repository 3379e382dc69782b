"""A growing text cut into blocks, so that only what changed is rendered and sent again."""

from __future__ import annotations

from markdown_it.token import Token

from chat.markdown import block_starts, blocks, parse, parsed_blocks


class Blocks:
    """Only the last block of Markdown can still change; the ones before it stay as they are."""

    def __init__(self) -> None:
        self.text = ""
        self.finished: list[str] = []
        self._from = 0
        """Where in `text` the first block stands that is not finished."""
        self._last: list[str] = []
        """The others, as they were when they were looked at."""
        self._lines_ended = False

    def add(self, piece: str) -> None:
        self.text += piece.replace("\r", "").replace("\x00", "")
        self._lines_ended = self._lines_ended or "\n" in piece

    def changed(self) -> list[tuple[int, str, list[Token]]]:
        """(number, Markdown, parsed) of each block that is not what it was; "" for one that is no more."""
        start, before = len(self.finished), self._last
        if self._lines_ended:
            self._finish()
            self._lines_ended = False
        last = parsed_blocks(self.text[self._from :])
        self._last = [markdown for markdown, _ in last]
        now = [*((markdown, None) for markdown in self.finished[start:]), *last]
        now += [("", None)] * (len(before) - len(now))
        return [
            (start + i, markdown, parse(markdown) if tokens is None else tokens)
            for i, (markdown, tokens) in enumerate(now)
            if i >= len(before) or before[i] != markdown
        ]

    def _finish(self) -> None:
        """Lines that are whole decide what is finished: a line that still grows may yet belong to the block before."""
        tail = self.text[self._from :]
        whole = tail[: tail.rfind("\n") + 1]
        starts = block_starts(whole)
        if len(starts) < 2:
            return
        cut = sum(len(line) + 1 for line in whole.split("\n")[: starts[-1]])
        self.finished += blocks(whole[:cut])
        self._from += cut

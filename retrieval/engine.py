"""`python -m retrieval.engine FOLDER [DIMENSIONS]`: one generation of the embedded index, in a process of its own.

Loading, flushing and counting hold the interpreter's lock for up to half a second; here nobody waits for it who is not
asking this very generation. It serves a socket in the folder, a thread a connection, and lives no longer than whoever
started it: it ends when its input does. One process at a time has the folder, by a lock.

The socket asks for no name: its mode lets in this user alone, who could as well read the shard's own files and the
database beside them. A token would have to lie there too.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

from retrieval import wire
from retrieval.store_edge import EdgeStore
from retrieval.wire import Message

logger = logging.getLogger(__name__)
LOCK_S = 30.0
"""How long an engine may take to end whose starter has died."""
END_S = 10.0
"""How long the questions inside may take when it ends."""
SWITCH_S = 0.0005
"""How soon a thread that computes gives way to a question."""


def main(folder: Path, dimensions: int | None) -> None:
    """Says on its output in one line that it is there, or why not."""
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started this, who ends it in order
    sys.setswitchinterval(SWITCH_S)
    service = Service()
    threading.Thread(target=_end_with_input, args=(service,), daemon=True).start()
    if dimensions is not None:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = _locked(folder)
        service.store = EdgeStore(folder, dimensions)
        listener = wire.listening(folder)
    except BlockingIOError:
        _say(held=f"Another process holds the index in {folder}.")
        return
    except Exception as error:  # noqa: BLE001 - a border: a damaged folder raises anything, and its starter is told
        _say(away=str(error))
        return
    with lock, listener:
        _say(ready=os.getpid())
        service.serve(listener)


class Service:
    """Answers from one shard. Once it is ending it takes nothing on and waits for what is under way."""

    def __init__(self) -> None:
        self.store: EdgeStore | None = None
        self._changed = threading.Condition()
        self._under_way = 0
        self._ending = False

    def serve(self, listener: socket.socket) -> None:
        while True:
            connection = Connection(listener.accept()[0].detach())
            threading.Thread(target=self._answer_all, args=(connection,), daemon=True).start()

    def end(self) -> None:
        """Close the shard and this process with it, even where its folder has been thrown away."""
        with self._changed:
            self._ending = True
            self._changed.wait_for(lambda: self._under_way == 0, END_S)
        try:
            if self.store is not None:
                self.store.close()
        finally:
            os._exit(0)

    def _answer_all(self, connection: Connection) -> None:
        """Until the other side hangs up."""
        with suppress(OSError, EOFError), connection:
            while True:
                asked = wire.unpacked(connection.recv_bytes())
                if not self._begin():
                    return
                try:
                    connection.send_bytes(self._answer(asked).packed())
                finally:
                    self._finish()

    def _answer(self, asked: Message) -> Message:
        assert self.store is not None  # noqa: S101 - nobody is let in before
        try:
            return ACTIONS[asked.head["do"]](self.store, asked)
        except Exception as error:  # a border: the binding raises bare exceptions, and the asker is told
            logger.exception("The index could not do what it was asked (%s)", asked.head["do"])
            return Message({"error": str(error)})

    def _begin(self) -> bool:
        with self._changed:
            self._under_way += not self._ending
            return not self._ending

    def _finish(self) -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()


def _search(store: EdgeStore, asked: Message) -> Message:
    return wire.rankings(store.search(*wire.read_search(asked)))


def _count(store: EdgeStore, asked: Message) -> Message:
    return Message({"count": store.count(frozenset(asked.head["scopes"]))})


def _upsert(store: EdgeStore, asked: Message) -> Message:
    store.upsert(wire.read_points(asked))
    return Message({})


def _remove(store: EdgeStore, asked: Message) -> Message:
    store.remove(asked.head["version"])
    return Message({})


def _rescope(store: EdgeStore, asked: Message) -> Message:
    store.rescope(asked.head["version"], asked.head["scope"])
    return Message({})


def _keep(store: EdgeStore, asked: Message) -> Message:
    store.keep()
    return Message({})


def _size(store: EdgeStore, asked: Message) -> Message:
    return Message({"count": store.size()})


def _optimise(store: EdgeStore, asked: Message) -> Message:
    store.optimise()
    return Message({})


ACTIONS: dict[str, Callable[[EdgeStore, Message], Message]] = {
    "search": _search,
    "count": _count,
    "upsert": _upsert,
    "remove": _remove,
    "rescope": _rescope,
    "keep": _keep,
    "size": _size,
    "optimise": _optimise,
}


def _locked(folder: Path) -> IO[str]:
    """The lock on the folder, once an engine that is about to end has let go of it; else BlockingIOError."""
    until = time.monotonic() + LOCK_S
    while True:
        try:
            return wire.locked(folder)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
        time.sleep(0.02)


def _end_with_input(service: Service) -> None:
    os.read(sys.stdin.fileno(), 1)
    service.end()


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logging.basicConfig(format="%(name)s: %(message)s")
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)

"""manage.py check FILE --as USER: a draft checked against the library. Without a file: Django's own system checks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import check as system_check

from chat import checking
from chat.checking import Report
from library.models import User
from retrieval import owner
from retrieval.store import IndexAway

LINE = '{"id", "text", "sources"?: [text…], "as"?}'


class Command(system_check.Command):
    help = (
        "Check the figures and statements of a draft against the library, as one user, or in a batch against the "
        "sources given in it. With neither a file nor --batch: check the installation (Django's own check)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as", dest="user", metavar="USER")
        parser.add_argument("--batch", metavar="FILE", help=f"{LINE} a line; - for standard input")
        parser.add_argument("--json", action="store_true")

    def handle(self, *files: Any, **options: Any) -> None:
        batch, named = options.get("batch"), options.get("user")
        if not batch and not named:
            super().handle(*files, **options)
            return
        if len(files) + bool(batch) != 1:
            raise CommandError("Give either a file (- for standard input) or --batch FILE.")
        lines = list(read_lines(batch)) if batch else [{"id": "", "text": read_text(files[0])}]
        searched = any("sources" not in line for line in lines)
        try:
            with owner.ensure() if searched else nullcontext():
                for line in lines:
                    self._show(report_on(line, named), line, as_json=options["json"])
        except IndexAway as error:
            raise CommandError(str(error)) from error

    def _show(self, report: Report, line: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            print(json.dumps(report.as_json(line["id"]), ensure_ascii=False), flush=True)
            return
        for figure in report.figures:
            where = f" [{figure.marker}]" if figure.marker else ""
            formula = f" = {figure.formula}" if figure.formula else ""
            self.stdout.write(f"{figure.verdict:<12} {figure.text}{where}{formula}")
        for statement in report.statements:
            if not statement.supported:
                self.stdout.write(f"{'doubtful':<12} {statement.text}\n{'':<12} {statement.why}")
        for citation in report.citations:
            self.stdout.write(f"  [{citation['marker']}] {citation['document']}")
        self.stdout.write("Supported." if report.supported else "Not supported as it stands.")


def report_on(line: dict[str, Any], named: str | None) -> Report:
    if "sources" in line:
        return checking.against(line["text"], line["sources"])
    name = line.get("as") or named
    if not name:
        raise CommandError("Without sources of its own a draft is checked against the library: give --as USER.")
    return checking.in_library(user_named(name), line["text"])


def read_text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not UTF-8 text.") from error


def read_lines(name: str) -> Iterator[dict[str, Any]]:
    for number, raw in enumerate(read_text(name).splitlines(), 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
            sources = line.get("sources")
            found = {"id": line["id"], "text": str(line["text"]), "as": line.get("as")}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandError(f"Line {number} is not of the form {LINE}.") from error
        if sources is not None and not (isinstance(sources, list) and all(isinstance(s, str) for s in sources)):
            raise CommandError(f"Line {number}: sources must be a list of texts.")
        yield found | ({"sources": sources} if sources is not None else {})


def user_named(name: str) -> User:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no user {name!r}.")
    return user

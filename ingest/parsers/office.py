"""LibreOffice, where it is installed: one run for one file, with a profile of its own, for runs beside each other."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ingest.segments import Unreadable

PROGRAMS = ("soffice", "libreoffice")
TIMEOUT = 120
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""
"""No macro is run, and nothing is fetched that the file only points at: not from this machine's disk either."""


def program(where: str | None = None) -> str | None:
    """The program's path, None where it is not installed; `where` as PATH is written, None for this process's own."""
    return next((found for p in PROGRAMS if (found := shutil.which(p, path=where))), None)


def convert(program: str, path: Path, ending: str, folder: Path, options: str = "") -> Path:
    """The file in another format, in the folder, which is the run's own; `options` are the export filter's."""
    settings = folder / "profile" / "user"
    settings.mkdir(parents=True)
    (settings / "registrymodifications.xcu").write_text(PROFILE)
    command = [
        program,
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--norestore",
        "--convert-to",
        ending + options,
        "--outdir",
        str(folder),
        str(path),
    ]
    # What it caches goes with the folder.
    home = {"HOME": str(folder), "TMPDIR": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT, env=ENVIRONMENT | home)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_complex") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise Unreadable("damaged") from error
    made = next(folder.glob(f"*.{ending}"), None)
    if made is None:
        raise Unreadable("damaged")
    return made

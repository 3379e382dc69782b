"""How fast PDFs are parsed with their tables, on one core, against pdfplumber on a sample of the same pages.

Seconds are of the processor, not of the clock, so that what else runs on the machine does not count.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

SAMPLE = 24
"""Pages that pdfplumber reads too, spread over all of them; it needs about a third of a second for each."""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench ingest", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--part", choices=["ours", "theirs"], help="used inside: one half, in a process of its own")
    args = parser.parse_args(argv)
    if args.part == "ours":
        print(json.dumps(parse(args.folder, args.pages)))
        return 0
    if args.part == "theirs":
        print(json.dumps(plumb(args.folder, args.pages)))
        return 0
    ours = _child(args.folder, args.pages, "ours")
    theirs = _child(args.folder, args.pages, "theirs")
    rate = ours["pages"] / ours["seconds"]
    other = theirs["pages"] / theirs["seconds"]
    print(
        json.dumps(
            {
                **ours,
                "pages_per_s": round(rate, 1),
                "vs_pdfplumber": round(rate / other, 2),
                "pdfplumber_pages_per_s": round(other, 2),
            }
        )
    )
    return 0


def _child(folder: Path, pages: int, part: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench", "ingest", str(folder), "--pages", str(pages), "--part", part]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, float] = json.loads(out.splitlines()[-1])
    return result


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.pdf"))


def parse(folder: Path, pages: int) -> dict[str, float]:
    """Our parser over whole files until so many pages are done; memory is the peak of this process."""
    from ingest.parsers.pdf import parse as parse_pdf
    from ingest.segments import Block, Progress, TableBlock

    done = blocks = tables = 0
    start = time.process_time()
    for path in _files(folder):
        for segment in parse_pdf(path, path.name):
            done += isinstance(segment, Progress)
            blocks += isinstance(segment, Block)
            tables += isinstance(segment, TableBlock)
            if done >= pages:
                break
        if done >= pages:
            break
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"pages": done, "seconds": round(seconds, 2), "peak_mb": round(peak), "blocks": blocks, "tables": tables}


def plumb(folder: Path, pages: int) -> dict[str, float]:
    """pdfplumber's text and tables on every so-manieth of the very same pages, each closed after it."""
    import pdfplumber

    step = max(1, pages // SAMPLE)
    seconds, done, seen = 0.0, 0, 0
    for path in _files(folder):
        if seen >= pages:
            break
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages[: pages - seen]:
                seen += 1
                if seen % step:
                    continue
                start = time.process_time()
                page.extract_text()
                page.extract_tables()
                page.close()
                seconds += time.process_time() - start
                done += 1
    return {"pages": done, "seconds": round(seconds, 2)}

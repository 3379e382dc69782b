"""Scanned pages: each by itself within the limits, and one that is too large harms no other."""

from __future__ import annotations

import io
from pathlib import Path

from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from ingest import tasks
from ingest.limits import Limits
from ingest.parsers import images
from ingest.segments import Block, Notice, Progress
from library import places
from library.models import User
from library.versions import publish
from retrieval.search import Hit, hit_json
from tests.ingest.conftest import Ingest
from tests.ingest.test_child import confined

OCR_LIMITS = Limits(memory_mb=700, cpu_s=60, wall_s=90, pages=100)
"""Enough for every library, too little for the pictures of a page on their way through the models."""


def scan(pages: int) -> bytes:
    drawn = []
    for number in range(pages):
        page = Image.new("RGB", (1240, 1754), "white")
        ImageDraw.Draw(page).text(
            (150, 200), f"Revenue rose to {number + 12} billion", "black", ImageFont.load_default(48)
        )
        drawn.append(page)
    out = io.BytesIO()
    drawn[0].save(out, "PDF", resolution=150, save_all=True, append_images=drawn[1:])
    return out.getvalue()


def test_memory_that_is_used_up_by_a_picture_leaves_a_notice(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan(2))
    code = f"""
    from pathlib import Path
    from ingest.parsers import pdf
    from ingest.segments import Notice, Unreadable
    try:
        for segment in pdf.parse(Path({str(path)!r}), "scan.pdf"):
            if isinstance(segment, Notice):
                print(segment.code, segment.detail["page"])
    except Unreadable as reason:
        print(reason.code)
    """
    ended = confined(code, OCR_LIMITS)
    assert ended.stdout.splitlines() == ["picture_too_large 1", "picture_too_large 2", "no_text"], ended.stderr


def test_a_frame_that_is_too_large_leaves_a_notice_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "scan.tiff"
    small, huge = Image.new("1", (1240, 400), 1), Image.new("1", (8000, 6000), 1)
    ImageDraw.Draw(small).text((100, 100), "Revenue rose to 12 billion", 0, ImageFont.load_default(48))
    small.save(path, save_all=True, append_images=[huge, small], compression="group4")
    segments = list(images.parse(path, "scan.tiff"))
    assert [s.detail["page"] for s in segments if isinstance(s, Notice) and s.code == "picture_too_large"] == [2]
    assert [s.locator["page"] for s in segments if isinstance(s, Block)] == [1, 3]
    assert [s.done for s in segments if isinstance(s, Progress)] == [1, 2, 3]


def test_a_long_scan_may_take_longer_than_other_tasks() -> None:
    """Its pages have their own limits; a message that comes again meanwhile finds the row claimed."""
    assert (tasks.read.soft_time_limit or 0) >= 10 * (tasks.transcribe.soft_time_limit or 0) > 0


def test_readers_see_how_surely_a_scan_was_read(ingest: Ingest, analyst: User) -> None:
    version = ingest(scan(1), "scan.pdf")
    publish(version.pk)
    passage = version.passages.get()
    sure = passage.locator["confidence"]
    assert 0.9 < sure <= 1
    assert hit_json(Hit(passage, 1.0))["locator"]["confidence"] == sure
    client = Client()
    client.force_login(analyst)
    page = client.get(reverse("document", args=[version.document_id])).content.decode()
    assert f"Read by OCR, {sure:.0%} sure" in page
    assert f"its text was read by OCR ({sure:.0%})" in page
    shown = places.shown(passage, {"page": 1})
    beside = render_to_string("library/place.html", {"shown": shown})
    assert f"Read by OCR, {sure:.0%} sure" in beside

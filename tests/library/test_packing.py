"""What is packed comes out as it went in, and old stores are carried over."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zlib
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from library.models import Collection, Document, Embedding, Passage, Version
from library.packing import (
    PHRASES,
    RAW,
    pack_boxes,
    pack_locator,
    pack_text,
    unpack_boxes,
    unpack_locator,
    unpack_text,
    varint,
    varints,
)

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LINES = [[0.0926, 0.4984 + n * 0.0114, 0.8659, 0.5093 + n * 0.0114] for n in range(5)]
LINES = [[round(side, 4) for side in box] for box in LINES]
SIDES = st.integers(-20_000, 20_000).map(lambda n: n / 10_000)


@UNHURRIED
@given(st.lists(st.lists(SIDES, min_size=4, max_size=4)))
def test_boxes_come_out_exactly(boxes: list[list[float]]) -> None:
    assert unpack_boxes(pack_boxes(boxes)) == boxes


@UNHURRIED
@given(st.lists(st.integers(-(2**40), 2**40)))
def test_numbers_come_out_exactly(numbers: list[int]) -> None:
    assert list(varints(b"".join(map(varint, numbers)))) == numbers


@UNHURRIED
@given(st.text())
def test_text_comes_out_exactly(text: str) -> None:
    assert unpack_text(pack_text(text)) == text


def test_the_phrases_are_those_that_text_was_packed_with() -> None:
    """A change to the file would make every stored text unreadable."""
    digest = hashlib.sha256(PHRASES.read_bytes()).hexdigest()
    assert digest == "eebbbd81ff53ee7090cecdf3b87b43c6c096ab323aeec5a7509898c6776fd3ea"
    assert unpack_text(zlib.compress(b"as the first rows have it", 9, RAW)) == "as the first rows have it"


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("Net cash provided by operating activities increased, partially offset by higher income taxes.", 50),
        ("親会社株主に帰属する当期純利益は、前連結会計年度に比べ12億円増加しました。", 50),
    ],
)
def test_what_reports_say_takes_little(text: str, most: int) -> None:
    assert len(pack_text(text)) < most < len(text.encode()) / 1.8


def test_the_lines_of_a_paragraph_take_a_few_characters_each() -> None:
    assert len(pack_boxes(LINES)) < 10 * len(LINES)


@pytest.mark.parametrize(
    "locator",
    [
        {"page": 3},
        {"page": 3, "boxes": []},
        {"page": 3, "boxes": LINES},
        {"boxes": [[0.123456789, 0.0, 1.0, 1.0]]},
        {"boxes": [[0.1, 0.2]]},
        {"start": 1.5, "end": 2.25, "speaker": "S1"},
    ],
)
def test_locators_come_out_exactly(locator: dict[str, Any]) -> None:
    assert unpack_locator(pack_locator(locator)) == locator


def stored(locator: dict[str, Any]) -> Passage:
    document = Document.objects.create(collection=Collection.objects.create(name="Filings"), name="a.pdf")
    version = Version.objects.create(document=document, number=1, sha256="0" * 64, file="x", size=1)
    return Passage.objects.create(id=UUID(int=7), version=version, position=0, kind="text", text="栞", locator=locator)


@pytest.mark.django_db
def test_a_row_is_found_by_its_id_and_by_its_page() -> None:
    kept = stored({"page": 3, "boxes": LINES})
    Embedding.objects.create(passage=kept, model="m", vector=b"\x01")
    row = Passage.objects.get(pk=UUID(int=7), locator__page=3)
    assert (row.pk, row.text, row.locator) == (UUID(int=7), "栞", {"page": 3, "boxes": LINES})
    assert Passage.objects.filter(pk__in=[str(UUID(int=7)), UUID(int=8)]).get() == row
    assert row.embedding.passage_id == row.pk
    assert not Passage.objects.filter(locator__page=4).exists()


FIRST_RELEASE = """
import json, sys
import django
django.setup()
import numpy as np
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from uuid import UUID
first = [("library", "0002_audit_is_append_only")]
MigrationExecutor(connection).migrate(first)
old = MigrationExecutor(connection).loader.project_state(first).apps.get_model
document = old("library", "Document").objects.create(
    name="a.pdf", collection=old("library", "Collection").objects.create(name="Filings"))
version = old("library", "Version").objects.create(document=document, number=1, sha256="0" * 64, file="x", size=1)
passage = old("library", "Passage").objects.create(
    id=UUID(int=7), version=version, position=0, kind="text", heading="Notes", text="Sales rose.",
    locator={"page": 3, "boxes": [[0.0926, 0.4984, 0.8659, 0.5093]]})
for model, numbers in (("old", [0.0, 1.0, 0.0]), ("new", [0.8, -0.4, 0.0])):
    old("library", "Embedding").objects.create(
        passage=passage, model=model, vector=np.array(numbers, "<f2").tobytes())
call_command("migrate", verbosity=0)
from library.models import Passage
row = Passage.objects.select_related("embedding").get(pk=UUID(int=7))
vector = np.frombuffer(bytes(row.embedding.vector), np.int8).tolist()
print(json.dumps([row.heading, row.text, row.locator, row.embedding.model, vector]))
"""


def test_a_store_of_the_first_release_is_carried_over(tmp_path: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x", "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | settings
    run = subprocess.run([sys.executable, "-c", FIRST_RELEASE], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    locator = {"page": 3, "boxes": [[0.0926, 0.4984, 0.8659, 0.5093]]}
    assert json.loads(run.stdout) == ["Notes", "Sales rose.", locator, "new", [127, -64, 0]]


def test_the_migration_packs_as_the_program_does() -> None:
    from retrieval import vectors

    vector = vectors.normalised(np.random.default_rng(1).normal(size=24).astype(np.float32))
    migration = import_module("library.migrations.0004_packed_rows")
    ours = np.frombuffer(vectors.pack(vector), np.int8).astype(int)
    theirs = np.frombuffer(migration.packed(vector.astype("<f2").tobytes()), np.int8).astype(int)
    assert np.abs(ours - theirs).max() <= 1

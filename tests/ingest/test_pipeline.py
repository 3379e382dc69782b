"""From a file to its rows: passages, tables, vectors, what the file says of itself; once, however often it is read."""

from __future__ import annotations

import io
import wave

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont
from pytest_django.fixtures import DjangoAssertNumQueries

from ingest import claims, facts, pipeline, storage
from ingest.progress import Meter
from ingest.segments import Facts, Progress
from library.models import Change, Collection, Document, Embedding, Passage, State, Table, Version
from library.versions import file_path
from retrieval import embedding
from tests.ingest.conftest import Ingest, pdf, read

PAGES = ("Revenue rose to 12 billion yen.", "Operating income fell.", "営業 The outlook is unchanged.")


def test_a_file_becomes_passages_with_their_pages(ingest: Ingest) -> None:
    version = ingest(pdf(*PAGES))
    assert version.state == State.INDEXING
    assert version.mime == "application/pdf"
    assert (version.done, version.total, version.part) == (3, 3, "page")
    passages = list(version.passages.order_by("position"))
    assert [p.position for p in passages] == [0, 1, 2]
    assert [p.locator["page"] for p in passages] == [1, 2, 3]
    assert passages[0].text == "Revenue rose to 12 billion yen."
    assert all(len(box) == 4 for p in passages for box in p.locator["boxes"])
    assert [(c.kind, c.version) for c in Change.objects.all()] == [(Change.Kind.ADD, version.pk)]


def test_each_passage_has_its_vector(ingest: Ingest) -> None:
    version = ingest(pdf(*PAGES))
    vectors = Embedding.objects.filter(passage__version=version, model=embedding.model_name())
    assert vectors.count() == 3
    assert len(embedding.unpack(vectors[0].vector)) == len(embedding.question("revenue"))


def test_reading_again_makes_the_same_rows(ingest: Ingest) -> None:
    version = ingest(pdf(*PAGES))
    before = set(version.passages.values_list("id", flat=True))
    Version.objects.filter(pk=version.pk).update(state=State.QUEUED)
    again = read(version)
    assert again.state == State.INDEXING
    assert set(again.passages.values_list("id", flat=True)) == before
    assert Passage.objects.count() == Embedding.objects.count() == 3


def test_a_run_whose_claim_is_gone_saves_nothing(ingest: Ingest, markets: Collection) -> None:
    outcome = storage.store(None, markets, "slow.pdf", [pdf(*PAGES)])
    assert isinstance(outcome, Version)
    claimed = claims.claim(outcome.pk)
    assert claimed is not None
    work = pipeline.Work(claimed.document)
    pipeline.read(claimed, work)
    claims.cancel(outcome.pk)
    assert pipeline.save(claimed, work) == State.CANCELLED
    assert not Passage.objects.exists()
    assert not Table.objects.exists()


def test_a_cancelled_run_stops_reading(markets: Collection) -> None:
    outcome = storage.store(None, markets, "slow.pdf", [pdf(*PAGES)])
    assert isinstance(outcome, Version)
    claimed = claims.claim(outcome.pk)
    assert claimed is not None
    claims.cancel(outcome.pk)
    assert pipeline.run(claimed) == State.CANCELLED
    assert not Passage.objects.exists()


def test_a_document_deleted_while_it_is_read_leaves_nothing(markets: Collection) -> None:
    outcome = storage.store(None, markets, "slow.pdf", [pdf(*PAGES)])
    assert isinstance(outcome, Version)
    claimed = claims.claim(outcome.pk)
    assert claimed is not None
    Document.objects.all().delete()
    assert pipeline.run(claimed) == State.CANCELLED
    assert not Passage.objects.exists()


def test_a_new_content_is_a_new_version_beside_the_old(ingest: Ingest) -> None:
    first = ingest(pdf("Revenue rose."))
    second = ingest(pdf("Revenue rose by more than was said."))
    assert (first.number, second.number) == (1, 2)
    assert first.document == second.document
    assert file_path(first).exists()
    assert first.passages.count() == second.passages.count() == 1


def test_what_the_file_says_sets_what_nobody_has_edited(ingest: Ingest) -> None:
    version = ingest(pdf("Revenue rose."))
    document = version.document
    facts.save(version, Facts(title="Annual report 2018", company="Acme", period="FY2018"))
    document.refresh_from_db()
    assert (document.title, document.company, document.period) == ("Annual report 2018", "Acme", "FY2018")

    document.company = "Acme Holdings"
    document.save()
    changed = facts.apply(document, Facts(title="Annual report 2019", company="ACME", period="FY2019"))
    assert sorted(changed) == ["period", "title"]
    assert document.company == "Acme Holdings"


def test_progress_is_written_at_most_every_quarter_second(
    ingest: Ingest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = ingest(pdf("Revenue rose."))
    Version.objects.filter(pk=version.pk).update(state=State.WORKING, claim="c", alive=timezone.now())
    version.refresh_from_db()
    meter = Meter(version)
    with django_assert_num_queries(1):
        meter.tick(Progress(0, 1000))
        for page in range(1, 40):
            meter.tick(Progress(page, 1000))
    with django_assert_num_queries(1):
        meter.tick(Progress(1000, 1000))


def test_a_scanned_page_is_recognised_within_the_limits(ingest: Ingest) -> None:
    page = Image.new("RGB", (1240, 1754), "white")
    ImageDraw.Draw(page).text((150, 200), "Revenue rose to 12 billion yen", "black", ImageFont.load_default(48))
    scan = io.BytesIO()
    page.save(scan, "PDF", resolution=150)
    version = ingest(scan.getvalue(), "scan.pdf")
    assert version.error is None
    assert [(w["code"], w["detail"]["page"]) for w in version.warnings] == [("ocr_page", 1)]
    assert "12 billion yen" in version.passages.get().text


def test_a_recording_waits_for_a_speech_model_and_can_then_be_tried_again(ingest: Ingest) -> None:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as out:
        out.setparams((1, 2, 16_000, 0, "NONE", ""))
        out.writeframes(bytes(32_000))
    version = ingest(sound.getvalue(), "call.wav")
    assert (version.state, version.waits_for, version.error) == (State.WAITING, "speech_model", None)
    assert claims.requeue(version.pk)

"""Uploads over HTTP and every later look at a version: who may, who may not, and that the two cannot be told apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient, Client
from django.urls import reverse

from library import pictures
from library.models import AuditEntry, Change, Collection, Document, State, User, Version
from library.versions import file_path, publish
from tests.ingest.conftest import Ingest, pdf, stored_files


@pytest.fixture
def version(ingest: Ingest) -> Version:
    made = ingest(pdf("Revenue rose.", "Costs fell."), "決算 1.pdf")
    publish(made.pk)
    made.refresh_from_db()
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


async def asynchronous(user: User) -> AsyncClient:
    client = AsyncClient()
    await client.aforce_login(user)
    return client


def send(client: Client, collection: int, *files: tuple[str, bytes]) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(reverse("upload", args=[collection]), {"file": sent})


def test_several_files_are_taken_or_refused_each_by_itself(analyst: User, markets: Collection) -> None:
    answer = send(signed_in(analyst), markets.pk, ("決算短信.pdf", pdf("Revenue")), ("empty.pdf", b""))
    taken, refused = answer.json()["files"]
    version = Version.objects.get()
    assert taken["name"] == "決算短信.pdf"
    assert (taken["document_id"], taken["version_id"]) == (version.document_id, version.pk)
    assert (taken["state"], taken["error"], taken["notice"]) == ("queued", None, None)
    assert (refused["state"], refused["error"]) == ("failed", "The file is empty.")
    assert version.uploaded_by == analyst
    assert len(stored_files()) == 1


def test_the_same_file_again_is_said_to_be_there(analyst: User, markets: Collection) -> None:
    client, content = signed_in(analyst), pdf("Revenue")
    send(client, markets.pk, ("a.pdf", content))
    (again,) = send(client, markets.pk, ("a.pdf", content)).json()["files"]
    assert again["notice"] == "The same file is already here; there is nothing to do."
    assert Version.objects.count() == 1


def test_a_failed_file_sent_again_is_tried_again(analyst: User, markets: Collection) -> None:
    client, content = signed_in(analyst), pdf("Revenue")
    send(client, markets.pk, ("a.pdf", content))
    Version.objects.update(state=State.FAILED, error={"code": "gave_up", "detail": {}})
    (again,) = send(client, markets.pk, ("a.pdf", content)).json()["files"]
    assert (again["state"], again["notice"]) == ("queued", None)
    assert Version.objects.count() == 1
    assert len(stored_files()) == 1


def test_sentences_are_in_the_readers_language(analyst: User, markets: Collection) -> None:
    analyst.language = "ja"
    analyst.save()
    (refused,) = send(signed_in(analyst), markets.pk, ("empty.pdf", b"")).json()["files"]
    assert refused["error"] == "ファイルが空です。"


def test_an_upload_without_a_file(analyst: User, markets: Collection) -> None:
    answer = signed_in(analyst).post(reverse("upload", args=[markets.pk]))
    assert answer.status_code == 400
    assert answer.json()["error"] == "No file was sent."


def test_it_needs_the_right_to_contribute(analyst: User, teller: User, retail: Collection, markets: Collection) -> None:
    """A reader, one who sees nothing, and one who asks for what never was get the same answer."""
    answers = [
        send(signed_in(analyst), retail.pk, ("a.pdf", b"x")),
        send(signed_in(teller), markets.pk, ("a.pdf", b"x")),
        send(signed_in(teller), 999_999, ("a.pdf", b"x")),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[-1].content)}
    assert not Document.objects.exists()
    assert stored_files() == []


def test_status(analyst: User, version: Version) -> None:
    warning = {"code": "ocr_page", "detail": {"page": 2, "confidence": 0.934}}
    Version.objects.filter(pk=version.pk).update(warnings=[warning])
    state = signed_in(analyst).get(reverse("version-status", args=[version.pk])).json()
    assert state["state"] == "ready"
    assert state["words"] == "ready with warnings"
    assert (state["done"], state["total"], state["part"]) == (2, 2, "page")
    assert state["warnings"] == ["Page 2 is a picture; its text was read by OCR (93%) and may hold mistakes."]


CHANGES = ("retry", "cancel")


def addresses(pk: int, document: int) -> list[tuple[str, str]]:
    page = [("get", reverse("page-image", args=[pk, 1]))]
    looks = [("get", reverse(name, args=[pk])) for name in ("version-status", "download")]
    changes = [("post", reverse(name, args=[pk])) for name in CHANGES]
    return [*page, *looks, *changes, ("post", reverse("delete-document", args=[document]))]


@pytest.mark.django_db(transaction=True)
async def test_it_hides_from_outsiders(version: Version, outsider: User, teller: User) -> None:
    """Each address of a version says the same, to the byte, as that of one that never was."""
    there = addresses(version.pk, version.document_id)
    nowhere = addresses(version.pk + 1000, version.document_id + 1000)
    for user in (outsider, teller):
        client = await asynchronous(user)
        for (method, url), (_, other) in zip(there, nowhere, strict=True):
            real, unreal = await getattr(client, method)(url), await getattr(client, method)(other)
            assert (real.status_code, real.content) == (404, unreal.content), url
            assert sorted(real.headers) == sorted(unreal.headers)
    assert await Document.objects.acount() == 1
    assert not await AuditEntry.objects.filter(actor__in=["outsider", "teller"]).aexists()


@pytest.mark.django_db(transaction=True)
async def test_a_narrowed_document_hides_from_others_of_its_collection(version: Version, analyst: User) -> None:
    await Document.objects.filter(pk=version.document_id).aupdate(narrowed=True)
    client = await asynchronous(analyst)
    for method, url in addresses(version.pk, version.document_id):
        assert (await getattr(client, method)(url)).status_code == 404, url


def test_who_only_reads_cannot_change(version: Version, teller: User, markets: Collection) -> None:
    markets.grants.create(user=teller, role="viewer")
    client = signed_in(teller)
    assert client.get(reverse("version-status", args=[version.pk])).status_code == 200
    for method, url in addresses(version.pk, version.document_id):
        if method == "post":
            assert client.post(url).status_code == 404, url
    assert Document.objects.filter(current=version).exists()


@pytest.mark.django_db(transaction=True)
async def test_a_page_is_drawn_once_and_kept_from_caches(version: Version, analyst: User) -> None:
    client = await asynchronous(analyst)
    first = await client.get(reverse("page-image", args=[version.pk, 2]))
    assert first.headers["Content-Type"] == "image/webp"
    assert first.content[8:12] == b"WEBP"
    assert first.headers["Cache-Control"] == "private, no-store"
    drawn = pictures.folder(version.pk) / "2.webp"
    before = drawn.stat().st_mtime_ns
    again = await client.get(reverse("page-image", args=[version.pk, 2]))
    assert again.content == first.content
    assert drawn.stat().st_mtime_ns == before
    shown = AuditEntry.objects.filter(actor="analyst", action="page shown").values_list("subject", flat=True)
    assert [entry async for entry in shown] == [{"document": version.document_id, "version": version.pk, "page": 2}] * 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [0, 3, 99999999])
async def test_a_page_that_is_none(version: Version, analyst: User, number: int) -> None:
    client = await asynchronous(analyst)
    assert (await client.get(reverse("page-image", args=[version.pk, number]))).status_code == 404
    assert not list(Path(pictures.folder(version.pk)).glob("*.webp"))


async def body(response: Any) -> bytes:
    return b"".join([chunk async for chunk in response.streaming_content])


@pytest.mark.django_db(transaction=True)
async def test_a_download_runs_in_no_browser_and_is_recorded(version: Version, analyst: User) -> None:
    client = await asynchronous(analyst)
    answer = await client.get(reverse("download", args=[version.pk]))
    assert await body(answer) == file_path(version).read_bytes()
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%B1%BA%E7%AE%97")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert await AuditEntry.objects.filter(actor="analyst", action="download").acount() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=5-999999999", 206, slice(5, None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("nonsense", 200, slice(None)),
        ("bytes=999999999-", 416, None),
        ("bytes=-0", 416, None),
        (f"bytes={'9' * 5000}-", 200, slice(None)),
    ],
)
async def test_a_part_of_a_download(
    version: Version, analyst: User, asked: str, status: int, part: slice | None
) -> None:
    client = await asynchronous(analyst)
    answer = await client.get(reverse("download", args=[version.pk]), headers={"range": asked})
    assert answer.status_code == status
    whole = file_path(version).read_bytes()
    if part is None:
        assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"
        return
    assert await body(answer) == whole[part]
    assert answer.headers["Content-Length"] == str(len(whole[part]))


def test_deleting_takes_everything_along(
    version: Version, compliance: User, django_capture_on_commit_callbacks: Any
) -> None:
    folder = pictures.folder(version.pk)
    folder.mkdir(parents=True)
    (folder / "1.webp").write_bytes(b"x")
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(compliance).post(reverse("delete-document", args=[version.document_id]))
    assert answer.json() == {"deleted": version.document_id}
    assert not Document.objects.exists()
    assert stored_files() == []
    assert not folder.exists()
    assert Change.objects.filter(kind=Change.Kind.REMOVE, version=version.pk).exists()
    assert AuditEntry.objects.filter(actor="compliance", action="delete").exists()


def test_a_contributor_deletes_only_own_uploads(version: Version, analyst: User) -> None:
    client = signed_in(analyst)
    address = reverse("delete-document", args=[version.document_id])
    assert client.post(address).status_code == 404
    Document.objects.update(uploaded_by=analyst)
    assert client.post(address).status_code == 200


def test_retry_and_cancel(version: Version, analyst: User) -> None:
    client = signed_in(analyst)
    Version.objects.filter(pk=version.pk).update(state=State.FAILED, error={"code": "damaged", "detail": {}})
    again = client.post(reverse("retry", args=[version.pk])).json()
    assert (again["state"], again["error"]) == ("queued", None)
    for _ in range(2):
        assert client.post(reverse("cancel", args=[version.pk])).json()["state"] == "cancelled"
    done = AuditEntry.objects.filter(actor="analyst", action__in=("retry", "cancel")).order_by("pk")
    assert list(done.values_list("action", flat=True)) == ["retry", "cancel"], "what changed nothing is not recorded"


def test_looking_is_by_get_and_changing_by_post(version: Version, compliance: User) -> None:
    client = signed_in(compliance)
    for method, url in addresses(version.pk, version.document_id):
        other = client.post if method == "get" else client.get
        assert other(url).status_code == 405, url
    assert json.loads(client.get(reverse("version-status", args=[version.pk])).content)["state"] == "ready"

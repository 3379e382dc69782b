"""Upload, status, page pictures, download, delete, retry, cancel. Each begins with the fetch that is the check."""

from __future__ import annotations

from typing import Any, cast

from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from ingest import claims, labels, page_images, progress, ranges, storage
from ingest.sentences import sentence
from library import access, audit, versions
from library.models import Document, Role, User, Version
from library.signed_in import SignedIn
from retrieval import indexer

PICTURES = {".webp": "image/webp", ".svg": "image/svg+xml"}


@require_POST
def upload(request: SignedIn, pk: int) -> JsonResponse:
    """One or several files; each is taken or refused by itself, and the answer has an entry for each."""
    user = request.user
    access.collection(user, pk, Role.CONTRIBUTOR)
    files = request.FILES.getlist("file")
    if not files:
        return JsonResponse({"files": [], "error": sentence("nothing_sent", {})}, status=400)
    return JsonResponse({"files": [_taken(user, pk, file) for file in files]})


def _taken(user: User, collection: int, file: UploadedFile[Any]) -> dict[str, Any]:
    try:
        outcome = storage.accept(user, collection, file.name or "", file.chunks())
    except storage.Refused as reason:
        said = sentence(reason.code, reason.detail)
        return {"name": file.name, "document_id": None, "version_id": None, "state": "failed", "error": said}
    same = isinstance(outcome, storage.Duplicate)
    version = outcome.version if isinstance(outcome, storage.Duplicate) else outcome
    return {
        "name": version.document.name,
        "document_id": version.document_id,
        "version_id": version.pk,
        "state": version.state,
        "error": None,
        "notice": sentence("duplicate", {}) if same else None,
    }


@require_GET
def status(request: SignedIn, pk: int) -> JsonResponse:
    return JsonResponse(progress.state_json(access.version(request.user, pk)))


@require_GET
async def page_image(request: SignedIn, pk: int, number: int) -> HttpResponseBase:
    version = await sync_to_async(_seen)(request, pk)
    try:
        path = await page_images.page_image(version, number)
    except page_images.NoPicture as error:
        raise Http404 from error
    await _note(request, "page shown", version, page=number)
    return HttpResponse(
        await sync_to_async(path.read_bytes, thread_sensitive=False)(),
        content_type=PICTURES[path.suffix],
        headers={
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_GET
async def download(request: SignedIn, pk: int) -> HttpResponseBase:
    version = await sync_to_async(_seen)(request, pk)
    await _note(request, "download", version)
    asked = request.headers.get("Range", "")
    kind = version.mime or "application/octet-stream"
    try:
        return ranges.response(versions.file_path(version), version.document.name, kind, asked)
    except FileNotFoundError as error:
        raise Http404 from error


def _seen(request: SignedIn, pk: int) -> Version:
    return access.version(request.user, pk)


async def _note(request: SignedIn, action: str, version: Version, **more: int) -> None:
    user = cast(User, await request.auser())
    await sync_to_async(audit.record)(user, action, document=version.document_id, version=version.pk, **more)


@require_POST
def delete(request: SignedIn, pk: int) -> JsonResponse:
    """Whoever uploaded the document may delete it, and whoever manages its collection."""
    user = request.user
    document = _own(user, pk)
    ids = list(document.versions.values_list("pk", flat=True))
    with transaction.atomic():
        audit.record(user, "delete", document=pk, name=document.name, collection=document.collection_id, versions=ids)
        versions.remove(document)
    page_images.forget(ids)
    indexer.wake()
    return JsonResponse({"deleted": pk})


@require_POST
def label(request: SignedIn, pk: int) -> HttpResponse:
    """The same people may say what the document is; from then on no file of it says otherwise."""
    document = _own(request.user, pk)
    form = labels.Labels(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    labels.edit(request.user, document, form.cleaned_data)
    return redirect("document", pk)


def _own(user: User, pk: int) -> Document:
    """A document that the user uploaded, or whose collection the user manages; raises `Hidden`."""
    document = access.document(user, pk, Role.CONTRIBUTOR)
    if document.uploaded_by_id != user.pk:
        document = access.document(user, pk, Role.MANAGER)
    return document


@require_POST
def retry(request: SignedIn, pk: int) -> JsonResponse:
    version = access.version(request.user, pk, Role.CONTRIBUTOR)
    with transaction.atomic():
        if claims.requeue(version.pk):
            audit.record(request.user, "retry", document=version.document_id, version=version.pk)
    return _state(version)


@require_POST
def cancel(request: SignedIn, pk: int) -> JsonResponse:
    version = access.version(request.user, pk, Role.CONTRIBUTOR)
    with transaction.atomic():
        if claims.cancel(version.pk):
            audit.record(request.user, "cancel", document=version.document_id, version=version.pk)
    return _state(version)


def _state(version: Version) -> JsonResponse:
    version.refresh_from_db()
    progress.tell(version.pk)
    return JsonResponse(progress.state_json(version))

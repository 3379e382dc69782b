"""The library's pages: what each person finds on them, and what nobody else can tell from outside."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from library.models import AuditEntry, Collection, Document, State, User
from tests.library.conftest import Shelved, shelve


def page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def hidden(user: User, path: str) -> bytes:
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 404, path
    return answer.content


@pytest.mark.parametrize(
    "path", ["/library/{c}/", "/documents/{d}/", "/documents/{d}/row", "/documents/{d}/?version={v}"]
)
def test_it_hides_from_outsiders(path: str, results: Shelved, outsider: User, teller: User) -> None:
    real = path.format(c=results.document.collection_id, d=results.document.pk, v=results.version.pk)
    never = path.format(c=98765, d=98765, v=98765)
    for user in (outsider, teller):
        assert hidden(user, real) == hidden(user, never)


def test_it_asks_strangers_to_sign_in(results: Shelved, client: Client) -> None:
    for path in ("/library/", f"/library/{results.document.collection_id}/", f"/documents/{results.document.pk}/"):
        assert client.get(path).headers["Location"].startswith("/sign-in?next=")


def test_the_library_lists_what_is_open(results: Shelved, retail: Collection, analyst: User, teller: User) -> None:
    shelve(retail, "fees.pdf")
    assert shown_collections(page(analyst, "/library/")) == {"Markets", "Retail"}
    assert shown_collections(page(teller, "/library/")) == {"Retail"}


def test_the_counts_leave_out_what_is_hidden(results: Shelved, markets: Collection, analyst: User) -> None:
    Document.objects.filter(pk=shelve(markets, "secret.pdf").document.pk).update(narrowed=True)
    assert "1 document<" in page(analyst, "/library/")
    content = page(analyst, f"/library/{markets.pk}/")
    assert "results.pdf" in content
    assert "secret.pdf" not in content
    assert "1 document<" in content


def test_nobody_s_library_says_whom_to_ask(outsider: User) -> None:
    content = page(outsider, "/library/")
    assert "No collection is open to you yet" in content
    assert "choose-files" not in content


def test_only_those_who_may_upload_are_offered_to(markets: Collection, retail: Collection, analyst: User) -> None:
    assert 'id="choose-files"' in page(analyst, f"/library/{markets.pk}/")
    assert 'id="choose-files"' not in page(analyst, f"/library/{retail.pk}/")
    assert f'value="{retail.pk}"' not in page(analyst, "/library/")


def test_the_rows_offer_what_each_may_do(results: Shelved, analyst: User, compliance: User) -> None:
    path = f"/documents/{results.document.pk}/row"
    delete, retry = f"/documents/{results.document.pk}/delete", f"/versions/{results.version.pk}/retry"
    assert delete in page(analyst, path)
    assert delete in page(compliance, path)
    Document.objects.filter(pk=results.document.pk).update(uploaded_by=compliance)
    assert delete not in page(analyst, path), "others' documents are the manager's to delete"
    assert retry not in page(analyst, path)
    results.version.state, results.version.error = State.FAILED, {"code": "encrypted", "detail": {}}
    results.version.save()
    content = page(analyst, path)
    assert retry in content
    assert "protected with a password" in content


def test_a_row_shows_how_far_it_is(results: Shelved, analyst: User) -> None:
    results.version.state, results.version.total, results.version.done = State.WORKING, 160, 12
    results.version.save()
    content = page(analyst, f"/documents/{results.document.pk}/row")
    assert 'value="12" max="160"' in content
    assert "page 12 of 160" in content
    assert f"/versions/{results.version.pk}/cancel" in content


def test_documents_are_filtered_by_words(results: Shelved, markets: Collection, analyst: User) -> None:
    shelve(markets, "other.pdf")
    Document.objects.filter(name="other.pdf").update(company="Kaede", title="")
    path = f"/library/{markets.pk}/"
    assert names(page(analyst, f"{path}?q=aozora fy2024")) == {"results.pdf"}
    assert names(page(analyst, f"{path}?q=kaede")) == {"other.pdf"}
    assert "No document fits" in page(analyst, f"{path}?q=aozora kaede")
    assert names(page(analyst, f"{path}?q=kaede%00")) == {"other.pdf"}


def test_a_document_shows_its_tables_as_understood(results: Shelved, analyst: User) -> None:
    content = page(analyst, f"/documents/{results.document.pk}/?page=2")
    assert f"/versions/{results.version.pk}/pages/2" in content
    assert 'title="88540000000 JPY">88,540<' in content
    assert '<th scope="col" class="">FY2023' in content
    assert 'rel="prev"' in content
    assert 'rel="next"' in content
    first = page(analyst, f"/documents/{results.document.pk}/")
    assert "88,540" not in first
    assert 'rel="prev"' not in first


@pytest.mark.parametrize(("asked", "shown"), [("0", 1), ("99", 3), ("2", 2), ("x", 1), ("", 1), ("9" * 40, 1)])
def test_a_page_number_is_kept_within_the_document(asked: str, shown: int, results: Shelved, analyst: User) -> None:
    content = page(analyst, f"/documents/{results.document.pk}/?page={asked}")
    assert f"/versions/{results.version.pk}/pages/{shown}" in content


def test_another_document_s_version_is_not_shown(results: Shelved, markets: Collection, analyst: User) -> None:
    other = shelve(markets, "other.pdf")
    hidden(analyst, f"/documents/{results.document.pk}/?version={other.version.pk}")
    hidden(analyst, f"/documents/{results.document.pk}/?version=x")
    hidden(analyst, f"/documents/{results.document.pk}/?version={'9' * 5000}")


def test_looking_at_a_document_stands_on_the_audit(results: Shelved, analyst: User) -> None:
    page(analyst, f"/documents/{results.document.pk}/?page=2")
    entry = AuditEntry.objects.get(action="document shown")
    assert entry.actor == "analyst"
    assert entry.subject == {"document": results.document.pk, "version": results.version.pk, "page": 2}


def test_managers_see_who_can_see_it(results: Shelved, analyst: User, compliance: User) -> None:
    path = f"/documents/{results.document.pk}/"
    content = page(compliance, path)
    assert "Who can see this, and why" in content
    assert "research" in content
    assert "may read and upload" in content
    assert "Who can see this" not in page(analyst, path)


def test_a_narrowed_document_names_its_readers(results: Shelved, compliance: User, analyst: User) -> None:
    Document.objects.filter(pk=results.document.pk).update(narrowed=True)
    results.document.readers.add(compliance)
    content = page(compliance, f"/documents/{results.document.pk}/")
    assert "Only these people" in content
    hidden(analyst, f"/documents/{results.document.pk}/")


def test_names_are_shown_as_text(results: Shelved, analyst: User) -> None:
    name = "<script>alert(1)</script>.pdf"
    Document.objects.filter(pk=results.document.pk).update(name=name, title="{{ user }}")
    for path in (f"/documents/{results.document.pk}/", f"/library/{results.document.collection_id}/"):
        content = page(analyst, path)
        assert "<script>alert" not in content
        assert "&lt;script&gt;alert(1)" in content


def test_no_page_runs_what_stands_in_it(results: Shelved, compliance: User) -> None:
    """The policy would refuse it; a page that counts on it would be broken."""
    paths = ("/library/", f"/library/{results.document.collection_id}/", f"/documents/{results.document.pk}/")
    for path in paths:
        content = page(compliance, path)
        assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", content) == []
        assert set(re.findall(r'(?:src|href|action)="(https?:)?//', content)) == set()


def shown_collections(content: str) -> set[str]:
    return set(re.findall(r'class="collection-card".*?<h2>(.*?)</h2>', content, re.S))


def names(content: str) -> set[str]:
    return set(re.findall(r'<tr id="document-\d+".*?data-name="(.*?)"', content))

"""The search page: what a person may see and what was found, and not a name or a count of anything else."""

from __future__ import annotations

import re
import uuid
from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from library.models import AuditEntry, Collection, Document, Grant, Passage, User, Version
from retrieval import indexer
from retrieval.store import Shelf
from tests.retrieval.conftest import AddDocument

TEXT = "Purchases of property, plant and equipment were 1,577 million in fiscal {year}."


def look(user: User, **asked: object) -> tuple[int, str]:
    """The page as this person gets it, without what is drawn anew for each request."""
    client = Client()
    client.force_login(user)
    answer = client.get("/search/?" + urlencode({"q": "capital expenditure", **asked}, doseq=True))
    return answer.status_code, re.sub(r'csrf[^>]*?"[\w-]{20,}"|"X-CSRFToken": "\w+"', "", answer.content.decode())


def names(content: str) -> list[str]:
    return re.findall(r'<h2><a href="/documents/\d+/">(.*?)</a>', content)


def counts(content: str) -> dict[str, int]:
    pairs = re.findall(r'title="([^"]*)">[^<]*</span><span class="count">(\d+)</span>', content)
    return {words: int(count) for words, count in pairs}


def address(content: str, words: str) -> str:
    """Where the link with these words leads."""
    found: list[tuple[str, str]] = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', content, re.DOTALL)
    return next(to for to, inside in found if re.sub(r"<[^>]*>", "", inside).startswith(words)).replace("&amp;", "&")


def without_own(name: str, value: object, content: str) -> str:
    """The page without what it repeats of its own address."""
    for said in (urlencode({name: value}), f'"{value}"', f">{value}<", f"“{value}”"):
        content = content.replace(said, "*")
    return content


@pytest.fixture
def filings(edge_index: Shelf, add: AddDocument, retail: Collection) -> None:
    facts = {"company": "Minato Shipping", "kind": "annual report", "language": "en"}
    add(retail, "minato_2023.pdf", TEXT.format(year=2023), "Dividends rose.", period="FY2023", **facts)
    add(retail, "minato_2024.pdf", TEXT.format(year=2024), "Dividends fell.", period="FY2024", **facts)
    other = {"company": "Aozora", "kind": "quarterly report", "period": "FY2024Q1", "language": "ja"}
    add(retail, "aozora.pdf", "設備投資額は8,854億円となりました。", **other)
    Version.objects.update(mime="application/pdf", total=2)
    indexer.drain()


@pytest.fixture
def secret(filings: None, add: AddDocument, markets: Collection) -> Document:
    facts = {"company": "Kite Holdings", "period": "FY2031", "kind": "prospectus", "language": "en"}
    version = add(markets, "project_kite.pdf", "Kite's capital expenditure is 91 billion.", **facts)
    indexer.drain()
    return Document.objects.get(pk=version.document_id)


def test_documents_come_with_their_passages_and_the_words_marked(filings: None, teller: User) -> None:
    status, content = look(teller)
    assert status == 200
    assert set(names(content)) == {"minato_2023.pdf", "minato_2024.pdf", "aozora.pdf"}
    assert "<mark>Purchases of property, plant and equipment</mark> were" in content
    assert "<mark>設備投資額</mark>は8,854億円" in content
    assert "3 documents" in content


def test_a_result_leads_to_its_place(filings: None, teller: User) -> None:
    content = look(teller, q="Minato dividends FY2024")[1]
    assert names(content)[0] == "minato_2024.pdf"
    passage = Passage.objects.get(text="Dividends fell.")
    link = re.search(r'<a class="found-passage" href="([^"]*)" hx-get="([^"]*)"', content)
    assert link is not None
    assert link[1] == f"/documents/{passage.version.document_id}/?version={passage.version_id}&amp;page=2"
    assert link[2] == f"/search/passages/{passage.pk}/"
    client = Client()
    client.force_login(teller)
    assert client.get(link[1].replace("&amp;", "&")).status_code == 200
    assert "Dividends fell." in client.get(link[2]).content.decode()


def test_it_hides_from_outsiders(secret: Document, outsider: User, teller: User, analyst: User) -> None:
    assert names(look(analyst)[1])[0] == "project_kite.pdf"
    page = look(teller, q="Kite Holdings capital expenditure FY2031 prospectus")[1]
    shown = page[page.index("Search</button>") :] + page[page.index('id="side"') : page.index("places")]
    for hidden in ("project_kite", "Kite Holdings", "91 billion", "Markets"):
        assert hidden not in shown
    assert "FY2031" not in counts(page)
    nothing = look(outsider)[1]
    assert (names(nothing), counts(nothing)) == ([], {})
    assert "No collection is open to you yet" in nothing
    for hidden in ("minato", "Minato", "Aozora", "Retail", "FY2024"):
        assert hidden not in nothing


def test_what_is_hidden_changes_no_byte_of_the_page(
    filings: None, teller: User, add: AddDocument, markets: Collection
) -> None:
    asked: list[dict[str, object]] = [{}, {"company": "Minato Shipping"}, {"q": "Kite's equipment in 2024"}]
    before = [look(teller, **one) for one in asked]
    add(
        markets, "project_kite.pdf", "Kite's capital expenditure in fiscal 2024.", TEXT, company="Kite", period="FY2024"
    )
    indexer.drain()
    assert [look(teller, **one) for one in asked] == before


def test_a_filter_on_what_is_hidden_looks_like_one_on_nothing(secret: Document, teller: User) -> None:
    pairs = [("collection", secret.collection_id), ("document", secret.pk), ("company", "Kite Holdings")]
    for name, value in pairs:
        never = 987_654 if isinstance(value, int) else "Nobody At All"
        hidden, unknown = (without_own(name, one, look(teller, **{name: one})[1]) for one in (value, never))
        assert "Nothing found" in hidden
        assert hidden == unknown


def test_the_place_of_a_passage_hides_from_outsiders(secret: Document, teller: User) -> None:
    client = Client()
    client.force_login(teller)
    passage = Passage.objects.get(version__document=secret)
    real, never = client.get(f"/search/passages/{passage.pk}/"), client.get(f"/search/passages/{uuid.uuid4()}/")
    assert real.status_code == never.status_code == 404
    assert real.content == never.content


def test_a_right_that_is_lost_is_lost_at_the_next_look(secret: Document, analyst: User, markets: Collection) -> None:
    assert "project_kite.pdf" in names(look(analyst)[1])
    Grant.objects.filter(collection=markets).delete()
    assert "project_kite.pdf" not in look(analyst)[1]


def test_filters_narrow_and_count(filings: None, teller: User) -> None:
    content = look(teller)[1]
    assert counts(content) == {
        "Minato Shipping": 2, "Aozora": 1, "FY2024 Q1": 1, "FY2024": 1, "FY2023": 1,
        "annual report": 2, "quarterly report": 1, "English": 2, "日本語": 1,
    }  # fmt: skip
    status, narrowed = look(teller, **parse_qs(address(content, "Minato Shipping").lstrip("?")))
    assert (status, set(names(narrowed))) == (200, {"minato_2023.pdf", "minato_2024.pdf"})
    assert counts(narrowed)["Aozora"] == 1, "the other companies can still be chosen"
    assert "quarterly report" not in counts(narrowed)
    assert names(look(teller, company=["Minato Shipping"], period=["FY2023"])[1]) == ["minato_2023.pdf"]
    assert len(names(look(teller, period=["FY2023", "FY2024Q1"])[1])) == 2, "values of one filter are alternatives"
    back = parse_qs(address(narrowed, "Minato Shipping").lstrip("?"))
    assert back == {"q": ["capital expenditure"]}


def test_a_company_is_one_however_it_is_written(
    edge_index: Shelf, add: AddDocument, retail: Collection, teller: User
) -> None:
    add(retail, "a.pdf", TEXT, company="AMBER PLC", kind="call")
    add(retail, "b.pdf", TEXT, company="Amber plc", kind="workbook")
    add(retail, "c.pdf", TEXT, company="Birch", kind="workbook")
    indexer.drain()
    content = look(teller)[1]
    amber = {words: count for words, count in counts(content).items() if words.lower() == "amber plc"}
    assert list(amber.values()) == [2]
    assert set(names(look(teller, company=next(iter(amber)))[1])) == {"a.pdf", "b.pdf"}


def test_one_document_alone(filings: None, teller: User, add: AddDocument, retail: Collection) -> None:
    add(retail, "long.pdf", *[f"Capital expenditure of branch {n} rose." for n in range(9)])
    indexer.drain()
    content = look(teller, q="capital expenditure of each branch")[1]
    assert "6 more passages in this document" in content
    alone = look(teller, **parse_qs(address(content, "6 more passages").lstrip("?")))[1]
    assert names(alone) == ["long.pdf"]
    assert alone.count('class="found-passage"') == 9


def test_readings_can_be_taken_off_and_put_back(
    edge_index: Shelf, add: AddDocument, retail: Collection, teller: User
) -> None:
    add(retail, "birch.pdf", "Capital expenditure rose.", company="Birch", period="FY2024")
    add(retail, "minato.pdf", "Purchases of ships fell.", company="Minato Shipping", ticker="MNTO", period="FY2024")
    indexer.drain()
    content = look(teller, q="MNTO capital expenditure FY2024")[1]
    assert names(content) == ["minato.pdf", "birch.pdf"]
    less = look(teller, **parse_qs(address(content, "MNTO").lstrip("?")))[1]
    assert names(less) == ["birch.pdf", "minato.pdf"], "the company lifts nothing any more"
    assert re.search(r'class="reading off"[^>]*><span class="one-line">MNTO<', less)
    assert parse_qs(address(less, "MNTO").lstrip("?")) == {"q": ["MNTO capital expenditure FY2024"]}
    assert re.findall(r'class="reading"[^>]*><span class="one-line">([^<]*)<', less) == [
        "FY2024",
        "capital expenditure",
    ]


def test_what_stands_in_documents_and_questions_is_text(
    edge_index: Shelf, add: AddDocument, retail: Collection, teller: User
) -> None:
    add(retail, "x.pdf", "<script>alert(1)</script> The <b>dividend</b> & more", company="<i>Ink</i>", kind="<u>")
    add(retail, "y.pdf", "dividend", company='"><img src=x>')
    indexer.drain()
    content = look(teller, q='dividend "><img src=x>')[1]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; The &lt;b&gt;<mark>dividend</mark>&lt;/b&gt; &amp; more" in content
    for raw in ("<script>alert", "<img", "<i>", "<b>", "<u>"):
        assert raw not in content
    assert re.findall(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\ssrc=)", content) == []


def test_many_documents_come_page_by_page(
    edge_index: Shelf, add: AddDocument, retail: Collection, teller: User
) -> None:
    for number in range(12):
        add(retail, f"{number}.pdf", f"Capital expenditure of branch {number}.")
    indexer.drain()
    first = look(teller)[1]
    assert "12 documents" in first
    second = look(teller, **parse_qs(address(first, "Next").lstrip("?")))[1]
    assert (len(names(first)), len(names(second))) == (10, 2)
    assert set(names(first)).isdisjoint(names(second))
    assert parse_qs(address(second, "Previous").lstrip("?")) == {"q": ["capital expenditure"]}
    assert names(look(teller, page=99)[1]) == names(second)
    assert names(look(teller, page="x")[1]) == names(first)


def test_an_empty_search_says_what_can_be_searched(filings: None, teller: User, outsider: User) -> None:
    content = look(teller, q=" ")[1]
    assert "Find documents" in content
    assert re.search(r">Retail</a> \(3\)", content)
    assert "No collection is open to you yet" in look(outsider, q="")[1]


def test_nothing_found_says_what_was_searched(filings: None, teller: User) -> None:
    content = look(teller, kind="prospectus")[1]
    assert "Nothing found" in content
    assert "3 documents that are open to you were searched." in content
    assert parse_qs(address(content, "Search without the filters").lstrip("?")) == {"q": ["capital expenditure"]}


def test_an_index_that_is_away_is_told_in_words(teller: User, settings: Settings) -> None:
    settings.QDRANT_URL = "http://localhost:9"
    status, content = look(teller)
    assert status == 503
    assert "The search is not available at the moment." in content
    assert 'value="capital expenditure"' in content


def test_what_is_shown_is_on_the_audit(filings: None, teller: User) -> None:
    look(teller, company="Aozora")
    entry = AuditEntry.objects.get(action="search shown")
    assert entry.actor == "teller"
    assert entry.subject["passages"] == [str(Passage.objects.get(version__document__name="aozora.pdf").pk)]


def test_it_is_behind_the_sign_in(db: None) -> None:
    answer = Client().get("/search/?q=dividend")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=/search/")


def test_every_page_leads_to_it(filings: None, teller: User) -> None:
    client = Client()
    client.force_login(teller)
    for path in ("/", "/library/", "/search/"):
        assert 'href="/search/"' in client.get(path).content.decode()


def test_it_speaks_japanese(filings: None, teller: User) -> None:
    teller.language = "ja"
    teller.save()
    content = look(teller, q="青空の設備投資 FY2024")[1]
    assert "読み取った内容" in content
    assert re.search(r'<span class="one-line">2024年度</span>', content)
    assert "<mark>設備投資額</mark>" in content

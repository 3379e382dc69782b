"""The page on which somebody checks a text of their own."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from library.models import AuditEntry, Passage, User, Version

DRAFT = "Capital expenditures were $1,577 million in FY2024.\nStaff turnover fell to 7.4%.\n\n<b>Nothing</b> else."


def checked(client: Client, user: User, **fields: str) -> str:
    client.force_login(user)
    answer = client.post(reverse("check"), fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_each_figure_is_marked_and_leads_to_its_cell(client: Client, teller: User, report: Version) -> None:
    html = checked(client, teller, text=DRAFT)
    assert '<span class="figure verified" title="Found in the source">$1,577 million</span>' in html
    assert '<span class="figure unsupported" title="Not found in the sources">7.4%</span>' in html
    assert 'title="7.4%: no source has this figure"' in html
    assert "&lt;b&gt;Nothing&lt;/b&gt; else." in html
    assert "<b>1</b> sentence in doubt" in html
    table = Passage.objects.get(version=report, kind="table")
    address = f"{reverse('check-place', args=[table.pk])}?row=3&amp;column=2"
    assert address in html
    pane = client.get(address.replace("&amp;", "&")).content.decode()
    assert "Capital expenditures" in pane
    assert AuditEntry.objects.filter(actor="teller", action__in=("checked", "looked")).count() == 2


@pytest.mark.django_db(transaction=True)
def test_it_hides_from_outsiders(client: Client, outsider: User, report: Version) -> None:
    html = checked(client, outsider, text=DRAFT)
    assert "aozora" not in html.lower()
    assert "figure verified" not in html
    table = Passage.objects.get(version=report, kind="table")
    address = reverse("check-place", args=[table.pk])
    unknown = client.get(address.replace(str(table.pk), "0" * 8 + str(table.pk)[8:]))
    for look in (client.get(address), client.get(address + "?row=3&column=2")):
        assert (look.status_code, look.content) == (404, unknown.content)


@pytest.mark.django_db(transaction=True)
def test_a_cell_that_is_not_there_is_not_found(client: Client, teller: User, report: Version) -> None:
    client.force_login(teller)
    address = reverse("check-place", args=[Passage.objects.get(version=report, kind="table").pk])
    for cell in ("?row=99&column=2", "?row=x&column=", "?row=3"):
        assert client.get(address + cell).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_against_a_text_of_ones_own_the_library_is_not_asked(client: Client, teller: User, report: Version) -> None:
    html = checked(client, teller, text="Sales were 7 million yen.", sources="Sales came to 7 million yen in all.")
    assert "figure verified" in html
    assert 'class="cite"' not in html
    html = checked(client, teller, text="Sales were 8 million yen.", sources="Sales came to 7 million yen in all.")
    assert "figure unsupported" in html
    assert not AuditEntry.objects.filter(action="checked").exists()


@pytest.mark.django_db(transaction=True)
def test_too_long_a_text_is_refused_in_words(client: Client, teller: User, report: Version) -> None:
    client.force_login(teller)
    answer = client.post(reverse("check"), {"text": "Word. " * 3000})
    assert answer.status_code == 413
    assert "longer than 12000 characters" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_works_without_scripts(client: Client, teller: User, report: Version) -> None:
    client.force_login(teller)
    assert "<textarea" in client.get(reverse("check")).content.decode()
    whole = client.post(reverse("check"), {"text": DRAFT}).content.decode()
    assert whole.startswith("<!doctype html>")
    assert 'class="figure verified"' in whole


@pytest.mark.django_db(transaction=True)
def test_the_objection_is_in_the_readers_language(client: Client, teller: User, report: Version) -> None:
    client.force_login(teller)
    client.post(reverse("language"), {"language": "ja", "next": "/"})
    html = client.post(reverse("check"), {"text": "Staff turnover fell to 7.4%."}).content.decode()
    assert "7.4%：この数値はどの出典にもありません" in html

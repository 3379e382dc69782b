"""Who sees what: both sets are asserted, what is seen and what is hidden."""

from __future__ import annotations

import uuid

import pytest
from django.core.management import call_command

from library import access
from library.models import AuditEntry, Change, Collection, Document, Passage, Role, State, User, Version


def add(collection: Collection, name: str) -> Document:
    """A ready document of one passage."""
    document = Document.objects.create(collection=collection, name=name)
    version = Version.objects.create(
        document=document, number=1, sha256="0" * 64, file=f"{uuid.uuid4()}", size=1, state=State.READY
    )
    document.current = version
    document.save()
    Passage.objects.create(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{version.pk}"),
        version=version,
        position=0,
        kind="text",
        text=name,
        locator={},
    )
    return document


@pytest.fixture
def shelves(retail: Collection, markets: Collection) -> dict[str, Document]:
    return {"fees.pdf": add(retail, "fees.pdf"), "deal.pdf": add(markets, "deal.pdf")}


def seen(user: User) -> set[str]:
    """Names of the documents that each gate gives the user; all gates must agree."""
    by_list = set(access.documents(user).values_list("name", flat=True))
    ids = Passage.objects.values_list("pk", flat=True)
    by_passage = {row.version.document.name for row in access.passages(user, ids).values()}
    scopes = access.scopes(user)
    by_scope = {document.name for document in Document.objects.all() if document.scope in scopes}
    assert by_list == by_passage == by_scope
    return by_list


def test_each_sees_what_is_granted_and_no_more(
    shelves: dict[str, Document], teller: User, analyst: User, compliance: User, outsider: User
) -> None:
    assert seen(teller) == {"fees.pdf"}
    assert seen(analyst) == {"fees.pdf", "deal.pdf"}
    assert seen(compliance) == {"fees.pdf", "deal.pdf"}
    assert seen(outsider) == set()


def test_an_administrator_sees_nothing_without_a_grant(shelves: dict[str, Document]) -> None:
    assert seen(User.objects.create_superuser("root")) == set()


def test_a_deactivated_account_sees_nothing(shelves: dict[str, Document], analyst: User) -> None:
    analyst.is_active = False
    analyst.save()
    assert seen(analyst) == set()


def test_leaving_the_group_takes_the_right_away(shelves: dict[str, Document], teller: User) -> None:
    teller.groups.clear()
    assert seen(teller) == set()


def test_a_narrowed_document_is_for_its_readers_alone(
    shelves: dict[str, Document], analyst: User, compliance: User, outsider: User
) -> None:
    deal = shelves["deal.pdf"]
    deal.narrowed = True
    deal.save()
    deal.readers.add(analyst, outsider)
    assert seen(analyst) == {"fees.pdf", "deal.pdf"}
    assert seen(compliance) == {"fees.pdf"}
    assert seen(outsider) == set(), "naming a reader opens no collection"


def test_a_document_is_narrowed_and_widened_by_a_command(
    shelves: dict[str, Document], analyst: User, compliance: User, outsider: User
) -> None:
    deal = shelves["deal.pdf"]
    call_command("narrow", "Markets", "deal.pdf", "--to", "analyst", "outsider")
    assert (seen(analyst), seen(compliance), seen(outsider)) == ({"fees.pdf", "deal.pdf"}, {"fees.pdf"}, set())
    call_command("narrow", "Markets", "deal.pdf", "--to-all")
    assert (seen(compliance), seen(outsider)) == ({"fees.pdf", "deal.pdf"}, set())
    steps = (
        AuditEntry.objects.filter(action__in=("narrowed", "widened")).order_by("pk").values_list("subject", flat=True)
    )
    assert list(steps) == [
        {"document": deal.pk, "readers": ["analyst", "outsider"]},
        {"document": deal.pk, "readers": []},
    ]
    assert Change.objects.filter(kind=Change.Kind.RESCOPE, version=deal.versions.get().pk).count() == 2


@pytest.mark.parametrize("least", list(Role))
def test_a_role_includes_the_lesser_ones(
    least: Role, shelves: dict[str, Document], analyst: User, markets: Collection
) -> None:
    """The analyst contributes to markets."""
    allowed = least in (Role.VIEWER, Role.CONTRIBUTOR)
    assert access.may(analyst, markets, least) is allowed
    assert access.documents(analyst, least).filter(collection=markets).exists() is allowed


def test_forbidden_and_missing_are_the_same(shelves: dict[str, Document], teller: User) -> None:
    for pk in (shelves["deal.pdf"].pk, 10**6, 10**30):
        with pytest.raises(access.Hidden) as raised:
            access.document(teller, pk)
        assert str(raised.value) == ""


def test_an_old_versions_passage_is_not_found_but_can_be_cited(shelves: dict[str, Document], teller: User) -> None:
    fees = shelves["fees.pdf"]
    old = Passage.objects.get(version__document=fees)
    fees.current = Version.objects.create(
        document=fees, number=2, sha256="1" * 64, file="new", size=1, state=State.READY
    )
    fees.save()
    assert access.passages(teller, [old.pk]) == {}
    assert access.passage(teller, old.pk) == old

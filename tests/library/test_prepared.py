"""Queries written once: they answer as the ORM does, and from what the database holds now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from library.models import Collection, Document, Grant, Passage, Role, User, Version
from library.prepared import Prepared


def of_user(user: int, collections: list[int]) -> object:
    return Grant.objects.filter(user=user, collection__in=collections).order_by("pk").values_list("collection", "role")


def test_it_answers_as_the_orm_does_for_lists_of_every_length(db: None) -> None:
    prepared = Prepared(of_user, 1, many=int)  # type: ignore[arg-type]
    user = User.objects.create_user("reader")
    made = [Collection.objects.create(name=f"collection {n}").pk for n in range(9)]
    for pk in made[:7]:
        Grant.objects.create(user=user, collection_id=pk, role=Role.VIEWER)
    for length in range(1, 10):
        assert prepared.rows(user.pk, many=made[:length]) == [(pk, "viewer") for pk in made[: min(length, 7)]]
        assert prepared.rows(user.pk + 1, many=made[:length]) == []
    Grant.objects.filter(collection=made[0]).delete()
    assert prepared.rows(user.pk, many=made[:2]) == [(made[1], "viewer")]


def test_values_come_back_as_python_knows_them(retail: Collection) -> None:
    document = Document.objects.create(collection=retail, name="a.pdf")
    version = Version.objects.create(document=document, number=1, sha256="0" * 64, file="a", size=1)
    keys = [UUID(int=n) for n in (7, 8)]
    for at, key in enumerate(keys):
        Passage.objects.create(id=key, version=version, position=at, kind="text", text="x", locator={"page": at})
    prepared = Prepared(
        lambda ids: Passage.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "locator"), 0, many=UUID
    )
    assert prepared.rows(many=[*keys, UUID(int=9)]) == [(keys[0], {"page": 0}), (keys[1], {"page": 1})]


def test_a_query_that_leaves_a_value_out_is_refused(db: None) -> None:
    careless = Prepared(lambda user, other: Grant.objects.filter(user=user).values_list("pk"), 2)
    with pytest.raises(ValueError, match="does not look for every value"):
        careless.rows(1, 2)
    with pytest.raises(TypeError, match="2 ids"):
        careless.rows(1)


def test_objects_come_with_what_they_stand_in(retail: Collection, django_assert_num_queries: Any) -> None:
    document = Document.objects.create(collection=retail, name="a.pdf")
    version = Version.objects.create(document=document, number=1, sha256="0" * 64, file="a", size=1)
    key = UUID(int=7)
    Passage.objects.create(id=key, version=version, position=0, kind="text", text="fees", locator={"page": 3})
    prepared = Prepared(
        lambda ids: Passage.objects.filter(pk__in=ids).select_related("version__document__collection", "table"),
        0,
        many=UUID,
    )
    with django_assert_num_queries(1):
        (found,) = prepared.objects(many=[key])
        assert (found.pk, found.text, found.locator, found.table) == (key, "fees", {"page": 3}, None)
        assert (found.version, found.version.document, found.version.document.collection) == (version, document, retail)
    assert prepared.objects(many=[UUID(int=8)]) == []

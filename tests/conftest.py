"""The cast: four people, two departments, two collections, so that tests read as stories.

- `retail` and `markets` are collections of two departments; `teller` reads retail; `analyst` contributes to markets
  and reads retail; `compliance` manages both; `outsider` has an account and no right at all.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.utils import translation
from pytest_django.fixtures import Settings

from library.models import Collection, Grant, Role, User

pytest_plugins = ["tests.redis_fixture"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """A database in a file, as in earnest: threads that share one in memory lock each other out."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(settings.DATA_DIR / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """PostgreSQL drops no database to which a pool still holds connections."""
    yield
    if isinstance(connection, PostgreSQL):
        connection.close_pool()


@pytest.fixture
def retail(db: None) -> Collection:
    return Collection.objects.create(name="Retail")


@pytest.fixture
def markets(db: None) -> Collection:
    return Collection.objects.create(name="Markets")


@pytest.fixture
def teller(retail: Collection) -> User:
    user = User.objects.create_user("teller")
    group, _ = Group.objects.get_or_create(name="branch")
    user.groups.add(group)
    Grant.objects.get_or_create(collection=retail, group=group, defaults={"role": Role.VIEWER})
    return user


@pytest.fixture
def analyst(retail: Collection, markets: Collection) -> User:
    user = User.objects.create_user("analyst")
    group, _ = Group.objects.get_or_create(name="research")
    user.groups.add(group)
    Grant.objects.get_or_create(collection=markets, group=group, defaults={"role": Role.CONTRIBUTOR})
    Grant.objects.create(collection=retail, user=user, role=Role.VIEWER)
    return user


@pytest.fixture
def compliance(retail: Collection, markets: Collection) -> User:
    user = User.objects.create_user("compliance")
    for collection in (retail, markets):
        Grant.objects.create(collection=collection, user=user, role=Role.MANAGER)
    return user


@pytest.fixture
def outsider(db: None) -> User:
    return User.objects.create_user("outsider")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Whatever language the page of another test was in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def static_files_as_they_lie(settings: Settings) -> None:
    """Pages name static files by their own names: the hashed ones exist once they are collected for serving."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


AUDIT_TRIGGERS = {
    "sqlite": ("audit_no_update", "audit_no_delete"),
    "postgresql": ("audit_append_only ON library_auditentry",),
}


@pytest.fixture(autouse=True)
def flush_may_empty_the_audit(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests with real transactions end by emptying every table, which the audit's triggers would refuse."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")) and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        for name in AUDIT_TRIGGERS[connection.vendor]:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")

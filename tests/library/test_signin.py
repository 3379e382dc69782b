"""Signing in by link and by password, and what does not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from library import signin
from library.models import AuditEntry, SignInLink, User
from tests.redis_fixture import RedisServer

PASSWORD = "a quiet long phrase"


@pytest.fixture
def clerk(teller: User) -> User:
    teller.set_password(PASSWORD)
    teller.save()
    return teller


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_a_link_signs_in_once(client: Client, teller: User) -> None:
    path = signin.make_link(teller)
    assert "teller" in client.get(path).content.decode()
    assert signed_in(client) is None, "opening the link, as mail programs do, uses nothing up"
    assert client.post(path).headers["Location"] == "/"
    assert signed_in(client) == str(teller.pk)
    other = Client()
    assert other.post(path).status_code == 404
    assert signed_in(other) is None


def test_the_token_is_not_stored(teller: User) -> None:
    token = signin.make_link(teller).rsplit("/", 1)[1]
    row = SignInLink.objects.get()
    assert token not in str(vars(row))


def test_used_old_and_unknown_links_look_alike(client: Client, teller: User) -> None:
    used, old = signin.make_link(teller), signin.make_link(teller)
    Client().post(used)
    SignInLink.objects.filter(used=None).update(expires=timezone.now() - timedelta(seconds=1))
    answers = [client.get(path) for path in (used, old, "/sign-in/never-was")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({without_csrf(answer.content) for answer in answers}) == 1


def test_a_link_of_somebody_who_has_left_is_closed(client: Client, teller: User) -> None:
    path = signin.make_link(teller)
    teller.is_active = False
    teller.save()
    assert client.post(path).status_code == 404
    assert signed_in(client) is None


def test_a_link_lasts_a_day(teller: User) -> None:
    signin.make_link(teller)
    left = SignInLink.objects.get().expires - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)


def test_name_and_password_sign_in(client: Client, clerk: User, redis_server: RedisServer) -> None:
    answer = client.post("/sign-in", {"name": "teller", "password": PASSWORD, "next": "/library/"})
    assert answer.headers["Location"] == "/library/"
    assert signed_in(client) == str(clerk.pk)
    assert AuditEntry.objects.filter(actor="teller", action="signed in").exists()


def test_wrong_password_and_unknown_name_look_alike(client: Client, clerk: User, redis_server: RedisServer) -> None:
    wrong = client.post("/sign-in", {"name": "teller", "password": "no"})
    unknown = client.post("/sign-in", {"name": "nobody", "password": "no"})
    assert wrong.status_code == unknown.status_code == 400
    assert without_csrf(wrong.content).replace(b"teller", b"nobody") == without_csrf(unknown.content)


def test_a_name_that_no_database_keeps_is_a_wrong_one(client: Client, db: None, redis_server: RedisServer) -> None:
    assert client.post("/sign-in", {"name": "no\0body", "password": "\0"}).status_code == 400


def test_a_name_is_closed_after_too_many_tries(client: Client, clerk: User, redis_server: RedisServer) -> None:
    for _ in range(signin.TRIES["name"]):
        assert client.post("/sign-in", {"name": "teller", "password": "no"}).status_code == 400
    answer = client.post("/sign-in", {"name": "Teller", "password": PASSWORD})
    assert answer.status_code == 429
    assert signed_in(client) is None


def test_an_address_is_closed_after_too_many_tries(client: Client, clerk: User, redis_server: RedisServer) -> None:
    for n in range(signin.TRIES["address"]):
        client.post("/sign-in", {"name": f"guess{n}", "password": "no"})
    assert client.post("/sign-in", {"name": "teller", "password": PASSWORD}).status_code == 429
    elsewhere = client.post("/sign-in", {"name": "teller", "password": PASSWORD}, REMOTE_ADDR="10.1.2.3")
    assert elsewhere.status_code == 302


def test_the_tries_are_forgotten_in_time(client: Client, clerk: User, redis_server: RedisServer) -> None:
    client.post("/sign-in", {"name": "teller", "password": "no"})
    with redis_server.client() as counters:
        left = [counters.ttl(key) for key in counters.keys("signin:*")]
    assert len(left) == 2
    assert all(0 < seconds <= signin.WINDOW_S for seconds in left)


def test_without_redis_nobody_guesses(client: Client, clerk: User, no_redis: None) -> None:
    answer = client.post("/sign-in", {"name": "teller", "password": PASSWORD})
    assert answer.status_code == 503
    assert "in a minute" in answer.content.decode()
    assert signed_in(client) is None


def test_it_goes_on_within_the_site_alone(client: Client, clerk: User, redis_server: RedisServer) -> None:
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = client.post("/sign-in", {"name": "teller", "password": PASSWORD, "next": target})
        assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session(client: Client, teller: User) -> None:
    client.force_login(teller)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert signed_in(client) is None


def test_a_piece_of_a_page_leads_to_the_sign_in(client: Client, db: None) -> None:
    answer = client.get("/library/", headers={"HX-Request": "true"}, follow=True)
    assert answer.headers["HX-Redirect"].startswith("/sign-in")


def test_the_language_is_kept_for_the_user(client: Client, teller: User) -> None:
    client.force_login(teller)
    answer = client.post("/language", {"language": "ja", "next": "/library/"})
    assert answer.headers["Location"] == "/library/"
    teller.refresh_from_db()
    assert teller.language == "ja"
    assert 'lang="ja"' in client.get("/library/").content.decode()


def test_the_language_is_kept_for_the_browser(client: Client, db: None) -> None:
    client.post("/language", {"language": "ja", "next": "/sign-in"})
    assert "サインイン" in client.get("/sign-in").content.decode()
    client.post("/language", {"language": "tlh"})
    assert "サインイン" in client.get("/sign-in").content.decode()


def without_csrf(content: bytes) -> bytes:
    """The page without the token that differs each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)

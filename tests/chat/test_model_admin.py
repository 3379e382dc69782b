"""Language models at /admin/: who may set them up, what is refused, and what the test button finds."""

from __future__ import annotations

import base64
import html
import io
import re
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from chat import probing
from chat.models import LanguageModel
from chat.probing import probe
from library.models import AuditEntry, User
from tests.chat.conftest import model_row
from tests.fakes import ModelServer, Script

pytestmark = pytest.mark.django_db(transaction=True)
LISTED = {"id": "alpha", "max_model_len": 32_000}
NUMBERS = ["one ", "two ", "three"]


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    return client


def sighted(request: dict[str, Any]) -> list[str]:
    """A model that looks at what it is shown."""
    content = request["messages"][-1]["content"]
    if isinstance(content, str):
        return NUMBERS
    data = base64.b64decode(content[1]["image_url"]["url"].split(",")[1])
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    names = {rgb: name for name, rgb in probing.COLOURS.items()}
    pixels = picture.tobytes()
    seen = [tuple(pixels[3 * probing.SIZE * y :][:3]) for y in (5, 45, 90)]
    return [f"{names[(red, green, blue)]} " for red, green, blue in seen]


def blind(request: dict[str, Any]) -> list[str]:
    return NUMBERS if isinstance(request["messages"][-1]["content"], str) else ["I see no picture."]


def findings(script: Script, **more: Any) -> dict[str, tuple[bool | None, str]]:
    with ModelServer(script) as server:
        row = model_row("Alpha", server, 1, **more)
        return {finding.what: (finding.good, finding.words) for finding in async_to_sync(probe)(row)}


def test_it_says_what_a_good_endpoint_can() -> None:
    found = findings(Script(reply=sighted, models=[LISTED]), seeing=True)
    assert {what: good for what, (good, _words) in found.items()} == {
        "Lists its models": True,
        "Context length": True,
        "Streams": True,
        "Counts tokens": True,
        "Sees pictures": True,
    }
    assert found["Context length"][1] == "It takes 32000 tokens; 8000 are set here."
    assert re.fullmatch(r"The first words came after \d+\.\d\d s\.", found["Streams"][1])
    assert found["Counts tokens"][1] == "It does: 100 tokens in, 3 out."


def test_it_says_what_is_set_too_high() -> None:
    found = findings(Script(reply=blind, models=[LISTED]), seeing=True, context_tokens=64_000)
    assert found["Context length"] == (False, "It takes 32000 tokens, and 64000 are set here: set fewer.")
    assert found["Sees pictures"] == (False, "It does not, and is set to: switch that off.")


def test_it_says_what_is_only_worth_knowing() -> None:
    found = findings(Script(["One two three"], models=[{"id": "gamma"}]))
    assert found["Lists its models"] == (None, "It does not list alpha. It lists: gamma")
    assert found["Streams"][0] is None
    assert found["Sees pictures"] == (None, "It does not.")


def test_an_endpoint_need_list_nothing() -> None:
    found = findings(Script(reply=sighted, models=[]))
    assert found["Lists its models"] == (None, "It lists no models; that need not be wrong.")
    assert found["Sees pictures"] == (None, "It does, and is not set to: it gets no pictures.")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(status=401), "It refuses the key. Check what is behind –."),
        (Script(status=404), "It does not know the model alpha, or has no chat at this address. Often /v1 is missing."),
        (Script(status=429), "It says that it is too busy"),
        (Script(status=500, error={"message": "a stranger's page"}), "It fails, or does not speak the protocol"),
        (Script([], models=[LISTED]), "It answers, and says nothing."),
    ],
)
def test_a_failure_says_where_to_look_and_not_what_the_endpoint_wrote(script: Script, words: str) -> None:
    found = findings(script)
    good, said = found["Answers"]
    assert good is False
    assert said.startswith(words)
    assert "stranger" not in repr(found)


def test_nothing_listens() -> None:
    with ModelServer() as server:
        row = model_row("Alpha", server, 1)
    (finding,) = async_to_sync(probe)(row)
    assert finding.words.startswith(f"Nothing answers at {row.base_url}. Check the address")


def test_a_key_that_is_not_there_is_found_before_anything_is_sent(settings: Settings, tmp_path: Path) -> None:
    settings.LLM_KEYS_DIR = tmp_path
    found = findings(Script(), key="file:azure")
    assert found == {"Key": (False, "There is no key where file:azure says. Set it, and start the server anew.")}


def test_the_button_shows_the_findings_and_stands_on_the_audit(admin: Client) -> None:
    with ModelServer(Script(NUMBERS, models=[LISTED])) as server:
        row = model_row("Alpha", server, 1)
        form = admin.get(f"/admin/chat/languagemodel/{row.pk}/change/").content.decode()
        (action,) = re.findall(r'action="(.+?/test/)"', form)
        page = html.unescape(admin.post(action).content.decode())
    assert "It can be reached and lists alpha." in page
    assert AuditEntry.objects.get(action="languagemodel tested").subject == {"id": row.pk, "name": "Alpha"}
    assert admin.get(action).status_code == 405


def test_it_hides_from_outsiders(admin: Client, teller: User) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    with ModelServer() as server:
        row = model_row("Alpha", server, 1)
        for user in (teller, clerk):
            client = Client()
            client.force_login(user)
            for path in ("", f"{row.pk}/change/", "add/"):
                assert client.get(f"/admin/chat/languagemodel/{path}").status_code in (302, 403)
            assert client.post(f"/admin/chat/languagemodel/{row.pk}/test/").status_code in (302, 404)
            unknown = client.post(f"/admin/chat/languagemodel/{row.pk + 1}/test/").status_code
            assert unknown == client.post(f"/admin/chat/languagemodel/{row.pk}/test/").status_code
        assert server.keys == []


def test_a_key_that_is_pasted_is_refused_and_kept_nowhere(admin: Client) -> None:
    fields = {
        "name": "Alpha", "base_url": "http://llm.example/v1", "model": "m", "key": "sk-secret", "position": "1",
        "context_tokens": "8000", "max_answer_tokens": "1200", "price_in": "0", "price_out": "0", "currency": "USD",
        "connect_timeout_s": "3", "read_timeout_s": "30", "enabled": "on",
    }  # fmt: skip
    refused = html.unescape(admin.post("/admin/chat/languagemodel/add/", fields).content.decode())
    assert "Write env:LLM_KEY_… or file:NAME." in refused
    assert not LanguageModel.objects.exists()
    assert admin.post("/admin/chat/languagemodel/add/", fields | {"key": ""}).status_code == 302
    assert AuditEntry.objects.get().action == "languagemodel made"

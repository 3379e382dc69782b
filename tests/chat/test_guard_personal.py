"""Personal data found by form, check digit and the words beside it; masked on the way out and put back."""

from __future__ import annotations

import logging

import pytest

from chat.guards.hosts import is_outside
from chat.guards.logging import MaskPersonalData
from chat.guards.masking import RULE, Mask
from chat.guards.personal import find, is_card, is_iban, is_my_number


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("お客様の山田太郎様からの申し出です。", [("PERSON", "山田太郎")]),
        ("氏名：佐藤 花子", [("PERSON", "佐藤 花子")]),
        ("担当の鈴木部長に確認した。", [("PERSON", "鈴木")]),
        ("マイナンバーは1234 5678 9018です。", [("MY_NUMBER", "1234 5678 9018")]),
        ("個人番号：１２３４５６７８９０１８", [("MY_NUMBER", "１２３４５６７８９０１８")]),
        (
            "〒100-0005 東京都千代田区丸の内1丁目9番2号に住む",
            [("ADDRESS", "〒100-0005 東京都千代田区丸の内1丁目9番2号")],
        ),
        ("大阪府大阪市北区梅田3-1-3に転居", [("ADDRESS", "大阪府大阪市北区梅田3-1-3")]),
        ("振込先は普通 1234567 です。", [("ACCOUNT", "1234567")]),
        ("電話 03-1234-5678、携帯090-1234-5678", [("PHONE", "03-1234-5678"), ("PHONE", "090-1234-5678")]),
        ("運転免許証番号 123456789012", [("LICENCE", "123456789012")]),
        ("旅券番号はTR1234567", [("PASSPORT", "TR1234567")]),
        ("Card 4111 1111 1111 1111 was lost.", [("CARD", "4111 1111 1111 1111")]),
        ("Write to k.mori@bank.example today.", [("EMAIL", "k.mori@bank.example")]),
        ("Her SSN is 078-05-1120.", [("SSN", "078-05-1120")]),
        ("Pay to GB82 WEST 1234 5698 7654 32 now.", [("IBAN", "GB82 WEST 1234 5698 7654 32")]),
        ("Mr. Okafor called 212-555-0123.", [("PERSON", "Okafor"), ("PHONE", "212-555-0123")]),
        ("Account number 004417823 was closed.", [("ACCOUNT", "004417823")]),
        ("My passport number is C01234567.", [("PASSPORT", "C01234567")]),
        ("She lives at 14 Crown Street, Leeds", [("ADDRESS", "14 Crown Street, Leeds")]),
        ("Jennifer Adeyemi signed.", [("PERSON", "Jennifer Adeyemi")]),
        ("Oyinda K. Brandvold signed.", [("PERSON", "Oyinda K. Brandvold")]),
        ("Quillon Barstad lives abroad.", [("PERSON", "Quillon Barstad")]),
        ("My wife Oyinda Barstad wrote.", [("PERSON", "Oyinda Barstad")]),
        ("Zofia: the form is here.", [("PERSON", "Zofia")]),
        ("We met Emma, Oyinda and Liam.", [("PERSON", "Emma"), ("PERSON", "Liam")]),
        ("Write to 44 Fjordvej 12\nApt. 7.", [("ADDRESS", "44 Fjordvej 12\nApt. 7")]),
        ("Based in Springfield, OH 45502 since May", [("ADDRESS", "Springfield, OH 45502")]),
        ("The office at LS1 4DY is closed", [("ADDRESS", "LS1 4DY")]),
        ("Unit 1234 Box 567\nDPO AE 09123", [("ADDRESS", "Unit 1234 Box 567\nDPO AE 09123")]),
    ],
)
def test_it_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "総資産は403,703,147百万円、資本金は1000000000000円である。",
        "田中商事の売上高は8,854億円、川崎市の工場を閉鎖した。",
        "東京都千代田区に本店を置く。第3四半期、2024年3月31日現在。",
        "Revenue was $12,345,678 in 2024 (2023: $11,234,567), up 9.9%, or 4111111111111112 in raw units.",
        "The company closed 12 stores; note 14 and pages 100-105; ISO 27001-2022.",
        "Charles Schwab, Morgan Stanley, Lincoln National and Eli Lilly; Cash Flow and Net Income rose.",
        "Robert Bosch GmbH and Martin Frank Holdings; Class B Common, Exhibit C Form, Part B Page.",
        "Suite of products. Revenue: 12. Paris, France; Form 10-K, Item 7A and Schedule D Page.",
        "Accounts receivable were 1,234,567. Goldman Sachs and General Motors reported.",
        "Trace 9f8e7d6c-1234-4321-8888-0123456789ab of version 1.2.3.4",
    ],
)
def test_figures_places_and_firms_are_no_personal_data(text: str) -> None:
    assert found(text) == []


def test_check_digits_decide() -> None:
    assert is_my_number("123456789018")
    assert not [d for d in "012345679" if is_my_number(f"12345678901{d}")]
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")
    assert is_iban("GB82WEST12345698765432")
    assert not is_iban("GB83WEST12345698765432")


def test_a_mask_says_one_thing_one_way_and_puts_it_back() -> None:
    mask = Mask()
    sent = mask.messages(
        [
            {"role": "system", "content": "Rules."},
            {"role": "user", "content": "山田太郎様 and k.mori@bank.example; 山田太郎様 again, {PERSON1}?"},
        ]
    )
    assert "山田" not in str(sent)
    assert "k.mori" not in str(sent)
    assert sent[0]["content"] == "Rules." + RULE
    assert sent[1]["content"] == "{PERSON1001}様 and {EMAIL1}; {PERSON1001}様 again, {PERSON1}?"
    assert dict(mask.counts) == {"PERSON": 1, "EMAIL": 1}
    assert (
        mask.put_back("{PERSON1001} wrote from {EMAIL1}, not {EMAIL2}.")
        == "山田太郎 wrote from k.mori@bank.example, not {EMAIL2}."
    )


def test_what_comes_in_pieces_is_put_back_whole() -> None:
    mask = Mask()
    mask.text("k.mori@bank.example and Mr. Okafor")
    answer = "Ask {PERSON1} at {EMAIL1}; sets {a, b} and {PERS stay."
    for size in range(1, 12):
        pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
        got = "".join(mask.feed(piece) for piece in pieces) + mask.close()
        assert got == "Ask Okafor at k.mori@bank.example; sets {a, b} and {PERS stay."


def test_without_personal_data_nothing_is_changed() -> None:
    messages = [{"role": "system", "content": "Rules."}, {"role": "user", "content": "Net income in FY2024?"}]
    mask = Mask()
    assert mask.messages(messages) == messages
    assert mask.feed("a {PERSON1") == "a {PERSON1"


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("http://localhost:8000/v1", False),
        ("http://127.0.0.1:11434/v1", False),
        ("http://[::1]:8000/v1", False),
        ("http://10.1.2.3/v1", False),
        ("http://192.168.0.9/v1", False),
        ("http://vllm:8000/v1", False),
        ("http://models.bank.internal/v1", False),
        ("https://api.openai.com/v1", True),
        ("https://bank.openai.azure.com/openai/v1", True),
        ("http://8.8.8.8/v1", True),
        ("http://localhost.example.com/v1", True),
        ("", True),
    ],
)
def test_outside_is_what_leaves_the_house(url: str, outside: bool) -> None:
    assert is_outside(url) is outside


def test_the_log_masks_what_its_form_tells(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(MaskPersonalData())
    log = logging.getLogger("tests.guard")
    log.warning("mail from %s, card %s", "k.mori@bank.example", "4111 1111 1111 1111")
    try:
        raise ValueError("call 090-1234-5678")
    except ValueError:
        log.exception("failed with %d", 3)
    assert "k.mori" not in caplog.text
    assert "mail from <EMAIL>, card <CARD>" in caplog.text
    assert "090-1234-5678" not in caplog.text
    assert "ValueError: call <PHONE>" in caplog.text
    assert "failed with 3" in caplog.text

"""Whose document it is, in the words of covers and first pages."""

from __future__ import annotations

import pytest

from ingest.parsers import company_names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Annual report of The Hoshino Company 2018", "The Hoshino Company"),
        ("HOSHINO & MORI HOLDINGS CO., LTD.\nReport", "HOSHINO & MORI HOLDINGS CO., LTD."),
        ("On 3 May Aoba Electric, Inc. said that it", "Aoba Electric, Inc."),
        ("【会社名】 | 青葉電機株式会社\n【英訳名】", "青葉電機株式会社"),
        ("会社名：株式会社ほしの銀行", "株式会社ほしの銀行"),
        ("2025年3月期決算短信\n株式会社ほしの銀行", "株式会社ほしの銀行"),
        ("At December 31, 2019, the Company had no debt", ""),
        ("In fiscal 2018, the Company bought", ""),
        ("Total equity 1,220.5 1,365.4 Company", ""),
        ("Significant components of the Company are shown", ""),
        ("The Company's shares", ""),
        ("AA rated corporate instruments. The Company holds them", ""),
        ("取引先の株式会社により", ""),
        ("x" * company_names.COVER + " Aoba Electric, Inc.", ""),
    ],
)
def test_a_name_is_told_from_a_sentence(text: str, name: str) -> None:
    assert company_names.named(text) == name


def test_the_registrant_stands_above_its_caption_and_small_capitals_are_put_together() -> None:
    text = "Commission file number 1-2\n{}\n(Exact name of registrant as specified)\nMori Resorts is a company"
    assert company_names.registrant(text.format("MORI R ESORTS, I NC.")) == "MORI RESORTS, I NC."
    assert company_names.registrant(text.format("J LINDE HOLDINGS")) == "J LINDE HOLDINGS"
    assert company_names.registrant("Commission file number 1-2\n(Exact name of registrant)") == ""


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("【会社名】 | 青葉電機株式会社\n【英訳名】 | AOBA ELECTRIC CO., LTD.\n【代表者】", "AOBA ELECTRIC CO., LTD."),
        ("青葉電機株式会社（Aoba Electric Co., Ltd.）の決算", "Aoba Electric Co., Ltd."),
        ("他社株式会社（Other Corp.）と青葉電機株式会社の提携", ""),
        ("青葉電機株式会社の決算", ""),
    ],
)
def test_the_english_name_where_a_cover_gives_both(text: str, other: str) -> None:
    assert company_names.other_name(text, "青葉電機株式会社") == other


def test_the_name_that_stands_most_often() -> None:
    text = "Aoba Electric, Inc. supplies Mori Corporation. Aoba Electric, Inc. is in Osaka. The Company grew."
    assert company_names.most_named(text) == "Aoba Electric, Inc."
    assert company_names.listed("News from Aoba Electric (NYSE: AOB) today") == "Aoba Electric"

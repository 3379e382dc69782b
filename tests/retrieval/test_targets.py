"""Which documents a question means."""

from __future__ import annotations

import pytest

from retrieval import targets
from retrieval.targets import Directory, Facts

KNOWN = [
    Facts(
        1, "northwind_2021_10K.pdf", "Northwind Trading Co. Form 10-K FY2021", "Northwind Trading Co.", "NWT", "FY2021"
    ),
    Facts(
        2, "northwind_2022_10K.pdf", "Northwind Trading Co. Form 10-K FY2022", "Northwind Trading Co.", "NWT", "FY2022"
    ),
    Facts(3, "northwind_q2.pdf", "Northwind Form 10-Q", "Northwind Trading Co.", "NWT", "FY2022Q2", "quarterly report"),
    Facts(4, "SILVERPINE_2022_10K.pdf", "", "Our Company", "", "FY2022"),
    Facts(5, "決算短信.pdf", "2025年3月期 決算短信", "株式会社青葉銀行", "8399", "FY2024", "earnings release"),
    Facts(7, "S100.html", "【表紙】", "水戸精機株式会社", "", "FY2020-03", other_name="MITO PRECISION CO., LTD."),
    Facts(6, "annual report.pdf", "Annual report", "", "", "FY2022"),
]


def likeness(question: str) -> dict[int, float]:
    directory = Directory()
    for facts in KNOWN:
        directory.add(facts)
    mentioned = directory.mentioned(question)
    known = [facts for facts in KNOWN if facts.id in mentioned]
    return targets.likeness(targets.read(question, known, mentioned), known)


def best(question: str) -> list[int]:
    found = likeness(question)
    return [key for key in found if found[key] == max(found.values())]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was Northwind's revenue in FY2021?", [1]),
        ("What was Northwind Trading's revenue in fiscal 2022?", [2]),
        ("NWT revenue in Q2 of FY2022", [3]),
        ("Average margin of Northwind from FY2020 to FY2022", [2]),
        ("Northwind's dividend in 2020", [1]),
        ("What does Northwind expect for FY2023?", [2, 3]),
        ("Northwind 10-Q: cash", [3]),
        ("What is Silver Pine's revenue in FY2022?", [4]),
        ("青葉銀行の経常利益はいくらですか", [5]),
        ("8399の配当", [5]),
        ("What were Mito Precision's net sales?", [7]),
        ("水戸精機の売上高", [7]),
        ("What does the annual report say?", []),
        ("What is the revenue?", []),
        ("", []),
    ],
)
def test_the_documents_meant(question: str, expected: list[int]) -> None:
    assert best(question) == expected


def test_nothing_is_shut_out_within_a_company() -> None:
    assert set(likeness("Northwind's revenue in FY2021")) == {1, 2, 3}
    assert all(0 < value <= 1 for value in likeness("Northwind's revenue in FY2021").values())


def test_what_lies_ahead_stands_in_the_newest() -> None:
    plain, ahead = likeness("Northwind's costs of closing stores"), likeness("What closures does Northwind expect?")
    assert ahead[2] == plain[2] == 1
    assert ahead[1] < plain[1]


def test_a_release_explains_what_the_standards_do_not_know() -> None:
    kinds = ("annual report", "earnings release")
    both = [Facts(at, f"{at}.pdf", "", "Northwind", "", "FY2022", kind) for at, kind in enumerate(kinds, 1)]

    def fit(question: str) -> list[float]:
        known = dict.fromkeys((1, 2), "Northwind")
        found = targets.likeness(targets.read(question, both, known), both)
        return [round(found[key], 6) for key in (1, 2)]

    annual, release = fit("Northwind's net income in FY2022")
    assert annual == release
    annual, release = fit("Northwind's adjusted EBITDA in FY2022")
    assert annual < release


def test_the_newest_is_meant_where_no_period_is_said() -> None:
    found = likeness("Who are Northwind's customers?")
    assert found[2] == found[3] > found[1] > 0.8

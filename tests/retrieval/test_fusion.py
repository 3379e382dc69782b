"""Two kinds of ranking made into one, page by page."""

from __future__ import annotations

from uuid import UUID

from retrieval import fusion
from retrieval.store import Found


def found(number: int, score: float, document: int = 1, place: int | None = None) -> Found:
    return Found(UUID(int=number), score, document, number if place is None else place)


def order(places: list[fusion.Place]) -> list[list[int]]:
    return [[key.int for key in place.passages] for place in places]


def test_what_both_find_comes_first() -> None:
    words = [found(1, 9.0), found(2, 8.5)]
    meaning = [found(2, 0.8), found(3, 0.7)]
    assert order(fusion.places([words], [meaning], {})) == [[2], [1], [3]]


def test_passages_of_one_page_count_together() -> None:
    words = [found(1, 9.0), found(2, 8.5, place=7), found(3, 8.4, place=7)]
    assert order(fusion.places([words], [], {})) == [[2, 3], [1]]


def test_what_resembles_only_a_little_adds_nothing() -> None:
    words = [found(1, 9.0), found(2, 8.5, place=7), *(found(n, 5.0, place=7) for n in range(3, 20))]
    assert order(fusion.places([words], [], {}))[0] == [1]


def test_a_document_that_fits_is_lifted() -> None:
    words = [found(1, 9.0, document=1), found(2, 5.0, document=2)]
    assert order(fusion.places([words], [], {2: 1.0})) == [[2], [1]]


def test_the_same_passage_of_two_probes_counts_once() -> None:
    one = fusion.places([[found(1, 9.0)], [found(1, 9.0)]], [], {})
    assert one == fusion.places([[found(1, 9.0)]], [], {})


def test_tables_and_statements_are_lifted_where_a_figure_is_asked_for() -> None:
    text, rows = found(1, 9.0), found(2, 8.5)
    table, balance = Found(rows.id, 8.5, 1, 2, "table"), Found(rows.id, 6.5, 1, 2, "balance")
    assert order(fusion.places([[text, table]], [], {})) == [[1], [2]]
    assert order(fusion.places([[text, table]], [], {}, figure=True)) == [[2], [1]]
    assert order(fusion.places([[text, balance]], [], {}, figure=True)) == [[1], [2]]
    assert order(fusion.places([[text, balance]], [], {}, statements={"balance"})) == [[2], [1]]


def test_equal_scores_stand_by_id() -> None:
    words = [found(3, 1.0), found(1, 1.0), found(2, 1.0)]
    assert order(fusion.places([words], [], {})) == [[1], [2], [3]]


def test_nothing_found_is_nothing() -> None:
    assert fusion.places([], [], {}) == []
    assert fusion.places([[]], [[]], {1: 1.0}) == []
    assert order(fusion.places([[found(1, 0.0)]], [[found(1, 0.0)]], {})) == [[1]]

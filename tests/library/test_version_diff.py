"""Two versions side by side: pages that came, went and changed, and figures by row and column."""

from __future__ import annotations

from library.tables import Cell, Column, Row, Table
from library.version_diff import FigureChange, Part, compare, part_changes


def pages(*texts: str) -> list[Part]:
    return [(str(number), text) for number, text in enumerate(texts, 1)]


def kinds(old: list[Part], new: list[Part]) -> list[tuple[str, str | None, str | None]]:
    return [(change.kind, change.old, change.new) for change in part_changes(old, new)]


RISKS = "Risks are many and they are named here one by one"
SALES = "Sales rose in all of our regions by 12 percent"


def test_what_is_the_same_but_for_its_spaces_has_not_changed() -> None:
    assert kinds(pages(RISKS, SALES), pages(RISKS.replace(" ", "\n"), SALES)) == []


def test_a_page_in_front_moves_the_others_and_changes_none() -> None:
    assert kinds(pages(RISKS, SALES), pages("A letter to the shareholders", RISKS, SALES)) == [("added", None, "1")]


def test_a_page_that_left_is_named_by_its_old_number() -> None:
    assert kinds(pages("A letter", RISKS, SALES), pages(RISKS, SALES)) == [("removed", "1", None)]


def test_a_page_with_other_words_is_the_same_page_changed() -> None:
    changed = SALES.replace("12", "14")
    assert kinds(pages(RISKS, SALES), pages(RISKS, changed)) == [("changed", "2", "2")]


def test_a_page_with_nothing_in_common_is_another_page() -> None:
    found = kinds(pages(RISKS, SALES), pages(RISKS, "Notes on accounting policies and estimates"))
    assert sorted(found, key=str) == [("added", None, "2"), ("removed", "2", None)]


def test_changed_and_new_pages_in_one_stretch_are_told_apart() -> None:
    new = pages("A letter to the shareholders", RISKS + " again", SALES.replace("12", "14"))
    assert kinds(pages(RISKS, SALES), new) == [("added", None, "1"), ("changed", "1", "2"), ("changed", "2", "3")]


def table(values: dict[tuple[str, str], str], page: int = 3) -> Table:
    rows = list(dict.fromkeys(row for row, _ in values))
    columns = list(dict.fromkeys(column for _, column in values))
    return Table(
        1,
        "Income statement",
        page,
        columns=[Column(n, [name]) for n, name in enumerate(columns, 2)],
        rows=[Row(n, ["Operations", name]) for n, name in enumerate(rows, 2)],
        cells=[
            Cell(rows.index(row) + 2, columns.index(column) + 2, text, text.replace(",", ""))
            for (row, column), text in values.items()
        ],
    )


VALUES = {
    ("Sales", "2018"): "32,765",
    ("Sales", "2017"): "31,657",
    ("Costs", "2018"): "16,682",
    ("Costs", "2017"): "16,055",
}


def test_a_restated_figure_is_found_by_its_row_and_column() -> None:
    changes = compare([], [], [table(VALUES)], [table(VALUES | {("Sales", "2017"): "31,700"}, page=4)])
    assert changes.figures == [
        FigureChange("Income statement", "Operations › Sales", "2017", "31,657", "31,700", 4),
    ]


def test_the_same_number_written_otherwise_has_not_changed() -> None:
    assert not compare([], [], [table(VALUES)], [table(VALUES | {("Sales", "2018"): "32765"})])


def test_a_row_that_came_has_no_old_figure_and_one_that_went_no_new() -> None:
    more = VALUES | {("Tax", "2018"): "1,637"}
    came = compare([], [], [table(VALUES)], [table(more)]).figures
    went = compare([], [], [table(more)], [table(VALUES)]).figures
    assert [(f.row, f.old, f.new) for f in came] == [("Operations › Tax", "", "1,637")]
    assert [(f.row, f.old, f.new) for f in went] == [("Operations › Tax", "1,637", "")]


def test_tables_are_paired_by_their_labels_not_their_order() -> None:
    other = table({("Cash", "2018"): "2,853", ("Debt", "2018"): "13,411"})
    changed = table(VALUES | {("Costs", "2018"): "16,700"})
    changes = compare([], [], [table(VALUES), other], [other, changed])
    assert [(f.row, f.old, f.new) for f in changes.figures] == [("Operations › Costs", "16,682", "16,700")]


def test_rows_of_one_name_are_told_apart() -> None:
    old, new = table(VALUES), table(VALUES | {("Costs", "2018"): "16,700"})
    for each in (old, new):
        each.rows[1].path = list(each.rows[0].path)
    assert [(f.row, f.new) for f in compare([], [], [old], [new]).figures] == [("Operations › Sales (2)", "16,700")]

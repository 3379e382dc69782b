"""HTML as filings write it: every cell where the source has it, and what its headers make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parsers.html import parse
from ingest.segments import Block, Facts, Segment, TableBlock, Unreadable
from library.tables import Table

BALANCE_SHEET = """
<html><body><h3>１ 【連結財務諸表等】</h3><h4>(1) 【連結財務諸表】</h4><h4>① 【連結貸借対照表】</h4>
<table>
<tr><td></td><td></td><td></td><td></td><td>(単位：百万円)</td></tr>
<tr><td></td><td></td><td></td><td>前連結会計年度<br>(2019年３月31日)</td><td>当連結会計年度<br>(2020年３月31日)</td></tr>
<tr><td colspan="3">資産の部</td><td></td><td></td></tr>
<tr><td></td><td colspan="2">流動資産</td><td></td><td></td></tr>
<tr><td></td><td></td><td>現金及び\n  預金</td><td>88,332</td><td>※３ 117,117</td></tr>
<tr><td></td><td></td><td>貸倒引当金</td><td>△\n 20</td><td>－</td></tr>
<tr><td></td><td colspan="2">流動資産合計</td><td>88,312</td><td>117,117</td></tr>
</table></body></html>
"""


def read(tmp_path: Path, html: str | bytes, name: str = "page.html") -> list[Segment]:
    path = tmp_path / name
    path.write_bytes(html if isinstance(html, bytes) else html.encode())
    return list(parse(path, name))


def tables(segments: list[Segment]) -> list[Table]:
    return [s.table for s in segments if isinstance(s, TableBlock)]


def value(table: Table, label: str, column: int) -> tuple[str | None, str]:
    row = next(r for r in table.rows if r.path and r.path[-1] == label)
    cell = table.cell(row.index, table.columns[column].index)
    assert cell is not None
    return cell.value, cell.unit


def test_a_balance_sheet_keeps_its_places_units_periods_and_sections(tmp_path: Path) -> None:
    segments = read(tmp_path, BALANCE_SHEET)
    (table,) = tables(segments)
    assert (table.title, table.unit, table.scale, table.currency) == ("連結貸借対照表", "百万円", "1000000", "JPY")
    assert table.basis == "consolidated"
    assert [c.period for c in table.columns] == ["2019-03-31", "2020-03-31"]
    cash = next(c for c in table.cells if c.text == "88,332")
    assert (cash.row, cash.column, cash.value, cash.unit) == (5, 4, "88332000000", "JPY")
    assert value(table, "現金及び預金", 1) == ("117117000000", "JPY")
    assert value(table, "貸倒引当金", 0) == ("-20000000", "JPY")
    paths = {r.path[-1]: r.path for r in table.rows}
    assert paths["現金及び預金"] == ["資産の部", "流動資産", "現金及び預金"]
    assert paths["流動資産合計"] == ["資産の部", "流動資産合計"]


def test_the_place_of_a_cell_is_the_nth_tr_and_td_even_where_spans_shift_it(tmp_path: Path) -> None:
    html = """<table><tr><th rowspan=2>Item</th><th colspan=2>2023</th><th colspan=2>2024</th></tr>
    <tr><th>Plan</th><th>Actual</th><th>Plan</th><th>Actual</th></tr>
    <tr><td>Sales</td><td>1</td><td>2</td><td>3</td><td>4</td></tr></table>"""
    (table,) = tables(read(tmp_path, html))
    assert [c.path for c in table.columns] == [
        ["2023", "Plan"], ["2023", "Actual"], ["2024", "Plan"], ["2024", "Actual"],
    ]  # fmt: skip
    assert [(c.period, c.basis) for c in table.columns] == [
        ("FY2023", "forecast"), ("FY2023", "actual"), ("FY2024", "forecast"), ("FY2024", "actual"),
    ]  # fmt: skip
    plan = next(c for c in table.cells if c.text == "Plan")
    assert (plan.row, plan.column, plan.under) == (2, 1, 2)
    actual = next(c for c in table.cells if c.text == "4")
    assert (actual.row, actual.column, actual.under) == (3, 5, 5)


def test_tables_inside_tables_count_and_their_rows_count_in_the_outer_one(tmp_path: Path) -> None:
    html = "<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr><tr><td>c</td></tr></table>"
    outer, inner = tables(read(tmp_path, html + "<table><tr><td>d</td></tr></table>"))[:2]
    assert {(c.row, c.column): c.text for c in outer.cells} == {(1, 1): "a", (2, 1): "b", (3, 1): "c"}
    assert (inner.number, [c.text for c in inner.cells]) == (2, ["b"])


def test_units_stand_in_rows_columns_and_cells_of_their_own(tmp_path: Path) -> None:
    html = """<h4>(2) 提出会社の経営指標等</h4><table>
    <tr><td colspan=2>回次</td><td>第80期</td><td>第81期</td></tr>
    <tr><td colspan=2>決算年月</td><td>2019年３月</td><td>2020年３月</td></tr>
    <tr><td>売上高</td><td>（百万円）</td><td>1,925,518</td><td>1,975,150</td></tr>
    <tr><td>１株当たり配当額</td><td rowspan=2>（円）</td><td>114.00</td><td>115.00</td></tr>
    <tr><td>（うち１株当たり中間配当額）</td><td>(50.00)</td><td>(55.00)</td></tr>
    <tr><td>自己資本比率</td><td>（％）</td><td>43.9</td><td>44.1</td></tr></table>
    <table><tr><td></td><td colspan=2>前事業年度</td><td colspan=2>当事業年度</td></tr>
    <tr><td>役員報酬</td><td>452</td><td>百万円</td><td>425</td><td>百万円</td></tr>
    <tr><td>減価償却費</td><td>274</td><td></td><td>361</td><td></td></tr></table>"""
    first, second = tables(read(tmp_path, html))
    assert first.basis == "separate"
    assert [c.period for c in first.columns] == ["FY2019-03", "FY2020-03"]
    assert value(first, "売上高", 1) == ("1975150000000", "JPY")
    assert value(first, "１株当たり配当額", 0) == ("114", "JPY/share")
    assert value(first, "（うち１株当たり中間配当額）", 0) == ("50", "JPY/share")
    assert value(first, "自己資本比率", 0) == ("0.439", "%")
    assert value(second, "減価償却費", 1) == ("361000000", "JPY")


def test_a_table_goes_on_under_the_sections_of_the_one_before(tmp_path: Path) -> None:
    head = "<tr><td></td><td></td><td>2019</td><td>2020</td></tr>"
    html = f"""<p>(in millions of dollars)</p>
    <table>{head}<tr><td colspan=2>Assets</td><td></td><td></td></tr>
    <tr><td></td><td>Cash</td><td>1</td><td>2</td></tr></table>
    <table>{head}<tr><td></td><td>Goodwill</td><td>3</td><td>4</td></tr></table>
    <p>Another matter altogether is told here.</p>
    <table>{head}<tr><td></td><td>Staff</td><td>3</td><td>4</td></tr></table>"""
    first, second, third = tables(read(tmp_path, html))
    assert (first.continued, second.continued, third.continued) == (False, True, False)
    assert second.rows[0].path == ["Assets", "Goodwill"]
    assert value(second, "Goodwill", 1) == ("4000000", "USD")
    assert third.unit == ""


def test_currency_signs_and_brackets_in_cells_of_their_own_join_their_number(tmp_path: Path) -> None:
    html = """<table><tr><td></td><td colspan=3>2019</td><td colspan=3>2018</td></tr>
    <tr><td>Income</td><td>$</td><td>12.5</td><td></td><td>$</td><td>(3</td><td>)</td></tr>
    <tr><td>Tax</td><td></td><td>1.5</td><td></td><td></td><td>2</td><td></td></tr></table>"""
    (table,) = tables(read(tmp_path, html))
    assert [c.path for c in table.columns] == [["2019"], ["2018"]]
    assert value(table, "Income", 0) == ("12.5", "USD")
    assert value(table, "Income", 1) == ("-3", "USD")


def test_headings_stand_over_paragraphs_and_hidden_text_is_left_out(tmp_path: Path) -> None:
    html = """<title>Report</title><h1>Business</h1><p>We <b>make</b> things.</p><script>x()</script>
    <div style="display: none">secret</div><h2>Risks</h2><ul><li>Rates</li><li>Prices</li></ul><!-- note --> tail"""
    segments = read(tmp_path, html)
    blocks = [(s.heading, s.text) for s in segments if isinstance(s, Block)]
    assert blocks == [
        ("Business", "Business"),
        ("Business", "We make things."),
        ("Business › Risks", "Risks"),
        ("Business › Risks", "- Rates"),
        ("Business › Risks", "- Prices"),
        ("Business › Risks", "tail"),
    ]


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-16", "utf-8"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    segments = read(tmp_path, "<p>売上高は前年より増加しました。</p>".encode(encoding))
    assert [s.text for s in segments if isinstance(s, Block)] == ["売上高は前年より増加しました。"]


def test_the_cover_tells_company_period_and_kind(tmp_path: Path) -> None:
    html = """<table><tr><td>【提出書類】</td><td>有価証券報告書</td></tr>
    <tr><td>【事業年度】</td><td>第81期（自 2019年４月１日 至 2020年３月31日）</td></tr>
    <tr><td>【会社名】</td><td>栞工業株式会社</td></tr></table>"""
    facts = read(tmp_path, html)[-1]
    assert isinstance(facts, Facts)
    assert (facts.company, facts.kind, facts.language) == ("栞工業株式会社", "annual report", "ja")
    assert facts.period.startswith("FY2020")


def test_a_forged_span_fills_no_memory(tmp_path: Path) -> None:
    row = '<tr><td colspan="999999" rowspan="999999">x</td></tr>'
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, f"<table>{row * 4000}</table>")
    assert refused.value.code == "too_complex"


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    ("top", "unit"),
    [
        ("<tr><td>$ MILLION</td><td>2019</td><td>2018</td></tr>", ("1000000", "USD")),
        ("<tr><td></td><td>2019 €m</td><td>2018 €m</td></tr>", ("1000000", "EUR")),
        ("<tr><td></td><td>2019</td><td>2018</td></tr><tr><td></td><td>£000</td><td>£000</td></tr>", ("1000", "GBP")),
        ("<tr><td></td><td>2019</td><td>2018</td></tr><tr><td></td><td>RMB’Million</td><td>RMB’Million</td></tr>",
         ("1000000", "CNY")),
        ("<tr><td>(in thousands of yen, except vessel days)</td><td>2019</td><td>2018</td></tr>", ("1000", "JPY")),
        ("<tr><td></td><td>2019年度 (億円)</td><td>2018年度 (億円)</td></tr>", ("100000000", "JPY")),
    ],
)  # fmt: skip
def test_a_unit_is_found_wherever_headers_put_it(tmp_path: Path, top: str, unit: tuple[str, str]) -> None:
    (table,) = tables(read(tmp_path, f"<table>{top}<tr><td>Sales</td><td>12.5</td><td>11</td></tr></table>"))
    assert (table.scale, table.currency) == unit
    assert [c.period for c in table.columns] == ["FY2019", "FY2018"]
    assert value(table, "Sales", 1)[0] == str(11 * int(unit[0]))


def test_a_sentence_before_the_table_gives_its_unit(tmp_path: Path) -> None:
    row = "<tr><td>Cash</td><td>1</td></tr>"
    told = (
        "The fair values of what was acquired on that day are as follows, by kind of asset (in thousands, unaudited):"
    )
    first, second = tables(read(tmp_path, f"<p>{told}</p><table>{row}</table><p>Another.</p><table>{row}</table>"))
    assert (first.scale, second.scale) == ("1000", "1")


def test_headers_written_without_spans_reach_over_the_blanks_beside_them(tmp_path: Path) -> None:
    html = """<table><tr><td></td><td>Assets</td><td></td><td>Liabilities</td><td></td></tr>
    <tr><td></td><td>2019</td><td>2018</td><td>2019</td><td>2018</td></tr>
    <tr><td>Opening balance</td><td>1</td><td>2</td><td>3</td><td>4</td></tr></table>"""
    (table,) = tables(read(tmp_path, html))
    assert [c.path for c in table.columns] == [
        ["Assets", "2019"], ["Assets", "2018"], ["Liabilities", "2019"], ["Liabilities", "2018"],
    ]  # fmt: skip


def test_net_profit_of_the_year_is_no_period(tmp_path: Path) -> None:
    html = """<table><tr><td></td><td>株主資本</td></tr><tr><td>当期首残高</td><td>1</td></tr>
    <tr><td>当期純利益</td><td>2</td></tr><tr><td>2020年３月31日残高</td><td>3</td></tr></table>"""
    (table,) = tables(read(tmp_path, html))
    assert [r.period for r in table.rows] == ["", "", "2020-03-31"]


def test_changes_between_two_balances_belong_to_the_year_between(tmp_path: Path) -> None:
    labels = [
        "2018年4月1日期首残高",
        "剰余金の配当",
        "2019年3月31日期末残高",
        "自己株式の取得",
        "2020年3月31日期末残高",
    ]
    body = "".join(f"<tr><td>{label}</td><td>{n}</td><td>{n}</td></tr>" for n, label in enumerate(labels))
    (table,) = tables(read(tmp_path, f"<table><tr><td></td><td>資本金</td><td>合計</td></tr>{body}</table>"))
    assert [r.period for r in table.rows] == ["2018-04-01", "FY2019-03", "2019-03-31", "FY2020-03", "2020-03-31"]


def test_a_sign_over_a_column_leaves_the_scale_and_a_scale_leaves_the_currency(tmp_path: Path) -> None:
    html = """<p>(in millions)</p><table><tr><td></td><td>2019 $</td><td>2018 $</td></tr>
    <tr><td>Sales</td><td>5</td><td>4</td></tr></table>
    <p>(in millions of euros)</p><table><tr><td></td><td>2019</td><td>2018</td></tr>
    <tr><td>Fees (in thousands)</td><td>5</td><td>4</td></tr></table>"""
    first, second = tables(read(tmp_path, html))
    assert value(first, "Sales", 0) == ("5000000", "USD")
    assert value(second, "Fees (in thousands)", 0) == ("5000", "EUR")


def test_lists_keep_their_bullets_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<p>Before</p><ul><li>Loans<ol start=3><li><p>Cards</p><li>Cash</ol><li>・Funds</ul><p>After</p>", "utf-8"
    )
    texts = [s.text for s in parse(path, "a.html") if isinstance(s, Block)]
    assert texts == ["Before", "- Loans", "  3. Cards", "  4. Cash", "・Funds", "After"]


def test_hidden_rows_are_left_out_and_keep_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    rows = "<tr><td></td><td>2024</td></tr><tr style='display: none'><td>Old</td><td>1</td></tr>"
    path.write_text(f"<table>{rows}<tr><td>Sales</td><td>5</td></tr></table>")
    (table,) = (s.table for s in parse(path, "a.html") if isinstance(s, TableBlock))
    assert [(c.row, c.text) for c in table.cells] == [(1, "2024"), (3, "Sales"), (3, "5")]


def test_inline_xbrl_keeps_its_hidden_facts_to_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.htm"
    path.write_text(
        "<html><body><div style='display:none'><ix:header><ix:hidden>1234567</ix:hidden></ix:header></div>"
        "<ix:header>secret</ix:header><p>Sales of <ix:nonFraction scale='6'>8,854</ix:nonFraction> million</p>"
    )
    assert [s.text for s in parse(path, "a.htm") if isinstance(s, Block)] == ["Sales of 8,854 million"]

"""The accounts of Hoshino Bank, a bank that does not exist: every sample document is drawn from these numbers.

Amounts are in millions of yen; fiscal years end on 31 March of the year named.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row of a statement. `level` is its indent; `total` rows are set in bold under a rule."""

    english: str
    japanese: str
    now: int
    before: int
    level: int = 0
    total: bool = False


INCOME = [
    Line("Interest income", "資金運用収益", 412_860, 358_214),
    Line("Interest expense", "資金調達費用", -118_427, -84_903),
    Line("Net interest income", "資金利益", 294_433, 273_311, total=True),
    Line("Fees and commissions income", "役務取引等収益", 96_318, 91_702),
    Line("Fees and commissions expense", "役務取引等費用", -28_944, -27_318),
    Line("Net fees and commissions", "役務取引等利益", 67_374, 64_384, total=True),
    Line("Trading and other income", "特定取引利益及びその他", 31_206, 29_915),
    Line("Gross profit", "業務粗利益", 393_013, 367_610, total=True),
    Line("General and administrative expenses", "営業経費", -221_540, -217_882),
    Line("Credit costs", "与信関係費用", -18_734, -24_106),
    Line("Ordinary profit", "経常利益", 152_739, 125_622, total=True),
    Line("Extraordinary gains (losses)", "特別損益", -2_115, 1_384),
    Line("Income taxes", "法人税等合計", -42_918, -36_274),
    Line("Net income", "当期純利益", 107_706, 90_732, total=True),
    Line("Attributable to non-controlling interests", "非支配株主に帰属する当期純利益", 1_842, 1_610, level=1),
    Line("Attributable to owners of parent", "親会社株主に帰属する当期純利益", 105_864, 89_122, level=1, total=True),
]
BALANCE = [
    Line("Cash and due from banks", "現金預け金", 6_214_880, 6_580_412),
    Line("Securities", "有価証券", 5_318_205, 4_987_633),
    Line("Loans and bills discounted", "貸出金", 18_426_914, 17_502_388),
    Line("Reserve for possible loan losses", "貸倒引当金", -96_412, -101_733),
    Line("Other assets", "その他資産", 1_204_118, 1_152_907),
    Line("Total assets", "資産の部合計", 31_067_705, 30_121_607, total=True),
    Line("Deposits", "預金", 25_884_310, 25_210_665),
    Line("Borrowed money", "借用金", 2_106_425, 1_988_210),
    Line("Other liabilities", "その他負債", 1_342_718, 1_318_440),
    Line("Total liabilities", "負債の部合計", 29_333_453, 28_517_315, total=True),
    Line("Total net assets", "純資産の部合計", 1_734_252, 1_604_292, total=True),
]
CASH_FLOW = [
    Line("Net cash from operating activities", "営業活動によるキャッシュ・フロー", 184_206, 201_533),
    Line("Purchases of property and equipment", "有形固定資産の取得による支出", -38_415, -35_902),
    Line("Purchases of securities", "有価証券の取得による支出", -1_402_630, -1_288_417),
    Line("Proceeds from sales of securities", "有価証券の売却による収入", 1_071_844, 1_105_206),
    Line("Net cash from investing activities", "投資活動によるキャッシュ・フロー", -369_201, -219_113, total=True),
    Line("Dividends paid", "配当金の支払額", -31_204, -27_816),
    Line("Net cash from financing activities", "財務活動によるキャッシュ・フロー", -31_204, -27_816, total=True),
]
SEGMENTS = [
    Line("Retail banking", "個人部門", 141_208, 134_660),
    Line("Corporate banking", "法人部門", 168_442, 155_903),
    Line("Markets", "市場部門", 58_917, 52_846),
    Line("Other", "その他", 24_446, 24_201),
    Line("Gross profit", "業務粗利益", 393_013, 367_610, total=True),
]
RATIOS = [
    ("Common equity tier 1 ratio", "普通株式等Tier1比率", "12.84%", "12.31%"),
    ("Return on equity", "自己資本利益率", "6.34%", "5.72%"),
    ("Expense ratio", "経費率", "56.4%", "59.3%"),
    ("Non-performing loan ratio", "不良債権比率", "1.18%", "1.32%"),
    ("Dividend per share (yen)", "1株当たり配当金（円）", "64.00", "56.00"),
]
FEES = [
    ("Transfer to another bank, at the counter", "他行宛振込（窓口）", "880", "1,100"),
    ("Transfer to another bank, by ATM", "他行宛振込（ATM）", "440", "660"),
    ("Transfer to another bank, online", "他行宛振込（インターネット）", "165", "275"),
    ("Balance certificate", "残高証明書の発行", "880", "880"),
    ("Card replacement", "カードの再発行", "1,100", "1,100"),
]

"""Made-up results of made-up companies, and answers about them that are right, or wrong in one known way.

Nothing in here uses the reading or the checking of figures: it prints numbers from facts that it made itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from chat.verify import Source, SourceCell

MUTATIONS = ("digit", "unit", "scale", "sign", "period")
ROWS = {
    "en": [
        "Net sales",
        "Operating income",
        "Total assets",
        "Research and development expenses",
        "Selling expenses",
        "Cash and deposits",
    ],
    "ja": ["売上高", "営業利益", "総資産", "研究開発費", "販売費及び一般管理費", "現金及び預金"],
}
RESULT = {"en": "Net income (loss)", "ja": "当期純利益又は当期純損失（△）"}


@dataclass(slots=True, frozen=True)
class Case:
    name: str
    sources: tuple[Source, ...]
    answer: str
    expect: tuple[str, ...]
    """A verdict a figure, in the order of the answer."""


@dataclass(slots=True, frozen=True)
class Amount:
    """How one figure of the answer is printed; a mutation changes one of these."""

    digits: str
    scale: str
    unit: str
    negative: bool = False
    falls: bool = False
    year: int = 0

    def english(self) -> str:
        sign = "-" if self.negative else ""
        if self.unit in ("%", " basis points", " percentage points"):
            return f"{sign}{self.digits}{self.unit}"
        return f"{sign}{self.unit}{self.digits}{self.scale}"

    def japanese(self) -> str:
        return f"{'△' if self.negative else ''}{self.digits}{self.scale}{self.unit}"


@dataclass(slots=True, frozen=True)
class Facts:
    """Amounts in millions by row and year."""

    language: str
    years: tuple[int, int, int]
    amounts: dict[str, dict[int, int]]


def generate(random: Random, count: int) -> list[Case]:
    """As many cases, both languages in turn, every second one wrong in one way."""
    makers: list[Maker] = [_cell, _rounded, _growth, _difference, _loss, _share, _sentence, _points]
    cases = []
    for number in range(count):
        language = ("en", "ja")[number % 2]
        mutation = MUTATIONS[number // 4 % len(MUTATIONS)] if number // 2 % 2 else ""
        maker = makers[random.randrange(len(makers))]
        cases.append(
            replace(maker(random, language, mutation), name=f"{number} {language} {maker.__name__} {mutation}")
        )
    return cases


Maker = Callable[[Random, str, str], Case]


def facts(random: Random, language: str) -> Facts:
    last = random.randrange(2015, 2025)
    years = (last, last - 1, last - 2)
    amounts = {row: {y: random.randrange(1_200, 98_000) for y in years} for row in ROWS[language]}
    amounts[RESULT[language]] = {
        years[0]: -random.randrange(110, 990),
        years[1]: random.randrange(1_100, 9_900),
        years[2]: 777,
    }
    return Facts(language, years, amounts)


def source(made: Facts, text: str = "") -> Source:
    """The facts as the cells of a table, printed as statements print them."""
    cells = []
    for row, by_year in made.amounts.items():
        for year, amount in by_year.items():
            printed = f"{amount:,}" if amount >= 0 else (f"({-amount:,})" if made.language == "en" else f"△{-amount:,}")
            unit = "USD" if made.language == "en" else "JPY"
            column = str(year) if made.language == "en" else f"{year}年3月期"
            cells.append(SourceCell(f"{amount}000000", unit, (row,), (column,), period(made.language, year), printed))
    return Source(1, text, tuple(cells), {"page": 1}, period(made.language, made.years[0]))


def period(language: str, year: int) -> str:
    return f"FY{year}" if language == "en" else f"FY{year}-03"


def named(language: str, year: int) -> str:
    return f"fiscal {year}" if language == "en" else f"{year}年3月期"


def mutated(random: Random, amount: Amount, mutation: str, years: tuple[int, ...]) -> Amount:
    """The figure made wrong in one way; a figure without that property gets a wrong digit instead."""
    plain_amount = amount.unit not in ("%", " basis points", " percentage points", "ポイント")
    if mutation == "unit":
        others = {
            "$": "€",
            "円": "ドル",
            "%": " percentage points",
            " basis points": "%",
            " percentage points": "%",
            "ポイント": "%",
        }
        return replace(amount, unit=others[amount.unit])
    if mutation == "scale" and plain_amount:
        scales = {" million": " billion", " billion": " million", "百万": "億", "億": "百万"}
        return replace(amount, scale=scales[amount.scale])
    if mutation == "sign":
        return (
            replace(amount, negative=not amount.negative)
            if plain_amount and not amount.falls
            else replace(amount, falls=not amount.falls)
        )
    if mutation == "period" and amount.year:
        return replace(amount, year=random.choice([y for y in (*years, years[-1] - 3) if y != amount.year]))
    return replace(amount, digits=wrong_digit(random, amount.digits)) if mutation else amount


def wrong_digit(random: Random, digits: str) -> str:
    """One digit replaced, never so that the first becomes nought."""
    places = [i for i, c in enumerate(digits) if c.isdigit()]
    at = random.choice(places)
    allowed = [d for d in "123456789" if d != digits[at]]
    return digits[:at] + random.choice(allowed) + digits[at + 1 :]


def shown(value: Decimal, places: int) -> str:
    quantum = Decimal(1).scaleb(-places)
    return f"{value.quantize(quantum, ROUND_HALF_UP):,}"


def _one(
    language: str, made: Facts, row: str, amount: Amount, right: str, mutation: str, given: Source | None = None
) -> Case:
    """A sentence with one figure."""
    when = named(language, amount.year)
    if language == "en":
        answer = f"In {when}, {row.lower()} amounted to {amount.english()} [1]."
    else:
        answer = f"{when}の{row}は{amount.japanese()}でした[1]。"
    return Case("", (given or source(made),), answer, ("unsupported" if mutation else right,))


def _cell(random: Random, language: str, mutation: str) -> Case:
    made = facts(random, language)
    row, year = random.choice(ROWS[language]), random.choice(made.years)
    unit, scale = ("$", " million") if language == "en" else ("円", "百万")
    amount = Amount(f"{made.amounts[row][year]:,}", scale, unit, year=year)
    row_is_outflow = mutation == "sign" and ("expenses" in row or "費" in row)
    if row_is_outflow:
        mutation = "digit"
    return _one(language, made, row, mutated(random, amount, mutation, made.years), "verified", mutation)


def _rounded(random: Random, language: str, mutation: str) -> Case:
    """In billions, or in 億円."""
    made = facts(random, language)
    row, year = ROWS[language][random.randrange(3)], random.choice(made.years)
    millions = Decimal(made.amounts[row][year])
    amount = (
        Amount(shown(millions / 1000, 2), " billion", "$", year=year)
        if language == "en"
        else Amount(shown(millions / 100, 1), "億", "円", year=year)
    )
    return _one(language, made, row, mutated(random, amount, mutation, made.years), "verified", mutation)


def _growth(random: Random, language: str, mutation: str) -> Case:
    """Worked out of two cells of a row."""
    made = facts(random, language)
    row = random.choice(ROWS[language])
    now, before = (Decimal(made.amounts[row][y]) for y in made.years[:2])
    change = (now - before) / before * 100
    amount = Amount(shown(abs(change), 1), "", "%", falls=change < 0, year=made.years[0])
    mutation = "digit" if mutation == "period" else mutation
    amount = mutated(random, amount, mutation, made.years)
    when = named(language, amount.year)
    if language == "en":
        verb = "decreased" if amount.falls else "increased"
        answer = f"{row} {verb} by {amount.english()} in {when} [1]."
    else:
        answer = f"{when}の{row}は前期比{amount.japanese()}{'減少' if amount.falls else '増加'}しました[1]。"
    return Case("", (source(made),), answer, ("unsupported" if mutation else "computed",))


def _difference(random: Random, language: str, mutation: str) -> Case:
    """Three figures: from, to, and by how much; the last may be wrong."""
    made = facts(random, language)
    row = random.choice(ROWS[language])
    year, prior = made.years[:2]
    now, before = made.amounts[row][year], made.amounts[row][prior]
    unit, scale = ("$", " million") if language == "en" else ("円", "百万")
    amount = Amount(f"{abs(now - before):,}", scale, unit, falls=now < before)
    amount = mutated(random, amount, "digit" if mutation in ("period", "sign") else mutation, made.years)
    falls = not amount.falls if mutation == "sign" else amount.falls
    if mutation == "sign":
        amount = Amount(f"{abs(now - before):,}", scale, unit)
    if language == "en":
        verb = "decreased" if falls else "increased"
        spans = f"from ${before:,} million in fiscal {prior} to ${now:,} million in fiscal {year}"
        answer = f"{row} {verb} by {amount.english()}, {spans} [1]."
        expect = ("unsupported" if mutation else "computed", "verified", "verified")
    else:
        spans = f"{prior}年3月期の{before:,}百万円から{year}年3月期の{now:,}百万円"
        answer = f"{row}は{spans}へ{amount.japanese()}{'減少' if falls else '増加'}しました[1]。"
        expect = ("verified", "verified", "unsupported" if mutation else "computed")
    return Case("", (source(made),), answer, expect)


def _loss(random: Random, language: str, mutation: str) -> Case:
    """A negative amount, said with a sign or with the word loss."""
    made = facts(random, language)
    year = made.years[0]
    size = -made.amounts[RESULT[language]][year]
    unit, scale = ("$", " million") if language == "en" else ("円", "百万")
    amount = mutated(
        random, Amount(f"{size:,}", scale, unit, year=year), mutation if mutation != "sign" else "", made.years
    )
    when = named(language, amount.year)
    gain = mutation == "sign"
    if language == "en":
        answer = f"The company posted a net {'profit' if gain else 'loss'} of {amount.english()} in {when} [1]."
    else:
        answer = f"{when}は当期純{'利益' if gain else '損失'}{amount.japanese()}を計上しました[1]。"
    return Case("", (source(made),), answer, ("unsupported" if mutation else "verified",))


def _share(random: Random, language: str, mutation: str) -> Case:
    """A ratio of two rows of one year."""
    made = facts(random, language)
    sales, row, year = ROWS[language][0], ROWS[language][1], random.choice(made.years)
    ratio = Decimal(made.amounts[row][year]) / Decimal(made.amounts[sales][year]) * 100
    amount = Amount(shown(ratio, 1), "", "%", year=year)
    mutation = "digit" if mutation in ("sign", "scale") else mutation
    amount = mutated(random, amount, mutation, made.years)
    when = named(language, amount.year)
    if language == "en":
        answer = f"{row} was {amount.english()} of net sales in {when} [1]."
    else:
        answer = f"{when}の{row}の{sales}に対する比率は{amount.japanese()}です[1]。"
    return Case("", (source(made),), answer, ("unsupported" if mutation else "computed",))


def _sentence(random: Random, language: str, mutation: str) -> Case:
    """From prose: an amount and its change."""
    year = random.randrange(2015, 2025)
    falls = random.random() < 0.5
    amount = Amount(
        shown(Decimal(random.randrange(1050, 9990)) / 10, 1),
        " million" if language == "en" else "億",
        "$" if language == "en" else "円",
        year=year,
    )
    change = Amount(shown(Decimal(random.randrange(21, 390)) / 10, 1), "", "%", falls=falls)
    said = _prose(language, amount, change)
    given = Source(1, said, (), {"page": 2}, period(language, year))
    which = random.randrange(2) if mutation not in ("period", "scale", "sign") else int(mutation == "sign")
    if mutation and which == 0:
        amount = mutated(random, amount, mutation, (year, year - 1))
    elif mutation:
        change = mutated(random, change, mutation, (year, year - 1))
    expect = ["verified", "verified"]
    if mutation:
        expect[which] = "unsupported"
        if mutation == "period":
            expect = ["unsupported", "unsupported"]
    return Case("", (given,), _retold(language, amount, change), tuple(expect))


def _prose(language: str, amount: Amount, change: Amount) -> str:
    when = named(language, amount.year)
    if language == "en":
        verb = "fell" if change.falls else "rose"
        revenue = f"For {when}, revenue in the services segment was {amount.english()}."
        return f"{revenue} It {verb} {change.english()} compared with the prior year."
    rate = f"前期比{change.japanese()}{'減' if change.falls else '増'}"
    return f"{when}のサービス事業の売上高は{amount.japanese()}（{rate}）となりました。"


def _retold(language: str, amount: Amount, change: Amount) -> str:
    when = named(language, amount.year)
    if language == "en":
        verb = "decline" if change.falls else "increase"
        return f"Services revenue in {when} reached {amount.english()}, a {change.english()} {verb} [1]."
    rate = f"前期比{change.japanese()}の{'減少' if change.falls else '増加'}"
    return f"サービス事業の{when}の売上高は{amount.japanese()}で、{rate}でした[1]。"


def _points(random: Random, language: str, mutation: str) -> Case:
    """A change in points, from prose."""
    year = random.randrange(2015, 2025)
    if language == "en":
        amount = Amount(str(random.randrange(21, 390)), "", " basis points", falls=random.random() < 0.5, year=year)
    else:
        amount = Amount(
            shown(Decimal(random.randrange(11, 90)) / 10, 1), "", "ポイント", falls=random.random() < 0.5, year=year
        )
    given = Source(1, _points_said(language, amount), (), {"page": 3}, period(language, year))
    mutation = "digit" if mutation == "scale" else mutation
    amount = mutated(random, amount, mutation, (year, year - 1))
    return Case("", (given,), _points_said(language, amount), ("unsupported" if mutation else "verified",))


def _points_said(language: str, amount: Amount) -> str:
    when = named(language, amount.year)
    if language == "en":
        return f"In {when} the operating margin {'contracted' if amount.falls else 'expanded'} by {amount.english()}."
    return f"{when}の営業利益率は{amount.japanese()}{'低下' if amount.falls else '改善'}しました。"

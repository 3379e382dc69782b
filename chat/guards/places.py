"""Postal addresses, by their form: a Japanese one from its prefecture or post code, another by its street. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PREFECTURE = (
    r"(?:北海道|東京都|(?:大阪|京都)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川"
    r"|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重"
    r"|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎"
    r"|鹿児島|沖縄)県)"
)
_NUMBERS = (
    r"(?:\d{1,5}|[一二三四五六七八九十]{1,3})(?:丁目|番地?の?|号|の\d{1,4}"
    r"|(?=-\d))(?:-\d{1,5}){0,4}(?:\s?\d{1,5}(?:丁目|番地?の?|号|-\d{1,5})?){0,4}"
)
_BUILDING = (
    r"(?:[ 　]?[^\s、。,|（）()「」\d]{1,20}(?:ビル|マンション|ハイツ|コーポ|荘|タワー|アパート|レジデンス"
    r"|ハイム|寮|団地)[^\s、。,|（）()]{0,8}?\s?(?:\d{1,4}(?:号室|階|F)?)?)?"
)
JAPANESE = re.compile(
    rf"(?:〒?\s?\d{{3}}-\d{{4}}\s*)?(?:{_PREFECTURE}[^\s、。,|（）()\d]{{1,24}}?"
    rf"|(?<![一-鿿])[一-鿿ヶケ]{{1,6}}[市区郡][^\s、。,|（）()\d]{{1,16}}?)"
    rf"\s?{_NUMBERS}{_BUILDING}"
)
POSTCODE = re.compile(r"〒\s?\d{3}-\d{4}")

_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Square|Sq|Place|Pl"
    r"|Terrace|Parkway|Pkwy"
    r"|Highway|Hwy|Close|Crescent|Quay|Circle|Plaza|Row|Mews|Squares|Trail|Alley|Loop)"
)
_WORD = r"[A-ZÀ-Þ][\w'’.À-ɏ-]*"
_ROOM = r"(?:,?\s+(?:Apt|Apartment|Suite|Ste|Unit|Room|Floor|Fl|No|#)\.?\s*#?\w{1,6})?"
_TOWN = (
    rf"(?:,?\s+(?:{_WORD}\s?){{1,3}},?\s+[A-Z]{{2}}\.?\s+\d{{5}}(?:-\d{{4}})?|,?\s+"
    rf"(?:{_WORD}\s?){{1,3}}\s\d{{4,6}}(?![\d,.])"
    rf"|,?\s+(?:[A-ZÀ-Þ]{{3,}}\s?){{1,3}}(?:\s[A-Z]{{1,2}}\d[\dA-Z]?\s?\d[A-Z]{{2}})?|,\s{_WORD}(?:\s{_WORD})?)?"
)
ENGLISH = re.compile(rf"(?<![\w.,$-])\d{{1,6}}[A-Za-z]?\s+(?:{_WORD}\s+){{1,4}}{_STREET}\b\.?{_ROOM}{_TOWN}")
NAMED_FIRST = re.compile(
    r"(?<!\w)(?:Rua|Rue|Calle|Via|Viale|Corso|Piazza|Avenida|Avenue|Ulica|ul\.|Plaza|Strada|Boulevard"
    r"|Chemin|Carrer|Praça)\s"
    rf"(?:(?:d[aeiou]s?|del|della|la|le|les|los)\s)*(?:{_WORD}\s?){{1,4}},?\s?\d{{1,5}}\w?{_ROOM}{_TOWN}"
)
SUFFIXED = re.compile(
    r"(?<!\w)(?:\d{1,6}\s)?(?:[A-ZÀ-Þ][\wÀ-ɏ-]+\s)?[A-ZÀ-Þ]?[\wÀ-ɏ-]*(?:stra(?:ß|ss)e|str\.|gasse|weg|platz|gatan|vägen"
    r"|gata|vegen|veien|vej|gade"
    rf"|katu|tie|kuja|polku|laan|straat|utca|utja|ulica)\s\d{{1,5}}\w?{_ROOM}{_TOWN}",
    re.IGNORECASE,
)
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT"
    r"|V[AT]|W[AIVY])"
)
ROOMED = re.compile(
    rf"(?<![\w.,$-])(?:\d{{1,6}}\s+)?(?:{_WORD}\s){{1,4}}\d{{0,5}}[\s,>]*"
    rf"(?:Apt|Apartment|Suite|Ste|Flat)\.?\s#?\d{{1,5}}\w?(?:[\s,/>]+(?:{_WORD}\s?){{1,3}}){{0,3}}"
    r"(?:[\s,]+\d{4,5}(?![\d,.]))?"
)
"""By the room in the house, where the street has no word for itself; one of its numbers has to stand before it."""
ZIP = re.compile(rf"(?<!\w)(?:{_WORD}\s){{0,2}}{_WORD},\s+{_STATE}\s+\d{{5}}(?:-\d{{4}})?(?!\d)")
UK_POSTCODE = re.compile(r"(?<!\w)(?:[A-PR-UWYZ][A-HK-Y]?\d[A-HJKMNPR-Y\d]?) \d[ABD-HJLNP-UW-Z]{2}(?!\w)")
MILITARY = re.compile(r"\b(?:Unit|PSC|CMR)\s\d+,?\s+Box\s\d+\s+(?:APO|FPO|DPO)\s+A[AEP]\s+\d{5}\b", re.IGNORECASE)
BOX = re.compile(
    r"\bP\.?\s?O\.?\s?Box\s\d+\b|\bPSC\s\d+,?\sBox\s\d+(?:\s+(?:APO|FPO)\s[A-Z]{2}\s\d{5})?", re.IGNORECASE
)
SAID = re.compile(
    r"(?i:\b(?:lives?|living|reside[sd]?|residing) (?:at|in)|\baddress(?:\s(?:is|was|to)(?:\snow)?"
    r"|\s?:))\s+(?=[^.?!;\n]{0,40}\d)(?P<value>[^.?!;\n]{6,80})"
)
PATTERNS = (JAPANESE, POSTCODE, MILITARY, ENGLISH, NAMED_FIRST, SUFFIXED, BOX, ZIP, UK_POSTCODE)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    for pattern in PATTERNS:
        for found in pattern.finditer(text):
            yield found.span()
    for found in ROOMED.finditer(text):
        if re.search(r"\d.*\D\d", found[0], re.DOTALL):
            yield found.span()
    for found in SAID.finditer(text):
        yield found.span("value")

"""Numbers that are no figures: dates, years, durations, page and note numbers, list numbers, names with digits."""

from __future__ import annotations

import re

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d{2}"
_MEASURED = (
    r"(?!\d|,\d{3}|\.\d|\s?(?:%|[kmbt]n?\b|thousand|million|billion|trillion|percent|basis"
    r"|[兆億万千百]|円|ドル|株|人|名|社|件|台"
    r"|店|倍|ユーロ|USD|JPY|yen|dollars|euros|shares|employees|people|bps?\b|pts?\b))"
)
"""What may not follow a year: it would make it a figure."""

_LABELS = (
    r"pages?|pp?\.|notes?|items?|forms?|sections?|tables?|figures?|exhibits?|parts?|chapters?"
    r"|articles?|rules?|steps?|phases?"
    r"|levels?|tiers?|schedules?|appendix|annex|slides?|lines?|version|nos?\.|IFRS|IAS|ASC|ASU|SFAS"
    r"|FAS|topic|footnotes?"
)
_NAMES = (
    r"S&P|Nikkei(?:\sStock\sAverage)?|日経平均(?:株価)?|日経|TOPIX|Russell|Fortune|FTSE|CAC|DAX|NASDAQ"
    r"|JPX日経|JPX-Nikkei(?:\sIndex)?|STOXX"
    r"|Stoxx|COVID|MSCI|Web|Industry|Society"
)
_COUNTED_TIME = r"(?:年|[かカヶケヵ箇]月|週間|日間|時間|分間|四半期|期|世紀)(?:間|半|ぶり|連続)?"

_PATTERNS = [
    r"https?://\S+|www\.\S+|(?<![\w.])[\w.]{1,64}@[\w.]+",
    # markers and notes
    r"\[\d+(?:\s?[,\-]\s?\d+)*\]|【\d+】|[※*†]\d+|\(注\s?\d*\)\s?\d*|[①-⑳]",
    # dates
    rf"{_YEAR}-\d{{2}}-\d{{2}}|{_YEAR}[/.]\d{{1,2}}(?:[/.]\d{{1,2}})?(?!\d)"
    rf"|(?<!\d)\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?(?!\d)",
    rf"\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:\s?(?:-|to|and)\s?\d{{1,2}})?(?!\d|,\d{{3}}|\.\d"
    rf"|\s?(?:%|percent|million|billion|bps?\b))"
    rf"(?:,?\s{_YEAR}(?!\d))?",
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b(?:,?\s{_YEAR}(?!\d))?",
    rf"\b{_MONTH},?\s{_YEAR}(?!\d)",
    rf"(?:(?:令和|平成|昭和|大正|[RHS])\s?(?:\d{{1,2}}|元)|(?<![\d,.]){_YEAR})年(?:度"
    rf"|(?:\d{{1,2}}月)(?:\d{{1,2}}日|期|末)?)?",
    r"(?<![\d,.])\d{1,2}月(?:\d{1,2}日|期|末)?|(?<![\d,.])\d{1,2}日(?!間)",
    r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b)?|(?<!\d)\d{1,2}\s?[ap]\.m\.",
    # periods and durations
    r"\b(?:FY|CY|fiscal)\s?'?(?:year\s)?\d{2,4}(?:\s?[/-]\s?\d{2,4})?[AEF]?\b|\b(?:[1-4]Q|[12]H"
    r"|Q[1-4]|H[12])(?:\s?(?:FY)?'?\d{2,4})?\b|\b9M\b",
    r"第\s?[\d一二三四五六七八九十]+\s?(?:四半期|回|章|条|号|位|部|項|表|図|編|節|款|話|次|期|種|者"
    r"|三者|弾|世代)?",
    r"(?<![\d,.])'\d{2}(?!\d)",
    rf"(?<![\d,.])\d{{1,4}}(?:\.\d{{1,3}})?\s?(?:-|to|~|〜|～)?\s?\d{{0,4}}\s?{_COUNTED_TIME}"
    rf"|(?<![\d,.])(?:過去|今後"
    rf"|直近)?[一二三四五六七八九十]{{1,4}}(?:年|か月|カ月|ヶ月)(?:間|ぶり)?",
    r"(?<![\d,.$¥€£])\d+(?:\.\d+)?(?:\s?(?:-|to|or)\s?\d+)?(?:\s|-)(?:years?|months?|weeks?|days?"
    r"|quarters?|hours?|minutes?|decades?)\b",
    rf"(?<![\d,.$¥€£+%])(?<![$¥€£]\s)(?<!-){_YEAR}(?:\s?[-/~]\s?(?:{_YEAR}"
    rf"|\d{{2}})(?!\d))?(?:[AEF]\b|s\b)?{_MEASURED}",
    r"\b\d+(?:st|nd|rd|th)\b",
    # labels with a number
    rf"\b(?i:{_LABELS})\s?#?\d{{1,4}}(?:[-.]\d+)*[A-Za-z]?(?:\([a-z0-9]\))*(?:(?:\s?,\s?|\s?-\s?"
    rf"|\s(?:and|to|or)\s)\d{{1,3}}(?![\d.,]*\s?(?:%|million|billion|thousand|\d)))*\b",
    r"#\d+|(?:注記?|図表?|別表|表|資料|別紙|様式|スライド|ページ|頁|項目|号|基準)\s?\d+(?:[-.]\d+)*",
    r"〒\s?\d{3}-\d{4}|(?<![\d,.])\d+\s?(?:ページ|頁|条|号|章|節|位|丁目|番地|桁|つ|番目|次)",
    r"(?i:証券コード|銘柄コード|コード(?:番号)?|ticker|TSE|東証\w{0,4})\s?[::]?\s?\d{4}(?!\d)"
    r"|(?<=[^\s\d(])\(\d{4}\)|\b\d{4}\.(?:T|HK)\b",
    r"[1一]\s?(?:株|人|名|店舗|店|口|日|回|台)\s?(?:当たり|当り|あたり|につき)|(?<!\d)\d{1,3}-for-\d{1,3}"
    r"|(?<!\d)\d{2,4}-\d{2,4}-\d{3,4}(?!\d)",
    # lists
    r"(?m:^[ \t]*\d{1,2}(?:\.(?!\d)|[)、．:]))|(?:(?<=\s)|(?<=^)|(?<=[。、]))\((?:[1-9]|1\d"
    r"|20)\)(?!\s?(?:million|billion|thousand|%|百万|億|万))",
    # names
    rf"(?:{_NAMES})[\s-]?\d+(?:\.0)?(?!\d|[,.]\d|%)",
    r"(?<![A-Za-z\d])(?!(?:USD|JPY|EUR|GBP|CNY|CHF|RMB|AUD|CAD|HKD|SGD|US|x"
    r"|Rs)\d)[A-Za-z][A-Za-z&]*-?\d[\w-]*(?<!-)(?!\.\d)",
    r"(?<![\d.,$¥€£])(?<![$¥€£]\s)\d+-(?!fold\b)[A-Z]\w*"
    r"|(?<![\d.,$¥€£])(?<![$¥€£]\s)\d{1,3}(?:[A-Z](?![\w])|[A-Z][a-z]+\b|D\b|G\b|\(k\)|(?=k\b)k\b)",
    r"(?<![\d.])(?!\d{1,3}(?:\.\d{3})+(?!\d|\.\d))\d+\.\d+\.\d+(?:\.\d+)*(?![\d%])",
]

# ASCII: a Japanese character next to a digit or a letter is a boundary.
NOISE = re.compile("|".join(f"(?:{p})" for p in _PATTERNS), re.ASCII)


def mask(text: str) -> str:
    """The text with every number that is no figure blotted out; the length stays."""
    return NOISE.sub(lambda m: re.sub(r"[\d一二三四五六七八九十]", "_", m.group()), text)

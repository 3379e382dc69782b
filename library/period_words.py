"""How a canonical period is written for people, in English and Japanese."""

from __future__ import annotations

import re

from library import periods

PARTS = {"Q1": "第1四半期", "Q2": "第2四半期", "Q3": "第3四半期", "Q4": "第4四半期"}
PARTS |= {"H1": "上期", "H2": "下期", "M9": "第3四半期累計"}


def written(canonical: str, language: str) -> str:
    """ "FY2018", "FY3/2025", "31 Dec 2018" or 2018年度, 2025年3月期, 2018年12月31日; as it is where it is none."""
    read = periods.parse(canonical) if canonical else None
    if read is None or read.relative is not None:
        return "" if read else canonical
    if language == "ja":
        return _japanese(read) or canonical
    if read.fiscal and read.month:
        return f"FY{read.month}/{read.year}" + (f" {read.part}" if read.part else "")
    return re.sub(r"(?<=\d)(?=[QHM]\d$)", " ", canonical)


def _japanese(read: periods.Period) -> str:
    if read.fiscal:
        year = f"{read.year}年{read.month}月期" if read.month else f"{read.year}年度"
        return year + PARTS.get(read.part, read.part)
    day = f"{read.year}年{read.month}月" + (f"{read.day}日" if read.day else "")
    if not read.month:
        return ""
    return f"{day}までの{read.months}か月" if read.months else day

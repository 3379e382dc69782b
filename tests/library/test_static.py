"""What every page loads is light, readable in both schemes, and all our own."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
OURS = sorted(path for path in STATIC.iterdir() if path.suffix in {".css", ".js", ".svg"})
LIMIT = 100_000


def test_script_and_style_stay_light() -> None:
    """Bytes as sent, every page's files together."""
    assert sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in OURS) < LIMIT


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://|//cdn|@import|url\(", text) == []
    assert re.findall(r"\beval\(|new Function|document\.write|\.style\b", text) == []


@pytest.mark.parametrize("path", [p for p in OURS if p.suffix == ".js"], ids=lambda path: path.name)
def test_only_what_the_server_has_cleaned_becomes_html(path: Path) -> None:
    """`innerHTML` takes an answer's blocks, a branch and a row, all rendered by the server; all else is text."""
    found = [
        line.strip() for line in path.read_text().splitlines() if "innerHTML" in line or "insertAdjacentHTML" in line
    ]
    allowed = {
        "turn.js": ["body.children[number].innerHTML = html;"],
        "branches.js": ["holder.innerHTML = await answer.text();"],
        "library.js": ["holder.innerHTML = await answer.text();"],
    }
    assert found == allowed.get(path.name, [])


TEXT_ON = [
    ("text", "ground"),
    ("text", "side"),
    ("text", "raised"),
    ("muted", "ground"),
    ("muted", "side"),
    ("muted", "raised"),
    ("muted", "sunk"),
    ("accent", "ground"),
    ("accent", "side"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "accent-soft"),
    ("amber", "ground"),
    ("amber", "amber-soft"),
    ("red", "ground"),
    ("red", "red-soft"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_words_stand_out_from_their_ground(text: str, ground: str, scheme: str) -> None:
    """WCAG 2.2 AA asks 4.5 to 1 of text."""
    colours = scheme_colours(scheme)
    assert contrast(colours[text], colours[ground]) >= 4.5


def scheme_colours(scheme: str) -> dict[str, str]:
    light, dark = (STATIC / "base.css").read_text().split("@media (prefers-color-scheme: dark)")[:2]
    colours = variables(light)
    return colours | variables(dark.split("}")[0]) if scheme == "dark" else colours


def variables(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", css))


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

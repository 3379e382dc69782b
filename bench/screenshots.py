"""`python -m bench screenshots [DIR]`: the pictures of docs/, taken of the samples in a running house.

Chromium is asked for Noto Sans where it is installed, so that the pictures do not depend on the machine's own font.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.steps import ask
from tests.house import ROOT, House, chromium, house

SIZE: ViewportSize = {"width": 1360, "height": 850}
QUESTIONS = {
    "en": [
        "What was Hoshino Bank's ordinary profit in FY2025?",
        "How did Hoshino Bank's credit costs change in FY2025?",
    ],
    "ja": ["ほしの銀行の2025年3月期の経常利益は？", "ほしの銀行の与信関係費用が減った理由を教えてください。"],
}
READ_MS = 120_000
FONT = """
  <match target="pattern">
    <test name="family"><string>{family}</string></test>
    <edit name="family" mode="prepend_first" binding="strong"><string>Noto Sans CJK JP</string></edit>
  </match>"""
FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>{
    "".join(FONT.format(family=family) for family in ("system-ui", "sans", "sans-serif"))
}
</fontconfig>
"""


def main(argv: list[str]) -> int:
    out = Path(argv[0]) if argv else ROOT / "docs" / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, house() as built:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS)
        passwords = with_samples(built)
        with chromium(FONTCONFIG_FILE=str(fonts)) as browser:
            for language in QUESTIONS:
                take(browser, built, passwords["akari"], language, out)
    print(json.dumps({"pictures": sorted(path.name for path in out.glob("*.png"))}))
    return 0


def with_samples(built: House) -> dict[str, str]:
    """Passwords by name."""
    command = [sys.executable, "-m", "samples.first_look"]
    subprocess.run(command, cwd=ROOT, env=built.environment, check=True, stdout=subprocess.DEVNULL)
    return dict(re.findall(r"^\s+(\w+)\s+(\w+-\S+)\s", (built.folder / "first-look.txt").read_text(), re.M))


def take(browser: Browser, built: House, password: str, language: str, out: Path) -> None:
    context = browser.new_context(viewport=SIZE, locale=language, color_scheme="light", device_scale_factor=1)
    page = context.new_page()
    page.goto(f"{built.url}/sign-in")
    page.locator("[name=name]").fill("akari")
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{built.url}/")
    page.locator("button[name=language]").evaluate(
        "(button, wanted) => button.value === wanted && button.click()", language
    )
    expect(page.locator("html")).to_have_attribute("lang", language)
    library(page, built)
    page.screenshot(path=out / f"library-{language}.png")
    page.goto(f"{built.url}/")
    for question in reversed(QUESTIONS[language]):
        turn = ask(page, question)
    turn.locator(".cite").first.click()
    expect(page.locator("#evidence .sheet.drawn")).to_be_visible()
    page.mouse.move(0, 0)
    page.screenshot(path=out / f"assistant-{language}.png")
    context.close()


def library(page: Page, built: House) -> None:
    """The collection of the results, once all of it has been read."""
    page.goto(f"{built.url}/library/")
    page.locator(".collection-card", has_text="Group results").click()
    expect(page.locator("#documents tr[data-state=ready]")).to_have_count(4, timeout=READ_MS)
    expect(page.locator("#documents progress")).to_have_count(0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

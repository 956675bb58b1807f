"""Take a picture of every page, to be looked at: axe sees no ugliness, and no picture's inside.

``make shots`` puts them into docs/_build/shots, in light, in dark and as on a phone; long pages
in pieces. The four of the documentation go to docs/images. ``ARGS="--only decide,home"`` takes
those whose name has one of the words in it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.web.browser import furnish  # noqa: E402
from tests.web.browser.server import Server  # noqa: E402
from tests.web.browser.visit import CHROMIUM, FLAGS, Visit  # noqa: E402

SHOTS = ROOT / "docs" / "_build" / "shots"
IMAGES = ROOT / "docs" / "images"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {
        "color_scheme": "light",
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
}
PIECE_PIXELS = 1600
VERDICT_MILLISECONDS = 120_000
PAGES = {
    "home-with-a-play": "/",
    "cases": "/cases/",
    "case": "/cases/meeting-summarizer/",
    "watch": "/cases/meeting-summarizer/watch/",
    "brief": "/plays/{begin}/",
    "framing": "/plays/{ask}/framing/",
    "framing-asked": "/plays/{objective}/framing/",
    "framing-half": "/plays/{half}/framing/",
    "objective": "/plays/{objective}/objective/",
    "decide": "/plays/{decide}/decide/",
    "sign-off": "/plays/{trade}/",
    "forecast": "/plays/{forecast}/",
    "stop": "/plays/{operate}/",
    "sealed": "/plays/{operate}/sealed/",
    "review": "/plays/{review}/",
    "debrief": "/plays/{end}/debrief/",
    "debrief-open": "/plays/{end}/debrief/#open",
    "decision-brief": "/plays/{end}/brief/#open",
    "appeal": "/plays/{end}/appeal/",
    "portfolio": "/portfolio/",
    "history": "/plays/",
    "calibration": "/calibration/",
    "roadmap": "/roadmap/",
    "roadmap-form": "/roadmap/?change=1",
    "interview": "/interview/",
    "settings": "/settings/",
    "about": "/about/",
    "nowhere": "/nowhere/",
    "design": "/design/",
}
FAULTY = ("objective", "decide", "forecast", "roadmap-form")
EMPTY = {"home": "/", "history-empty": "/plays/", "calibration-empty": "/calibration/",
         "portfolio-empty": "/portfolio/"}  # fmt: skip
DOCUMENTED = {"home": "home", "framing-half": "framing", "sealed": "sealed", "debrief": "debrief"}
"""Pictures in README and tutorial, by page; each the first screen of it, 1280 pixels wide."""


def main() -> None:
    """Take the pictures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--only",
        default="",
        help="take those with one of these words in their name, such as decide,home",
    )
    only = options.parse_args().only
    if not CHROMIUM.exists():
        sys.exit(f"no {CHROMIUM}: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    program = [sys.executable, "-m", "whennot"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        # Not fewer worlds as in the tests: what the documentation shows is what a reader gets.
        server = Server(Path(folder) / "home", program=program)
        link = server.start()
        try:
            for name in taken(browser, server, link, only=only):
                print(name)
        finally:
            server.stop()


def taken(browser: Any, server: Server, link: str, *, only: str) -> Iterator[str]:
    """Take every picture; yield their names."""
    way_in = Visit(browser, server.address)
    way_in.page(link)
    cookies = way_in.context.storage_state()
    visits = {
        look: Visit(
            browser, server.address, statuses=(401, 404, 422), storage_state=cookies, **how
        )
        for look, how in LOOKS.items()
    }
    for visit in visits.values():
        visit.context.set_default_timeout(VERDICT_MILLISECONDS)
    pages = {look: visit.context.new_page() for look, visit in visits.items()}
    for name, path in EMPTY.items():
        if wanted(name, only):
            yield from shown(pages, name, path)
    names = {due: furnish.put(server.home, due) for due in furnish.ROOMS}
    names["half"] = furnish.put(server.home, furnish.END, most=3)
    furnish_all(pages["light"], names)
    for name, path in PAGES.items():
        if wanted(name, only):
            yield from shown(pages, name, path.format(**names))
        if name in FAULTY and wanted(name, only):
            yield from shown(pages, f"{name}-faults", path.format(**names), sent=True)
    yield from shown({"light": browser.new_page(base_url=server.address)}, "sign-in", "/")
    for visit in visits.values():
        visit.close()


def wanted(name: str, only: str) -> bool:
    """Return whether a page is among those asked for."""
    return any(word in name for word in only.split(","))


def furnish_all(page: Any, names: dict[str, str]) -> None:
    """Wait for the verdict of the finished play, and say who plans."""
    page.goto(f"/plays/{names[furnish.END]}/debrief/")
    page.locator(".verdict .figure").wait_for(timeout=VERDICT_MILLISECONDS)
    page.goto("/roadmap/?change=1")
    for group in page.locator("main fieldset").all():
        group.locator("label").first.click()
    page.locator("main .primary").first.click()
    page.locator("#week").wait_for()


def shown(pages: dict[str, Any], name: str, path: str, *, sent: bool = False) -> Iterator[str]:
    """Take one page in every look, in pieces where it is long."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for look, page in pages.items():
        page.goto(path)
        if path.endswith("#open"):
            page.evaluate("document.querySelectorAll('.part').forEach(p => { p.open = true; })")
        if sent:
            for number in page.locator("input[type=number]").all():
                number.fill("1e9")
            page.locator("main .primary").first.click()
            page.locator(".errors").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        if look == "light" and name in DOCUMENTED:
            IMAGES.mkdir(exist_ok=True)
            page.screenshot(path=IMAGES / f"{DOCUMENTED[name]}.png")
        yield from pieces(page, f"{name}-{look}")


def pieces(page: Any, name: str) -> Iterator[str]:
    """Take a page from its top to its end."""
    whole = page.evaluate("document.scrollingElement.scrollHeight")
    width = page.viewport_size["width"]
    for number, top in enumerate(range(0, whole, PIECE_PIXELS), 1):
        part = {"x": 0, "y": top, "width": width, "height": min(PIECE_PIXELS, whole - top)}
        page.screenshot(path=SHOTS / f"{name}-{number}.png", full_page=True, clip=part)
        yield f"{name}-{number}"


if __name__ == "__main__":
    main()

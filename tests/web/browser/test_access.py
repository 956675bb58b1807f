"""Every page, in every state and look: axe finds nothing, and nothing hangs over the edge.

By default each look runs the rules that it can break and the light one does not tell; with
``AXE=everything`` in the environment every look runs every rule, which takes twice as long.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.web.browser import furnish
from tests.web.browser.conftest import served

pytest.importorskip("playwright")
from playwright.sync_api import expect

AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLORS = ["color-contrast", "link-in-text-block"]
"""The rules that a theme can break and a width cannot; they take half of the time."""
WIDTHS = ["target-size", "scrollable-region-focusable"]
LOOKS = {
    "light": ("light", 1280, {"runOnly": TAGS}),
    "dark": ("dark", 1280, {"runOnly": COLORS}),
    "narrow": ("light", 320, {"runOnly": TAGS, "rules": {c: {"enabled": False} for c in COLORS}}),
    # Half as many CSS pixels; sharper ones change no rule.
    "zoomed to 200 %": ("light", 640, {"runOnly": WIDTHS}),
}
if os.environ.get("AXE") == "everything":
    LOOKS = {
        look: (scheme, width, {"runOnly": TAGS}) for look, (scheme, width, _) in LOOKS.items()
    }
VERDICT_MILLISECONDS = 60_000


def faults_of(page):
    """Return what is wrong with a page as it stands, in every look."""
    page.evaluate(
        "document.querySelectorAll('main details').forEach(part => { part.open = true; })"
    )
    expect(page.locator(".picture:not(:has(svg))")).to_have_count(0)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for look, (scheme, width, rules) in LOOKS.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        result = page.evaluate(
            """rules => axe.run(document, {...rules, resultTypes: ["violations"]})""", rules
        )
        found += [
            f"{look}: {rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for rule in result["violations"]
            for node in rule["nodes"][:3]
        ]
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        if wide > width:
            found.append(f"{look}: {wide} pixels wide")
    return found


def opened(page, path, *, status=200):
    answer = page.goto(path)
    assert answer.status == status, (path, answer.status)


def settle(page, name):
    """Look at a debrief until its verdict is there."""
    opened(page, f"/plays/{name}/debrief/")
    expect(page.locator(".verdict .figure")).to_be_visible(timeout=VERDICT_MILLISECONDS)


def send(page):
    with page.expect_navigation():
        page.locator("main .primary").first.click()


@pytest.fixture(scope="module")
def bare(chromium, tmp_path_factory):
    """A server of its own, whose home stays as the test makes it."""
    with served(chromium, tmp_path_factory.mktemp("bare") / "home") as found:
        yield found


@pytest.fixture(scope="module")
def furnished(server):
    """Names of plays in the shared home, by the move that is due there; the last one is over."""
    names = {due: furnish.put(server.home, due) for due in furnish.ROOMS}
    names["waiting"] = furnish.put(server.home, furnish.END)
    return names


EMPTY = (
    "/", "/cases/", "/cases/meeting-summarizer/", "/cases/meeting-summarizer/watch/", "/plays/",
    "/calibration/", "/portfolio/", "/roadmap/", "/interview/", "/settings/", "/about/",
    "/design/",
)  # fmt: skip
WITH_A_PLAY = ("/", "/cases/", "/plays/", "/calibration/", "/portfolio/")


def test_nothing_is_wrong_with_the_pages_of_an_empty_home_and_after_the_first_play(visit, bare):
    page = visit(at=bare).page()
    found = {}

    for path in EMPTY:
        opened(page, path)
        found[f"empty {path}"] = faults_of(page)
    settle(page, furnish.put(bare.home, furnish.END))
    for path in WITH_A_PLAY:
        opened(page, path)
        found[path] = faults_of(page)

    assert {path: faults for path, faults in found.items() if faults} == {}


PAGES = {
    "home with a play": "/",
    "brief": "/plays/{begin}/",
    "framing": "/plays/{ask}/framing/",
    "framing with answers": "/plays/{objective}/framing/",
    "objective": "/plays/{objective}/objective/",
    "decide": "/plays/{decide}/decide/",
    "sign-off": "/plays/{trade}/",
    "forecast": "/plays/{forecast}/",
    "stop": "/plays/{operate}/",
    "sealed": "/plays/{operate}/sealed/",
    "review": "/plays/{review}/",
    "history": "/plays/",
}


@pytest.mark.parametrize("what", PAGES)
def test_nothing_is_wrong_with_a_page(what, visit, furnished):
    page = visit().page()
    opened(page, PAGES[what].format(**furnished))

    assert faults_of(page) == []


REFUSED = {
    "objective": "/plays/{objective}/objective/",
    "decide": "/plays/{decide}/decide/",
    "sign-off": "/plays/{trade}/",
    "forecast": "/plays/{forecast}/",
    "stop": "/plays/{operate}/",
    "review": "/plays/{review}/",
    "roadmap": "/roadmap/?change=1",
}


@pytest.mark.parametrize("what", REFUSED)
def test_nothing_is_wrong_with_a_form_that_was_sent_with_faults(what, visit, furnished):
    page = visit(statuses=(422,)).page(REFUSED[what].format(**furnished))
    for number in page.locator("input[type=number]").all():
        number.fill("1e9")
    if what in {"stop", "sign-off"}:  # their words are too long, as nothing else can be wrong
        page.locator("textarea").fill("word " * 1000)
    send(page)
    expect(page.locator(".errors").first).to_be_visible()

    assert faults_of(page) == []


def test_nothing_is_wrong_with_a_debrief_its_brief_and_an_appeal(visit, furnished):
    page = visit(statuses=(422,)).page()
    name, found = furnished[furnish.END], {}

    settle(page, name)
    found["debrief"] = faults_of(page)
    opened(page, f"/plays/{name}/brief/")
    found["brief"] = faults_of(page)
    opened(page, f"/plays/{name}/appeal/")
    found["appeal"] = faults_of(page)
    page.locator("input[type=number]").fill("1e99")
    send(page)
    found["appeal with a fault"] = faults_of(page)
    page.locator("input[type=number]").fill("2")
    send(page)
    expect(page.locator(".event table")).to_be_visible(timeout=VERDICT_MILLISECONDS)
    found["appeal after"] = faults_of(page)

    assert {what: faults for what, faults in found.items() if faults} == {}


def test_nothing_is_wrong_with_a_debrief_that_waits_for_its_verdict_or_was_stopped(
    visit, furnished
):
    page = visit(away=True).page()
    # The stream is held back, so that the page waits for as long as it is looked at.
    page.route("**/live/**", lambda _: None)
    opened(page, f"/plays/{furnished['waiting']}/debrief/")
    expect(page.locator(".waiting progress")).to_be_visible()
    waiting = faults_of(page)
    page.unroute_all()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".waiting")).to_contain_text("Nothing is lost")

    assert waiting == []
    assert faults_of(page) == []


def test_nothing_is_wrong_with_a_roadmap(visit):
    page = visit().page("/roadmap/?change=1")
    for group in page.locator("main fieldset").all():
        group.locator("label").first.click()
    send(page)

    assert faults_of(page) == []


NOWHERE = {"a lost address": "/nowhere/", "an unknown play": "/plays/nothing-1/"}


@pytest.mark.parametrize("what", NOWHERE)
def test_nothing_is_wrong_with_a_page_that_says_no(what, visit):
    page = visit(statuses=(404,)).page()
    opened(page, NOWHERE[what], status=404)

    assert faults_of(page) == []


def test_nothing_is_wrong_with_a_refused_move(visit, furnished):
    page = visit(statuses=(409,)).page()
    opened(page, f"/plays/{furnished['begin']}/appeal/", status=409)

    assert faults_of(page) == []


def test_nothing_is_wrong_with_the_way_in(visit):
    page = visit(statuses=(401,), storage_state=None).page("/")
    expect(page.locator("h1")).to_have_text("This browser is not signed in")
    found = faults_of(page)
    opened(page, "/sign-in/?token=used", status=401)

    assert found + faults_of(page) == []


def test_nothing_is_wrong_with_the_list_of_keys(visit):
    page = visit().page("/about/")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()

    assert faults_of(page) == []


def test_two_versions_side_by_side_have_nothing_wrong(visit, server):
    browser = visit(statuses=(409,))
    path = f"/plays/{furnish.put(server.home, 'begin')}/"
    here, there = browser.page(path), browser.page(path)
    there.locator("textarea").fill("The other text")
    expect(there.locator("main [role=status]")).to_contain_text("Saved")
    here.locator("textarea").fill("My text")
    expect(here.locator(".conflict")).to_be_visible()

    assert faults_of(here) == []

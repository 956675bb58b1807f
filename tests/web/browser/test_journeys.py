"""Whole plays in a browser: by keyboard alone, by touch, across tabs and across shells."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess

import pytest
from tests.web.browser import furnish
from tests.web.browser.conftest import served
from tests.web.browser.server import PATIENCE_SECONDS, PROGRAM, environment

from whennot.episode.file import check_seal

pytest.importorskip("playwright")
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TARGET_PIXELS = 24
VERDICT_MILLISECONDS = 60_000


def taken(page):
    """A move that was refused shows why; a player of these stories makes none such."""
    refused = page.locator("main .errors").all_inner_texts()
    assert refused == [], page.url


class Keyboard:
    """A player without a mouse, who counts what she has to decide."""

    def __init__(self, page):
        self.page, self.decided = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def go_on(self):
        """Do the one next thing of the page, and be on the next."""
        with self.page.expect_navigation():
            self.press("Enter")
        taken(self.page)

    def pick(self, digit):
        """Answer the first question that is open, as somebody who reads down the page."""
        self.press(digit)
        self.decided += 1

    def next_pick(self, digit):
        self.press("j")
        self.pick(digit)

    def answer(self, words):
        self.page.keyboard.type(words)
        self.decided += 1

    def ask(self, digit):
        self.press(digit)
        self.go_on()
        self.decided += 1


@pytest.fixture
def newcomer(chromium, tmp_path, visit):
    """A browser at a home in which nothing was ever done."""
    with served(chromium, tmp_path / "web-home") as server:
        yield visit(at=server)


def title(page):
    return page.locator("h1").first


def ask_and_decide(player):
    """From the first question to the commitment, with everything asked that there is time for."""
    for _ in range(3):
        player.ask("1")
    expect(player.page.locator(".asked")).to_have_count(3)
    player.go_on()
    player.pick("1")
    player.next_pick("1")
    player.go_on()
    player.pick("4")
    for digit in ("1", "1", "4", "2", "1"):
        player.next_pick(digit)
    player.press("j")
    player.answer("2")  # from where on it pays
    player.press("Tab")
    player.answer("One wrong statement is dear here, and organizers read anyway.")
    assert player.page.locator("input:checked").count() == 6
    player.press("Tab", "Tab", "Tab")  # past the fact and the optional words, to the button
    player.go_on()


def test_a_first_flight_by_keyboard_alone_takes_at_most_twenty_decisions(newcomer):
    page = newcomer.page("/")
    player = Keyboard(page)

    player.go_on()
    expect(title(page)).to_have_text("Live meeting summaries")
    player.go_on()
    ask_and_decide(player)
    if "does not sign" in title(page).inner_text():
        player.pick("1")
        player.go_on()
    expect(title(page)).to_have_text("What breaks first?")
    for percent in ("10", "20", "30", "40"):
        player.press("j" if percent == "10" else "Tab")
        page.keyboard.type(percent)
    player.decided += 1
    expect(page.locator("output")).to_have_text("100 %")
    player.go_on()
    expect(title(page)).to_have_text("Sealed")
    player.go_on()
    while page.locator(".event .when").inner_text().lower() != "day 90 of 90":
        player.pick("1")
        player.go_on()
    player.pick("1")
    player.press("j")
    player.answer("60")  # how good it was
    player.go_on()

    expect(page.locator(".verdict .figure")).to_be_visible(timeout=VERDICT_MILLISECONDS)
    expect(page.locator("#most")).to_have_text("The one thing that cost most")
    assert player.decided <= 20


@pytest.mark.parametrize("due", ["begin", "operate"])
def test_a_page_opens_at_its_top_however_long_it_is(due, visit, server):
    name = furnish.put(server.home, due)
    page = visit(**PHONE).page(f"/plays/{name}/{'sealed/' if due == 'operate' else ''}")

    assert page.evaluate("window.scrollY") == 0


def fits(page, width):
    """A page as a thumb meets it: nothing hangs over the edge, nothing is too small to hit."""
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width, page.url
    small = page.evaluate(
        """least => [...document.querySelectorAll(
             "button, .button, summary, select, textarea, .cards label, nav a, "
             + "input:not([type=hidden]):not([type=radio]):not([type=checkbox])")]
           .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
           .filter(([, box]) => box.width && Math.min(box.width, box.height) < least)
           .map(([html, box]) => `${html}: ${box.width} x ${box.height}`)""",
        TARGET_PIXELS,
    )
    assert small == [], page.url


def test_a_case_can_be_played_on_a_phone_by_touch(visit, server):
    name = furnish.put(server.home, "begin", case="card-fraud")
    page = visit(**PHONE).page(f"/plays/{name}/")

    def tap(where):
        fits(page, PHONE["viewport"]["width"])
        with page.expect_navigation():
            where.tap()
        taken(page)

    primary = page.locator("main .primary").first
    tap(primary)
    for _ in range(2):
        tap(page.locator("[data-key-button]:not([disabled])").first)
    tap(page.locator(".actions .primary"))
    for group in page.locator("main fieldset").all():
        group.locator("label").first.tap()
    tap(primary)
    for group in page.locator("main fieldset").all():
        group.locator("label").last.tap()
    number = page.locator("input[type=number]")
    number.tap()
    page.keyboard.type(number.get_attribute("min"))
    tap(primary)
    while page.locator("h1").inner_text().endswith("does not sign"):
        page.locator("fieldset label").first.tap()
        tap(primary)
    page.locator("input[type=range]").last.tap()  # somewhere in its middle
    page.locator("[data-scale]").tap()
    expect(page.locator("output")).to_have_text("100 %")
    tap(primary)
    tap(primary)
    while not page.get_by_text("The quarter is over").is_visible():
        page.locator("fieldset label").first.tap()
        tap(primary)
    page.locator("fieldset label").last.tap()
    tap(primary)

    fits(page, PHONE["viewport"]["width"])
    expect(page.locator(".verdict .figure")).to_be_visible(timeout=VERDICT_MILLISECONDS)
    for part in page.locator("details.part > summary").all():
        part.tap()
    fits(page, PHONE["viewport"]["width"])


ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """A real terminal in which whennot runs."""

    def __init__(self, home, *words):
        self._screen, its = pty.openpty()
        self._said = ""
        self._process = subprocess.Popen(
            [*PROGRAM, *words],
            env=environment(home, TERM="xterm"),
            stdin=its,
            stdout=its,
            stderr=its,
            start_new_session=True,
        )
        os.close(its)

    def type(self, *lines):
        for line in lines:
            self._prompted()
            self._said = ""
            os.write(self._screen, line.encode() + b"\n")

    def leave(self):
        """Close the input as Ctrl-D does; return the last words."""
        self._prompted()
        os.write(self._screen, b"\x04")
        return self.end()

    def end(self):
        """Wait until the program has ended by itself; return the last words."""
        while self._read():
            pass
        self._process.wait(timeout=PATIENCE_SECONDS)
        os.close(self._screen)
        return self._said

    def _prompted(self):
        while not ESCAPES.sub("", self._said).endswith("› "):
            assert self._read(), f"ended after: {self._said}"

    def _read(self):
        ready, _, _ = select.select([self._screen], [], [], PATIENCE_SECONDS)
        assert ready, f"silent after: {self._said}"
        try:
            more = os.read(self._screen, 65536).decode("utf-8", "replace")
        except OSError:  # it ended
            return False
        self._said += more
        return bool(more)


def finish_in_the_browser(page):
    """From the framing room on: decide something, let it run, and wait for the verdict."""
    page.locator(".actions .primary").click()
    for group in page.locator("main fieldset").all():
        group.locator("label").first.click()
    click(page)
    for group in page.locator("main fieldset").all():
        group.locator("label").first.click()
    number = page.locator("input[type=number]")
    number.fill(number.get_attribute("min"))
    click(page)
    while title(page).inner_text().endswith("does not sign"):
        page.locator("fieldset label").first.click()
        click(page)
    page.locator("input[type=number]").last.fill("100")
    click(page)
    click(page)
    while not page.get_by_text("The quarter is over").is_visible():
        page.locator("fieldset label").first.click()
        click(page)
    page.locator("fieldset label").last.click()
    click(page)
    expect(page.locator(".verdict .figure")).to_be_visible(timeout=VERDICT_MILLISECONDS)


def click(page):
    with page.expect_navigation():
        page.locator("main .primary").first.click()
    taken(page)


def saved_file(page, server):
    """Return where the home keeps the file of the play on the page."""
    name = page.url.split("/plays/")[1].split("/")[0]
    return server.home / "episodes" / f"{name}.episode.json"


def test_a_play_begun_in_the_terminal_is_finished_in_the_browser(visit, server):
    terminal = Terminal(server.home, "play", "card-fraud", "--flight", "first")
    terminal.type("Where do labels come from?", "1", "2")
    said = terminal.leave()
    name = re.search(r"Kept as (\S+)\.", said)[1]
    page = visit().page(f"/plays/{name}/")

    expect(page.locator(".asked")).to_have_count(2)
    finish_in_the_browser(page)

    verdict = server.run("verify", str(saved_file(page, server)))
    assert "seal          intact" in verdict
    assert "re-simulated  equal" in verdict


def test_a_play_begun_in_the_browser_is_finished_in_the_terminal(visit, server):
    name = furnish.put(server.home, "forecast")
    page = visit().page(f"/plays/{name}/")
    page.locator("input[type=number]").first.fill("100")
    click(page)
    expect(title(page)).to_have_text("Sealed")

    terminal = Terminal(server.home, "resume", name)
    terminal.type("1", "1", "1", "1 50", "")
    terminal.end()
    page.goto(f"/plays/{name}/debrief/")

    expect(page.locator(".verdict .figure")).to_be_visible(timeout=VERDICT_MILLISECONDS)
    assert check_seal(saved_file(page, server).read_bytes()).intact


def test_a_move_that_another_tab_overtook_says_so_and_loses_nothing(visit, server):
    name = furnish.put(server.home, "ask")
    tabs = visit(statuses=(409,))
    here, there = tabs.page(f"/plays/{name}/"), tabs.page(f"/plays/{name}/")
    here.locator("[data-key-button]").first.click()
    expect(here.locator(".asked")).to_have_count(1)

    there.locator("[data-key-button]").nth(1).click()

    expect(there.locator(".note")).to_contain_text("Nothing was lost")
    click(there)
    expect(there.locator(".asked")).to_have_count(1)


def test_the_back_button_cannot_unseal_a_decision(visit, server):
    name = furnish.put(server.home, "forecast")
    page = visit(statuses=(409, 422)).page(f"/plays/{name}/")
    page.locator("input[type=number]").first.fill("100")
    click(page)
    sealed = page.locator(".digest").inner_text()

    page.go_back()
    if page.locator("input[type=number]").count():
        page.locator("input[type=number]").last.fill("100")
        page.locator("main .primary").click()
    page.goto(f"/plays/{name}/sealed/")

    assert page.locator(".digest").inner_text() == sealed
    assert page.goto(f"/plays/{name}/decide/").url.endswith(f"/plays/{name}/")


def test_an_impatient_double_click_makes_one_move(visit, server):
    name = furnish.put(server.home, "ask")
    page = visit().page(f"/plays/{name}/")

    page.locator("[data-key-button]").first.dblclick()

    expect(page.locator(".asked")).to_have_count(1)
    page.reload()
    expect(page.locator(".asked")).to_have_count(1)


def test_the_forecast_is_typed_without_a_mouse_from_the_first_number_on(visit, server):
    name = furnish.put(server.home, "forecast")
    page = visit().page(f"/plays/{name}/")

    page.keyboard.press("j")
    page.keyboard.type("30")
    page.keyboard.press("j")

    expect(page.locator("input[type=number]").first).to_have_value("30")

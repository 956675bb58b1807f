"""A typed word is never lost: by a reload, a dead server, a lost sign-in or a second window."""

from __future__ import annotations

import re
import time

import pytest
from tests.web.browser import furnish
from tests.web.browser.conftest import served

pytest.importorskip("playwright")
from playwright.sync_api import expect

WORDS = "Who acts on a summary – and what when it’s “wrong”?"
SAVED = re.compile(r"^Saved \d")
SOON_MILLISECONDS = 1_500
VERDICT_MILLISECONDS = 60_000
AGAIN_MILLISECONDS = 20_000
"""A page that was refused tries again every three seconds; a busy machine needs more."""


def status(page):
    return page.locator("main [role=status]")


def saved(page, *, within=AGAIN_MILLISECONDS):
    expect(status(page)).to_have_text(SAVED, timeout=within)


def kept_here(page):
    """What this browser keeps by itself because the home does not have it yet."""
    return page.evaluate("Object.values(localStorage).filter(kept => !JSON.parse(kept).saved)")


def all_in_the_home(page):
    """Wait until this browser need not keep anything by itself."""
    until = time.monotonic() + AGAIN_MILLISECONDS / 1000
    while kept_here(page):
        assert time.monotonic() < until, kept_here(page)
        page.wait_for_timeout(50)


def type_into(field, text):
    field.click()
    field.press_sequentially(text)


@pytest.fixture
def room(server):
    """The address of the first room of a fresh play; its one question is a text."""
    return f"/plays/{furnish.put(server.home, 'begin')}/"


@pytest.mark.alone
def test_what_is_typed_is_saved_within_a_second_and_a_half_and_there_after_a_reload(visit, room):
    page = visit().page(room)

    type_into(page.locator("textarea"), WORDS)
    began = time.monotonic()
    saved(page, within=SOON_MILLISECONDS)

    assert time.monotonic() - began < SOON_MILLISECONDS / 1000
    assert kept_here(page) == []
    page.reload()
    expect(page.locator("textarea")).to_have_value(WORDS)


def test_a_reload_right_after_the_last_key_loses_nothing(visit, room):
    page = visit().page(room)
    type_into(page.locator("textarea"), WORDS)

    page.reload()

    expect(page.locator("textarea")).to_have_value(WORDS)


def test_what_is_typed_offline_is_saved_when_the_network_is_back(visit, room):
    browser = visit(away=True)
    page = browser.page(room)
    browser.context.set_offline(True)
    type_into(page.locator("textarea"), WORDS)
    expect(status(page)).to_contain_text("kept on this device")

    browser.context.set_offline(False)
    page.reload()

    expect(page.locator("textarea")).to_have_value(WORDS)
    all_in_the_home(page)
    page.reload()
    expect(page.locator("textarea")).to_have_value(WORDS)


def test_what_is_typed_offline_is_saved_without_a_reload_too(visit, room):
    browser = visit(away=True)
    page = browser.page(room)
    browser.context.set_offline(True)
    type_into(page.locator("textarea"), WORDS)
    expect(status(page)).to_contain_text("kept on this device")

    browser.context.set_offline(False)

    saved(page)


def test_a_killed_server_loses_nothing_that_was_typed(chromium, visit, tmp_path):
    with served(chromium, tmp_path / "web-home") as server:
        page = visit(at=server, away=True).page(f"/plays/{furnish.put(server.home, 'begin')}/")
        type_into(page.locator("textarea"), "Before. ")
        saved(page)
        page.locator("textarea").press_sequentially("While it dies. ")
        server.kill()
        page.locator("textarea").press_sequentially("After.")
        expect(status(page)).to_contain_text("kept on this device")

        server.start()

        saved(page)
        page.reload()
        expect(page.locator("textarea")).to_have_value("Before. While it dies. After.")


def test_who_is_signed_out_goes_on_typing_and_it_is_saved_after_signing_in_again(
    visit, server, room
):
    browser = visit(statuses=(401,))
    page = browser.page(room)
    browser.context.clear_cookies(name=re.compile("^whennot(?!_csrf)"))

    type_into(page.locator("textarea"), "Signed out. ")
    expect(status(page)).to_contain_text("You are signed out.")
    page.locator("textarea").press_sequentially("Still typing.")
    expect(page.locator("textarea")).to_have_value("Signed out. Still typing.")

    browser.page(server.another_link())

    saved(page)
    page.reload()
    expect(page.locator("textarea")).to_have_value("Signed out. Still typing.")


@pytest.mark.parametrize("kept", ["Typed here", "Saved in the other window"])
def test_two_windows_with_the_same_field_show_both_texts_and_either_can_be_kept(visit, room, kept):
    browser = visit(statuses=(409,))
    here, there = browser.page(room), browser.page(room)
    type_into(there.locator("textarea"), "The other text")
    saved(there)
    here.evaluate("localStorage.clear()")  # as if the windows were of two browsers

    type_into(here.locator("textarea"), "My text")

    box = here.locator(".conflict")
    expect(box.locator("blockquote")).to_have_text(["My text", "The other text"])
    box.get_by_role("button", name=f"Keep what was {kept[0].lower()}{kept[1:]}").click()
    saved(here)
    expect(box).to_have_count(0)
    text = {"Typed here": "My text"}.get(kept, "The other text")
    expect(here.locator("textarea")).to_have_value(text)
    here.reload()
    expect(here.locator("textarea")).to_have_value(text)


def test_picked_cards_are_there_after_a_reload(visit, server):
    page = visit().page(f"/plays/{furnish.put(server.home, 'decide')}/decide/")
    groups = page.locator("main fieldset")
    for i in range(groups.count()):
        groups.nth(i).locator("label").nth(1).click()
    page.locator("select").select_option(index=1)
    saved(page)

    page.reload()

    for i in range(groups.count()):
        expect(groups.nth(i).locator("input").nth(1)).to_be_checked()
    assert page.locator("select").evaluate("e => e.selectedIndex") == 1


def test_a_forecast_is_there_after_a_reload_with_its_sum(visit, server):
    page = visit().page(f"/plays/{furnish.put(server.home, 'forecast')}/")
    numbers = page.locator("input[type=number]")
    for i, percent in enumerate(("12.5", "30", "0", "57.5")):
        numbers.nth(i).fill(percent)
    saved(page)

    page.reload()

    for i, percent in enumerate(("12.5", "30", "0", "57.5")):
        expect(numbers.nth(i)).to_have_value(percent)
    expect(page.locator("output")).to_have_text("100 %")


def test_the_brief_is_edited_without_losing_a_word(visit, server):
    browser = visit()
    name = furnish.put(server.home, furnish.END)
    page = browser.page(f"/plays/{name}/debrief/")
    expect(page.locator(".verdict .figure")).to_be_visible(timeout=VERDICT_MILLISECONDS)
    page.goto(f"/plays/{name}/brief/")
    page.locator("details summary").click()
    made = page.locator("textarea").input_value()
    page.locator("textarea").press("Control+End")
    page.locator("textarea").press_sequentially(f"\n\n{WORDS}")
    saved(page)

    page.reload()
    page.locator("details summary").click()

    expect(page.locator("textarea")).to_have_value(f"{made}\n\n{WORDS}")
    expect(page.locator("article")).to_contain_text(WORDS)


def test_what_was_sent_is_not_offered_again_as_a_draft(visit, room):
    page = visit().page(room)
    type_into(page.locator("textarea"), WORDS)
    with page.expect_navigation():
        page.locator("main .primary").click()
    page.wait_for_load_state()

    assert kept_here(page) == []

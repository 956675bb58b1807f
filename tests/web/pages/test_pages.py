"""Every page for every home: nothing played, a play at each room, one that is over."""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.test import AsyncClient, override_settings
from tests.prove.page import letters
from tests.web.pages.browser import (
    CASE,
    ROOMS,
    TINY,
    begin,
    edit_brief,
    played,
    send,
    signed_in,
    steps,
    text_of,
    walk,
)

from whennot.episode.file import check_seal
from whennot.practice import ahead
from whennot.prove.markdown import divided
from whennot.shelf import case_names, load_case
from whennot.web import desk as desks
from whennot.web import printed

GENERAL = {
    "/": "When to build with AI",
    "/cases/": "AI is the right answer in about half of them",
    f"/cases/{CASE}/": "What you decide",
    f"/cases/{CASE}/watch/": "An expert plays",
    "/plays/": "Everything you played",
    "/calibration/": "Do your percentages mean what they say?",
    "/roadmap/": "The way to AI product manager",
    "/interview/": "not built yet",
    "/portfolio/": "Portfolio",
    "/settings/": "Where everything is kept",
    "/about/": "What it does not claim",
    "/healthz": "ok",
}
INSIDE = {
    "brief": ("", "Begin"),
    "framing": ("framing/", "What do you need to know?"),
    "objective": ("objective/", "What does “best” mean here?"),
    "decide": ("decide/", "Commit to this"),
    "sign-off": ("", "does not sign"),
    "forecast": ("", "What breaks first?"),
    "operating": ("", "Your dashboard"),
    "review": ("", "The quarter is over"),
}
TITLE = load_case(CASE).spec.title


@pytest.mark.parametrize("path", GENERAL)
def test_every_page_of_an_empty_home_says_what_it_is(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert GENERAL[path] in text_of(answer)


@pytest.mark.parametrize("path", ["/plays/", "/calibration/", "/portfolio/"])
def test_what_is_empty_says_why_and_gives_one_button(client, path):
    page = client.get(path).content.decode()

    assert "There is none yet" in page
    assert page.count('class="button primary"') == 1


@pytest.mark.parametrize("case", case_names())
def test_every_case_on_the_shelf_can_be_read_watched_and_begun(client, case):
    title = load_case(case).spec.title

    for path in (f"/cases/{case}/", f"/cases/{case}/watch/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert title in text_of(answer)
    name = begin(client, case)
    assert title in text_of(client.get(f"/plays/{name}/"))


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.usefixtures("unjudged")
def test_a_play_is_shown_in_the_room_where_it_stands(client, room):
    name = walk(client, to=room)
    below, says = INSIDE[room]

    answer = client.get(f"/plays/{name}/{below}")

    assert answer.status_code == 200
    assert says in text_of(answer)
    assert TITLE in text_of(answer)
    assert "Go on where you left" in text_of(client.get("/"))
    assert f'href="/plays/{name}/"' in client.get(f"/cases/{CASE}/").content.decode()
    listed = text_of(client.get("/plays/"))
    assert name in listed
    assert TITLE in listed


@pytest.mark.usefixtures("unjudged")
def test_the_decision_is_sealed_where_everybody_can_see_it(client):
    name = walk(client, to="operating")

    page = text_of(client.get(f"/plays/{name}/sealed/"))

    play = desks.desk().play(name)
    assert "Sealed" in page
    assert "SHA-256" in page
    assert all(f"{percent:g} %" in page for _, percent in play.episode.forecast)


@pytest.mark.usefixtures("unjudged")
def test_what_was_asked_is_answered_and_what_was_not_stays_unknown(client):
    name = walk(client, to="objective")

    page = text_of(client.get(f"/plays/{name}/framing/"))

    episode = desks.desk().play(name).episode
    assert " ".join(episode.answer_to("acts").split()) in page
    assert "not asked" in page
    hidden = [q for q in episode.case.spec.questions if q not in episode.asked]
    assert not any(" ".join(episode.answer_to(q).split()) in page for q in hidden)


def test_the_built_in_player_can_play_a_whole_case_through_the_pages(client, tiny):
    name = begin(client, tiny)

    played(client, name)

    desks.desk().settled(name)
    assert "What your decision was worth" in text_of(client.get(f"/plays/{name}/debrief/"))
    assert begin(client, tiny) == f"{tiny}-2"
    first, second = (desks.desk().play(f"{tiny}-{n}").episode.setup.variant for n in (1, 2))
    assert first != second


class Endless:
    """A judgment that is under way for ever."""

    share, first, stopped, failed = 0.4, None, False, False

    def conclude(self, _: object) -> Future[None]:
        return Future()

    def cancel(self) -> None:
        self.stopped = True


def test_a_debrief_shows_the_quarter_at_once_and_waits_for_the_verdict(client, monkeypatch):
    monkeypatch.setattr(ahead, "begin", lambda _: Endless())
    name = walk(client, to="debrief")

    waiting = client.get(f"/plays/{name}/debrief/")

    desks.desk().cancel(name)

    assert waiting.status_code == 200
    assert "What happened" in text_of(waiting)
    assert "40 %" in text_of(waiting)
    assert f'sse-connect="/live/{name}/"' in waiting.content.decode()
    assert "Your decision brief" not in text_of(waiting)


def test_a_verdict_can_be_stopped_and_is_worked_out_when_it_is_looked_at_again(client, tiny):
    name = begin(client, tiny)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead, "begin", lambda _: None)
        played(client, name)
        stopped = client.post(f"/plays/{name}/debrief/stop/", follow=True)

    assert "Stopped. Nothing is lost" in text_of(stopped)
    assert f'href="/plays/{name}/debrief/"' in stopped.content.decode()
    client.get(f"/plays/{name}/debrief/")
    desks.desk().settled(name)
    page = text_of(client.get(f"/plays/{name}/debrief/"))
    assert "by what could be known when you decided" in page
    again = client.post(f"/plays/{name}/debrief/stop/", follow=True)
    assert "by what could be known when you decided" in text_of(again)


# --- a play that is over -------------------------------------------------------------------------


def test_the_debrief_has_the_verdict_the_cost_and_everything_below(finished):
    browser, name = finished

    page = text_of(browser.get(f"/plays/{name}/debrief/"))

    for part in (
        "What your decision was worth", "of what could be had", "The one thing that cost most",
        "Luck", "What happened", "Where it turns", "Every question", "Your forecast",
        "While it ran, with hindsight", "Contest a number", "Tags for tickets",
    ):  # fmt: skip
        assert part in page, part


def test_the_inside_of_the_debrief_alone_has_no_page_around_it(finished):
    browser, name = finished

    part = browser.get(f"/plays/{name}/debrief/parts/").content.decode()

    assert "What your decision was worth" in part
    assert "<html" not in part


@pytest.mark.parametrize("path", GENERAL)
def test_every_page_goes_on_working_after_a_play(finished, path):
    browser, _ = finished

    assert GENERAL[path] in text_of(browser.get(path))


def test_a_finished_play_is_listed_with_what_it_was_worth(finished):
    browser, name = finished

    for path in ("/plays/", "/portfolio/"):
        page = browser.get(path)
        assert "Tags for tickets" in text_of(page)
        assert "±" in text_of(page)
        assert name in page.content.decode()
    assert "Lately" in text_of(browser.get("/"))
    assert "Played once" in text_of(browser.get("/cases/"))


def test_one_forecast_is_too_few_for_a_verdict_and_the_page_says_so(finished):
    browser, _ = finished

    page = text_of(browser.get("/calibration/"))

    assert "A handful of forecasts cannot tell good percentages from bad ones" in page
    assert "Distance to the simulated probabilities" in page


KINDS = {
    "svg": ("image/svg+xml", b"<svg"),
    "png": ("image/png", b"\x89PNG"),
    "csv": ("text/csv; charset=utf-8", b","),
    "json": ("application/json", b"$schema"),
}


@pytest.mark.parametrize(
    "chart", ["quarter", "strip", "luck", "frontier", "questions", "forecast"]
)
def test_a_chart_can_be_saved_as_picture_data_and_specification(finished, chart):
    browser, name = finished
    for form, (kind, mark) in KINDS.items():
        answer = browser.get(f"/charts/{name}/{chart}.{form}")

        assert answer.status_code == 200
        assert answer["Content-Type"] == kind
        assert mark in answer.content
        assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("where", ["all/calibration", f"watch-{CASE}/quarter"])
def test_a_chart_that_belongs_to_no_play_can_be_saved_too(finished, where):
    browser, _ = finished

    for form, (_, mark) in KINDS.items():
        assert mark in browser.get(f"/charts/{where}.{form}").content


def test_the_sealed_file_is_whole_and_says_what_was_played(finished):
    browser, name = finished

    answer = browser.get(f"/plays/{name}/episode.json")

    content = b"".join(answer)
    answer.close()
    assert check_seal(content).digest
    assert json.loads(content)["case"]["name"] == TINY
    assert f'filename="{name}.episode.json"' in answer["Content-Disposition"]


def test_the_brief_can_be_edited_printed_and_saved(finished):
    browser, name = finished
    assert "Tags for tickets" in text_of(browser.get(f"/plays/{name}/brief/"))

    typed = "# Mine\n\nWe do not build it. <script>alert(1)</script>\n"
    assert edit_brief(browser, name, typed).status_code == 302

    page = browser.get(f"/plays/{name}/brief/")
    assert "You edited this text" in text_of(page)
    assert "We do not build it." in text_of(page)
    assert "<script>alert" not in page.content.decode()
    front, kept = divided(browser.get(f"/plays/{name}/brief.md").content.decode())
    assert kept.strip() == typed.strip()
    assert f"decision-brief-{name}" in front
    assert "id: " not in page.content.decode()  # what is for files is not typed by anybody
    edit_brief(browser, name, "")
    assert "You edited this text" not in text_of(browser.get(f"/plays/{name}/brief/"))


def test_the_pdf_of_an_edited_brief_holds_the_edits(finished):
    browser, name = finished
    made = browser.get(f"/plays/{name}/brief.pdf")
    assert edit_brief(browser, name, "# Mine\n\nWe do *not* build it.\n").status_code == 302

    edited = browser.get(f"/plays/{name}/brief.pdf")
    edit_brief(browser, name, "")

    assert "Wedonotbuildit." in letters(edited.content)
    assert "Wedonotbuildit." not in letters(made.content)
    for answer in (made, edited):
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f'inline; filename="{name}-brief.pdf"'
    assert browser.get(f"/plays/{name}/brief.pdf").content == made.content


def test_a_pdf_is_made_even_after_the_process_that_makes_them_was_ended(finished):
    browser, name = finished
    with pytest.raises(BrokenProcessPool):
        printed._pool().submit(os._exit, 1).result()

    answer = browser.get(f"/plays/{name}/brief.pdf")

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


def test_the_brief_offers_one_pdf_whether_it_was_edited_or_not(finished):
    browser, name = finished
    for typed in ("", "Mine."):
        assert edit_brief(browser, name, typed).status_code == 302
        page = browser.get(f"/plays/{name}/brief/")

        assert page.content.decode().count("brief.pdf") == 1
        assert page.content.decode().count('class="button primary"') == 1
        assert "Print this page" in text_of(page)
        assert "as it was made; print" not in text_of(page)
    edit_brief(browser, name, "")


def test_a_brief_sent_back_unchanged_counts_as_not_edited(finished):
    browser, name = finished
    made = browser.get(f"/plays/{name}/brief.md").content.decode()

    # As a browser sends it, and as it stood on another day.
    sent = re.sub(r"\ndate: .*", '\ndate: "2020-01-01"', made).replace("\n", "\r\n")
    assert edit_brief(browser, name, sent).status_code == 302

    page = browser.get(f"/plays/{name}/brief/")
    edit_brief(browser, name, "")
    assert "You edited this text" not in text_of(page)


def test_the_brief_counts_the_places_that_wait_for_words_as_it_is_shown(finished):
    browser, name = finished
    wait = re.compile(r"(\d+) places? waits? for your words")
    made = browser.get(f"/plays/{name}/brief/")
    article = made.content.decode().split("<article")[1].split("</article>")[0]
    places = article.count("[your words: ") + article.count("[your name]")
    assert wait.search(text_of(made))[1] == str(places)

    edit_brief(
        browser, name, "One [your words: why] and [your words: what\nelse], `[your words]`."
    )
    two = browser.get(f"/plays/{name}/brief/")
    edit_brief(browser, name, "All is said.")
    none = browser.get(f"/plays/{name}/brief/")
    edit_brief(browser, name, "")

    assert wait.search(text_of(two))[1] == "2"
    assert not wait.search(text_of(none))


@pytest.mark.parametrize("paper", ["us-letter", "papyrus"])
def test_the_brief_is_one_page_of_pdf(finished, paper):
    browser, name = finished

    answer = browser.get(f"/plays/{name}/brief.pdf", {"paper": paper})

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.usefixtures("unjudged")
def test_the_history_has_the_play_last_moved_first(client):
    first, second = walk(client, to="framing"), begin(client, "card-fraud")
    for _ in steps(client, first, to="objective"):
        pass

    page = client.get("/plays/").content.decode()

    assert page.index(first) < page.index(second)


# --- the plan ------------------------------------------------------------------------------------


def test_a_plan_has_this_week_a_chart_and_a_calendar(client):
    from whennot.roadmap.contents import contents

    assert client.get("/roadmap.ics").status_code == 404
    known = contents()
    said = {
        "background": next(iter(known.backgrounds)),
        "target": "mid-tier",
        "hours": "6",
        "domain": "other",
    }
    assert client.post("/roadmap/", said).status_code == 302

    assert "This week" in text_of(client.get("/roadmap/"))
    assert "Four questions" in text_of(client.get("/roadmap/", {"change": "1"}))
    assert client.get("/roadmap.ics").content.startswith(b"BEGIN:VCALENDAR")
    for form, (_, mark) in KINDS.items():
        assert mark in client.get(f"/charts/all/roadmap.{form}").content


# --- the stream ----------------------------------------------------------------------------------


def test_the_stream_tells_how_far_a_verdict_is_and_when_it_is_done(client, tiny):
    name = begin(client, tiny)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead, "begin", lambda _: None)
        played(client, name)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}

    async def listen() -> list[str]:
        browser = AsyncClient()
        browser.cookies.load(cookies)
        answer: Any = await browser.get(f"/live/{name}/")
        assert answer["Content-Type"] == "text/event-stream"
        assert answer["Cache-Control"] == "no-store"
        return [part.decode() async for part in answer]

    with override_settings(ALLOWED_HOSTS=["testserver"]):  # the name that this client uses
        told = asyncio.run(asyncio.wait_for(listen(), 120))

    assert told[-1] == "event: done\ndata: done\n\n"
    shares = [int(t.split('value="')[1].split('"')[0]) for t in told[:-1]]
    assert shares == sorted(shares)
    assert all(t.startswith("event: progress\ndata: <progress") for t in told[:-1])
    assert all(t.count("\n") == 3 for t in told)
    assert desks.desk().settled(name).episode.findings is not None


# --- how much of the home a page reads -----------------------------------------------------------


@contextmanager
def counted(home) -> Iterator[list[str]]:
    """Collect the statements that the home's connection runs in the block."""
    ran: list[str] = []
    home._connection.set_trace_callback(ran.append)
    try:
        yield ran
    finally:
        home._connection.set_trace_callback(None)


READS = {
    "/healthz": 0, "/about/": 0, "/settings/": 0, "/interview/": 0, f"/cases/{CASE}/watch/": 0,
    "/plays/{play}/framing/": 3, "/plays/{play}/decide/": 5, "/plays/{play}/": 5,
    "/roadmap/": 4,
}  # fmt: skip
"""Statements a page may run, whatever else the home holds."""


@pytest.mark.usefixtures("unjudged")
@pytest.mark.parametrize("path", READS)
def test_a_page_asks_the_home_little_however_much_was_played(client, path):
    for case in case_names():
        begin(client, case)
    name = walk(client, to="decide")
    wanted = path.format(play=name)
    client.get(wanted)

    with counted(desks.desk().home) as ran:
        assert client.get(wanted).status_code in {200, 302}

    assert len(ran) <= READS[path], ran


@pytest.mark.usefixtures("unjudged")
@pytest.mark.parametrize("path", ["/", "/plays/", "/cases/", "/portfolio/", "/calibration/"])
def test_a_page_over_all_plays_reads_each_of_them_a_few_times_at_most(client, path):
    few = _statements(client, path)
    for case in case_names():
        begin(client, case)

    more = _statements(client, path) - few

    assert more <= 4 * len(case_names())


def _statements(client, path: str) -> int:
    with counted(desks.desk().home) as ran:
        assert client.get(path).status_code == 200
    return len(ran)


def test_a_kept_page_gives_every_browser_its_own_token_and_look(client, served):
    name = walk(client, to="objective")
    other = signed_in(served)
    other.cookies["whennot_theme"] = "dark"

    pages = [b.get(f"/plays/{name}/framing/").content.decode() for b in (client, other, client)]

    tokens = [set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page)) for page in pages]
    assert all(len(found) == 1 for found in tokens)
    assert len(set.union(*tokens)) == 3
    assert ['data-theme="dark"' in page for page in pages] == [False, True, False]


def test_a_kept_page_is_another_one_after_a_move(client):
    name = walk(client, to="framing")
    before = client.get(f"/plays/{name}/framing/").content.decode()

    send(client, name, {"kind": "ask", "question": "acts"})

    after = client.get(f"/plays/{name}/framing/").content.decode()
    assert desks.desk().play(name).episode.answer_to("acts")[:20] in html.unescape(after)
    assert 'name="seen" value="1"' in before
    assert 'name="seen" value="2"' in after


def test_signing_in_again_keeps_everything(client, served):
    name = begin(client)

    assert name in text_of(signed_in(served).get("/plays/"))

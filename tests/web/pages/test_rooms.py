"""What the rooms of a play say beside the question they ask."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.web.pages.browser import begin, scripted, send, text_of, walk

from whennot.web import desk as desks

WEAK = {"option": "rules", "framing": "honest", "show_above": 1.1, "rollout": 0.3}
TABLE = r'aria-label="What you promised".*?</table>'


def played_otherwise(client: Any, change: Any, *, stops: int = 0) -> str:
    """Play a case on to a stop, with some of the scripted moves changed."""
    name = begin(client)
    play = desks.desk().play(name)
    while len(play.episode.visited) < stops or play.episode.state != "operating":
        move = dict(scripted(play.episode))
        play = send(client, name, move | change(move))
    return name


def with_decision(client: Any, levers: dict[str, Any], *, stops: int) -> str:
    """Play a case with other levers and no trigger, holding course at so many stops."""
    other = {"decide": {"levers": levers, "trigger": None}}
    return played_otherwise(client, lambda move: other.get(move["kind"], {}), stops=stops)


@pytest.mark.usefixtures("unjudged")
def test_a_stop_shows_the_metric_that_best_was_said_to_be_beside_what_was_said(client):
    name = walk(client, to="operating")

    page = client.get(f"/plays/{name}/").content.decode()

    mine = re.search(r'<li class="mine">.*?</li>', page)
    assert mine
    assert "minutes saved, net of checking and repair" in mine[0]
    assert "you said: 2 by day 90" in mine[0]


@pytest.mark.usefixtures("unjudged")
def test_a_stop_says_that_what_would_stop_the_player_has_come(client):
    early = with_decision(client, WEAK, stops=1)
    assert "What you said would stop you" not in text_of(client.get(f"/plays/{early}/"))

    late = with_decision(client, WEAK, stops=2)

    page = text_of(client.get(f"/plays/{late}/"))
    assert "What you said would stop you has come, on day 60." in page
    assert "“Net minutes saved under 1 on day 60: retire.”" in page


@pytest.mark.usefixtures("unjudged")
def test_a_stop_offers_nothing_that_is_in_force_already(client):
    name = walk(client, to="operating")

    page = text_of(client.get(f"/plays/{name}/"))

    assert "as a draft with sources" in page  # in force
    assert "Write to users: it is a draft" not in page


@pytest.mark.usefixtures("unjudged")
def test_building_nothing_leaves_out_what_only_ai_would_have(client):
    other = {
        "decide": {"levers": WEAK | {"option": "none"}, "trigger": None},
        "trade": {"kind": "escalate", "why": "Not now."},
    }
    name = played_otherwise(client, lambda move: other.get(move["kind"], {}))

    stop = text_of(client.get(f"/plays/{name}/"))
    sealed = text_of(client.get(f"/plays/{name}/sealed/"))

    assert "In force: no summaries." in stop
    assert "Retire the feature" not in stop
    assert "no summaries" in sealed
    assert "draft with sources" not in sealed


@pytest.mark.usefixtures("unjudged")
def test_the_debrief_holds_what_was_promised_against_what_came(client):
    name = with_decision(client, WEAK, stops=2)
    play = desks.desk().play(name)
    while play.episode.state != "debrief":
        play = send(client, name, scripted(play.episode))

    table = re.search(TABLE, client.get(f"/plays/{name}/debrief/").content.decode(), re.DOTALL)

    assert table
    assert "Met on day 60; you went on" in table[0]
    assert "2 by day 90" in table[0]


def test_the_brief_folds_the_ranges_that_come_again_beside_the_questions(client):
    name = begin(client)

    page = client.get(f"/plays/{name}/").content.decode()

    folded = re.search(r'<details class="aside"><summary>.*?</details>', page, re.DOTALL)
    assert folded
    assert "80 to 97 %" in folded[0]
    assert "80 to 97 %" not in page.replace(folded[0], "")


@pytest.mark.usefixtures("unjudged")
def test_what_all_triggers_do_is_said_once(client):
    name = walk(client, to="decide")

    page = text_of(client.get(f"/plays/{name}/decide/"))

    assert "Complaints above 12 per 1,000 summaries" in page
    assert page.count("people write their own notes again") == 1
    assert "of 6 chosen" in page


@pytest.mark.usefixtures("unjudged")
def test_while_deciding_what_is_known_comes_first_and_the_rest_is_folded(client):
    name = walk(client, to="decide")

    page = client.get(f"/plays/{name}/decide/").content.decode()

    aside = page[page.index("<aside>") :]
    shown, folded = aside.split('<details class="aside">', 1)
    assert "statements in a summary that somebody acts on" in shown
    assert "not asked" not in shown
    assert "not asked" in folded


def test_the_settings_say_that_they_were_saved(client):
    answer = client.post("/settings/", {"theme": "dark", "single_keys": "on"}, follow=True)

    assert "Saved, for this browser." in text_of(answer)
    assert "Saved" not in text_of(client.get("/settings/"))


def test_the_roadmap_calls_cases_by_their_titles(client):
    said = {"background": "engineer", "target": "mid-tier", "hours": "6", "domain": "other"}

    page = text_of(client.post("/roadmap/", said, follow=True))

    assert "Play “Live meeting summaries” once" in page
    assert "Play meeting-summarizer" not in page


@pytest.mark.usefixtures("unjudged")
def test_a_stop_shows_where_the_trigger_is_and_what_would_stop_the_player(client):
    other = {"objective": {"objective": {"metric": "adoption", "worse_off": "attributed"}}}
    name = played_otherwise(client, lambda move: other.get(move["kind"], {}))

    page = text_of(client.get(f"/plays/{name}/"))

    assert "your trigger: above 18 per 1,000 summaries" in page
    assert "would stop you: net minutes saved under 1 on day 60: retire" in page


@pytest.mark.usefixtures("unjudged")
def test_after_a_roll_back_a_stop_says_that_nobody_has_it(client):
    name = walk(client, to="operating")
    assert "Nobody has it since" not in text_of(client.get(f"/plays/{name}/"))

    send(client, name, {"kind": "operate", "action": "off", "why": "Enough."})

    assert "Nobody has it since day 15" in text_of(client.get(f"/plays/{name}/"))


def test_a_finished_case_is_ticked_on_the_roadmap(client, monkeypatch):
    from whennot.practice import plays
    from whennot.web.pages import plan

    said = {"background": "engineer", "target": "mid-tier", "hours": "6", "domain": "other"}
    before = client.post("/roadmap/", said, follow=True).content.decode()
    kept = [type("Kept", (), {"case": "meeting-summarizer", "finished": True})()]
    monkeypatch.setattr(plays, "kept", lambda _home: kept)
    assert plan.plays is plays

    after = client.get("/roadmap/").content.decode()

    assert '<span class="tag mine">done</span>' not in before
    assert '<span class="tag mine">done</span>' in after

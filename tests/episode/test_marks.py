"""Marks of an episode: statements move hygiene, levers and luck do not."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from whennot.episode.episode import Episode
from whennot.episode.marks import (
    forecast_report,
    hygiene_of,
    marks_report,
    red_flags,
    rubric_of,
    written,
)
from whennot.episode.moves import read_move
from whennot.episode.table import Setup
from whennot.score.hygiene import as_bytes
from whennot.score.rubric import CRITERIA
from whennot.shelf import case_names, load_case

plays = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("plays.py"))))

CASE = load_case("meeting-summarizer")
SEALED = 6
"""Moves up to the sealed forecast: nothing has been simulated yet."""


def sealed(moves=None, *, setup=None):
    """Return an episode up to its forecast, without running anything."""
    episode = Episode(CASE, setup or Setup(variant=2))
    for move in (moves or plays.MOVES)[:SEALED]:
        episode = episode.send(read_move(move))
    return episode


def said(**statements):
    """Return the moves with other statements in the decision."""
    return plays.changed(4, statements=plays.MOVES[4]["statements"] | statements)


def ended(episode, *, came="leak", **shares):
    """Return the episode with made-up findings: the reports read only these."""
    findings = SimpleNamespace(first_failures=shares, final=SimpleNamespace(first_failures=[came]))
    return replace(episode, findings=findings)


def items(episode):
    return {item.code: item.score for item in hygiene_of(episode).items}


@pytest.mark.parametrize(
    "answer",
    [
        {"levers": {"option": "none"}, "trigger": None},
        {"levers": {"option": "rules", "framing": "honest", "rollout": 0.3}},
        {"levers": {"option": "big", "framing": "silent", "show_above": 0.0, "rollout": 0.3}},
        {"trigger": {"signal": "complaint_rate", "threshold": 25, "action": "off"}},
    ],
)
def test_another_answer_with_the_same_statements_gives_the_same_bytes(answer):
    swapped = Episode(CASE, Setup(variant=2))
    for move in plays.changed(4, **answer)[: SEALED - 1]:
        swapped = swapped.send(read_move(move))
    for who in swapped.refusing:
        swapped = swapped.send(read_move({"kind": "escalate", "stakeholder": who}))
    swapped = swapped.send(read_move(plays.MOVES[5]))

    assert swapped.policy != sealed().policy
    assert as_bytes(hygiene_of(swapped)) == as_bytes(hygiene_of(sealed()))


def test_another_outcome_leaves_hygiene_as_it_is():
    before = as_bytes(hygiene_of(sealed(setup=Setup(variant=2, replicate=1))))
    after = sealed(setup=Setup(variant=2, replicate=77))
    late = [read_move({"kind": "operate", "action": "retire", "why": "it broke"})]
    late.append(read_move({"kind": "review", "cause": "leak", "guess_percent": -80}))
    over = replace(ended(after, leak=1.0), moves=(*after.moves, *late))

    assert as_bytes(hygiene_of(over)) == before


def test_other_statements_do_move_hygiene():
    assert as_bytes(hygiene_of(sealed(said(from_fact="")))) != as_bytes(hygiene_of(sealed()))


def test_nobody_hurt_caps_the_item_holds_the_band_and_raises_the_flag():
    episode = sealed(said(hurt="nobody"))

    assert items(episode)["H12"] == 0
    assert hygiene_of(episode).held_by == ("H12",)
    assert [f.quote for f in red_flags(episode.case, episode.moves)] == ["nobody in particular"]


def test_a_fact_that_was_not_asked_for_is_worth_less_than_one_that_was():
    assert items(sealed(said(from_fact="statements")))["H6"] == 3
    assert items(sealed(said(from_fact="saved_minutes")))["H6"] == 2  # the VP said so
    assert items(sealed(said(from_fact="notice")))["H6"] == 1


def test_a_fact_checked_against_somebodys_word_is_worth_most():
    checked = [
        {"kind": "begin"},
        {"kind": "ask", "question": "saved"},
        *said(from_fact="saved_minutes")[2:],
    ]

    assert items(sealed(checked))["H6"] == 4


def test_the_printed_number_taken_over_is_no_viability_condition_of_ones_own():
    printed = CASE.spec.facts[CASE.spec.frontier.fact].value

    assert items(sealed(said(viability=printed)))["H9"] == 1
    assert items(sealed(said(viability=1.5)))["H9"] == 2


def test_first_words_that_name_a_technology_are_quoted():
    moves = plays.changed(0, first_words="We fine-tune an LLM.")
    flags = red_flags(CASE, sealed(moves).moves)

    assert [(f.code, f.quote, f.hint) for f in flags] == [("RF1", "We fine-tune an LLM.", True)]


def test_accuracy_and_a_stop_rule_without_a_number_are_raised():
    moves = said(kill_criterion="later", stop_if="")
    moves[3] = {"kind": "objective", "objective": {"metric": "accuracy", "worse_off": "guests"}}

    assert [f.code for f in red_flags(CASE, sealed(moves).moves)] == ["RF2", "RF8"]


def test_an_episode_leaves_most_of_the_rubric_to_people():
    found = rubric_of(sealed())

    assert len(found.marks) == len(CRITERIA)
    assert 0 < found.observed < 80
    assert found.composite is None
    assert all(m.score is None or m.score <= 3 for m in found.marks)
    assert all(m.move is not None for m in found.marks if m.score is not None)


def test_the_forecast_report_names_the_worst_misjudgment_and_calls_one_forecast_little():
    lines = forecast_report(ended(sealed(), leak=0.8, none=0.2))

    assert 2 <= len(lines) <= 4
    assert "most underrated: A wrong attribution leaves the room" in lines[0]
    assert "(you 20 %, simulated 80 %)" in lines[0]
    assert "One forecast says little" in lines[-1]


def test_what_was_not_offered_is_not_held_against_the_forecast():
    lines = forecast_report(ended(sealed(), came="consent", leak=0.2, none=0.3, consent=0.5))

    assert any("Left out: the 50 % of runs" in line for line in lines)
    assert "not on your list" in lines[-1]


def test_the_report_has_all_parts_in_rows_of_three():
    parts = marks_report(ended(sealed(), leak=1.0))

    titles = [title for title, _, _ in parts]
    assert any("Hygiene" in t for t in titles)
    assert sum("60/25/15" in t for t in titles) == 3
    assert "Red flags" in titles
    assert all(len(row) == 3 for _, _, rows in parts for row in rows)
    assert ("none raised", "", "") in [row for _, _, rows in parts for row in rows]


@pytest.mark.parametrize("name", case_names())
def test_every_case_can_be_marked_before_the_first_move(name):
    begun = Episode(load_case(name), Setup())

    assert hygiene_of(begun).score <= 25
    assert rubric_of(begun).observed == 0
    assert written(begun.case, begun.moves).percent == {}

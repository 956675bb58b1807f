"""What a program marks in one played decision, and where it keeps silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from whennot.score.observe import (
    UNSEEN,
    AskedFact,
    Decided,
    Forecasted,
    Seen,
    SignOff,
    Stated,
    observe,
)
from whennot.score.rubric import CRITERIA, MoveRef, rubric

ASK, GOAL, DECIDE, CAST = (
    MoveRef(i, kind) for i, kind in enumerate(("ask", "objective", "decide", "forecast"), start=2)
)
DECIDED = Decided(
    move=DECIDE,
    from_fact="delay",
    owner="you",
    owner_known=True,
    viability=0.3,
    agrees=True,
    trigger=True,
    trigger_acts=True,
    kill_criterion="complaints above 25 for a week: off, by day 30",
)
STATED = {"trust": 0.2, "silent": 0.2, "leak": 0.1, "none": 0.5}
TRUTH = {"trust": 0.3, "silent": 0.15, "leak": 0.05, "none": 0.5}
GOOD = Seen(
    objective=Stated(GOAL, "2 by day 90", "fewer errors than today", "people quoted", ASK),
    asked=(AskedFact(ASK, "delay", gold=True, provenance=True, for_counsel=True),),
    decision=DECIDED,
    sign_offs=(SignOff(MoveRef(6, "answer"), "answer"),),
    forecast=Forecasted(CAST, STATED, silent=("silent",), simulated=TRUTH),
)


def score(code, **change):
    return next(m.score for m in observe(replace(GOOD, **change)) if m.code == code)


def decided(**change):
    return {"decision": replace(DECIDED, **change)}


def forecast(stated=STATED, simulated=TRUTH, silent=("silent",)):
    return {"forecast": Forecasted(CAST, stated, silent=silent, simulated=simulated)}


def test_marks_come_in_the_rubrics_order_and_each_score_names_its_move():
    marks = observe(GOOD)

    assert [m.code for m in marks] == [c.code for c in CRITERIA]
    assert all((m.move is None) == (m.score is None) for m in marks)


def test_the_best_episode_a_program_can_see_reaches_three_and_never_a_composite():
    marks = observe(GOOD)

    assert {m.score for m in marks} == {3, None}
    assert {m.code for m in marks if m.score is None} == set(UNSEEN)
    assert rubric(marks).composite is None
    assert rubric(marks).observed == 69


def test_before_anything_happened_all_evidence_is_insufficient():
    assert {m.score for m in observe(Seen())} == {None}


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        (Stated(GOAL), 1),
        (Stated(GOAL, "2 by day 90", "none", "people quoted", ASK), 2),
        (Stated(GOAL, "2 by day 90", "fewer errors", "nobody in particular", ASK), 2),
        (Stated(GOAL, "2 by day 90", "fewer errors", "people quoted", None), 2),
        (Stated(GOAL, "2 by day 90", "fewer errors", "people quoted", ASK), 3),
    ],
)
def test_best_needs_target_guardrail_and_loser_after_a_question(objective, expected):
    assert score("P1", objective=objective) == expected


@pytest.mark.parametrize(
    ("asked", "heard", "expected"),
    [
        ((), (), 0),
        ((AskedFact(ASK, ""),), (), 1),
        ((), (ASK,), 1),
        ((AskedFact(ASK, "minor"),), (), 1),
        ((AskedFact(ASK, "other", gold=True),), (), 2),
        ((AskedFact(ASK, "delay", gold=True),), (), 3),
    ],
)
def test_constraints_are_mapped_by_asking_for_what_matters_and_deciding_on_it(
    asked, heard, expected
):
    assert score("P2", asked=asked, heard=heard) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"viability": None}, 0),
        ({"viability": None, "chose_model": False}, 1),
        ({"plausible": False}, 1),
        ({"printed": True}, 1),
        ({"agrees": None}, 2),
        ({"agrees": False}, 1),
        ({}, 3),
    ],
)
def test_when_not_to_build_is_a_condition_that_was_checked_and_followed(change, expected):
    assert score("P3", **decided(**change)) == expected


@pytest.mark.parametrize(
    ("stated", "simulated", "expected"),
    [
        ({"trust": 0.0, "leak": 0.0, "silent": 0.0, "none": 1.0}, TRUTH, 0),
        ({"trust": 0.2, "leak": 0.2, "silent": 0.2, "none": 0.4}, TRUTH, 1),
        ({"trust": 0.1, "leak": 0.6, "silent": 0.3, "none": 0.0}, {"none": 0.9, "leak": 0.1}, 1),
        (STATED, None, 2),
        ({"trust": 0.4, "leak": 0.1, "silent": 0.0, "none": 0.5}, TRUTH, 2),
        ({"trust": 0.02, "leak": 0.1, "silent": 0.2, "none": 0.68}, TRUTH, 2),
        ({"trust": 0.6, "leak": 0.1, "silent": 0.2, "none": 0.1}, TRUTH, 2),
        (STATED, TRUTH, 3),
    ],
)
def test_failure_is_anticipated_when_the_ranking_is_near_the_truth(stated, simulated, expected):
    assert score("P4", **forecast(stated, simulated)) == expected


def test_not_asking_about_labels_is_no_evidence_against_anybody():
    assert score("P5", asked=(AskedFact(ASK, "delay", gold=True),)) is None
    assert score("P5", **decided(from_fact="other")) == 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"trigger": False}, 0),
        ({"trigger": False, "builds": False}, None),
        ({"trigger_acts": False}, 1),
        ({"owner_known": False}, 2),
        ({}, 3),
    ],
)
def test_watching_takes_a_trigger_that_acts_and_somebody_who_owns_it(change, expected):
    assert score("T4", **decided(**change)) == expected


@pytest.mark.parametrize(
    ("sign_off", "expected"),
    [
        (SignOff(ASK, "answer"), 3),
        (SignOff(ASK, "trade"), 2),
        (SignOff(ASK, "escalate", why=True), 2),
        (SignOff(ASK, "escalate"), 1),
    ],
)
def test_pressure_is_answered_with_evidence_traded_or_escalated_with_a_reason(sign_off, expected):
    assert score("A2", sign_offs=(sign_off,)) == expected
    assert score("A2", sign_offs=(SignOff(ASK, "answer"), sign_off)) == expected


def test_without_a_refusal_there_was_no_pressure_to_see():
    assert score("A2", sign_offs=()) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"owner": ""}, 0),
        ({"owner": "the team", "owner_known": False}, 1),
        ({"kill_criterion": "we will look at it"}, 2),
        ({}, 3),
    ],
)
def test_ownership_is_an_owner_with_a_trigger_and_an_end(change, expected):
    assert score("A3", **decided(**change)) == expected


def test_counsel_is_heard_or_better_asked_for_what_consent_turns_on():
    assert score("A4", asked=(), counsel_heard=ASK) == 2
    assert score("A4", asked=()) is None
    assert score("A4", asked=(), counsel=False) is None

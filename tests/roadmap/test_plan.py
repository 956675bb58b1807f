"""The plan holds what was promised: dates, minutes, gates, and honesty about what exists."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whennot.roadmap.contents import contents
from whennot.roadmap.model import as_dict

BACKGROUNDS = tuple(contents().backgrounds)
DOMAINS = tuple(contents().domains)
ANYONE = st.fixed_dictionaries(
    {
        "background": st.sampled_from(BACKGROUNDS),
        "target": st.sampled_from(tuple(contents().targets)),
        "domain": st.sampled_from(DOMAINS),
        "hours_per_week": st.one_of(st.integers(2, 40), st.floats(2, 40)),
    }
)
USUAL = st.fixed_dictionaries(
    {
        "background": st.sampled_from(BACKGROUNDS),
        "target": st.sampled_from(tuple(contents().targets)),
        "hours_per_week": st.floats(5.34, 40),
    }
)


@given(ANYONE)
def test_weeks_follow_each_other_and_fill_their_months_and_phases(plan, who):
    roadmap = plan(**who)
    weeks = roadmap.weeks

    assert weeks[0].start == roadmap.start
    assert weeks[-1].end == roadmap.end
    assert [week.number for week in weeks] == list(range(1, len(weeks) + 1))
    for earlier, later in pairwise(weeks):
        assert later.start == earlier.end + timedelta(days=1) == earlier.start + timedelta(days=7)
    for part in (*roadmap.months, *roadmap.phases):
        assert roadmap.start <= part.start < part.end <= roadmap.end
    for month in roadmap.months:
        phase = next(phase for phase in roadmap.phases if phase.id == month.phase)
        assert phase.start <= month.start <= month.end <= phase.end
        assert (month.start, month.end) == (month.weeks[0].start, month.weeks[-1].end)
        assert 3 <= len(month.weeks) <= 5


@given(ANYONE)
def test_planned_hours_are_hours_times_weeks(plan, who):
    roadmap = plan(**who)

    assert roadmap.minutes / 60 == pytest.approx(
        who["hours_per_week"] * len(roadmap.weeks), rel=0.05
    )
    assert {week.minutes for week in roadmap.weeks} == {round(who["hours_per_week"] * 60)}
    assert all(piece.minutes > 0 for piece in roadmap.pieces)


@given(ANYONE)
def test_every_week_after_the_foundations_mixes_thirty_forty_thirty(plan, who):
    roadmap = plan(**who)
    wanted = {"writing": 0.30, "alignment": 0.40, "signals": 0.30}
    for month in roadmap.months:
        if month.phase == "foundations":
            continue
        for week in month.weeks:
            for stream, share in wanted.items():
                planned = sum(p.minutes for p in week.pieces if p.unit.stream == stream)
                assert abs(planned / week.minutes - share) <= 0.05


@given(ANYONE)
def test_all_seven_gates_are_there_dated_and_open_whatever_the_hours(plan, who):
    roadmap = plan(**who)

    assert len(roadmap.gates) == 7
    assert all(gate.is_open and gate.closed_by for gate in roadmap.gates)
    assert all(roadmap.start < gate.due <= roadmap.end for gate in roadmap.gates)


@given(USUAL)
def test_with_enough_hours_every_gate_has_its_units_before_its_date(plan, who):
    roadmap = plan(**who)
    last = {p.unit.id: week.start for week in roadmap.weeks for p in week.pieces}

    assert roadmap.left_out == ()
    for gate in roadmap.gates:
        assert gate.unplanned == ()
        assert all(last[name] <= gate.due for name in gate.units)


def test_too_few_hours_say_which_gates_they_leave_without_room(plan):
    roadmap = plan(hours_per_week=2)

    assert any(gate.unplanned for gate in roadmap.gates)
    assert "are left out" in roadmap.notices[-1]
    assert {unit.id for unit in roadmap.left_out}.isdisjoint(p.unit.id for p in roadmap.pieces)


def test_more_than_enough_hours_are_told_that_they_shorten_nothing(plan):
    assert "do not shorten" in plan(hours_per_week=30).notices[-1]


def test_four_backgrounds_have_four_first_months(plan):
    months = [plan(background).months[0] for background in BACKGROUNDS]

    assert len({month.title for month in months}) == 4
    assert len({month.artifact for month in months}) == 4
    assert len({month.trains for month in months}) == 4
    done = [{p.unit.id for w in month.weeks for p in w.pieces} for month in months]
    for one in range(4):
        for other in range(one):
            assert len(done[one] - done[other]) >= 5


def test_every_background_names_its_habit_and_drills_it_in_the_first_week(plan):
    for background in BACKGROUNDS:
        roadmap = plan(background)
        assert all(vars(roadmap.habit).values())
        assert any(p.unit.stream == "unlearn" for p in roadmap.weeks[0].pieces)
    assert len({plan(background).habit.name for background in BACKGROUNDS}) == 4


def test_a_domain_expert_reads_examples_from_the_own_field(plan):
    texts = {
        " ".join(p.unit.do for p in plan("domain-expert", domain=domain).weeks[0].pieces)
        for domain in DOMAINS
    }

    assert len(texts) == len(DOMAINS)
    assert not any("{" in text for text in texts)


def test_the_own_field_comes_first_among_the_core_cases(plan):
    assert plan(domain="health").months[2].id == "healthcare-triage"
    assert plan(domain="finance").months[2].id == "card-fraud"


@given(ANYONE)
def test_the_first_month_needs_nothing_that_does_not_exist(plan, day_one, who):
    month = plan(**who).months[0]
    for week in month.weeks:
        for piece in week.pieces:
            assert piece.unit.way in {"product", "hand"}
            command = piece.unit.command
            if command is not None:
                assert any(command.startswith(verb) for verb in day_one.values() if verb)


def test_the_next_thing_is_the_first_case_with_the_command_that_starts_it(plan):
    for background in BACKGROUNDS:
        step = plan(background).next
        assert step.command == "whennot play meeting-summarizer"
        assert step.minutes <= 20


def test_whatever_is_missing_says_how_to_do_without_it(plan):
    for available in ({}, {"play": "whennot play"}):
        for piece in plan(available=available).pieces:
            assert piece.unit.way != "stand-in" or piece.unit.instead
            assert piece.unit.way == "product" or piece.unit.command is None


def test_a_case_that_is_installed_is_played_and_no_longer_imagined(plan, day_one):
    before = {p.unit.id: p.unit for p in plan().pieces}["fraud-play"]
    available = {**day_one, "case:card-fraud": ""}
    after = {p.unit.id: p.unit for p in plan(available=available).pieces}["fraud-play"]

    assert before.way == "stand-in"
    assert before.instead.startswith("Situation:")
    assert (after.way, after.command, after.instead) == ("product", "whennot play card-fraud", "")


def test_the_hours_by_way_account_for_the_whole_plan(plan):
    roadmap = plan()

    assert sum(roadmap.minutes_by_way().values()) == roadmap.minutes
    assert all(roadmap.minutes_by_way().values())


def test_what_is_missing_is_listed_with_the_day_it_is_first_needed(plan):
    roadmap = plan()
    waiting = {a.id: a for a in roadmap.abilities if a.command is None}

    assert {"drill", "record", "round", "kit", "case:card-fraud"} <= set(waiting)
    assert all(a.minutes > 0 and a.stand_in for a in waiting.values())
    assert waiting["round"].first_needed >= roadmap.phases[2].start
    assert "play" not in waiting


@given(ANYONE)
def test_the_same_wishes_on_the_same_day_give_the_same_plan(plan, who):
    assert plan(**who) == plan(**who)


def test_a_case_comes_before_its_own_debrief_in_every_month(plan):
    order = [p.unit.id for p in plan().pieces]
    for case in ("fraud", "triage", "learning"):
        assert order.index(f"{case}-play") < order.index(f"{case}-debrief")


def test_a_plan_cannot_be_changed_behind_the_page(plan):
    with pytest.raises(FrozenInstanceError):
        plan().months = ()


def test_the_json_form_is_plain_and_names_every_unit_once(plan):
    import json

    roadmap = plan()
    form = json.loads(json.dumps(as_dict(roadmap)))
    used = [p["unit"] for m in form["months"] for w in m["weeks"] for p in w["pieces"]]

    assert form["start"] == roadmap.start.isoformat()
    assert set(used) == set(form["units"])
    assert sum(w["minutes"] for m in form["months"] for w in m["weeks"]) == form["minutes"]
    assert [g["requirement"] for g in form["gates"]] == [g.requirement for g in roadmap.gates]

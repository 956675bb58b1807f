"""Units fill weeks exactly, in order of importance, without crumbs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from whennot.roadmap.model import Unit
from whennot.roadmap.schedule import LEAST_PIECE, lay


def unit(name, minutes=0):
    return Unit(name, "writing", name, "", minutes, "hand", (), None, "")


AGAIN = [unit(f"again {number}") for number in range(3)]
ESTIMATES = st.lists(st.sampled_from(range(30, 305, 15)), min_size=1, max_size=9)
WEEKS = st.integers(3, 5).map(lambda count: range(7, 7 + count))
MINUTES = st.sampled_from(range(25, 1000, 5))


def laid(estimates, weeks, minutes):
    units = [unit(f"unit {number}", estimate) for number, estimate in enumerate(estimates)]
    return units, lay(units, again=AGAIN, weeks=weeks, minutes=minutes)


@example([90], range(7, 12), 30)  # a week that an exercise fills alone
@given(ESTIMATES, WEEKS, MINUTES)
def test_every_week_holds_exactly_its_minutes_and_no_piece_is_empty(estimates, weeks, minutes):
    _, result = laid(estimates, weeks, minutes)

    assert len(result.weeks) == len(weeks)
    for week in result.weeks:
        assert sum(piece.minutes for piece in week) == minutes
        assert all(piece.minutes > 0 for piece in week)


@given(ESTIMATES, WEEKS, MINUTES)
def test_every_unit_is_planned_in_order_or_named_as_left_out(estimates, weeks, minutes):
    units, result = laid(estimates, weeks, minutes)
    order = [p.unit.id for week in result.weeks for p in week if p.unit not in AGAIN]
    planned = list(dict.fromkeys(order))

    assert planned == [u.id for u in units if u.id in planned]
    assert planned[0] == units[0].id
    assert {*planned, *(u.id for u in result.left_out)} == {u.id for u in units}
    assert not {*planned} & {u.id for u in result.left_out}


@given(ESTIMATES, WEEKS, MINUTES)
def test_a_unit_after_the_first_gets_at_least_half_of_its_estimate(estimates, weeks, minutes):
    units, result = laid(estimates, weeks, minutes)
    got = Counter[str]()
    for piece in (piece for week in result.weeks for piece in week):
        got[piece.unit.id] += piece.minutes
    for one in units[1:]:
        assert one in result.left_out or got[one.id] >= one.minutes / 2 - 5
        assert got[one.id] <= one.minutes + LEAST_PIECE * len(weeks)


@given(ESTIMATES, WEEKS, st.sampled_from(range(120, 1000, 5)))
def test_a_case_or_an_interview_that_fits_a_week_is_never_cut(estimates, weeks, minutes):
    units = [
        replace(unit(f"mock {number}", min(estimate, minutes)), needs=("kit",))
        for number, estimate in enumerate(estimates)
    ]
    result = lay(units, again=AGAIN, weeks=weeks, minutes=minutes)

    assert {piece.part for week in result.weeks for piece in week} == {"whole"}


@given(ESTIMATES, WEEKS, MINUTES)
def test_a_unit_begins_once_and_finishes_once(estimates, weeks, minutes):
    _, result = laid(estimates, weeks, minutes)
    parts: dict[str, list[str]] = {}
    for week in result.weeks:
        for piece in week:
            if piece.unit not in AGAIN:
                parts.setdefault(piece.unit.id, []).append(piece.part)
    for of_unit in parts.values():
        middle = ["continue"] * (len(of_unit) - 2)
        assert of_unit in (["whole"], ["begin", *middle, "finish"])


def test_a_long_week_of_exercises_is_shared_among_several():
    _, result = laid([30], range(1, 4), 300)

    assert all(len([p for p in week if p.unit in AGAIN]) == 3 for week in result.weeks)


def test_exercises_take_turns_from_week_to_week():
    _, result = laid([60], range(1, 5), 80)
    exercises = [week[-1].unit.id for week in result.weeks[1:]]

    assert len(set(exercises)) == 3

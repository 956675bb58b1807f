"""How long it takes, and that wishes against the calendar are answered and not obeyed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whennot.errors import PlayerError
from whennot.roadmap.contents import contents
from whennot.roadmap.horizon import cuts, split, weeks_for

HOURS = st.floats(2, 40)


@given(HOURS)
def test_mid_tier_takes_six_to_nine_months_whatever_the_hours(hours):
    assert 26 <= weeks_for(hours, target=contents().targets["mid-tier"]) <= 39


@given(HOURS)
def test_tier_one_takes_twelve_to_eighteen_months_whatever_the_hours(hours):
    assert 52 <= weeks_for(hours, target=contents().targets["tier-1"]) <= 78


@given(HOURS, HOURS)
def test_more_hours_never_make_the_plan_longer(one, other):
    target = contents().targets["mid-tier"]

    assert weeks_for(max(one, other), target=target) <= weeks_for(min(one, other), target=target)


def test_six_hours_a_week_are_the_eight_months_of_the_brief():
    assert weeks_for(6, target=contents().targets["mid-tier"]) == 35  # 8 x 30.4 days


@given(st.integers(26, 120), st.sampled_from([8, 16]))
def test_the_phases_stand_two_to_three_to_three_in_any_horizon(weeks, months):
    edges = cuts(weeks, months)
    first, second, third = edges[months // 4], edges[months * 5 // 8], edges[months]

    assert abs(first - weeks * 2 / 8) < 1
    assert abs(second - first - weeks * 3 / 8) < 1
    assert abs(third - second - weeks * 3 / 8) < 1


@given(st.integers(120, 2400), st.permutations([("a", 30), ("b", 40), ("c", 30)]))
def test_minutes_divide_without_loss_and_close_to_their_shares(total, share):
    parts = split(total, share)

    assert sum(parts.values()) == total
    assert all(abs(parts[name] / total - weight / 100) <= 0.05 for name, weight in share)


@given(st.integers(26, 39))
def test_a_wished_end_inside_the_range_is_the_end(plan, weeks):
    start = date(2026, 9, 7)
    roadmap = plan(start=start, by=start + timedelta(weeks=weeks, days=-1), hours_per_week=9)

    assert len(roadmap.weeks) == weeks
    assert roadmap.end == start + timedelta(weeks=weeks, days=-1)


def test_a_start_in_the_past_is_planned_from_today_and_said_so(plan, today):
    roadmap = plan(start=today - timedelta(days=90))

    assert roadmap.start == today
    assert "is past" in roadmap.notices[0]


def test_a_start_ahead_is_kept_without_a_word(plan, today):
    roadmap = plan(start=today + timedelta(days=30))

    assert roadmap.start == roadmap.next.start == today + timedelta(days=30)
    assert roadmap.notices == ()


@pytest.mark.parametrize("start", [date(2031, 1, 1), date.max])
def test_a_start_years_ahead_is_refused_with_the_last_day_allowed(plan, start):
    with pytest.raises(PlayerError, match="allowed: 2026-09-02 to 2027-09-03"):
        plan(start=start)


@pytest.mark.parametrize("by", [date.min, date(2025, 1, 1), date(2026, 9, 2)])
def test_a_target_date_that_is_past_is_planned_anew(plan, by):
    roadmap = plan(by=by)

    assert len(roadmap.weeks) == 35
    assert str(roadmap.end) in roadmap.notices[0]


@pytest.mark.parametrize(("by", "weeks"), [(date(2026, 12, 1), 26), (date(2035, 1, 1), 39)])
def test_a_target_date_out_of_reach_moves_to_the_nearest_one_and_says_so(plan, by, weeks):
    roadmap = plan(by=by, hours_per_week=8)

    assert len(roadmap.weeks) == weeks
    assert str(roadmap.end) in roadmap.notices[0]

"""What each chart says: in its description, in its table, and where it has nothing to say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.charts.inputs import EXTREME, ORDINARY

from whennot import charts
from whennot.charts import Item, Line
from whennot.charts.places import spread
from whennot.charts.words import percent, top_of, usd, usd_about, width_of, wrapped


def test_the_quarter_has_a_row_for_every_day_and_tells_events_by_their_number():
    chart = ORDINARY["quarter"]()

    assert chart.title == "Trust of active users and errors per 1,000 summaries over 90 days"
    assert [row[0] for row in chart.rows] == list(range(1, 91))
    assert chart.rows[40][-1] == "2. The model drifts"
    assert chart.rows[0][1] == pytest.approx(80.0)


def test_days_without_a_measurement_are_empty_and_not_zero():
    chart = charts.quarter(
        (Line("Trust", "share", (0.5, None), is_share=True),), events=(), days=2
    )

    assert [row[1] for row in chart.rows] == [50.0, None]


def test_the_strip_says_how_many_policies_lie_beyond_its_edge():
    chart = EXTREME["strip-clipped"]()

    assert "2 policies below −100 %" in chart.description
    assert chart.rows[0][:2] == ("yours", -400.0)
    assert chart.rows[-1][1] == -700.0


def test_luck_tells_how_many_worlds_were_worse():
    chart = charts.luck([1.0, 2.0, 3.0, 4.0], yours=3.5, dice=None)

    assert "more than in 75 % of the worlds" in chart.description
    assert sum(row[2] for row in chart.rows) == pytest.approx(100)


def test_a_frontier_that_is_never_crossed_says_so():
    assert "at no value" in EXTREME["frontier-never"]().description


def test_a_frontier_says_from_where_building_is_right():
    said = ORDINARY["frontier"]().description

    assert "Build or buy is best above 20 %" in said
    assert "90 %: 16 % to 24 %" in said
    assert "You said 35 %; in this world it is 11 %." in said


def test_questions_stand_in_the_order_of_their_worth():
    items = [Item("a", 1.0, 1, asked=True, best=False), Item("b", 2.0, 1, asked=False, best=True)]
    chart = charts.questions(items)

    assert [row[0] for row in chart.rows] == ["b", "a"]
    assert "You asked 1 of 2 questions, 0 of the 1 in the best set." in chart.description


def test_a_forecast_names_what_was_furthest_off():
    assert '"Nothing breaks": you said 55 %, simulated 31 %' in ORDINARY["forecast"]().description


def test_a_short_record_is_called_too_short_wherever_it_is_read():
    chart = EXTREME["calibration-few"]()

    assert "too few to judge" in chart.title
    assert "Too few to judge" in chart.description
    assert "too few to judge" not in ORDINARY["calibration"]().title


def test_a_roadmap_says_where_today_is_and_lists_gates_without_a_date():
    assert "is in Foundations" in ORDINARY["roadmap"]().description
    assert ("gate", None, None, None) in {
        (row[1], *row[4:]) for row in EXTREME["roadmap-far"]().rows
    }


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "$0"),
        (-12_345, "−$12,300"),
        (0.041, "$0.041"),
        (2_500_000, "$2.5 M"),
        (4e12, "$4,000 bn"),
    ],
)
def test_money_has_the_digits_that_count(value, said):
    assert usd(value) == said


def test_money_is_told_with_two_standard_errors():
    assert usd_about(5200, se=553.3) == "$5,200 ± $1,100"


@pytest.mark.parametrize(
    ("share", "said"), [(0.62, "62 %"), (-1, "−100 %"), (0, "0 %"), (0.012, "1.2 %")]
)
def test_shares_are_told_in_percent(share, said):
    assert percent(share) == said


@given(st.text(min_size=1), st.integers(3, 40), st.integers(1, 4))
def test_a_wrapped_label_never_needs_more_than_its_room(text, letters, lines):
    found = wrapped(text, letters=letters, lines=lines)

    assert 1 <= len(found) <= lines
    assert max(width_of(line) for line in found) <= letters * width_of("x") + 1e-6


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30))
def test_spread_places_keep_their_order_their_gap_and_their_room(wanted):
    placed = spread(wanted, gap=20, low=0, high=600)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    steps = [placed[b] - placed[a] for a, b in pairwise(order)]

    assert all(-1e-6 <= place <= 600 + 1e-6 for place in placed)
    assert all(step >= min(20, 600 / len(wanted)) - 1e-6 for step in steps)


@given(st.floats(1e-9, 1e15))
def test_an_axis_ends_at_or_above_its_highest_value(value):
    assert value <= top_of(value) * (1 + 1e-9)
    assert top_of(value) <= 2 * value

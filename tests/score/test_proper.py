"""Proper scores: known answers, and that honesty is the best policy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whennot.errors import PlayerError
from whennot.score.proper import brier, forecast_distance, log_score

NAMES = ("a", "b", "c", "none")


def shares(least=0):
    weights = st.lists(st.integers(least, 1000), min_size=4, max_size=4).filter(sum)
    return weights.map(lambda ws: {n: w / sum(ws) for n, w in zip(NAMES, ws, strict=True)})


def expected(score, stated, true):
    return sum(p * score(stated, outcome=n) for n, p in true.items() if p)


@pytest.mark.parametrize(
    ("stated", "outcome", "score"),
    [
        ({"a": 1.0, "b": 0.0}, "a", 0.0),
        ({"a": 1.0, "b": 0.0}, "b", 2.0),
        ({"a": 1.0}, "never named", 2.0),
        ({"a": 0.5, "b": 0.5}, "a", 0.5),
        ({"a": 0.25, "b": 0.25, "c": 0.25, "none": 0.25}, "c", 0.75),
    ],
)
def test_brier_known_answers(stated, outcome, score):
    assert brier(stated, outcome=outcome) == pytest.approx(score)


def test_log_score_known_answers():
    assert log_score({"a": 0.5, "b": 0.5}, outcome="a") == pytest.approx(math.log(2))
    assert log_score({"a": 1.0, "b": 0.0}, outcome="b") == math.inf


@given(true=shares(1), stated=shares(1))
def test_nobody_expects_a_better_score_than_by_stating_the_truth(true, stated):
    for score in (brier, log_score):
        assert expected(score, true, true) <= expected(score, stated, true) + 1e-9


@given(true=shares(), stated=shares())
def test_squared_distance_is_the_expected_excess_of_the_brier_score(true, stated):
    found = forecast_distance(stated, true, outcomes={}, runs=64)

    assert found.squared == pytest.approx(
        expected(brier, stated, true) - expected(brier, true, true), abs=1e-9
    )
    assert found.expected == pytest.approx(expected(brier, stated, true), abs=1e-9)
    assert 0 <= found.total_variation <= 1 + 1e-9


def test_distance_names_what_was_rated_too_high_and_too_low():
    found = forecast_distance(
        {"leak": 0.7, "none": 0.3},
        {"leak": 0.1, "none": 0.9},
        outcomes={"leak": "A leak", "none": "Nothing breaks"},
        runs=64,
    )

    assert (found.overrated, found.underrated) == ("leak", "none")
    assert found.total_variation == pytest.approx(0.6)
    assert "Most overrated: A leak (you 70 %, simulated 10 %)" in found.words


def test_a_perfect_forecast_has_neither():
    same = {"leak": 0.4, "none": 0.6}
    found = forecast_distance(same, same, outcomes={}, runs=64)

    assert (found.squared, found.overrated, found.underrated) == (0, "", "")


@pytest.mark.parametrize("wrong", [{"a": 0.4, "b": 0.4}, {"a": 1.5, "b": -0.5}, {"a": math.nan}])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(PlayerError, match="probabilities"):
        brier(wrong, outcome="a")

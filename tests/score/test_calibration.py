"""Calibration: little can be told from few forecasts, and the band says how little."""

from __future__ import annotations

from whennot.score.calibration import Resolved, calibration

TRUE = {"a": 0.7, "b": 0.3}


def record(count, *, stated, right):
    """Return forecasts of which `right` in ten come out as a."""
    return [Resolved(stated, "a" if i % 10 < right else "b") for i in range(count)]


def test_under_a_hundred_forecasts_there_is_no_verdict():
    found = calibration(record(18, stated={"a": 0.99, "b": 0.01}, right=1), seed=1)

    assert found.verdict == "18 of 100 resolved forecasts: no verdict yet"


def test_no_forecasts_are_no_error():
    assert calibration([], seed=1).verdict == "0 of 100 resolved forecasts: no verdict yet"


def test_a_calibrated_record_stays_inside_the_band():
    found = calibration(record(200, stated=TRUE, right=7), seed=1)

    assert found.error <= found.error_limit
    assert "no miscalibration" in found.verdict


def test_who_is_too_sure_is_told_so():
    found = calibration(record(200, stated={"a": 0.95, "b": 0.05}, right=7), seed=1)

    assert found.error > found.error_limit
    assert "more extreme" in found.verdict


def test_who_is_too_timid_is_told_so():
    found = calibration(record(200, stated={"a": 0.55, "b": 0.45}, right=9), seed=1)

    assert "too timid" in found.verdict


def test_the_band_narrows_with_more_forecasts():
    few, many = (calibration(record(n, stated=TRUE, right=7), seed=1) for n in (20, 400))

    assert many.error_limit < few.error_limit / 2


def test_the_same_seed_gives_the_same_band_and_another_seed_another():
    forecasts = record(30, stated=TRUE, right=6)
    first, again, other = (calibration(forecasts, seed=s) for s in (1, 1, 2))

    assert first == again
    assert first.lean_band != other.lean_band

"""Wishes that make no plan are refused with what would make one."""

from __future__ import annotations

import math

import pytest

from whennot.errors import PlayerError
from whennot.roadmap import Profile, read_profile


@pytest.mark.parametrize("hours", [0, -3, 1.9, 40.1, 200, math.nan, math.inf, -math.inf])
def test_hours_that_no_week_has_are_refused_with_those_that_it_has(hours):
    with pytest.raises(PlayerError, match="allowed: 2 to 40"):
        Profile(background="engineer", hours_per_week=hours)


@pytest.mark.parametrize("hours", [2, 40, 5.5])
def test_hours_that_a_week_can_hold_are_taken(hours):
    assert Profile(background="engineer", hours_per_week=hours).hours_per_week == hours


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("enginer", "engineer"),
        ("consultent", "consultant"),
        ("domain expert", "domain-expert"),
        ("Software Engineer", "engineer"),
        ("nurse", "domain-expert --domain health"),
        ("teacher", "domain-expert --domain other"),
        ("senior data analyst", "analyst"),
    ],
)
def test_an_unknown_background_gets_the_one_that_was_probably_meant(said, meant):
    with pytest.raises(PlayerError, match=f"did you mean {meant}\\?"):
        read_profile(said)


def test_a_background_like_no_other_gets_the_list_and_no_guess():
    with pytest.raises(PlayerError) as refusal:
        read_profile("xyz")

    assert "did you mean" not in str(refusal.value)
    assert "engineer, analyst, consultant, domain-expert" in str(refusal.value)


@pytest.mark.parametrize("said", ["Consultant", " consultant ", "CONSULTANT"])
def test_capitals_and_spaces_are_no_mistake(said):
    assert read_profile(said).background == "consultant"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ({"target": "tier1"}, "did you mean tier-1"),
        ({"target": "2025"}, "A date goes to --by"),
        ({"target": "2019-01-01"}, "A date goes to --by"),
        ({"target": "astronaut"}, "allowed: mid-tier, tier-1"),
        ({"domain": "helth"}, "did you mean health"),
        ({"start": "2027-02-30"}, "not a calendar date"),
        ({"start": "soon"}, "write it like 2027-01-04"),
        ({"by": "31.12.2027"}, "by: '31.12.2027' is not a calendar date"),
    ],
)
def test_whatever_cannot_be_understood_says_what_can(words, answer):
    with pytest.raises(PlayerError) as refusal:
        read_profile("analyst", **words)

    assert answer in str(refusal.value)

"""Bots are players: they see what a player sees, and judgment must beat every constant one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from whennot.practice import bots
from whennot.practice.bots import BOTS, CONSTANT, OPTIONS, TUNED, Played, claims, holds
from whennot.shelf import load_case

CASE = load_case("card-fraud")


@pytest.fixture(scope="module")
def played() -> Played:
    return bots.play(CASE, variants=24)


def made(mean: dict[str, float], *, case: str = "any", spread: float = 0.1) -> Played:
    """Return a league in which every bot has this mean."""
    noise = spread * np.resize([-1.0, 1.0], 40)
    shares = {b: mean.get(b, 0.2) + noise * (1 if b == "cautious" else -1) for b in BOTS}
    return Played(case, shares, dict.fromkeys(OPTIONS, 0.25), "simple", ())


def test_who_asks_what_is_worth_asking_beats_who_asks_nothing_and_every_constant_bot(played):
    for other in ("asks-nothing", "random", *CONSTANT, *TUNED):
        mean, se = bots.gap(played, "cautious", other)
        assert mean > 2 * se, other


def test_knowing_the_world_is_best_and_nearly_all_that_can_be_had(played):
    assert played.shares["reference"].mean() > played.shares["cautious"].mean() - 0.01
    assert played.shares["reference"].mean() > 0.9


def test_a_tuned_bot_is_better_than_the_same_option_at_its_default(played):
    for constant, tuned in zip(CONSTANT, TUNED, strict=True):
        assert played.shares[tuned].mean() >= played.shares[constant].mean() - 0.02


def test_the_cautious_bot_asks_within_a_first_flight(played):
    assert 1 <= len(played.asked) <= 3


def test_playing_again_gives_the_same_league(played):
    again = bots.play(CASE, variants=4)

    for bot in BOTS:
        assert (again.shares[bot] == played.shares[bot][:4]).all()


def test_shares_stay_on_the_scale(played):
    for shares in played.shares.values():
        assert (shares >= -1).all()
        assert (shares <= 1).all()


def test_a_league_in_which_one_option_is_always_enough_does_not_hold():
    good = [made({"cautious": 0.9}, case=str(i)) for i in range(4)]
    lazy = [replace(p, shares=p.shares | {"always-big-tuned": p.shares["cautious"]}) for p in good]

    assert holds(claims(good))
    assert not holds(claims(lazy))


def test_a_league_in_which_questions_are_worth_nothing_does_not_hold():
    blind = [
        replace(p, shares=p.shares | {"asks-nothing": p.shares["cautious"]})
        for p in (made({"cautious": 0.9}) for _ in range(4))
    ]

    assert not holds(claims(blind))


def test_what_needs_the_whole_shelf_is_reported_and_not_enforced_with_four_cases():
    found = claims([made({"cautious": 0.9}) for _ in range(4)])
    later = [c for c in found if "default facts" in c.text]

    assert len(later) == len(OPTIONS)
    assert not any(c.enforced for c in later)
    assert not all(c.holds for c in later)

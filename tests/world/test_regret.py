"""Regret in one known world: the best policy, its ties, and the work it took to find them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from whennot.shelf import load_case
from whennot.world.policy import named_policy
from whennot.world.regret import FRESH, open_field, regret
from whennot.world.simulate import simulate
from whennot.world.spec import TriggerForm

CASE = load_case("meeting-summarizer")
WORLD = CASE.default_world()


@pytest.fixture(scope="module")
def naive():
    return regret(WORLD, named_policy(CASE.spec, "naive"))


def test_the_naive_launch_is_far_from_the_best_and_the_best_is_not(naive):
    best = regret(WORLD, naive.best)

    assert naive.usd > 20 * naive.se > 0
    assert naive.share < 0.3
    assert best.usd == 0
    assert best.share == pytest.approx(1)


def test_the_value_of_a_policy_is_what_simulating_it_gives(naive):
    again = simulate(WORLD, named_policy(CASE.spec, "naive"), replicates=list(FRESH))

    assert naive.value == pytest.approx(again.usd.mean())


def test_a_policy_valued_in_the_grid_equals_the_same_policy_simulated_alone():
    """Branching from a shared run and re-pricing must change nothing."""
    field = open_field(WORLD)
    place = int(np.flatnonzero(field.alive[:, 1:].all(1))[0])
    only = np.zeros_like(field.alive)
    only[place] = field.alive[place]

    grid = field.values(only, [7])[0, place]

    for column in np.flatnonzero(only[place]):
        alone = simulate(WORLD, field.policy(place, int(column)), replicates=[7])
        assert grid[column] == pytest.approx(alone.usd[0])


def test_more_than_a_thousand_policies_are_compared_for_a_tenth_of_the_work(naive):
    assert naive.policies >= 1000
    assert naive.user_ticks_brute >= 10 * naive.user_ticks


def test_the_tied_set_holds_the_best_and_nothing_clearly_worse(naive):
    span = naive.best_value - naive.reference_value

    assert naive.tied_set[0] == naive.best
    for policy in naive.tied_set[1:4]:
        run = simulate(WORLD, policy, replicates=list(FRESH))
        assert naive.best_value - run.usd.mean() < 0.1 * span


def test_every_option_gets_its_own_best(naive):
    assert set(naive.by_option) == {"none", "rules", "simple", "big"}
    assert max(naive.by_option.values()) == pytest.approx(naive.best_value)


def test_twin_policies_have_exactly_no_regret_between_them(naive):
    """A trigger that can never fire is the same policy."""
    never = TriggerForm(signal="complaint_rate", threshold=1e9, action="off")
    twin = dataclasses.replace(naive.best.without_trigger(), trigger=never)

    plain = regret(WORLD, naive.best.without_trigger())
    other = regret(WORLD, twin)

    assert (plain.usd, plain.se, plain.share) == (other.usd, other.se, other.share)


def test_regret_is_the_same_number_every_time(naive):
    again = regret(WORLD, named_policy(CASE.spec, "naive"))

    assert (again.usd, again.se, again.share) == (naive.usd, naive.se, naive.share)
    assert again.tied_set == naive.tied_set

"""What must stay true about card fraud, whatever is refined around it."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from whennot.shelf import load_case
from whennot.world.formula import names_in
from whennot.world.policy import named_policy, settings
from whennot.world.regret import FRESH, Regret, regret
from whennot.world.simulate import simulate
from whennot.world.spec import WorldSpec
from whennot.world.survey import best_options, setting_values
from whennot.world.world import World

OPTIONS = ("none", "rules", "simple", "big")
DELAYS = (0, 7, 21)


@cache
def few_cardholders() -> WorldSpec:
    """The same 40,000 cards by 2,000 simulated cardholders: quick, and wide enough for money."""
    spec = load_case("card-fraud").spec
    cards = spec.parameters["cards_per_user"]
    small = cards.model_copy(update={"value": cards.value * spec.users / 2000})
    parameters = {**spec.parameters, "cards_per_user": small}
    return spec.model_copy(update={"users": 2000, "parameters": parameters})


@cache
def attainable(delay: int, option: str) -> float:
    """What an option's best policy without a trigger is worth with labels so late, USD."""
    world = World(few_cardholders(), load_case("card-fraud").ladder, {"label_delay": delay})
    grid = [p for p in settings(world.spec) if p["option"] == option]
    return float(setting_values(world, grid, replicates=range(2)).mean(0).max())


def best(delay: int) -> float:
    return max(attainable(delay, option) for option in OPTIONS)


@cache
def known_world() -> World:
    return load_case("card-fraud").default_world()


@cache
def naive_regret() -> Regret:
    return regret(known_world(), named_policy(known_world().spec, "naive"))


def share(policy: str) -> float:
    """Attainable share of a named policy at default facts: 1 is the best, 0 the mean default."""
    judged = naive_regret()
    run = simulate(known_world(), named_policy(known_world().spec, policy), replicates=list(FRESH))
    span = judged.best_value - judged.reference_value
    return (float(run.usd.mean()) - judged.reference_value) / span


@pytest.mark.parametrize("delay", DELAYS)
def test_waiting_three_weeks_for_labels_costs_more_than_the_choice_of_option_is_worth(delay):
    values = [attainable(delay, option) for option in OPTIONS]
    waiting = best(0) - best(21)
    assert 500_000 < waiting < 1_500_000
    assert waiting > 1.15 * (max(values) - min(values))


def test_todays_blocklist_on_same_day_labels_beats_the_large_model_on_labels_three_weeks_old():
    assert attainable(0, "none") > attainable(21, "big") + 50_000


def test_same_day_calls_are_worth_it_where_labels_are_late_and_not_where_they_are_not():
    world = known_world()

    def gain(delay):
        there = world.changed(label_delay=delay)
        levers = {"labels": "disputes"}
        asked = named_policy(world.spec, "honest")
        waited = asked.with_levers(world.spec, levers)
        runs = [simulate(there, p, replicates=8).usd.mean() for p in (asked, waited)]
        return runs[0] - runs[1]

    assert gain(21) > 50_000
    assert gain(0) < 0


def test_no_option_is_right_in_most_worlds_and_three_are_right_somewhere():
    won = best_options(few_cardholders(), load_case("card-fraud").ladder, worlds=24, key="shelf")
    assert max(won.values()) <= 0.85
    assert sum(w > 0 for w in won.values()) >= 3


def test_refusing_whatever_looks_doubtful_is_clearly_bad_and_a_careful_start_clearly_better():
    assert share("naive") < 0.3
    assert share("honest") > 0.6


def test_building_nothing_is_neither_best_nor_absurd_at_default_facts():
    by_option = naive_regret().by_option
    assert by_option["none"] < naive_regret().best_value - 200_000
    # Today's list costs less than double the best, and less than holding everything for review.
    assert by_option["none"] > 2 * naive_regret().best_value
    assert share("default-none") > share("hold-everything")


def test_the_grid_is_rich_and_still_quick_to_search():
    assert len(settings(known_world().spec)) <= 350
    assert 1_000 <= naive_regret().policies <= 2_500


@pytest.mark.parametrize(
    ("policy", "mode"),
    [
        ("default-simple", "missed_fraud"),
        ("naive", "refused_good"),
        ("hold-everything", "queue"),
        ("default-big", "blind_spot"),
        ("honest", "letter"),
    ],
)
def test_every_way_to_break_comes_first_in_some_quarters_of_a_named_policy(policy, mode):
    spec = known_world().spec
    run = simulate(known_world(), named_policy(spec, policy), replicates=64)
    assert 0.05 <= Counter(run.first_failures)[mode] / 64 <= 0.95


def test_no_report_tells_refused_good_payments_from_stopped_fraud():
    signals = known_world().spec.signals
    seen = [names_in(s.formula) for s in signals.values() if s.visible]
    assert not signals["refused_good"].visible
    assert all("tp" in names for names in seen if "fp" in names)
    assert not any("deferred_fp" in names for names in seen)

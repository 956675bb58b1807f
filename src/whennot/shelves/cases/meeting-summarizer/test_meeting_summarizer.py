"""What must stay true about live meeting summaries, whatever is refined around it."""

from __future__ import annotations

from functools import cache

import pytest

from whennot.shelf import load_case
from whennot.world.policy import named_policy, settings
from whennot.world.simulate import Run, simulate
from whennot.world.survey import best_options, best_setting, setting_values
from whennot.world.world import World

REPLICATES = 16


@cache
def quarter(policy: str, **facts: float) -> Run:
    """A named policy at default facts, some of them moved."""
    case = load_case("meeting-summarizer")
    world = World(case.spec, case.ladder, facts)
    return simulate(world, named_policy(case.spec, policy), replicates=REPLICATES)


def change(policy: str, **facts: float) -> float:
    """Relative change of mean trust over the quarter."""
    return quarter(policy, **facts).trust_change()["relative_change"]


def test_ninety_percent_of_statements_right_still_loses_forty_percent_of_trust():
    assert -0.45 < change("naive") < -0.35


def test_saying_that_it_is_a_draft_at_least_halves_the_loss():
    assert change("honest") / change("naive") <= 0.5


def test_the_more_statements_matter_the_more_trust_ninety_percent_costs():
    losses = [change("naive", statements=n) for n in (1, 2, 3, 4)]

    assert losses == sorted(losses, reverse=True)
    assert losses[0] - losses[-1] > 0.3


def test_better_accuracy_loses_less_trust_and_at_eighty_percent_most_of_it():
    losses = [change("naive", accuracy=a) for a in (0.80, 0.90, 0.97)]

    assert losses == sorted(losses)
    assert losses[0] < -0.6
    assert losses[2] > -0.1


@pytest.mark.parametrize(("number", "value"), [("loss", 0.12), ("gain", 0.06), ("loss", 0.30)])
def test_the_fitted_trust_sizes_are_pinned_by_the_forty_percent(number, value):
    """At the ends of their range the story is no longer told."""
    assert not -0.45 < change("naive", **{number: value}) < -0.35


def test_relying_becomes_a_habit_and_errors_go_unnoticed_while_complaints_do_not_rise():
    run = quarter("honest")
    unseen, complaints = run.signal("silent_wrong").mean(0), run.signal("complaint_rate").mean(0)

    assert unseen[80] > 1.3 * unseen[7]
    assert complaints[80] < 1.1 * complaints[7]


def test_confirming_drafts_becomes_right_where_organizers_read_anyway():
    """The frontier: at 5 % reading anyway, less is asked; at 80 %, more."""
    case = load_case("meeting-summarizer")
    grid = [p for p in settings(case.spec) if p["option"] == "big" and p["framing"] == "honest"]
    asks = [
        float(
            best_setting(
                World(case.spec, case.ladder, {"confirm_share": share}), grid, replicates=[0]
            )["show_above"]
        )
        for share in (0.05, 0.80)
    ]

    assert asks[0] < asks[1]


def test_where_a_summary_saves_little_prose_loses_to_less():
    case = load_case("meeting-summarizer")
    world = World(case.spec, case.ladder, {"saved_minutes": 0.6})
    grid = settings(case.spec)
    values = setting_values(world, grid, replicates=[0])[0]
    best = {
        o: max(v for v, p in zip(values, grid, strict=True) if p["option"] == o)
        for o in ("none", "rules", "big")
    }

    assert max(best["none"], best["rules"]) > best["big"]


def test_no_option_is_best_in_more_than_85_percent_of_drawn_worlds_and_three_are_somewhere():
    case = load_case("meeting-summarizer")
    shares = best_options(case.spec, case.ladder, worlds=24, key="test")

    assert max(shares.values()) <= 0.85
    assert sum(share > 0 for share in shares.values()) >= 3

"""The grid and the single simulation must give the same money, whatever a lever moves.

Variations of the tiny case move, with a lever, what the shipped cases keep still: how many tasks
there are, how much trust there is at launch, and a fixed line that earns instead of costing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from whennot.episode.case import Case, read_case
from whennot.errors import CaseError, PlayerError
from whennot.shelf import read_folder
from whennot.world.policy import named_policy, settings
from whennot.world.regret import open_field, regret
from whennot.world.signals import trailing_mean
from whennot.world.simulate import Change, simulate
from whennot.world.survey import setting_values

TINY = Path(__file__).parents[1] / "cases" / "tiny-case"


def _case(edit: Callable[[str], str]) -> Case:
    texts = read_folder(TINY)
    return read_case(texts | {"case.toml": edit(texts["case.toml"])}, where="case.toml")


def _knob(text: str, *, silent: str, draft: str) -> str:
    """Let the framing lever move one knob, `moved`, and nothing else."""
    return text.replace(
        "knobs = { loss_factor = 1 }", f"knobs = {{ loss_factor = 1, moved = {silent} }}"
    ).replace(
        'knobs = { loss_factor = "draft_loss" }',
        f'knobs = {{ loss_factor = "draft_loss", moved = {draft} }}',
    )


VARIATIONS: dict[str, Callable[[str], str]] = {
    "as shipped": lambda t: t,
    "tasks move with a lever": lambda t: _knob(t, silent="1", draft='"1 / 2"').replace(
        'tasks_per_day = "tickets"', 'tasks_per_day = "tickets * moved"'
    ),
    "launch trust moves with a lever": lambda t: _knob(t, silent="1", draft='"1 / 2"').replace(
        'trust = "trust_start"', 'trust = "trust_start * moved"'
    ),
    "a fixed line earns": lambda t: t.replace('usd = "build_usd"', 'usd = "-build_usd"'),
}


@pytest.fixture(params=VARIATIONS, scope="module")
def case(request):
    edit = VARIATIONS[request.param]
    text = read_folder(TINY)["case.toml"]
    assert request.param == "as shipped" or edit(text) != text
    return _case(edit)


def test_every_policy_of_the_grid_is_worth_what_simulating_it_gives(case):
    field = open_field(case.default_world())

    grid = field.values(field.alive, [3, 4])

    for place, column in np.argwhere(field.alive):
        policy = field.policy(int(place), int(column))
        alone = simulate(case.default_world(), policy, replicates=[3, 4]).usd
        assert grid[:, place, column] == pytest.approx(alone, abs=1e-6)


def test_settings_that_differ_only_in_how_users_behave_stay_apart():
    """Building nothing is one policy as shipped, and two where a lever still moves its users."""
    kept = {
        name: int(open_field(_case(edit).default_world()).alive[:, 0].sum())
        for name, edit in VARIATIONS.items()
    }

    assert kept["tasks move with a lever"] == kept["as shipped"] + 1
    assert kept["launch trust moves with a lever"] == kept["as shipped"] + 1


def test_the_survey_gives_the_same_money_as_the_simulation(case):
    grid = settings(case.spec)

    values = setting_values(case.default_world(), grid, replicates=[3])[0]

    for value, policy in zip(values, grid, strict=True):
        alone = simulate(case.default_world(), policy, replicates=[3]).usd[0]
        assert value == pytest.approx(alone, abs=1e-6)


def test_the_best_policy_has_no_regret_against_itself(case):
    world = case.default_world()
    best = regret(world, named_policy(case.spec, "naive")).best

    again = regret(world, best)

    assert (again.usd, again.share) == (0, 1)


def test_nothing_to_gain_is_no_division_by_zero():
    flat = _case(lambda t: t.replace('usd = "build_usd"', 'usd = "0"')).default_world()
    free = {n: 0.0 for n in ("tag_usd",) if n in flat.spec.parameters}

    found = regret(flat.changed(**free), named_policy(flat.spec, "default-none"))

    assert -1 <= found.share <= 1


def test_a_retired_feature_has_no_trigger_left():
    world = _case(lambda t: t).default_world()
    grid = open_field(world)
    watched = grid.policy(int(np.flatnonzero(grid.alive[:, 1])[-1]), 1)
    fired = simulate(world, watched, replicates=4)
    retire = Change(day=1, levers=(("option", "none"),), retires=True)

    run = simulate(world, watched, replicates=4, changes=[retire])

    assert (run.trigger_days == run.days).all()
    assert all(schedule[-1][1]["option"] == "none" for schedule in run.schedules)
    assert fired.days == run.days


def test_a_change_after_the_last_day_costs_nothing_but_itself():
    world = _case(lambda t: t).default_world()
    nothing = named_policy(world.spec, "default-none")
    late = Change(day=world.spec.days, levers=(("option", "big"),))

    held, changed = (simulate(world, nothing, replicates=2, changes=c) for c in ([], [late]))

    assert changed.usd == pytest.approx(held.usd)


def test_a_signal_without_a_number_is_refused_by_name():
    broken = _case(
        lambda t: t.replace("max(tasks, 1)", "(tasks - tasks)").replace(
            "max(exposed, 1)", "(exposed - exposed)"
        )
    )
    world = broken.default_world()

    with pytest.raises(CaseError, match="no number on some day"):
        simulate(world, named_policy(world.spec, "naive"), replicates=1).signal("complaint_rate")


def test_a_constant_signal_has_a_constant_mean():
    constant = np.full((2, 90), 0.1)

    assert (trailing_mean(constant, days=7) <= 0.1 + 1e-15).all()
    assert (np.ptp(trailing_mean(constant, days=7), axis=-1) < 1e-15).all()


def test_a_number_beyond_all_money_is_refused():
    world = _case(lambda t: t).default_world()
    name = next(iter(world.spec.facts))

    for absurd in (1e308, float("nan"), float("inf")):
        with pytest.raises(PlayerError, match="is not a number up to"):
            world.changed(**{name: absurd})

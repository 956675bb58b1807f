"""One policy in one world: money, triggers, changes and failures follow from the counters."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from whennot.errors import PlayerError
from whennot.shelf import load_case
from whennot.world.counters import INDEX
from whennot.world.policy import make_policy, named_policy
from whennot.world.simulate import Change, simulate
from whennot.world.spec import TriggerForm
from whennot.world.world import World, drawn_world, quantile, spread_worlds

CASE = load_case("meeting-summarizer")
SPEC = CASE.spec
WORLD = CASE.default_world()
NAIVE = named_policy(SPEC, "naive")
WATCHED = dataclasses.replace(
    NAIVE,
    trigger=TriggerForm(signal="complaint_rate", threshold=15, action="off"),
)


def test_the_same_policy_gives_the_same_bytes_in_every_backend_and_thread_count():
    runs = [
        simulate(WORLD, WATCHED, replicates=2, backend=backend, threads=threads)
        for backend, threads in (("numpy", None), ("numba", 1), ("numba", 2))
    ]

    assert len({r.sha256 for r in runs}) == 1


def test_a_replicate_does_not_depend_on_which_others_run_beside_it():
    alone = simulate(WORLD, NAIVE, replicates=[5])
    among = simulate(WORLD, NAIVE, replicates=[3, 5, 8])

    assert np.array_equal(alone.counts[0], among.counts[1])


def test_money_is_the_price_list_times_the_counters():
    run = simulate(WORLD, NAIVE, replicates=2)
    complaints = run.totals[:, :, INDEX["complaints"]].sum(1)

    line = run.ledger[("complaints", "business")]

    assert np.allclose(line, -complaints * WORLD.value("complaint_usd"))
    assert run.usd.mean() == pytest.approx(sum(run.usd_by_payer().values()))


def test_building_nothing_costs_nothing_and_shows_nobody_anything():
    run = simulate(WORLD, named_policy(SPEC, "default-none"), replicates=2)

    assert run.totals[:, :, INDEX["exposed"]].sum() == 0
    assert run.usd_by_payer()["user"] == 0
    assert (run.ledger[("building and upkeep", "business")] == 0).all()


def test_a_trigger_switches_off_what_its_signal_showed_and_not_before():
    run = simulate(WORLD, WATCHED, replicates=3)
    exposed = run.totals[:, :, INDEX["exposed"]]

    for replicate, day in enumerate(run.trigger_days):
        assert 0 < day < run.days
        assert (exposed[replicate, :day] > 0).all()
        assert (exposed[replicate, day:] == 0).all()


def test_until_it_fires_a_trigger_changes_nothing():
    watched, unwatched = (simulate(WORLD, p, replicates=2) for p in (WATCHED, NAIVE))

    for replicate, day in enumerate(watched.trigger_days):
        assert np.array_equal(watched.counts[replicate, :day], unwatched.counts[replicate, :day])


def test_a_change_acts_from_its_day_on_and_leaves_the_past_alone():
    off = Change(day=40, levers=(("rollout", 0.0),), usd=100.0)
    changed, held = (simulate(WORLD, NAIVE, replicates=1, changes=c) for c in ([off], []))

    assert np.array_equal(changed.counts[:, :40], held.counts[:, :40])
    assert changed.totals[0, 40:, INDEX["exposed"]].sum() == 0
    assert changed.ledger[("actions taken", "business")][0] == -100


def test_a_change_that_changes_nothing_gives_the_same_quarter():
    same = Change(day=30, levers=(("framing", "silent"),))
    changed, held = (simulate(WORLD, NAIVE, replicates=1, changes=c) for c in ([same], []))

    assert changed.sha256 == held.sha256
    assert changed.usd[0] == pytest.approx(held.usd[0])


def test_what_was_built_is_paid_once_even_when_it_is_retired():
    retire = Change(day=10, levers=(("option", "none"),))
    run = simulate(WORLD, NAIVE, replicates=1, changes=[retire])

    assert run.ledger[("building and upkeep", "business")][0] == -WORLD.value("big_build_usd")


def test_a_signal_that_arrives_late_makes_its_trigger_late():
    late = dataclasses.replace(
        NAIVE, trigger=TriggerForm(signal="audit_wrong", threshold=0.1, action="off")
    )
    slow, fast = (
        simulate(WORLD.changed(audit_delay=d), late, replicates=1).trigger_days[0] for d in (14, 3)
    )

    assert slow - fast == 11


def test_a_failure_mode_sets_in_only_after_it_has_persisted():
    run = simulate(WORLD, NAIVE, replicates=4)
    trust = run.signal("trust")
    days = run.failures["trust_collapse"]

    for replicate, day in enumerate(days):
        held = SPEC.failures["trust_collapse"].for_days
        assert (trust[replicate, day - held + 1 : day + 1] < WORLD.value("trust_floor")).all()


def test_the_first_failure_is_the_earliest_one():
    run = simulate(WORLD, NAIVE, replicates=8)

    for replicate, first in enumerate(run.first_failures):
        days = {m: d[replicate] for m, d in run.failures.items()}
        assert first == "none" or days[first] == min(days.values()) < run.days


def test_a_variant_is_the_same_world_everywhere_and_a_challenge_another_one():
    again = CASE.variant(4).values

    assert dict(CASE.variant(4).values) == dict(again)
    assert dict(CASE.variant(5).values) != dict(again)
    assert dict(CASE.variant(4, challenge="blue heron").values) != dict(again)


def test_drawn_facts_stay_inside_their_printed_range():
    for number in range(50):
        world = drawn_world(SPEC, CASE.ladder, key=f"range {number}")
        assert all(f.low <= world.value(n) <= f.high for n, f in SPEC.facts.items())


def test_spread_worlds_hit_every_stratum_of_a_fact_once():
    worlds = spread_worlds(SPEC, CASE.ladder, count=16, key="strata")
    fact = SPEC.facts["wrong_usd"]
    cuts = [quantile(fact, k / 16) for k in range(16)]

    places = sorted(np.searchsorted(cuts, [w.value("wrong_usd") for w in worlds], side="right"))

    assert places == list(range(1, 17))


def test_every_number_of_a_world_says_what_it_is_and_where_it_comes_from():
    for row in WORLD.describe():
        assert row["unit"]
        assert row["status"] in {"measured", "borrowed", "published", "assumed", "fitted"}
        assert row["source"]
        assert row["low"] <= row["value"] <= row["high"]


def test_an_unknown_fact_lever_or_choice_gets_a_suggestion():
    with pytest.raises(PlayerError, match="Did you mean accuracy"):
        World(SPEC, CASE.ladder, {"acuracy": 0.9})
    with pytest.raises(PlayerError, match="Did you mean framing"):
        make_policy(SPEC, {"framming": "honest"})
    with pytest.raises(PlayerError, match="Did you mean honest"):
        make_policy(SPEC, {"framing": "honets"})


def test_all_faults_of_a_policy_are_told_at_once():
    with pytest.raises(PlayerError) as told:
        make_policy(SPEC, {"option": "huge", "rollout": 3, "nothing": 1})

    for word in ("huge", "rollout", "nothing"):
        assert word in str(told.value)


def test_a_trigger_reads_only_what_a_product_manager_can_see():
    hidden = TriggerForm(signal="trust", comparator="<", threshold=0.8, action="off")

    with pytest.raises(PlayerError, match="on your dashboard"):
        make_policy(SPEC, {}, trigger=hidden)

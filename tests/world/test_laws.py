"""Laws that hold whatever the numbers: what must not matter does not, and chances come out."""

from dataclasses import replace

import numpy as np
import pytest
from tests.world.conservation import play
from tests.world.random_tables import eventful_tables, plain_tables

from whennot.world.counters import COUNTERS, INDEX
from whennot.world.rows import FIELDS
from whennot.world.rows import INDEX as FIELD
from whennot.world.run import Lanes, run

ONE = 65536
BACKENDS = ("numpy", "numba")


def totals(counts, lane=0):
    """Return each counter of a lane over all replicates, ticks and segments."""
    sums = counts[:, lane].astype(np.int64).sum(axis=(0, 1, 2))
    return {c.name: int(n) for c, n in zip(COUNTERS, sums, strict=True)}


def z(seen, trials, chance):
    """Return how many standard errors a count is from what a chance promises."""
    return (seen - trials * chance) / np.sqrt(trials * chance * (1 - chance))


# --- what must not matter ------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_segment_without_people_changes_nothing(backend):
    tables = eventful_tables()

    def doubled(array, axis):
        last = np.take(array, [-1], axis=axis)
        return np.concatenate([array, last], axis=axis)

    wider = replace(
        tables,
        pool=doubled(tables.pool, 1),
        share=doubled(tables.share, 2),
        rates=doubled(tables.rates, 2),
        people=doubled(tables.people, 1),
        edges=doubled(tables.edges, 0),
        enrolled_by=np.concatenate([tables.enrolled_by, 0 * tables.enrolled_by[:, :1]], axis=1),
    )
    before, after = (play(t, replicates=[0], seed=1, backend=backend) for t in (tables, wider))

    assert (after[..., :-1, :] == before).all()
    assert not after[..., -1, :].any()


def test_the_first_users_have_the_same_draws_whoever_else_is_there():
    # In the larger population the rollout reaches exactly the people of the smaller one.
    named = {name: 9_000 + 700 * i for i, name in enumerate(FIELD)}
    few = plain_tables([named], users=300, people=(50_000, 20_000, 300, 9_000))
    many = plain_tables([named], users=1_200, people=(50_000, 20_000, 300, 9_000))
    many.share[:] = ONE // 4
    small, large = (play(t, replicates=[0], seed=1)[0, 0, :, 0] for t in (few, many))

    assert (large[:, INDEX["exposed"]] == small[:, INDEX["tasks"]]).all()
    assert (large[:, INDEX["enrolled"]] == small[:, INDEX["active"]]).all()
    assert (large[:, INDEX["tasks"]] > small[:, INDEX["tasks"]]).all()


def test_a_threshold_out_of_reach_is_an_option_that_is_absent():
    # Nothing is ever decided automatically, so nothing that follows from it can matter.
    waiting = {
        "fallback_no": 50_000, "fallback_yes": 40_000, "erode_wait": 200, "complain_slope": 9_000,
        "notice_dr": 9_000, "loss_dr": 3_000, "gain_dr": 700, "complain_dr": 4_000,
        "notice_dw": 30_000, "loss_dw": 20_000, "gain_dw": 90, "complain_dw": 8_000,
    }  # fmt: skip
    automatic = {name: 30_000 for name in FIELD if name not in waiting} | dict.fromkeys(
        ("positive_no", "positive_yes", "negative_no", "negative_yes"), 0
    )
    tables = plain_tables([waiting, automatic | waiting])
    absent, out_of_reach = play(tables, replicates=[0, 1], seed=1).swapaxes(0, 1)

    assert (absent == out_of_reach).all()
    assert (absent[..., INDEX["deferred"]] == absent[..., INDEX["tasks"]]).all()
    assert absent[..., INDEX["complaints"]].sum() > 100


def test_without_audits_there_are_no_labels_and_audits_change_nothing_else():
    named = dict.fromkeys(FIELD, 20000)
    tables = plain_tables([named | {"audit": 0}, named | {"audit": 30_000}])
    silent, audited = play(tables, replicates=[0], seed=1)[0].copy()
    labels = [INDEX["labelled"], INDEX["labelled_wrong"]]

    assert not silent[..., labels].any()
    assert (audited[..., labels].sum(axis=(0, 1)) > 100).all()
    silent[..., labels] = audited[..., labels] = 0
    assert (silent == audited).all()


def test_worlds_in_one_tile_do_not_touch_each_other():
    tables = eventful_tables()
    together = play(tables, replicates=[0], seed=1)[0]
    full = Lanes.full(tables.policies, tables.ticks)

    for p in range(tables.policies):
        alone = Lanes(*(a[p : p + 1] for a in vars(full).values()))
        assert (run(tables, replicates=[0], seed=1, lanes=alone)[0, 0] == together[p]).all()


def test_a_couple_that_acts_on_an_empty_state_does_nothing():
    tables = eventful_tables()
    full_at = tables.state.copy()
    full_at[..., 3] = 0
    quiet = replace(tables, state=full_at)
    none = np.zeros((0, 6), dtype=np.int64), np.zeros_like(tables.couplings_of)
    counts = play(quiet, replicates=[0], seed=1)
    uncoupled = play(
        replace(quiet, couplings=none[0], couplings_of=none[1]), replicates=[0], seed=1
    )

    assert len(tables.couplings) > 0
    assert (counts == uncoupled).all()


# --- what follows from what ----------------------------------------------------------------------


def test_a_lower_threshold_never_says_yes_less_often_on_the_same_draws():
    # Trust stands still, so every policy meets the same tasks.
    chances = (0, 5_000, 20_000, 40_000, ONE)
    tables = plain_tables([{"positive_no": p // 2, "positive_yes": p} for p in chances])
    counts = play(tables, replicates=[0, 1], seed=1).astype(np.int64)
    yes = counts[..., INDEX["tp"]] + counts[..., INDEX["fp"]]

    assert (np.diff(counts[..., INDEX["tasks"]], axis=1) == 0).all()
    assert (np.diff(yes, axis=1) >= 0).all()
    assert (yes[:, 1:].sum(axis=(2, 3)) > yes[:, :-1].sum(axis=(2, 3))).all()


def test_people_who_notice_nothing_bad_never_lose_trust():
    tables = plain_tables([{"fallback_no": ONE, "fallback_yes": ONE, "gain_dr": 1_000}])
    trust = play(tables, replicates=[0], seed=1)[0, 0, :, 0, INDEX["trust_sum"]]

    assert (np.diff(trust) > 0).all()


def test_a_caught_error_costs_a_quarter_of_a_noticed_one():
    wrong = {"positive_no": ONE, "notice_fp": ONE, "loss_fp": 1_000}
    tables = plain_tables(
        [wrong, wrong | {"override_base": ONE}], ticks=1, rates=(ONE, 0), people=(40_000, 0, 0, 0)
    )
    noticed, caught = play(tables, replicates=[0], seed=1)[0, :, 0, 0]
    start = 2_000 * 40_000
    lost = [start - int(lane[INDEX["trust_sum"]]) for lane in (noticed, caught)]

    assert noticed[INDEX["fp"]] == caught[INDEX["caught"]] == 2_000
    assert lost[1] / lost[0] == pytest.approx(0.25, abs=0.005)


def test_people_arrive_when_they_are_enrolled_and_stay_without_a_reason_to_leave():
    tables = plain_tables([{}], users=100, ticks=3)
    tables.enrolled_by[:, 0] = (40, 40, 90)
    counts = play(tables, replicates=[0], seed=1)[0, 0, :, 0]

    assert counts[:, INDEX["active"]].tolist() == [40, 40, 90]
    assert counts[:, INDEX["left"]].sum() == 0


def test_an_event_without_a_chance_never_happens_and_a_sure_one_always_does():
    tables = plain_tables([{}], ticks=60, rates=(0, 0))
    events = np.zeros((1, 3, 7), dtype=np.int64)
    events[0, :, 0] = (0, 2**31, 2**32)
    events[0, :, [1, 4]] = -1
    events[0, :, 3] = ONE
    counts = play(replace(tables, events=events), replicates=range(20), seed=1)
    never, half, always = (totals(counts)[f"event_{e}"] for e in range(3))

    assert never == 0
    assert abs(z(half, 1_200, 0.5)) < 3
    assert always == 1_200


def test_a_state_fills_from_what_is_counted_and_is_set_back_while_the_feed_is_alive():
    # Each of 50 tasks adds 2, up to 400; on day 3, when it gets there, the feed is dead.
    tables = plain_tables([{}], users=50, ticks=9)
    state = np.array([[[0, 0, 0, 400, 1 << 40, 400]]])
    update = np.zeros((1, 1, 20), dtype=np.int64)
    update[0, 0, INDEX["tasks"]] = 2
    tables = replace(tables, state=state, update=update)
    tables.clock[3, 2] = 0
    levels = play(tables, replicates=[0], seed=1)[0, 0, :, 0, INDEX["state_0"]] * 4 // ONE

    assert levels.tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3]


# --- chances come out ----------------------------------------------------------------------------


def test_with_trust_switched_off_survivors_are_binomial():
    ticks, users, hazard = 40, 3_000, 400
    tables = plain_tables(
        [{}], users=users, ticks=ticks, rates=(0, 0), people=(30_000, 0, hazard, 0)
    )
    counts = play(tables, replicates=range(10), seed=1)
    left = totals(counts)["left"]

    stays = (1 - hazard / ONE) ** ticks
    assert abs(z(10 * users - left, 10 * users, stays)) < 3


def test_leaving_grows_with_the_square_of_what_is_missing_to_the_critical_trust():
    missing = 20_000
    tables = plain_tables(
        [{}], users=20_000, ticks=1, rates=(0, 0), people=(10_000, 10_000 + missing, 0, ONE)
    )

    left = totals(play(tables, replicates=range(5), seed=1))["left"]
    assert abs(z(left, 100_000, (missing / ONE) ** 2)) < 3


def test_every_chance_of_a_row_comes_out_as_often_as_it_says():
    row = {
        "positive_no": 6_000, "positive_yes": 30_000, "negative_no": 40_000, "negative_yes": 5_000,
        "fallback_no": 60_000, "fallback_yes": 50_000, "audit": 7_000,
        "override_base": 4_000, "override_slope": 16_000, "complain_slope": 8_000,
        "notice_tp": 11_000, "complain_tp": 5_000,
    }  # fmt: skip
    tables = plain_tables(
        [row], users=20_000, ticks=10, rates=(40_000, 25_000), people=(ONE // 2, 0, 0, 0)
    )
    n = totals(play(tables, replicates=[0], seed=1))
    p = {name: value / ONE for name, value in row.items()}
    gap = (65535 - ONE // 2) / ONE
    over = p["override_base"] + p["override_slope"] * gap
    yes, tasks = 25_000 / ONE, n["tasks"]
    auto = tasks - n["deferred"]
    auto_wrong = n["fp"] + n["fn"] + n["caught"]
    tp = yes * p["positive_yes"]

    assert abs(z(tasks, 200_000, 40_000 / ONE)) < 3
    assert abs(z(n["tp"], tasks, tp)) < 3
    assert abs(z(n["tn"], tasks, (1 - yes) * p["negative_no"])) < 3
    assert abs(z(n["fp"], tasks, (1 - yes) * p["positive_no"] * (1 - over))) < 3
    assert abs(z(n["fn"], tasks, yes * p["negative_yes"] * (1 - over))) < 3
    assert abs(z(n["caught"], auto_wrong, over)) < 3
    assert abs(z(n["overridden_right"], auto - auto_wrong, over)) < 3
    assert abs(z(n["labelled"], auto, p["audit"])) < 3
    assert abs(z(n["labelled_wrong"], n["labelled"], auto_wrong / auto)) < 3
    deferred_yes = yes * (1 - p["positive_yes"] - p["negative_yes"])
    deferred_no = (1 - yes) * (1 - p["positive_no"] - p["negative_no"])
    assert abs(z(n["deferred_fn"], tasks, deferred_yes * (1 - p["fallback_yes"]))) < 3
    assert abs(z(n["deferred_fp"], tasks, deferred_no * (1 - p["fallback_no"]))) < 3
    # Right ones are noticed too; wrong ones here only when they are caught.
    seen = n["noticed"] - n["noticed_wrong"]
    assert n["noticed_wrong"] == n["caught"]
    assert abs(z(seen, n["tp"], p["notice_tp"])) < 3
    assert abs(z(n["complaints"], seen, p["complain_tp"] + p["complain_slope"] * gap)) < 3


def test_every_field_of_a_row_matters():
    # Each field moved alone, from a middling row in a middling world, changes some count.
    # Overriding is rarer than noticing, or every noticed error is a caught one.
    middling = dict.fromkeys(FIELD, 16_000) | {"override_base": 3_000, "override_slope": 3_000}
    moved = [middling] + [middling | {f.name: 30_000} for f in FIELDS]
    tables = plain_tables(moved, users=500, ticks=6, people=(40_000, 50_000, 300, 30_000))
    counts = play(tables, replicates=[0], seed=1)[0]

    assert [f.name for i, f in enumerate(FIELDS) if (counts[i + 1] == counts[0]).all()] == []

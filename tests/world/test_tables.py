"""Tables and lanes that cannot run are refused with every fault, before anything runs."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world.random_tables import eventful_tables, random_lanes, random_tables

from whennot.errors import WorldError
from whennot.world.run import Lanes, run
from whennot.world.tables import Tables

ONE = 65536
BIG = 1 << 62


def changed(name, where, value):
    """Return eventful tables with one entry changed."""
    tables = eventful_tables()
    array = getattr(tables, name).copy()
    array[where] = value
    return replace(tables, **{name: array})


FAULTS = {
    "a probability over 1": ("pool", (0, 0, 3), ONE + 1, "pool: 1 values outside 0..65536"),
    "a negative probability": ("rates", (0, 0, 0, 1), -1, "rates: 1 values outside"),
    "a row that is not there": ("plan", (0, 1, 1), 99, "plan, rows a and b"),
    "an unexposed row that is not there": ("plan", (0, 1, 4), -1, "plan, unexposed rows"),
    "a weight over 1": ("plan", (0, 0, 2), ONE + 1, "plan, weight"),
    "dynamics that are not there": ("plan", (0, 0, 5), 9, "plan, dynamics"),
    "a share over 1": ("share", (0, 0, 0), ONE + 1, "share: 1 values"),
    "a world that is not there": ("plan", (0, 0, 6), 9, "plan, world"),
    "a day before the first": ("clock", (0, 0), -1, "clock, day"),
    "half a chance to leave": ("clock", (0, 1), 2, "clock, leaving and feed"),
    "people without trust": ("people", (0, 0, 0), 0, "people, trust"),
    "critical trust over 1": ("people", (0, 0, 1), ONE, "people, critical trust"),
    "a hazard over 1": ("people", (0, 0, 3), ONE + 1, "people, leaving"),
    "users before the first": ("edges", 0, -1, "edges: must begin with 0"),
    "a segment of less than nobody": ("edges", 1, BIG, "edges, users of a segment"),
    "more people than there are": ("enrolled_by", (-1, 0), 10_000, "more users arrived"),
    "people who un-arrive": ("enrolled_by", (-1, 0), 0, "must not fall"),
    "a state that starts over its cap": ("state", (0, 0, 4), 0, "state: an initial value"),
    "a state too large to multiply": ("state", (0, 0, 3), BIG, "state, full, cap and reset"),
    "an update too large to add": ("update", (0, 0, 0), BIG, "update: one tick could add"),
    "a coupling to no field": ("couplings", (0, 3), 99, "couplings, field"),
    "a coupling to no state": ("couplings", (0, 2), 9, "couplings, state"),
    "couplings out of order": ("couplings", (0, 0), 2, "couplings: must be sorted"),
    "couplings that are nowhere": ("couplings_of", (0, 1), 99, "couplings_of"),
    "couplings of somebody else": ("couplings_of", (0, 0), 1, "couplings_of: does not say"),
    "a chance of an event over 1": ("events", (0, 0, 0), 2**32 + 1, "events, hazard:"),
    "an event moved by no state": ("events", (0, 0, 1), 9, "events, hazard state"),
    "an event that doubles trust": ("events", (0, 0, 3), 2 * ONE, "events, trust factor"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_tables_are_refused_with(fault):
    name, where, value, message = FAULTS[fault]

    with pytest.raises(WorldError, match=message):
        run(changed(name, where, value), replicates=[0], seed=0)


def test_a_refusal_names_the_first_wrong_value_and_where_it_is():
    with pytest.raises(WorldError, match=r"first 70000 at \(1, 0, 3\)"):
        changed("pool", (1, 0, 3), 70_000).validate()


def test_a_refusal_lists_all_faults_at_once():
    tables = replace(changed("pool", (0, 0, 3), -1), clock=eventful_tables().clock - 9)

    with pytest.raises(WorldError, match=r"pool: .*\n  clock"):
        tables.validate()


@pytest.mark.parametrize("name", [f.name for f in fields(Tables)])
def test_an_array_of_another_type_or_shape_is_refused_by_name(name):
    tables = eventful_tables()
    array = getattr(tables, name)

    for wrong in (array.astype(np.int32), array[..., None], array.tolist()):
        with pytest.raises(WorldError, match=f"{name}: must"):
            replace(tables, **{name: wrong}).validate()


def test_lengths_that_do_not_fit_together_are_refused():
    tables = eventful_tables()

    with pytest.raises(WorldError, match="share: axis T has length"):
        replace(tables, share=tables.share[:, 1:]).validate()
    with pytest.raises(WorldError, match="axis P is empty"):
        replace(tables, plan=tables.plan[:0], share=tables.share[:0]).validate()
    with pytest.raises(WorldError, match="axis X has 5 entries; the kernel has room for 4"):
        replace(tables, cross=np.zeros((5, 2), dtype=np.int64)).validate()


@given(st.integers(0, 2**32 - 1))
def test_the_tables_and_lanes_of_these_tests_are_valid(case):
    tables = random_tables(case)

    tables.validate()
    random_lanes(case, tables.policies, tables.ticks).validate(
        policies=tables.policies, ticks=tables.ticks
    )


LANES = {
    "a policy that is not there": ([9], [-1], [0], [2], "policy: must be in 0..2"),
    "no ticks": ([0], [-1], [2], [2], "0 <= start < stop <= 5"),
    "ticks after the end": ([0], [-1], [0], [6], "0 <= start < stop <= 5"),
    "a parent that comes later": ([0, 1], [1, -1], [0, 0], [2, 2], "earlier lane"),
    "a parent that has not begun": ([0, 1], [-1, 0], [2, 1], [5, 5], "while its parent plays"),
    "a parent long gone": ([0, 1], [-1, 0], [0, 3], [2, 5], "while its parent plays"),
    "arrays of different lengths": ([0, 1], [-1], [0], [2], "of one length"),
    "nothing to play": ([], [], [], [], "there is no lane"),
}  # fmt: skip


@pytest.mark.parametrize("fault", LANES)
def test_lanes_are_refused_with(fault):
    *arrays, message = LANES[fault]
    lanes = Lanes(*(np.array(a, dtype=np.int64) for a in arrays))

    with pytest.raises(WorldError, match=message):
        lanes.validate(policies=3, ticks=5)


def test_families_share_a_tile_and_tiles_hold_as_many_lanes_as_asked_for():
    parent = np.array([-1, -1, 0, -1, 1, 2, -1])
    zeros = np.zeros_like(parent)
    lanes = Lanes(zeros, parent, zeros, zeros + 1)

    assert [t.tolist() for t in lanes.tiles(1)] == [[0, 2, 5], [1, 4], [3], [6]]
    assert [t.tolist() for t in lanes.tiles(4)] == [[0, 2, 5], [1, 3, 4, 6]]
    assert [t.tolist() for t in lanes.tiles(99)] == [[0, 1, 2, 3, 4, 5, 6]]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"seed": -1}, "seed and replicates"),
        ({"seed": 2**32}, "seed and replicates"),
        ({"replicates": [0, 2**32]}, "seed and replicates"),
        ({"tile": 0}, "tile and threads"),
        ({"threads": 0}, "tile and threads"),
        ({"backend": "fortran"}, "backend 'fortran' is unknown; use 'numba', 'numpy' or None"),
    ],
)
def test_options_that_cannot_be_are_refused(how, message):
    with pytest.raises(WorldError, match=message):
        run(eventful_tables(), **{"replicates": [0], "seed": 0} | how)

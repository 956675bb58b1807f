"""Both backends give the oracle's counts bit for bit, whatever the tables and however run."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import oracle
from tests.world.conservation import assert_conserved, play
from tests.world.random_tables import eventful_tables, large_tables, random_lanes, random_tables

from whennot.world.counters import COUNTERS, INDEX
from whennot.world.run import Lanes, digest, run, warm

BACKENDS = ("numpy", "numba")
words = st.integers(0, 2**32 - 1)


def told(tables, lanes, replicate, seed):
    return np.array(oracle.count(tables, lanes, replicate=replicate, seed=seed))


@given(words, words, words, st.integers(1, 6))
def test_oracle_numpy_and_numba_agree_bit_for_bit(case, replicate, seed, tile):
    tables = random_tables(case)
    lanes = Lanes.full(tables.policies, tables.ticks)
    expected = told(tables, lanes, replicate, seed)

    for backend in BACKENDS:
        how = {"replicates": [replicate], "seed": seed, "backend": backend, "tile": tile}
        assert (play(tables, **how)[0] == expected).all()
        summed = run(tables, per_tick=False, **how)[0]
        assert (summed[:, 0] == expected.sum(axis=1)).all()


@given(words, words, words, st.integers(1, 6))
def test_lanes_that_branch_agree_with_the_oracle_that_plays_their_whole_past(
    case, replicate, seed, tile
):
    tables = random_tables(case)
    lanes = random_lanes(case, tables.policies, tables.ticks)
    expected = told(tables, lanes, replicate, seed)

    for backend in BACKENDS:
        how = {"replicates": [replicate], "seed": seed, "backend": backend, "tile": tile}
        assert (play(tables, lanes=lanes, **how)[0] == expected).all()
        summed = run(tables, lanes=lanes, per_tick=False, **how)[0]
        assert (summed[:, 0] == expected.sum(axis=1)).all()


def test_every_counter_is_more_than_zero_somewhere():
    seen = np.zeros(len(COUNTERS), dtype=np.int64)
    for case in range(40):
        seen += run(random_tables(case), replicates=[0], seed=1, per_tick=False).sum((0, 1, 2, 3))

    assert [c.name for c in COUNTERS if seen[INDEX[c.name]] == 0] == []


def test_backends_agree_where_segments_are_longer_than_a_block_of_draws():
    tables = large_tables()
    numpy, numba = (play(tables, replicates=[3], seed=4, backend=backend) for backend in BACKENDS)

    assert tables.sizes.max() > 2 * 8192
    assert (numpy == numba).all()


def test_counts_are_the_same_bytes_over_backends_threads_and_tiles():
    tables = eventful_tables()
    policies = np.tile(np.arange(tables.policies), 18)[:18]
    full = Lanes.full(18, tables.ticks)
    lanes = Lanes(policy=policies, parent=full.parent, start=full.start, stop=full.stop)
    how = [{"backend": "numpy"}]
    how += [{"threads": n, "tile": size} for n, size in product((1, 2), (1, 5, 16))]

    digests = {
        digest(run(tables, replicates=[0, 7], seed=4, lanes=lanes, **{"backend": "numba"} | h))
        for h in how
    }

    assert len(digests) == 1


def test_replicates_differ_and_come_in_the_order_asked_for():
    tables = random_tables(2)
    both = run(tables, replicates=[5, 1], seed=3)

    assert (both[0] == run(tables, replicates=[5], seed=3)[0]).all()
    assert (both[1] == run(tables, replicates=[1], seed=3)[0]).all()
    assert (both[0] != both[1]).any()


def test_seeds_differ():
    tables = random_tables(2)

    assert (run(tables, replicates=[0], seed=3) != run(tables, replicates=[0], seed=4)).any()


def test_a_policy_listed_twice_gives_identical_bytes():
    tables = eventful_tables()
    twice = Lanes(*(np.concatenate([a, a]) for a in vars(Lanes.full(2, tables.ticks)).values()))
    counts = play(tables, replicates=[0, 1], seed=2, lanes=twice, tile=3)

    assert counts[:, :2].tobytes() == counts[:, 2:].tobytes()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_lane_that_branches_to_the_same_policy_equals_the_full_run(backend):
    tables = eventful_tables()
    ticks = tables.ticks
    zeros = np.zeros(3, dtype=np.int64)
    lanes = Lanes(zeros, np.array([-1, 0, 1]), np.array([0, 2, 4]), zeros + ticks)
    whole, child, grandchild = play(
        tables, replicates=[1], seed=2, lanes=lanes, backend=backend, tile=1
    )[0]

    assert (child[2:] == whole[2:]).all()
    assert (grandchild[4:] == whole[4:]).all()
    assert not child[:2].any()
    assert not grandchild[:4].any()


def test_counts_by_tick_are_small_integers_and_sums_are_large_ones():
    tables = random_tables(3)

    assert run(tables, replicates=[0], seed=1).dtype == np.int32
    assert run(tables, replicates=[0], seed=1, per_tick=False).dtype == np.int64


def test_small_integers_are_left_where_a_segment_or_a_cross_would_not_fit():
    tables = large_tables(users=32_001)
    assert run(tables, replicates=[0], seed=1, backend="numpy").dtype == np.int64

    tables = large_tables(users=32_000)
    counts = run(tables, replicates=[0], seed=1, backend="numpy")
    assert counts.dtype == np.int32
    assert_conserved(tables, counts)


def test_digests_tell_shapes_and_values_apart_but_not_integer_sizes():
    counts = np.arange(6, dtype=np.int32).reshape(2, 3)

    assert digest(counts) == digest(counts.astype(np.int64))
    assert digest(counts) != digest(counts.reshape(3, 2))
    assert digest(counts) != digest(counts + 1)


def test_the_compiled_backend_is_compiled_once_for_all_kinds_of_runs():
    kernel = pytest.importorskip("whennot.world.kernel_numba")
    warm()
    for case in range(3):
        tables = random_tables(case)
        tables.pool.flags.writeable = False
        for per_tick in (True, False):
            run(tables, replicates=[0], seed=0, per_tick=per_tick, backend="numba")

    assert len(kernel.tile.signatures) == 1

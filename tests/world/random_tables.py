"""Random tables for the kernel's tests: valid, small, and with everything switched on somewhere."""

import numpy as np

from whennot.world.counters import BASE, INDEX
from whennot.world.lanes import Lanes
from whennot.world.rows import FIELDS
from whennot.world.tables import Tables

ONE = 65536


def random_tables(seed):
    """Return small valid tables in which every feature appears with a fair chance."""
    rng = np.random.default_rng(seed)
    segments, ticks = int(rng.integers(1, 6)), int(rng.integers(2, 13))
    sizes = rng.integers(0, 40, segments)
    sizes[0] += 1
    rows, worlds = int(rng.integers(2, 7)), int(rng.integers(1, 4))
    policies, kinds = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    states, events = int(rng.integers(0, 5)), int(rng.integers(0, 5))
    return Tables(
        pool=_pool(rng, rows, segments),
        plan=_plan(rng, policies, ticks, rows, kinds),
        share=rng.choice([0, 655, 30_000, ONE], (policies, ticks, segments)),
        world_of=rng.integers(0, worlds, policies),
        rates=_probabilities(rng, (worlds, ticks, segments, 2)),
        clock=np.stack(
            [np.cumsum(rng.integers(0, 3, ticks)), _flags(rng, ticks), _flags(rng, ticks)], axis=1
        ),
        people=_people(rng, worlds, segments),
        edges=np.concatenate([[0], np.cumsum(sizes)]),
        enrolled_by=_enrolled(rng, ticks, sizes),
        **_dynamics(rng, kinds, states, events, segments, int(sizes.sum())),
    )


def random_lanes(seed, policies, ticks):
    """Return lanes with parents at random ticks, some starting late or ending early."""
    rng = np.random.default_rng(seed)
    policy, parent, start, stop = [], [], [], []
    for lane in range(int(rng.integers(1, 9))):
        mother = int(rng.integers(-1, lane)) if lane else -1
        low = 0 if mother < 0 else start[mother]
        high = ticks - 1 if mother < 0 else min(stop[mother], ticks - 1)
        first = int(rng.integers(low, high + 1))
        policy.append(int(rng.integers(policies)))
        parent.append(mother)
        start.append(first)
        stop.append(int(rng.integers(first + 1, ticks + 1)))
    return Lanes(*(np.array(a, dtype=np.int64) for a in (policy, parent, start, stop)))


def _flags(rng, ticks):
    return (rng.random(ticks) < 0.7).astype(np.int64)


def _probabilities(rng, shape):
    return rng.integers(0, rng.choice([0, 3000, 20_000, ONE], shape) + 1)


def _pool(rng, rows, segments):
    return _probabilities(rng, (rows, segments, len(FIELDS)))


def _plan(rng, policies, ticks, rows, kinds):
    plan = rng.integers(0, rows, (policies, ticks, 6))
    plan[..., 2] = rng.choice([0, 1, 20_000, ONE], (policies, ticks))
    plan[..., 5] = rng.integers(0, kinds, (policies, ticks))
    return plan


def _people(rng, worlds, segments):
    shape = (worlds, segments)
    return np.stack(
        [
            rng.integers(1, ONE, shape),
            rng.integers(0, ONE, shape),
            rng.integers(0, 2000, shape),
            rng.integers(0, ONE + 1, shape),
        ],
        axis=2,
    )


def _enrolled(rng, ticks, sizes):
    if rng.random() < 0.3:
        return np.tile(sizes, (ticks, 1))
    steps = rng.integers(0, sizes + 1, (ticks, len(sizes)))
    return np.sort(steps, axis=0)


def _dynamics(rng, kinds, states, events, segments, users):
    cap = int(rng.choice([ONE, users * ONE, 1 << 46]))
    state = np.zeros((kinds, states, 6), dtype=np.int64)
    state[..., 0] = rng.integers(0, min(cap, users * ONE) + 1, (kinds, states))
    state[..., 1] = rng.integers(-2 * ONE, 2 * ONE, (kinds, states))
    state[..., 2] = rng.choice([0, 2000, ONE], (kinds, states))
    state[..., 3] = rng.choice([0, ONE, users * ONE], (kinds, states))
    state[..., 4] = cap
    state[..., 5] = rng.choice([0, ONE, users << 15], (kinds, states))
    update = rng.integers(-ONE, ONE, (kinds, states, BASE)) * (rng.random((kinds, states, BASE)) < 0.2)
    update[..., INDEX["trust_sum"]] //= ONE
    return {
        "state": state,
        "update": update,
        **_couplings(rng, kinds, states, segments),
        "events": _events(rng, kinds, states, events),
        "cross": _crosses(rng, states),
    }


def _couplings(rng, kinds, states, segments):
    count = int(rng.integers(0, 30)) if states else 0
    couplings = np.zeros((count, 6), dtype=np.int64)
    couplings[:, 0] = np.sort(rng.integers(0, kinds, count))
    couplings[:, 1] = rng.integers(-1, segments, count)
    couplings[:, 2] = rng.integers(0, max(states, 1), count)
    couplings[:, 3] = rng.integers(0, len(FIELDS), count)
    couplings[:, 4:] = rng.integers(-ONE, ONE + 1, (count, 2)) * rng.integers(0, 3, (count, 2))
    edges = np.searchsorted(couplings[:, 0], np.arange(kinds + 1))
    return {"couplings": couplings, "couplings_of": np.stack([edges[:-1], edges[1:]], axis=1)}


def _events(rng, kinds, states, events):
    shape = (kinds, events)
    table = np.zeros((*shape, 7), dtype=np.int64)
    table[..., 0] = rng.choice([0, 1 << 29, 1 << 31, 1 << 32], shape)
    table[..., 1] = rng.integers(-1, states, shape)
    table[..., 2] = rng.integers(-(1 << 32), (1 << 32) + 1, shape)
    table[..., 3] = rng.choice([0, 40_000, ONE], shape)
    table[..., 4] = rng.integers(-1, states, shape)
    table[..., 5] = rng.integers(-ONE, 4 * ONE, shape)
    return table


def _crosses(rng, states):
    count = int(rng.integers(0, 5)) if states else 0
    return np.stack([rng.integers(0, BASE, count), rng.integers(0, max(states, 1), count)], axis=1)

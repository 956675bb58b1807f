"""Tables for the kernel's tests: random ones with everything in them, and plain ones."""

from itertools import count

import numpy as np

from whennot.world.counters import BASE, INDEX
from whennot.world.lanes import Lanes
from whennot.world.rows import FIELDS
from whennot.world.rows import INDEX as FIELD
from whennot.world.tables import Tables

ONE = 65536
INDEX_OF_NOTICE = FIELD["notice_fp"]


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
        plan=_plan(rng, policies, ticks, rows, kinds, worlds),
        share=rng.choice([0, 655, 30_000, ONE], (policies, ticks, segments)),
        rates=_probabilities(rng, (worlds, ticks, segments, 2)),
        clock=np.stack(
            [np.cumsum(rng.integers(0, 3, ticks)), _flags(rng, ticks), _flags(rng, ticks)], axis=1
        ),
        people=_people(rng, worlds, segments),
        edges=np.concatenate([[0], np.cumsum(sizes)]),
        enrolled_by=_enrolled(rng, ticks, sizes),
        **_dynamics(rng, kinds, states, events, segments, int(sizes.sum())),
    )


def eventful_tables():
    """Return random tables with several policies, segments, ticks, states and events."""
    for seed in count():
        tables = random_tables(seed)
        sizes = (tables.policies, tables.segments, tables.ticks, *tables.events.shape[1:2])
        if min(sizes) > 2 and tables.state.shape[1] > 2 and tables.ticks > 6:
            return tables
    raise AssertionError


def plain_tables(
    fields, *, users=2_000, ticks=30, rates=(ONE, ONE // 2), people=(ONE // 2, 0, 0, 0)
):
    """Return tables with one segment, one world, no states, and one policy for each row.

    Args:
        fields: list of rows, each a mapping of field to Q16; fields not named are 0.
        users: in the segment, all there from the start and all exposed.
        ticks: days, on each of which users may leave.
        rates: P(task), P(truth is yes), Q16.
        people: trust at the start, critical trust, flat hazard, slope.
    """
    pool = np.zeros((len(fields), 1, len(FIELDS)), dtype=np.int64)
    for row, named in zip(pool[:, 0], fields, strict=True):
        for name, value in named.items():
            row[FIELD[name]] = value
    policies = np.arange(len(fields))
    plan = np.zeros((len(fields), ticks, 7), dtype=np.int64)
    plan[..., [0, 1, 3, 4]] = policies[:, None, None]
    return Tables(
        pool=pool,
        plan=plan,
        share=np.full((len(fields), ticks, 1), ONE),
        rates=np.tile(np.array(rates, dtype=np.int64), (1, ticks, 1, 1)),
        clock=np.stack([np.arange(ticks)] + [np.ones(ticks, dtype=np.int64)] * 2, axis=1),
        people=np.array(people, dtype=np.int64)[None, None],
        edges=np.array([0, users]),
        enrolled_by=np.full((ticks, 1), users),
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


def _plan(rng, policies, ticks, rows, kinds, worlds):
    plan = rng.integers(0, rows, (policies, ticks, 7))
    plan[..., 2] = rng.choice([0, 1, 20_000, ONE], (policies, ticks))
    plan[..., 5] = rng.integers(0, kinds, (policies, ticks))
    plan[..., 6] = rng.integers(0, worlds, (policies, ticks))
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
    update = rng.integers(-ONE, ONE, (kinds, states, BASE)) * (
        rng.random((kinds, states, BASE)) < 0.2
    )
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


def large_tables(users=20_000):
    """Return tables with one segment that spans several blocks of draws, and a small one."""
    rng = np.random.default_rng(1)
    ticks, sizes = 4, np.array([users, 1_000])
    return Tables(
        pool=_pool(rng, 3, 2),
        plan=_plan(rng, 2, ticks, 3, 1, 1),
        share=rng.choice([0, 30_000, ONE], (2, ticks, 2)),
        rates=_probabilities(rng, (1, ticks, 2, 2)) // 2 + ONE // 2,
        clock=np.stack([np.arange(ticks)] + [np.ones(ticks, dtype=np.int64)] * 2, axis=1),
        people=_people(rng, 1, 2),
        edges=np.array([0, users, users + 1_000]),
        enrolled_by=np.stack([sizes // 2, sizes // 2, sizes - 7, sizes]),
        state=np.array([[[0, ONE, 0, users * ONE, 1 << 46, 0]]]),
        update=np.full((1, 1, BASE), 3),
        couplings=np.array([[0, -1, 0, INDEX_OF_NOTICE, 500, -ONE]]),
        couplings_of=np.array([[0, 1]]),
        cross=np.array([[INDEX["active"], 0]]),
    )

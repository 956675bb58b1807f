"""The kernel, compiled: more than a billion user-ticks a second on one core.

``tile`` plays a group of lanes of one replicate. The loops, from the outside in: tick, segment,
chunk of users, lane, exposed or not. The draws of a chunk are made once and stay in the cache
while every lane of the tile uses them. Exposure is a prefix of the segment, hence two bounds and
not a choice per user. Inside a tile, segments are padded to whole vectors of users who are never
alive, so that no loop has a scalar remainder but the one that ends at the bound of exposure.

Threads run over `tile` from outside (it releases the interpreter): numba's own ``prange`` aborts
the process when two threads of a server enter it.

The loops over users are in ``user_loop``, what happens around them in ``kernel_steps``, the 32-bit
arithmetic in ``masks``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from whennot.world.counters import COUNTERS
from whennot.world.draws import EVENT
from whennot.world.kernel_steps import (
    PAD,
    ZERO,
    add_counts,
    begin,
    close_tick,
    fill_static,
    move_segment,
    open_tick,
    padded_slots,
    set_segment,
    who_plays,
)
from whennot.world.lanes import Lanes
from whennot.world.tables import Tables
from whennot.world.user_loop import CHUNK, SETTING, draw

COMPILED = ("kernel_steps", "user_loop", "masks", "rows", "counters", "draws")
"""Modules whose functions and constants end up in the compiled `tile`."""

_K = len(COUNTERS)
_EVENT = np.int64(EVENT)

Ints = NDArray[np.int64]


class Arrays(NamedTuple):
    """Those of `Tables` that all lanes read, writable and contiguous."""

    pool: Ints
    rates: Ints
    clock: Ints
    people: Ints
    edges: Ints
    enrolled_by: Ints
    state: Ints
    update: Ints
    couplings: Ints
    couplings_of: Ints
    events: Ints
    cross: Ints


class Branches(NamedTuple):
    """The lanes of one tile; the first axis is the position in the tile.

    Attributes:
        lane: where the lane's counts go, shape (n,).
        parent: position of the parent, or -1, shape (n,).
        start: first tick, shape (n,).
        stop: tick after the last, shape (n,).
        script: what the lane's policy does in each tick, shape (n, T, 7 + G): row a, row b,
            weight, unexposed row a, unexposed row b, dynamics, world, share of each segment.
    """

    lane: Ints
    parent: Ints
    start: Ints
    stop: Ints
    script: Ints


def arrays_of(tables: Tables) -> Arrays:
    """Return the tables as compiled code takes them; one layout, so one compilation."""
    return Arrays(*(np.require(getattr(tables, f), np.int64, ["C", "W"]) for f in Arrays._fields))


def branches_of(tables: Tables, lanes: Lanes, size: int) -> list[Branches]:
    """Return the tiles of the lanes, about `size` lanes each."""
    return [_branches(tables, lanes, tile) for tile in lanes.tiles(size)]


def _branches(tables: Tables, lanes: Lanes, tile: Ints) -> Branches:
    policy, parent = lanes.policy[tile], lanes.parent[tile]
    return Branches(
        lane=tile,
        parent=np.where(parent < 0, -1, np.searchsorted(tile, parent)),
        start=lanes.start[tile],
        stop=lanes.stop[tile],
        script=np.concatenate([tables.plan[policy], tables.share[policy]], axis=2),
    )


def _tile(  # pragma: no cover - compiled, the tracer cannot see inside
    t: Arrays, b: Branches, replicate: int, seed: int, per_tick: bool, narrow: Any, wide: Ints
) -> None:
    """Play the lanes of a tile in one replicate.

    Args:
        t: the tables.
        b: the lanes.
        replicate: Philox counter word.
        seed: Philox key.
        per_tick: whether counts keep ticks apart.
        narrow: int32 counts of the replicate, shape (L, T or 1, G, K), or empty.
        wide: the same in int64; the one that is not empty is added to. Two arguments and not two
            types, since each type would be compiled again.
    """
    # Unpacked once: every attribute of a named tuple that is read counts references.
    pool, rates, clock, people, edges, enrolled_by = t[:6]
    rules, update, couplings, couplings_of, events, cross = t[6:]
    lane, parent, first, last, script = b
    n, segments, states = lane.shape[0], edges.shape[0] - 1, rules.shape[1]

    slots = padded_slots(edges)
    words = np.empty((4, CHUNK), np.uint32)
    static = np.empty(slots[segments], np.uint32)
    fill_static(static, words, slots, enrolled_by, clock, replicate, seed)
    trust = np.zeros((n, slots[segments]), np.uint16)
    state = np.zeros((n, states), np.int64)
    levels = np.zeros((n, states), np.int64)
    settings = np.zeros((n, 2, SETTING), np.int64)
    bounds = np.zeros(n, np.int64)
    counts = np.zeros((n, segments, _K), np.int64)
    strikes = np.empty((4, max(1, events.shape[1])), np.uint32)
    playing = np.zeros(n, np.int64)

    for tick in range(clock.shape[0]):
        lanes = playing[: who_plays(playing, first, last, tick)]
        if lanes.shape[0] == 0:
            continue
        day, leaving, feed = clock[tick, 0], clock[tick, 1], clock[tick, 2]
        begin(trust, state, parent, first, script, slots, people, enrolled_by, rules, tick)
        draw(strikes, events.shape[1], ZERO, tick, replicate, _EVENT, seed)
        open_tick(
            trust,
            state,
            levels,
            counts,
            lanes,
            script,
            slots,
            people,
            enrolled_by,
            rules,
            events,
            strikes,
            tick,
        )
        for g in range(segments):
            arrived = enrolled_by[tick, g]
            end = (arrived + PAD - 1) // PAD * PAD
            set_segment(
                settings,
                bounds,
                levels,
                lanes,
                script,
                pool,
                couplings,
                couplings_of,
                rates,
                people,
                arrived,
                leaving,
                end,
                tick,
                g,
            )
            move_segment(
                trust,
                static,
                words,
                settings,
                bounds,
                counts,
                lanes,
                slots[g],
                end,
                day,
                tick,
                g,
                replicate,
                seed,
            )
        close_tick(state, levels, counts, lanes, script, rules, update, cross, feed, tick)
        add_counts(narrow, lane, counts, lanes, tick if per_tick else 0)
        add_counts(wide, lane, counts, lanes, tick if per_tick else 0)


def _compiled(function: Callable[..., None]) -> Callable[..., None]:
    """Compile with a cache on disk where there is a place for one, else in memory only.

    Numba's cache notices changes in the file of the outermost function alone, so the name it is
    kept under carries a digest of all the sources that are compiled into it.
    """
    here = Path(__file__)
    try:
        sources = b"".join(here.with_name(f"{name}.py").read_bytes() for name in COMPILED)
        function.__qualname__ = f"tile_{hashlib.sha256(sources).hexdigest()[:12]}"
        return numba.njit(nogil=True, cache=True)(function)
    except (OSError, RuntimeError):
        # No source to watch, or neither the package, NUMBA_CACHE_DIR nor the user's own cache
        # can be written.
        return numba.njit(nogil=True)(function)


tile = _compiled(_tile)

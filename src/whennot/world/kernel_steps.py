"""The compiled steps of a tick around the users: arrivals, events, levels, rows, states.

Each step goes over the lanes that play. Functions take whole arrays and indices, because a slice
or a named tuple that is handed over counts references atomically, which is dear when it happens
for every lane, segment and tick; hence their many arguments. Arrays are filled by loops, because
array assignment compiles three seconds of error messages along.

What the steps mean is told in ``tests/world/oracle.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.world import counters, rows
from whennot.world.draws import NEW_DAYS, TENURE_DAYS, TICK, USER
from whennot.world.masks import njit
from whennot.world.user_loop import CHUNK, PEOPLE, RATES, draw, live

PAD = 16
"""Users in one vector of the widest registers; segments are padded to whole ones."""

A, WEIGHT, REST, DYNAMICS, WORLD, SHARE = 0, 2, 3, 5, 6, 7
"""Positions in a script: row a (b follows), weight, unexposed row a (b follows), ..."""

_ONE, _FULL = rows.ONE, rows.ONE - 1
_K, _BASE, _F = len(counters.COUNTERS), counters.BASE, len(rows.FIELDS)
_STATE, _EVENT, _CROSS = (counters.INDEX[f"{kind}_0"] for kind in ("state", "event", "cross"))
_LOSS, _GAIN = rows.INDEX["loss_tp"], rows.INDEX["gain_tp"]
_POSITIVE, _NEGATIVE = rows.INDEX["positive_no"], rows.INDEX["negative_no"]

# As NumPy scalars: a plain constant is a type of its own to numba, and is compiled for.
ZERO: Any = np.int64(0)
_NOBODY: Any = np.int64(-1)
_USER, _TICK = np.int64(USER), np.int64(TICK)

Ints = NDArray[np.int64]


# --- before the first tick ---------------------------------------------------------------------


@njit
def padded_slots(edges: Ints) -> Ints:
    """Return where each padded segment begins."""
    slots = np.zeros(edges.shape[0], np.int64)
    for g in range(edges.shape[0] - 1):
        slots[g + 1] = slots[g] + (edges[g + 1] - edges[g] + PAD - 1) // PAD * PAD
    return slots


@njit
def fill_static(
    static: Any, words: Any, slots: Ints, enrolled_by: Ints, clock: Ints, replicate: int, seed: int
) -> None:
    """Write the static word of every padded user; see `draws.static_words`."""
    for g in range(slots.shape[0] - 1):
        size: int = slots[g + 1] - slots[g]
        for start in range(0, size, CHUNK):
            part = min(CHUNK, size - start)
            draw(words, part, (g << 24) + start, ZERO, replicate, _USER, seed)
            for i in range(part):
                tolerance = 16384 + ((np.int64(words[0, i]) & _FULL) >> 1)
                tenure = ((np.int64(words[1, i]) & _FULL) * TENURE_DAYS) >> 16
                new_until: Any = max(0, NEW_DAYS - tenure)
                static[slots[g] + start + i] = tolerance | (new_until << 16)
        for tick in range(1, clock.shape[0]):
            new_until = clock[tick, 0] + NEW_DAYS
            for i in range(slots[g] + enrolled_by[tick - 1, g], slots[g] + enrolled_by[tick, g]):
                static[i] = (np.int64(static[i]) & _FULL) | (new_until << 16)


# --- before the users of a tick ----------------------------------------------------------------


@njit
def _welcome(
    trust: Any,
    j: int,
    slots: Ints,
    people: Ints,
    world: int,
    enrolled_by: Ints,
    tick: int,
    to: int,
) -> None:
    """Let users live who had not arrived by `tick` (nobody, if -1) and have by `to`."""
    for g in range(slots.shape[0] - 1):
        before = enrolled_by[tick, g] if tick >= 0 else 0
        for i in range(slots[g] + before, slots[g] + enrolled_by[to, g]):
            trust[j, i] = people[world, g, 0]


@njit
def begin(
    trust: Any,
    state: Ints,
    parent: Ints,
    start: Ints,
    script: Ints,
    slots: Ints,
    people: Ints,
    enrolled_by: Ints,
    rules: Ints,
    tick: int,
) -> None:
    """Give the lanes that start in this tick their past."""
    for j in range(start.shape[0]):
        if tick != start[j]:
            continue
        if parent[j] >= 0:
            for i in range(trust.shape[1]):
                trust[j, i] = trust[parent[j], i]
            for s in range(state.shape[1]):
                state[j, s] = state[parent[j], s]
        else:
            if tick > 0:
                _welcome(
                    trust, j, slots, people, script[j, tick, WORLD], enrolled_by, _NOBODY, tick - 1
                )
            for s in range(state.shape[1]):
                state[j, s] = rules[script[j, tick, DYNAMICS], s, 0]


@njit
def who_plays(playing: Ints, start: Ints, stop: Ints, tick: int) -> int:
    """List the lanes that play in this tick; return how many."""
    count = 0
    for j in range(start.shape[0]):
        if start[j] <= tick < stop[j]:
            playing[count] = j
            count += 1
    return count


@njit
def _set_levels(levels: Ints, j: int, state: Ints, rules: Ints, dynamics: int) -> None:
    """Write how full each state is."""
    for s in range(state.shape[1]):
        full = rules[dynamics, s, 3]
        levels[j, s] = min(_ONE, (state[j, s] << 16) // full) if full > 0 else 0


@njit
def _shake(trust: Any, j: int, factor: int) -> None:
    """Multiply the trust of everybody alive."""
    for i in range(trust.shape[1]):
        if trust[j, i] > 0:
            trust[j, i] = max(1, (np.int64(trust[j, i]) * factor) >> 16)


@njit
def _strike(
    trust: Any,
    j: int,
    state: Ints,
    levels: Ints,
    rules: Ints,
    events: Ints,
    dynamics: int,
    draws: Any,
    counts: Ints,
) -> None:
    """Let the events of the tick happen to a lane, or not, by the levels before them."""
    for e in range(events.shape[1]):
        hazard, mover = events[dynamics, e, 0], events[dynamics, e, 1]
        if mover >= 0:
            hazard += (events[dynamics, e, 2] * levels[j, mover]) >> 16
        if np.int64(draws[0, e]) < min(hazard, 0xFFFFFFFF):
            counts[j, 0, _EVENT + e] = 1
            _shake(trust, j, events[dynamics, e, 3])
            target, impulse = events[dynamics, e, 4], events[dynamics, e, 5]
            if target >= 0:
                cap = rules[dynamics, target, 4]
                state[j, target] = min(cap, max(0, state[j, target] + impulse))


@njit
def open_tick(
    trust: Any,
    state: Ints,
    levels: Ints,
    counts: Ints,
    lanes: Ints,
    script: Ints,
    slots: Ints,
    people: Ints,
    enrolled_by: Ints,
    rules: Ints,
    events: Ints,
    draws: Any,
    tick: int,
) -> None:
    """Let people arrive and events happen, then fix the levels of the tick."""
    for j in lanes:
        dynamics, world = script[j, tick, DYNAMICS], script[j, tick, WORLD]
        _welcome(trust, j, slots, people, world, enrolled_by, tick - 1, tick)
        for g in range(counts.shape[1]):
            for c in range(_K):
                counts[j, g, c] = 0
        _set_levels(levels, j, state, rules, dynamics)
        _strike(trust, j, state, levels, rules, events, dynamics, draws, counts)
        _set_levels(levels, j, state, rules, dynamics)
        for s in range(levels.shape[1]):
            counts[j, 0, _STATE + s] = levels[j, s]


# --- the users of a tick -----------------------------------------------------------------------


@njit
def _set_row(
    settings: Ints, j: int, side: int, pool: Ints, a: int, b: int, g: int, weight: int
) -> None:
    """Write the row between two rows of a segment."""
    setting, start, end = settings[j, side], pool[a, g], pool[b, g]
    for k in range(_F):
        setting[k] = start[k] + (((end[k] - start[k]) * weight) >> 16)


@njit
def _couple(
    settings: Ints, j: int, side: int, couplings: Ints, first: int, last: int, g: int, levels: Ints
) -> None:
    """Let states move the fields of a row."""
    for c in range(first, last):
        if couplings[c, 1] < 0 or couplings[c, 1] == g:
            level, k = levels[j, couplings[c, 2]], couplings[c, 3]
            value = settings[j, side, k]
            scaled = (value * ((couplings[c, 5] * level) >> 16)) >> 16
            value += ((couplings[c, 4] * level) >> 16) + scaled
            settings[j, side, k] = min(_ONE, max(0, value))


@njit
def _finish(
    settings: Ints,
    j: int,
    side: int,
    rates: Ints,
    people: Ints,
    world: int,
    tick: int,
    g: int,
    leaving: int,
) -> None:
    """Bring a row into the form that `live` reads, and add what else its users share."""
    setting = settings[j, side]
    for k in range(6):
        loss, gain = min(_FULL, setting[_LOSS + k]), min(_FULL, setting[_GAIN + k])
        setting[_LOSS + k] = loss | (gain << 16)
    for k in range(2):
        setting[_NEGATIVE + k] = min(setting[_NEGATIVE + k], _ONE - setting[_POSITIVE + k])
        setting[RATES + k] = rates[world, tick, g, k]
    setting[PEOPLE] = people[world, g, 1]
    setting[PEOPLE + 1] = people[world, g, 2] * leaving
    setting[PEOPLE + 2] = people[world, g, 3] * leaving


@njit
def set_segment(
    settings: Ints,
    bounds: Ints,
    levels: Ints,
    lanes: Ints,
    script: Ints,
    pool: Ints,
    couplings: Ints,
    couplings_of: Ints,
    rates: Ints,
    people: Ints,
    arrived: int,
    leaving: int,
    end: int,
    tick: int,
    g: int,
) -> None:
    """Fix what the users of a segment share in this tick, in every lane that plays."""
    for j in lanes:
        reached = (script[j, tick, SHARE + g] * arrived) >> 16
        bounds[j] = end if reached == arrived else reached
        weight, dynamics = script[j, tick, WEIGHT], script[j, tick, DYNAMICS]
        world = script[j, tick, WORLD]
        first, last = couplings_of[dynamics, 0], couplings_of[dynamics, 1]
        for side in range(2):
            if bounds[j] != (end if side else 0):
                row = A + REST * side
                a, b = script[j, tick, row], script[j, tick, row + 1]
                _set_row(settings, j, side, pool, a, b, g, weight)
                _couple(settings, j, side, couplings, first, last, g, levels)
                _finish(settings, j, side, rates, people, world, tick, g, leaving)


@njit
def move_segment(
    trust: Any,
    static: Any,
    words: Any,
    settings: Ints,
    bounds: Ints,
    counts: Ints,
    lanes: Ints,
    slot: int,
    end: int,
    day: int,
    tick: int,
    g: int,
    replicate: int,
    seed: int,
) -> None:
    """Let the living users of a segment have the tick, in every lane that plays."""
    for start in range(0, end, CHUNK):
        stop = min(start + CHUNK, end)
        draw(words, stop - start, (g << 24) + start, tick, replicate, _TICK, seed)
        for j in lanes:
            bound = min(max(bounds[j], start), stop)
            for side in range(2):
                low, high = (bound, stop) if side else (start, bound)
                if low < high:
                    where = (j, side, g, slot + low, slot + high, low - start)
                    live(trust, static, words, settings, counts, day, where)


# --- after the users of a tick -----------------------------------------------------------------


@njit
def close_tick(
    state: Ints,
    levels: Ints,
    counts: Ints,
    lanes: Ints,
    script: Ints,
    rules: Ints,
    update: Ints,
    cross: Ints,
    feed: int,
    tick: int,
) -> None:
    """Fill the crosses and move the states by what was counted."""
    segments = counts.shape[1]
    for j in lanes:
        dynamics = script[j, tick, DYNAMICS]
        for x in range(cross.shape[0]):
            for g in range(segments):
                counts[j, g, _CROSS + x] = counts[j, g, cross[x, 0]] * levels[j, cross[x, 1]]
        for s in range(state.shape[1]):
            value = state[j, s]
            value += rules[dynamics, s, 1] - ((value * rules[dynamics, s, 2]) >> 16)
            for g in range(segments):
                for c in range(_BASE):
                    value += update[dynamics, s, c] * counts[j, g, c]
            value = min(rules[dynamics, s, 4], max(0, value))
            reset_at = rules[dynamics, s, 5]
            state[j, s] = 0 if reset_at > 0 and value >= reset_at and feed > 0 else value


@njit
def add_counts(total: Any, lane: Ints, counts: Ints, lanes: Ints, room: int) -> None:
    """Add the counts of the tick to where they are kept, if they are kept in this array."""
    if total.shape[0] == 0:
        return
    for j in lanes:
        for g in range(counts.shape[1]):
            for c in range(_K):
                total[lane[j], room, g, c] += counts[j, g, c]

"""The kernel in NumPy: the same integers as the compiled one, 50 to 100 times slower.

It runs where numba is missing and is the readable one of the two. All lanes of a replicate move
together through the ticks, so that the draws of a block of users are made once for all of them.
Per-user arithmetic is uint32 and never wraps: factors are at most 65535 and 65536.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whennot.world.counters import BASE, BASE_COUNTERS
from whennot.world.counters import INDEX as COUNT
from whennot.world.draws import TICK, event_draws, philox, static_words, user_counters
from whennot.world.lanes import Lanes
from whennot.world.rows import INDEX as FIELD
from whennot.world.rows import ONE
from whennot.world.tables import Tables

BLOCK = 8192
"""Users whose draws are made at a time; keeps the arrays of a block in the cache."""

FULL = 65535
"""Full trust, and the largest 16-bit draw."""

Ints = NDArray[np.int64]
Words = NDArray[np.uint32]
Flags = NDArray[np.bool_]

_TRUST_SUM, _EXPOSED, _ENROLLED = COUNT["trust_sum"], COUNT["exposed"], COUNT["enrolled"]
_STATE, _EVENT, _CROSS = COUNT["state_0"], COUNT["event_0"], COUNT["cross_0"]


def _class_fields(kind: str) -> slice:
    first = FIELD[f"{kind}_tp"]
    return slice(first, first + 6)


_NOTICE, _LOSS, _GAIN, _COMPLAIN = map(_class_fields, ("notice", "loss", "gain", "complain"))
_POSITIVE = slice(FIELD["positive_no"], FIELD["positive_yes"] + 1)
_NEGATIVE = slice(FIELD["negative_no"], FIELD["negative_yes"] + 1)
_FALLBACK = slice(FIELD["fallback_no"], FIELD["fallback_yes"] + 1)
_COUNTED = tuple(
    c.name for c in BASE_COUNTERS if c.name not in {"trust_sum", "exposed", "enrolled"}
)


def simulate(
    tables: Tables, *, lanes: Lanes, replicate: int, seed: int, counts: NDArray[np.integer]
) -> None:
    """Play all lanes of one replicate.

    Args:
        tables: valid tables.
        lanes: valid lanes.
        replicate: Philox counter word.
        seed: Philox key.
        counts: added to in place, zeros on entry; shape (L, T or 1, G, K).
    """
    play = _Play(tables, lanes, replicate=replicate, seed=seed)
    for tick in range(int(lanes.start.min()), int(lanes.stop.max())):
        for lane in np.flatnonzero(lanes.start == tick).tolist():
            play.begin(lane, tick)
        running = np.flatnonzero((lanes.start <= tick) & (tick < lanes.stop)).tolist()
        scenes = {lane: play.open(lane, tick) for lane in running}
        play.move_users(scenes, tick)
        for lane, scene in scenes.items():
            row = tick if counts.shape[1] > 1 else 0
            counts[lane, row] += play.close(lane, scene, tick)


@dataclass(frozen=True)
class _Scene:
    """What one lane needs in one tick.

    Attributes:
        fields: effective row fields, exposed and not, shape (2, G, F), Q16.
        levels: shape (S,), Q16.
        reached: users of each segment whom the rollout reaches, shape (G,).
        counts: filled during the tick, shape (G, K).
    """

    fields: Ints
    levels: Ints
    reached: Ints
    counts: Ints


class _Play:
    """Trust and states of all lanes of one replicate, and the steps of a tick."""

    def __init__(self, tables: Tables, lanes: Lanes, *, replicate: int, seed: int) -> None:
        self.tables, self.lanes = tables, lanes
        self.replicate, self.seed = replicate, seed
        self.trust = np.zeros((len(lanes), tables.users), dtype=np.uint32)
        self.state = np.zeros((len(lanes), tables.state.shape[1]), dtype=np.int64)
        static = static_words(tables, replicate=replicate, seed=seed)
        self.tolerance, self.new_until = static & np.uint32(FULL), static >> np.uint32(16)

    def begin(self, lane: int, tick: int) -> None:
        """Give a lane its past: the parent's, or the people who arrived before the tick."""
        parent = int(self.lanes.parent[lane])
        if parent >= 0:
            self.trust[lane], self.state[lane] = self.trust[parent], self.state[parent]
            return
        dynamics, world = self.tables.plan[self.lanes.policy[lane], tick, 5:]
        self.state[lane] = self.tables.state[dynamics, :, 0]
        if tick:
            self._welcome(lane, world, np.zeros(self.tables.segments, np.int64), tick - 1)

    def _welcome(self, lane: int, world: int, first: Ints, tick: int) -> None:
        """Let users `first`.. of each segment live who have arrived by the tick."""
        for g, edge in enumerate(self.tables.edges[:-1]):
            arrived = slice(edge + first[g], edge + self.tables.enrolled_by[tick, g])
            self.trust[lane, arrived] = self.tables.people[world, g, 0]

    def open(self, lane: int, tick: int) -> _Scene:
        """Do what comes before the users: arrivals, events, levels, effective fields."""
        tables, policy = self.tables, int(self.lanes.policy[lane])
        counts = np.zeros((tables.segments, len(COUNT)), dtype=np.int64)
        enrolled = tables.enrolled_by
        before = enrolled[tick - 1] if tick else np.zeros_like(enrolled[0])
        dynamics, world = tables.plan[policy, tick, 5:].tolist()
        self._welcome(lane, world, before, tick)
        self._strike_events(lane, dynamics, tick, counts)
        levels = _levels(self.state[lane], tables.state[dynamics])
        counts[0, _STATE : _STATE + levels.size] = levels
        fields = _effective(tables, policy=policy, tick=tick, levels=levels)
        reached = (tables.share[policy, tick] * enrolled[tick]) >> 16
        return _Scene(fields=fields, levels=levels, reached=reached, counts=counts)

    def _strike_events(self, lane: int, dynamics: int, tick: int, counts: Ints) -> None:
        events, state = self.tables.events[dynamics].tolist(), self.state[lane]
        levels = _levels(state, self.tables.state[dynamics]).tolist()
        draws = event_draws(len(events), tick=tick, replicate=self.replicate, seed=self.seed)
        for e, (hazard, mover, slope, factor, target, impulse, _) in enumerate(events):
            moved = hazard + ((slope * levels[mover]) >> 16 if mover >= 0 else 0)
            if draws[e] >= min(moved, 2**32 - 1):
                continue
            counts[0, _EVENT + e] = 1
            trust = self.trust[lane]
            shaken = np.maximum(trust * np.uint32(factor) >> np.uint32(16), 1)
            trust[:] = np.where(trust > 0, shaken, 0)
            if target >= 0:
                cap = self.tables.state[dynamics, target, 4]
                state[target] = np.clip(state[target] + impulse, 0, cap)

    def move_users(self, scenes: dict[int, _Scene], tick: int) -> None:
        """Let every living user of every lane have the tick, block by block."""
        for g, edge in enumerate(self.tables.edges[:-1].tolist()):
            arrived = int(self.tables.enrolled_by[tick, g])
            for start in range(0, arrived, BLOCK):
                stop = min(start + BLOCK, arrived)
                draws = self._draws(g, start, stop, tick)
                for lane, scene in scenes.items():
                    reached = min(max(int(scene.reached[g]), start), stop)
                    for side, low, high in ((0, start, reached), (1, reached, stop)):
                        if low < high:
                            part = slice(edge + low, edge + high)
                            cut = [d[low - start : high - start] for d in draws]
                            self._move(lane, scene, side, g, part, cut, tick)

    def _draws(self, segment: int, start: int, stop: int, tick: int) -> list[Words]:
        """Return the eight 16-bit draws of users start..stop - 1, r0 to r7."""
        ids = user_counters(segment, start, stop)
        words = philox(ids, tick=tick, replicate=self.replicate, stream=TICK, seed=self.seed)
        halves = ((w & np.uint32(FULL), w >> np.uint32(16)) for w in words)
        return [half for pair in halves for half in pair]

    def _move(
        self,
        lane: int,
        scene: _Scene,
        side: int,
        segment: int,
        part: slice,
        draws: list[Words],
        tick: int,
    ) -> None:
        tables = self.tables
        world = tables.plan[self.lanes.policy[lane], tick, 6]
        day, leaving = int(tables.clock[tick, 0]), int(tables.clock[tick, 1])
        people = tables.people[world, segment].copy()
        people[2:] *= leaving
        trust, flags = _tick_of_users(
            self.trust[lane, part],
            tolerance=self.tolerance[part],
            new=day < self.new_until[part],
            draws=draws,
            rates=tables.rates[world, tick, segment].astype(np.uint32),
            people=people.astype(np.uint32),
            fields=scene.fields[side, segment].astype(np.uint32),
        )
        self.trust[lane, part] = trust
        row = scene.counts[segment]
        found = [np.count_nonzero(flags[name]) for name in _COUNTED]
        row[: len(found)] += found
        row[_TRUST_SUM] += trust.sum(dtype=np.int64)
        if side == 0:
            row[_EXPOSED] += found[COUNT["tasks"]]
            row[_ENROLLED] += found[COUNT["active"]]

    def close(self, lane: int, scene: _Scene, tick: int) -> Ints:
        """Move the states by what was counted; return the counts of the tick, shape (G, K)."""
        tables, counts = self.tables, scene.counts
        for x, (counter, state) in enumerate(tables.cross.tolist()):
            counts[:, _CROSS + x] = counts[:, counter] * scene.levels[state]
        dynamics = int(tables.plan[self.lanes.policy[lane], tick, 5])
        _, drift, decay, _, cap, reset_at = tables.state[dynamics].T
        state = self.state[lane]
        moved = tables.update[dynamics] @ counts[:, :BASE].sum(axis=0)
        state = np.clip(state - ((state * decay) >> 16) + drift + moved, 0, cap)
        reset = (reset_at > 0) & (state >= reset_at) & (tables.clock[tick, 2] > 0)
        self.state[lane] = np.where(reset, 0, state)
        return counts


def _levels(state: Ints, rules: Ints) -> Ints:
    """Return how full each state is: shape (S,), Q16; 0 where full is 0."""
    full = rules[:, 3]
    return np.where(full > 0, np.minimum((state << 16) // np.maximum(full, 1), ONE), 0)


def _effective(tables: Tables, *, policy: int, tick: int, levels: Ints) -> Ints:
    """Return the row fields in force: shape (2, G, F); exposed first, then unexposed."""
    a, b, weight, c, d, dynamics, _ = tables.plan[policy, tick].tolist()
    start, end = tables.pool[[a, c]], tables.pool[[b, d]]
    fields: Ints = start + (((end - start) * weight) >> 16)
    first, last = tables.couplings_of[dynamics].tolist()
    for _, segment, state, name, add, scale in tables.couplings[first:last].tolist():
        level = int(levels[state])
        segments = slice(None) if segment < 0 else slice(segment, segment + 1)
        value = fields[:, segments, name]
        value += ((add * level) >> 16) + ((value * ((scale * level) >> 16)) >> 16)
        np.clip(value, 0, ONE, out=value)
    for sizes in (_LOSS, _GAIN):
        np.minimum(fields[..., sizes], FULL, out=fields[..., sizes])
    room = ONE - fields[..., _POSITIVE]
    np.minimum(fields[..., _NEGATIVE], room, out=fields[..., _NEGATIVE])
    return fields


def _tick_of_users(
    trust: Words,
    *,
    tolerance: Words,
    new: Flags,
    draws: list[Words],
    rates: Words,
    people: Words,
    fields: Words,
) -> tuple[Words, dict[str, Flags]]:
    """Return trust after the tick and who counts for which counter; arrays of shape (users,)."""
    task_draw, truth_draw, score, fallback, r4, complaint, leave, audit = draws
    gap = np.uint32(FULL) - trust
    alive = trust > 0
    task = alive & (task_draw < rates[0])
    yes = truth_draw < rates[1]
    truth = yes.astype(np.uint32)
    positive = task & (score < fields[_POSITIVE][truth])
    negative = task & (score >= ONE - fields[_NEGATIVE][truth])
    auto = positive | negative
    deferred = task & ~auto
    fallback_right = fallback < fields[_FALLBACK][truth]
    wrong = (auto & (positive != yes)) | (deferred & ~fallback_right)
    right = task & ~wrong
    # Order of the classes: tp, tn, fp, fn, deferred right, deferred wrong.
    outcome = np.where(deferred, 4 + wrong, 2 * wrong + (wrong == yes))

    over = auto & (
        r4 < fields[FIELD["override_base"]] + _share(fields[FIELD["override_slope"]], gap)
    )
    caught = wrong & over
    noticed = task & (caught | (r4 < fields[_NOTICE][outcome]))
    anger = fields[_COMPLAIN][outcome] + _share(fields[FIELD["complain_slope"]], gap)
    complains = noticed & ~caught & (complaint < anger)

    loss = fields[_LOSS][outcome] * tolerance >> np.uint32(15)
    loss = np.minimum(loss + np.where(new, loss >> np.uint32(1), 0), FULL)
    loss = np.where(caught, loss >> np.uint32(2), loss)
    after = np.where(
        noticed, trust - _share(loss, trust), trust + _share(fields[_GAIN][outcome], gap)
    )
    erode = np.where(auto, fields[FIELD["erode_auto"]], fields[FIELD["erode_wait"]])
    after = np.where(task, np.maximum(after - _share(erode, after), 1), trust)

    below = np.maximum(people[1], after) - after
    left = alive & (leave < people[2] + _share(people[3], _share(below, below)))
    after = np.where(alive & ~left, after, 0).astype(np.uint32)
    labelled = auto & (audit < fields[FIELD["audit"]])
    stood = auto & wrong & ~caught
    flags = {
        "active": alive,
        "tasks": task,
        "tp": auto & right & yes,
        "tn": auto & right & ~yes,
        "fp": stood & positive,
        "fn": stood & negative,
        "deferred": deferred,
        "deferred_fp": deferred & wrong & ~yes,
        "deferred_fn": deferred & wrong & yes,
        "noticed": noticed,
        "noticed_wrong": noticed & wrong,
        "caught": caught,
        "overridden_right": right & over,
        "complaints": complains,
        "left": left,
        "labelled": labelled,
        "labelled_wrong": labelled & wrong,
    }
    return after, flags


def _share(part: NDArray[np.uint32] | np.uint32, of: Words) -> Words:
    """Return part * of in Q16, rounded down; no product leaves 32 bits."""
    return (part * of) >> np.uint32(16)

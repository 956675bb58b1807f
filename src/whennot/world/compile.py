"""From a world and settings to the kernel's integers.

A *setting* is a policy without its trigger. Every formula of the case is evaluated
once for all settings together (arrays over settings), once for each segment and
drift phase; the kernel then never sees a name, a lever or a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.errors import CaseError
from whennot.world.counters import COUNTERS
from whennot.world.counters import INDEX as COUNTER
from whennot.world.counters import NAMES as BASE
from whennot.world.formula import evaluate
from whennot.world.ladder import score_probabilities
from whennot.world.policy import Policy
from whennot.world.price import PriceList, price_list
from whennot.world.rows import FIELDS, q16
from whennot.world.rows import INDEX as FIELD
from whennot.world.spec import Segment, WorldSpec
from whennot.world.tables import Tables
from whennot.world.world import World

Ints = NDArray[np.int64]
PHASES = ("launch", "late")
Q16 = 1 << 16
Q32 = 1 << 32
_DEFAULTS = np.array([field.default for field in FIELDS])


@dataclass(frozen=True)
class Compiled:
    """A world's settings as integers; n settings, G segments, T ticks.

    Attributes:
        pool: rows, shape (3 n, G, fields); setting i owns 3i (launch), 3i+1 (late) and
            3i+2 (not exposed).
        share: Q16 of the arrived users who are exposed, shape (n, G).
        dynamics: index of the setting's states and events, shape (n,).
        rates: index of the setting's task and truth rates, shape (n,).
        weight: Q16 weight of the late row by tick, shape (T,).
        world: arrays of `Tables` that do not depend on the setting.
        prices: what each counted thing is worth in each setting.
    """

    pool: Ints
    share: Ints
    dynamics: Ints
    rates: Ints
    weight: Ints
    world: dict[str, Ints]
    prices: PriceList

    @property
    def settings(self) -> int:
        """Number of settings."""
        return len(self.share)

    def tables(self, schedules: Sequence[Sequence[tuple[int, int]]]) -> Tables:
        """Return kernel tables, one policy for each schedule.

        Args:
            schedules: for each policy its (first tick, setting) pairs, the first at tick 0.
        """
        ticks = len(self.weight)
        which = np.zeros((len(schedules), ticks), np.int64)
        for row, schedule in zip(which, schedules, strict=True):
            for tick, setting in schedule:
                row[tick:] = setting
        late = np.broadcast_to(self.weight, which.shape)
        rows = (3 * which, 3 * which + 1, late, 3 * which + 2, 3 * which + 2)
        columns = (*rows, self.dynamics[which], self.rates[which])
        return Tables(
            pool=self.pool,
            plan=np.stack(columns, -1),
            share=self.share[which],
            **self.world,
        )

    def constant(self) -> Tables:
        """Return kernel tables with every setting held for the whole quarter."""
        return self.tables([[(0, i)] for i in range(self.settings)])


def setting_names(world: World, settings: Sequence[Policy]) -> dict[str, Any]:
    """Return facts, parameters, derived numbers by name, and arrays for levers and their knobs."""
    plain = world.names()
    names = dict(plain)
    for lever_name, lever in world.spec.levers.items():
        chosen = [p[lever_name] for p in settings]
        if not lever.choices:
            names[lever_name] = np.array(chosen, np.float64)
            continue
        for knob in {k for c in lever.choices.values() for k in c.knobs}:
            by_choice = {
                c: float(evaluate(choice.knobs[knob], plain))
                for c, choice in lever.choices.items()
            }
            names[knob] = np.array([by_choice[str(c)] for c in chosen])
    return names


def _with_segment(names: dict[str, Any], segment: Segment) -> dict[str, Any]:
    scope = dict(names)
    for name, formula in segment.knobs.items():
        scope[name] = evaluate(formula, scope)
    return scope


def _ladder_names(
    world: World, settings: Sequence[Policy], names: dict[str, Any]
) -> dict[str, Any]:
    link = world.spec.ladder
    if world.ladder is None or link is None:
        return {}
    n = len(settings)
    return score_probabilities(
        world.ladder,
        option=[str(p[link.option]) for p in settings],
        positive_above=np.broadcast_to(evaluate(link.positive_above, names), n),
        negative_below=np.broadcast_to(evaluate(link.negative_below, names), n),
        context=np.broadcast_to(np.asarray(evaluate(link.context or "0", names), np.float64), n),
    )


def _fill(row: Ints, formulas: dict[str, str], names: dict[str, Any]) -> None:
    """Write one segment's fields into row, shape (n, fields)."""
    fractions = np.tile(_DEFAULTS, (len(row), 1))
    for field, place in FIELD.items():
        formula = formulas.get(field)
        if formula is not None:
            fractions[:, place] = evaluate(formula, names)
        elif f"ladder_{field}" in names:
            fractions[:, place] = names[f"ladder_{field}"]
    row[:] = q16(fractions)
    for y in ("no", "yes"):
        # Both probabilities are rounded to Q16, so their sum may pass 1 by one unit.
        ceiling = Q16 - row[:, FIELD[f"positive_{y}"]]
        row[:, FIELD[f"negative_{y}"]] = np.minimum(row[:, FIELD[f"negative_{y}"]], ceiling)


def _rows(world: World, settings: Sequence[Policy], names: dict[str, Any]) -> Ints:
    spec = world.spec
    pool = np.zeros((len(settings), 3, len(spec.segments), len(FIELDS)), np.int64)
    ladder = _ladder_names(world, settings, names)
    for g, segment in enumerate(spec.segments):
        scope = _with_segment(names, segment)
        for phase in range(len(PHASES)):
            measured = {k: v[min(phase, len(v) - 1), g] for k, v in ladder.items()}
            _fill(pool[:, phase, g], spec.rows.exposed, scope | measured)
        _fill(pool[:, 2, g], spec.rows.unexposed, scope)
    return pool.reshape(-1, *pool.shape[2:])


def _late_weight(world: World, names: dict[str, Any]) -> Ints:
    days = np.arange(world.spec.days)
    if world.spec.ladder is None:
        return np.zeros(len(days), np.int64)
    start = float(evaluate(world.spec.ladder.late_from_day, names))
    over = max(1.0, float(evaluate(world.spec.ladder.late_over_days, names)))
    return q16(np.clip((days - start) / over, 0, 1))


def edges(spec: WorldSpec, arrivals: Sequence[float], *, thin: int = 1) -> tuple[Ints, Ints]:
    """Return segment edges (G+1,) and users arrived by tick (T, G).

    Args:
        spec: the case's world.
        arrivals: new users a day in each segment, as a share of its users at the start.
        thin: simulate one user of so many; see `compile_settings`.
    """
    shares = np.array([s.share for s in spec.segments])
    start = np.diff(np.round(np.cumsum(np.r_[0, shares]) * spec.users / thin)).astype(np.int64)
    by_day = np.arange(spec.days)[:, None] * np.array(arrivals) * start
    arrived = start + np.floor(by_day).astype(np.int64)
    return np.r_[0, np.cumsum(arrived[-1])].astype(np.int64), arrived


def _people(
    world: World, names: dict[str, Any], n: int, thin: int
) -> tuple[Ints, dict[str, Ints]]:
    """Return each setting's rates index and the arrays about users, clock and arrivals."""
    spec = world.spec
    people = np.zeros((n, len(spec.segments), 4), np.int64)
    rates = np.zeros((n, len(spec.segments), 2), np.int64)
    arrivals = []
    for g, segment in enumerate(spec.segments):
        scope = _with_segment(names, segment)
        parts = (segment.trust, segment.critical_trust, segment.leave_per_day, segment.leave_slope)
        for k, formula in enumerate(parts):
            people[:, g, k] = np.minimum(_column(formula, scope, n, Q16), Q16 - 1)
        people[:, g, 0] = np.maximum(people[:, g, 0], 1)
        for k, formula in enumerate((segment.tasks_per_day, segment.p_yes)):
            rates[:, g, k] = q16(np.broadcast_to(evaluate(formula, scope), n))
        arrivals.append(float(evaluate(segment.arrivals_per_day, world.names())))
    cuts, arrived = edges(spec, arrivals, thin=thin)
    clock = np.stack([np.arange(spec.days), np.ones(spec.days), np.ones(spec.days)], -1)
    first, which = _distinct(np.concatenate([people.reshape(n, -1), rates.reshape(n, -1)], 1))
    by_day = np.repeat(rates[first][:, None], spec.days, axis=1)
    return which, {
        "people": people[first],
        "rates": by_day,
        "edges": cuts,
        "enrolled_by": arrived,
        "clock": clock.astype(np.int64),
    }


def thin_factors(thin: int) -> Ints:
    """Return what each counter of a thinned population is multiplied by, shape (K,).

    Levels of states and numbers of events belong to the product, not to its users.
    """
    names = [c.name for c in COUNTERS]
    return np.array([1 if n.startswith(("state_", "event_")) else thin for n in names], np.int64)


def _column(formula: str, names: dict[str, Any], n: int, unit: int) -> Ints:
    value = np.empty(n)
    value[:] = evaluate(formula, names)
    return np.round(value * unit).astype(np.int64)


def _distinct(rows: Ints) -> tuple[Ints, Ints]:
    """Return where each distinct row is first found, and each row's place among the distinct.

    `numpy.unique` over an axis sorts and costs a tenth of compiling a world.
    """
    places: dict[bytes, int] = {}
    which = [places.setdefault(row.tobytes(), len(places)) for row in rows]
    first = np.unique(which, return_index=True)[1]
    return first, np.array(which, np.int64)


def _states(spec: WorldSpec, names: dict[str, Any], n: int, thin: int) -> tuple[Ints, Ints]:
    state = np.zeros((n, len(spec.states), 6), np.int64)
    update = np.zeros((n, len(spec.states), len(BASE)), np.int64)
    for s, item in enumerate(spec.states.values()):
        full = _column(item.full, names, n, Q16)
        state[:, s, 0] = _column(item.initial, names, n, Q16)
        state[:, s, 1] = _column(item.drift_per_day, names, n, Q16)
        state[:, s, 2] = _column(item.decay_per_day, names, n, Q16)
        state[:, s, 3] = full
        state[:, s, 4] = _column(item.cap, names, n, Q16) if item.cap else 2 * full
        state[:, s, 5] = _column(item.reset_at, names, n, Q16)
        for counter, formula in item.per.items():
            # Of a thinned population every counted thing stands for `thin` of its kind.
            update[:, s, COUNTER[counter]] = thin * _column(formula, names, n, Q16)
    return state, update


def _events(spec: WorldSpec, names: dict[str, Any], n: int) -> Ints:
    places = {name: s for s, name in enumerate(spec.states)}
    events = np.zeros((n, len(spec.events), 7), np.int64)
    for e, item in enumerate(spec.events.values()):
        events[:, e, 0] = np.minimum(_column(item.per_day, names, n, Q32), Q32 - 1)
        events[:, e, 1] = places.get(item.by_state, -1)
        events[:, e, 2] = _column(item.by_state_per_day, names, n, Q32)
        events[:, e, 3] = _column(item.trust_factor, names, n, Q16)
        events[:, e, 4] = places.get(item.impulse, -1)
        events[:, e, 5] = _column(item.amount, names, n, Q16)
    return events


def _couplings(spec: WorldSpec, names: dict[str, Any], n: int) -> Ints:
    """Couplings of every setting, shape (n, rows, 5): segment, state, field, add, scale."""
    places = {name: s for s, name in enumerate(spec.states)}
    groups = {s.name: g for g, s in enumerate(spec.segments)}
    rows = []
    for item in spec.couplings:
        fields = [f.name for f in FIELDS if fnmatchcase(f.name, item.field)]
        if not fields:
            message = f"coupling of {item.state}: no row field {item.field!r}"
            raise CaseError(message)
        add = _column(item.add, names, n, Q16)
        scale = _column(item.scale, names, n, Q16)
        for name in fields:
            fixed = (groups.get(item.segment, -1), places[item.state], FIELD[name])
            rows.append(np.stack([np.full(n, v) for v in fixed] + [add, scale], -1))
    return np.stack(rows, 1) if rows else np.zeros((n, 0, 5), np.int64)


def _dynamics(
    world: World, names: dict[str, Any], n: int, thin: int
) -> tuple[Ints, dict[str, Ints]]:
    """Return each setting's dynamics index and the arrays of the distinct ones."""
    spec = world.spec
    state, update = _states(spec, names, n, thin)
    events, couplings = _events(spec, names, n), _couplings(spec, names, n)
    flat = np.concatenate([a.reshape(n, -1) for a in (state, update, events, couplings)], 1)
    first, which = _distinct(flat)
    each = couplings.shape[1]
    owner = np.repeat(np.arange(len(first)), each)
    begins = np.arange(len(first)) * each
    return which, {
        "state": state[first],
        "update": update[first],
        "events": events[first],
        "couplings": np.concatenate([owner[:, None], couplings[first].reshape(-1, 5)], 1),
        "couplings_of": np.stack([begins, begins + each], -1).astype(np.int64),
    }


def prices_in(world: World, settings: Sequence[Policy]) -> PriceList:
    """Return what each counted thing is worth under each setting, and nothing else of it."""
    return price_list(world, setting_names(world, settings), len(settings))[0]


def compile_settings(world: World, settings: Sequence[Policy], *, thin: int = 1) -> Compiled:
    """Return the world's settings as kernel integers and prices.

    Args:
        world: the drawn world.
        settings: lever values; triggers are ignored.
        thin: simulate one user of so many. States then move as with all of them; counts have to
            be multiplied by `thin_factors` before money or a signal is read off them.

    Raises:
        CaseError: a formula reads an unknown name or divides by zero.
    """
    names, n = setting_names(world, settings), len(settings)
    which, dynamics = _dynamics(world, names, n, thin)
    rates, people = _people(world, names, n, thin)
    prices, cross = price_list(world, names, n)
    share = np.stack(
        [
            np.broadcast_to(q16(evaluate(world.spec.share, _with_segment(names, s))), n)
            for s in world.spec.segments
        ],
        -1,
    )
    return Compiled(
        pool=_rows(world, settings, names),
        share=share.astype(np.int64),
        dynamics=which,
        rates=rates,
        weight=_late_weight(world, names),
        world=people | dynamics | {"cross": cross},
        prices=prices,
    )

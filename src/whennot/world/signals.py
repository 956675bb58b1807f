"""Daily series made from counters: signals, failure modes and triggers read nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from whennot.errors import CaseError
from whennot.world.counters import INDEX
from whennot.world.counters import NAMES as BASE
from whennot.world.formula import evaluate
from whennot.world.spec import TriggerForm
from whennot.world.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Q16 = 65536
ALWAYS = frozenset({"active", "left", "trust_sum"})


def signal_names(
    world: World,
    totals: NDArray[Any],
    *,
    launch_trust: float | NDArray[np.float64],
    only: frozenset[str] | None = None,
) -> dict[str, Any]:
    """Return what a signal's formula may read, by day.

    Args:
        world: facts and parameters.
        totals: counters summed over segments, shape (..., days, K).
        launch_trust: mean trust of all users before the launch, in [0, 1].
        only: counters wanted; None for all. A grid of policies asks for what it reads.

    Returns:
        Counters as floats (..., days); ``living``; ``mean_trust`` of the living, in [0, 1];
        each state's level by name, in [0, 1]; each event's daily count as ``event_<name>``.
    """
    names = world.names() | {"launch_trust": launch_trust}
    wanted = BASE if only is None else [c for c in BASE if c in only | ALWAYS]
    for counter in wanted:
        names[counter] = totals[..., INDEX[counter]].astype(np.float64)
    names["living"] = names["active"] - names["left"]
    names["mean_trust"] = names["trust_sum"] / np.maximum(names["living"], 1) / Q16
    for s, state in enumerate(world.spec.states):
        names[state] = totals[..., INDEX[f"state_{s}"]] / Q16
    for e, event in enumerate(world.spec.events):
        names[f"event_{event}"] = totals[..., INDEX[f"event_{e}"]].astype(np.float64)
    return names


def trailing_mean(series: Floats, *, days: int) -> Floats:
    """Return the mean over the last days, shape kept; early days average what there is."""
    # Summed window by window: differences of a running sum drift, and a strict limit on a
    # constant signal would be decided by rounding.
    before = np.zeros((*series.shape[:-1], days - 1))
    windows = sliding_window_view(np.concatenate([before, series], -1), days, axis=-1)
    sums = windows.sum(-1)
    reach = np.minimum(np.arange(1, series.shape[-1] + 1), days)
    return np.asarray(sums / reach)


def delay_days(world: World, signal: str) -> int:
    """Return how many days late a signal reaches the dashboard in this world."""
    return round(float(evaluate(world.spec.signals[signal].delay_days, world.names())))


def daily(world: World, signal: str, names: dict[str, Any]) -> Floats:
    """Return a signal's raw daily values, shape (..., days).

    Raises:
        CaseError: it has no value on some day, e.g. 0 / 0.
    """
    value = evaluate(world.spec.signals[signal].formula, names)
    shape = names["active"].shape
    series = np.ascontiguousarray(np.broadcast_to(np.asarray(value, np.float64), shape))
    if not np.isfinite(series).all():
        message = f"signal {signal}: no number on some day; divide by max(x, 1)"
        raise CaseError(message)
    return series


def first_day_held(truth: NDArray[np.bool_], *, for_days: int) -> Ints:
    """Return the first day on which truth has held that long; the number of days if never.

    Args:
        truth: shape (..., days).
        for_days: consecutive days, counting the day itself.

    Returns:
        Shape (...).
    """
    days = truth.shape[-1]
    runs = np.cumsum(truth, -1, dtype=np.int64)
    held = runs.copy()
    held[..., for_days:] -= runs[..., :-for_days]
    reached = held >= for_days
    return np.asarray(np.where(reached.any(-1), reached.argmax(-1), days), np.int64)


def _beyond(series: Floats, comparator: str, limit: float) -> NDArray[np.bool_]:
    return series > limit if comparator == ">" else series < limit


def trigger_day(world: World, trigger: TriggerForm, names: dict[str, Any]) -> Ints:
    """Return the day a trigger's action takes effect, by replicate; days in the quarter if never.

    The signal is averaged over the trigger's window and arrives with its delay; the action
    follows `deadline_days` after the trigger fires. Triggers read only visible signals.
    """
    seen = trailing_mean(daily(world, trigger.signal, names), days=trigger.window_days)
    beyond = _beyond(seen, trigger.comparator, trigger.threshold)
    days = seen.shape[-1]
    fired = first_day_held(beyond, for_days=trigger.for_days)
    late = delay_days(world, trigger.signal) + trigger.deadline_days
    # One day at least: today's counts are known tonight, so the action can start tomorrow.
    return np.where(fired < days, np.minimum(fired + max(1, late), days), days)


def failure_days(world: World, names: dict[str, Any]) -> dict[str, Ints]:
    """Return the day each failure mode sets in, by replicate; days in the quarter if never."""
    onset = {}
    for mode, failure in world.spec.failures.items():
        window = world.spec.signals[failure.signal].window_days
        series = trailing_mean(daily(world, failure.signal, names), days=window)
        limit = float(
            evaluate(failure.threshold, world.names() | {"launch_trust": names["launch_trust"]})
        )
        beyond = _beyond(series, failure.comparator, limit)
        onset[mode] = first_day_held(beyond, for_days=failure.for_days)
    return onset


def first_failures(onset: dict[str, Ints], *, days: int) -> list[str]:
    """Return which failure mode came first in each replicate, ``none`` where nothing broke."""
    modes = list(onset)
    table = np.stack([onset[m] for m in modes])
    first = table.argmin(0)
    return [modes[i] if table[i, r] < days else "none" for r, i in enumerate(first)]

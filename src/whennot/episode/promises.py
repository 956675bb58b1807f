"""What the player promised, held against the quarter: target, guardrail, and when to stop.

The dashboard shows the metric that "best" was said to be, the stop asks about a kill criterion
that was met, and the debrief says what came of all three. None of it is part of decision quality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from whennot.episode.case import Check, Metric
from whennot.episode.debrief import number
from whennot.episode.episode import Episode
from whennot.errors import CaseError
from whennot.world.compile import prices_in, setting_names
from whennot.world.counters import INDEX
from whennot.world.formula import evaluate
from whennot.world.signals import first_day_held, trailing_mean
from whennot.world.simulate import Run

Floats = NDArray[np.float64]
WEEK = 7
"""Days over which a metric is averaged, as most signals are."""


NOTHING = "nothing in this world measures it"
NOT_SET_UP = "you set up nothing that measures it"


@dataclass(frozen=True)
class Promise:
    """Something that was said before the launch, beside what came.

    Attributes:
        kind: what sort of promise.
        said: in the player's words.
        came: what the quarter came to, in words; says so where nothing measures it.
        held: whether it was kept; None where that cannot be said.
    """

    kind: Literal["target", "guardrail", "kill criterion"]
    said: str
    came: str
    held: bool | None


@dataclass(frozen=True)
class Goal:
    """The metric the player chose, as a dashboard shows it.

    Attributes:
        label, unit: of the metric. days: one value a day, as far as it is known.
        late: days it comes late. said: the target in words.
        better: which direction.
    """

    label: str
    unit: str
    days: tuple[float, ...]
    late: int
    said: str
    better: Literal["lower", "higher"]


def measured(run: Run, formula: str, *, window_days: int = WEEK) -> Floats:
    """Return a formula over the quarter, averaged over the last days, shape (days,).

    Beside what signals read, it may read levers and what a choice sets, as in force that day,
    ``earned`` (USD that day, all payers together, without what is paid once) and ``scale``
    (users that one simulated user stands for).

    Raises:
        CaseError: no number on some day.
    """
    seen = {name: _of_first(value) for name, value in run.names.items()}
    found = np.zeros(run.days)
    schedule = run.schedules[0]
    ends = [day for day, _ in schedule[1:]] + [run.days]
    for (day, policy), end in zip(schedule, ends, strict=True):
        if end <= day:
            continue
        names = _plain(setting_names(run.world, [policy])) | seen
        names["scale"] = evaluate(run.world.spec.scale, names)
        names["earned"] = prices_in(run.world, [policy]).ledger(0, run.totals[0], days=1).sum(-1)
        value = np.broadcast_to(np.asarray(evaluate(formula, names), np.float64), run.days)
        found[day:end] = value[day:end]
    if not np.isfinite(found).all():
        raise CaseError(f"measure {formula!r}: no number on some day; divide by max(x, 1)")
    return trailing_mean(found, days=window_days)


def _of_first(value: Any) -> Any:
    """Return what belongs to the one replicate of a played quarter."""
    return value[0] if isinstance(value, np.ndarray) and value.ndim > 1 else value


def _plain(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return names of one setting as plain numbers."""
    return {n: v.item() if isinstance(v, np.ndarray) else v for n, v in names.items()}


def goal_of(episode: Episode) -> Goal | None:
    """Return the chosen metric up to the day of the play; None where nothing measures it."""
    metric, run = _metric(episode), episode.run
    if metric is None or metric.measure is None or run is None:
        return None
    if not _is_measured(run, metric.measured_if):
        return None
    late = round(float(evaluate(metric.delay_days, run.world.names())))
    days = measured(run, metric.measure)[: max(0, _last_day(episode, run) + 1 - late)]
    values = tuple(float(v) for v in days)
    return Goal(
        metric.label, metric.unit, values, late, _target_said(episode, metric), metric.better
    )


def watched_for_stop(episode: Episode) -> Goal | None:
    """Return what the kill criterion is checked on, where no other series shows it."""
    name = episode.decision.statements.kill_criterion if episode.decision else ""
    check, run, metric = episode.case.spec.kill_checks.get(name), episode.run, _metric(episode)
    if check is None or run is None or not check.label or not _built(episode):
        return None
    if (metric is not None and metric.measure == check.formula) or not _is_measured(
        run, check.measured_if
    ):
        return None
    series = measured(run, check.formula, window_days=check.window_days)
    values = tuple(float(v) for v in series[: _last_day(episode, run) + 1])
    better: Literal["lower", "higher"] = "lower" if check.comparator == ">" else "higher"
    return Goal(check.label, check.unit, values, 0, _kill_said(episode), better)


def _kill_said(episode: Episode) -> str:
    said = episode.decision.statements if episode.decision else None
    return said.stop_if if said else ""


def _last_day(episode: Episode, run: Run) -> int:
    """Return the last day that is known where the play stands, while somebody has the feature."""
    day = run.days - 1 if episode.stop is None else episode.stop.day
    return min(day, _gone(run) - 1)


def met_on(episode: Episode, *, before: int) -> int | None:
    """Return the day on which the kill criterion was met, if it was before that day.

    Nothing can be met any more once the feature is gone.
    """
    name = episode.decision.statements.kill_criterion if episode.decision else ""
    check, run = episode.case.spec.kill_checks.get(name), episode.run
    if check is None or run is None or not _built(episode):
        return None
    if not _is_measured(run, check.measured_if):
        return None
    day = _met(run, check)
    return day if day < min(before, _gone(run)) else None


def promises(episode: Episode) -> list[Promise]:
    """Return target, guardrail and kill criterion with what came of each; nothing if not built."""
    metric, run = _metric(episode), episode.run
    if metric is None or run is None or not _built(episode):
        return []
    found = [_target(episode, metric, run)]
    if _guardrail_said(episode, metric).strip().lower() != "none":
        found.append(_guardrail(episode, metric, run))
    return [*found, _kill_criterion(episode, run)]


def _built(episode: Episode) -> bool:
    return episode.policy is not None and episode.policy["option"] != "none"


def _metric(episode: Episode) -> Metric | None:
    if episode.objective is None:
        return None
    return episode.case.spec.metrics.get(episode.objective.metric)


def _target_said(episode: Episode, metric: Metric) -> str:
    return (episode.objective.target if episode.objective else "") or metric.target


def _guardrail_said(episode: Episode, metric: Metric) -> str:
    return (episode.objective.guardrail if episode.objective else "") or metric.guardrail


def _gone(run: Run) -> int:
    """Return the day from which on nobody has the feature; days in the quarter if never."""
    used = np.flatnonzero(run.totals[0, :, INDEX["exposed"]])
    unused = int(used[-1]) + 1 if len(used) else 0
    nothing = [since for since, policy in run.schedules[0] if policy["option"] == "none"]
    return min([unused, *nothing])


def _target(episode: Episode, metric: Metric, run: Run) -> Promise:
    said = _target_said(episode, metric)
    full = f"{metric.label}: {said}"
    if metric.measure is None:
        return Promise("target", full, NOTHING, held=None)
    if not _is_measured(run, metric.measured_if):
        return Promise("target", full, NOT_SET_UP, held=None)
    gone = _gone(run)
    if gone < run.days:
        return Promise("target", full, f"the feature was gone from day {gone} on", held=None)
    last = float(measured(run, metric.measure)[-1])
    came = f"{number(last, metric.unit)} in the last week"
    if metric.goal is None or said != metric.target:
        return Promise("target", full, came, held=None)
    reached = last >= metric.goal if metric.better == "higher" else last <= metric.goal
    return Promise("target", full, came, held=reached)


def _guardrail(episode: Episode, metric: Metric, run: Run) -> Promise:
    said = _guardrail_said(episode, metric)
    check = metric.broken_if
    if check is None or said != metric.guardrail:
        return Promise("guardrail", said, NOTHING, held=None)
    if not _is_measured(run, check.measured_if):
        return Promise("guardrail", said, NOT_SET_UP, held=None)
    day = _met(run, check)
    if day >= _gone(run):
        return Promise("guardrail", said, "held on every day", held=True)
    return Promise("guardrail", said, f"broken from day {day} on", held=False)


def _kill_criterion(episode: Episode, run: Run) -> Promise:
    name = episode.decision.statements.kill_criterion if episode.decision else ""
    spec = episode.case.spec
    said, check = spec.kill_criteria.get(name, "none"), spec.kill_checks.get(name)
    if check is None:
        return Promise("kill criterion", said, NOTHING, held=None)
    if not _is_measured(run, check.measured_if):
        return Promise("kill criterion", said, NOT_SET_UP, held=None)
    day = met_on(episode, before=run.days)
    if day is None:
        return Promise("kill criterion", said, "not met", held=None)
    done = [s for s in episode.visited if s.day >= day and spec.actions[s.chosen].set]
    if done:
        label = spec.actions[done[0].chosen].label.lower()
        came = f"met on day {day}; on day {done[0].day} you chose “{label}”"
        return Promise("kill criterion", said, came, held=True)
    fired = int(run.trigger_days[0])
    if fired < run.days:
        came = f"met on day {day}; your trigger acted on day {fired}"
        return Promise("kill criterion", said, came, held=True)
    return Promise("kill criterion", said, f"met on day {day}; you went on", held=False)


def _is_measured(run: Run, formula: str) -> bool:
    """Return whether what a measure needs was set up, at launch or later."""
    policies = {policy for _, policy in run.schedules[0]}
    return any(evaluate(formula, _plain(setting_names(run.world, [p]))) for p in policies)


def _met(run: Run, check: Check) -> int:
    """Return the first day on which a condition has held long enough; days in all if never."""
    series = measured(run, check.formula, window_days=check.window_days)
    beyond = series > check.limit if check.comparator == ">" else series < check.limit
    beyond[: check.from_day] = False
    if check.by_day is not None:
        beyond[check.by_day + 1 :] = False
    return int(first_day_held(beyond, for_days=check.for_days))

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

from whennot.episode.case import Check, Measure, Metric
from whennot.episode.debrief import number
from whennot.episode.episode import Episode
from whennot.errors import CaseError
from whennot.world.compile import prices_in, setting_names
from whennot.world.counters import INDEX
from whennot.world.formula import evaluate
from whennot.world.signals import first_day_held
from whennot.world.simulate import Run

Floats = NDArray[np.float64]
Named = tuple[str, str, str]
NOTHING = "nothing in this world measures it"
NOT_SET_UP = "you set up nothing that measures it"
NO_CASES = "there was nothing left to measure it on"


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
    """A series the player named, as a dashboard shows it.

    Attributes:
        label, unit: of the metric. days: one value for each day that is known and had any.
        late: days it comes late. said: the target, or what would stop her, in words.
    """

    label: str
    unit: str
    days: tuple[float, ...]
    late: int
    said: str


def measured(run: Run, measure: Measure) -> Floats:
    """Return a measure over the quarter, shape (days,); NaN where there is nothing to measure.

    Beside what signals read, formulas may read levers and what a choice sets, as in force that
    day, ``earned`` (USD that day, all payers together, what is paid once spread over the
    quarter) and ``scale`` (users that one simulated user stands for).

    Raises:
        CaseError: no number on some day.
    """
    above = _sums(run, measure.of, measure.window_days)
    if measure.per == "0":
        return np.asarray(above / np.minimum(np.arange(1, run.days + 1), measure.window_days))
    below = _sums(run, measure.per, measure.window_days)
    there = below != 0
    return np.where(there, above / np.where(there, below, 1), np.nan)


def _known(run: Run, measure: Measure) -> Floats:
    """Return a measure as far as it can be told; a faulty one stops no play.

    `whennot check` evaluates every measure, so no case on the shelf has a faulty one.
    """
    try:
        return measured(run, measure)
    except CaseError:
        return np.full(run.days, np.nan)


def _sums(run: Run, formula: str, days: int) -> Floats:
    """Return a formula summed over the last days, shape (days,)."""
    seen = {name: _of_first(value) for name, value in run.names.items()}
    found = np.zeros(run.days)
    schedule = run.schedules[0]
    ends = [day for day, _ in schedule[1:]] + [run.days]
    for (day, policy), end in zip(schedule, ends, strict=True):
        if end <= day:
            continue
        names = _plain(setting_names(run.world, [policy])) | seen
        prices = prices_in(run.world, [policy])
        names["scale"] = evaluate(run.world.spec.scale, names)
        names["earned"] = prices.ledger(0, run.totals[0], days=1).sum(-1)
        names["earned"] = names["earned"] + prices.fixed(0).sum() / run.days
        value = np.broadcast_to(np.asarray(evaluate(formula, names), np.float64), run.days)
        found[day:end] = value[day:end]
    if not np.isfinite(found).all():
        raise CaseError(f"measure {formula!r}: no number on some day; use `per` for a share")
    return np.array([found[max(0, d + 1 - days) : d + 1].sum() for d in range(run.days)])


def _of_first(value: Any) -> Any:
    """Return what belongs to the one replicate of a played quarter."""
    return value[0] if isinstance(value, np.ndarray) and value.ndim > 1 else value


def _plain(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return names of one setting as plain numbers."""
    return {n: v.item() if isinstance(v, np.ndarray) else v for n, v in names.items()}


def goal_of(episode: Episode) -> Goal | None:
    """Return the chosen metric up to the day of the play; None where nothing measures it."""
    metric, run = _metric(episode), episode.run
    if metric is None or metric.measure is None or run is None or not _built(episode):
        return None
    named = (metric.label, metric.unit, _target_said(episode, metric))
    return _series(episode, run, metric.measure, named)


def watched_for_stop(episode: Episode) -> Goal | None:
    """Return what the kill criterion is checked on, where no other series shows it."""
    check, run, metric = _kill_check(episode), episode.run, _metric(episode)
    if check is None or run is None or not check.label or not _built(episode):
        return None
    own = metric.measure if metric else None
    if own is not None and (own.of, own.per) == (check.of, check.per):
        return None
    return _series(episode, run, check, (check.label, check.unit, kill_said(episode)))


def guardrail_of(episode: Episode) -> Goal | None:
    """Return what "must hold" is checked on, where no other series shows it."""
    metric, run = _metric(episode), episode.run
    check = metric.broken_if if metric else None
    if metric is None or check is None or run is None or not check.label or not _built(episode):
        return None
    return _series(
        episode, run, check, (check.label, check.unit, _guardrail_said(episode, metric))
    )


def off_since(episode: Episode) -> int | None:
    """Return the day from which on nobody has had the feature until today; None where some do."""
    run = episode.run
    if run is None or not _built(episode):
        return None
    today = run.days - 1 if episode.stop is None else episode.stop.day
    there = np.flatnonzero(_exposed(run)[: today + 1])
    last = int(there[-1]) if len(there) else -1
    return last + 1 if last < today else None


def _series(episode: Episode, run: Run, measure: Measure, named: Named) -> Goal | None:
    """Return a measure up to the day of the play; named: label, unit, what was said."""
    if not is_measured(run, measure):
        return None
    late = _late(run, measure)
    today = run.days - 1 if episode.stop is None else episode.stop.day
    known = _known(run, measure)[: max(0, today + 1 - late)]
    days = tuple(float(v) for v in known if np.isfinite(v))
    label, unit, said = named
    return Goal(label, unit, days, late, said)


def met_on(episode: Episode, *, known_on: int) -> int | None:
    """Return the day on which the kill criterion was met, if that is known on a day.

    Nothing is met on days on which nobody has the feature.
    """
    check, run = _kill_check(episode), episode.run
    if check is None or run is None or not _built(episode) or not is_measured(run, check):
        return None
    day = _met(run, check)
    return day if day + _late(run, check) <= min(known_on, run.days - 1) else None


def kill_said(episode: Episode) -> str:
    """Return when the player said she would stop, in her words or the case's."""
    if episode.decision is None:
        return ""
    said = episode.decision.statements
    return said.stop_if or episode.case.spec.kill_criteria.get(said.kill_criterion, "")


def promises(episode: Episode) -> list[Promise]:
    """Return target, guardrail and kill criterion with what came of each; nothing if not built."""
    metric, run = _metric(episode), episode.run
    if metric is None or run is None or not _built(episode):
        return []
    found = [_target(episode, metric, run)]
    if _guardrail_said(episode, metric).strip().lower() != "none":
        found.append(_guardrail(episode, metric, run))
    if kill_said(episode):
        found.append(_kill_criterion(episode, run))
    return found


def _built(episode: Episode) -> bool:
    return episode.policy is not None and episode.policy["option"] != "none"


def _metric(episode: Episode) -> Metric | None:
    if episode.objective is None:
        return None
    return episode.case.spec.metrics.get(episode.objective.metric)


def _kill_check(episode: Episode) -> Check | None:
    name = episode.decision.statements.kill_criterion if episode.decision else ""
    return episode.case.spec.kill_checks.get(name)


def _target_said(episode: Episode, metric: Metric) -> str:
    return (episode.objective.target if episode.objective else "") or metric.target


def _guardrail_said(episode: Episode, metric: Metric) -> str:
    return (episode.objective.guardrail if episode.objective else "") or metric.guardrail


def _exposed(run: Run) -> NDArray[np.bool_]:
    """Return on which days somebody has the feature, shape (days,)."""
    there = run.totals[0, :, INDEX["exposed"]] > 0
    ends = [day for day, _ in run.schedules[0][1:]] + [run.days]
    for (day, policy), end in zip(run.schedules[0], ends, strict=True):
        if policy["option"] == "none":
            there[day:end] = False
    return np.asarray(there)


def _target(episode: Episode, metric: Metric, run: Run) -> Promise:
    said = _target_said(episode, metric)
    full = f"{metric.label}: {said}"
    if metric.measure is None:
        return Promise("target", full, NOTHING, held=None)
    if not is_measured(run, metric.measure):
        return Promise("target", full, NOT_SET_UP, held=None)
    there = _exposed(run)
    if not there[-1]:
        gone = int(np.flatnonzero(there)[-1]) + 1 if there.any() else 0
        return Promise("target", full, f"the feature was gone from day {gone} on", held=None)
    last = float(_known(run, metric.measure)[-1])
    if not np.isfinite(last):
        return Promise("target", full, NO_CASES, held=None)
    came = f"{number(last, metric.unit)} (last week)"
    if metric.goal is None or said != metric.target:
        return Promise("target", full, came, held=None)
    # As precisely as it is told: "93 %" is not under 93 %.
    shown, goal = (
        float(f"{v:.2g}") if abs(v) < 1 else float(f"{v:.3g}") for v in (last, metric.goal)
    )
    reached = shown >= goal if metric.better == "higher" else shown <= goal
    return Promise("target", full, came, held=reached)


def _guardrail(episode: Episode, metric: Metric, run: Run) -> Promise:
    said = _guardrail_said(episode, metric)
    check = metric.broken_if
    if check is None or said != metric.guardrail:
        return Promise("guardrail", said, NOTHING, held=None)
    if not is_measured(run, check):
        return Promise("guardrail", said, NOT_SET_UP, held=None)
    day = _met(run, check)
    if day >= run.days:
        return Promise("guardrail", said, "held on every day", held=True)
    return Promise("guardrail", said, f"broken on day {day}", held=False)


def _kill_criterion(episode: Episode, run: Run) -> Promise:
    said, check = kill_said(episode), _kill_check(episode)
    if check is None:
        return Promise("kill criterion", said, NOTHING, held=None)
    if not is_measured(run, check):
        return Promise("kill criterion", said, NOT_SET_UP, held=None)
    day = met_on(episode, known_on=run.days)
    if day is None:
        return Promise("kill criterion", said, "not met", held=None)
    did, held = _after_it(episode, run, check, day)
    return Promise("kill criterion", said, f"met on day {day}; {did}", held)


def _after_it(episode: Episode, run: Run, check: Check, day: int) -> tuple[str, bool | None]:
    """Return what was done once the criterion was known to be met, and whether that kept it."""
    asked = [s for s in episode.visited if s.day >= day + _late(run, check)]
    done = [s for s in asked if s.chosen in check.done_by]
    if done:
        label = episode.case.spec.actions[done[0].chosen].label.lower()
        return f"on day {done[0].day} you chose “{label}”", True
    fired, trigger = int(run.trigger_days[0]), episode.policy.trigger if episode.policy else None
    if trigger is not None and trigger.action in check.done_by and day <= fired < run.days:
        return f"your trigger acted on day {fired}", True
    return ("you went on", False) if asked else ("no stop came after that", None)


def is_measured(run: Run, measure: Measure) -> bool:
    """Return whether what a measure needs was set up, at launch or later."""
    policies = {policy for _, policy in run.schedules[0]}
    formula = measure.measured_if
    return any(evaluate(formula, _plain(setting_names(run.world, [p]))) for p in policies)


def _late(run: Run, measure: Measure) -> int:
    return max(0, round(float(evaluate(measure.delay_days, run.world.names()))))


def _met(run: Run, check: Check) -> int:
    """Return the first day on which a condition has held long enough; days in all if never."""
    series = _known(run, check)
    beyond = series > check.limit if check.comparator == ">" else series < check.limit
    beyond &= _exposed(run)
    beyond[: check.from_day] = False
    if check.by_day is not None:
        beyond[check.by_day + 1 :] = False
    return int(first_day_held(beyond, for_days=check.for_days))

"""Event stops: the moments of a quarter at which it waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from whennot.episode.case import Case, Stop
from whennot.errors import CaseError
from whennot.world.compile import setting_names
from whennot.world.formula import evaluate
from whennot.world.policy import Policy
from whennot.world.signals import delay_days, first_day_held
from whennot.world.simulate import Change, Run
from whennot.world.spec import Action, TriggerForm
from whennot.world.world import World


@dataclass(frozen=True)
class CurrentStop:
    """A stop that came up, and what was done at it.

    Attributes:
        name: the stop's name in the case, or ``trigger``.
        day: day of the quarter on which it comes up.
        title: headline. text: what the player reads. who: stakeholder, or empty.
        actions: what may be done. chosen: what was done, or empty.
    """

    name: str
    day: int
    title: str
    text: str
    who: str
    actions: tuple[str, ...]
    chosen: str = ""


def _day(run: Run, stop: Stop) -> int:
    """Return the day a stop comes up; days in the quarter if it does not."""
    if stop.day is not None:
        return stop.day
    limit = float(evaluate(stop.threshold, run.world.names()))
    series = run.signal(stop.signal)[0]
    beyond = series > limit if stop.comparator == ">" else series < limit
    held = int(first_day_held(beyond, for_days=stop.for_days))
    # A dashboard shows a signal only when its delay has passed.
    return held + delay_days(run.world, stop.signal) if held < run.days else run.days


def _trigger_stop(case: Case, run: Run, trigger: TriggerForm) -> CurrentStop | None:
    day = int(run.trigger_days[0])
    if day >= run.days - 1:
        return None
    label = case.spec.signals[trigger.signal].label
    action = case.spec.actions[trigger.action].label.lower()
    side = "above" if trigger.comparator == ">" else "below"
    text = (
        f"{label[0].upper()}{label[1:]} stayed {side} {trigger.threshold:g} "
        f"for {trigger.for_days} days. As agreed, its action is done: {action}."
    )
    return CurrentStop("trigger", day, "Your trigger fired", text, "", case.spec.after_trigger)


def all_stops(case: Case, run: Run, *, trigger: TriggerForm | None) -> list[CurrentStop]:
    """Return every stop of a run in order of day; on the same day the trigger comes first."""
    found = [] if trigger is None else [_trigger_stop(case, run, trigger)]
    for name, stop in case.spec.stops.items():
        day = _day(run, stop)
        if day < run.days - 1:
            found.append(CurrentStop(name, day, stop.title, stop.text, stop.who, stop.actions))
    return sorted(
        (s for s in found if s is not None), key=lambda s: (s.day, s.name != "trigger", s.name)
    )


def next_stop(
    case: Case, run: Run, *, visited: tuple[CurrentStop, ...], trigger: TriggerForm | None
) -> CurrentStop | None:
    """Return the next stop after those visited, or None when the quarter runs to its end."""
    since = visited[-1].day if visited else -1
    done = {s.name for s in visited}
    for stop in all_stops(case, run, trigger=trigger):
        if stop.day >= since and stop.name not in done:
            return stop
    return None


def changing(world: World, actions: tuple[str, ...], policy: Policy) -> tuple[str, ...]:
    """Return the actions that would change something: what is in force already is not a choice.

    Args:
        world: of the play.
        actions: of a stop.
        policy: the lever values in force.
    """
    spec = world.spec

    def changes(name: str) -> bool:
        sets = spec.actions[name].set
        if not sets:
            return True
        idle = spec.idle(sets.get("option", policy["option"]))
        if not any(policy[n] != v for n, v in sets.items() if n not in idle):
            return False
        # What nobody has, before and after, is not changed by how it is set; that it ends, is.
        return (
            spec.actions[name].retires
            or _is_used(world, policy)
            or _is_used(world, policy.with_levers(spec, sets))
        )

    return tuple(a for a in actions if changes(a)) or actions


def _is_used(world: World, policy: Policy) -> bool:
    """Return whether the feature reaches anybody, as far as the levers say."""
    try:
        return bool(np.any(evaluate(world.spec.share, setting_names(world, [policy]))))
    except CaseError:  # it depends on the segment, too
        return True


def change(world: World, action: Action, *, day: int) -> Change | None:
    """Return what an action changes from a day on; None when it changes and costs nothing."""
    usd = float(evaluate(action.usd, world.names()))
    if not action.set and not usd:
        return None
    return Change(day, tuple(sorted(action.set.items())), usd, action.retires)

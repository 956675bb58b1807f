"""The dashboard of a running quarter: what a product manager sees on a day, late series late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whennot.episode.debrief import number
from whennot.episode.episode import Episode
from whennot.episode.promises import goal_of, guardrail_of, watched_for_stop
from whennot.world.signals import delay_days

TEN, LARGE = 10, 1000
WIDTH, HEIGHT = 120, 28
"""Of a sparkline, in units of its own picture."""


@dataclass(frozen=True)
class Signal:
    """One series up to today.

    Attributes:
        label: what. now: its last value that is visible, with unit. late: how late it comes.
        points: of a sparkline from 0 to the largest value, as SVG takes them; empty before any.
        first, top: value on the first day and largest value, as shown.
        note: what the player said about it: her target, what would stop her, her trigger.
        mine: whether it is the metric that "best" was said to be.
    """

    label: str
    now: str
    late: str
    points: str
    end: tuple[float, float]
    first: str
    top: str
    note: str = ""
    mine: bool = False


def dashboard(episode: Episode) -> list[Signal]:
    """Return the visible signals up to the stop the play waits at, or to the end."""
    if episode.run is None or episode.state not in {"operating", "review"}:
        return []
    stop = episode.stop
    day = episode.case.spec.days - 1 if stop is None else stop.day
    return [*_goal(episode), *_signals(episode, day)]


def _goal(episode: Episode) -> Iterator[Signal]:
    """Yield the metric that the player said "best" would mean, and what would stop her."""
    goal = goal_of(episode)
    if goal is not None:
        note = _("you said: %(said)s") % {"said": goal.said}
        yield _signal(goal.label, goal.unit, goal.days, goal.late, note=note, mine=True)
    holds = guardrail_of(episode)
    if holds is not None:
        note = _("must hold: %(said)s") % {"said": holds.said}
        yield _signal(holds.label, holds.unit, holds.days, holds.late, note=note)
    watched = watched_for_stop(episode)
    if watched is not None:
        note = _("would stop you: %(said)s") % {"said": watched.said}
        yield _signal(watched.label, watched.unit, watched.days, watched.late, note=note)


def _signals(episode: Episode, day: int) -> Iterator[Signal]:
    if episode.run is None:
        return
    for name, signal in episode.case.spec.signals.items():
        if not signal.visible:
            continue
        late = delay_days(episode.world, name)
        seen = [float(v) for v in episode.run.signal(name)[0][: max(0, day + 1 - late)]]
        yield _signal(signal.label, signal.unit, seen, late, note=_trigger(episode, name))


def _trigger(episode: Episode, signal: str) -> str:
    """Return the player's trigger on a signal in words; nothing where she set none on it."""
    trigger = episode.policy.trigger if episode.policy else None
    if trigger is None or trigger.signal != signal:
        return ""
    limit = number(trigger.threshold, episode.case.spec.signals[signal].unit)
    if trigger.comparator == ">":
        return _("your trigger: above %(limit)s") % {"limit": limit}
    return _("your trigger: below %(limit)s") % {"limit": limit}


def _signal(
    label: str, unit: str, seen: Sequence[float], late: int, *, note: str = "", mine: bool = False
) -> Signal:
    told = ngettext("%(late)s day late", "%(late)s days late", late) % {"late": late}
    told = told if late else ""
    if not seen:
        return Signal(label, _("nothing yet"), told, "", (0, 0), "", "", note, mine)
    points, end = _points(seen)
    first, now, top = (_told(v, unit) for v in (seen[0], seen[-1], max(seen)))
    return Signal(label, now, told, points, end, first, top, note, mine)


def _told(value: float, unit: str) -> str:
    if unit.startswith("share"):
        rest = unit.removeprefix("share").strip()
        return f"{100 * value:.1f} % {rest}".strip()
    shown = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.{2 if abs(value) < TEN else 3}g}"
    return f"{shown} {_one_of(unit) if shown == '1' else unit}"


def _one_of(unit: str) -> str:
    """Return a counted unit for one of it: ``1 leak``; others stay as they are."""
    if not unit.isalpha() or not unit.endswith("s"):
        return unit
    return f"{unit[:-3]}y" if unit.endswith("ies") else unit[:-1]


def _points(seen: Sequence[float]) -> tuple[str, tuple[float, float]]:
    # From 0, or from the lowest value where a metric goes below it.
    low, last = min(*seen, 0.0), max(len(seen) - 1, 1)
    span = max(*seen, low + 1e-9) - low
    dots = [(WIDTH * i / last, HEIGHT * (1 - (v - low) / span)) for i, v in enumerate(seen)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in dots), dots[-1]

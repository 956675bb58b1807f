"""The dashboard of a running quarter: what a product manager sees on a day, late series late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whennot.episode.episode import Episode
from whennot.episode.promises import goal_of, watched_for_stop
from whennot.world.signals import delay_days

LARGE = 1000
WIDTH, HEIGHT = 120, 28
"""Of a sparkline, in units of its own picture."""


@dataclass(frozen=True)
class Signal:
    """One series up to today.

    Attributes:
        label: what. now: its last value that is visible, with unit. late: how late it comes.
        points: of a sparkline from 0 to the largest value, as SVG takes them; empty before any.
        first, top: value on the first day and largest value, as shown.
        better: lower or higher.
        said: what the player said it would come to; empty for what was not her metric.
        stop: the kill criterion it is watched for; empty for all others.
    """

    label: str
    now: str
    late: str
    points: str
    end: tuple[float, float]
    first: str
    top: str
    better: str
    said: str = ""
    stop: str = ""


def dashboard(episode: Episode) -> list[Signal]:
    """Return the visible signals up to the stop the play waits at, or to the end."""
    if episode.run is None or episode.state not in {"operating", "review"}:
        return []
    stop = episode.stop
    day = episode.case.spec.days - 1 if stop is None else stop.day
    return [*_goal(episode), *_signals(episode, day)]


def _goal(episode: Episode) -> Iterator[Signal]:
    """Yield the metric that the player said "best" would mean; it comes first."""
    goal = goal_of(episode)
    if goal is not None:
        told = _late_words(goal.late)
        yield _signal(goal.label, goal.unit, goal.days, told, goal.better, said=goal.said)
    watched = watched_for_stop(episode)
    if watched is not None:
        yield _signal(
            watched.label,
            watched.unit,
            watched.days,
            _late_words(watched.late),
            watched.better,
            stop=watched.said,
        )


def _signals(episode: Episode, day: int) -> Iterator[Signal]:
    if episode.run is None:
        return
    for name, signal in episode.case.spec.signals.items():
        if not signal.visible:
            continue
        late = delay_days(episode.world, name)
        seen = [float(v) for v in episode.run.signal(name)[0][: max(0, day + 1 - late)]]
        yield _signal(signal.label, signal.unit, seen, _late_words(late), signal.better)


def _late_words(late: int) -> str:
    if not late:
        return ""
    return ngettext("%(late)s day late", "%(late)s days late", late) % {"late": late}


def _signal(
    label: str,
    unit: str,
    seen: Sequence[float],
    late: str,
    better: str,
    *,
    said: str = "",
    stop: str = "",
) -> Signal:
    if not seen:
        return Signal(label, _("nothing yet"), late, "", (0, 0), "", "", better, said, stop)
    points, end = _points(seen)
    first, now, top = (_told(v, unit) for v in (seen[0], seen[-1], max(seen)))
    return Signal(label, now, late, points, end, first, top, better, said, stop)


def _told(value: float, unit: str) -> str:
    if unit.startswith("share"):
        rest = unit.removeprefix("share").strip()
        return f"{100 * value:.1f} % {rest}".strip()
    shown = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.3g}"
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

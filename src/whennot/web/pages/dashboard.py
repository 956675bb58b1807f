"""The dashboard of a running quarter: what a product manager sees on a day, late series late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whennot.episode.episode import Episode
from whennot.world.signals import delay_days

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
    """

    label: str
    now: str
    late: str
    points: str
    end: tuple[float, float]
    first: str
    top: str
    better: str


def dashboard(episode: Episode) -> list[Signal]:
    """Return the visible signals up to the stop the play waits at, or to the end."""
    if episode.run is None or episode.state not in {"operating", "review"}:
        return []
    stop = episode.stop
    day = episode.case.spec.days - 1 if stop is None else stop.day
    return list(_signals(episode, day))


def _signals(episode: Episode, day: int) -> Iterator[Signal]:
    if episode.run is None:
        return
    for name, signal in episode.case.spec.signals.items():
        if not signal.visible:
            continue
        late = delay_days(episode.world, name)
        seen = [float(v) for v in episode.run.signal(name)[0][: max(0, day + 1 - late)]]
        told = f"{late} {'day' if late == 1 else 'days'} late" if late else ""
        if not seen:
            none = "nothing yet"
            yield Signal(signal.label, none, told, "", (0, 0), "", "", signal.better)
            continue
        points, end = _points(seen)
        first, now, top = (_told(v, signal.unit) for v in (seen[0], seen[-1], max(seen)))
        yield Signal(signal.label, now, told, points, end, first, top, signal.better)


def _told(value: float, unit: str) -> str:
    if unit.startswith("share"):
        rest = unit.removeprefix("share").strip()
        return f"{100 * value:.1f} % {rest}".strip()
    return f"{value:.3g} {unit}"


def _points(seen: Sequence[float]) -> tuple[str, tuple[float, float]]:
    top, last = max(*seen, 1e-9), max(len(seen) - 1, 1)
    dots = [(WIDTH * i / last, HEIGHT * (1 - v / top)) for i, v in enumerate(seen)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in dots), dots[-1]


def in_force(episode: Episode) -> list[tuple[str, str]]:
    """Return (lever, value) as they stand on the day the play waits at."""
    if episode.run is None or episode.stop is None:
        return []
    schedule = episode.run.schedules[0]
    policy = [p for since, p in schedule if since <= episode.stop.day][-1]
    levers = episode.case.spec.levers
    return [(levers[n].label, levers[n].shown(policy[n])) for n in episode.live_levers]

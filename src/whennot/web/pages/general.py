"""What is shown across plays: history, calibration, the roadmap's chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from whennot import charts
from whennot.charts import Chart
from whennot.home import Home
from whennot.practice import plays
from whennot.score.calibration import NEEDED, Calibration, Resolved, calibration
from whennot.shelf import title_of
from whennot.web.kept import Kept
from whennot.web.pages import plan
from whennot.web.pages.figures import Figure, figure

RECENT = 3


@dataclass(frozen=True)
class Past:
    """A play in the list.

    Attributes:
        name: of the play. title: of its case, or the case's name where it is not installed.
        variant: of the case. finished: whether it reached its debrief. at: when it was last moved.
        share, share_se: attainable share with its standard error; None before the debrief.
        contested: whether its verdict does not count. moves: made so far.
    """

    name: str
    title: str
    variant: int
    finished: bool
    at: datetime
    share: float | None
    share_se: float
    contested: bool
    moves: int


def history(home: Home) -> list[Past]:
    """Return every play, the one last moved first."""
    rows = [
        Past(
            name=k.name,
            title=title_of(k.case),
            variant=k.setup.variant,
            finished=k.finished,
            at=k.last_at,
            share=k.numbers.get("attainable_share"),
            share_se=float(k.numbers.get("attainable_share_se", 0.0)),
            contested=not k.numbers.get("counts", True),
            moves=k.moves,
        )
        for k in plays.kept(home)
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def recent(home: Home) -> list[Past]:
    """Return the plays that were finished last."""
    return [row for row in history(home) if row.finished][:RECENT]


def record(home: Home) -> list[Resolved]:
    """Return every forecast whose outcome is known and was on its list."""
    found = []
    for kept in plays.kept(home):
        listed = kept.numbers.get("first_failure_probabilities", {})
        came = str(kept.numbers.get("first_failure", ""))
        shares = {name: float(kept.forecast.get(name, 0)) / 100 for name in listed}
        total = sum(shares.values())
        if came in listed and total > 0:
            found.append(Resolved({n: p / total for n, p in shares.items()}, came))
    return found


def _distances(home: Home) -> list[tuple[str, float]]:
    """Return for each play how many of its 100 points were elsewhere than simulated."""
    rows = []
    for kept in plays.kept(home):
        simulated = kept.numbers.get("first_failure_probabilities", {})
        total = sum(simulated.values())
        if not kept.forecast or total <= 0:
            continue
        stated = {n: float(kept.forecast.get(n, 0)) / 100 for n in simulated}
        gap = sum(abs(stated[n] - p / total) for n, p in simulated.items()) / 2
        rows.append((f"{title_of(kept.case)} ({kept.name})", 100 * gap))
    return rows


_measured: Kept[Calibration] = Kept(8)


def _calibration(resolved: list[Resolved]) -> Calibration:
    # A thousand forecasters are drawn for the band; the same forecasts give the same one.
    return _measured.of(calibration, repr(resolved), lambda: calibration(resolved))


def calibrated(home: Home) -> dict[str, Any]:
    """Return what the calibration page shows."""
    found = _calibration(record(home))
    shown: Figure | None = None
    if found.resolved:
        shown = figure("all", charts.calibration(found))
    return {
        "found": found,
        "needed": NEEDED,
        "figure": shown,
        "distances": _distances(home),
        "error_points": 100 * found.error,
        "limit_points": 100 * found.error_limit,
    }


def chart_of(home: Home, name: str) -> Chart | None:
    """Return a chart that belongs to no play; None where there is nothing to show yet."""
    if name == "calibration":
        found = _calibration(record(home))
        return charts.calibration(found) if found.resolved else None
    if name == "roadmap":
        return plan.chart(home)
    return None

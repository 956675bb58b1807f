"""The plan over dates: phases as bars, gates with the dates they are likely reached by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from whennot.charts import canvas
from whennot.charts.canvas import Layer, Margin, Span
from whennot.charts.chart import Cell, Chart
from whennot.charts.palette import GRID, INK, MUTED, OTHER, OTHERBAND
from whennot.charts.places import clamped
from whennot.charts.words import NAME, counted, wrapped

_LEFT, _RIGHT, _TOP = 196.0, 34.0, 34.0
_NAMES = 40.0  # the line that names the gates' marks
_HALF = 8.0  # half of a diamond, whose inside stays empty
_BEYOND = 1.5
"""The axis grows at most to so many plan lengths; later dates are told, not drawn (assumed)."""


@dataclass(frozen=True)
class Phase:
    """A phase of the plan; both dates included."""

    title: str
    start: date
    end: date


@dataclass(frozen=True)
class Gate:
    """A gate and the dates by which it is reached with 50, 80 and 95 %; None where unknown."""

    title: str
    p50: date | None
    p80: date | None
    p95: date | None


def roadmap(phases: Sequence[Phase], *, gates: Sequence[Gate], today: date, weeks: int) -> Chart:
    """Return the phases and gates over dates, with today.

    Args:
        phases: in order.
        gates: in order; a date after the end of the axis is told at its edge.
        today: drawn where it lies within the axis.
        weeks: length of the plan from the first phase's start, or from today without phases.
    """
    days = _Days.of(phases, gates=gates, today=today, weeks=weeks)
    titles = [p.title for p in phases] + [g.title for g in gates]
    words = [wrapped(title, letters=NAME, lines=4) for title in titles]
    count = len(phases)
    middles, split = canvas.stacked([len(lines) for lines in words[:count]])
    below, height = canvas.stacked([len(lines) for lines in words[count:]])
    first_gate = split + _NAMES if phases else _NAMES
    height = first_gate + height if gates else split
    layers = [_date_axis(days, height=height)]
    for phase, lines, y in zip(phases, words, middles, strict=False):
        layers += _phase(phase, lines, y=y, days=days, today=today)
    for gate, lines, y in zip(gates, words[count:], below, strict=True):
        layers += _gate(gate, lines, y=first_gate + y, days=days)
    layers += _mark_names(gates, y=first_gate - 10)
    layers += _today(days, today=today, height=height)
    title = f"The plan: {counted(weeks, 'week')} from {_said(days.start)}"
    description = _words(phases, gates=gates, today=today)
    top = _TOP if days.start <= today <= days.end else 10
    margin = Margin(top=top, right=_RIGHT, bottom=34, left=_LEFT)
    body = canvas.layered(layers, height=height, margin=margin)
    return Chart(
        name="roadmap",
        title=title,
        description=description,
        columns=("What", "Kind", "Start", "End", "P50", "P80", "P95"),
        rows=tuple(_table(phases, gates=gates)),
        spec=canvas.complete(body, title=title, description=description),
    )


@dataclass(frozen=True)
class _Days:
    """The date axis: first and last day, and its length on the drawing."""

    start: date
    end: date
    length: float

    @staticmethod
    def of(phases: Sequence[Phase], *, gates: Sequence[Gate], today: date, weeks: int) -> _Days:
        start = min((phase.start for phase in phases), default=today)
        plan = max(
            [start + timedelta(weeks=max(weeks, 1)), *(_after(phase.end) for phase in phases)]
        )
        dates = [d for gate in gates for d in (gate.p50, gate.p80, gate.p95) if d is not None]
        start = min([start, *dates])
        furthest = start + timedelta(days=int(_BEYOND * (plan - start).days))
        return _Days(start, min(max([plan, *dates]), furthest), canvas.WIDTH - _LEFT - _RIGHT)

    def at(self, day: date) -> float:
        """Return the place of a day, kept inside the axis."""
        return Span(0, (self.end - self.start).days, self.length).at((day - self.start).days)

    def channel(self, name: str, *, shown: Layer | None = None) -> Layer:
        """Return a channel that follows a date of the data."""
        domain = [_utc(self.start), _utc(self.end)]
        scale = {"type": "utc", "domain": domain, "nice": False}
        channel: Layer = {"field": name, "type": "temporal", "scale": scale}
        return channel if shown is None else {**channel, "axis": shown}


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _utc(day: date) -> Layer:
    return {"utc": True, "year": day.year, "month": day.month, "date": day.day}


def _said(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def _words(phases: Sequence[Phase], *, gates: Sequence[Gate], today: date) -> str:
    now = next((phase.title for phase in phases if phase.start <= today <= phase.end), None)
    where = f"Today, {_said(today)}, is in {now}." if now else f"Today is {_said(today)}."
    known = [(gate.p50, gate.title) for gate in gates]
    last = max(((day, name) for day, name in known if day is not None), default=None)
    said = f"{counted(len(phases), 'phase')} and {counted(len(gates), 'gate')}. {where}"
    return (
        said
        if last is None
        else f'{said} The last gate, "{last[1]}", has even odds by {_said(last[0])}.'
    )


def _table(phases: Sequence[Phase], *, gates: Sequence[Gate]) -> list[tuple[Cell, ...]]:
    def iso(day: date | None) -> str | None:
        return None if day is None else day.isoformat()

    return [
        *((p.title, "phase", iso(p.start), iso(p.end), None, None, None) for p in phases),
        *((g.title, "gate", None, None, iso(g.p50), iso(g.p80), iso(g.p95)) for g in gates),
    ]


def _date_axis(days: _Days, *, height: float) -> Layer:
    """Return an invisible mark that carries the axis, ticked at months, or at weeks in a month."""
    total = (days.end - days.start).days
    if total > 60:
        step = max(1, -(-total // (30 * 5)))
        first = days.start.year * 12 + days.start.month - 1 + (days.start.day > 1)
        months = [first + step * n for n in range(8)]
        marked = [date(m // 12, m % 12 + 1, 1) for m in months]
        write = "utcFormat(datum.value, '%b') + "
        write += "(utcmonth(datum.value) == 0 ? ' ' + utcyear(datum.value) : '')"
    else:
        step = 14 * max(1, -(-total // 56))
        marked = [days.start + timedelta(days=step * n) for n in range(6)]
        write = "utcFormat(datum.value, '%b %-d')"
    shown = {
        "title": None,
        "values": [_utc(day) for day in marked if day <= days.end],
        "labelExpr": write,
        "grid": True,
    }
    return {
        "data": canvas.rows([{"day": days.start.isoformat()}]),
        "mark": {"type": "point", "opacity": 0, "color": GRID},
        "encoding": {"x": days.channel("day", shown=shown), "y": canvas.spot(height)},
    }


def _today(days: _Days, *, today: date, height: float) -> list[Layer]:
    if not days.start <= today <= days.end:
        return []
    x = days.at(today)
    put = clamped("today", x=x, y=-16, low=0, high=days.length + _RIGHT - 4)
    return [
        canvas.line(x, -6, x, height, color=INK, strokeWidth=1.5),
        canvas.label("today", x=put.x, y=put.y, bold=True),
    ]


def _title(words: Sequence[str], *, y: float, color: str) -> Layer:
    top = y - canvas.LINE * (len(words) - 1) / 2
    return canvas.label(words, x=-_LEFT + 6, y=top, align="left", color=color)


def _phase(
    phase: Phase, words: Sequence[str], *, y: float, days: _Days, today: date
) -> list[Layer]:
    """Return a phase as a bar; the one that is on is darker."""
    is_on = phase.start <= today <= phase.end
    # Both ends are included, so the bar ends where the next day begins.
    end = _after(phase.end)
    hint = f"{phase.title}: {_said(phase.start)} to {_said(phase.end)}"
    bar: Layer = {
        "data": canvas.rows(
            [{"start": phase.start.isoformat(), "end": end.isoformat(), "hint": hint}]
        ),
        "mark": {
            "type": "rect",
            "fill": OTHER if is_on else OTHERBAND,
            "aria": True,
        },
        "encoding": {
            "x": days.channel("start"),
            "x2": {"field": "end"},
            "y": canvas.spot(y - 9),
            "y2": canvas.spot(y + 9),
            "description": canvas.hint(),
        },
    }
    return [_title(words, y=y, color=INK), bar]


def _gate(gate: Gate, words: Sequence[str], *, y: float, days: _Days) -> list[Layer]:
    """Return a gate: a diamond where it is even odds, a line on to where it is nearly sure."""
    layers = [_title(words, y=y, color=INK)]
    known = [(name, day) for name, day in _named(gate) if day is not None]
    if not known:
        return [*layers, canvas.label("no date yet", x=8, y=y, align="left", color=MUTED)]
    drawn = [(name, day) for name, day in known if day <= days.end]
    first, last = days.at(known[0][1]), days.at(known[-1][1])
    if last > first + _HALF:
        layers.append(canvas.line(first + _HALF, y, last, y, color=MUTED, strokeWidth=1.5))
    for name, day in drawn[::-1]:
        mark = canvas.best() if name == known[0][0] else _tick(name)
        layers.append(
            {
                "data": canvas.rows(
                    [{"day": day.isoformat(), "hint": f"{gate.title}: {name} {_said(day)}"}]
                ),
                "mark": mark,
                "encoding": {
                    "x": days.channel("day"),
                    "y": canvas.spot(y),
                    "description": canvas.hint(),
                },
            }
        )
    if len(drawn) < len(known):
        arrow = canvas.label(
            "later ›", x=days.length + _RIGHT - 2, y=y - 14, align="right", color=MUTED
        )
        layers.append(arrow)
    return layers


def _tick(name: str) -> Layer:
    size = {"P80": 120, "P95": 220}.get(name, 120)
    return {
        "type": "point",
        "shape": "stroke",
        "angle": 90,
        "size": size,
        "stroke": INK,
        "strokeWidth": 2,
        "opacity": 1,
        "aria": True,
    }


def _named(gate: Gate) -> list[tuple[str, date | None]]:
    return [("P50", gate.p50), ("P80", gate.p80), ("P95", gate.p95)]


def _mark_names(gates: Sequence[Gate], *, y: float) -> list[Layer]:
    """Return what the gates' marks mean, once, above them."""
    if not any(day for gate in gates for _, day in _named(gate)):
        return []
    has_spread = any(gate.p80 or gate.p95 for gate in gates)
    parts = [
        (0.0, canvas.best(), "even odds"),
        (112.0, _tick("P80"), "80 %"),
        (178.0, _tick("P95"), "95 %"),
    ]
    if not has_spread:
        parts = [(0.0, canvas.best(), "expected")]
    layers: list[Layer] = []
    for place, mark, said in parts:
        x = place - _LEFT + 6
        at = {"x": canvas.spot(x + 10), "y": canvas.spot(y)}
        layers += [
            {"data": canvas.rows([{}]), "mark": {**mark, "aria": False}, "encoding": at},
            canvas.label(said, x=x + 24, y=y, align="left", color=MUTED),
        ]
    return layers

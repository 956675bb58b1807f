"""The quarter as it happened: one to three daily series, and what happened on which day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from whennot.charts import canvas
from whennot.charts.canvas import Layer, Margin, Span
from whennot.charts.chart import Cell, Chart
from whennot.charts.palette import ACCENT, GRID, HARM, INK, MUTED, SURFACE
from whennot.charts.places import spread
from whennot.charts.words import FONT, counted, percent, plain, top_of, usd, wrapped

Kind = Literal["stop", "failure", "action"]

_HEIGHTS = {1: 210.0, 2: 140.0, 3: 110.0}
_LEFT, _RIGHT, _HEAD, _MARKS = 74.0, 112.0, 34.0, 40.0
_MARK_GAP = 26.0
_COLORS = {"stop": MUTED, "failure": HARM, "action": ACCENT}
_SHAPES = {"stop": "square", "failure": "diamond", "action": "circle"}
_SIZES = {"stop": 400, "failure": 620, "action": 480}


@dataclass(frozen=True)
class Line:
    """A daily series.

    Attributes:
        label: what it is. unit: of its values; of a share, what it is a share of.
        values: one a day, None where nothing was measured.
        is_share: whether values are shares in [0, 1], shown as percent.
    """

    label: str
    unit: str
    values: tuple[float | None, ...]
    is_share: bool


@dataclass(frozen=True)
class Event:
    """Something that happened: a stop, a failure, or an action the player took."""

    day: int
    text: str
    kind: Kind


def quarter(lines: Sequence[Line], *, events: Sequence[Event], days: int) -> Chart:
    """Return daily series in panels over one day axis, with numbered events.

    Args:
        lines: one to three series; a fourth and more only stand in the table.
        events: by day; their numbers on the chart count from 1 in this order.
        days: length of the quarter; the axis runs from day 1.
    """
    lines, events = tuple(lines), tuple(events)
    shown = lines[:3]
    across = Span(1, max(days, 2), canvas.WIDTH - _LEFT - _RIGHT)
    panels = [
        _panel(one, place=i, count=len(shown), across=across, events=events)
        for i, one in enumerate(shown)
    ]
    names = " and ".join(_lowered(one.label, i) for i, one in enumerate(shown)) or "Nothing"
    title = f"{names} over {counted(days, 'day')}"
    description = " ".join([*(_words(one) for one in shown), _event_words(events)])
    return Chart(
        name="quarter",
        title=title,
        description=description,
        columns=("Day", *(_header(one) for one in lines), "What happened"),
        rows=_rows(lines, events=events, days=days),
        spec=canvas.complete(
            {"vconcat": panels, "spacing": 0}, title=title, description=description
        ),
    )


def _lowered(text: str, place: int) -> str:
    """Return a label as it reads inside a sentence; abbreviations keep their capitals."""
    return text if place == 0 or text[1:2].isupper() else text[:1].lower() + text[1:]


def _header(one: Line) -> str:
    return f"{one.label}, {'%' if one.is_share else one.unit}".removesuffix(", ")


def _said(one: Line, value: float) -> str:
    if one.is_share:
        return percent(value)
    return usd(value) if one.unit == "USD" else plain(value)


def _known(one: Line) -> list[float]:
    return [v for v in one.values if v is not None and math.isfinite(v)]


def _words(one: Line) -> str:
    known = _known(one)
    if not known:
        return f"{one.label}: not measured."
    unit = "" if one.is_share or one.unit == "USD" else f" {one.unit}".rstrip()
    first, last, most = (_said(one, v) for v in (known[0], known[-1], max(known)))
    return f"{one.label} begins at {first} and ends at {last}{unit}; its highest day is {most}."


def _event_words(events: Sequence[Event]) -> str:
    if not events:
        return "Nothing else happened."
    counts = [
        (sum(e.kind == kind for e in events), kind) for kind in ("stop", "action", "failure")
    ]
    return "Marked: " + ", ".join(counted(n, kind) for n, kind in counts if n) + "."


def _rows(
    lines: Sequence[Line], *, events: Sequence[Event], days: int
) -> tuple[tuple[Cell, ...], ...]:
    happened: dict[int, list[str]] = {}
    for place, event in enumerate(events, start=1):
        happened.setdefault(event.day, []).append(f"{place}. {event.text}")
    table = []
    for day in sorted({*range(1, days + 1), *happened}):
        values = [_cell(one, day) for one in lines]
        table.append((day, *values, "; ".join(happened.get(day, [])) or None))
    return tuple(table)


def _cell(one: Line, day: int) -> float | None:
    if not 1 <= day <= len(one.values):
        return None
    value = one.values[day - 1]
    if value is None or not math.isfinite(value):
        return None
    return round(100 * value, 1) if one.is_share else float(f"{value:.6g}")


def _panel(one: Line, *, place: int, count: int, across: Span, events: Sequence[Event]) -> Layer:
    """Return one series with its header, its last value and the events' rules."""
    known, height = _known(one), _HEIGHTS[count]
    lowest = min(0.0, *known) if known else 0.0
    up = Span(-top_of(-lowest) if lowest < 0 else 0.0, top_of(max([0.0, *known])), height)
    is_last = place == count - 1
    layers = [_day_axis(across, shown=is_last), *_rules(events, across=across, height=height)]
    if place == 0:
        layers += _markers(events, across=across)
    layers.append(_curve(one, across=across, up=up))
    layers += _end(one, across=across, up=up)
    # Above the markers, so that no rule runs through it. The unit stands at the last value.
    top = _HEAD + (_MARKS if place == 0 and events else 0)
    text = wrapped(one.label, letters=60, lines=1)
    layers.append(canvas.label(text, x=-_LEFT + 4, y=16 - top, align="left", bold=True))
    margin = Margin(top=top, right=_RIGHT, bottom=48 if is_last else 14, left=_LEFT)
    return canvas.layered(layers, height=height, margin=margin)


def _day_axis(across: Span, *, shown: bool) -> Layer:
    """Return an invisible mark that carries the day axis, at round days."""
    step = 15 if across.high > 60 else 5 if across.high > 14 else 1
    days = [1, *range(step if step > 1 else 2, int(across.high) + 1, step)]
    day_axis = canvas.axis("day of the quarter", values=days, label="datum.value")
    hidden = {**day_axis, "title": None, "labels": False, "ticks": False}
    return {
        "data": canvas.rows([{"day": 1}]),
        "mark": {"type": "point", "opacity": 0, "color": GRID},
        "encoding": {"x": canvas.field("day", span=across, shown=day_axis if shown else hidden)},
    }


def _curve(one: Line, *, across: Span, up: Span) -> Layer:
    shown = [up.low, 0.0, up.high] if up.low < 0 else [0.0, up.high / 2, up.high]
    if one.is_share:
        write = "format(100 * datum.value, ',.3~g') + ' %'"
    else:
        money = one.unit == "USD"
        short = up.high < 1e4 and up.low > -1e4
        write = f"format(datum.value, '{'$' if money else ''}{',.4~g' if short else '.3~s'}')"
        if not short:
            write = f"replace(replace({write}, 'M', ' M'), 'G', ' bn')"
    values = [
        {"day": day, "value": v if v is None or math.isfinite(v) else None}
        for day, v in enumerate(one.values, start=1)
    ]
    return {
        "data": canvas.rows(values),
        "mark": {
            "type": "line",
            "color": INK,
            "strokeWidth": 2,
            "invalid": "break-paths-show-path-domains",
        },
        "encoding": {
            "x": canvas.field("day", span=across),
            "y": canvas.field(
                "value", span=up, shown=canvas.axis(None, values=shown, label=write, grid=True)
            ),
        },
    }


def _end(one: Line, *, across: Span, up: Span) -> list[Layer]:
    """Return the last value as a dot with its number and unit beside it."""
    last = next(
        (
            (d, v)
            for d, v in reversed(list(enumerate(one.values, 1)))
            if v is not None and math.isfinite(v)
        ),
        None,
    )
    if last is None:
        x, y = across.length / 2, up.length / 2
        return [canvas.label("not measured", x=x, y=y, color=MUTED)]
    day, value = last
    x, y = across.at(day), up.length - up.at(value)
    beside = "" if one.unit == "USD" else one.unit
    if one.is_share:  # the number has its sign; what it is a share of stands below it
        beside = one.unit.removeprefix("share").strip()
    unit = wrapped(beside, letters=11, lines=2) if beside else []
    y_words = min(y, up.length - canvas.LINE * len(unit))
    dot: Layer = {
        "data": canvas.rows(
            [{"day": day, "value": value, "hint": f"day {day}: {_said(one, value)}"}]
        ),
        "mark": {
            "type": "point",
            "filled": True,
            "color": INK,
            "size": 50,
            "opacity": 1,
            "aria": True,
        },
        "encoding": {
            "x": canvas.field("day", span=across),
            "y": canvas.field("value", span=up),
            "description": canvas.hint(),
        },
    }
    right = max(x, across.length - 4) + 10
    said = canvas.label(_said(one, value), x=right, y=y_words, align="left", bold=True)
    if not unit or not unit[0]:
        return [dot, said]
    below = canvas.label(unit, x=right, y=y_words + canvas.LINE, align="left", color=MUTED)
    return [dot, said, below]


def _rules(events: Sequence[Event], *, across: Span, height: float) -> list[Layer]:
    return [
        canvas.line(
            across.at(event.day),
            0,
            across.at(event.day),
            height,
            color=_COLORS[event.kind],
            strokeDash=[3, 3],
            strokeWidth=1.2,
        )
        for event in events
    ]


def _markers(events: Sequence[Event], *, across: Span) -> list[Layer]:
    """Return the events' numbers above the first panel, apart from each other."""
    wanted = [across.at(event.day) for event in events]
    places = spread(wanted, gap=_MARK_GAP, low=-_LEFT + 16, high=across.length + _RIGHT - 16)
    y = -_MARKS + 12
    leaders: list[Layer] = []
    layers: list[Layer] = []
    for number, (event, day_x, x) in enumerate(zip(events, wanted, places, strict=True), start=1):
        color = _COLORS[event.kind]
        dash = {"color": color, "strokeDash": [3, 3], "strokeWidth": 1.2}
        leaders += [
            canvas.line(x, y, day_x, -4, **dash),
            canvas.line(day_x, -4, day_x, 0, **dash),
        ]
        layers += [
            {
                "data": canvas.rows([{"hint": f"{number}. day {event.day}: {event.text}"}]),
                "mark": {
                    "type": "point",
                    "shape": _SHAPES[event.kind],
                    "size": _SIZES[event.kind],
                    "fill": color,
                    "stroke": SURFACE,
                    "strokeWidth": 1.5,
                    "opacity": 1,
                    "aria": True,
                },
                "encoding": {
                    "x": canvas.spot(x),
                    "y": canvas.spot(y),
                    "description": canvas.hint(),
                },
            },
            canvas.label(str(number), x=x, y=y, color=SURFACE, bold=True, size=FONT - 1),
        ]
    return [*leaders, *layers]

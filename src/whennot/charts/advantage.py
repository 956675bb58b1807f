"""Where the right option changes: what building is worth along one fact."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from whennot.charts import canvas
from whennot.charts.canvas import Align, Layer, Margin, Span
from whennot.charts.chart import Chart
from whennot.charts.histogram import money_axis
from whennot.charts.palette import ACCENT, INK, MUTED, OTHER, OTHERBAND
from whennot.charts.places import Box, Put, first_free
from whennot.charts.words import number, percent, round_range, ticks, wrapped

_HEIGHT = 230.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 96.0, 24.0, 34.0, 54.0
_SHORT = 8  # letters of a unit that is written beside a number
_BAND = 7.0  # half the height of the interval's band on the zero line


def frontier(
    values: Sequence[float],
    *,
    gap: Sequence[float],
    low: float | None,
    high: float | None,
    crossing: float | None,
    yours: float | None,
    truth: float | None,
    label: str,
    unit: str,
    options: str,
) -> Chart:
    """Return what building is worth over not building, along the frontier's fact.

    Args:
        values: of the fact, rising, shape (n,).
        gap: best building option minus the best of the others at each value, USD, shape (n,).
        low: where the interval of the crossing begins; None without one.
        high: where it ends.
        crossing: value where the right option changes; None where one side always wins.
        yours: the value the player said; None leaves it out.
        truth: the value in this world; None leaves it out.
        label: the fact's name.
        unit: of the fact; shares and probabilities are shown as percent.
        options: the building options in words, such as ``build or buy``.
    """
    xs, money = [float(v) for v in values], [float(g) for g in gap]
    marked = [v for v in (low, high, crossing, yours, truth) if v is not None]
    across = Span(min([*xs, *marked]), max([*xs, *marked]), canvas.WIDTH - _LEFT - _RIGHT)
    up = Span(*round_range([0.0, *money]), _HEIGHT)
    what = wrapped(options, letters=38, lines=1)[0]
    title = f"What {options} is worth over the best of the others by {_plain(label)}, USD"
    description = _words(
        xs,
        money,
        crossing=crossing,
        low=low,
        high=high,
        yours=yours,
        truth=truth,
        label=label,
        unit=unit,
        options=options,
    )
    layers = [
        *_worth(xs, money, across=across, up=up, label=label, unit=unit),
        *_interval(low, high, across=across, up=up),
    ]
    marks, words = _marks(crossing, yours, truth, unit=unit, across=across, up=up)
    head = canvas.label(f"advantage of {what}", x=-_LEFT + 4, y=-18, align="left", color=MUTED)
    layers += [head, *marks, *_placed(words, what, xs=xs, gap=money, across=across, up=up)]
    margin = Margin(top=_TOP, right=_RIGHT, bottom=_BOTTOM, left=_LEFT)
    body = canvas.layered(layers, height=_HEIGHT, margin=margin)
    return Chart(
        name="frontier",
        title=title,
        description=description,
        columns=(_column(label, unit), f"Advantage of {options}, USD"),
        rows=tuple((_cell(x, unit), float(f"{g:.5g}")) for x, g in zip(xs, money, strict=True)),
        spec=canvas.complete(body, title=title, description=description),
    )


def _is_share(unit: str) -> bool:
    return unit.startswith(("share", "probability"))


def _short(value: float, unit: str) -> str:
    """Return a value for a label; what it is a share of, or a long unit, stands at the axis."""
    if _is_share(unit):
        return percent(value)
    return number(value, unit if len(unit) <= _SHORT else "")


def _plain(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _column(label: str, unit: str) -> str:
    said = (
        f"% {unit.removeprefix('share').removeprefix('probability')}" if _is_share(unit) else unit
    )
    return f"{label}, {said}".strip(" ,")


def _cell(value: float, unit: str) -> float:
    return float(f"{100 * value if _is_share(unit) else value:.5g}")


def _words(
    values: Sequence[float],
    gap: Sequence[float],
    *,
    crossing: float | None,
    low: float | None,
    high: float | None,
    yours: float | None,
    truth: float | None,
    label: str,
    unit: str,
    options: str,
) -> str:
    name = _plain(label)
    if crossing is None:
        always = "at every value" if float(np.mean(gap)) > 0 else "at no value"
        said = f"{options} is best {always} from {_short(values[0], unit)} to "
        said += f"{_short(values[-1], unit)} ({name})."
    else:
        side = "above" if gap[-1] > gap[0] else "below"
        between = ""
        if low is not None and high is not None:
            between = f"; 90 %: {_short(low, unit)} to {_short(high, unit)}"
        said = f"{options} is best {side} {_short(crossing, unit)} ({name}{between})."
    here = [
        f"{who} {_short(value, unit)}"
        for who, value in (("you said", yours), ("in this world it is", truth))
        if value is not None
    ]
    told = "; ".join(here)
    return (
        f"{said[:1].upper()}{said[1:]} {told[:1].upper()}{told[1:]}{'.' if told else ''}".strip()
    )


def _worth(
    values: Sequence[float], gap: Sequence[float], *, across: Span, up: Span, label: str, unit: str
) -> list[Layer]:
    """Return the curve over the shaded region where building is worth it, and the zero line."""
    data = canvas.rows(
        [{"value": x, "usd": g, "worth": max(g, 0.0)} for x, g in zip(values, gap, strict=True)]
    )
    write = (
        "format(100 * datum.value, '.4~g') + ' %'"
        if _is_share(unit)
        else "format(datum.value, ',.4~g')"
    )
    name = wrapped(label if _is_share(unit) else unit, letters=44, lines=1)[0]
    fact = canvas.axis(name, values=ticks(across.low, across.high, count=6), label=write)
    fact = {**fact, "titleAnchor": "middle"}
    money = {**money_axis(None, low=up.low, high=up.high), "grid": False}
    x = canvas.field("value", span=across, shown=fact)
    zero = _HEIGHT - up.at(0.0)
    return [
        {
            "data": data,
            "mark": {"type": "area", "color": OTHERBAND},
            "encoding": {
                "x": x,
                "y": canvas.field("worth", span=up, shown=money),
                "y2": {"datum": 0},
            },
        },
        canvas.line(0, zero, across.length, zero, color=OTHER, strokeWidth=1),
        {
            "data": data,
            "mark": {"type": "line", "color": INK, "strokeWidth": 2},
            "encoding": {"x": x, "y": canvas.field("usd", span=up, shown=money)},
        },
    ]


def _interval(low: float | None, high: float | None, *, across: Span, up: Span) -> list[Layer]:
    if low is None or high is None:
        return []
    zero = _HEIGHT - up.at(0.0)
    return [
        {
            "data": canvas.rows([{"low": low, "high": high}]),
            "mark": {"type": "rect", "color": OTHER, "opacity": 0.35},
            "encoding": {
                "x": canvas.field("low", span=across),
                "x2": {"field": "high"},
                "y": canvas.spot(zero - _BAND),
                "y2": canvas.spot(zero + _BAND),
            },
        }
    ]


Words = tuple[float, str, str]
"""Where on the zero line, what it says, its color."""


def _marks(
    crossing: float | None,
    yours: float | None,
    truth: float | None,
    *,
    unit: str,
    across: Span,
    up: Span,
) -> tuple[list[Layer], list[Words]]:
    """Return the marks on the zero line, and what is to be written beside each."""
    zero = _HEIGHT - up.at(0.0)
    layers: list[Layer] = []
    words: list[Words] = []
    if truth is not None:
        x = across.at(truth)
        layers.append(canvas.line(x, zero - 16, x, zero + 16, color=INK, strokeWidth=2.5))
        words.append((x, f"this world {_short(truth, unit)}", INK))
    for value, mark, text, color in (
        (yours, canvas.yours(), "you", ACCENT),
        (crossing, canvas.best(), "changes at", INK),
    ):
        if value is None:
            continue
        said = f"{text} {_short(value, unit)}"
        layers.append(
            {
                "data": canvas.rows([{"value": value, "hint": said}]),
                "mark": mark,
                "encoding": {
                    "x": canvas.field("value", span=across),
                    "y": canvas.spot(zero),
                    "description": canvas.hint(),
                },
            }
        )
        words.append((across.at(value), said, color))
    return layers, words


def _placed(
    words: Sequence[Words],
    options: str,
    *,
    xs: Sequence[float],
    gap: Sequence[float],
    across: Span,
    up: Span,
) -> list[Layer]:
    """Return the labels, each as near to its mark as the curve and the others leave room."""
    zero = _HEIGHT - up.at(0.0)
    curve = [(across.at(x), _HEIGHT - up.at(g)) for x, g in zip(xs, gap, strict=True)]
    taken = [
        Box(a[0] - 2, min(a[1], b[1]) - 4, b[0] + 2, max(a[1], b[1]) + 4)
        for a, b in pairwise(curve)
    ]
    taken.append(Box(0, zero - 2, across.length, zero + 2))
    taken += [Box(x - 10, zero - 17, x + 10, zero + 17) for x, _, _ in words]
    sheet = Box(4, 0, across.length + _RIGHT - 4, _HEIGHT - 2)
    layers: list[Layer] = []
    written: list[Box] = []
    for x, text, color in sorted(words, key=lambda w: w[1]):
        put = _near(text, x=x, y=zero, taken=taken, sheet=sheet)
        if put is None:
            continue  # the description has it
        taken.append(put.box)
        written.append(put.box)
        if abs(put.y - zero) > 30:
            end = put.y + (10 if put.y < zero else -10)
            start = zero + (-12 if put.y < zero else 12)
            leader = Box(x - 3, min(start, end), x + 3, max(start, end))
            # A line through another label would say more than none.
            if not any(leader.meets(other) for other in written[:-1]):
                taken.append(leader)
                layers.append(canvas.line(x, start, x, end, color=color, strokeWidth=1))
        layers.append(
            canvas.label(
                text, x=put.x, y=put.y, color=color, align=put.align, bold=color == ACCENT
            )
        )
    wins = _corner(f"{options} wins", taken=taken, sheet=sheet, curve=curve, zero=zero)
    return [*layers, *wins]


def _near(text: str, *, x: float, y: float, taken: Sequence[Box], sheet: Box) -> Put | None:
    tries = []
    for step in range(1, 14):
        for sign in (1, -1):
            at = y + sign * (10 + 17 * step)
            tries += [
                Put((text,), x, at),
                # A mark at the edge has its label beside it, as far in as the sheet asks for.
                Put((text,), max(x - 12, sheet.left + 2), at, "left"),
                Put((text,), min(x + 12, sheet.right - 2), at, "right"),
            ]
    return first_free(tries, taken=taken, sheet=sheet)


def _corner(
    text: str,
    *,
    taken: Sequence[Box],
    sheet: Box,
    curve: Sequence[tuple[float, float]],
    zero: float,
) -> list[Layer]:
    """Return the words of the shaded region inside it; none where they do not fit."""
    inside = [(x, y) for x, y in curve if y < zero]
    if not inside:
        return []
    middle = sum(x for x, _ in inside) / len(inside)
    top = min(y for _, y in inside)
    places: list[tuple[float, Align]] = [
        (middle, "center"),
        (inside[-1][0] - 10, "right"),
        (inside[0][0] + 10, "left"),
    ]
    tries = [
        Put((text,), x, y, align)
        for y in [(zero + top) / 2 + 10 * n for n in (0, 1, -1, 2, -2, 3, -3, 4, -4)]
        for x, align in places
        if top + 4 < y < zero - 14
    ]
    tries = [t for t in tries if _under(t.box, inside)]
    put = first_free(tries, taken=taken, sheet=sheet)
    if put is None:
        return []
    return [canvas.label(text, x=put.x, y=put.y, color=MUTED, align=put.align)]


def _under(box: Box, curve: Sequence[tuple[float, float]]) -> bool:
    """Return whether the box lies under the curve over its whole width."""
    over = [y for x, y in curve if box.left - 6 <= x <= box.right + 6]
    return (
        bool(over)
        and max(over) < box.top
        and curve[0][0] <= box.left
        and curve[-1][0] >= box.right
    )

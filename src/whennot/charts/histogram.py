"""Where luck put a quarter: the same decision in all worlds one could have met."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whennot.charts import canvas
from whennot.charts.canvas import Layer, Margin, Span
from whennot.charts.chart import Chart
from whennot.charts.palette import ACCENT, INK, MUTED, OTHER, OTHERBAND
from whennot.charts.places import Box, Put, clamped, first_free
from whennot.charts.words import percent, round_range, ticks, top_of, usd

Floats = NDArray[np.float64]

_BINS = 24
_HEIGHT = 190.0
_LEFT, _RIGHT, _TOP = 58.0, 22.0, 108.0
_REACH = -62.0  # height of the line of the dice, above the plot
_WORLDS = ("worlds you could", "have met")
_DICE = "this world, 90 % of other dice"


def luck(
    usd_by_world: Sequence[float],
    *,
    yours: float,
    dice: Sequence[float] | None,
    alone: bool = False,
) -> Chart:
    """Return how the same decision ends over worlds, with the quarter that happened.

    Args:
        usd_by_world: result of the quarter in each world one could have met, USD, shape (n,).
        yours: result of the quarter that happened, USD.
        dice: results in the same world with other dice, USD; None leaves them out.
        alone: whether `yours` leaves out what was done at the stops.
    """
    worlds = np.asarray(usd_by_world, float)
    rolled = None if dice is None else np.asarray(dice, float)
    every = np.concatenate([worlds, [yours], [] if rolled is None else rolled])
    across = Span(*round_range([float(v) for v in every]), canvas.WIDTH - _LEFT - _RIGHT)
    edges = np.linspace(across.low, across.high, _BINS + 1)
    of_worlds = _fractions(worlds, edges)
    of_dice = None if rolled is None else _fractions(rolled, edges)
    up = Span(0.0, top_of(1.1 * float(of_worlds.max())), _HEIGHT)
    title = "What the same decision comes to over a quarter, USD"
    description = _words(worlds, yours=yours, dice=rolled, alone=alone)
    layers = [
        _bars(of_worlds, edges=edges, across=across, up=up),
        *([] if rolled is None or not len(rolled) else _reach(rolled, across=across)),
        *_yours(yours, across=across, alone=alone),
        *_label(of_worlds, across=across, up=up, yours=yours),
    ]
    margin = Margin(top=_TOP, right=_RIGHT, bottom=54, left=_LEFT)
    body = canvas.layered(layers, height=_HEIGHT, margin=margin)
    return Chart(
        name="luck",
        title=title,
        description=description,
        columns=(
            "From, USD",
            "To, USD",
            "Worlds, %",
            *(("Dice alone, %",) if dice is not None else ()),
        ),
        rows=tuple(
            (
                _rounded(edges[i]),
                _rounded(edges[i + 1]),
                round(100 * float(of_worlds[i]), 1),
                *(() if of_dice is None else (round(100 * float(of_dice[i]), 1),)),
            )
            for i in range(_BINS)
        ),
        spec=canvas.complete(body, title=title, description=description),
    )


def money_axis(title: str | None, *, low: float, high: float, count: int = 4) -> Layer:
    """Return an axis in USD; large amounts in millions or billions."""
    size = max(abs(low), abs(high))
    if size >= 1e9:
        label = "datum.value == 0 ? '$0' : format(datum.value / 1e9, '$,.4~g') + ' bn'"
    elif size >= 1e6:
        label = "datum.value == 0 ? '$0' : format(datum.value / 1e6, '$,.4~g') + ' M'"
    else:
        label = f"format(datum.value, '{'$,.0f' if size >= 10 else '$,.3~g'}')"
    return canvas.axis(title, values=ticks(low, high, count=count), label=label)


def _rounded(value: float) -> float:
    return float(f"{float(value):.5g}")


def _fractions(values: Floats, edges: Floats) -> Floats:
    counts = np.histogram(values, edges)[0].astype(np.float64)
    return counts / max(len(values), 1)


def _words(worlds: Floats, *, yours: float, dice: Floats | None, alone: bool) -> str:
    quarter = "Left alone, your quarter" if alone else "Your quarter"
    if not len(worlds):
        return f"{quarter} came to {usd(yours)}; there is nothing to compare it with."
    below = float((worlds < yours).mean())
    low, middle, high = (float(v) for v in np.quantile(worlds, (0.05, 0.5, 0.95)))
    said = (
        f"{quarter} came to {usd(yours)}, more than in {percent(below)} of the worlds you "
        f"could have met. Over those worlds the middle is {usd(middle)}, and 90 % lie from "
        f"{usd(low)} to {usd(high)}."
    )
    if dice is not None and len(dice):
        low, high = (float(v) for v in np.quantile(dice, (0.05, 0.95)))
        said += f" In this world, dice alone give {usd(low)} to {usd(high)}."
    return said


def _bars(parts: Floats, *, edges: Floats, across: Span, up: Span) -> Layer:
    values = [
        {
            "low": _rounded(edges[i]),
            "high": _rounded(edges[i + 1]),
            "share": round(float(parts[i]), 5),
            "hint": f"{usd(edges[i])} to {usd(edges[i + 1])}: {percent(parts[i])}",
        }
        for i in range(len(parts))
    ]
    top = up.high
    shown = canvas.axis(
        "share of quarters",
        values=[0, top / 2, top],
        label="format(100 * datum.value, '.3~g') + ' %'",
        grid=True,
    )
    shown = {
        **shown,
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleX": -_LEFT + 4,
        "titleY": -40,
        "titleBaseline": "middle",
    }
    money = money_axis("result of the quarter", low=across.low, high=across.high)
    return {
        "data": canvas.rows(values),
        "mark": {
            "type": "rect",
            "fill": OTHERBAND,
            "stroke": OTHER,
            "strokeWidth": 0.8,
            "aria": True,
        },
        "encoding": {
            "x": canvas.field("low", span=across, shown=money),
            "x2": {"field": "high"},
            "y": canvas.field("share", span=up, shown=shown),
            "y2": {"datum": 0},
            "description": canvas.hint(),
        },
    }


def _reach(rolled: Floats, *, across: Span) -> list[Layer]:
    """Return from where to where dice alone reach: a line of its own above the bars.

    As bars beside the worlds' they would be many times higher, and those flat.
    """
    low, high = (across.at(float(v)) for v in np.quantile(rolled, (0.05, 0.95)))
    room = _room(across)
    label = clamped(_DICE, x=(low + high) / 2, y=_REACH - 17, low=room.left, high=room.right)
    return [
        canvas.line(low, _REACH, high, _REACH, color=MUTED, strokeWidth=3),
        *(
            canvas.line(x, _REACH - 6, x, _REACH + 6, color=MUTED, strokeWidth=1.5)
            for x in (low, high)
        ),
        canvas.label(_DICE, x=label.x, y=label.y, color=MUTED),
    ]


def _yours(value: float, *, across: Span, alone: bool) -> list[Layer]:
    x, said = across.at(value), f"your quarter{', left alone' if alone else ''} {usd(value)}"
    put = clamped(said, x=x, y=-16, low=_room(across).left, high=_room(across).right)
    circle: Layer = {
        "data": canvas.rows([{"usd": value, "hint": said}]),
        "mark": canvas.yours(),
        "encoding": {
            "x": canvas.field("usd", span=across),
            "y": canvas.spot(_HEIGHT),
            "description": canvas.hint(),
        },
    }
    return [
        canvas.line(x, -4, x, _HEIGHT, color=ACCENT, strokeWidth=1.5),
        circle,
        canvas.label(said, x=put.x, y=put.y, color=ACCENT, bold=True),
    ]


def _room(across: Span) -> Box:
    return Box(-_LEFT + 4, -_TOP + 4, across.length + _RIGHT - 4, _HEIGHT)


def _label(worlds: Floats, *, across: Span, up: Span, yours: float) -> list[Layer]:
    """Return the name of the bars, beside them and off the player's line."""
    wide, x = across.length / len(worlds), across.at(yours)
    taken = [Box(x - 4, -_TOP, x + 4, _HEIGHT)]
    taken += [
        Box(i * wide, _HEIGHT - up.at(float(p)) - 2, (i + 1) * wide, _HEIGHT)
        for i, p in enumerate(worlds)
        if p > 0
    ]
    sheet = Box(4, 2, across.length + _RIGHT, _HEIGHT)
    put = _beside(worlds, _WORLDS, taken=taken, sheet=sheet, up=up)
    if put is None:
        return []
    return [canvas.label(put.lines, x=put.x, y=put.y, color=INK, align=put.align)]


def _beside(
    parts: Floats, words: tuple[str, ...], *, taken: Sequence[Box], sheet: Box, up: Span
) -> Put | None:
    """Return a free place for a distribution's name: close to a bar, and to a high one."""
    wide = (sheet.right - _RIGHT) / len(parts)
    tries: list[tuple[float, Put]] = []
    for i in np.flatnonzero(parts):
        top = _HEIGHT - up.at(float(parts[i]))
        low = up.at(float(parts.max() - parts[i]))
        for lift in range(0, int(_HEIGHT), 6):
            tries += [
                (2.0 * lift + low, Put(words, i * wide - 8, top + 8 - lift, "right")),
                (2.0 * lift + low, Put(words, (i + 1) * wide + 8, top + 8 - lift, "left")),
                (2.0 * lift + low, Put(words, (i + 0.5) * wide, top - 30 - lift)),
            ]
    tries.sort(key=lambda scored: scored[0])
    return first_free((put for _, put in tries), taken=taken, sheet=sheet)

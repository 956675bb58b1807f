"""What the player expected beside what the simulator gives, outcome by outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whennot.charts import canvas
from whennot.charts.canvas import Layer, Margin, Span
from whennot.charts.chart import Chart
from whennot.charts.palette import ACCENT, GRID, INK, OTHER
from whennot.charts.words import NAME, counted, percent, width_of, wrapped

_LEFT, _RIGHT, _TOP = 196.0, 170.0, 30.0
_MINE, _THEIRS = 54.0, 164.0  # right ends of the two columns of numbers
_HALF = 8.0  # half of a diamond


@dataclass(frozen=True)
class Outcome:
    """An outcome with the probability the player stated and the one simulated, in [0, 1]."""

    label: str
    stated: float
    simulated: float


def forecast(items: Sequence[Outcome]) -> Chart:
    """Return the stated beside the simulated probability of every outcome, in their order."""
    across = Span(0.0, 1.0, canvas.WIDTH - _LEFT - _RIGHT)
    words = [wrapped(item.label, letters=NAME, lines=4) for item in items]
    middles, height = canvas.stacked([len(lines) for lines in words])
    title = "How likely you said each outcome was, and how often it comes, %"
    description = _words(items)
    layers = [_axis(across, height=height), *_names(across)]
    for item, lines, y in zip(items, words, middles, strict=True):
        layers += _row(item, lines, y=y, across=across)
    margin = Margin(top=_TOP, right=_RIGHT, bottom=54, left=_LEFT)
    body = canvas.layered(layers, height=height, margin=margin)
    return Chart(
        name="forecast",
        title=title,
        description=description,
        columns=("Outcome", "You said, %", "Simulated, %"),
        rows=tuple(
            (i.label, round(100 * i.stated, 1), round(100 * i.simulated, 1)) for i in items
        ),
        spec=canvas.complete(body, title=title, description=description),
    )


def _words(items: Sequence[Outcome]) -> str:
    if not items:
        return "There was nothing to forecast."
    far = max(items, key=lambda item: abs(item.stated - item.simulated))
    return (
        f"{counted(len(items), 'outcome')}. You were furthest off on "
        f'"{far.label}": you said {percent(far.stated)}, simulated {percent(far.simulated)}.'
    )


def _axis(across: Span, *, height: float) -> Layer:
    shown = canvas.axis(
        "probability", values=[0, 0.5, 1], label="format(100 * datum.value, 'd') + ' %'", grid=True
    )
    return {
        "data": canvas.rows([{"probability": 0}]),
        "mark": {"type": "rule", "color": GRID, "strokeWidth": 1},
        "encoding": {
            "x": canvas.field("probability", span=across, shown=shown),
            "y": canvas.spot(0),
            "y2": canvas.spot(height),
        },
    }


def _row(item: Outcome, words: Sequence[str], *, y: float, across: Span) -> list[Layer]:
    """Return one outcome: its words, both marks with the distance between, both numbers."""
    mine, theirs = across.at(item.stated), across.at(item.simulated)
    layers = [
        canvas.label(words, x=-_LEFT + 6, y=y - canvas.LINE * (len(words) - 1) / 2, align="left")
    ]
    # The line ends before the diamond, whose inside stays empty.
    gap = _HALF if mine > theirs else -_HALF
    if abs(mine - theirs) > _HALF:
        layers.append(canvas.line(mine, y, theirs + gap, y, color=OTHER, strokeWidth=1.5))
    for share, mark, who, color in (
        (item.stated, canvas.yours(), "you said", ACCENT),
        (item.simulated, canvas.best(), "simulated", INK),
    ):
        hint = f"{item.label}: {who} {percent(share)}"
        right = across.length + (_MINE if color == ACCENT else _THEIRS)
        layers += [
            {
                "data": canvas.rows([{"probability": share, "hint": hint}]),
                "mark": mark,
                "encoding": {
                    "x": canvas.field("probability", span=across),
                    "y": canvas.spot(y),
                    "description": canvas.hint(),
                },
            },
            canvas.label(
                percent(share), x=right, y=y, align="right", color=color, bold=color == ACCENT
            ),
        ]
    return layers


def _names(across: Span) -> list[Layer]:
    """Return the heads of the two columns of numbers, each with its mark."""
    layers = []
    for right, mark, who, color in (
        (_MINE, canvas.yours(), "you", ACCENT),
        (_THEIRS, canvas.best(), "simulated", INK),
    ):
        x = across.length + right
        at = {"x": canvas.spot(x - width_of(who) - 8), "y": canvas.spot(-14)}
        layers += [
            {"data": canvas.rows([{}]), "mark": {**mark, "aria": False}, "encoding": at},
            canvas.label(who, x=x, y=-14, align="right", color=color, bold=color == ACCENT),
        ]
    return layers

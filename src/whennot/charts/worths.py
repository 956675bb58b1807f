"""What each question is worth before it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whennot.charts import canvas
from whennot.charts.canvas import Layer, Margin, Span
from whennot.charts.chart import Chart
from whennot.charts.histogram import money_axis
from whennot.charts.palette import ACCENT, ACCENTBAND, INK, MUTED, OTHER, OTHERBAND
from whennot.charts.words import NAME, counted, round_range, usd_about, wrapped

_LEFT, _RIGHT, _TOP = 200.0, 150.0, 8.0


@dataclass(frozen=True)
class Item:
    """A question or a conversation.

    Attributes:
        text: what is asked. usd: what asking it alone is worth, USD a quarter; se: its standard
            error.
        asked: whether the player asked it. best: whether it belongs to the best set.
    """

    text: str
    usd: float
    se: float
    asked: bool
    best: bool


def questions(items: Sequence[Item]) -> Chart:
    """Return what each question is worth with two standard errors, the most valuable first."""
    ranked = sorted(items, key=lambda item: -item.usd)
    ends = [end for item in ranked for end in (item.usd - 2 * item.se, item.usd + 2 * item.se)]
    low, high = round_range([0.0, *ends])
    across = Span(low, high, canvas.WIDTH - _LEFT - _RIGHT)
    words = [wrapped(item.text, letters=NAME, lines=4) for item in ranked]
    middles, height = canvas.stacked([max(2, len(lines)) for lines in words])
    title = "What asking is worth, USD a quarter"
    description = _words(ranked)
    layers = [_zero(across, height=height)]
    for item, lines, y in zip(ranked, words, middles, strict=True):
        layers += _row(item, lines, y=y, across=across)
    if not ranked:
        layers.append(canvas.label("nothing to ask", x=0, y=height / 2, color=MUTED))
    margin = Margin(top=_TOP, right=_RIGHT, bottom=54, left=_LEFT)
    body = canvas.layered(layers, height=height, margin=margin)
    return Chart(
        name="questions",
        title=title,
        description=description,
        columns=("Question", "Worth, USD", "Standard error, USD", "You asked", "In the best set"),
        rows=tuple(
            (i.text, float(f"{i.usd:.5g}"), float(f"{i.se:.3g}"), _yes(i.asked), _yes(i.best))
            for i in ranked
        ),
        spec=canvas.complete(body, title=title, description=description),
    )


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _words(ranked: Sequence[Item]) -> str:
    if not ranked:
        return "There was nothing to ask."
    top, asked = ranked[0], sum(item.asked for item in ranked)
    both = sum(item.asked and item.best for item in ranked)
    best = sum(item.best for item in ranked)
    return (
        f"You asked {asked} of {counted(len(ranked), 'question')}, {both} of the {best} in the "
        f'best set. Worth most: "{top.text}", {usd_about(top.usd, se=top.se)}.'
    )


def _zero(across: Span, *, height: float) -> Layer:
    shown = money_axis("worth of the answer", low=across.low, high=across.high, count=2)
    return {
        "data": canvas.rows([{"usd": 0}]),
        "mark": {"type": "rule", "color": OTHER, "strokeWidth": 1},
        "encoding": {
            "x": canvas.field("usd", span=across, shown=shown),
            "y": canvas.spot(0),
            "y2": canvas.spot(height),
        },
    }


def _row(item: Item, words: Sequence[str], *, y: float, across: Span) -> list[Layer]:
    """Return one question: its words, its worth as a dot on a band, and what became of it."""
    said = usd_about(item.usd, se=item.se)
    data = canvas.rows(
        [
            {
                "usd": item.usd,
                "low": item.usd - 2 * item.se,
                "high": item.usd + 2 * item.se,
                "hint": f"{item.text} {said}",
            }
        ]
    )
    dot = canvas.yours() if item.asked else {**canvas.yours(), "fill": OTHER, "size": 60}
    place = {"x": canvas.field("usd", span=across), "y": canvas.spot(y)}
    layers: list[Layer] = [
        canvas.label(
            words,
            x=-_LEFT + 6,
            y=y - canvas.LINE * (len(words) - 1) / 2,
            align="left",
            color=INK if item.asked else MUTED,
        ),
        {
            "data": data,
            "mark": {"type": "rect", "color": ACCENTBAND if item.asked else OTHERBAND},
            "encoding": {
                "x": canvas.field("low", span=across),
                "x2": {"field": "high"},
                "y": canvas.spot(y - 7),
                "y2": canvas.spot(y + 7),
            },
        },
        {"data": data, "mark": dot, "encoding": {**place, "description": canvas.hint()}},
    ]
    if item.best:
        layers.append({"data": data, "mark": {**canvas.best(), "aria": False}, "encoding": place})
    return [*layers, *_became(item, said, y=y, x=across.length + 14)]


def _became(item: Item, said: str, *, y: float, x: float) -> list[Layer]:
    """Return the worth in numbers, and under it whether it was asked and one of the best."""
    became = [w for w, is_so in (("asked", item.asked), ("best set", item.best)) if is_so]
    top = y - canvas.LINE / 2 if became else y
    layers = [canvas.label(said, x=x, y=top, align="left", color=INK if item.asked else MUTED)]
    if became:
        color = ACCENT if item.asked else INK
        below = canvas.label(
            ", ".join(became),
            x=x,
            y=top + canvas.LINE,
            align="left",
            color=color,
            bold=item.asked,
        )
        layers.append(below)
    return layers

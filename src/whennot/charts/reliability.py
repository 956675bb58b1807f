"""Whether stated percentages mean what they say, with the band in which chance alone would lie."""

from __future__ import annotations

from whennot.charts import canvas
from whennot.charts.canvas import Layer, Margin, Span
from whennot.charts.chart import Cell, Chart
from whennot.charts.palette import MUTED, OTHER, OTHERBAND
from whennot.charts.words import counted, percent
from whennot.score.calibration import NEEDED, SHOWN, Bin, Calibration

_HEIGHT = 300.0
_LEFT, _RIGHT, _TOP = 64.0, 170.0, 50.0


def calibration(found: Calibration) -> Chart:
    """Return stated against observed percentages by bin, with the band of calibrated forecasters.

    Under `NEEDED` resolved forecasts the title says that they are too few, as the verdict does;
    bins that hold too few percentages show their band and no point.
    """
    few = found.resolved < NEEDED
    title = "How often what you forecast came true, %"
    if few:
        title += f" ({found.resolved} of {NEEDED} forecasts: too few to judge)"
    description = _words(found)
    across = Span(0.0, 1.0, canvas.WIDTH - _LEFT - _RIGHT)
    up = Span(0.0, 1.0, _HEIGHT)
    layers = [*_bands(found, across=across, up=up), *_notes(found, across=across)]
    for one in found.bins:
        layers += _bin(one, across=across, up=up)
    margin = Margin(top=_TOP, right=_RIGHT, bottom=54, left=_LEFT)
    body = canvas.layered(layers, height=_HEIGHT, margin=margin)
    return Chart(
        name="calibration",
        title=title,
        description=description,
        columns=(
            "Stated, %",
            "Percentages stated",
            "Their mean, %",
            "Came true, %",
            "Calibrated from, %",
            "Calibrated to, %",
        ),
        rows=tuple(_cells(one) for one in found.bins),
        spec=canvas.complete(body, title=title, description=description),
    )


def _cells(one: Bin) -> tuple[Cell, ...]:
    return (
        f"{percent(one.low)} to {percent(one.high)}",
        one.count,
        round(100 * one.stated, 1),
        None if one.came is None else round(100 * one.came, 1),
        round(100 * one.band[0], 1),
        round(100 * one.band[1], 1),
    )


def _words(found: Calibration) -> str:
    if not found.resolved:
        return "No forecast is resolved yet; there is nothing to judge."
    told = [one for one in found.bins if one.came is not None]
    off = [
        one for one in told if one.came is not None and not one.band[0] <= one.came <= one.band[1]
    ]
    verdict = found.verdict if found.verdict.endswith(".") else f"{found.verdict}."
    said = (
        f"{counted(found.resolved, 'forecast')} in {counted(len(found.bins), 'bin')}; "
        f"{len(off)} of {len(told)} shown points outside the band of calibrated forecasters."
    )
    if found.resolved < NEEDED:
        said += " Too few to judge: a calibrated forecaster's record this short looks off, too."
    return f"{said} {verdict[:1].upper()}{verdict[1:]}"


def _bands(found: Calibration, *, across: Span, up: Span) -> list[Layer]:
    write = "format(100 * datum.value, 'd') + ' %'"
    stated = canvas.axis("you said", values=[0, 0.5, 1], label=write)
    came = canvas.axis("came true", values=[0, 0.5, 1], label=write, grid=True)
    came = {
        **came,
        "titleAngle": 0,
        "titleAlign": "left",
        "titleX": -_LEFT + 4,
        "titleY": -36,
        "titleBaseline": "middle",
    }
    data = [
        {"low": one.low, "high": one.high, "from": one.band[0], "to": one.band[1]}
        for one in found.bins
    ]
    band: Layer = {
        "data": canvas.rows(data or [{"low": 0, "high": 0, "from": 0, "to": 0}]),
        # A band can have no height: of two percentages that sum to 1, one always comes true.
        "mark": {"type": "rect", "color": OTHERBAND, "stroke": OTHERBAND, "strokeWidth": 2},
        "encoding": {
            "x": canvas.field("low", span=across, shown=stated),
            "x2": {"field": "high"},
            "y": canvas.field("from", span=up, shown=came),
            "y2": {"field": "to"},
        },
    }
    return [band]


def _notes(found: Calibration, *, across: Span) -> list[Layer]:
    """Return the line of perfect agreement, and what the band is, beside the plot."""
    right = across.length + 14
    words = ["a calibrated", "forecaster lies in", "the gray band"]
    layers = [
        canvas.line(0, _HEIGHT, across.length, 0, color=OTHER, strokeDash=[4, 4], strokeWidth=1),
        canvas.label(["said and came", "true agree"], x=right, y=22, align="left", color=MUTED),
        canvas.label(words, x=right, y=78, align="left", color=MUTED),
        canvas.label("percentages stated", x=right, y=-12, align="left", color=MUTED),
    ]
    if any(one.came is None for one in found.bins):
        none = [f"under {SHOWN} stated:", "no point yet"]
        layers.append(canvas.label(none, x=right, y=151, align="left", color=MUTED))
    if found.resolved < NEEDED:
        layers.append(
            canvas.label(["too few", "to judge"], x=right, y=_HEIGHT - 44, align="left", bold=True)
        )
    return layers


def _bin(one: Bin, *, across: Span, up: Span) -> list[Layer]:
    """Return the count above the plot and the player's point; no point where too few."""
    middle = (across.at(one.low) + across.at(one.high)) / 2
    count = canvas.label(f"{one.count:,}", x=middle, y=-12, color=MUTED)
    if one.came is None:
        return [count]
    hint = f"you said {percent(one.stated)}, {percent(one.came)} of {one.count} came true"
    point: Layer = {
        "data": canvas.rows([{"stated": one.stated, "came": one.came, "hint": hint}]),
        "mark": canvas.yours(),
        "encoding": {
            "x": canvas.field("stated", span=across),
            "y": canvas.field("came", span=up),
            "description": canvas.hint(),
        },
    }
    return [count, point]

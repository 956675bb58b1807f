"""Pieces of Vega-Lite that all charts share: one look, written once.

Every drawing is 500 units wide. Places are computed here rather than by Vega, because only then
can a label be put where nothing else is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from whennot.charts.palette import ACCENT, GRID, INK, MUTED, OTHER, SURFACE
from whennot.charts.words import FONT

WIDTH = 500
SIZE = 110
"""Area of the player's mark, the same in every chart."""
DIAMOND = 260
"""Area of the mark of the best: it can stand around the player's."""
LINE = 17
"""Height of a line of text."""

Layer = dict[str, Any]
Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Margin:
    """Room around the plot for axes and labels, in units of the drawing."""

    top: float = 10
    right: float = 10
    bottom: float = 46
    left: float = 10


@dataclass(frozen=True)
class Span:
    """A range of values and the length that it is drawn on."""

    low: float
    high: float
    length: float

    def at(self, value: float) -> float:
        """Return the place of a value from the low end, kept inside the range."""
        if not self.high > self.low:
            return self.length / 2
        share = (value - self.low) / (self.high - self.low)
        return self.length * min(max(share, 0.0), 1.0)

    @property
    def scale(self) -> Layer:
        """The range as a Vega-Lite scale."""
        return {"domain": [self.low, self.high], "nice": False, "zero": False}


def rows(values: Sequence[Mapping[str, Any]]) -> Layer:
    """Return data written into the specification."""
    return {"values": [dict(value) for value in values]}


def spot(value: float) -> Layer:
    """Return a fixed place, in units of the drawing from the plot's top left corner."""
    return {"value": round(value, 2)}


def axis(title: str | None, *, values: Sequence[float], label: str, grid: bool = False) -> Layer:
    """Return an axis; ``label`` is a Vega expression that writes ``datum.value``."""
    return {"title": title, "values": list(values), "labelExpr": label, "grid": grid}


def field(name: str, *, span: Span | None = None, shown: Layer | None = None) -> Layer:
    """Return a channel that follows a number of the data."""
    channel: Layer = {"field": name, "type": "quantitative"}
    if shown is not None:
        channel["axis"] = shown
    return channel if span is None else {**channel, "scale": span.scale}


def label(
    text: str | Sequence[str],
    *,
    x: float,
    y: float,
    color: str = INK,
    align: Align = "center",
    bold: bool = False,
    size: float = FONT,
) -> Layer:
    """Return words at a place: ``y`` is the middle of the (first) line."""
    lines = [text] if isinstance(text, str) else list(text)
    mark: Layer = {"type": "text", "color": color, "align": align, "baseline": "middle"}
    if bold:
        mark["fontWeight"] = "bold"
    if size != FONT:
        mark = {**mark, "fontSize": size}
    said: str | list[str] = lines[0] if len(lines) == 1 else lines
    return {
        "data": rows([{"text": said}]),
        "mark": mark,
        "encoding": {"text": {"field": "text"}, "x": spot(x), "y": spot(y)},
    }


def hint(name: str = "hint") -> Layer:
    """Return the channel that carries a mark's words; the page shows them on hover."""
    return {"field": name}


def yours() -> Layer:
    """Return the player's mark: the filled accent circle."""
    return {**_point("circle", SIZE), "fill": ACCENT, "stroke": SURFACE, "strokeWidth": 1.5}


def best() -> Layer:
    """Return the mark of the best: the hollow ink diamond."""
    return {**_point("diamond", DIAMOND), "fill": None, "stroke": INK, "strokeWidth": 1.8}


def _point(shape: str, size: float) -> Layer:
    return {"type": "point", "shape": shape, "size": size, "opacity": 1, "aria": True}


def line(x: float, y: float, x2: float, y2: float, **mark: Any) -> Layer:
    """Return a straight line between two places."""
    return {
        "data": rows([{}]),
        "mark": {"type": "rule", "color": MUTED, **mark},
        "encoding": {"x": spot(x), "y": spot(y), "x2": spot(x2), "y2": spot(y2)},
    }


def stacked(lines: Sequence[int], *, room: float = 18) -> tuple[list[float], float]:
    """Return the middle of each row and the height of all, from the lines of text in each."""
    middles, top = [], 0.0
    for count in lines:
        height = room + LINE * count
        middles.append(top + height / 2)
        top += height
    return middles, max(top, LINE + room)


def layered(
    layers: Sequence[Layer], *, height: float, margin: Margin, width: float = WIDTH
) -> Layer:
    """Return layers over a sheet of a fixed size, so that all drawings are equally wide.

    Vega sizes a drawing by what it holds; the invisible sheet holds the size still.
    """
    inner = width - margin.left - margin.right
    sheet = {
        "data": rows([{}]),
        "mark": {"type": "rect", "fill": "transparent"},
        "encoding": {
            "x": spot(-margin.left),
            "x2": spot(inner + margin.right),
            "y": spot(-margin.top),
            "y2": spot(height + margin.bottom),
        },
    }
    return {"width": inner, "height": height, "layer": [sheet, *layers]}


def complete(body: Layer, *, title: str, description: str) -> Layer:
    """Return a specification that stands alone, with the look of all charts."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": f"{title}. {description}",
        "background": None,
        "padding": 0,
        **body,
        "config": {
            "font": "Helvetica, Arial, sans-serif",
            "view": {"stroke": None},
            # Words for screen readers stand in the title, the description and the table; what
            # Vega would add by itself repeats the numbers without saying what they are.
            "mark": {"aria": False},
            "text": {"fontSize": FONT, "lineHeight": LINE},
            "axis": {
                "aria": False,
                "domainColor": GRID,
                "gridColor": GRID,
                "labelColor": MUTED,
                "labelFontSize": FONT,
                "labelPadding": 6,
                "labelOverlap": False,
                "tickColor": GRID,
                "tickSize": 4,
                "titleColor": MUTED,
                "titleFontSize": FONT,
                "titleFontWeight": "normal",
                "titlePadding": 8,
            },
            "rule": {"color": OTHER},
        },
    }

"""A small line chart in characters, with its axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

HEIGHT = 9
_STEP = 0.05
_BEFORE = 10
"""Columns left of the first day."""


def chart(
    middle: Sequence[float],
    *,
    low: Sequence[float],
    high: Sequence[float],
    start: float,
    label: str,
    width: int,
    unicode: bool,
) -> list[str]:
    """Return a series by day with its band, one text a line.

    Args:
        middle: value at the end of each day.
        low: lower edge of the band, by day.
        high: upper edge of the band, by day.
        start: value before day 1, marked at the axis.
        label: what the vertical axis shows, with its unit.
        width: columns that may be used, axis included.
        unicode: whether more than ASCII may be drawn.
    """
    mark, shade, edge = ("●", "░", "┤") if unicode else ("*", ".", "|")
    bottom, top = _bounds([*low, *high, start])
    columns = _days_shown(len(middle), most=max(2, width - _BEFORE - 3))
    rows = [[" "] * len(columns) for _ in range(HEIGHT)]
    for place, day in enumerate(columns):
        for row in range(_row(low[day], bottom, top), _row(high[day], bottom, top) + 1):
            rows[row][place] = shade
        rows[_row(middle[day], bottom, top)][place] = mark
    lines = []
    for row in reversed(range(HEIGHT)):
        value = bottom + (top - bottom) * row / (HEIGHT - 1)
        named = f"{value:.2f}" if row % 4 == 0 else ""
        before = mark if row == _row(start, bottom, top) else " "
        lines.append(f"  {named:>5} {edge}{before}{''.join(rows[row])}".rstrip())
    return [f"  {label}", *lines, _axis(len(columns), len(middle))]


def _axis(width: int, days: int) -> str:
    """Return the horizontal axis: day 0, the middle and the last day under their columns."""
    axis = [" "] * (width + _BEFORE)
    for day in (0, days // 2, days):
        text = f"day {day}" if day == 0 else str(day)
        place = round(day / days * width)
        axis[place : place + len(text)] = text
    return f"         {''.join(axis)}".rstrip()


def _days_shown(days: int, *, most: int) -> list[int]:
    """Return the day of each column: all, or an even choice with the first and the last."""
    count = min(most, days)
    return [round(column * (days - 1) / max(1, count - 1)) for column in range(count)]


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """Return round bounds around values, at least two tenths apart."""
    bottom = math.floor(min(values) / _STEP + 1e-9) * _STEP
    top = math.ceil(max(values) / _STEP - 1e-9) * _STEP
    if top - bottom < 4 * _STEP:
        bottom = max(0.0, top - 4 * _STEP)
        top = bottom + 4 * _STEP
    return bottom, top


def _row(value: float, bottom: float, top: float) -> int:
    share = (value - bottom) / (top - bottom)
    return min(HEIGHT - 1, max(0, round(share * (HEIGHT - 1))))

"""Where labels go so that none covers another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from whennot.charts.canvas import LINE, Align
from whennot.charts.words import width_of


@dataclass(frozen=True)
class Box:
    """A rectangle in units of the drawing; ``top`` is the smaller y."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Return whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, other: Box) -> bool:
        """Return whether nothing sticks out of the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Put:
    """A label at a place: ``x`` by its alignment, ``y`` the middle of the first line."""

    lines: tuple[str, ...]
    x: float
    y: float
    align: Align = "center"

    @property
    def box(self) -> Box:
        """The room that the label takes."""
        width = max(width_of(text) for text in self.lines)
        left = self.x - {"left": 0.0, "center": width / 2, "right": width}[self.align]
        top = self.y - LINE / 2
        return Box(left, top, left + width, top + LINE * len(self.lines))


def first_free(candidates: Iterable[Put], *, taken: Sequence[Box], sheet: Box) -> Put | None:
    """Return the first candidate that stays on the sheet and off everything taken."""
    for put in candidates:
        box = put.box
        if box.inside(sheet) and not any(box.meets(other) for other in taken):
            return put
    return None


def clamped(text: str, *, x: float, y: float, low: float, high: float) -> Put:
    """Return a label centered at ``x``, or as near as the room from low to high allows."""
    half = width_of(text) / 2
    return Put((text,), max(low + half, min(high - half, x)), y)


def spread(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Return places as near as possible to the wanted ones, at least ``gap`` apart.

    Args:
        wanted: places in any order.
        gap: distance that neighbors keep; less where the room does not hold them all.
        low: where the room begins.
        high: where it ends.
    """
    count = len(wanted)
    if count < 2:
        return [min(max(place, low), high) for place in wanted]
    gap = min(gap, (high - low) / (count - 1))
    order = sorted(range(count), key=lambda i: wanted[i])
    # Without its share of the gaps each place only has to be no smaller than the one before:
    # neighbors that collide are pooled at their mean.
    pools: list[tuple[float, int]] = []
    for rank, i in enumerate(order):
        mean, size = wanted[i] - rank * gap, 1
        while pools and pools[-1][0] >= mean:
            before, others = pools.pop()
            mean, size = (before * others + mean * size) / (others + size), others + size
        pools.append((mean, size))
    flat = [mean for mean, size in pools for _ in range(size)]
    room = high - (count - 1) * gap
    placed = [0.0] * count
    for rank, i in enumerate(order):
        placed[i] = min(max(flat[rank], low), room) + rank * gap
    return placed

"""Puts a month's units into its weeks, so that every week holds exactly its minutes.

One stream at a time. Units that fit the month are taken in order of importance; only what is too
long for a week is cut into parts, a sitting such as a case or an interview latest. The parts are
dealt to the weeks in order, as evenly as they go. The minutes are estimates: a week that is a
little too full hurries, a week that is not full ends with a standing exercise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from whennot.roadmap.model import Piece, Unit

LEAST_PIECE = 20
"""Spare minutes that are worth an exercise of their own; fewer stretch a unit (assumed)."""

LONG_EXERCISE = 90
"""Minutes from which a standing exercise shares its week with another one (assumed)."""

MOST_HURRY = 0.8
"""Least share of their estimates that a month's units get before one is left out (assumed)."""

SITTINGS = frozenset({"play", "watch", "round", "kit"})
"""Abilities whose units are done in one sitting: nobody holds half an interview."""

LONGEST, LONGEST_SITTING = 0.8, 1.25
"""Shares of a week's minutes from which a unit is cut into parts (assumed)."""


@dataclass(frozen=True)
class Laid:
    """Pieces per week, and the units that found no room."""

    weeks: tuple[tuple[Piece, ...], ...]
    left_out: tuple[Unit, ...]


def lay(units: Sequence[Unit], *, again: Sequence[Unit], weeks: range, minutes: int) -> Laid:
    """Return one stream of one month, week by week.

    Args:
        units: in order of importance.
        again: the standing exercises that fill what the units leave free; they take turns.
        weeks: numbers of the month's weeks in the plan.
        minutes: minutes of this stream in every week.
    """
    chosen, left_out = _fit(units, room=len(weeks) * minutes)
    pieces = [piece for unit in chosen for piece in _parts(unit, minutes=minutes)]
    cuts = _cuts([piece.minutes for piece in pieces], weeks=len(weeks), minutes=minutes)
    filled = tuple(
        _fill(pieces[begin:end], again=again, week=week, minutes=minutes)
        for week, (begin, end) in zip(weeks, pairwise(cuts), strict=True)
    )
    return Laid(filled, tuple(left_out))


def _fit(units: Sequence[Unit], *, room: int) -> tuple[list[Unit], list[Unit]]:
    """Return the units that fit, hurried a little where that saves one, and those that do not.

    The first always fits, cut if it must be.
    """
    first = replace(units[0], minutes=min(units[0].minutes, room))
    chosen, left_out, used = [first], [], first.minutes
    for unit in units[1:]:
        if (used + unit.minutes) * MOST_HURRY <= room:
            chosen.append(unit)
            used += unit.minutes
        else:
            left_out.append(unit)
    return chosen, left_out


def _parts(unit: Unit, *, minutes: int) -> list[Piece]:
    """Return a unit whole, or in about equal parts where it is too long for one week."""
    longest = LONGEST_SITTING if SITTINGS.intersection(unit.needs) else LONGEST
    count = math.ceil(unit.minutes / (longest * minutes))
    if count == 1:
        return [Piece(unit, unit.minutes, "whole")]
    first, *middle, last = _shares([1] * count, total=unit.minutes)
    return [
        Piece(unit, first, "begin"),
        *(Piece(unit, part, "continue") for part in middle),
        Piece(unit, last, "finish"),
    ]


def _cuts(sizes: Sequence[int], *, weeks: int, minutes: int) -> list[int]:
    """Return where to cut the pieces into weeks: ``weeks + 1`` indices, the best over all cuts."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
    for week in range(weeks):
        reached: dict[int, tuple[float, list[int]]] = {}
        for begin, (cost, path) in best.items():
            used = 0
            for end in range(begin, len(sizes) + 1):
                used += sizes[end - 1] if end > begin else 0
                total = cost + _strain(used / minutes, weeks_left=weeks - week)
                if end not in reached or total < reached[end][0]:
                    reached[end] = (total, [*path, end])
        best = reached
    return best[len(sizes)][1]


def _strain(filled: float, *, weeks_left: int) -> float:
    """Return how bad a week is that is this full: hurry hurts more than spare time, early more."""
    return 4 * (filled - 1) ** 2 if filled > 1 else (filled - 1) ** 2 * (1 + 0.2 * weeks_left)


def _fill(
    pieces: Sequence[Piece], *, again: Sequence[Unit], week: int, minutes: int
) -> tuple[Piece, ...]:
    """Return a full week: its pieces, hurried or stretched a little, or followed by exercises."""
    pieces = _joined(pieces)
    spare = minutes - sum(piece.minutes for piece in pieces)
    if pieces and spare < LEAST_PIECE:
        parts = _shares([piece.minutes for piece in pieces], total=minutes)
        return tuple(replace(piece, minutes=m) for piece, m in zip(pieces, parts, strict=True))
    count = min(len(again), math.ceil(spare / LONG_EXERCISE))
    turns = [again[(week + turn) % len(again)] for turn in range(count)]
    parts = _shares([1] * count, total=spare)
    return (*pieces, *(Piece(unit, m, "whole") for unit, m in zip(turns, parts, strict=True)))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of one week with the parts of each unit put together."""
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if before is None or before.unit != piece.unit:
            joined.append(piece)
            continue
        begins, ends = before.part == "begin", piece.part == "finish"
        part = "whole" if begins and ends else before.part if begins else piece.part
        joined[-1] = Piece(piece.unit, before.minutes + piece.minutes, part)
    return joined


def _shares(weights: Sequence[int], *, total: int) -> list[int]:
    """Return ``total`` minutes by weight, in steps of five but for the last."""
    whole, ends, used = sum(weights), [0], 0
    for weight in weights:
        used += weight
        ends.append(round(total * used / whole / 5) * 5)
    ends[-1] = total
    return [later - earlier for earlier, later in pairwise(ends)]

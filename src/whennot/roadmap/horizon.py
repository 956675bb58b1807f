"""How long a plan takes and where it is cut: weeks from hours, months from weeks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from whennot.errors import PlayerError
from whennot.roadmap.contents import TargetText
from whennot.roadmap.profile import Profile

MOST_DAYS_AHEAD = 366
"""A start further away than this is a wish (assumed)."""


@dataclass(frozen=True)
class Span:
    """First day, number of weeks, and what was changed about the wishes on the way."""

    start: date
    weeks: int
    notices: tuple[str, ...]


def span(profile: Profile, *, target: TargetText, today: date) -> Span:
    """Return when the plan starts and how many weeks it takes.

    A start or an end that is past is planned anew and said so; the hours decide the length within
    the target's range unless ``by`` asks for another length in the same range.

    Raises:
        PlayerError: the start is more than a year away.
    """
    start, notices = _start(profile.start, today=today)
    natural = weeks_for(profile.hours_per_week, target=target)
    if profile.by is None:
        return Span(start, natural, notices)
    weeks, more = _weeks_until(profile.by, start=start, natural=natural, target=target)
    return Span(start, weeks, (*notices, *more))


def weeks_for(hours_per_week: float, *, target: TargetText) -> int:
    """Return the weeks that the target's hours take, kept within the target's range.

    Source:
        The ranges are the founding brief's; the hours are assumed (see ``contents.toml``).
    """
    needed = math.ceil(target.effort_hours / hours_per_week)
    return min(max(needed, target.least_weeks), target.most_weeks)


def cuts(weeks: int, months: int) -> list[int]:
    """Return where the months begin and end, in weeks: ``months + 1`` rising numbers from 0."""
    return [math.floor(weeks * index / months + 0.5) for index in range(months + 1)]


def split(total: int, share: Sequence[tuple[str, int]], *, grain: int = 5) -> dict[str, int]:
    """Return ``total`` minutes divided in proportion to ``share``, in steps of ``grain``.

    The parts sum to ``total`` exactly; what the grain leaves over goes to the largest part.
    """
    whole = sum(weight for _, weight in share)
    parts = {name: total * weight // whole // grain * grain for name, weight in share}
    by_loss = sorted(share, key=lambda item: parts[item[0]] - total * item[1] / whole)
    spare = total - sum(parts.values())
    for name, _ in by_loss[: spare // grain]:
        parts[name] += grain
    largest = max(share, key=lambda item: item[1])[0]
    parts[largest] += spare % grain
    return parts


def _start(wished: date | None, *, today: date) -> tuple[date, tuple[str, ...]]:
    """Return the first day; a past one becomes today."""
    if wished is None or wished == today:
        return today, ()
    if wished < today:
        notice = (
            f"{wished} is past and nothing here knows what you did since, so the plan starts "
            f"today, {today}. A calendar file (--ics) keeps the dates of an earlier plan."
        )
        return today, (notice,)
    last = today + timedelta(days=MOST_DAYS_AHEAD)
    if wished > last:
        message = (
            f"start: {wished} is more than a year away; allowed: {today} to {last}. "
            "Start with one case today; it takes 15 minutes."
        )
        raise PlayerError(message)
    return wished, ()


def _weeks_until(
    by: date, *, start: date, natural: int, target: TargetText
) -> tuple[int, tuple[str, ...]]:
    """Return the weeks for a wished end, inside the target's range, and what to say about it."""
    weeks = ((by - start).days + 1) // 7
    if weeks <= 0:
        end = last_day(start, weeks=natural)
        return natural, (f"{by} leaves no week to work in, so the plan ends on {end} instead.",)
    if weeks < target.least_weeks:
        end = last_day(start, weeks=target.least_weeks)
        notice = (
            f"{by} leaves {weeks} weeks; {target.title} takes {target.least_weeks} at least, so "
            f"the plan ends on {end}. Interview earlier if you like; the gates stay open."
        )
        return target.least_weeks, (notice,)
    if weeks > target.most_weeks:
        end = last_day(start, weeks=target.most_weeks)
        notice = (
            f"{by} is {weeks} weeks away; {target.title} takes {target.most_weeks} at most, so "
            f"the plan ends on {end}."
        )
        return target.most_weeks, (notice,)
    return weeks, ()


def last_day(start: date, *, weeks: int) -> date:
    """Return the last day of a span of weeks."""
    return start + timedelta(days=7 * weeks - 1)

"""Who plans: background, target, hours a week, start; refused kindly where they make no plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from whennot.errors import PlayerError
from whennot.roadmap.contents import contents

LEAST_HOURS = 2.0
MOST_HOURS = 40.0
"""A working week; fewer than two hours hold no unit from start to end (assumed)."""

TARGET_ALIASES = {"tier1": "tier-1", "top": "tier-1", "mid": "mid-tier", "midtier": "mid-tier"}


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a roadmap is made for.

    Args:
        background: analyst, engineer, consultant or domain-expert.
        target: mid-tier or tier-1.
        hours_per_week: hours, 2 to 40.
        domain: health, finance, logistics or other; orders the three core cases.
        start: first day of the first week; none means today.
        by: the date to be done by, a wish; none means as long as the hours need.

    Raises:
        PlayerError: a name is unknown or the hours are outside 2 to 40.
    """

    background: str
    target: str = "mid-tier"
    hours_per_week: float = 6.0
    domain: str = "other"
    start: date | None = None
    by: date | None = None

    def __post_init__(self) -> None:
        """Refuse what no plan can be made from."""
        known = contents()
        _check_name("background", self.background, tuple(known.backgrounds), known.aliases)
        _check_name("target", self.target, tuple(known.targets), TARGET_ALIASES)
        _check_name("domain", self.domain, tuple(known.domains), {"healthcare": "health"})
        _check_hours(self.hours_per_week)


def read_profile(
    background: str,
    *,
    target: str = "mid-tier",
    hours: float = 6.0,
    domain: str = "other",
    start: str | None = None,
    by: str | None = None,
) -> Profile:
    """Return the profile for what a person typed.

    Raises:
        PlayerError: something typed cannot be understood; the message says what is allowed.
    """
    if _looks_like_date(target):
        allowed = ", ".join(contents().targets)
        message = f"target: {target!r} looks like a date; allowed: {allowed}. A date goes to --by."
        raise PlayerError(message)
    return Profile(
        background=_tidy(background),
        target=_tidy(target),
        hours_per_week=hours,
        domain=_tidy(domain),
        start=_read_date(start, name="start"),
        by=_read_date(by, name="by"),
    )


def _tidy(name: str) -> str:
    """Return a name as it is written in the contents; typing capitals is no mistake."""
    return name.strip().lower().replace("_", "-")


def _looks_like_date(text: str) -> bool:
    """Return whether somebody wrote a year or a date where a level belongs."""
    return text.strip()[:4].isdigit()


def _read_date(text: str | None, *, name: str) -> date | None:
    """Return the calendar date, or none where none was given."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        message = f"{name}: {text!r} is not a calendar date; write it like 2027-01-04"
        raise PlayerError(message) from None


def _check_hours(hours: float) -> None:
    """Refuse hours that no week has."""
    if math.isnan(hours) or not LEAST_HOURS <= hours <= MOST_HOURS:
        message = (
            f"hours: {hours:g} a week makes no plan; allowed: {LEAST_HOURS:g} to {MOST_HOURS:g}, "
            "for example 6. Count the hours that were free last week, not the ones you hope for."
        )
        raise PlayerError(message)


def _check_name(
    kind: str, name: str, allowed: tuple[str, ...], aliases: Mapping[str, str]
) -> None:
    """Refuse an unknown name and offer the nearest one."""
    if name in allowed:
        return
    guess = _guess(name, allowed, aliases)
    hint = f"did you mean {guess}? " if guess else ""
    said = f"{name!r} is unknown; {hint}" if name else "none given; "
    message = f"{kind}: {said}allowed: {', '.join(allowed)}"
    raise PlayerError(message)


def _guess(name: str, allowed: tuple[str, ...], aliases: Mapping[str, str]) -> str | None:
    """Return what an unknown name was probably meant to be."""
    words = {**aliases, **{one: one for one in allowed}}
    spelled = name.replace("-", " ")
    near = get_close_matches(name, words, n=1, cutoff=0.6)
    near = near or get_close_matches(spelled, words, n=1, cutoff=0.6)
    near = near or [word for word in words if word in spelled.split()]
    return words[near[0]] if near else None

"""Which months a profile gets, in which order, before any date or minute is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from whennot.roadmap.contents import FIRST, FOUNDATIONS, Contents, MonthText, PhaseText
from whennot.roadmap.profile import Profile


def outline(profile: Profile, *, text: Contents) -> list[MonthText]:
    """Return the months for a profile, each with its units.

    The first month is the background's own. The three case months follow the domain's order. A
    target with two parts a month gets both parts of each.
    """
    briefs = text.domains[profile.domain].briefs
    order = (FIRST, "m2", *briefs, "m6", "m7", "m8")
    if text.targets[profile.target].parts > 1:
        order = tuple(part for month in order for part in (month, _second_part(month)))
    return [_month(one, profile=profile, text=text) for one in order]


def shares(phase: PhaseText, *, profile: Profile, text: Contents) -> Mapping[str, int]:
    """Return a phase's share of minutes per stream, in percent."""
    if phase.id == FOUNDATIONS:
        return text.backgrounds[profile.background].share
    return phase.share


def _second_part(month: str) -> str:
    """Return the id of a month's second part."""
    return f"{month}b" if month[1:].isdigit() else f"{month}-b"


def _month(one: str, *, profile: Profile, text: Contents) -> MonthText:
    """Return a month; in the foundations the background adds the units against its habit."""
    background = text.backgrounds[profile.background]
    if one == FIRST:
        return background.first_month
    month = text.months[one]
    if one in background.later:
        return replace(month, units={**month.units, "unlearn": background.later[one]})
    return month

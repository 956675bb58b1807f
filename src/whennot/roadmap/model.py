"""What a roadmap is: frozen records of dates, units and gates, without any behavior to trust.

The engine behind the page may change; the shells and the calendar file read only these records.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from whennot.roadmap.profile import Profile

Way = Literal["product", "hand", "stand-in"]
"""How a unit is done now: with the product, without it by nature, or without it for lack of it."""


@dataclass(frozen=True)
class Unit:
    """One thing to do.

    ``minutes`` is the estimate (0: whatever the week leaves); ``needs`` are the abilities of the
    product that it uses; ``command`` starts it where the product runs it; ``instead`` says how to
    do it while one of them does not exist.
    """

    id: str
    stream: str
    title: str
    do: str
    minutes: int
    way: Way
    needs: tuple[str, ...]
    command: str | None
    instead: str


@dataclass(frozen=True)
class Piece:
    """The part of a unit that falls into one week; ``part`` says which."""

    unit: Unit
    minutes: int
    part: Literal["whole", "begin", "continue", "finish"]


@dataclass(frozen=True)
class Week:
    """Seven days from ``start`` to ``end``, both included; ``number`` counts from 1."""

    number: int
    start: date
    end: date
    pieces: tuple[Piece, ...]

    @property
    def minutes(self) -> int:
        """Planned minutes of the week."""
        return sum(piece.minutes for piece in self.pieces)


@dataclass(frozen=True)
class Skill:
    """A sub-criterion of the hiring rubric, such as P3, when not to build."""

    id: str
    name: str


@dataclass(frozen=True)
class Month:
    """Three to five weeks with one theme: what they train and what they leave behind."""

    number: int
    id: str
    phase: str
    title: str
    start: date
    end: date
    trains: tuple[Skill, ...]
    artifact: str
    file: str
    weeks: tuple[Week, ...]


@dataclass(frozen=True)
class Phase:
    """Foundations, briefs or interviews; ``mix`` is planned minutes per stream."""

    id: str
    title: str
    start: date
    end: date
    weeks: int
    mix: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Gate:
    """One item of the checklist; open until there is evidence, whatever the calendar says.

    ``units`` are the planned units that make the evidence, ``unplanned`` those left out at this
    pace.
    """

    id: str
    requirement: str
    title: str
    due: date
    closed_by: str
    not_by: str
    units: tuple[str, ...]
    unplanned: tuple[str, ...]
    evidence: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether no evidence closes it."""
        return not self.evidence


@dataclass(frozen=True)
class Habit:
    """What a background has to unlearn, how it shows, the drill, and when it is done."""

    name: str
    shows: str
    drill: str
    done_when: str


@dataclass(frozen=True)
class Ability:
    """Something the product does (``command``) or does not do yet (none) that the plan uses.

    ``minutes`` are planned minutes that use it, ``first_needed`` the first week that does.
    """

    id: str
    title: str
    command: str | None
    minutes: int
    first_needed: date
    stand_in: str


@dataclass(frozen=True)
class Step:
    """The one next thing."""

    title: str
    do: str
    minutes: int
    start: date
    command: str | None


@dataclass(frozen=True)
class Roadmap:
    """A dated plan.

    ``left_out`` lists units that the hours do not hold; ``notices`` what was changed about the
    wishes in the profile, in sentences.
    """

    profile: Profile
    today: date
    start: date
    end: date
    next: Step
    habit: Habit
    phases: tuple[Phase, ...]
    months: tuple[Month, ...]
    gates: tuple[Gate, ...]
    abilities: tuple[Ability, ...]
    left_out: tuple[Unit, ...]
    notices: tuple[str, ...]

    @property
    def weeks(self) -> tuple[Week, ...]:
        """All weeks in order."""
        return tuple(week for month in self.months for week in month.weeks)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Everything planned, in order."""
        return tuple(piece for week in self.weeks for piece in week.pieces)

    @property
    def minutes(self) -> int:
        """Planned minutes."""
        return sum(piece.minutes for piece in self.pieces)

    def minutes_by_way(self) -> dict[Way, int]:
        """Return planned minutes by how they are done now."""
        sums: dict[Way, int] = {"product": 0, "hand": 0, "stand-in": 0}
        for piece in self.pieces:
            sums[piece.unit.way] += piece.minutes
        return sums


def as_dict(roadmap: Roadmap) -> dict[str, Any]:
    """Return plain values for JSON: dates as text, every unit once, pieces by unit id."""
    units = {piece.unit.id: asdict(piece.unit) for piece in roadmap.pieces}
    plain = {
        **asdict(roadmap),
        "months": [_month_as_dict(month) for month in roadmap.months],
        "units": units,
        "minutes": roadmap.minutes,
        "minutes_by_way": roadmap.minutes_by_way(),
    }
    values: dict[str, Any] = _plain(plain)
    return values


def _month_as_dict(month: Month) -> dict[str, Any]:
    """Return a month whose weeks name their units instead of repeating them."""
    weeks = [
        {
            "number": week.number,
            "start": week.start,
            "end": week.end,
            "minutes": week.minutes,
            "pieces": [
                {"unit": piece.unit.id, "minutes": piece.minutes, "part": piece.part}
                for piece in week.pieces
            ],
        }
        for week in month.weeks
    ]
    kept = {name: getattr(month, name) for name in month.__dataclass_fields__ if name != "weeks"}
    return {**kept, "weeks": weeks}


def _plain(value: Any) -> Any:
    """Return the value without dates (ISO text instead), tuples and dataclasses."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Skill):
        return asdict(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value

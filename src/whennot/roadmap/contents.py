"""Reads ``contents.toml``, the one place that says what a roadmap contains.

The tables become frozen dataclasses with the same field names; a table with an unknown or a
missing key fails with the table's name. Whether the contents make sense together (every unit used
once a month, every sub-criterion trained) is asked by the tests, since the file ships with us.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, TypeVar

from whennot.errors import CaseError

FIRST = "m1"
"""Id of the first month, which every background writes for itself."""

FOUNDATIONS = "foundations"
"""Id of the phase whose shares of minutes depend on the background."""

T = TypeVar("T")


@dataclass(frozen=True)
class UnitText:
    """One thing to do; ``minutes`` is an estimate (assumed), 0 where the week decides."""

    id: str
    title: str
    do: str
    minutes: int = 0
    start: str = ""
    case: str = ""
    needs: tuple[str, ...] = ()
    stand_in: str = ""


@dataclass(frozen=True)
class TargetText:
    """A level to prepare for; ``parts`` is how many plan months make one month of the brief."""

    title: str
    least_weeks: int
    most_weeks: int
    effort_hours: int
    parts: int


@dataclass(frozen=True)
class PhaseText:
    """A phase; ``months`` is its share of the horizon.

    ``again`` holds the standing exercises of each stream, taken in turn: they fill the minutes
    that the month's own units leave free.
    """

    id: str
    title: str
    months: int
    again: Mapping[str, tuple[UnitText, ...]]
    share: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class AbilityText:
    """Something the product does or will do, and how to do without it."""

    title: str
    stand_in: str


@dataclass(frozen=True)
class DomainText:
    """A field of work: order of the three core cases, and what domain experts are shown."""

    title: str
    briefs: tuple[str, ...]
    base_rate: str
    situation: str


@dataclass(frozen=True)
class MonthText:
    """A month of the plan; ``units`` are ids per stream, the most important first."""

    id: str
    phase: str
    title: str
    trains: tuple[str, ...]
    artifact: str
    file: str
    units: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class BackgroundText:
    """Where somebody comes from: the habit to unlearn, its drill, and a first month of its own.

    ``share`` is in percent of the planned minutes of the foundations; ``later`` names the habit's
    units in the other foundation months.
    """

    title: str
    line: str
    habit: str
    shows: str
    drill: str
    done_when: str
    share: Mapping[str, int]
    first_month: MonthText
    later: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class GateText:
    """One item of the founding brief's checklist, due at the end of a month (1 to 8).

    ``units`` are the ids of what produces the evidence.
    """

    id: str
    requirement: str
    title: str
    month: int
    closed_by: str
    not_by: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """Everything in ``contents.toml``, by id and in file order."""

    targets: Mapping[str, TargetText]
    phases: tuple[PhaseText, ...]
    streams: Mapping[str, str]
    competencies: Mapping[str, str]
    abilities: Mapping[str, AbilityText]
    cases: Mapping[str, str]
    domains: Mapping[str, DomainText]
    aliases: Mapping[str, str]
    backgrounds: Mapping[str, BackgroundText]
    months: Mapping[str, MonthText]
    gates: tuple[GateText, ...]
    units: Mapping[str, UnitText]


@functools.cache
def contents() -> Contents:
    """Return the contents that ship with the product.

    Raises:
        CaseError: a table has an unknown or a missing key.
    """
    text = resources.files("whennot.roadmap").joinpath("contents.toml").read_text(encoding="utf-8")
    return read_contents(tomllib.loads(text))


def read_contents(tables: Mapping[str, Any]) -> Contents:
    """Return typed contents from parsed TOML.

    Raises:
        CaseError: a table has an unknown or a missing key.
    """
    streams = tables["stream"]
    months = [_month(table, streams=streams) for table in tables["month"]]
    return Contents(
        targets=_each(TargetText, tables["target"], where="target"),
        phases=tuple(_phase(table) for table in tables["phase"]),
        streams=streams,
        competencies=tables["competency"],
        abilities=_each(AbilityText, tables["ability"], where="ability"),
        cases={name: table["stand_in"] for name, table in tables["case"].items()},
        domains=_each(DomainText, tables["domain"], where="domain"),
        aliases=tables["alias"],
        backgrounds={
            name: _background(table, name=name, streams=streams)
            for name, table in tables["background"].items()
        },
        months={month.id: month for month in months},
        gates=tuple(_one(GateText, table, where="gate") for table in tables["gate"]),
        units={
            name: _one(UnitText, {"id": name, **table}, where=f"unit.{name}")
            for name, table in tables["unit"].items()
        },
    )


def _phase(table: Mapping[str, Any]) -> PhaseText:
    """Return one phase, its standing exercises as units that take whatever time is left."""
    where = f"phase {table['id']}"
    again = {
        stream: tuple(
            _one(UnitText, {"id": f"{table['id']}-{stream}-{number}", **exercise}, where=where)
            for number, exercise in enumerate(exercises, 1)
        )
        for stream, exercises in table["again"].items()
    }
    return _one(PhaseText, {**table, "again": again}, where=where)


def _background(
    table: Mapping[str, Any], *, name: str, streams: Mapping[str, str]
) -> BackgroundText:
    """Return one background, with its first month read as a month of the foundations."""
    first = _month(
        {"id": FIRST, "phase": FOUNDATIONS, **table["first_month"]},
        streams=streams,
    )
    later = {month: tuple(ids) for month, ids in table["later"].items()}
    return _one(
        BackgroundText,
        {**table, "first_month": first, "later": later},
        where=f"background.{name}",
    )


def _month(table: Mapping[str, Any], *, streams: Mapping[str, str]) -> MonthText:
    """Return one month; keys that name a stream hold unit ids."""
    plain = {key: value for key, value in table.items() if key not in streams}
    units = {key: tuple(value) for key, value in table.items() if key in streams}
    return _one(MonthText, {**plain, "units": units}, where=f"month {table['id']}")


def _each(kind: type[T], tables: Mapping[str, Mapping[str, Any]], *, where: str) -> dict[str, T]:
    """Return one dataclass per named table."""
    return {name: _one(kind, table, where=f"{where}.{name}") for name, table in tables.items()}


def _one(kind: type[T], table: Mapping[str, Any], *, where: str) -> T:
    """Return the dataclass for one table, lists as tuples."""
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in table.items()}
    try:
        return kind(**values)
    except TypeError as error:
        message = f"contents.toml, {where}: {error}"
        raise CaseError(message) from error

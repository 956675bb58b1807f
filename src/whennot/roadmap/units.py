"""What a unit is today: run by the product, by hand, or by hand until the product can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whennot.roadmap.contents import Contents, DomainText, UnitText
from whennot.roadmap.model import Ability, Unit, Week

CASE = "case:"
"""Prefix of the abilities that stand for installed cases."""


@dataclass(frozen=True)
class Shop:
    """The texts, the reader's domain, and what the product can do now (ability -> command)."""

    text: Contents
    domain: DomainText
    available: Mapping[str, str]

    def unit(self, written: UnitText, *, stream: str) -> Unit:
        """Return one unit as it can be done now."""
        needs = needs_of(written)
        missing = tuple(need for need in needs if need not in self.available)
        return Unit(
            id=written.id,
            stream=stream,
            title=written.title,
            do=written.do.format(base_rate=self.domain.base_rate, situation=self.domain.situation),
            minutes=written.minutes,
            way="stand-in" if missing else "product" if needs else "hand",
            command=None if missing or not needs else self._command(written),
            needs=needs,
            instead=self._instead(written, missing=missing),
        )

    def _command(self, written: UnitText) -> str | None:
        """Return what to type, or none where the ability is part of another one."""
        command = self.available[written.start or written.needs[0]]
        return f"{command} {written.case}".strip() or None

    def _instead(self, written: UnitText, *, missing: Sequence[str]) -> str:
        """Return how to do without what is missing: the unit's way, the case's, the ability's."""
        if not missing:
            return ""
        return written.stand_in or stand_in(missing[0], text=self.text)


def needs_of(written: UnitText) -> tuple[str, ...]:
    """Return every ability that a unit asks of the product; the case comes first."""
    case = (f"{CASE}{written.case}",) if written.case else ()
    start = (written.start,) if written.start else ()
    return (*case, *start, *written.needs)


def stand_in(need: str, *, text: Contents) -> str:
    """Return how to do without one ability."""
    if need.startswith(CASE):
        return f"{text.cases[need.removeprefix(CASE)]} {text.abilities['case'].stand_in}"
    return text.abilities[need].stand_in


def abilities_used(weeks: Sequence[Week], *, shop: Shop) -> tuple[Ability, ...]:
    """Return every ability that the plan uses, in the order in which it is first needed."""
    minutes: dict[str, int] = {}
    first: dict[str, Week] = {}
    for week in weeks:
        for piece in week.pieces:
            for need in piece.unit.needs:
                minutes[need] = minutes.get(need, 0) + piece.minutes
                first.setdefault(need, week)
    return tuple(
        Ability(
            id=need,
            title=_title(need, text=shop.text),
            command=shop.available.get(need),
            minutes=minutes[need],
            first_needed=first[need].start,
            stand_in=stand_in(need, text=shop.text),
        )
        for need in first
    )


def _title(need: str, *, text: Contents) -> str:
    """Return an ability in words."""
    if need.startswith(CASE):
        return f"{text.abilities['case'].title} {need.removeprefix(CASE)}"
    return text.abilities[need].title

"""The plan as calendar dates (RFC 5545): phases, months, gates and weeks as all-day events.

Events keep their identity from one export to the next, so importing a new plan moves the dates of
the old one; weeks that a shorter plan no longer has stay behind, which is why a calendar of its
own is a good idea. Nothing blocks time: when in the week you work is yours to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from whennot.roadmap.model import Gate, Month, Phase, Piece, Roadmap, Week

SPACE = uuid5(NAMESPACE_URL, "whennot:roadmap")


def to_ics(roadmap: Roadmap) -> bytes:
    """Return the calendar file; the same roadmap gives the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//whennot//roadmap//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "whennot roadmap")
    stamp = datetime.combine(roadmap.today, time(), tzinfo=UTC)
    for entry in _entries(roadmap):
        calendar.add_component(_event(entry, stamp=stamp))
    return bytes(calendar.to_ical())


@dataclass(frozen=True)
class Entry:
    """One all-day event; ``identity`` is kind and name, the same in every export."""

    identity: str
    title: str
    first: date
    last: date
    text: str = ""


def _entries(roadmap: Roadmap) -> Iterator[Entry]:
    """Yield everything that has a date."""
    for number, phase in enumerate(roadmap.phases, 1):
        yield Entry(f"phase/{number}", _phase_title(number, phase), phase.start, phase.end)
    for month in roadmap.months:
        title = f"Month {month.number}: {month.title}"
        yield Entry(f"month/{month.number}", title, month.start, month.end, _month_text(month))
    for gate in roadmap.gates:
        yield Entry(f"gate/{gate.id}", f"Gate: {gate.title}", gate.due, gate.due, _gate_text(gate))
    for week in roadmap.weeks:
        title, text = _week_title(week), _week_text(week)
        yield Entry(f"week/{week.number}", title, week.start, week.start, text)


def _event(entry: Entry, *, stamp: datetime) -> Event:
    """Return the calendar event of an entry."""
    event = Event()
    event.add("uid", f"{uuid5(SPACE, entry.identity)}@whennot")
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + timedelta(days=1))  # RFC 5545: the day after the last
    event.add("summary", entry.title)
    if entry.text:
        event.add("description", entry.text)
    event.add("transp", "TRANSPARENT")  # nobody is busy for a whole month
    event.add("categories", [entry.identity.partition("/")[0]])
    return event


def _phase_title(number: int, phase: Phase) -> str:
    """Return a phase in one line."""
    return f"Phase {number}: {phase.title} ({phase.weeks} weeks)"


def _month_text(month: Month) -> str:
    """Return what a month trains and leaves."""
    trains = ", ".join(f"{skill.id} {skill.name}" for skill in month.trains)
    return f"Trains: {trains}\nYou make: {month.artifact}\nFile: {month.file}"


def _gate_text(gate: Gate) -> str:
    """Return what closes a gate and what does not."""
    return f"Closed by: {gate.closed_by}\nNot by: {gate.not_by}, hours spent"


def _week_title(week: Week) -> str:
    """Return a week in one line, with its first unit."""
    return f"Week {week.number} ({week.minutes / 60:g} h): {week.pieces[0].unit.title}"


def _week_text(week: Week) -> str:
    """Return the units of a week, one paragraph each."""
    return "\n\n".join(_piece_text(piece) for piece in week.pieces)


def _piece_text(piece: Piece) -> str:
    """Return one unit with what to do, or what to do instead."""
    unit = piece.unit
    part = "" if piece.part == "whole" else f" ({piece.part})"
    lines = [f"{piece.minutes} min: {unit.title}{part}", unit.do, unit.instead, unit.command or ""]
    return "\n".join(line for line in lines if line)

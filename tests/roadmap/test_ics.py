"""The calendar file can be read by others and says the same every time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from whennot.roadmap.ics import to_ics


@pytest.fixture(params=["mid-tier", "tier-1"])
def roadmap(request, plan):
    return plan("analyst", target=request.param)


@pytest.fixture
def events(roadmap):
    return list(Calendar.from_ical(to_ics(roadmap)).walk("VEVENT"))


def of_kind(events, kind):
    return [event for event in events if event["CATEGORIES"].cats == [kind]]


def test_every_phase_month_gate_and_week_is_in_the_calendar(roadmap, events):
    assert len(of_kind(events, "phase")) == 3
    assert len(of_kind(events, "month")) == len(roadmap.months)
    assert len(of_kind(events, "gate")) == 7
    assert len(of_kind(events, "week")) == len(roadmap.weeks)
    assert len(events) == 10 + len(roadmap.months) + len(roadmap.weeks)


def test_every_event_has_an_identity_of_its_own(events):
    assert len({event["UID"] for event in events}) == len(events)


def test_the_same_plan_gives_the_same_bytes(roadmap):
    assert to_ics(roadmap) == to_ics(roadmap)


def test_a_later_plan_moves_the_same_events(plan, today):
    def uids(roadmap):
        return {event["UID"] for event in Calendar.from_ical(to_ics(roadmap)).walk("VEVENT")}

    assert uids(plan("analyst")) == uids(plan("engineer", start=today + timedelta(days=9)))


def test_events_last_whole_days_and_keep_nobody_busy(events):
    for event in events:
        assert type(event.start) is type(event.end) is date
        assert event.start < event.end
        assert event["TRANSP"] == "TRANSPARENT"


def test_events_stand_on_the_days_of_the_plan(roadmap, events):
    months = [(e.start, e.end - timedelta(days=1)) for e in of_kind(events, "month")]
    gates = [e.start for e in of_kind(events, "gate")]

    assert months == [(month.start, month.end) for month in roadmap.months]
    assert gates == [gate.due for gate in roadmap.gates]
    assert [e.start for e in of_kind(events, "week")] == [week.start for week in roadmap.weeks]


def test_a_week_in_the_calendar_says_what_to_do(roadmap, events):
    first = of_kind(events, "week")[0]
    for piece in roadmap.weeks[0].pieces:
        assert piece.unit.title in first["DESCRIPTION"]
        assert piece.unit.do in first["DESCRIPTION"]
    assert "whennot play meeting-summarizer" in first["DESCRIPTION"]


def test_a_gate_in_the_calendar_says_what_closes_it_and_that_hours_do_not(roadmap, events):
    for gate, event in zip(roadmap.gates, of_kind(events, "gate"), strict=True):
        assert gate.closed_by in event["DESCRIPTION"]
        assert "hours spent" in event["DESCRIPTION"].splitlines()[-1]


def test_lines_are_folded_as_the_format_asks(roadmap):
    lines = to_ics(roadmap).split(b"\r\n")

    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line for line in lines)

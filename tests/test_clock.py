"""The one clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from whennot import clock


def test_now_carries_its_time_zone_and_it_is_utc():
    before, now, after = datetime.now(UTC), clock.now(), datetime.now(UTC)

    assert before <= now <= after
    assert now.tzinfo is UTC


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be switched here")
@pytest.mark.parametrize(("zone", "day"), [("Etc/GMT+12", 1), ("Etc/GMT-14", 3)])
def test_today_is_the_day_on_the_readers_wall(monkeypatch, zone, day):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 2, 11, 30, tzinfo=UTC))
    try:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert clock.today().day == day
    finally:
        monkeypatch.undo()
        time.tzset()

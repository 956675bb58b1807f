"""The only place that reads the time.

Shells (terminal, web) call these and hand the answer down as ``now`` or ``today``; everything
below them is then a function of its arguments, and a replay gives the same result in any year.
"""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return this moment in UTC, with its time zone attached."""
    return datetime.now(tz=UTC)


def today() -> date:
    """Return the date on the person's wall calendar.

    Local, not UTC: a roadmap due "today" means the reader's day, also late in the evening.
    """
    return now().astimezone().date()

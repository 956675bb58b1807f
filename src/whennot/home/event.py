"""One event and the link that ties it to the one before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

Row = tuple[int, str, str, str | None, str, str]
"""An event as the table holds it: number, at, kind, episode, payload, link."""

FIRST_LINK = sha256(b"whennot.home/1").hexdigest()
"""What the first event is linked to."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and was written down.

    Attributes:
        number: its place in the log, counted from 1 without gaps.
        at: when, in UTC.
        kind: what sort of thing; the pillars name their own kinds.
        episode: the episode it belongs to, or None.
        payload: what happened, as plain JSON values.
        link: sha256 over the link of the event before and everything above, in hexadecimal.
    """

    number: int
    at: datetime
    kind: str
    episode: str | None
    payload: dict[str, Any]
    link: str


@dataclass(frozen=True, slots=True)
class EpisodeTrace:
    """What the log knows about one episode.

    Attributes:
        episode: its name in the log.
        events: how many events it has.
        first_at: when its first event was written, in UTC.
        last_at: when its newest event was written, in UTC.
    """

    episode: str
    events: int
    first_at: datetime
    last_at: datetime


def link_of(previous: str, *, row: Row) -> str:
    """Return the link that a row must have after a link."""
    # `default`: a damaged file may give bytes where text was; they only have to give another link.
    return sha256(f"{previous}\n{json.dumps(row[:5], default=repr)}".encode()).hexdigest()


def row_of(event: Event, *, previous: str) -> Row:
    """Return the row of an event, linked to the one before; its own link is left out of account.

    Raises:
        ValueError: the payload holds something that JSON has not, or `at` has no time zone.
        TypeError: likewise, for objects.
    """
    if event.at.tzinfo is None:
        raise ValueError(f"{event.kind}: `now` needs a time zone")
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    # ASCII escapes: a terminal may hand over text that is not valid Unicode; it is kept as typed.
    payload = json.dumps(event.payload, sort_keys=True, allow_nan=False)
    row = (event.number, at, event.kind, event.episode, payload, "")
    return (*row[:5], link_of(previous, row=row))


def event_of(row: Row, *, previous: str | None) -> Event:
    """Return the event that a row holds.

    Raises:
        ValueError: the row is not as it was written, or the one before it is gone.
    """
    if previous is None and row[0] != 1:
        raise ValueError(f"event {row[0] - 1} is missing")
    if link_of(previous or FIRST_LINK, row=row) != row[5]:
        raise ValueError(f"event {row[0]} or the link before it was changed after it was written")
    number, at, kind, episode, payload, link = row
    return Event(number, datetime.fromisoformat(at), kind, episode, json.loads(payload), link)

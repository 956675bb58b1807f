"""What somebody is typing: kept beside the log, changed in place, never lost to another window.

A draft has a version. Whoever saves says which version was on the screen; if another window saved
in between, nothing is overwritten and both texts are there to be shown.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST = 200_000
"""Characters of a draft: a hundred pages; what is longer was pasted by mistake."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text in the making.

    Attributes:
        document: what it is for, such as ``meeting-summarizer-1/decide/why``.
        text: as it was last saved. version: counted from 1; 0 for one that was never saved.
        at: when it was saved, in UTC as ISO text; empty for one that was never saved.
    """

    document: str
    text: str = ""
    version: int = 0
    at: str = ""


def read(connection: sqlite3.Connection, document: str) -> Draft:
    """Return a draft; an empty one of version 0 where nothing was saved."""
    found = connection.execute(
        "SELECT document, text, version, at FROM draft WHERE document = ?", (document,)
    ).fetchone()
    return Draft(*found) if found else Draft(document)


def read_under(connection: sqlite3.Connection, prefix: str) -> dict[str, Draft]:
    """Return all drafts whose document starts with a prefix, by what follows it."""
    start = prefix.encode()
    # As bytes: `substr` of a text ends at its first NUL, and LIKE takes % and _ for wildcards.
    found = connection.execute(
        "SELECT document, text, version, at FROM draft "
        "WHERE substr(CAST(document AS BLOB), 1, ?) = ?",
        (len(start), start),
    )
    return {row[0][len(prefix) :]: Draft(*row) for row in found}


def save(
    connection: sqlite3.Connection, document: str, text: str, *, base: int, now: datetime
) -> tuple[Draft, bool]:
    """Save a draft unless it was saved since `base`; inside a transaction.

    Returns:
        The draft as the home has it now, and whether it is the one that was to be saved.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"{document}: `now` needs a time zone")
    before = read(connection, document)
    if before.text == text and before.version:
        return before, True
    if before.version != base:
        return before, False
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    after = Draft(document, text, before.version + 1, at)
    connection.execute(
        "INSERT INTO draft VALUES (?, ?, ?, ?) ON CONFLICT (document) DO UPDATE SET "
        "text = excluded.text, version = excluded.version, at = excluded.at",
        (after.document, after.text, after.version, after.at),
    )
    return after, True

"""The shape of the database and how it gets there.

To change it, append a `Migration`; never edit one that was released. Migrations go forward only
and only add: an older program that has the home open must be able to go on appending.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

APPLICATION_ID = 0x776E6F74
"""Marks the file as ours in its header: "wnot" in ASCII."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema.

    Attributes:
        version: of the schema after it, counted from 1 without gaps.
        name: what it brings, for a person who opens the file.
        statements: SQL, run in one transaction.
    """

    version: int
    name: str
    statements: tuple[str, ...]


_EVENT_LOG = Migration(
    version=1,
    name="the event log",
    statements=(
        # No index on episode or kind: a scan of 30,000 events takes about 10 ms, and an index
        # is one more thing whose damage could hide an event.
        """CREATE TABLE event (
            number INTEGER PRIMARY KEY,
            at TEXT NOT NULL CHECK (at <> ''),
            kind TEXT NOT NULL CHECK (kind <> ''),
            episode TEXT,
            payload TEXT NOT NULL,
            link TEXT NOT NULL CHECK (length(link) = 64)
        )""",
        """CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'events are never updated'); END""",
        """CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END""",
        # Also stops INSERT OR REPLACE, which by default deletes without firing a trigger.
        """CREATE TRIGGER event_is_only_appended BEFORE INSERT ON event
        WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM event)
        BEGIN SELECT RAISE(ABORT, 'events are only appended'); END""",
    ),
)

_DRAFTS = Migration(
    version=2,
    name="what is being typed",
    statements=(
        # Not events: a letter typed is no decision, and a log must not grow with every second.
        """CREATE TABLE draft (
            document TEXT PRIMARY KEY CHECK (document <> ''),
            text TEXT NOT NULL,
            version INTEGER NOT NULL CHECK (version > 0),
            at TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
)

MIGRATIONS: tuple[Migration, ...] = (_EVENT_LOG, _DRAFTS)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as the only writer; commit at its end, undo it when it raises.

    IMMEDIATE, because a transaction that reads first and then wants to write is refused at once
    when somebody wrote in between, however long the timeout.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:  # Ctrl-C too: an open transaction would lock the home for everybody
        if connection.in_transaction:  # a full disk makes SQLite end it by itself
            connection.execute("ROLLBACK")
        raise


def latest() -> int:
    """Return the schema version that this program writes."""
    return MIGRATIONS[-1].version


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version of a database; 0 for one that is empty."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'")
    if found.fetchone() is None:
        return 0
    newest = connection.execute("SELECT coalesce(max(version), 0) FROM schema_version")
    version = newest.fetchone()[0]
    if not isinstance(version, int):
        raise sqlite3.DatabaseError("the schema version is not a number")
    return version


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the latest schema; each step is committed whole or not at all.

    Args:
        connection: in autocommit mode, to an empty database or one of ours.
    """
    for step in MIGRATIONS:
        with transaction(connection):
            # Asked inside the transaction: another program may have taken this step just now.
            if version_of(connection) < step.version:
                _take(connection, step)


def _take(connection: sqlite3.Connection, step: Migration) -> None:
    if step.version == 1:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(
            "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)"
        )
    for statement in step.statements:
        connection.execute(statement)
    connection.execute(
        "INSERT INTO schema_version (version, name) VALUES (?, ?)", (step.version, step.name)
    )


def objects_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the tables and triggers of a database: name -> the SQL that made it."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return dict(rows.fetchall())

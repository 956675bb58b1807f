"""Opening, creating and looking at the database file.

Only SQLite opens it. Reading its first bytes with `open` looks harmless, but when such a file is
closed, POSIX drops every lock this process holds on it, also those of another connection.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from stat import S_ISREG
from typing import Literal

from whennot.home import schema
from whennot.home.files import Files

BUSY_SECONDS = 10.0
"""How long a writer waits for another one; a write takes well under a millisecond."""

_PRAGMAS = (
    # NORMAL survives kill -9 at any moment. A power cut may take the last events with it, but
    # leaves the file whole; FULL would keep them and cost one disk flush an event.
    "synchronous = NORMAL",
    "mmap_size = 134217728",
    "cache_size = -16000",
    "foreign_keys = ON",
)


UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What reading a damaged file raises; the second when SQLite quotes the damage in its message."""


class RefusedError(Exception):
    """The file is a sound database that this program must not touch; says why."""


def connect(database: Path, *, mode: Literal["ro", "rw", "rwc"]) -> sqlite3.Connection:
    """Return a connection in autocommit mode that may be used from any thread, one at a time."""
    connection = sqlite3.connect(
        f"{database.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def look(database: Path) -> int:
    """Return the schema version of a sound database, changing nothing.

    Reads the whole file: 1 ms for a year of play (1 MB), 7 ms for 10 MB.

    Raises:
        sqlite3.DatabaseError, UnicodeDecodeError: the file is damaged or is no database.
        RefusedError: it is not ours, or a newer whennot wrote it.
    """
    facts = database.stat()
    if not S_ISREG(facts.st_mode):
        raise RefusedError("is not a file")
    if facts.st_size == 0:
        # To SQLite an empty file is a fresh database; ours are never seen before they are whole.
        raise sqlite3.DatabaseError("the file is empty")
    with closing(connect(database, mode="ro")) as connection:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
            raise RefusedError("is a database that whennot did not make")
        version = schema.version_of(connection)
    if version > schema.latest():
        raise RefusedError(
            f"was written by a newer whennot (schema {version}; "
            f"this one reads up to {schema.latest()}); install that version or a later one"
        )
    if version == 0:
        raise sqlite3.DatabaseError("the schema version is missing")
    return version


def create(files: Files) -> None:
    """Make an empty log. It appears whole or not at all, also when the program is killed."""
    clear(files.building)
    with closing(connect(files.building, mode="rwc")) as connection:
        schema.migrate(connection)
    switch_to_wal(files.building)
    settle(files.building, files.database)


def switch_to_wal(unused: Path) -> None:
    """Switch a database that nobody else can have open: two programs at once would collide."""
    with closing(connect(unused, mode="rw")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def clear(unfinished: Path) -> None:
    """Delete what a killed program left half made; what it was made from is still there."""
    for end in ("", "-wal", "-shm", "-journal"):
        unfinished.with_name(unfinished.name + end).unlink(missing_ok=True)


def copy(source: Path, target: Path) -> int:
    """Copy a database that may be in use, with what its write-ahead log holds.

    Args:
        source: a sound database.
        target: replaced when a killed program left it there.

    Returns:
        The number of events in the copy.
    """
    clear(target)
    with closing(connect(source, mode="ro")) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    look(target)  # a copy that cannot be read is no copy
    with closing(connect(target, mode="ro")) as connection:
        events = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    return int(events)


def settle(made: Path, place: Path) -> None:
    """Move a finished, closed database to its place, on disk before the name is."""
    _flush(made)
    made.rename(place)
    if os.name == "posix":  # elsewhere a folder cannot be opened to flush it
        _flush(place.parent)


def _flush(path: Path) -> None:
    # Windows flushes only what is open for writing; a folder opens only for reading.
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_for_appending(database: Path) -> sqlite3.Connection:
    """Return a connection that has proved it can write, in WAL mode where the disk allows it.

    Raises:
        sqlite3.DatabaseError: the file or its folder is read-only, or locked for long.
    """
    connection = connect(database, mode="rw")
    try:
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        # SQLite opens a read-only file for writing, and even begins a transaction for writing,
        # without a word; this makes it say so and writes nothing.
        connection.execute("UPDATE schema_version SET name = name WHERE FALSE")
    except sqlite3.Error:
        connection.close()
        raise
    return connection

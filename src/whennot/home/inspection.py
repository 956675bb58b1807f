"""Looking for damage in a log that opens."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from whennot.home import schema
from whennot.home.database import UNREADABLE, RefusedError, look
from whennot.home.event import event_of
from whennot.home.files import Files

_MOST = 20
"""Findings of one sort that are told; more of them say nothing new."""


def findings(connection: sqlite3.Connection, *, files: Files) -> list[str]:
    """Return a sentence for everything that is wrong with a log and its backups.

    Args:
        connection: to the log.
        files: of the home.
    """
    found: list[str] = []
    for look_for in (_structure, _schema, _chain, _journal):
        try:
            found += look_for(connection)
        except UNREADABLE as error:
            found.append(f"the log cannot be read to its end: {error}")
    return [f"{files.database}: {finding}" for finding in found] + list(_backups(files))


def _structure(connection: sqlite3.Connection) -> Iterator[str]:
    for (line,) in connection.execute(f"PRAGMA integrity_check({_MOST})").fetchall():
        if line != "ok":
            yield line


def _schema(connection: sqlite3.Connection) -> Iterator[str]:
    """Compare with a fresh database; tables that others added are their own affair."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        schema.migrate(fresh)
        right = schema.objects_of(fresh)
    present = schema.objects_of(connection)
    for name, sql in right.items():
        if name not in present:
            yield f"{name} is missing from its schema, so events are not protected"
        elif present[name] != sql:
            yield f"{name} in its schema is not as whennot made it"


def _chain(connection: sqlite3.Connection) -> list[str]:
    found: list[str] = []
    before, previous = 0, None
    for row in connection.execute(
        "SELECT number, at, kind, episode, payload, link FROM event ORDER BY number"
    ):
        try:
            event_of(row, previous=previous if row[0] == before + 1 else None)
        except ValueError as error:
            found.append(str(error))
        before, previous = row[0], row[5]
    return found[:_MOST]


def _journal(connection: sqlite3.Connection) -> Iterator[str]:
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        yield (
            f"is in journal mode {mode}, not wal: this disk does not support two programs at "
            "once; a folder on a local disk does"
        )


def _backups(files: Files) -> Iterator[str]:
    for copy in sorted(files.backups.glob("*.sqlite3")):
        try:
            look(copy)
        except (*UNREADABLE, RefusedError, OSError) as error:
            yield f"{copy}: this backup cannot be restored: {error}"

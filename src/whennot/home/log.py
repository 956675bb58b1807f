"""The event log: everything the player did, in order, appended and never changed.

An event is a number without gaps, when, what kind, for which episode, a JSON payload, and a link
to the event before (`whennot.home.event`). Triggers refuse updates and deletes from any program;
the links tell when the file was changed behind their back. As with the seal of an episode, they
show that nothing changed since, not who wrote it.

Terminal and web each open a `Home` of their own on the same folder. Both may write at once; the
database puts their events into one order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self

from whennot.errors import HomeError
from whennot.home import backups, database, drafts, inspection, schema
from whennot.home.drafts import Draft
from whennot.home.event import FIRST_LINK, EpisodeTrace, Event, event_of, row_of
from whennot.home.faults import damaged, missing, told_plainly
from whennot.home.files import Files
from whennot.home.gate import Gate

_EVENTS = """
    SELECT event.number, event.at, event.kind, event.episode, event.payload, event.link,
           before.link
    FROM event LEFT JOIN event AS before ON before.number = event.number - 1
    WHERE (:episode IS NULL OR event.episode = :episode) AND (:kind IS NULL OR event.kind = :kind)
    ORDER BY event.number
"""
_COUNT = "SELECT count(*) FROM event WHERE episode = ? AND kind = ?"
_DISK = tuple(f"SQLITE_{w}" for w in ("BUSY", "LOCKED", "FULL", "IOERR", "READONLY", "CANTOPEN"))
_EPISODES = """
    SELECT episode, count(*), min(at), max(at) FROM event
    WHERE episode IS NOT NULL GROUP BY episode ORDER BY min(number)
"""


class Home:
    """An open home; close it, or use it as a context manager.

    May be used from several threads, which then take turns. Do not carry it over a fork.

    Args:
        path: the folder; it is created when it does not exist, readable by its owner only.

    Attributes:
        path: the folder, absolute.

    Raises:
        HomeError: the folder or its log cannot be used; the message says where, what, and what
            to do next. Nothing was deleted or overwritten.
    """

    def __init__(self, path: Path | str) -> None:
        self._files = Files.of(path)
        self.path = self._files.directory
        self._turn = RLock()
        with ExitStack() as on_failure, told_plainly(self._files):
            _make_folder(self._files)
            self._gate = Gate(self._files.lock)
            on_failure.callback(self._gate.close)
            self._connection = _opened(self._files, self._gate)
            on_failure.pop_all()

    def append(
        self,
        kind: str,
        *,
        episode: str | None,
        payload: Mapping[str, Any],
        now: datetime,
    ) -> Event:
        """Write one event down and return it.

        When this returns, the event survives the death of the program (kill -9). A power cut may
        still take the last events; it leaves the earlier ones whole.

        Args:
            kind: what sort of thing happened.
            episode: the episode it belongs to, or None.
            payload: plain JSON values.
            now: with a time zone.

        Raises:
            HomeError: it could not be written; the log is as it was.
            ValueError: `now` has no time zone, or `payload` holds NaN or an infinity.
            TypeError: `payload` holds an object that JSON has not.
        """
        with self._turn, told_plainly(self._files), schema.transaction(self._connection):
            return self._write(kind, episode, payload, now)

    def append_after(
        self, count: int, kind: str, *, episode: str, payload: Mapping[str, Any], now: datetime
    ) -> bool:
        """Write one event down if its episode has exactly so many of its kind; say whether.

        Looking and writing are one transaction: of two windows that both saw `count`, one writes.

        Args:
            count: events of this kind that the episode must have.
            kind: what sort of thing happened.
            episode: whose it is.
            payload: plain JSON values.
            now: with a time zone.
        """
        with self._turn, told_plainly(self._files), schema.transaction(self._connection):
            found = self._connection.execute(_COUNT, (episode, kind)).fetchone()[0]
            if found == count:
                self._write(kind, episode, payload, now)
        return bool(found == count)

    def _write(
        self, kind: str, episode: str | None, payload: Mapping[str, Any], now: datetime
    ) -> Event:
        newest = "SELECT number, link FROM event ORDER BY number DESC LIMIT 1"
        number, previous = self._connection.execute(newest).fetchone() or (0, FIRST_LINK)
        event = Event(number + 1, now, kind, episode, dict(payload), "")
        row = row_of(event, previous=previous)
        self._connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", row)
        return event_of(row, previous=previous)

    def events(self, episode: str | None = None, *, kind: str | None = None) -> list[Event]:
        """Return events in the order in which they were written.

        Args:
            episode: only those of this episode.
            kind: only those of this kind.

        Raises:
            HomeError: one of them is not as it was written.
        """
        with self._turn, told_plainly(self._files):
            found = self._connection.execute(
                _EVENTS, {"episode": episode, "kind": kind}
            ).fetchall()
        try:
            return [event_of(row[:6], previous=row[6]) for row in found]
        except ValueError as error:
            raise HomeError(damaged(self._files, str(error))) from error

    @property
    def newest(self) -> int:
        """Number of the newest event; 0 before the first."""
        with self._turn, told_plainly(self._files):
            found = self._connection.execute("SELECT coalesce(max(number), 0) FROM event")
            return int(found.fetchone()[0])

    def episodes(self) -> list[EpisodeTrace]:
        """Return the episodes of the log, in the order in which they were begun."""
        with self._turn, told_plainly(self._files):
            found = self._connection.execute(_EPISODES).fetchall()
        try:
            return [
                EpisodeTrace(
                    episode, count, datetime.fromisoformat(first), datetime.fromisoformat(last)
                )
                for episode, count, first, last in found
            ]
        except ValueError as error:
            raise HomeError(damaged(self._files, str(error))) from error

    def draft(self, document: str) -> Draft:
        """Return what is being typed into a document; empty, of version 0, where nothing was."""
        with self._turn, told_plainly(self._files):
            return drafts.read(self._connection, document)

    def drafts(self, prefix: str) -> dict[str, Draft]:
        """Return the drafts whose document starts with a prefix, by the rest of its name."""
        with self._turn, told_plainly(self._files):
            return drafts.read_under(self._connection, prefix)

    def save_draft(
        self, document: str, text: str, *, base: int, now: datetime
    ) -> tuple[Draft, bool]:
        """Save a draft, unless another window saved it since.

        Args:
            document: what it is for.
            text: all of it.
            base: the version that was changed; 0 for a new one.
            now: with a time zone.

        Returns:
            The draft as it is kept now, and whether it is yours; if not, nothing was changed.

        Raises:
            ValueError: it is longer than a hundred pages, or `now` has no time zone.
        """
        if len(text) > drafts.LONGEST:
            raise ValueError(f"a draft holds at most {drafts.LONGEST:,} characters")
        with self._turn, told_plainly(self._files), schema.transaction(self._connection):
            return drafts.save(self._connection, document, text, base=base, now=now)

    def backup(self) -> Path:
        """Copy the log as it is now into the home's backups and return the path of the copy."""
        with self._turn, told_plainly(self._files), self._gate.one_at_a_time():
            return backups.make(self._files, label="by-hand")

    def check(self) -> list[str]:
        """Return a sentence for everything that is wrong with the log and its backups."""
        with self._turn, told_plainly(self._files):
            return inspection.findings(self._connection, files=self._files)

    def close(self) -> None:
        """Let go of the files; a second call does nothing."""
        with self._turn:
            self._connection.close()
            self._gate.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def check(path: Path | str) -> list[str]:
    """Return what is wrong with the home at a path, also when it is too damaged to open."""
    try:
        with Home(path) as home:
            return home.check()
    except HomeError as error:
        return [str(error)]


def _make_folder(files: Files) -> None:
    if files.directory.exists() and not files.directory.is_dir():
        raise HomeError(
            f"{files.directory}: is a file, and whennot needs a folder there. Move the file, or "
            "set WHENNOT_HOME to another folder."
        )
    # 0700: what people write about their work and their interviews is nobody else's.
    files.directory.mkdir(parents=True, mode=0o700, exist_ok=True)


def _opened(files: Files, gate: Gate) -> sqlite3.Connection:
    """Return a connection to a sound log with the latest schema, making one at first start."""
    if not files.database.exists():
        with gate.one_at_a_time():
            if not files.database.exists():
                _refuse_to_start_over(files)
                database.create(files)
    if database.look(files.database) < schema.latest():
        with gate.one_at_a_time():
            _migrate(files)
    return database.open_for_appending(files.database)


def _refuse_to_start_over(files: Files) -> None:
    """Raise when a home without a log once had one: an empty log would hide the loss."""
    for witness in (files.backups, files.set_aside, *files.companions):
        if witness.exists():
            raise HomeError(missing(files, witness=witness))


def _migrate(files: Files) -> None:
    if database.look(files.database) == schema.latest():
        return  # another program did it while this one waited
    copy = backups.make_before_migration(files, version=schema.latest())
    connection = database.connect(files.database, mode="rw")
    try:
        schema.migrate(connection)
    except sqlite3.Error as error:
        if (getattr(error, "sqlite_errorname", "") or "").startswith(_DISK):
            raise  # the disk or another program is in the way: that is told as it always is
        raise HomeError(
            f"{files.database}: could not be brought to schema {schema.latest()}: {error}. A "
            f"copy of how it was lies at {copy}. Go back to the version of whennot that "
            "you used before, and report this."
        ) from error
    finally:
        connection.close()

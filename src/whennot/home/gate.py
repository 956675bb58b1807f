"""Who may do what to a home at the same time, across processes.

Appending needs no gate: the database sorts out its writers. Replacing the database file does,
because a program that still has the old file open would go on writing into what was set aside.

The gate is an empty SQLite file, of which only the locks are used: they work the same on every
system, a killed program drops them, and their three levels are what is needed here:

- shared: every open `Home` holds it, for as long as it is open;
- reserved: one at a time, beside the shared ones; held to create, migrate or back up;
- exclusive: nobody else has the home open; held to restore.

``fcntl`` and ``msvcrt`` were the alternative: two code paths, of which each developer runs one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_WAIT_SECONDS = 10.0
_WAIT_ALONE_SECONDS = 1.0
"""Shorter: somebody at a terminal waits, and another window rarely closes by itself."""


def _connect(lock: Path, *, timeout: float) -> sqlite3.Connection:
    return sqlite3.connect(lock, timeout=timeout, isolation_level=None, check_same_thread=False)


class Gate:
    """Holds the shared lock from construction until `close`.

    Raises:
        sqlite3.OperationalError: the lock file cannot be made, or a restore is under way.
    """

    def __init__(self, lock: Path) -> None:
        self._lock = lock
        self._connection = _connect(lock, timeout=_WAIT_SECONDS)
        try:
            self._connection.execute("BEGIN")
            # BEGIN alone takes no lock; the first read does, and keeps it for the transaction.
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error:
            self._connection.close()
            raise

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Hold the reserved lock: no other program creates, migrates or backs up meanwhile."""
        with closing(_connect(self._lock, timeout=_WAIT_SECONDS)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield

    def close(self) -> None:
        """Let go of the shared lock."""
        self._connection.close()


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the exclusive lock: no program has this home open.

    Raises:
        sqlite3.OperationalError: one has.
    """
    with closing(_connect(lock, timeout=_WAIT_ALONE_SECONDS)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield

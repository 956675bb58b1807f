"""What is said when a home cannot be used: where, what, and what to do next."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whennot.errors import HomeError
from whennot.home.database import BUSY_SECONDS, UNREADABLE, RefusedError, look
from whennot.home.files import Files

_ELSEWHERE = "or set WHENNOT_HOME to another folder"


@contextmanager
def told_plainly(files: Files) -> Iterator[None]:
    """Turn what SQLite and the disk raise in the block into a `HomeError` a player can act on."""
    try:
        yield
    except RefusedError as error:
        raise HomeError(
            f"{files.database}: {error}. Nothing was changed. {way_back(files)}"
        ) from None
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError):
            raise  # a mistake of ours, not a state of the disk
        raise HomeError(_about_database(files, error)) from error
    except UnicodeDecodeError as error:
        raise HomeError(damaged(files, "text that is not UTF-8")) from error
    except OSError as error:
        where = error.filename or files.directory
        raise HomeError(
            f"{where}: {error.strerror or error}. Put that right {_ELSEWHERE}."
        ) from error


def _about_database(files: Files, error: sqlite3.DatabaseError) -> str:
    kind = (
        (getattr(error, "sqlite_errorname", None) or "").removeprefix("SQLITE_").partition("_")[0]
    )
    match kind:
        case "BUSY" | "LOCKED":
            return (
                f"{files.directory}: another program has kept it locked for more than "
                f"{BUSY_SECONDS:.0f} seconds. Close it, then try again."
            )
        case "READONLY" | "CANTOPEN" | "PERM" | "AUTH":
            return (
                f"{files.directory}: cannot be written ({error}). "
                f"Make the folder and what is in it writable {_ELSEWHERE}."
            )
        case "FULL" | "IOERR" | "NOLFS":
            return (
                f"{files.database}: the disk refused ({error}). What was saved before is still "
                "there; make room on the disk, then try again."
            )
        case _:
            return damaged(files, str(error))


def damaged(files: Files, reason: str) -> str:
    """Return the message for a log that cannot be trusted."""
    return f"{files.database}: damaged ({reason}). Nothing was changed. {way_back(files)}"


def missing(files: Files, *, witness: Path) -> str:
    """Return the message for a home whose log is gone although it once had one."""
    return (
        f"{files.database}: missing, although {witness} shows that it was there. Nothing was "
        f"changed. {way_back(files)}"
    )


def way_back(files: Files) -> str:
    """Return what to do next: the newest sound backup and the command that restores it."""
    newest = newest_sound(files)
    if newest is None:
        first = "There is no backup to go back to."
    else:
        first = (
            f"Newest backup: {newest}. To go back to it: "
            f"whennot restore {shlex.quote(str(newest))} "
            f"(the present files are kept in {files.set_aside})."
        )
    return f"{first} To start afresh, move {files.directory} away and keep it, {_ELSEWHERE}."


def newest_sound(files: Files) -> Path | None:
    """Return the newest backup that can be restored, or None."""
    if not files.backups.is_dir():
        return None
    for candidate in sorted(files.backups.glob("*.sqlite3"), reverse=True):
        try:
            look(candidate)
        except (*UNREADABLE, RefusedError, OSError):
            continue
        return candidate
    return None

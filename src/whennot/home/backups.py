"""Copies of the log, and the way back to one.

Nothing a player made is deleted here: a restore sets the present files aside, and only backups
that whennot made by itself, before a migration, are thinned out.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from whennot.errors import HomeError
from whennot.home.database import UNREADABLE, RefusedError, copy, look, settle, switch_to_wal
from whennot.home.faults import told_plainly
from whennot.home.files import Files, next_number
from whennot.home.gate import alone

KEPT = 5
"""Backups before a migration that are kept; those made by hand are all kept."""

_BY_ITSELF = "before-schema"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        events: how many events the home holds now.
        set_aside: the folder with what was replaced, or None when nothing was.
    """

    events: int
    set_aside: Path | None


def make(files: Files, *, label: str) -> Path:
    """Copy the log into the next numbered backup; the caller holds the gate.

    Args:
        files: of the home.
        label: why, as part of the file's name.
    """
    files.backups.mkdir(mode=0o700, exist_ok=True)
    target = files.backups / f"{next_number(files.backups):04}-{label}.sqlite3"
    unfinished = target.with_suffix(".part")
    copy(files.database, unfinished)
    settle(unfinished, target)
    return target


def make_before_migration(files: Files, *, version: int) -> Path:
    """Make a backup and delete all but the newest `KEPT` of those made before migrations.

    Of a migration that was tried several times the newest one counts.
    """
    made = make(files, label=f"{_BY_ITSELF}-{version}")
    for old in files.backups.glob(f"*-{_BY_ITSELF}-{version}.sqlite3"):
        if old != made:
            old.unlink()
    for old in sorted(files.backups.glob(f"*-{_BY_ITSELF}-*.sqlite3"))[:-KEPT]:
        old.unlink()
    return made


def restore(path: Path | str, *, backup: Path) -> Restored:
    """Put a backup in the place of the log of a home; works when the log is damaged or missing.

    Args:
        path: the home.
        backup: a database that whennot wrote; it is copied, not moved.

    Raises:
        HomeError: the backup is not sound, the home is in use, or the disk refuses; the home is
            then as it was.
    """
    files = Files.of(path)
    _refuse_unsound(files, backup)
    with told_plainly(files):
        files.directory.mkdir(parents=True, mode=0o700, exist_ok=True)
        try:
            with alone(files.lock):
                return _replace(files, backup)
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorname or "").startswith("SQLITE_BUSY"):
                raise HomeError(
                    f"{files.directory}: in use by another whennot; nothing was changed. "
                    "Close it and restore again."
                ) from None
            raise


def _refuse_unsound(files: Files, backup: Path) -> None:
    if why := _why_unsound(files, backup):
        raise HomeError(
            f"{backup}: cannot be restored: {why}; nothing was changed. "
            f"Backups lie in {files.backups}."
        )


def _why_unsound(files: Files, backup: Path) -> str | None:
    try:
        if files.database.exists() and backup.samefile(files.database):
            return "it is the log of this home itself"
        look(backup)
    except OSError as error:
        return error.strerror or str(error)
    except (*UNREADABLE, RefusedError) as error:
        return str(error)
    return None


def _replace(files: Files, backup: Path) -> Restored:
    events = copy(backup, files.building)
    switch_to_wal(files.building)
    present = [file for file in (files.database, *files.companions) if file.exists()]
    folder = None
    if present:
        files.set_aside.mkdir(mode=0o700, exist_ok=True)
        folder = files.set_aside / f"{next_number(files.set_aside):04}"
        folder.mkdir(mode=0o700)
        # The database goes first: killed in between, the home is then plainly without one. The
        # other way round it would be there without its newest events, and look whole.
        for file in present:
            file.rename(folder / file.name)
    settle(files.building, files.database)
    return Restored(events=events, set_aside=folder)

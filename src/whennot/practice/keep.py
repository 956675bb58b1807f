"""What a finished play leaves behind: its numbers in the log, and its file in the home."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import get_ident

from whennot.episode.file import check_seal, dump
from whennot.errors import HomeError
from whennot.home import Home
from whennot.practice import plays, record
from whennot.practice.plays import Play

SUFFIX = ".episode.json"


def file_of(home: Home, name: str) -> Path:
    """Return where the file of a play lies, once it is finished."""
    return home.path / "episodes" / f"{name}{SUFFIX}"


def keep(home: Home, play: Play, *, engine: str, now: datetime, out: Path | None = None) -> Path:
    """Write down that a play reached its debrief, and its file; return where the file is.

    Args:
        home: where it is kept.
        play: in its debrief, with the findings.
        engine: version of whennot.
        now: with a time zone.
        out: where the file goes instead.

    Raises:
        HomeError: the file cannot be written; the play is kept in the log all the same.
    """
    write_down(home, play, now=now)
    path = out or file_of(home, play.name)
    write_whole(path, dump(record.content(play.episode, engine=engine)), name=play.name)
    return path


def write_down(home: Home, play: Play, *, now: datetime) -> None:
    """Write down that a play reached its debrief, with the debrief's numbers; once."""
    if not home.events(play.name, kind=plays.FINISHED):
        plays.finish(home, play, numbers=record.numbers(play.episode), now=now)


def seal_of(home: Home, play: Play, *, engine: str) -> str:
    """Return the seal of the file that was written at the end, else of the one it would be."""
    written = file_of(home, play.name)
    if written.is_file() and (digest := check_seal(written.read_bytes()).digest):
        return digest
    return check_seal(dump(record.content(play.episode, engine=engine))).digest or ""


def write_whole(path: Path, content: bytes, *, name: str) -> None:
    """Write a file whole or not at all."""
    # Two windows may keep the same play at once, each in a file of its own until it is whole.
    part = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # what kept it from being written may keep it from going too
            part.unlink(missing_ok=True)
        message = (
            f"{path}: cannot be written: {error}. The play is kept in the home all the same; "
            f"write the file again with: whennot resume {name}"
        )
        raise HomeError(message) from None

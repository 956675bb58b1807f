"""The one desk of this process: opened at the first page that needs it."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from django.conf import settings

from whennot import __version__
from whennot.clock import now
from whennot.errors import HomeError
from whennot.home import Home
from whennot.home.faults import way_back
from whennot.home.files import Files
from whennot.practice.desk import Desk
from whennot.shelf import load_case

_opening = Lock()
_open: list[Desk] = []
_seen: dict[Path, tuple[int, int]] = {}
"""The log of every home that was opened here: which file it was."""


def desk() -> Desk:
    """Return the desk.

    Raises:
        HomeError: the home cannot be opened; the next page tries again.
    """
    with _opening:
        if _open and _file(_open[0].home.path) != _seen[_open[0].home.path]:
            # Deleted or replaced behind our back: what would be written now would be lost.
            _open.pop().close()
        if not _open:
            _open.append(_opened())
        return _open[0]


def _opened() -> Desk:
    files = Files.of(settings.HOME)
    if files.directory in _seen and not files.database.exists():
        # Without backups an empty log would be begun in its place, and hide the loss.
        raise HomeError(
            f"{files.database}: gone, although it was there when this server opened it. "
            f"{way_back(files)}"
        )
    home = Home(settings.HOME)
    _seen[home.path] = _file(home.path)
    return Desk(home, find=load_case, engine=__version__, clock=now)


def _file(home: Path) -> tuple[int, int]:
    """Return which file the log of a home is; zeros where there is none."""
    try:
        found = Files.of(home).database.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def put_away() -> None:
    """Close the desk and its home; the next page opens it again."""
    with _opening:
        while _open:
            _open.pop().close()

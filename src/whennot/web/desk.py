"""The one desk of this process: opened at the first page that needs it."""

from __future__ import annotations

from threading import Lock

from django.conf import settings

from whennot import __version__
from whennot.clock import now
from whennot.home import Home
from whennot.practice.desk import Desk
from whennot.shelf import load_case

_opening = Lock()
_open: list[Desk] = []


def desk() -> Desk:
    """Return the desk.

    Raises:
        HomeError: the home cannot be opened; the next page tries again.
    """
    if not _open:
        with _opening:
            if not _open:
                home = Home(settings.HOME)
                _open.append(Desk(home, find=load_case, engine=__version__, clock=now))
    return _open[0]


def put_away() -> None:
    """Close the desk and its home; the next page opens it again."""
    with _opening:
        while _open:
            _open.pop().home.close()

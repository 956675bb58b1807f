"""The terminal itself: where screens go, and the home of whoever sits at it."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from whennot.home import Home

WIDEST = 100
"""Screens are drawn for at most this many columns; wider lines are hard to read."""


def talk() -> Console:
    """Return the console that screens are drawn on; plain text when it is no terminal."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        # A pipe has no width; a file should read like the screen it replaces.
        console = Console(highlight=False, markup=False, width=WIDEST)
    return console


def program() -> str:
    """Return how this program is started from here: by name, or by its path below this folder."""
    if shutil.which("whennot"):
        return "whennot"
    started = Path(sys.argv[0])
    if started.name != "whennot" or not started.is_file():
        return "whennot"
    with suppress(ValueError):
        return str(started.resolve().relative_to(Path.cwd()))
    return str(started)


def open_home() -> Home:
    """Return the home of this user, made at first use.

    Raises:
        HomeError: it is damaged or cannot be written.
    """
    from whennot.home import Home
    from whennot.home.place import home_folder

    return Home(home_folder(os.environ))

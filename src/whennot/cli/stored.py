"""Stored episodes: reading their files, finding their cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from whennot.episode.case import Case

EpisodeFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="An .episode.json that whennot wrote.", exists=True, dir_okay=False
    ),
]


def bytes_of(path: Path) -> bytes:
    """Return the content of a file, or as much of it as shows that it is too large.

    Raises:
        EpisodeError: it cannot be read.
    """
    from whennot.episode.strict_json import LIMIT_BYTES
    from whennot.errors import EpisodeError

    try:
        with path.open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise EpisodeError(message) from None


def installed_case(content: dict[str, Any]) -> Case | None:
    """Return the very case that an episode was played with, or None when it is not here.

    Only the shelf is searched: a name in a file that somebody sent must not open folders.
    """
    from whennot.practice.record import installed
    from whennot.shelf import case_names, load_case

    name = content["case"]["name"]
    if name not in case_names():
        return None
    case = load_case(name)
    return case if installed(content, case) else None


def case_words(content: dict[str, Any]) -> str:
    """Return which case and version an episode was played with."""
    case = content["case"]
    return f"{case['name']}, version {case['version']} (pack {case['pack_sha256'][:12]})"

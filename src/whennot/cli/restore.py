"""``whennot restore``: back to a copy of the home's log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from whennot.cli.arguments import Json


def restore(
    backup: Annotated[
        Path | None,
        typer.Argument(metavar="BACKUP", help="A backup, by file or name; without it, the list."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Go back to a backup. What it replaces is set aside and kept, so this can be undone."""
    from whennot.cli.output import counted, talk, write_json
    from whennot.home import restore as put_back
    from whennot.home.files import Files
    from whennot.home.place import home_folder

    files = Files.of(home_folder(os.environ))
    if backup is None:
        _list(files.backups, as_json=as_json)
        return
    path = files.backups / backup if _is_name(backup, files.backups) else backup
    done = put_back(files.directory, backup=path)
    if as_json:
        aside = None if done.set_aside is None else str(done.set_aside)
        write_json({"restored": str(path), "events": done.events, "set_aside": aside})
        return
    talk(f"Restored {path}: {counted(done.events, 'event')}.")
    if done.set_aside is not None:
        talk(f"What was there before is kept in {done.set_aside}.")


def _is_name(backup: Path, folder: Path) -> bool:
    """Return whether this is the bare name of one of the home's own backups."""
    return backup.name == str(backup) and not backup.exists() and (folder / backup).exists()


def _list(folder: Path, *, as_json: bool) -> None:
    """Print the backups, newest first."""
    from whennot.cli.output import talk, write_json

    found = sorted(folder.glob("*.sqlite3"), reverse=True)
    if as_json:
        write_json([{"backup": str(path), "bytes": path.stat().st_size} for path in found])
        return
    for path in found:
        typer.echo(path)
    if found:
        talk("Newest first. To go back to one: whennot restore BACKUP")
    else:
        talk(f"No backups in {folder}.")

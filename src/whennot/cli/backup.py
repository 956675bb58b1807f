"""``whennot backup``: a copy of the home's log."""

from __future__ import annotations

import os

import typer

from whennot.cli.arguments import Json


def backup(*, as_json: Json = False) -> None:
    """Copy everything you did into the home's backups and print where the copy is."""
    from whennot.cli.output import talk, write_json
    from whennot.errors import HomeError
    from whennot.home import Home
    from whennot.home.place import home_folder

    folder = home_folder(os.environ)
    if not folder.is_dir() or not any(folder.iterdir()):
        message = f"{folder}: nothing is kept here yet, so there is nothing to back up"
        raise HomeError(message)
    with Home(folder) as home:
        path = home.backup()
    if as_json:
        write_json({"backup": str(path), "bytes": path.stat().st_size})
        return
    typer.echo(path)
    talk(f"To go back to it: whennot restore {path.name}")

"""``whennot replay``: a stored episode, played again."""

from __future__ import annotations

from typing import Annotated

import typer

from whennot.cli.arguments import Json
from whennot.cli.stored import EpisodeFile


def replay(
    file: EpisodeFile,
    *,
    full: Annotated[bool, typer.Option("--full", help="Print all parts of the debrief.")] = False,
    as_json: Json = False,
) -> None:
    """Play a stored episode again, move by move, and print its debrief."""
    from whennot.cli import debrief_text
    from whennot.cli.output import busy, data, write_json
    from whennot.cli.stored import bytes_of, case_words, installed_case
    from whennot.episode.file import load
    from whennot.errors import EpisodeError
    from whennot.practice import record

    try:
        content = load(bytes_of(file))
    except EpisodeError as error:
        faults = "\n".join(f"{file}: {line}" for line in str(error).split("\n"))
        raise EpisodeError(faults) from None
    case = installed_case(content)
    if case is None:
        message = f"{file}: {case_words(content)} is not installed, so it cannot be played again"
        raise EpisodeError(message)
    with busy("Playing it again ..."):
        episode = record.replay(content, case)
    if as_json:
        fresh = record.content(episode, engine=content["engine"])
        write_json({name: fresh[name] for name in ("case", "result", "debrief")})
        return
    console = data()
    debrief_text.first_screen(console, episode, next_command=f"whennot play {case.name}")
    if full:
        debrief_text.unfolded(console, episode)

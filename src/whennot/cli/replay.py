"""``whennot replay``: a stored episode, played again."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from whennot.cli.arguments import Json
from whennot.cli.stored import EpisodeFile

WHOLE = 100


def replay(
    file: EpisodeFile,
    *,
    full: Annotated[bool, typer.Option("--full", help="Print all parts of the debrief.")] = False,
    as_json: Json = False,
) -> None:
    """Play a stored episode again, move by move, and print its debrief.

    Where the version it was played with is not installed, its own debrief is printed as stored.
    """
    from whennot.cli import debrief_text
    from whennot.cli.output import busy, data, write_json
    from whennot.cli.stored import bytes_of, installed_case
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
        _stored(content, as_json=as_json)
        return
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


def _stored(content: dict[str, Any], *, as_json: bool) -> None:
    """Print the debrief an episode keeps, as its version reached it."""
    from whennot.cli.output import data, talk, write_json, write_rows
    from whennot.cli.stored import case_words

    talk(f"{case_words(content)} is not installed, so this is the debrief as it was stored.")
    if as_json:
        write_json({name: content[name] for name in ("case", "result", "debrief")})
        return
    rows = [(name.replace("_", " "), _words(value)) for name, value in content["debrief"].items()]
    write_rows(data(), rows, label=30)


def _words(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:.3g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(entry)}" for name, entry in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(_words(entry) for entry in value) or "none"
    return str(value)

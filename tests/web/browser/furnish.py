"""Plays put into a home at any point of their story, by the moves of the case's expert."""

from __future__ import annotations

from pathlib import Path

from whennot.clock import now
from whennot.episode.table import Setup
from whennot.home import Home
from whennot.practice import plays
from whennot.practice.script import Script, read_script
from whennot.shelf import SHELVES, load_case

END = "end"
ROOMS = ("begin", "ask", "objective", "decide", "trade", "forecast", "operate", "review", END)
"""The move that is due in each room of `meeting-summarizer`, in the order of the story."""


def expert(case: str) -> Script:
    """Return the expert's moves of a case."""
    path = SHELVES / "cases" / case / "watch.toml"
    return read_script(path.read_text(encoding="utf-8"), where=str(path))


def put(folder: Path, due: str, *, case: str = "meeting-summarizer", most: int = 99) -> str:
    """Put a play into a home that stands where a kind of move is due; return its name.

    Args:
        folder: the home, open elsewhere or not.
        due: the first move not made, or `END`.
        case: which; `trade` is due in the first one only.
        most: moves made at most.
    """
    script = expert(case)
    with Home(folder) as home:
        setup = Setup(variant=script.variant or 1)
        play = plays.begin(home, load_case(case), setup=setup, now=now())
        for move in script.moves[:most]:
            if move.kind == due:
                break
            play = plays.send(home, play, move, now=now(), judging=False)
    return play.name

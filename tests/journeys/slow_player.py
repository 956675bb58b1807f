"""A player who says aloud what she sent: run as a program and killed by the tests.

Usage: slow_player.py HOME MOVES. Prints ``sent N`` after move N was taken.
"""

import sys
import tomllib
from pathlib import Path

from whennot.clock import now
from whennot.episode.moves import read_move
from whennot.episode.table import Setup
from whennot.home import Home
from whennot.practice import plays
from whennot.shelf import load_case


def main(home_folder: str, moves: str) -> None:
    """Play the moves once, then the next play, until killed."""
    rows = tomllib.loads(Path(moves).read_text(encoding="utf-8"))["moves"]
    with Home(home_folder) as home:
        while True:
            play = plays.begin(
                home, load_case("meeting-summarizer"), setup=Setup(variant=5), now=now()
            )
            print(f"begun {play.name}", flush=True)  # noqa: T201 - read by the test
            # The review needs seconds of simulation; what is kept is the same for every move.
            for number, move in enumerate(rows[:-1], start=1):
                play = plays.send(home, play, read_move(move), now=now())
                print(f"sent {number}", flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

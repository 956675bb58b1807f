"""kill -9 in the middle of a play loses at most the move being sent."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from whennot.home import Home
from whennot.practice import plays
from whennot.shelf import SHELVES, load_case

PLAYER = Path(__file__).with_name("slow_player.py")
MOVES = SHELVES / "cases" / "meeting-summarizer" / "watch.toml"
LONGEST_LIFE_SECONDS = 1.5


def _killed_play(folder: Path, wait: float) -> list[str]:
    """Return what the player said before she was killed."""
    player = subprocess.Popen(
        [sys.executable, str(PLAYER), str(folder), str(MOVES)], stdout=subprocess.PIPE, text=True
    )
    assert player.stdout is not None
    try:
        said = [player.stdout.readline()]
        time.sleep(wait)
    finally:
        player.send_signal(signal.SIGKILL)
        rest, _ = player.communicate()
    return [
        line.strip()
        for line in (said[0] + rest).splitlines()
        if line.endswith(tuple("0123456789"))
    ]


def _check(folder: Path, said: list[str]) -> None:
    name = [line for line in said if line.startswith("begun ")][-1].removeprefix("begun ")
    after = said[len(said) - 1 - said[::-1].index(f"begun {name}") :]
    acknowledged = sum(line.startswith("sent ") for line in after)
    with Home(folder) as home:
        assert home.check() == []
        kept = next(k for k in plays.kept(home) if k.name == name)
        assert acknowledged <= kept.moves <= acknowledged + 1
        newest = plays.kept(home)[-1]
        back = plays.resume(home, newest.name, find=load_case)
        assert len(back.episode.moves) == newest.moves


def _many(folder: Path, *, times: int, seed: int) -> None:
    moments = random.Random(seed)  # noqa: S311 - moments, not secrets
    for attempt in range(times):
        home = folder / f"home-{attempt % 4}"
        _check(home, _killed_play(home, moments.uniform(0, LONGEST_LIFE_SECONDS)))


def test_a_killed_play_loses_at_most_the_move_being_sent(tmp_path):
    _many(tmp_path, times=5, seed=1)


@pytest.mark.slow
def test_two_hundred_killed_plays_lose_at_most_the_move_being_sent(tmp_path):
    _many(tmp_path, times=200, seed=2)

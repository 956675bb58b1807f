"""One play open in two windows: the later one is refused, and nothing is lost."""

from __future__ import annotations

import pytest

from whennot.clock import now
from whennot.episode.moves import read_move
from whennot.episode.table import Setup
from whennot.errors import EpisodeError
from whennot.home import Home
from whennot.practice import plays
from whennot.shelf import load_case

ASK = {"kind": "ask", "question": "acts"}
OTHER = {"kind": "ask", "question": "mistake"}


def _begun(home):
    play = plays.begin(home, load_case("meeting-summarizer"), setup=Setup(variant=2), now=now())
    return plays.send(home, play, read_move({"kind": "begin"}), now=now())


def test_a_move_from_a_window_that_was_overtaken_is_refused_and_not_written(tmp_path):
    with Home(tmp_path) as home:
        here = _begun(home)
        there = plays.resume(home, here.name, find=load_case)
        plays.send(home, there, read_move(OTHER), now=now())

        with pytest.raises(EpisodeError, match="went on in another window"):
            plays.send(home, here, read_move(ASK), now=now())

        assert plays.resume(home, here.name, find=load_case).episode.asked == ("mistake",)


def test_after_resuming_the_play_goes_on(tmp_path):
    with Home(tmp_path) as home:
        here = _begun(home)
        plays.send(
            home, plays.resume(home, here.name, find=load_case), read_move(OTHER), now=now()
        )

        back = plays.resume(home, here.name, find=load_case)
        after = plays.send(home, back, read_move(ASK), now=now())

        assert after.episode.asked == ("mistake", "acts")

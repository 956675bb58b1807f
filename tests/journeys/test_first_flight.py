"""A newcomer's first flight on the terminal, typed key by key."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from whennot.cli import debrief_text
from whennot.cli.human import Human
from whennot.cli.play import run_play
from whennot.cli.prompts import Prompts
from whennot.clock import now
from whennot.episode.file import check_seal, dump, load
from whennot.episode.table import Setup
from whennot.home import Home
from whennot.practice import plays, record
from whennot.shelf import case_names, load_case

LONGEST = {
    "meeting-summarizer": [
        "", "1", "2", "3", "1", "1", "4", "1", "1", "4", "7", "1", "", "it is obvious", "1",
        "10 20 30 40", "1", "1", "1", "1 50",
    ],
}  # fmt: skip
"""The longest way through: every question asked, a sign-off refused, every stop met."""


def _typed(lines):
    left = iter(lines)

    def read(_):
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return read


def _play(home_folder, lines, *, case="meeting-summarizer", variant=1):
    out = io.StringIO()
    console = Console(file=out, width=100, highlight=False)
    prompts = Prompts(console, read=_typed(lines))
    with Home(home_folder) as home:
        begun = plays.begin(home, load_case(case), setup=Setup(variant=variant), now=now())
        ended = run_play(console, home, begun, Human(prompts).next_move, shown=False)
    return ended, prompts, out.getvalue()


def _kept(home_folder):
    """The play as the home kept it."""
    with Home(home_folder) as home:
        return plays.resume(home, "meeting-summarizer-1", find=load_case).episode


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return _play(tmp_path_factory.mktemp("home"), LONGEST["meeting-summarizer"])


def test_a_first_flight_takes_at_most_twenty_decisions(first):
    ended, prompts, _ = first

    assert ended.episode.state == "debrief"
    assert len(ended.episode.visited) == 3
    assert dict(ended.episode.settled)
    assert prompts.decided <= 20


def test_the_first_screen_of_the_debrief_fits_a_hundred_by_forty(first):
    out = io.StringIO()
    console = Console(file=out, width=100, highlight=False)

    debrief_text.first_screen(console, first[0].episode, next_command="whennot play")

    lines = out.getvalue().splitlines()
    assert len(lines) <= 40
    assert max(len(line) for line in lines) <= 100


def test_the_debrief_says_what_happened_what_it_was_worth_what_cost_most_and_what_next(first):
    out = io.StringIO()
    debrief_text.first_screen(
        Console(file=out, width=100), first[0].episode, next_command="whennot play x"
    )

    for words in (
        "What happened",
        "broke",
        "of what could be had",
        "cost most",
        "Best with what you knew",
        "Next",
    ):
        assert words in out.getvalue()


def test_every_part_behind_the_first_screen_can_be_read(first):
    out = io.StringIO()
    debrief_text.unfolded(Console(file=out, width=100), first[0].episode)

    for words in ("teaches", "Questions", "forecast", "hindsight", "Hygiene"):
        assert words in out.getvalue()


def test_nonsense_at_the_prompts_is_refused_and_costs_nothing(tmp_path):
    nonsense = ["?", "99", "-1", "\u0661", "😀", "1; drop", "0x1", "9" * 5000]
    lines = ["", *nonsense, *LONGEST["meeting-summarizer"][1:-1]]

    _, prompts, said = _play(tmp_path, lines)

    assert _kept(tmp_path).state == "review"
    assert prompts.decided <= 19
    assert said.count("is not possible here") == len(nonsense) - 1  # "?" is answered


def test_percentages_that_do_not_sum_to_a_hundred_are_offered_scaled(tmp_path):
    lines = LONGEST["meeting-summarizer"][:-4]
    lines[15:16] = ["10 20 30", "1 1 1 1", "n"]

    _, _, said = _play(tmp_path, lines)

    episode = _kept(tmp_path)
    assert "sum to 4, not 100" in said
    assert dict(episode.forecast) == dict.fromkeys(episode.modes, 25.0)


def test_a_player_who_leaves_goes_on_where_she_was(tmp_path):
    lines = LONGEST["meeting-summarizer"]
    left, _, said = _play(tmp_path, lines[:6])
    assert left is None
    assert "Kept as meeting-summarizer-1" in said

    with Home(tmp_path) as home:
        back = plays.resume(home, "meeting-summarizer-1", find=load_case)

    assert [m.kind for m in back.episode.moves] == ["begin", "ask", "ask", "ask", "objective"]


def test_a_replayed_episode_is_the_same_file_to_the_byte(first):
    content = record.content(first[0].episode, engine="0.1.0")
    stored = dump(content)

    again = record.replay(load(stored), first[0].episode.case)

    assert record.compare(load(stored), again) == []
    assert dump(record.content(again, engine="0.1.0")) == stored
    assert check_seal(stored).intact


def test_a_changed_number_in_the_debrief_is_found_by_the_seal_and_by_playing_again(first):
    content = record.content(first[0].episode, engine="0.1.0")
    forged = json.loads(json.dumps(content))
    forged["debrief"]["attainable_share"] = 0.99

    assert record.compare(forged, first[0].episode) != []


@pytest.mark.parametrize("case", case_names())
def test_the_built_in_player_finishes_every_case(case, tmp_path):
    from whennot.practice.auto import next_move

    out = io.StringIO()
    with Home(tmp_path) as home:
        begun = plays.begin(home, load_case(case), setup=Setup(variant=7), now=now())
        ended = run_play(Console(file=out, width=100), home, begun, next_move, shown=True)

    assert ended.episode.state == "debrief"
    assert -1 <= ended.episode.findings.quality.share <= 1

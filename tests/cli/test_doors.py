"""``whennot`` alone: four doors, and one next thing that is right for what was done so far."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from whennot import load_case, shelf
from whennot.cli.doors import DOORS, Next, next_thing, wait
from whennot.episode.moves import Begin
from whennot.episode.table import Setup
from whennot.home import Home
from whennot.practice import plays

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


def test_the_doors_and_the_command_to_start_are_shown_and_that_is_all(terminal, home):
    text = terminal.run()

    for door in ("1 Roadmap", "2 Cases", "3 Interview", "4 Portfolio"):
        assert door in text
    assert "Next" in text
    assert "whennot play tiny-case" in text
    assert not terminal.talk
    assert not home.exists()


def test_a_door_that_is_not_built_says_so(terminal):
    assert "Interview  not built yet" in terminal.run()
    assert "Cases      not built yet" not in terminal.run()


def test_a_door_of_which_a_part_is_built_names_that_part():
    portfolio = DOORS[3]

    assert portfolio.told(["play"]).startswith("not built yet")
    assert portfolio.told(["play", "brief"]).endswith("whennot brief PLAY")
    assert portfolio.told(["portfolio", "brief"]) == portfolio.says


def begun(home, *, moves=0, finished=False):
    play = plays.begin(home, load_case("tiny-case"), setup=Setup(), now=NOON)
    for _ in range(moves):
        play = plays.send(home, play, Begin(), now=NOON)
    if finished:
        plays.finish(home, play, numbers={}, now=NOON)
    return play


def test_an_unfinished_play_comes_first(terminal, home):
    with Home(home) as opened:
        begun(opened, finished=True)
        begun(opened, moves=1)

        following = next_thing(opened)

    assert following.words == ("resume", "tiny-case-2")
    assert "1 move made" in following.says
    assert "whennot resume tiny-case-2" in terminal.run()


def test_a_play_whose_case_has_changed_since_is_not_offered(terminal, home):
    with Home(home) as opened:
        begun(opened, moves=1)
    brief = shelf.SHELVES / "cases" / "tiny-case" / "brief.md"
    brief.write_text("Something else.", encoding="utf-8")
    shelf._load.cache_clear()

    assert "whennot play tiny-case" in terminal.run()


@pytest.mark.usefixtures("terminal")
def test_then_comes_the_case_that_was_not_played(home):
    other = shelf.SHELVES / "cases" / "another-case"
    shutil.copytree(shelf.SHELVES / "cases" / "tiny-case", other)
    text = (other / "case.toml").read_text(encoding="utf-8")
    (other / "case.toml").write_text(
        text.replace('"tiny-case"', '"another-case"'), encoding="utf-8"
    )

    with Home(home) as opened:
        assert next_thing(opened).words == ("play", "another-case")
        begun(opened, finished=True)
        assert next_thing(opened).words == ("play", "another-case")
        begun(opened, finished=True)
        assert "another case" in next_thing(opened).says


@pytest.mark.usefixtures("terminal")
def test_when_all_were_played_a_fresh_variant_is_next(home):
    with Home(home) as opened:
        begun(opened, finished=True)

        following = next_thing(opened)

    assert following == Next(
        ("play", "tiny-case"), "Tags for tickets again, in a world you have not seen"
    )


def test_the_first_case_of_all_is_the_one_the_tutorial_plays():
    tutorial = Path(__file__).parents[2] / "docs" / "tutorial" / "first-case.md"

    assert f"{next_thing(None).words[1]} --variant 2" in tutorial.read_text(encoding="utf-8")


def test_a_damaged_home_is_told_below_the_doors(terminal, home):
    with Home(home) as opened:
        begun(opened)
    (home / "whennot.sqlite3").write_bytes(b"garbage" * 1000)

    assert "1 Roadmap" in terminal.run(code=1)
    assert "damaged" in terminal.talk


# --- keys ----------------------------------------------------------------------------------------


def pressed(keys):
    """Return what was run and said while these keys were pressed."""
    ran, said, left = [], [], iter(keys)
    wait(
        Next(("play", "tiny-case"), "a case"),
        run=lambda words: ran.append(" ".join(words)),
        built=["roadmap", "cases", "play"],
        say=said.append,
        key=lambda: next(left),
    )
    return ran, "\n".join(said)


@pytest.mark.parametrize("enter", ["\r", "\n"])
def test_enter_starts_the_next_thing(enter):
    assert pressed([enter]) == (["play tiny-case"], pressed(["q"])[1])


def test_number_keys_open_doors_and_come_back():
    ran, said = pressed(["1", "2", "4", "x", "\r"])

    assert ran == ["roadmap", "cases", "play tiny-case"]
    assert "Portfolio: not built yet" in said


@pytest.mark.parametrize("leave", ["q", "\x1b", ""])
def test_leaving_starts_nothing(leave):
    assert pressed([leave])[0] == []


def test_the_end_of_input_leaves():
    def ended():
        raise EOFError

    ran = []
    wait(Next(("play", "x"), ""), run=ran.append, built=[], say=lambda _: None, key=ended)

    assert ran == []


def test_on_a_terminal_a_single_key_opens_a_door_and_another_one_leaves(home):
    pty = pytest.importorskip("pty", reason="needs a terminal made by the system")
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "whennot"],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(theirs)
    try:
        screen = press(ours, b"2", until="One case: whennot cases NAME")
        screen += press(ours, b"q", until="")
        complaints = program.communicate(timeout=60)[1]
    finally:
        program.kill()
        os.close(ours)

    assert complaints == b""
    assert program.returncode == 0
    assert "whennot play meeting-summarizer" in screen
    assert not home.exists()


def press(terminal, key, *, until):
    """Press a key until a program prints these words, or until it ends; return what it prints.

    A key that comes before the program waits for one is lost, as for anybody who types too early.
    """
    said = ""
    for _ in range(600):
        ready, _, _ = select.select([terminal], [], [], 0.1)
        try:
            said += os.read(terminal, 65536).decode() if ready else ""
            if until and until in said:
                return said
            if not ready:
                os.write(terminal, key)
        except OSError:  # the other side is closed
            return said
    raise AssertionError(said)

"""The program as a whole: help, and the ways in which a command line ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from whennot import __version__, shelf
from whennot.cli.verbs import VERBS

START = "import whennot.cli as c; c.main()"


def start(*words, environment=None, **settings):
    """Run the program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", START, *words],
        env=os.environ | (environment or {}),
        capture_output=True,
        check=False,
        timeout=60,
        **settings,
    )


def test_help_fits_a_terminal_of_80_by_24_and_names_every_verb(terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    lines = terminal.run("--help").splitlines()

    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    for verb in VERBS:
        assert not verb.exists or any(f" {verb.name} " in line for line in lines)


@pytest.mark.parametrize("verb", [v.name for v in VERBS if v.exists])
def test_every_verb_has_help_and_takes_no_word_it_does_not_know(terminal, verb):
    assert f"Usage: whennot {verb}" in terminal.run(verb, "--help")
    terminal.run(verb, "--no-such-option", code=2)
    assert "No such option" in terminal.talk


def test_the_version_is_one_line(terminal):
    assert terminal.run("--version") == f"whennot {__version__}\n"


def test_a_misspelled_verb_is_wrong_usage_and_gets_a_suggestion(terminal):
    assert not terminal.run("simulat", code=2)
    assert "Did you mean 'simulate'?" in terminal.talk


def test_what_is_refused_is_told_on_standard_error_without_a_traceback(terminal):
    assert not terminal.run("cases", "tiny-cas", code=1)
    assert "Did you mean tiny-case?" in terminal.talk
    assert "Traceback" not in terminal.talk


def test_our_own_mistake_shows_its_traceback_and_how_to_report_it(terminal, monkeypatch):
    def fail(_):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(shelf, "load_case", fail)

    assert not terminal.run("cases", "tiny-case", code=1)
    assert "ZeroDivisionError: a mistake of ours" in terminal.talk
    assert "Please report it" in terminal.talk
    assert "whennot doctor --json" in terminal.talk


def test_ctrl_c_ends_quietly_with_130(terminal, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(shelf, "load_case", interrupt)

    assert not terminal.run("cases", "tiny-case", code=130)
    assert not terminal.talk.strip()


def test_a_reader_that_leaves_early_gets_no_traceback():
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [sys.executable, "-c", START, "--help"],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(writer)

    assert done.stderr == b""
    assert done.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_without_a_traceback():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", START, "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )

    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_terminal_that_knows_only_ascii_gets_every_screen_all_the_same():
    ascii_only = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    case = "tests/cases/tiny-case"

    done = start("simulate", case, "--policy", "naive", environment=ascii_only)

    assert done.returncode == 0, done.stderr
    assert "day 0" in done.stdout.decode("ascii")


def test_colors_are_left_out_where_they_are_not_wanted():
    done = start(
        "cases", environment={"NO_COLOR": "1", "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    )

    assert b"\x1b[3" not in done.stdout


@pytest.mark.usefixtures("terminal")
def test_a_shell_can_complete_verbs_cases_and_policies(monkeypatch):
    monkeypatch.setenv("_WHENNOT_COMPLETE", "complete_bash")
    said = []
    for words in ("whennot sim", "whennot cases tiny", "whennot regret tiny-case --policy care"):
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
        said.append(complete())

    assert said == ["simulate", "tiny-case", "careful"]


def complete():
    """Return what the shell would be told."""
    from typer.testing import CliRunner

    from whennot.cli import app

    return CliRunner().invoke(app, [], prog_name="whennot").stdout.strip()

"""kill -9 at any moment costs at most the event that was being written."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from whennot.home import Home

ENDLESS = 1_000_000


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - nothing here is secret


def kill_after(process: subprocess.Popen[bytes], *, seconds: float) -> list[int]:
    """Kill and return the numbers of the events that the program said were saved."""
    time.sleep(seconds)
    assert process.poll() is None, process.communicate()
    process.kill()
    said, complaint = process.communicate(timeout=30)
    assert complaint == b""
    return [int(number) for number in said.split()]


def numbers_kept(path: Path) -> list[int]:
    """Return the numbers in the log of a home, after asking SQLite whether it is whole."""
    with closing(sqlite3.connect(path / "whennot.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Home(path) as home:
        assert home.check() == []
        return [event.payload["number"] for event in home.events()]


def test_twenty_five_kills_lose_no_event_that_was_said_to_be_saved(home, start_writer):
    moments = dice(25)
    Home(home).close()
    kept: list[int] = []
    said_in_all = 0
    for _ in range(25):
        process = start_writer(home, ENDLESS)
        first = process.stdout.readline()  # it is writing now; the kill comes in full swing
        said = [int(first), *kill_after(process, seconds=moments.uniform(0, 0.01))]
        before, kept = kept, numbers_kept(home)

        assert said[0] == len(before)
        assert kept == list(range(len(kept)))
        assert len(kept) - len(before) - len(said) in {0, 1}
        said_in_all += len(said)

    assert said_in_all > 25  # or the kills came before anything was written


def test_a_kill_during_the_very_first_start_leaves_a_home_that_opens(tmp_path, start_writer):
    moments = dice(12)
    for number in range(12):
        path = tmp_path / str(number)
        process = start_writer(path, ENDLESS)
        while not (path / "home.lock").exists() and process.poll() is None:
            time.sleep(0.0005)
        said = kill_after(process, seconds=moments.uniform(0, 0.008))
        with Home(path) as home:
            assert len(home.events()) - len(said) in {0, 1}
            assert home.check() == []

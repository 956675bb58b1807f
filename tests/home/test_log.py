"""The event log keeps what it was given, in order, and lets nobody change it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whennot.errors import HomeError
from whennot.home import Home, database
from whennot.home.event import Event, event_of, row_of
from whennot.home.files import Files
from whennot.home.gate import Gate

NOW = datetime(2026, 3, 2, 9, 30, 0, 250, tzinfo=UTC)
# A terminal hands over bytes that are not text as lone surrogates, U+DC80 to U+DCFF.
TYPED = st.text(
    st.characters(exclude_categories=["Cs"]) | st.integers(0xDC80, 0xDCFF).map(chr), max_size=8
)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TYPED,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TYPED, inner, max_size=3),
    max_leaves=6,
)


def test_an_event_comes_back_as_it_was_written(home):
    with Home(home) as log:
        written = log.append("asked", episode="first", payload={"question": "délai"}, now=NOW)
    with Home(home) as log:
        read = log.events()

    assert read == [written]
    assert (read[0].number, read[0].kind, read[0].episode) == (1, "asked", "first")
    assert read[0].payload == {"question": "délai"}
    assert read[0].at == NOW


def test_events_are_told_apart_by_episode_and_by_kind(home):
    with Home(home) as log:
        for kind, episode in [("asked", "a"), ("asked", "b"), ("sealed", "a"), ("rated", None)]:
            log.append(kind, episode=episode, payload={}, now=NOW)

        assert [e.number for e in log.events()] == [1, 2, 3, 4]
        assert [e.number for e in log.events("a")] == [1, 3]
        assert [e.number for e in log.events(kind="asked")] == [1, 2]
        assert [e.number for e in log.events("a", kind="sealed")] == [3]
        assert log.events("c") == []


def test_episodes_are_listed_as_they_were_begun_and_events_without_one_are_not(home):
    with Home(home) as log:
        for minute, episode in enumerate(["second", None, "first", "second"]):
            at = NOW + timedelta(minutes=minute)
            log.append("moved", episode=episode, payload={}, now=at)
        second, first = log.episodes()

    assert (second.episode, second.events) == ("second", 2)
    assert second.last_at - second.first_at == timedelta(minutes=3)
    assert (first.episode, first.events) == ("first", 1)


def test_times_are_kept_in_utc_and_a_time_without_a_zone_is_refused(home):
    with Home(home) as log:
        delhi = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
        log.append("moved", episode=None, payload={}, now=delhi)

        with pytest.raises(ValueError, match="time zone"):
            log.append("moved", episode=None, payload={}, now=NOW.replace(tzinfo=None))

        assert [e.at for e in log.events()] == [NOW]
        assert log.events()[0].at.tzinfo == UTC


@pytest.mark.parametrize("payload", [{"share": float("nan")}, {"share": object()}])
def test_a_payload_that_json_cannot_hold_is_refused_and_the_log_goes_on(home, payload):
    with Home(home) as log:
        with pytest.raises((ValueError, TypeError)):
            log.append("moved", episode=None, payload=payload, now=NOW)

        assert log.append("moved", episode=None, payload={}, now=NOW).number == 1


@given(payload=st.dictionaries(TYPED, PLAIN, max_size=4), kind=TYPED)
def test_whatever_was_typed_is_kept_as_it_was_typed(payload, kind):
    written = Event(1, NOW, kind, None, payload, "")

    read = event_of(row_of(written, previous="0" * 64), previous="0" * 64)

    assert (read.kind, read.at) == (kind, NOW)
    assert read.payload == payload


def test_an_event_with_half_a_character_from_a_terminal_is_saved(home):
    with Home(home) as log:
        log.append("moved", episode=None, payload={"why": "caf\udce9"}, now=NOW)

        assert log.events()[0].payload == {"why": "caf\udce9"}
        assert log.check() == []


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE event SET kind = 'other' WHERE number = 1", "never updated"),
        ("DELETE FROM event", "never deleted"),
        ("INSERT OR REPLACE INTO event SELECT 1, at, 'x', episode, payload, link FROM event",
         "only appended"),
        ("INSERT INTO event SELECT 7, at, 'x', episode, payload, link FROM event LIMIT 1",
         "only appended"),
        ("INSERT INTO event SELECT -1, at, 'x', episode, payload, link FROM event LIMIT 1",
         "only appended"),
    ],
)  # fmt: skip
def test_no_program_can_change_delete_or_slip_in_an_event(home, statement, why):
    with Home(home) as log:
        kept = [log.append("moved", episode="a", payload={"n": n}, now=NOW) for n in range(2)]

        other = sqlite3.connect(home / "whennot.sqlite3", isolation_level=None)
        with closing(other), pytest.raises(sqlite3.IntegrityError, match=why):
            other.execute(statement)

        assert log.events() == kept


def test_two_programs_and_a_thread_pool_write_at_once_and_nothing_is_lost(home, start_writer):
    writers = [start_writer(home, 2000), start_writer(home, 2000)]
    with Home(home) as log:

        def write(number: int) -> int:
            return log.append("here", episode="b", payload={"number": number}, now=NOW).number

        with ThreadPoolExecutor(4) as pool:
            numbers = list(pool.map(write, range(1000)))
        for writer in writers:
            _, complaint = writer.communicate(timeout=60)
            assert (writer.returncode, complaint) == (0, b"")

        assert len(log.events("a")) == 4000
        assert [e.number for e in log.events("b")] == sorted(numbers)
        assert len(set(numbers)) == 1000
        assert log.check() == []


def test_many_programs_may_start_a_new_home_at_the_same_moment(home, start_writer):
    writers = [start_writer(home, 3) for _ in range(5)]
    for writer in writers:
        _, complaint = writer.communicate(timeout=60)
        assert (writer.returncode, complaint) == (0, b"")

    with Home(home) as log:
        assert len(log.events()) == 15
        assert log.check() == []


def test_a_home_that_another_program_is_just_making_is_waited_for_and_not_made_again(home):
    files = Files.of(home)
    home.mkdir()
    other = Gate(files.lock)
    with ThreadPoolExecutor(1) as pool:
        with other.one_at_a_time():
            opening = pool.submit(Home, home)
            time.sleep(0.05)
            assert not files.database.exists()
            database.create(files)
            made = files.database.stat().st_ino
        opening.result(timeout=30).close()
    other.close()

    assert files.database.stat().st_ino == made


def test_a_writer_waits_for_another_and_says_so_when_it_waited_in_vain(home, monkeypatch):
    monkeypatch.setattr("whennot.home.database.BUSY_SECONDS", 0.05)
    with Home(home) as log:
        other = sqlite3.connect(home / "whennot.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(HomeError, match="another program has kept it locked"):
            log.append("moved", episode=None, payload={}, now=NOW)

        other.execute("ROLLBACK")
        other.close()
        assert log.append("moved", episode=None, payload={}, now=NOW).number == 1


def test_the_home_is_its_owners_alone_and_leaves_no_litter_when_closed(home):
    with Home(home) as log:
        log.append("moved", episode=None, payload={}, now=NOW)

    assert home.stat().st_mode & 0o777 == 0o700
    assert sorted(file.name for file in home.iterdir()) == ["home.lock", "whennot.sqlite3"]


def test_a_home_may_lie_in_a_folder_with_a_difficult_name(tmp_path):
    with Home(tmp_path / "my work?mode=ro&x#1 100% é" / "home") as log:
        log.append("moved", episode=None, payload={}, now=NOW)

        assert log.check() == []
        assert log.backup().is_file()


def test_a_home_is_opened_without_loading_anything_heavy():
    code = "import sys, whennot.home; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert {"numpy", "pydantic", "rich", "typer", "platformdirs"} & set(loaded) == set()

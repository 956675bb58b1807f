"""A damaged home is refused in plain words, and nothing in it is touched."""

from __future__ import annotations

import os
import random
import shlex
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from whennot.errors import HomeError
from whennot.home import Event, Home, check, restore

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NOBODY = 65534


def played(path: Path, *, events: int = 40) -> Path:
    """Return the database of a closed home with some events and one backup."""
    with Home(path) as home:
        for number in range(events):
            payload = {"number": number, "why": "because " * 20}
            home.append("moved", episode="a", payload=payload, now=NOW)
        home.backup()
    return path / "whennot.sqlite3"


def sql(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def rewrite(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def inflict(database: Path) -> None:
        database.write_bytes(change(database.read_bytes()))

    return inflict


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - nothing here is secret


def without_its_schema_version(database: Path) -> None:
    sql(database, "DROP TABLE schema_version")


def from_the_future(database: Path) -> None:
    sql(database, "INSERT INTO schema_version VALUES (99, 'things to come')")


def of_another_program(database: Path) -> None:
    database.unlink()
    sql(database, "CREATE TABLE recipe (name TEXT)")


def a_folder(database: Path) -> None:
    database.unlink()
    database.mkdir()


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "random bytes": (rewrite(lambda b: seeded(1).randbytes(len(b))), "not a database"),
    "a text file": (rewrite(lambda _: b"my notes\n" * 2000), "not a database"),
    "nothing": (rewrite(lambda _: b""), "empty"),
    "half a header": (rewrite(lambda b: b[:60]), "damaged"),
    "half a file": (rewrite(lambda b: b[: len(b) // 2]), "malformed"),
    "a hole": (rewrite(lambda b: b[:4096] + bytes(4096) + b[8192:]), "damaged"),
    "a page of events lost": (rewrite(lambda b: b[:-8192] + bytes(4096) + b[-4096:]), "damaged"),
    "no schema version": (without_its_schema_version, "schema version is missing"),
    "the future": (from_the_future, "newer whennot"),
    "another program's": (of_another_program, "whennot did not make"),
    "a folder": (a_folder, "not a file"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_database_that_cannot_be_used_is_refused_with_the_way_back(home, damage):
    inflict, words = DAMAGES[damage]
    database = played(home)
    inflict(database)
    before = database.read_bytes() if database.is_file() else None
    backup = home / "backups" / "0001-by-hand.sqlite3"

    with pytest.raises(HomeError, match=words) as refused:
        Home(home)

    said = str(refused.value)
    assert said.startswith(f"{database}: ")
    assert f"whennot restore {shlex.quote(str(backup))}" in said
    assert (database.read_bytes() if database.is_file() else None) == before
    assert check(home) == [said]


@pytest.mark.parametrize("damage", DAMAGES)
def test_after_a_restore_every_event_is_back_and_the_damaged_file_is_kept(home, damage):
    database = played(home)
    DAMAGES[damage][0](database)
    damaged = database.read_bytes() if database.is_file() else None

    restored = restore(home, backup=home / "backups" / "0001-by-hand.sqlite3")

    assert restored.events == 40
    assert restored.set_aside is not None
    kept = restored.set_aside / database.name
    assert (kept.read_bytes() if kept.is_file() else None) == damaged
    with Home(home) as log:
        assert [e.payload["number"] for e in log.events()] == list(range(40))
        assert log.append("moved", episode="a", payload={}, now=NOW).number == 41
        assert log.check() == []


def test_a_home_whose_database_vanished_does_not_start_over_in_silence(home):
    database = played(home)
    database.unlink()

    with pytest.raises(HomeError, match=r"missing, although .*backups.* whennot restore"):
        Home(home)

    assert not database.exists()


def test_without_a_backup_the_message_says_so_and_how_to_start_afresh(home):
    with Home(home):
        pass
    (home / "whennot.sqlite3").write_bytes(b"x" * 5000)

    with pytest.raises(HomeError, match=r"There is no backup.* To start afresh, move "):
        Home(home)


def test_the_way_back_passes_over_a_backup_that_is_damaged_too(home):
    with Home(home) as log:
        good, bad = log.backup(), log.backup()
    bad.write_bytes(bad.read_bytes()[:5000])
    (home / "whennot.sqlite3").write_bytes(b"")

    with pytest.raises(HomeError) as refused:
        Home(home)

    assert f"Newest backup: {good}." in str(refused.value)


def outcome(path: Path) -> list[int] | str:
    """Return the events of a home, or what is said instead."""
    try:
        with Home(path) as home:
            return [event.payload["number"] for event in home.events()]
    except HomeError as error:
        return str(error)


def test_whatever_bytes_are_changed_a_false_event_is_never_shown(home):
    dice = seeded(7)
    database = played(home, events=80)
    sound = database.read_bytes()
    refused = 0
    for trial in range(240):
        broken = bytearray(sound)
        for _ in range(1 if trial % 2 else 3):
            at = dice.randrange(len(broken))
            length = dice.choice([1, 1, 8, 200])
            broken[at : at + length] = dice.randbytes(len(broken[at : at + length]))
        database.write_bytes(broken)

        seen = outcome(home)

        assert seen == list(range(80)) or (isinstance(seen, str) and "whennot restore" in seen)
        refused += isinstance(seen, str)
        for companion in home.glob("whennot.sqlite3-*"):
            companion.unlink()
    assert refused > 150  # most bytes belong to events


def test_a_file_cut_at_any_length_is_refused(home):
    dice = seeded(8)
    database = played(home)
    sound = database.read_bytes()
    for _ in range(40):
        database.write_bytes(sound[: dice.randrange(len(sound))])

        assert isinstance(outcome(home), str)


@pytest.mark.parametrize(
    ("forgery", "words"),
    [
        ("UPDATE event SET payload = replace(payload, '3', '4') WHERE number = 4", "event 4"),
        ("UPDATE event SET at = replace(at, '09:30', '08:30') WHERE number = 4", "event 4"),
        ("UPDATE event SET episode = NULL WHERE number = 4", "event 4"),
        ("UPDATE event SET payload = x'00ff' WHERE number = 4", "event 4"),
        ("DELETE FROM event WHERE number = 4", "event 4 is missing"),
    ],
)
def test_an_event_changed_behind_the_triggers_is_named(home, forgery, words):
    database = played(home)
    sql(
        database,
        "DROP TRIGGER event_is_never_updated",
        "DROP TRIGGER event_is_never_deleted",
        forgery,
    )

    with Home(home) as log:
        with pytest.raises(HomeError, match=words):
            log.events()
        findings = "\n".join(log.check())

    assert words in findings
    assert "event_is_never_deleted is missing" in findings


def test_check_names_a_trigger_that_was_made_harmless_and_a_backup_that_is_broken(home):
    database = played(home)
    backup = home / "backups" / "0001-by-hand.sqlite3"
    backup.write_bytes(b"")
    sql(
        database,
        "DROP TRIGGER event_is_never_deleted",
        "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT 1; END",
    )

    findings = check(home)

    assert any("event_is_never_deleted in its schema is not as" in f for f in findings)
    assert any(f.startswith(f"{backup}: this backup cannot be restored") for f in findings)
    assert len(findings) == 2


def test_tables_that_another_part_of_whennot_keeps_in_the_file_are_no_finding(home):
    sql(played(home), "CREATE TABLE other (text TEXT)", "CREATE INDEX o ON other (text)")

    assert check(home) == []


# --- folders that cannot be written --------------------------------------------------------------


@contextmanager
def unprivileged() -> Iterator[None]:
    """Give up the rights that let root write anywhere, for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def readable_folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that everyone may enter, also where tests run as root."""
    opened = []
    for folder in (tmp_path, *tmp_path.parents):
        mode = folder.stat().st_mode & 0o777
        if mode & 0o005 != 0o005 and folder.owner() == tmp_path.owner():
            opened.append((folder, mode))
            folder.chmod(mode | 0o055)
    yield tmp_path
    for folder, mode in opened:
        folder.chmod(mode)


@pytest.mark.skipif(sys.platform == "win32", reason="folders there have no write bit")
@pytest.mark.parametrize("modes", [(0o444, 0o444, 0o555), (0o444, 0o666, 0o777)])
def test_a_read_only_home_is_refused_when_it_is_opened_not_at_the_first_event(
    readable_folder, modes
):
    path = readable_folder / "mine"
    database = played(path)
    for file, mode in zip((database, path / "home.lock", path), modes, strict=True):
        file.chmod(mode)
    try:
        with unprivileged(), pytest.raises(HomeError) as refused:
            Home(path)
    finally:
        path.chmod(0o700)

    assert "cannot be written" in str(refused.value)
    assert "WHENNOT_HOME" in str(refused.value)


@pytest.mark.skipif(sys.platform == "win32", reason="folders there have no write bit")
def test_a_home_cannot_be_made_where_nothing_may_be_written(readable_folder):
    closed = readable_folder / "closed"
    closed.mkdir()
    closed.chmod(0o555)

    with unprivileged(), pytest.raises(HomeError, match=r"Permission denied.*WHENNOT_HOME"):
        Home(closed / "mine")


def test_a_home_that_is_a_file_is_refused_and_the_file_is_left_alone(tmp_path):
    file = tmp_path / "mine"
    file.write_text("notes")

    with pytest.raises(HomeError, match=r"mine: is a file, and whennot needs a folder"):
        Home(file)
    with pytest.raises(HomeError, match="WHENNOT_HOME"):
        Home(file / "below")

    assert file.read_text() == "notes"


def test_a_full_disk_costs_the_event_being_written_and_no_other(home):
    with Home(home) as log:
        log._connection.execute("PRAGMA max_page_count = 8")
        kept: list[Event] = []

        def fill_the_disk() -> None:
            while len(kept) < 1000:
                payload = {"why": "because " * 40}
                kept.append(log.append("moved", episode="a", payload=payload, now=NOW))

        with pytest.raises(HomeError, match=r"the disk refused \(database or disk is full\)"):
            fill_the_disk()

        assert kept
        assert log.events() == kept
        log._connection.execute("PRAGMA max_page_count = 800")
        assert log.append("moved", episode="a", payload={}, now=NOW).number == len(kept) + 1
        assert log.check() == []

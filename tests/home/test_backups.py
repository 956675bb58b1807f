"""There is always a way back: a copy before every migration, and a restore that loses nothing."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from whennot.errors import HomeError
from whennot.home import Home, backups, check, database, restore, schema
from whennot.home.gate import Gate

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


NEXT = schema.latest() + 1
"""The schema that a later whennot would bring."""


def step(version: int, *statements: str) -> schema.Migration:
    made = statements or (f"CREATE TABLE extra_{version} (text TEXT)",)
    return schema.Migration(version, f"extra {version}", made)


def write(path: Path, *, events: int) -> None:
    with Home(path) as home:
        for number in range(events):
            home.append("moved", episode="a", payload={"number": number}, now=NOW)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_backup_holds_what_was_just_written_and_can_be_restored_elsewhere(home, tmp_path):
    with Home(home) as log:
        event = log.append("moved", episode="a", payload={"number": 0}, now=NOW)
        copy = log.backup()  # while the newest event is still in the write-ahead log

    assert restore(tmp_path / "new", backup=copy) == backups.Restored(events=1, set_aside=None)
    with Home(tmp_path / "new") as log:
        assert log.events() == [event]


def test_a_migration_is_preceded_by_a_backup_of_the_older_schema(home, monkeypatch):
    write(home, events=3)
    released = schema.MIGRATIONS
    monkeypatch.setattr(schema, "MIGRATIONS", (*released, step(NEXT)))

    write(home, events=1)

    assert names(home / "backups") == [f"0001-before-schema-{NEXT}.sqlite3"]
    assert check(home) == []
    monkeypatch.setattr(schema, "MIGRATIONS", released)
    with pytest.raises(HomeError, match=rf"newer whennot.*0001-before-schema-{NEXT}"):
        Home(home)
    restore(home, backup=home / "backups" / f"0001-before-schema-{NEXT}.sqlite3")
    with Home(home) as log:
        assert len(log.events()) == 3


def test_five_backups_before_migrations_are_kept_and_all_that_were_made_by_hand(home, monkeypatch):
    with Home(home) as log:
        log.backup()
    for version in range(NEXT, NEXT + 7):
        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step(version)))
        Home(home).close()

    assert names(home / "backups") == [
        "0001-by-hand.sqlite3",
        *(f"{n:04}-before-schema-{NEXT + n - 2}.sqlite3" for n in range(4, 9)),
    ]


def test_a_migration_that_another_program_is_taking_is_waited_for_and_not_taken_twice(
    home, monkeypatch
):
    write(home, events=1)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step(NEXT)))
    other = Gate(home / "home.lock")
    with ThreadPoolExecutor(1) as pool:
        with other.one_at_a_time():
            opening = pool.submit(Home, home)
            time.sleep(0.05)
            assert not (home / "backups").exists()
            with closing(database.connect(home / "whennot.sqlite3", mode="rw")) as connection:
                schema.migrate(connection)
        opening.result(timeout=30).close()
    other.close()

    assert not (home / "backups").exists()
    assert check(home) == []


def test_several_steps_are_taken_at_once_after_one_backup(home, monkeypatch):
    write(home, events=1)
    steps = [step(NEXT + n) for n in range(3)]
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *steps))

    Home(home).close()

    assert names(home / "backups") == [f"0001-before-schema-{NEXT + 2}.sqlite3"]
    assert check(home) == []


def test_a_new_home_needs_no_backup(home):
    Home(home).close()

    assert not (home / "backups").exists()


def test_a_migration_that_fails_leaves_the_log_as_it_was(home, monkeypatch):
    write(home, events=3)
    released = schema.MIGRATIONS
    bad = step(NEXT, "CREATE TABLE half_done (text TEXT)", "CREATE TABLE half_done (text TEXT)")
    monkeypatch.setattr(schema, "MIGRATIONS", (*released, bad))

    with pytest.raises(HomeError, match=r"half_done already exists.*0001-before-schema"):
        Home(home)

    monkeypatch.setattr(schema, "MIGRATIONS", released)
    with Home(home) as log:
        assert len(log.events()) == 3
        assert log.check() == []


def test_a_restore_is_refused_while_any_program_has_the_home_open(home, start_writer, monkeypatch):
    monkeypatch.setattr("whennot.home.gate._WAIT_ALONE_SECONDS", 0.05)
    with Home(home) as log:
        log.append("moved", episode="a", payload={}, now=NOW)
        copy = log.backup()

        with pytest.raises(HomeError, match=r"in use by another whennot; nothing was changed"):
            restore(home, backup=copy)

        assert len(log.events()) == 1
    writer = start_writer(home, 1_000_000)
    writer.stdout.readline()
    with pytest.raises(HomeError, match="in use by another whennot"):
        restore(home, backup=copy)


def test_restoring_twice_keeps_both_states_that_were_replaced(home):
    write(home, events=2)
    with Home(home) as log:
        copy = log.backup()
    write(home, events=1)

    first = restore(home, backup=copy)
    write(home, events=3)
    second = restore(home, backup=copy)

    assert [restored.events for restored in (first, second)] == [2, 2]
    assert names(home / "set-aside") == ["0001", "0002"]
    for restored, events in [(first, 3), (second, 5)]:
        assert restored.set_aside is not None
        old = home.parent / f"old-{events}"
        restore(old, backup=restored.set_aside / "whennot.sqlite3")
        with Home(old) as log:
            assert len(log.events()) == events


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "No such file"), (b"", "empty"), (b"x" * 9000, "not a database")],
)
def test_a_backup_that_is_not_sound_is_refused_before_anything_moves(home, content, why):
    write(home, events=2)
    bad = home.parent / "bad.sqlite3"
    if content is not None:
        bad.write_bytes(content)
    before = (home / "whennot.sqlite3").read_bytes()

    with pytest.raises(HomeError, match=f"bad.sqlite3: cannot be restored: .*{why}"):
        restore(home, backup=bad)

    assert (home / "whennot.sqlite3").read_bytes() == before
    assert names(home) == ["home.lock", "whennot.sqlite3"]


def test_the_log_cannot_be_restored_over_itself(home):
    write(home, events=2)

    with pytest.raises(HomeError, match="the log of this home itself"):
        restore(home, backup=home / "whennot.sqlite3")


def test_a_restore_that_is_killed_half_way_leaves_a_home_that_says_so(home, monkeypatch):
    write(home, events=2)
    with Home(home) as log:
        copy = log.backup()

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(backups, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            restore(home, backup=copy)

    with pytest.raises(HomeError, match=r"missing.*whennot restore"):
        Home(home)
    assert restore(home, backup=copy).events == 2
    assert check(home) == []


def test_a_backup_copied_into_place_by_hand_works_too(home):
    write(home, events=2)
    with Home(home) as log:
        copy = log.backup()
    shutil.copy(copy, home / "whennot.sqlite3")

    write(home, events=1)

    assert check(home) == []
    with Home(home) as log:
        assert len(log.events()) == 3

"""``warmup``, ``doctor``, ``backup``, ``restore``, ``check``: looking after the program."""

from __future__ import annotations

import re
import shutil
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from whennot import shelf
from whennot.cli import doctor
from whennot.episode.check import Finding
from whennot.home import Home
from whennot.home.place import VARIABLES

ROOT = Path(__file__).parents[2]
NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


@pytest.fixture
def used(home):
    """Return the path of a home in which one thing happened."""
    with Home(home) as opened:
        opened.append("note", episode=None, payload={"n": 1}, now=NOON)
    return home


def notes(home):
    with Home(home) as opened:
        return [event.payload["n"] for event in opened.events(kind="note")]


# --- doctor --------------------------------------------------------------------------------------


def test_the_doctor_tells_versions_backend_home_settings_and_terminal(terminal, used):
    report = terminal.json("doctor")

    assert report["ok"] is True
    assert report["packages"]["numpy"]
    assert report["backend"] in {"numba", "numpy"}
    assert report["home"]["path"] == str(used)
    assert report["home"]["state"] == "healthy"
    assert [s["name"] for s in report["settings"]] == [v.name for v in VARIABLES]
    assert all(s["value"] and s["meaning"] for s in report["settings"])
    assert report["terminal"]["no_color"] is True
    assert "All is well." in terminal.run("doctor")


def test_the_doctor_looks_at_everything_whennot_is_installed_with():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [re.split(r"[><=\[]", line)[0] for line in project["project"]["dependencies"]]

    assert sorted(needed) == sorted(doctor.PACKAGES)


def test_a_look_at_the_doctor_makes_no_home(terminal, home):
    assert terminal.json("doctor")["home"]["state"].startswith("not made yet")
    assert not home.exists()


def test_a_damaged_home_and_a_misspelled_setting_need_attention(terminal, used, monkeypatch):
    (used / "whennot.sqlite3").write_bytes(b"garbage" * 1000)
    monkeypatch.setenv("WHENNOT_HOEM", "/somewhere")

    report = terminal.json("doctor", code=1)

    assert report["home"]["state"] == "damaged"
    assert any("damaged" in fault for fault in report["faults"])
    assert any("WHENNOT_HOEM is set, but nothing reads it" in fault for fault in report["faults"])
    assert "Needs attention" in terminal.run("doctor", code=1)


def test_a_missing_package_needs_attention_unless_it_only_costs_speed(terminal, monkeypatch):
    gone = {"numba", "typst"}
    monkeypatch.setattr(doctor, "_version", lambda name: None if name in gone else "1.0")

    assert terminal.json("doctor", code=1)["faults"] == ["typst is not installed"]


# --- backup and restore --------------------------------------------------------------------------


def test_a_backup_is_restored_and_what_it_replaced_is_kept(terminal, used):
    path = Path(terminal.run("backup").strip())
    with Home(used) as opened:
        opened.append("note", episode=None, payload={"n": 2}, now=NOON)
    assert path.parent == used / "backups"
    assert notes(used) == [1, 2]

    done = terminal.json("restore", str(path))

    assert notes(used) == [1]
    assert done["events"] == 1
    assert Path(done["set_aside"]).is_dir()


@pytest.mark.usefixtures("used")
def test_a_backup_can_be_named_without_its_folder(terminal):
    name = Path(terminal.json("backup")["backup"]).name

    terminal.run("restore", name)

    assert ": 1 event." in terminal.talk


@pytest.mark.usefixtures("used")
def test_without_a_name_the_backups_are_listed_newest_first(terminal):
    made = [terminal.run("backup").strip() for _ in range(2)]

    assert terminal.run("restore").split() == made[::-1]
    assert [entry["backup"] for entry in terminal.json("restore")] == made[::-1]


def test_where_nothing_was_kept_there_is_nothing_to_back_up(terminal, home):
    assert not terminal.run("backup", code=1)
    assert "nothing is kept here yet" in terminal.talk
    assert not home.exists()
    terminal.run("restore")
    assert "No backups" in terminal.talk


@pytest.mark.parametrize("content", [None, b"", b"garbage" * 100])
def test_what_is_no_backup_is_refused_and_nothing_changes(terminal, used, tmp_path, content):
    path = tmp_path / "copy.sqlite3"
    if content is not None:
        path.write_bytes(content)

    terminal.run("restore", str(path), code=1)

    assert "cannot be restored" in terminal.talk
    assert notes(used) == [1]


# --- warmup --------------------------------------------------------------------------------------


def test_warming_up_says_how_long_it_took(terminal):
    assert terminal.json("warmup")["seconds"] >= 0
    assert terminal.run("warmup") == ""
    assert terminal.talk.strip()


# --- check ---------------------------------------------------------------------------------------


def path_of_case():
    return shelf.SHELVES / "cases" / "tiny-case" / "case.toml"


def spoil(before, after):
    """Change the tiny case on the shelf."""
    text = path_of_case().read_text(encoding="utf-8")
    assert before in text
    path_of_case().write_text(text.replace(before, after), encoding="utf-8")


def test_a_case_that_cannot_be_loaded_fails_the_check_with_every_fault(terminal):
    spoil("days = 14", "days = 5")
    spoil('per = "fp"', 'per = "fq"')

    (report,) = terminal.json("check", "tiny-case", code=1)

    said = [f"{f['where']} {f['code']} {f['message']}" for f in report["findings"]]
    line = 1 + path_of_case().read_text(encoding="utf-8").split("days = 5")[0].count("\n")
    assert any(s.startswith(f"tiny-case/case.toml:{line} CASE01 days") for s in said)
    assert any("'fq'" in s for s in said)


def test_every_promise_that_a_case_breaks_is_told_on_a_line_with_its_place(terminal):
    lines = terminal.run("check", "--quick", code=1).splitlines()

    assert any(
        line.startswith("tiny-case/case.toml:") and "CASE13 3 facts" in line for line in lines
    )
    assert lines[-1].startswith("tiny-case: ")
    assert lines[-1].endswith(" errors")


def test_quick_leaves_out_what_simulates(terminal):
    quick = {f["code"] for f in terminal.json("check", "--quick", code=1)[0]["findings"]}
    whole = {f["code"] for f in terminal.json("check", code=1)[0]["findings"]}

    assert "CASE17" in whole - quick


def test_a_case_from_outside_is_checked_like_one_on_the_shelf(terminal, tmp_path, monkeypatch):
    (shelf.SHELVES / "cases" / "tiny-case").rename(tmp_path / "tiny-case")
    outside = terminal.json("check", f"{tmp_path}/tiny-case", "--quick", code=1)
    monkeypatch.chdir(tmp_path / "tiny-case")
    here = terminal.json("check", ".", "--quick", code=1)

    codes = [[f["code"] for f in report["findings"]] for (report,) in (outside, here)]
    assert codes[0] == codes[1]
    assert "CASE03" not in codes[0]


def test_a_copy_that_keeps_the_uuid_of_another_case_is_noticed(terminal, tmp_path):
    shutil.copytree(shelf.SHELVES / "cases" / "tiny-case", tmp_path / "copied-case")

    terminal.run("check", f"{tmp_path}/copied-case", "--quick", code=1)

    assert "uuid is that of tiny-case" in terminal.result.stdout


def test_what_keeps_every_promise_or_only_breaks_a_note_passes(terminal, monkeypatch):
    note = Finding("CASE07", "tiny-case/case.toml:1", "nobody reads it", level="note")
    monkeypatch.setattr("whennot.episode.check.check_texts", lambda *_, **__: [note])

    text = terminal.run("check")

    assert "tiny-case/case.toml:1: CASE07 note: nobody reads it" in text
    assert "tiny-case: keeps its promises (1 to note)" in text


@pytest.mark.parametrize("target", ["tinycase", "no/such/folder"])
def test_what_is_not_there_cannot_be_checked(terminal, target):
    assert not terminal.run("check", target, code=1)
    assert "Did you mean tiny-case?" in terminal.talk or "no such folder" in terminal.talk

"""What cannot be answered gets a page that says what to do next, and mends by itself."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.web.pages.browser import CASE, begin, send, signed_in, text_of, walk

from whennot.home import Home, backups, database, restore, schema
from whennot.home.schema import Migration
from whennot.web import desk as desks
from whennot.web.views import home as views

pytestmark = pytest.mark.usefixtures("unjudged")

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NOBODY = 65534
STRANGE_NAMES = [
    "..", "../../etc/passwd", "a" * 5_000, "Übung 1", "x\ny", "<script>alert(1)</script>", "a.b",
    "%", "-", "\u202e", "a\\b", "{{ x }}", "CON", "a?b#c",
]  # fmt: skip


def file_of(home: Path) -> Path:
    return home / "whennot.sqlite3"


def sql(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file_of(home), isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# --- nothing there -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/", "/plays", "/cases/x/y/", "/static/nothing.css", "/design/", "/..%2f",
        "/plays/..%5c..%5cetc/", "/charts/all/nothing.svg", "/charts/all/roadmap.svg",
        "/charts/all/calibration.exe", f"/charts/watch-{CASE}/nothing.svg", "/\u0000", "/%ff",
        "/" + "a" * 9_000, "/<script>alert(1)</script>", "/cases/../", "/cases/%2e/",
    ],
    ids=lambda path: path[:30].replace("\x00", "0"),
)  # fmt: skip
def test_an_address_where_nothing_is_gets_a_page(client, path):
    answer = client.get(path, follow=True)

    assert answer.status_code == (200 if path == "/plays" else 404)
    assert 'href="/"' in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    "below", ["", "framing/", "objective/", "decide/", "sealed/", "debrief/", "debrief/parts/",
              "appeal/", "episode.json", "brief/", "brief.pdf", "brief.md"],
)  # fmt: skip
def test_a_play_that_there_is_not_is_named_with_the_way_to_those_there_are(client, below):
    answer = client.get(f"/plays/{CASE}-77/{below}")

    assert answer.status_code == 404
    assert f"no play '{CASE}-77' in this home" in text_of(answer)
    assert 'href="/plays/"' in answer.content.decode()


@pytest.mark.parametrize("below", ["", "watch/"])
def test_a_case_that_there_is_not_is_named_with_the_one_that_was_meant(client, below):
    answer = client.get(f"/cases/meeting-sumarizer/{below}")

    assert answer.status_code == 404
    assert f"Did you mean {CASE}?" in text_of(answer)
    assert client.post("/cases/nothing/play/").status_code == 404


def test_a_chart_of_a_play_that_is_not_over_is_not_there_yet(client):
    name = walk(client, to="framing")
    for chart in ("quarter.svg", "strip.png", "nothing.csv", "quarter.exe"):
        assert client.get(f"/charts/{name}/{chart}").status_code == 404


@pytest.mark.parametrize("below", ["framing/", "objective/", "decide/", "sealed/", "debrief/"])
def test_a_room_that_is_not_open_leads_to_the_one_that_is(client, below):
    name = walk(client, to="brief")

    answer = client.get(f"/plays/{name}/{below}")

    assert (answer.status_code, answer.url) == (302, f"/plays/{name}/")


@pytest.mark.parametrize("below", ["brief/", "brief.pdf", "brief.md"])
def test_a_brief_that_has_no_verdict_yet_leads_to_where_it_is_worked_out(client, below):
    name = walk(client, to="framing")

    answer = client.get(f"/plays/{name}/{below}", follow=True)

    assert answer.redirect_chain[0][0] == f"/plays/{name}/debrief/"
    assert "What do you need to know?" in text_of(answer)


@pytest.mark.parametrize("below", ["appeal/", "episode.json"])
def test_what_needs_a_finished_play_says_so_and_leads_back_into_it(client, below):
    name = walk(client, to="framing")

    answer = client.get(f"/plays/{name}/{below}")

    assert answer.status_code == 409
    assert "has not reached its debrief" in text_of(answer)
    assert f'href="/plays/{name}/"' in answer.content.decode()


def test_stopping_a_verdict_that_nobody_works_out_leads_back_into_the_play(client):
    name = walk(client, to="framing")

    answer = client.post(f"/plays/{name}/debrief/stop/")

    assert (answer.status_code, answer.url) == (302, f"/plays/{name}/")


# --- plays from elsewhere ------------------------------------------------------------------------


def begun(home: Home, name: str, **more) -> None:
    """Write down that a play was begun, as a program other than ours might."""
    payload = {
        "case": CASE, "source": CASE, "version": 1, "pack_sha256": "0" * 64, "variant": 1,
        "challenge": "", "flight": "first", "replicate": 0,
    }  # fmt: skip
    home.append("play.begun", episode=name, payload=payload | more, now=NOW)


def test_a_play_of_another_version_of_its_case_is_kept_but_cannot_go_on(client):
    begun(desks.desk().home, f"{CASE}-1")

    for path in ("", "framing/", "debrief/"):
        answer = client.get(f"/plays/{CASE}-1/{path}")
        assert answer.status_code == 409
        assert "another version" in text_of(answer)
        assert "Start the case again" in text_of(answer)
    assert 'href="/cases/"' in client.get(f"/plays/{CASE}-1/").content.decode()
    assert f"{CASE}-1" in text_of(client.get("/plays/"))
    assert client.get("/").status_code == 200
    assert begin(client) == f"{CASE}-2"


def test_a_play_of_a_case_that_is_gone_is_listed_and_says_so(client):
    begun(desks.desk().home, "gone-1", case="gone", source="gone")

    assert client.get("/plays/gone-1/").status_code == 404
    for path in ("/", "/plays/", "/cases/", "/portfolio/", "/calibration/"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", STRANGE_NAMES, ids=[str(n) for n in range(len(STRANGE_NAMES))])
def test_a_play_with_a_name_made_by_hand_does_not_take_the_pages_down(client, name):
    from whennot.shelf import load_case

    begun(desks.desk().home, name, pack_sha256=load_case(CASE).pack_sha256)

    for path in ("/", "/plays/", "/cases/", f"/cases/{CASE}/", "/portfolio/", "/calibration/"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.content.decode()


# --- the home ------------------------------------------------------------------------------------


def damage(home: Path, how: str) -> None:
    file = file_of(home)
    if how == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif how == "no database":
        file.write_bytes(b"my notes\n" * 2000)
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "gone":
        file.unlink()
    elif how == "a folder":
        file.unlink()
        file.mkdir()
    else:
        sql(home, "INSERT INTO schema_version VALUES (99, 'things to come')")


DAMAGES = {
    "cut": "damaged", "no database": "not a database", "empty": "the file is empty",
    "gone": "gone", "a folder": "is not a file", "newer": "newer whennot",
}  # fmt: skip


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_home_says_how_to_go_back_and_works_again_once_it_is_restored(
    client, served, how
):
    name = walk(client, to="decide")
    backup = desks.desk().home.backup()
    desks.put_away()
    damage(served, how)

    for path in ("/", f"/plays/{name}/decide/", "/plays/", f"/plays/{name}/brief.md"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert DAMAGES[how] in text_of(answer)
        assert "Nothing was deleted or overwritten" in text_of(answer)
        assert f"whennot restore {backup}" in text_of(answer)
    for path in ("/settings/", "/about/", "/healthz", "/interview/"):
        assert client.get(path).status_code == 200

    restore(served, backup=backup)
    assert client.get(f"/plays/{name}/decide/").status_code == 200
    assert len(desks.desk().play(name).episode.moves) == 4


@pytest.mark.parametrize("backed_up", [True, False])
@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be deleted there")
def test_a_home_deleted_under_a_running_server_is_told_and_not_begun_anew(
    client, served, backed_up
):
    name = walk(client, to="decide")
    aside = served.with_name("aside.sqlite3")
    with closing(sqlite3.connect(file_of(served))) as connection:
        connection.execute("VACUUM INTO ?", (str(aside),))
    if backed_up:
        desks.desk().home.backup()
    file_of(served).unlink()

    for _ in range(2):
        answer = client.post(f"/plays/{name}/decide/", {})
        assert answer.status_code == 503
        assert "gone, although it was there" in text_of(answer)
    assert not file_of(served).exists()

    aside.rename(file_of(served))
    assert client.get(f"/plays/{name}/decide/").status_code == 200


def test_a_changed_event_is_named(client, served):
    name = walk(client, to="decide")
    desks.put_away()
    sql(
        served,
        "DROP TRIGGER event_is_never_updated",
        "UPDATE event SET payload = replace(payload, 'acts', 'moves') WHERE number = 3",
    )

    answer = client.get(f"/plays/{name}/")

    assert answer.status_code == 503
    assert "event 3" in text_of(answer)


@pytest.mark.skipif(sys.platform == "win32", reason="folders there have no write bit")
def test_a_read_only_home_says_so_and_works_again_once_it_is_not(readable):
    served, client = readable
    name = walk(client, to="framing")
    desks.put_away()
    modes = {p: p.stat().st_mode & 0o777 for p in (served, *served.iterdir())}
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        answer = client.get(f"/plays/{name}/framing/")
    finally:
        if root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)

    assert answer.status_code == 503
    assert "cannot be written" in text_of(answer)
    assert "WHENNOT_HOME" in text_of(answer)
    assert client.get(f"/plays/{name}/framing/").status_code == 200


@pytest.fixture
def readable(client, served, tmp_path):
    """Return the home and a browser, in a folder that everyone may enter, as root's too."""
    opened = []
    for folder in (tmp_path, *tmp_path.parents):
        mode = folder.stat().st_mode & 0o777
        if mode & 0o005 != 0o005 and folder.owner() == tmp_path.owner():
            opened.append((folder, mode))
            folder.chmod(mode | 0o055)
    yield served, client
    for folder, mode in opened:
        folder.chmod(mode)


def test_a_locked_home_says_so_keeps_what_was_typed_and_goes_on_when_it_is_free(
    client, served, monkeypatch
):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    name = walk(client, to="brief")
    typed = {"first_words": "Who acts on it?"}
    with closing(sqlite3.connect(file_of(served), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.post(f"/plays/{name}/", typed)
        assert client.get(f"/plays/{name}/").status_code == 200
        other.execute("ROLLBACK")

    assert answer.status_code == 503
    assert "another program has kept it locked" in text_of(answer)
    assert client.post(f"/plays/{name}/", typed).status_code == 302


def test_a_migration_that_fails_leaves_a_backup_and_the_page_names_it(client, served, monkeypatch):
    name = walk(client, to="framing")
    desks.put_away()
    broken = Migration(3, "a bad day", ("CREATE TABLE more (x)", "CREATE TABLE more (x)"))
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        answer = client.get(f"/plays/{name}/")

    (backup,) = (served / "backups").iterdir()
    assert answer.status_code == 503
    assert str(backup) in text_of(answer)
    assert "before-schema-3" in backup.name
    with closing(sqlite3.connect(backup)) as kept:
        assert kept.execute("SELECT count(*) FROM event").fetchone()[0] == 2
    assert client.get(f"/plays/{name}/", follow=True).status_code == 200
    assert backups.restore(served.with_name("new"), backup=backup).events == 2


# --- our own mistakes ----------------------------------------------------------------------------


def test_a_mistake_of_ours_is_owned_and_shows_nothing_of_the_inside(client, monkeypatch, caplog):
    def broken(_: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(views, "next_thing", broken)

    answer = client.get("/")

    assert answer.status_code == 500
    assert "it is ours" in text_of(answer)
    assert "the terminal in which whennot runs" in text_of(answer).lower()
    for word in ("Traceback", "RuntimeError", "secret inside", ".py"):
        assert word not in answer.content.decode()
    assert "RuntimeError: the secret inside" in caplog.text
    assert client.get("/plays/").status_code == 200


def test_a_case_that_is_damaged_is_told_and_the_others_go_on(client, monkeypatch):
    from whennot.errors import CaseError
    from whennot.web.views import cases

    def damaged(name: str):
        raise CaseError(f"{name}/case.toml:7: users: has to be positive")

    monkeypatch.setattr(cases, "load_case", damaged)

    answer = client.get(f"/cases/{CASE}/")

    assert answer.status_code == 500
    assert "case.toml:7" in text_of(answer)
    assert "whennot check" in text_of(answer)


def test_a_move_that_two_windows_send_counts_once(client):
    name = walk(client, to="brief")
    send(client, name, {"kind": "begin"})

    again = client.post(f"/plays/{name}/", {"first_words": "too late", "seen": 0})

    assert again.status_code in {302, 409}
    assert len(desks.desk().play(name).episode.moves) == 1


def test_a_terminal_that_went_on_with_the_play_is_seen_at_the_next_page(client, served):
    name = walk(client, to="framing")
    with Home(served) as terminal:
        payload = {"kind": "ask", "question": "acts"}
        terminal.append("play.moved", episode=name, payload=payload, now=NOW)

    assert desks.desk().play(name).episode.asked == ("acts",)
    answer = client.post(f"/plays/{name}/ask/", {"what": "listen:vp", "seen": "1"})
    assert answer.status_code == 409


def test_signing_in_needs_no_home_that_can_be_read(served):
    file_of(served).write_bytes(b"x" * 5000)

    assert signed_in(served).get("/settings/").status_code == 200

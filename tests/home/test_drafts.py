"""What was typed is there again, and no window writes over another one's words unseen."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import whennot
from whennot.errors import HomeError
from whennot.home import Draft, Home, check, restore, schema

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
AT = "2026-03-02T09:30:00+00:00"
WHY = "meeting-summarizer-1/decide-4"
HOSTILE = (
    "before\0after",
    "\0",
    "👩🏽\u200d🚒 e\u0301 \u202eabc \ufeff \U0010ffff",
    "'); DROP TABLE draft; --",
    '"draft" `draft` [draft] ? :document @text $1',
    " \r\n\t ",
    "100 %_ \\",
)
WHOLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def typed(home: Path, text: str, *, base: int = 0) -> Draft:
    """Save a text as a window would that is opened, typed into and closed."""
    with Home(home) as window:
        draft, mine = window.save_draft(WHY, text, base=base, now=NOW)
    assert mine
    return draft


# --- one window --------------------------------------------------------------------------------


def test_a_typed_word_is_there_after_the_home_was_closed_and_opened_again(home):
    typed(home, "Nine in ten")
    typed(home, "Nine in ten is seven in ten.", base=1)

    with Home(home) as window:
        assert window.draft(WHY) == Draft(WHY, "Nine in ten is seven in ten.", version=2, at=AT)


def test_a_draft_that_nobody_typed_is_empty_and_of_version_0(home):
    with Home(home) as window:
        assert window.draft(WHY) == Draft(WHY, "", version=0, at="")
        assert window.drafts("") == {}


def test_a_form_that_was_emptied_stays_empty_and_is_not_taken_for_a_new_one(home):
    typed(home, "words")
    typed(home, "", base=1)

    with Home(home) as window:
        assert window.draft(WHY).version == 2
        assert window.save_draft(WHY, "again", base=0, now=NOW) == (Draft(WHY, "", 2, AT), False)


def test_the_same_text_saved_again_is_no_conflict_and_no_new_version(home):
    first = typed(home, "words")

    with Home(home) as window:
        later = NOW + timedelta(minutes=1)
        for base in (1, 0, 7):  # 0: a second window that happens to type the same
            assert window.save_draft(WHY, "words", base=base, now=later) == (first, True)
        assert window.draft(WHY) == first


def test_typing_is_no_event_and_leaves_the_log_as_it_was(home):
    with Home(home) as window:
        event = window.append("moved", episode="a", payload={}, now=NOW)
        for version in range(20):
            window.save_draft(WHY, f"word {version}", base=version, now=NOW)

        assert window.events() == [event]
        assert window.check() == []


def test_the_time_of_a_draft_is_in_utc_and_a_time_without_a_zone_is_refused(home):
    with Home(home) as window:
        delhi = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
        draft, _ = window.save_draft(WHY, "words", base=0, now=delhi)
        assert draft.at == AT

        with pytest.raises(ValueError, match="time zone"):
            window.save_draft(WHY, "more", base=1, now=NOW.replace(tzinfo=None))
        assert window.draft(WHY) == draft


# --- two windows -------------------------------------------------------------------------------


def test_what_a_second_window_saved_meanwhile_is_not_overwritten_and_both_texts_are_there(home):
    with Home(home) as here, Home(home) as there:
        started, _ = here.save_draft(WHY, "start", base=0, now=NOW)
        other, _ = there.save_draft(WHY, "start of theirs", base=started.version, now=NOW)
        mine = "start of mine"

        kept, is_mine = here.save_draft(WHY, mine, base=started.version, now=NOW)

        assert not is_mine
        assert {kept.text, mine} == {"start of theirs", "start of mine"}
        assert here.draft(WHY) == there.draft(WHY) == kept == other

        both, is_mine = here.save_draft(WHY, f"{kept.text}; {mine}", base=kept.version, now=NOW)
        assert is_mine
        assert there.draft(WHY) == both


def test_a_window_whose_draft_is_gone_is_told_and_does_not_bring_it_back(home):
    with Home(home) as window:
        copy = window.backup()
        window.save_draft(WHY, "words", base=0, now=NOW)
    restore(home, backup=copy)

    with Home(home) as window:
        assert window.save_draft(WHY, "words and more", base=1, now=NOW) == (Draft(WHY), False)


def test_of_eight_windows_that_save_at_once_one_wins_and_seven_see_its_text(home):
    with ExitStack() as stack:
        windows = [stack.enter_context(Home(home)) for _ in range(8)]
        pool = stack.enter_context(ThreadPoolExecutor(8))

        def save(number: int) -> tuple[Draft, bool]:
            return windows[number].save_draft(WHY, f"from {number}", base=0, now=NOW)

        answers = list(pool.map(save, range(8)))

    winners = [number for number, (_, mine) in enumerate(answers) if mine]
    assert len(winners) == 1
    assert {kept for kept, _ in answers} == {Draft(WHY, f"from {winners[0]}", 1, AT)}


def test_two_windows_that_type_at_once_and_join_their_texts_lose_no_word(home):
    def type_words(who: str) -> int:
        conflicts = 0
        with Home(home) as window:
            kept = Draft(WHY)
            for number in range(60):
                mine = False
                while not mine:
                    text = f"{kept.text} {who}{number}"
                    kept, mine = window.save_draft(WHY, text, base=kept.version, now=NOW)
                    conflicts += not mine
        return conflicts

    Home(home).close()
    with ThreadPoolExecutor(2) as pool:
        conflicts = sum(pool.map(type_words, "ab"))

    with Home(home) as window:
        kept = window.draft(WHY)
    assert sorted(kept.text.split()) == sorted(f"{who}{n}" for who in "ab" for n in range(60))
    assert kept.version == 120
    assert conflicts >= 1  # or they took turns and nothing was tried


class TwoWindows(RuleBasedStateMachine):
    """Two windows on two documents, saving in any order, with any version on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.windows = [Home(self.folder), Home(self.folder)]
        self.kept = {name: Draft(name) for name in "ab"}
        self.screens = [dict(self.kept), dict(self.kept)]

    def teardown(self) -> None:
        for window in self.windows:
            window.close()
        shutil.rmtree(self.folder)

    @rule(who=st.integers(0, 1), name=st.sampled_from("ab"), text=st.sampled_from("xyz") | WHOLE)
    def save(self, who: int, name: str, text: str) -> None:
        before, seen = self.kept[name], self.screens[who][name]
        now_kept, mine = self.windows[who].save_draft(name, text, base=seen.version, now=NOW)
        if not mine:
            # Told: the other text comes back, this one is still in the hands of the caller.
            assert now_kept == before
            assert now_kept.text != text
        elif text == before.text and before.version:
            assert now_kept == before
        else:
            assert seen == before  # only what this window had on its screen was replaced
            assert now_kept == Draft(name, text, before.version + 1, AT)
        if mine:
            self.kept[name] = self.screens[who][name] = now_kept

    @rule(who=st.integers(0, 1), name=st.sampled_from("ab"))
    def look(self, who: int, name: str) -> None:
        self.screens[who][name] = self.windows[who].draft(name)

    @rule(who=st.integers(0, 1))
    def reopen(self, who: int) -> None:
        self.windows[who].close()
        self.windows[who] = Home(self.folder)

    @invariant()
    def both_windows_read_what_was_saved_last(self) -> None:
        saved = {name: draft for name, draft in self.kept.items() if draft.version}
        for window in self.windows:
            assert window.drafts("") == saved


TestTwoWindowsNeverLoseATextUnseen = TwoWindows.TestCase
TestTwoWindowsNeverLoseATextUnseen.settings = settings(
    max_examples=25, stateful_step_count=16, deadline=None
)


# --- names and hostile content -----------------------------------------------------------------


def test_the_drafts_of_one_play_are_listed_by_the_rest_of_their_name_and_no_others(home):
    with Home(home) as window:
        for name in ("a-1/why", "a-1/decide-4", "a-10/why", "a-1", "A-1/why", "b-1/why"):
            window.save_draft(name, f"of {name}", base=0, now=NOW)

        listed = window.drafts("a-1/")

        assert listed == {
            "why": Draft("a-1/why", "of a-1/why", 1, AT),
            "decide-4": Draft("a-1/decide-4", "of a-1/decide-4", 1, AT),
        }
        assert set(window.drafts("a-1")) == {"", "/why", "/decide-4", "0/why"}
        assert len(window.drafts("")) == 6
        assert window.drafts("a-2") == {}


@pytest.mark.parametrize("prefix", ["%", "_", "a_", "a%", "[a]", "*", "a\0", "é", "'", "👩"])
def test_a_prefix_means_its_characters_and_nothing_else(home, prefix):
    with Home(home) as window:
        for name in ("ab", "a", "abc", "e\u0301", "\0"):
            window.save_draft(name, "other", base=0, now=NOW)
        window.save_draft(f"{prefix}/why", "mine", base=0, now=NOW)

        assert {rest: draft.text for rest, draft in window.drafts(prefix).items()} == {
            "/why": "mine"
        }


@given(prefix=WHOLE, names=st.sets(WHOLE.filter(bool), max_size=5), ends=st.sets(WHOLE))
@example(prefix="a\0", names={"a", "a\0"}, ends={"b", "\0"})
@settings(max_examples=30)
def test_whatever_the_names_are_exactly_those_with_the_prefix_are_listed(prefix, names, ends):
    every = names | {prefix + end for end in ends if prefix + end}
    with tempfile.TemporaryDirectory() as folder, Home(folder) as window:
        for name in every:
            window.save_draft(name, "words", base=0, now=NOW)

        assert {prefix + rest for rest in window.drafts(prefix)} == {
            name for name in every if name.startswith(prefix)
        }


@pytest.mark.parametrize("strange", HOSTILE, ids=ascii)
def test_strange_text_and_strange_names_come_back_to_the_character(home, strange):
    with Home(home) as window:
        for name, text in ((WHY, strange), (strange, "words"), (f"{strange}/why", strange)):
            window.save_draft(name, text, base=0, now=NOW)
    with Home(home) as window:
        assert window.draft(WHY).text == strange
        assert window.draft(strange).text == "words"
        assert window.draft(f"{strange}/why").text == strange
        assert window.drafts(strange).keys() == {"", "/why"}
        assert len(window.drafts("")) == 3
        assert window.check() == []


def test_texts_that_only_look_alike_are_kept_apart(home):
    alike = ["é", "e\u0301", "É", "é ", "é\0"]
    with Home(home) as window:
        for name in alike:
            window.save_draft(name, f"of {name}", base=0, now=NOW)
        for name in alike:
            assert window.draft(name).text == f"of {name}"

        assert window.save_draft("é", "of e\u0301", base=1, now=NOW)[0].version == 2


@pytest.mark.parametrize("letter", ["a", "é", "👩", "\0"])
def test_a_draft_of_a_hundred_pages_is_kept_and_one_letter_more_is_refused(home, letter):
    longest = letter * 200_000
    with Home(home) as window:
        window.save_draft(WHY, longest, base=0, now=NOW)
        with pytest.raises(ValueError, match="at most 200,000 characters"):
            window.save_draft(WHY, longest + letter, base=1, now=NOW)
    with Home(home) as window:
        assert window.draft(WHY) == Draft(WHY, longest, version=1, at=AT)


def test_half_a_character_is_refused_and_the_home_goes_on(home):
    with Home(home) as window, Home(home) as other:
        with pytest.raises(ValueError, match="surrogates"):
            window.save_draft(WHY, "caf\udce9", base=0, now=NOW)

        assert other.save_draft(WHY, "café", base=0, now=NOW)[1]  # nothing is left locked
        assert window.draft(WHY).text == "café"


# --- homes that are older, and migrations that fail ----------------------------------------------


@pytest.fixture
def old_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home as a whennot without drafts left it, with three events."""
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with Home(home) as log:
            for number in range(3):
                log.append("moved", episode="a", payload={"number": number}, now=NOW)
    return home


def numbers(path: Path) -> list[int]:
    with Home(path) as log:
        return [event.payload["number"] for event in log.events()]


def backups_of(home: Path) -> list[str]:
    return sorted(file.name for file in (home / "backups").glob("*"))


def test_a_home_without_drafts_is_backed_up_first_then_takes_them_and_keeps_its_events(
    old_home, tmp_path, monkeypatch
):
    typed(old_home, "the first draft")

    assert backups_of(old_home) == ["0001-before-schema-2.sqlite3"]
    assert numbers(old_home) == [0, 1, 2]
    assert check(old_home) == []
    typed(old_home, "the second", base=1)
    assert backups_of(old_home) == ["0001-before-schema-2.sqlite3"]  # once, not at every start

    copy = old_home / "backups" / "0001-before-schema-2.sqlite3"
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        restore(tmp_path / "older", backup=copy)
        assert numbers(tmp_path / "older") == [0, 1, 2]  # the older program can go back to it


def test_an_older_program_that_has_the_home_open_goes_on_appending(old_home, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        old = Home(old_home)
    with old:
        typed(old_home, "from the newer one")
        old.append("moved", episode="a", payload={"number": 3}, now=NOW)

    assert numbers(old_home) == [0, 1, 2, 3]
    assert check(old_home) == []


def test_a_migration_that_fails_leaves_the_home_as_it_was_and_names_the_backup(
    old_home, tmp_path, monkeypatch
):
    released = schema.MIGRATIONS
    broken = schema.Migration(2, "broken", (*released[1].statements, "CREATE TABEL draft"))
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", (released[0], broken))
        with pytest.raises(HomeError, match="TABEL") as told:
            Home(old_home)

    copy = old_home / "backups" / "0001-before-schema-2.sqlite3"
    assert "could not be brought to schema 2" in str(told.value)
    assert f"A copy of how it was lies at {copy}." in str(told.value)
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", released[:1])
        assert numbers(old_home) == [0, 1, 2]
        assert check(old_home) == []
        assert restore(tmp_path / "new", backup=copy).events == 3
        with Home(old_home) as log:
            log.append("moved", episode="a", payload={"number": 3}, now=NOW)

    typed(old_home, "a version in which it is mended")  # nothing of the half step is in its way
    assert numbers(old_home) == [0, 1, 2, 3]


def test_a_backup_holds_the_drafts_and_a_restore_brings_them_back(home, tmp_path):
    with Home(home) as window:
        window.append("moved", episode="a", payload={"number": 0}, now=NOW)
        for number, text in enumerate(HOSTILE):
            window.save_draft(f"a-1/{number}", text, base=0, now=NOW)
        before = window.drafts("a-1/")
        copy = window.backup()
        window.save_draft("a-1/0", "after the backup", base=1, now=NOW)
    assert len(before) == len(HOSTILE)

    for path in (home, tmp_path / "elsewhere"):
        restore(path, backup=copy)
        with Home(path) as window:
            assert window.drafts("a-1/") == before
            assert window.save_draft("a-1/0", "on it goes", base=1, now=NOW)[0].version == 2
        assert check(path) == []


# --- kill -9 -------------------------------------------------------------------------------------

TYPIST = """
import os, sys
from datetime import UTC, datetime
from whennot.home import Home

with Home(sys.argv[1]) as window:
    version = window.draft("a").version
    while True:
        draft, _ = window.save_draft("a", f"{version + 1} " * 3000, base=version,
                                     now=datetime(2026, 3, 2, tzinfo=UTC))
        version = draft.version
        os.write(1, f"{version}\\n".encode())
"""
"""Types without end, and says each version once it is saved."""

Start = Callable[[Path], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_typist() -> Iterator[Start]:
    """Return a function that starts a typist on a home; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(path: Path) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", TYPIST, str(path)],
            bufsize=0,  # or what readline has read ahead is lost to communicate
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(whennot.__file__).parents[1])},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_twelve_kills_lose_at_most_the_save_under_way_and_tear_no_text(home, start_typist):
    moments = random.Random(12)  # noqa: S311 - nothing here is secret
    Home(home).close()
    said_in_all, version = 0, 0
    for _ in range(12):
        process = start_typist(home)
        first = process.stdout.readline()  # it is typing now; the kill comes in full swing
        time.sleep(moments.uniform(0, 0.02))
        process.kill()
        rest, complaint = process.communicate(timeout=30)
        assert complaint == b""
        said = [int(line) for line in (first + rest).split()]
        assert said[0] == version + 1

        with Home(home) as window:
            kept = window.draft("a")
            assert window.check() == []
        assert kept.version - said[-1] in {0, 1}
        assert kept.text == f"{kept.version} " * 3000
        said_in_all, version = said_in_all + len(said), kept.version

    assert said_in_all > 24  # or the kills came before anything was saved

"""Plays that lie open for a shell: as they are in the log, judged on the side, nothing lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest

from whennot import load_case
from whennot.episode import judge
from whennot.episode.case import Case
from whennot.episode.episode import Episode
from whennot.episode.file import check_seal, load
from whennot.episode.moves import read_move
from whennot.episode.table import Setup
from whennot.errors import CaseError, EpisodeError, PlayerError
from whennot.home import Home
from whennot.practice import ahead, keep, plays, record
from whennot.practice import desk as desks
from whennot.practice.desk import Desk
from whennot.practice.plays import Play

TINY = Path(__file__).parents[1] / "cases" / "tiny-case"
CASE = load_case(TINY)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATIENCE = 60.0
"""Seconds after which something that should have happened will not."""
MOVES: list[Any] = [
    read_move(move)
    for move in (
        {"kind": "begin"},
        {"kind": "ask", "question": "cost"},
        {"kind": "listen", "stakeholder": "lead"},
        {"kind": "objective", "objective": {"metric": "time_saved"}},
        {"kind": "decide", "levers": {"option": "big", "framing": "silent", "rollout": 1.0}},
        {"kind": "trade", "stakeholder": "lead"},
        {"kind": "forecast", "percent": {"trust_drop": 20, "complaint_wave": 20, "none": 60}},
        {"kind": "operate", "action": "draft"},
        {"kind": "operate", "action": "hold"},
        {"kind": "review", "cause": "none", "guess_percent": 60},
    )
]
FORECAST, DRAFT, REVIEW = 6, 7, 9
"""Places of three moves: the last one before the quarter, the first in it, the last of all."""

Open = Callable[..., Desk]


@pytest.fixture
def open_desk(home: Path) -> Iterator[Open]:
    """Return a function that opens a desk, and its own `Home`, on the test's folder."""
    with ExitStack() as stack:

        def opened(*, find: Callable[[str], Case] = load_case) -> Desk:
            log = stack.enter_context(Home(home))
            desk = Desk(log, find=find, engine="0.1.0", clock=lambda: NOW)
            stack.callback(_stop_judging, desk)
            return desk

        yield opened


def _stop_judging(desk: Desk) -> None:
    judging = list(desk._judging.values())
    desk.close()
    for found in judging:
        found._pool.shutdown(wait=True)


@pytest.fixture
def desk(open_desk: Open) -> Desk:
    """Return a desk on an empty home."""
    return open_desk()


@pytest.fixture
def unjudged(monkeypatch: pytest.MonkeyPatch) -> list[Episode]:
    """Let every judgment last until it is canceled; return the episodes that were begun on."""
    begun: list[Episode] = []

    def endless(episode: Episode, *, progress: Callable[[float], None], **_: Any) -> None:
        begun.append(episode)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            progress(0.1)
            time.sleep(0.002)

    monkeypatch.setattr(ahead, "assess", endless)
    return begun


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the plays that were replayed from the log, as it happens."""
    replayed: list[str] = []
    resume = plays.resume

    def counted(home: Home, name: str, **how: Any) -> Play:
        replayed.append(name)
        return resume(home, name, **how)

    monkeypatch.setattr(plays, "resume", counted)
    return replayed


@pytest.fixture(scope="session")
def at_the_terminal(tmp_path_factory: pytest.TempPathFactory) -> Episode:
    """Return the play of `MOVES` as a terminal plays it: every move waits for its simulation."""
    with Home(tmp_path_factory.mktemp("terminal") / "home") as log:
        play = plays.begin(log, CASE, setup=Setup(variant=2), now=NOW)
        for move in MOVES:
            play = plays.send(log, play, move, now=NOW)
    return play.episode


def begun(desk: Desk) -> str:
    """Return the name of a new play."""
    return desk.begin(CASE, setup=Setup(variant=2), source=str(TINY)).name


def played(desk: Desk, *, until: int | None = None) -> str:
    """Return the name of a play after `MOVES` up to and without number `until`."""
    name = begun(desk)
    for seen, move in enumerate(MOVES[:until]):
        desk.send(name, move, seen=seen)
    return name


def shown(play: Play) -> dict[str, Any]:
    """Return everything a page can show of a play before its findings."""
    e = play.episode
    fields = {name: getattr(e, name) for name in Episode.__dataclass_fields__}
    del fields["run"], fields["findings"]
    if e.run is not None:
        fields |= {"counts": e.run.sha256, "usd": list(e.run.usd), "words": e.run.schedules}
    fields |= {"stop": e.stop, "allowed": e.allowed(), "known": e.known, "said": e.said}
    # Two loads of a case are the same case, but not the same object.
    fields["case"] = e.case.pack_sha256
    return {"name": play.name, "written": play.written, "asks": e.request is not None, **fields}


def told(episode: Episode) -> dict[str, Any]:
    """Return everything that was found out about a play, to the last bit."""
    found = episode.findings
    assert found is not None
    known = found.assessment
    return {
        "file": record.content(episode, engine="0.1.0"),
        "quality": known.quality,
        "misled": known.misled,
        "contested": known.contested,
        "costliest": known.costliest,
        "field": known.judged.usd.tobytes(),
        "luck": found.luck,
        "alternatives": found.alternatives,
        "dice": found.dice_usd,
        "quarter": found.final.sha256,
    }


def soon(question: Callable[[], Any]) -> Any:
    """Return what a question answers once that is something."""
    end = time.monotonic() + PATIENCE
    while not (found := question()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)
    return found


def finished_events(desk: Desk, name: str) -> list[Any]:
    return [event.payload for event in desk.home.events(name, kind=plays.FINISHED)]


# --- the play and the log ------------------------------------------------------------------------


@pytest.mark.usefixtures("unjudged")
def test_a_play_on_the_desk_is_the_play_in_the_log_at_every_move(desk):
    name = begun(desk)
    states = []
    for seen, move in enumerate(MOVES):
        after = desk.send(name, move, seen=seen)
        states.append(after.episode.state)
        in_the_log = plays.resume(desk.home, name, find=load_case, judging=False)

        assert shown(after) == shown(desk.play(name)) == shown(in_the_log)
        assert after.written == seen + 1

    assert states[FORECAST:] == ["operating", "operating", "review", "debrief"]
    assert desk.play(name).episode.changes  # the quarter was run again from a day on


def test_looking_at_a_play_does_not_replay_it_and_a_move_replays_nothing_either(
    desk, replays, unjudged
):
    name = played(desk, until=REVIEW)
    looks = [desk.play(name) for _ in range(5)]

    assert replays == []
    assert all(look is looks[0] for look in looks)
    soon(lambda: unjudged)


@pytest.mark.usefixtures("unjudged")
def test_a_move_from_another_window_is_noticed_at_the_next_look_and_replayed_once(
    open_desk, replays
):
    here, there = open_desk(), open_desk()
    name = played(here, until=2)
    assert there.play(name).written == 2
    there.send(name, MOVES[2], seen=2)
    before = len(replays)

    assert here.play(name).episode.heard == ("lead",)
    assert shown(here.play(name)) == shown(there.play(name))
    assert len(replays) == before + 1


def test_a_move_made_at_a_terminal_during_the_quarter_is_noticed_and_judging_goes_on(
    desk, home, at_the_terminal
):
    name = played(desk, until=DRAFT)
    with Home(home) as terminal:
        play = plays.resume(terminal, name, find=load_case)
        for move in MOVES[DRAFT:REVIEW]:
            play = plays.send(terminal, play, move, now=NOW)

    assert desk.play(name).episode.state == "review"
    desk.send(name, MOVES[REVIEW], seen=REVIEW)
    assert told(desk.settled(name).episode) == told(at_the_terminal)


def test_a_move_made_on_an_outdated_page_is_refused_and_writes_nothing(open_desk):
    here, there = open_desk(), open_desk()
    name = played(here, until=1)
    there.send(name, MOVES[1], seen=1)
    written = here.home.events()

    with pytest.raises(EpisodeError, match=r"another window\. Nothing was lost"):
        here.send(name, MOVES[3], seen=1)
    with pytest.raises(EpisodeError, match="went on in another window"):
        there.send(name, MOVES[3], seen=1)  # the same window, an older tab

    assert here.home.events() == written
    assert shown(here.play(name)) == shown(there.play(name))
    assert here.send(name, MOVES[2], seen=2).written == 3


def test_of_two_clicks_on_one_button_one_counts(desk):
    name, start = played(desk, until=1), Barrier(2)

    def click(_: int) -> str:
        start.wait()
        try:
            desk.send(name, MOVES[1], seen=1)
        except EpisodeError as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(click, range(2)))

    assert answers[0] == "done"
    assert "went on" in answers[1]
    assert desk.play(name).episode.asked == ("cost",)
    assert len(desk.home.events(name, kind=plays.MOVED)) == 2


def test_an_impossible_move_is_refused_and_writes_nothing(desk):
    name = played(desk, until=2)
    before, written = desk.play(name), desk.home.events()

    with pytest.raises(PlayerError, match="cannot decide before the objective"):
        desk.send(name, MOVES[4], seen=2)

    assert desk.home.events() == written
    assert desk.play(name) is before


def test_a_play_that_is_not_there_and_a_play_whose_case_changed_are_told_apart(open_desk):
    name = played(open_desk(), until=2)
    later = open_desk(find=lambda _: replace(CASE, pack_sha256="0" * 64))

    with pytest.raises(PlayerError, match="no play 'tiny-case-9' in this home"):
        later.play("tiny-case-9")
    with pytest.raises(EpisodeError, match="another version of tiny-case; it is kept"):
        later.play(name)
    with pytest.raises(EpisodeError, match="another version"):
        later.send(name, MOVES[2], seen=2)
    assert len(later.home.events(name, kind=plays.MOVED)) == 2


@pytest.mark.usefixtures("unjudged")
def test_threads_that_ask_for_one_play_at_once_get_equal_plays_from_one_replay(open_desk, replays):
    name = played(open_desk(), until=REVIEW)
    desk, start = open_desk(), Barrier(4)

    def look(_: int) -> dict[str, Any]:
        start.wait()
        return shown(desk.play(name))

    with ThreadPoolExecutor(4) as pool:
        looks = list(pool.map(look, range(4)))

    assert all(look == looks[0] for look in looks)
    assert looks[0]["state"] == "review"
    assert replays == [name]


@pytest.mark.usefixtures("unjudged")
def test_the_play_that_was_looked_at_longest_ago_is_put_away_and_comes_back(
    desk, replays, monkeypatch
):
    monkeypatch.setattr(desks, "OPEN_PLAYS", 2)
    first, second = played(desk, until=DRAFT), played(desk, until=3)
    judging, before = desk.judging(second), shown(desk.play(second))
    assert judging is None  # nothing is sealed there
    desk.play(first)
    third = begun(desk)

    assert [desk.play(first).name, desk.play(third).name] == [first, third]
    assert replays == []
    assert shown(desk.play(second)) == before
    assert replays == [second]
    assert desk.send(second, MOVES[3], seen=3).written == 4


def test_a_play_that_is_put_away_is_judged_no_longer_and_again_when_it_comes_back(
    desk, unjudged, monkeypatch
):
    monkeypatch.setattr(desks, "OPEN_PLAYS", 2)
    name = played(desk, until=DRAFT)
    judging = desk.judging(name)
    begun(desk)
    begun(desk)

    assert judging.stopped
    again = desk.judging(name)
    assert again is not judging
    assert not again.stopped
    soon(lambda: len(unjudged) == 2)


# --- the judgment --------------------------------------------------------------------------------


def test_judging_begins_when_the_forecast_is_sealed_and_once(desk, unjudged):
    name = played(desk, until=FORECAST)
    assert desk.judging(name) is None

    desk.send(name, MOVES[FORECAST], seen=FORECAST)
    soon(lambda: unjudged)
    judging = desk.judging(name)
    for seen in (DRAFT, DRAFT + 1, REVIEW):
        desk.send(name, MOVES[seen], seen=seen)
        assert desk.judging(name) is judging

    assert len(unjudged) == 1


def test_the_verdict_arrives_by_itself_is_the_terminals_and_is_written_down_once(
    desk, open_desk, home, at_the_terminal
):
    name = played(desk)
    assert desk.play(name).episode.findings is None
    assert finished_events(desk, name) == []

    desk.judging(name)
    soon(lambda: desk.play(name).episode.findings)  # nobody waits for it, it is put there
    assert told(desk.play(name).episode) == told(at_the_terminal)

    for _ in range(3):
        desk.judging(name)
        assert desk.settled(name) is desk.play(name)
    assert finished_events(desk, name) == [record.numbers(at_the_terminal)]
    written = keep.file_of(desk.home, name)
    assert written == home / "episodes" / "tiny-case-1.episode.json"
    assert [file.name for file in written.parent.iterdir()] == [written.name]
    seal = check_seal(written.read_bytes())
    assert seal.faults == ()
    assert keep.seal_of(desk.home, desk.play(name), engine="another") == seal.digest
    assert record.compare(load(written.read_bytes()), at_the_terminal) == []

    later = open_desk()  # the program was started again
    assert later.play(name).episode.findings is None
    assert told(later.settled(name).episode) == told(at_the_terminal)
    assert len(finished_events(later, name)) == 1
    assert check_seal(written.read_bytes()) == seal


def test_a_play_that_is_not_over_has_no_verdict_to_wait_for(desk):
    name = played(desk, until=4)

    with pytest.raises(EpisodeError, match="has not reached its debrief; go on with it first"):
        desk.settled(name)


def test_a_judgment_that_is_canceled_stops_and_the_next_look_starts_it_again(
    desk, unjudged, at_the_terminal, monkeypatch
):
    name = played(desk)
    judging = desk.judging(name)
    soon(lambda: unjudged)
    start = time.monotonic()
    desk.cancel(name)
    desk.cancel(name)  # a second click

    assert judging.stopped
    judging._pool.shutdown(wait=True)  # its thread ends
    assert time.monotonic() - start < PATIENCE / 2
    assert desk.play(name).episode.findings is None
    assert finished_events(desk, name) == []

    monkeypatch.setattr(ahead, "assess", judge.assess)
    assert desk.judging(name) is not judging
    assert told(desk.settled(name).episode) == told(at_the_terminal)


def test_who_waits_for_a_verdict_that_is_canceled_is_told_so(desk, unjudged):
    name = played(desk)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(desk.settled, name)
        soon(lambda: unjudged and desk._judging[name]._findings)
        desk.cancel(name)
        with pytest.raises(EpisodeError, match="stopped"):
            waiting.result(timeout=PATIENCE)


@pytest.mark.parametrize("part", ["assess", "fulfill"])
def test_a_judgment_that_fails_says_why_and_can_be_tried_again(
    desk, part, at_the_terminal, monkeypatch
):
    def fails(*_: Any, **__: Any) -> None:
        raise CaseError("tiny-case: no world could be simulated")

    with monkeypatch.context() as broken:
        broken.setattr(ahead, part, fails)
        name = played(desk)
        for _ in range(2):
            with pytest.raises(CaseError, match="no world could be simulated"):
                desk.settled(name)
        assert desk.play(name).episode.findings is None
        assert finished_events(desk, name) == []

    assert told(desk.settled(name).episode) == told(at_the_terminal)
    assert len(finished_events(desk, name)) == 1


def test_a_disk_that_refuses_the_file_takes_no_verdict_away_and_the_next_look_writes_it(
    desk, home
):
    name = played(desk)
    (home / "episodes").write_text("a file where a folder should be")

    found = desk.settled(name)

    assert found.episode.findings is not None
    assert desk.judging(name) is not None
    (home / "episodes").unlink()
    desk.play(name)
    assert check_seal(keep.file_of(desk.home, name).read_bytes()).intact
    assert len(finished_events(desk, name)) == 1


def test_pages_are_answered_while_a_verdict_is_worked_out(desk, monkeypatch):
    go_on = Event()

    def held(*given: Any, **how: Any) -> Any:
        assert go_on.wait(PATIENCE)
        return judge.assess(*given, **how)

    monkeypatch.setattr(ahead, "assess", held)
    name = played(desk)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(desk.settled, name)
        soon(lambda: desk._judging[name]._findings)
        other = played(desk, until=5)

        assert desk.play(name).episode.state == "debrief"
        assert desk.play(other).written == 5
        assert not waiting.done()
        go_on.set()
        assert waiting.result(timeout=PATIENCE).episode.findings is not None


def test_a_desk_that_is_closed_ends_its_judgments_and_lets_go_of_the_home(desk, home, unjudged):
    name = played(desk, until=DRAFT)
    judging = desk.judging(name)
    soon(lambda: unjudged)

    desk.close()

    judging._pool.shutdown(wait=True)
    assert judging.stopped
    assert sorted(file.name for file in home.iterdir()) == ["home.lock", "whennot.sqlite3"]


def test_a_verdict_that_arrives_when_the_desk_was_just_closed_is_worked_out_another_time(
    desk, open_desk, monkeypatch, caplog, at_the_terminal
):
    go_on = Event()

    def finished_too_late(*given: Any, **how: Any) -> Any:
        found = judge.fulfill(*given, **how)
        assert go_on.wait(PATIENCE)
        return found

    monkeypatch.setattr(ahead, "fulfill", finished_too_late)
    name = played(desk)
    judging = desk.judging(name)
    soon(lambda: judging.share == 1)
    desk.close()
    go_on.set()
    judging._pool.shutdown(wait=True)

    assert caplog.records == []  # no callback failed on a closed home
    later = open_desk()
    assert finished_events(later, name) == []
    assert told(later.settled(name).episode) == told(at_the_terminal)

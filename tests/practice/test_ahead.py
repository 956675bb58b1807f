"""How far a verdict is: told as it grows, never less than before, and at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from whennot import advance, load_case
from whennot.episode.episode import Episode
from whennot.episode.judge import fulfill
from whennot.episode.table import Setup
from whennot.errors import CaseError
from whennot.practice import ahead
from whennot.practice.ahead import ASSESSED, Ahead
from whennot.practice.script import read_script

TINY = Path(__file__).parents[1] / "cases" / "tiny-case"
PATIENCE = 60.0
"""Seconds after which something that should have happened will not."""
AT_ONCE = 5.0
"""Seconds that are few beside `PATIENCE`, and many for a thread that has to be woken."""

Begin = Callable[[Episode], Ahead]


@pytest.fixture(scope="session")
def asked() -> Episode:
    """Return a tiny quarter in its debrief, with the judgment asked for."""
    case = load_case(TINY)
    episode = Episode(case, Setup(variant=1))
    for move in read_script(case.texts["watch.toml"], where="watch.toml").moves:
        episode = advance(episode, move, judging=False)
    assert episode.request is not None
    assert episode.request.kind == "judgment"
    return episode


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Return a function that begins a judgment; none outlives the test."""
    started: list[Ahead] = []

    def begun(episode: Episode) -> Ahead:
        found = ahead.begin(episode)
        assert found is not None
        started.append(found)
        return found

    yield begun
    for found in started:
        found.cancel()
        found._pool.shutdown(wait=True)


class Steps:
    """Stands in for the assessment: goes on when it is told to, as far as it is told."""

    def __init__(self) -> None:
        self.shares: list[float] = []
        self.more, self.error = Event(), CaseError("tiny-case: no world could be simulated")
        self.failed = False

    def assess(self, _: Episode, *, progress: Callable[[float], None], **__: Any) -> None:
        end = time.monotonic() + PATIENCE
        while not self.failed and time.monotonic() < end:
            if self.more.wait(0.002):
                self.more.clear()
                for share in self.shares:
                    progress(share)
            progress(0.0)
        time.sleep(0.05)  # whoever waits is woken by the failure, not by the last step
        raise self.error

    def tell(self, *shares: float) -> None:
        self.shares = list(shares)
        self.more.set()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Return the hand on an assessment that goes only as far as the test lets it."""
    found = Steps()
    monkeypatch.setattr(ahead, "assess", found.assess)
    return found


def seconds_of(work: Callable[[], Any]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


def test_the_share_only_rises_passes_many_steps_and_ends_at_all_of_it(asked, begin):
    judging = begin(asked)
    waiting = judging.conclude(asked)
    shares, firsts = [judging.share], []
    while shares[-1] < 1:
        shares.append(judging.wait(beyond=shares[-1], seconds=PATIENCE))
        firsts.append((shares[-1], judging.first))
        assert shares[-1] > shares[-2]

    assert shares[-1] == 1.0
    assert len(shares) >= 12
    assert sum(share < ASSESSED for share in shares) >= 8  # most of the waiting is told
    assert any(ASSESSED <= share < 1 for share in shares)
    early = [first for share, first in firsts if share < ASSESSED and first is not None]
    assert early, "there was no number to read before the assessment was done"
    final = waiting.result(timeout=PATIENCE).quality
    assert early[0].worlds < final.worlds
    assert not early[0].final
    assert judging.first == final
    assert not judging.stopped


def test_what_is_judged_in_a_thread_is_what_is_judged_in_place(asked, begin):
    judging = begin(asked)
    assessment = judging.result()
    found = judging.conclude(asked).result(timeout=PATIENCE)
    in_place = fulfill(asked)

    assert assessment is found.assessment
    assert found.quality == in_place.quality
    assert found.luck == in_place.luck
    assert found.alternatives == in_place.alternatives
    assert (found.assessment.judged.usd == in_place.assessment.judged.usd).all()


def test_a_share_that_would_fall_back_is_not_shown(asked, begin, steps):
    judging = begin(asked)
    steps.tell(0.2, 0.8, 0.1)

    assert judging.wait(beyond=0.5, seconds=PATIENCE) == pytest.approx(0.8 * ASSESSED)
    steps.tell(0.4)
    assert judging.wait(beyond=0.6, seconds=0.05) == pytest.approx(0.8 * ASSESSED)


def test_waiting_ends_at_once_when_it_is_further_already(asked, begin, steps):
    judging = begin(asked)
    steps.tell(0.4)
    judging.wait(beyond=0.0, seconds=PATIENCE)

    assert seconds_of(lambda: judging.wait(beyond=0.1, seconds=PATIENCE)) < AT_ONCE


def test_waiting_ends_at_once_when_there_is_progress(asked, begin, steps):
    judging = begin(asked)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(judging.wait, beyond=0.0, seconds=PATIENCE)
        time.sleep(0.05)
        assert not waiting.done()
        steps.tell(0.4)

        assert waiting.result(timeout=AT_ONCE) == pytest.approx(0.4 * ASSESSED)


@pytest.mark.usefixtures("steps")
def test_waiting_ends_at_its_timeout_when_there_is_no_progress(asked, begin):
    judging = begin(asked)

    took = seconds_of(lambda: judging.wait(beyond=0.0, seconds=0.2))

    assert 0.19 <= took < AT_ONCE
    assert judging.share == 0.0


@pytest.mark.parametrize("how", ["canceled", "failed"])
def test_waiting_ends_at_once_when_nothing_more_will_come(asked, begin, steps, how):
    judging = begin(asked)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(judging.wait, beyond=0.0, seconds=PATIENCE)
        time.sleep(0.05)
        assert not judging.stopped
        if how == "canceled":
            judging.cancel()
        else:
            steps.failed = True

        assert waiting.result(timeout=AT_ONCE) == 0.0
    assert judging.stopped
    assert judging.result() is None


def test_a_judgment_is_concluded_once_however_often_it_is_asked_for(asked, begin, steps):
    judging = begin(asked)
    first = judging.conclude(asked)

    assert judging.conclude(asked) is first
    steps.failed = True
    with pytest.raises(CaseError, match="no world could be simulated"):
        first.result(timeout=PATIENCE)
    assert judging.conclude(asked) is first


def test_what_is_canceled_ends_at_its_next_step(asked, begin):
    judging = begin(asked)
    waiting = judging.conclude(asked)
    share = judging.wait(beyond=0.0, seconds=PATIENCE)
    judging.cancel()

    assert waiting.exception(timeout=PATIENCE) is not None
    assert 0 < share < 1
    assert judging.share < ASSESSED


def test_nothing_is_judged_before_the_decision_is_sealed():
    case = load_case(TINY)
    episode = Episode(case, Setup(variant=1))
    for move in read_script(case.texts["watch.toml"], where="watch.toml").moves:
        if move.kind == "forecast":
            break
        assert ahead.begin(episode) is None
        episode = advance(episode, move)

    assert episode.policy is not None
    assert ahead.begin(episode) is None

"""The desk: plays that lie open, for a shell that answers many small requests.

Replaying a play from the log costs a simulated quarter or two; a page must not. The desk keeps the
plays it saw last, looks into the log whether another window went on with one, and lets decisions
be judged in threads of their own.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Any

from whennot.episode.case import Case
from whennot.episode.findings import Findings
from whennot.errors import EpisodeError, WhennotError
from whennot.home import Home
from whennot.practice import ahead, keep, plays
from whennot.practice.ahead import Ahead
from whennot.practice.contest import Contest
from whennot.practice.plays import Play

log = logging.getLogger("whennot")
Changes = tuple[tuple[str, float], ...]

OPEN_PLAYS = 24
"""Plays kept open; one with its quarter and its verdict takes a few megabytes."""
CONTESTS = 8
"""Appeals kept, over all plays."""


class Desk:
    """The open plays of one home.

    Each play has a lock of its own, held while it is replayed or a move is simulated, so that
    one play never waits for another; `_turn` guards the tables and is held for moments only.

    Args:
        home: where they are kept.
        find: gives a case by its name.
        engine: version of whennot, for the files of finished plays.
        clock: tells the time, with a time zone.
    """

    def __init__(
        self,
        home: Home,
        *,
        find: Callable[[str], Case],
        engine: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.home = home
        self._find = find
        self._engine = engine
        self._clock = clock
        self._turn = RLock()
        self._locks: dict[str, RLock] = {}
        self._plays: OrderedDict[str, Play] = OrderedDict()
        self._current: dict[str, int] = {}  # newest event of the log when a play was looked up
        self._judging: dict[str, Ahead] = {}
        self._contests: OrderedDict[tuple[str, Changes], Contest] = OrderedDict()
        self._unkept: set[str] = set()

    def play(self, name: str) -> Play:
        """Return a play as it stands, also when another window went on with it.

        Raises:
            PlayerError: the home has no play of that name.
            EpisodeError: its case has changed since.
        """
        newest = self.home.newest
        with self._turn:
            found = self._plays.get(name)
            current = self._current.get(name) == newest and name not in self._unkept
            if found is not None and current:
                self._plays.move_to_end(name)
                return found
        with self._alone(name):
            found = self._plays.get(name)
            if found is None or found.written != len(self.home.events(name, kind=plays.MOVED)):
                found = plays.resume(self.home, name, find=self._find, judging=False)
                self._forget_judging(name)
            if name in self._unkept and found.episode.findings is not None:
                self._keep(found)
            return self._lay(found, newest=newest)

    def begin(self, case: Case, *, setup: Any, source: str = "") -> Play:
        """Return a new play, written down; its atlas is read while the brief is."""
        begun = plays.begin(self.home, case, setup=setup, now=self._clock(), source=source)
        ahead.prepare(case)
        return self._lay(begun)

    def send(self, name: str, move: Any, *, seen: int) -> Play:
        """Return the play after a move.

        Args:
            name: of the play.
            move: what the player does.
            seen: moves the home held when she made it.

        Raises:
            PlayerError: the move is not possible now; nothing was written.
            EpisodeError: the play went on in another window; nothing was written.
        """
        with self._alone(name):
            before = self.play(name)
            if before.written != seen:
                message = (
                    f"{name} went on in another window. Nothing was lost: this is where it "
                    "stands now."
                )
                raise EpisodeError(message)
            after = plays.send(self.home, before, move, now=self._clock(), judging=False)
            self._lay(after)
            if after.episode.state in {"operating", "review"} and name not in self._judging:
                self.judging(name)
            return after

    def judging(self, name: str, *, again: bool = False) -> Ahead | None:
        """Return the judgment of a play, begun if it was not; None before its decision is sealed.

        In its debrief the findings are put into the play, and into the home, when they are there.

        Args:
            name: of the play.
            again: whether one that went wrong is tried once more; one that was canceled always is.
        """
        with self._alone(name):
            play = self.play(name)
            if play.episode.findings is not None:
                return self._judging.get(name)
            found = self._judging.get(name)
            if found is None or (found.stopped and (again or not found.failed)):
                found = ahead.begin(play.episode)
                if found is None:
                    return None
                self._judging[name] = found
            if play.episode.state == "debrief" and not found.failed:
                waiting = found.conclude(play.episode)
                waiting.add_done_callback(lambda done: self._arrived(name, done))
            return found

    def under_way(self, name: str) -> Ahead | None:
        """Return the judgment of a play as it is, without beginning one."""
        return self._judging.get(name)

    def contest(self, name: str, changes: Mapping[str, float]) -> Contest:
        """Return the appeal of a finished play, begun if it was not.

        One that failed would fail again; it stays, so that its page sees that it did.
        """
        episode = self.settled(name).episode
        key = (name, tuple(sorted(changes.items())))
        with self._turn:
            found = self._contests.get(key)
            if found is None or (found.stopped and not found.failed):
                found = self._contests[key] = Contest(episode, dict(changes))
            self._contests.move_to_end(key)
            while len(self._contests) > CONTESTS:
                self._contests.popitem(last=False)[1].cancel()
            return found

    def drop_contests(self, name: str) -> None:
        """End the appeals of a play that are under way."""
        with self._turn:
            for key in [k for k in self._contests if k[0] == name]:
                self._contests.pop(key).cancel()

    def cancel(self, name: str) -> None:
        """End the judgment of a play, if one is under way."""
        with self._turn:
            found = self._judging.pop(name, None)
        if found is not None:
            found.cancel()

    def close(self) -> None:
        """End what is being judged, and let go of the home."""
        with self._turn:
            for name in [*self._judging, *(key[0] for key in self._contests)]:
                self._forget_judging(name)
            self._plays.clear()  # a verdict that arrives now finds no play to be put into
            self.home.close()

    def settled(self, name: str) -> Play:
        """Return a finished play with its findings, waiting for them.

        Raises:
            EpisodeError: it has not reached its debrief, or its judgment was stopped meanwhile.
            WhennotError: whatever went wrong while it was judged.
        """
        play = self.play(name)
        if play.episode.state != "debrief":
            raise EpisodeError(f"{name} has not reached its debrief; go on with it first")
        if play.episode.findings is None:
            found = self.judging(name, again=True)
            if found is not None:
                self._conclude(name, self._waited_for(found.conclude(play.episode), name))
        return self.play(name)

    @staticmethod
    def _waited_for(waiting: Future[Findings], name: str) -> Findings:
        try:
            return waiting.result()
        except CancelledError:
            message = f"{name}: its judgment was stopped; look at its debrief to start it again"
            raise EpisodeError(message) from None

    def _arrived(self, name: str, done: Future[Findings]) -> None:
        if done.cancelled() or isinstance(done.exception(), CancelledError):
            return
        if (error := done.exception()) is not None:
            log.error("%s could not be judged", name, exc_info=error)
            return
        self._conclude(name, done.result())

    def _conclude(self, name: str, findings: Findings) -> None:
        with self._alone(name):
            play = self._plays.get(name)
            if play is None or play.episode.request is None:
                return
            self._keep(self._lay(replace(play, episode=play.episode.receive(findings))))

    def _keep(self, play: Play) -> None:
        # A full disk must not take the verdict from the screen; the next look tries again.
        self._unkept.add(play.name)
        with suppress(WhennotError):
            keep.keep(self.home, play, engine=self._engine, now=self._clock())
            self._unkept.discard(play.name)

    def _alone(self, name: str) -> RLock:
        with self._turn:
            return self._locks.setdefault(name, RLock())

    def _lay(self, play: Play, *, newest: int | None = None) -> Play:
        with self._turn:
            self._plays[play.name] = play
            self._plays.move_to_end(play.name)
            if newest is None:
                self._current.pop(play.name, None)
            else:
                self._current[play.name] = newest
            while len(self._plays) > OPEN_PLAYS:
                gone, _ = self._plays.popitem(last=False)
                self._forget_judging(gone)
        return play

    def _forget_judging(self, name: str) -> None:
        self.drop_contests(name)
        with self._turn:
            found = self._judging.pop(name, None)
        if found is not None:
            found.cancel()

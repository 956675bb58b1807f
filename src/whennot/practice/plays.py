"""Plays: an episode in the home. Every move is written down before it has an effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from whennot.episode.case import Case
from whennot.episode.episode import Episode
from whennot.episode.judge import advance
from whennot.episode.moves import read_move, write_move
from whennot.episode.table import Flight, Setup
from whennot.errors import EpisodeError, PlayerError
from whennot.home import Event, Home
from whennot.practice.ahead import Ahead
from whennot.practice.script import read_script

BEGUN = "play.begun"
MOVED = "play.moved"
FINISHED = "play.finished"
FULL_AFTER = 2
"""Cases finished before every lever opens."""


@dataclass(frozen=True)
class Play:
    """An episode that the home keeps.

    Attributes:
        name: its name in the log, e.g. ``meeting-summarizer-3``.
        episode: where it stands.
        written: moves the home held when this was read; another window may add some.
    """

    name: str
    episode: Episode
    written: int = 0


@dataclass(frozen=True)
class Kept:
    """What the home knows about a play, without replaying it.

    Attributes:
        name: its name. case: the case's name. setup: what fixed it. finished: whether it ended.
        pack_sha256: which very case it was begun with. moves: how many moves were made.
        numbers: the debrief's numbers, empty until finished.
        forecast: percent by outcome, empty until it is made. last_at: when it last went on.
    """

    name: str
    case: str
    setup: Setup
    pack_sha256: str
    finished: bool
    moves: int
    numbers: Mapping[str, Any]
    forecast: Mapping[str, float]
    last_at: datetime


def begin(home: Home, case: Case, *, setup: Setup, now: datetime, source: str = "") -> Play:
    """Return a new play, written down in the home.

    Args:
        home: where it is kept.
        case: what is played.
        setup: variant and form.
        now: with a time zone.
        source: how to find the case again: its name, or the folder of a pack from outside.
    """
    _ = case.atlas  # a damaged one is told now, not after the quarter
    taken = {t.episode for t in home.episodes()}
    number = 1 + sum(1 for name in taken if name.rsplit("-", 1)[0] == case.name)
    while f"{case.name}-{number}" in taken:
        number += 1
    name = f"{case.name}-{number}"
    payload = {
        "case": case.name,
        "source": source or case.name,
        "version": case.spec.version,
        "pack_sha256": case.pack_sha256,
        "variant": setup.variant,
        "challenge": setup.challenge,
        "flight": setup.flight,
        "replicate": setup.replicate,
    }
    home.append(BEGUN, episode=name, payload=payload, now=now)
    return Play(name, Episode(case, setup))


def send(
    home: Home,
    play: Play,
    move: Any,
    *,
    now: datetime,
    ahead: Ahead | None = None,
    judging: bool = True,
) -> Play:
    """Return the play after a move: checked, written down, then simulated.

    A program that dies while this runs loses at most this move.

    Args:
        home: where it is kept.
        play: as it stands.
        move: what the player does.
        now: with a time zone.
        ahead: the decision's assessment, if it was begun when it was sealed.
        judging: False leaves the debrief's findings to be worked out later.

    Raises:
        PlayerError: the move is not possible now; nothing was written.
        EpisodeError: the play went on in another window; nothing was written.
    """
    play.episode.send(move)
    content = write_move(move)
    if not home.append_after(play.written, MOVED, episode=play.name, payload=content, now=now):
        message = f"{play.name} went on in another window. Nothing was lost; resume it to go on."
        raise EpisodeError(message)
    wanted = judging and ahead is not None and move.kind == "review"
    known = ahead.result() if wanted and ahead is not None else None
    after = advance(play.episode, move, ahead=known, judging=judging)
    return Play(play.name, after, play.written + 1)


def finish(home: Home, play: Play, *, numbers: Mapping[str, Any], now: datetime) -> None:
    """Write down that a play reached its debrief, with the debrief's numbers; once."""
    home.append_after(0, FINISHED, episode=play.name, payload=dict(numbers), now=now)


def kept(home: Home) -> list[Kept]:
    """Return every play of the home, oldest first; the log is read again when it grew."""
    return list(_kept_until(home, home.newest))


@lru_cache(maxsize=4)
def _kept_until(home: Home, newest: int) -> tuple[Kept, ...]:  # noqa: ARG001 - tells logs apart
    events: dict[str, list[Event]] = {}
    for event in home.events():
        if event.episode is not None:
            events.setdefault(event.episode, []).append(event)
    return tuple(_kept(name, of_it) for name, of_it in events.items() if of_it[0].kind == BEGUN)


def _kept(name: str, events: list[Event]) -> Kept:
    begun = events[0].payload
    ended = [e for e in events if e.kind == FINISHED]
    moves = [e.payload for e in events if e.kind == MOVED]
    return Kept(
        name=name,
        case=str(begun["case"]),
        setup=_setup(begun),
        pack_sha256=str(begun["pack_sha256"]),
        finished=bool(ended),
        moves=len(moves),
        numbers=ended[-1].payload if ended else {},
        forecast=next((m["percent"] for m in moves if m.get("kind") == "forecast"), {}),
        last_at=events[-1].at,
    )


def _setup(payload: Mapping[str, Any]) -> Setup:
    return Setup(
        variant=int(payload["variant"]),
        challenge=str(payload["challenge"]),
        flight=payload["flight"],
        replicate=payload["replicate"],
    )


def resume(home: Home, name: str, *, find: Callable[[str], Case], judging: bool = True) -> Play:
    """Return a play as the home left it, by replaying its moves.

    Args:
        home: where it is kept.
        name: the play's name.
        find: gives a case by its name.
        judging: False leaves the debrief's findings to be worked out later.

    Raises:
        PlayerError: the home has no play of that name.
        EpisodeError: the case has changed since, or a move no longer fits.
    """
    events = home.events(name)
    begun = [e for e in events if e.kind == BEGUN]
    if not begun:
        message = f"no play {name!r} in this home"
        raise PlayerError(message)
    payload = begun[0].payload
    case = find(str(payload.get("source") or payload["case"]))
    if payload["pack_sha256"] != case.pack_sha256:
        message = (
            f"{name} was begun with another version of {case.name}; it is kept, but cannot go on. "
            "Start the case again."
        )
        raise EpisodeError(message)
    episode = Episode(case, _setup(payload))
    moves = [e.payload for e in events if e.kind == MOVED]
    for move in moves:
        # Two windows may have written moves that do not fit together: the first one counts.
        with suppress(PlayerError):
            episode = advance(episode, read_move(move), judging=judging)
    return Play(name, episode, len(moves))


def next_variant(home: Home, case: Case) -> int:
    """Return the lowest variant of a case that was not met in this home.

    The one that the case's expert plays is left out: whoever watched has seen it.
    """
    met = {k.setup.variant for k in kept(home) if k.case == case.name and not k.setup.challenge}
    met.add(read_script(case.texts["watch.toml"], where=f"{case.name}/watch.toml").variant or 1)
    variant = 1
    while variant in met:
        variant += 1
    return variant


def next_flight(home: Home, *, scripted: bool = False) -> Flight:
    """Return the form of the next play: the full panel opens after two finished cases.

    Args:
        home: what was played.
        scripted: whether a file of moves is played; those are first flights unless they say so.
    """
    finished = {k.case for k in kept(home) if k.finished}
    return "full" if len(finished) >= FULL_AFTER and not scripted else "first"

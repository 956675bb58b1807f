"""Finished episodes, played once, and the briefs they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from whennot import advance, load_case
from whennot.episode.episode import Episode
from whennot.episode.moves import read_move
from whennot.episode.table import Setup
from whennot.practice.auto import next_move
from whennot.prove.brief import compose
from whennot.prove.parts import Brief, Passage

TINY = Path(__file__).parents[1] / "cases" / "tiny-case"
SEAL = "5ea1" * 16
SILENT: list[dict[str, Any]] = [
    {"kind": "begin"},
    {"kind": "ask", "question": "cost"},
    {"kind": "objective", "objective": {"metric": "time_saved"}},
    {"kind": "decide", "levers": {"option": "big", "framing": "silent", "rollout": 1.0}},
    {"kind": "escalate", "stakeholder": "lead"},
    {"kind": "forecast", "percent": {"trust_drop": 20, "complaint_wave": 20, "none": 60}},
]
"""The moves of somebody who never types a word, up to the forecast."""


def finished(case: Any, *, moves: list[Any] | None = None) -> Episode:
    """Return an episode that reached its debrief: the moves, then the built-in player's."""
    episode = Episode(case, Setup(variant=1))
    for move in moves or ():
        episode = advance(episode, read_move(move))
    while episode.state != "debrief":
        episode = advance(episode, next_move(episode))
    return episode


def brief_of(episode: Episode, **changed: Any) -> Brief:
    """Return the brief of an episode, always from the same day."""
    fixed: dict[str, Any] = {
        "play": "a-play-1",
        "made": date(2026, 11, 23),
        "seal": SEAL,
        "engine": "0.1.0",
    }
    return compose(episode, **(fixed | changed))


@pytest.fixture(scope="session")
def episode() -> Episode:
    """Return a quarter of meeting-summarizer, played by the built-in player."""
    return finished(load_case("meeting-summarizer"))


@pytest.fixture(scope="session")
def brief(episode: Episode) -> Brief:
    """Return the brief of that quarter."""
    return brief_of(episode)


@pytest.fixture(scope="session")
def silent() -> Brief:
    """Return the brief of somebody who decided, but typed nothing."""
    review = {"kind": "review", "cause": "none", "guess_percent": 60}
    episode = Episode(load_case(TINY), Setup(variant=1))
    for move in SILENT:
        episode = advance(episode, read_move(move))
    while episode.state == "operating":
        episode = advance(episode, read_move({"kind": "operate", "action": "hold"}))
    return brief_of(advance(episode, read_move(review)))


@pytest.fixture
def typed(brief: Brief) -> Callable[[str], Brief]:
    """Return a way to put one text into every place of the brief that a person may fill."""

    def everywhere(text: str) -> Brief:
        def filled(passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
            return tuple(replace(p, text=text, kind="words") for p in passages)

        return replace(
            brief,
            author=text,
            best=filled(brief.best),
            decision=filled(brief.decision),
            number=replace(brief.number, passages=filled(brief.number.passages)),
            hurt=filled(brief.hurt),
            watch=filled(brief.watch),
            wrong=filled(brief.wrong),
            belief=filled(brief.belief),
            happened=replace(
                brief.happened, marks=tuple(replace(m, why=text) for m in brief.happened.marks)
            ),
        )

    return everywhere

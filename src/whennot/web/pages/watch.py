"""An expert's run as a page: each move, its reason, and what it brought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from whennot.charts import Chart
from whennot.episode.case import Case
from whennot.episode.debrief import quarter_of
from whennot.episode.episode import Episode
from whennot.episode.judge import advance
from whennot.episode.move_words import move_words
from whennot.episode.stops import CurrentStop
from whennot.episode.table import Setup
from whennot.practice.script import read_script
from whennot.web.pages.figures import figure, quarter
from whennot.web.pages.rooms import Line, Source, sources

WATCH = "watch-"
"""What the address of a chart starts with that belongs to an expert's run."""


@dataclass(frozen=True)
class Shown:
    """One move of the run.

    Attributes:
        number: counted from 1. stop: the event it answers, if any. why: the reason, Markdown.
        words: what is done. answer: to a question. lines: what somebody said.
    """

    number: int
    stop: CurrentStop | None
    why: str
    words: str
    answer: str
    lines: tuple[Line, ...]


@lru_cache(maxsize=16)
def _run(case: Case) -> tuple[Episode, tuple[Shown, ...]]:
    script = read_script(case.texts["watch.toml"], where=f"{case.name}/watch.toml")
    episode = Episode(case, Setup(variant=script.variant or 1))
    shown = []
    for number, (move, why) in enumerate(zip(script.moves, script.comments, strict=True), 1):
        before, words = episode.stop, move_words(episode, move)
        episode = advance(episode, move, judging=False)
        brought = next(_brought(episode, move), None)
        answer = brought.answer if brought else ""
        lines = brought.lines if brought else ()
        shown.append(Shown(number, before, why, words, answer, lines))
    return episode, tuple(shown)


@lru_cache(maxsize=16)
def _quarter(case: Case) -> Chart:
    return quarter(_run(case)[0])


def _brought(episode: Episode, move: Any) -> Iterator[Source]:
    value = {"ask": "question", "listen": "stakeholder"}.get(move.kind)
    if value is not None:
        name = getattr(move, value)
        yield from (s for s in sources(episode) if s.value == f"{move.kind}:{name}")


def watched(case: Case) -> dict[str, Any]:
    """Return what the page of a run shows."""
    episode, shown = _run(case)
    chart = _quarter(case)
    return {
        "case": case,
        "spec": case.spec,
        "episode": episode,
        "shown": shown,
        "quarter": quarter_of(episode),
        "figure": figure(f"{WATCH}{case.name}", chart),
    }


def watch_chart(case: Case, name: str) -> Chart | None:
    """Return a chart of a run; None where there is none of that name."""
    return _quarter(case) if name == "quarter" else None

"""A scripted first flight that tests change move by move."""

from __future__ import annotations

from typing import Any

from whennot.episode.episode import Episode
from whennot.episode.judge import advance
from whennot.episode.moves import read_move
from whennot.episode.table import Setup

MOVES: list[dict[str, Any]] = [
    {"kind": "begin"},
    {"kind": "ask", "question": "acts"},
    {"kind": "listen", "stakeholder": "vp"},
    {"kind": "objective", "objective": {"metric": "minutes_saved", "worse_off": "attributed"}},
    {
        "kind": "decide",
        "levers": {"option": "big", "framing": "honest", "show_above": 0.7, "rollout": 0.3},
        "trigger": {"signal": "complaint_rate", "threshold": 18, "action": "off"},
        "statements": {
            "why": "Three statements of a summary matter, so nine in ten is seven in ten.",
            "from_fact": "statements",
            "hurt": "attributed",
            "stop_if": "net minutes saved under 1 on day 60: retire",
            "kill_criterion": "minutes",
            "owner": "you",
            "viability": 1.5,
        },
    },
    {
        "kind": "forecast",
        "percent": {"trust_collapse": 10, "silent_errors": 30, "leak": 20, "none": 40},
    },
    {"kind": "operate", "action": "hold"},
    {"kind": "operate", "action": "hold"},
    {"kind": "operate", "action": "hold"},
    {"kind": "review", "cause": "none", "guess_percent": 60},
]


def play(case, *, moves=None, until: int | None = None, setup: Setup | None = None) -> Episode:
    """Return the episode after the moves, up to and without number `until`."""
    episode = Episode(case, setup or Setup(variant=2))
    for move in (moves or MOVES)[:until]:
        episode = advance(episode, read_move(move))
    return episode


def changed(place: int, **fields: Any) -> list[dict[str, Any]]:
    """Return the moves with one of them changed."""
    return [m | fields if i == place else m for i, m in enumerate(MOVES)]

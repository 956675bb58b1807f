"""A browser for tests: signs in by the link, fills in forms, walks a play from room to room."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.test import Client

from whennot.episode.episode import Episode
from whennot.episode.moves import read_move
from whennot.practice import auto
from whennot.practice.plays import Play
from whennot.web.desk import desk
from whennot.web.forms.fields import typed_in as _scale
from whennot.web.forms.trigger import NONE as NO_TRIGGER
from whennot.web.signin import new_token
from whennot.world.policy import trigger_forms

CASE = "meeting-summarizer"
TINY = "tiny-case"
PLAY = f"{CASE}-1"
HERE = "127.0.0.1"
ROOMS = ("brief", "framing", "objective", "decide", "sign-off", "forecast", "operating", "review")
FIRST: list[dict[str, Any]] = [
    {"kind": "begin", "first_words": "Who acts on a summary?"},
    {"kind": "ask", "question": "acts"},
    {"kind": "listen", "stakeholder": "vp"},
    {"kind": "objective", "objective": {"metric": "minutes_saved", "worse_off": "attributed"}},
    {
        "kind": "decide",
        "levers": {"option": "big", "framing": "honest", "show_above": 0.7, "rollout": 1.0},
        "trigger": {"signal": "complaint_rate", "threshold": 18, "action": "off"},
        "statements": {
            "why": "Three statements of a summary matter.",
            "from_fact": "statements",
            "hurt": "attributed",
            "stop_if": "net minutes saved under 1 on day 60: retire",
            "kill_criterion": "minutes",
            "owner": "you",
            "viability": 1.5,
        },
    },
]
STATED = {"trust_collapse": 10, "silent_errors": 30, "leak": 20, "none": 40}
BEFORE = {"brief": 0, "framing": 1, "objective": 3, "decide": 4, "sign-off": 5}
"""Moves made before a room is entered."""


def signed_in(home: Path, **more: Any) -> Client:
    """Return a browser that used the link of a home."""
    client = Client(SERVER_NAME=HERE, raise_request_exception=False, **more)
    assert client.get("/sign-in/", {"token": new_token(home)}).status_code == 302
    return client


def text_of(answer: Any) -> str:
    """Return what a page says, without its tags."""
    body = answer.content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def begin(client: Client, case: str = CASE) -> str:
    """Begin a case and return the play's name."""
    answer: Any = client.post(f"/cases/{case}/play/")
    assert answer.status_code == 302, answer.content
    return str(answer.url).split("/")[2]


def form_of(  # noqa: PLR0911 - one case a kind of move
    name: str, move: Any, episode: Episode
) -> tuple[str, dict[str, str]]:
    """Return where a browser sends a move, and what it sends."""
    here = f"/plays/{name}/"
    match move.kind:
        case "begin":
            return here, {"first_words": move.first_words}
        case "ask":
            return f"{here}ask/", {"what": f"ask:{move.question}"}
        case "listen":
            return f"{here}ask/", {"what": f"listen:{move.stakeholder}"}
        case "objective":
            given = move.objective
            sent = {"metric": given.metric, "worse_off": given.worse_off}
            return f"{here}objective/", sent
        case "decide":
            return f"{here}decide/", decision(episode, move)
        case "trade" | "escalate":
            return here, {"answer": move.kind}
        case "answer":
            return here, {"answer": f"answer:{move.fact}"}
        case "forecast":
            return here, {f"mode_{mode}": f"{percent:g}" for mode, percent in move.percent.items()}
        case "operate":
            return here, {"action": move.action, "why": move.why}
        case _:
            fields = ("cause", "guess_percent", "believed", "would_have_told")
            return here, {name: str(getattr(move, name)) for name in fields}


def decision(episode: Episode, move: Any) -> dict[str, str]:
    """Return a decision as its form sends it."""
    spec, said = episode.case.spec, move.statements
    levers = dict(move.levers)
    chosen = NO_TRIGGER
    if move.trigger is not None:
        chosen = str(1 + list(trigger_forms(spec)).index(move.trigger))
    size, _ = _scale(spec.facts[spec.frontier.fact].unit)
    return {
        **{f"lever_{name}": str(levers[name]) for name in episode.live_levers},
        "trigger": chosen,
        "kill_criterion": said.kill_criterion,
        "viability": f"{size * said.viability:g}",
        "why": said.why,
        "from_fact": said.from_fact,
        "changed_mind": said.changed_mind,
    }


def scripted(episode: Episode) -> dict[str, Any]:
    """Return what the scripted player does next."""
    if episode.state in {"brief", "framing"}:
        return FIRST[len(episode.moves)]
    if episode.state == "committed":
        if episode.refusing:
            return {"kind": "trade", "stakeholder": episode.refusing[0]}
        return {"kind": "forecast", "percent": STATED}
    if episode.state == "operating":
        return {"kind": "operate", "action": "hold", "why": "It holds."}
    return {"kind": "review", "cause": "none", "guess_percent": 60}


def send(client: Client, name: str, move: Mapping[str, Any] | Any) -> Play:
    """Make a move through its page and return the play after it."""
    made = read_move(dict(move)) if isinstance(move, Mapping) else move
    where, sent = form_of(name, made, desk().play(name).episode)
    answer = client.post(where, sent)
    assert answer.status_code == 302, text_of(answer)
    return desk().play(name)


def played(client: Client, name: str) -> None:
    """Let the built-in player play on to the debrief, through the pages."""
    play = desk().play(name)
    while play.episode.state != "debrief":
        play = send(client, name, auto.next_move(play.episode))


def walk(client: Client, *, to: str, case: str = CASE) -> str:
    """Begin a case, play on up to a room, and return the play's name."""
    name = begin(client, case)
    for _ in steps(client, name, to=to):
        pass
    return name


def steps(client: Client, name: str, *, to: str) -> Iterator[Play]:
    """Make the scripted moves up to a room, one after the other."""
    play = desk().play(name)
    while not _is_there(play.episode, to):
        play = send(client, name, scripted(play.episode))
        yield play


def edit_brief(client: Client, name: str, text: str) -> Any:
    """Send another text for a brief, as its page does."""
    page = client.get(f"/plays/{name}/brief/").content.decode()
    found = re.search(r'name="base" value="(\d+)"', page)
    assert found
    return client.post(f"/plays/{name}/brief/", {"text": text, "base": found[1]})


def _is_there(episode: Episode, room: str) -> bool:
    if room in BEFORE:
        return len(episode.moves) >= BEFORE[room]
    if room == "forecast":
        return episode.state == "committed" and not episode.refusing
    return bool(episode.state == room)

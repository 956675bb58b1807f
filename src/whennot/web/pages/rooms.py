"""The rooms of a play: where it stands, what is known, who can be asked, what was sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from whennot.episode.debrief import in_force_words, number, policy_words
from whennot.episode.episode import Episode
from whennot.episode.marks import outcome_words
from whennot.episode.moves import write_move
from whennot.episode.people import reliabilities
from whennot.episode.promises import kill_said, met_on, off_since
from whennot.episode.seal import links_of
from whennot.practice.plays import Play
from whennot.web.pages.dashboard import dashboard

STEPS = ("Brief", "Ask", "Objective", "Decide", "Forecast", "Quarter", "Review", "Debrief")
TENS = 10


@dataclass(frozen=True)
class Step:
    """One station of a play. now: whether the play stands here. done: whether it is past it."""

    title: str
    now: bool
    done: bool


@dataclass(frozen=True)
class Known:
    """A fact as the player knows it.

    Attributes:
        label: what. here: its value, or "not asked". usually: its typical range.
        how: known, said or unknown.
    """

    label: str
    here: str
    usually: str
    how: str


@dataclass(frozen=True)
class Line:
    """Something a stakeholder said, and how often what is said here is right."""

    text: str
    sure: str


@dataclass(frozen=True)
class Source:
    """A question or a stakeholder.

    Attributes:
        name: in the case. value: what a form sends. text: the question, or who it is.
        more: what the person cares about. minutes: what it takes.
        done: whether it was asked. affordable: whether it still fits.
        answer: to a question. lines: what was said.
    """

    name: str
    value: str
    text: str
    more: str
    minutes: int
    done: bool
    affordable: bool
    answer: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Seal:
    """What was sealed.

    Attributes:
        digest: SHA-256 over the moves so far; the same link is in the play's file.
        policy: (lever, value) pairs.
        forecast: (outcome, percent) pairs.
    """

    digest: str
    policy: tuple[tuple[str, str], ...]
    forecast: tuple[tuple[str, float], ...]


def room_of(episode: Episode) -> str:
    """Return the room a play stands in."""
    if episode.state == "committed":
        return "sign-off" if episode.refusing else "forecast"
    return episode.state


def document_of(play: Play, where: str) -> str:
    """Return what a room's form is called among the drafts; rooms that come again are counted."""
    times = {"sign-off": len(play.episode.settled), "operating": len(play.episode.visited)}
    return f"{play.name}/{where}-{times[where]}" if where in times else f"{play.name}/{where}"


def room(play: Play) -> dict[str, Any]:
    """Return what every room of a play shows."""
    episode = play.episode
    spec = episode.case.spec
    facts = list(known(episode))
    return {
        "play": play,
        "episode": episode,
        "case": episode.case,
        "spec": spec,
        "steps": list(steps(episode)),
        "known": facts,
        "known_here": [row for row in facts if row.how != "unknown"],
        "unknown": [row for row in facts if row.how == "unknown"],
        "sources": list(sources(episode)),
        "minutes_spent": spec.minutes - episode.minutes_left,
        "refuser": refuser(episode),
        "stop": episode.stop,
        "stop_who": spec.stakeholders.get(episode.stop.who) if episode.stop else None,
        "board": dashboard(episode),
        "in_force": in_force_words(episode),
        "met_on": met_on(episode, known_on=episode.stop.day) if episode.stop else None,
        "kill_words": kill_said(episode),
        "off_since": off_since(episode),
        "policy": policy_words(episode, episode.policy) if episode.policy else [],
        "settled": list(settled(episode)),
        "defaults": list(defaults(episode)),
    }


def steps(episode: Episode, *, at: str = "") -> Iterator[Step]:
    """Yield the stations, with where the play stands; at: the station of a room within framing."""
    places = {"brief": 0, "framing": 1, "committed": 4, "operating": 5, "review": 6, "debrief": 7}
    place = STEPS.index(at) if at else places[episode.state]
    for i, title in enumerate(STEPS):
        yield Step(title, i == place, i < place)


def known(episode: Episode) -> Iterator[Known]:
    """Yield every fact as the player knows it, known ones first."""
    facts = episode.case.spec.facts
    rows = []
    for name, fact in facts.items():
        heard = [s for s in episode.said if s.fact == name]
        if name in episode.known:
            rows.append(
                Known(fact.label, number(episode.known[name], fact.unit), fact.typical, "known")
            )
        elif heard:
            told = f"{number(heard[-1].value, fact.unit)}"
            rows.append(Known(fact.label, told, fact.typical, "said"))
        else:
            rows.append(Known(fact.label, _("not asked"), fact.typical, "unknown"))
    order = {"known": 0, "said": 1, "unknown": 2}
    yield from sorted(rows, key=lambda row: order[row.how])


def sources(episode: Episode) -> Iterator[Source]:
    """Yield everything that can be asked, with what was told."""
    spec, left = episode.case.spec, episode.minutes_left if episode.asks_left > 0 else 0
    for name, question in spec.questions.items():
        done = name in episode.asked
        answer = episode.answer_to(name) if done else ""
        fits = question.minutes <= left
        yield Source(name, f"ask:{name}", question.text, "", question.minutes, done, fits, answer)
    for name, person in spec.stakeholders.items():
        done = name in episode.heard
        who, cares = (
            f"{person.name}, {person.role}",
            _("Cares about %(what)s.") % {"what": person.cares},
        )
        fits = person.minutes <= left
        lines = tuple(_lines(episode, name)) if done else ()
        yield Source(name, f"listen:{name}", who, cares, person.minutes, done, fits, lines=lines)


def _lines(episode: Episode, who: str) -> Iterator[Line]:
    for said in episode.said:
        if said.stakeholder == who:
            sure = reliabilities(episode.case)[who, said.fact]
            yield Line(said.text, f"{TENS * sure:.2g}")


def refuser(episode: Episode) -> Any:
    """Return the first stakeholder who does not sign, or None."""
    if not episode.refusing:
        return None
    return episode.case.spec.stakeholders[episode.refusing[0]]


def settled(episode: Episode) -> Iterator[tuple[str, str]]:
    """Yield (who, how) of every refusal that was answered."""
    people = episode.case.spec.stakeholders
    how = {
        "traded": _("signs: you agreed to what was asked for"),
        "answered": _("signs: what you found out is the answer"),
        "escalated": _("does not sign; it goes ahead over the refusal"),
    }
    for who, what in episode.settled:
        yield people[who].name, how[what]


def defaults(episode: Episode) -> Iterator[tuple[str, str]]:
    """Yield (lever, value) of the levers that stay as they are in this form."""
    for name, lever in episode.case.spec.levers.items():
        if name not in episode.live_levers:
            yield lever.label, lever.shown(lever.default)


def seal_of(episode: Episode) -> Seal:
    """Return what was sealed with the forecast: everything up to it."""
    kinds = [move.kind for move in episode.moves]
    upto = kinds.index("forecast") + 1
    links = links_of([write_move(move) for move in episode.moves[:upto]])
    policy = tuple(policy_words(episode, episode.policy)) if episode.policy else ()
    stated = tuple((outcome_words(episode.case, n), p) for n, p in episode.forecast)
    return Seal(links[-1], policy, stated)

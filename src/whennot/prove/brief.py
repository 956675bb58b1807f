"""The decision brief: one page that says what was decided, why, and what came of it.

``compose(episode, ...)`` is pure. Texts are plain: whoever lays them out (`markdown`, `pdf`)
escapes them. A passage is drafted from the play, in the player's own words, or a prompt for words
that nobody has written yet; nothing is invented in their place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from whennot.episode.episode import Episode

TYPE = "decision-brief"
NO_AUTHOR = "[your name]"


@dataclass(frozen=True, slots=True)
class Passage:
    """One thought of the page.

    Attributes:
        text: plain text on one line.
        kind: ``drafted`` from the play, in the player's own ``words``, or a ``prompt``.
        lead: a word or two that announce it, or empty.
    """

    text: str
    kind: Literal["drafted", "words", "prompt"] = "drafted"
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One lever and its value, as a reader would say them."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class DecidingNumber:
    """The number that the decision rests on.

    Attributes:
        number: for the eye, e.g. ``35 %``; empty when none was named.
        of: what it counts, e.g. ``of meetings``.
        what: the fact it belongs to.
        passages: how it was known, and where the decision would turn.
    """

    number: str
    of: str
    what: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One thing that could break first.

    Attributes:
        label: what.
        stated: percent the player gave it, or None if it was not on the list.
        simulated: percent of runs of this world in which it came first.
        came: whether it came first in the quarter that happened.
    """

    label: str
    stated: float | None
    simulated: float
    came: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day: an ``action`` of the player, or ``harm``."""

    day: int
    text: str
    kind: Literal["action", "harm"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Quarter:
    """The quarter as a chart and a list.

    Attributes:
        trust: mean trust of active users at the end of each day, in [0, 1].
        launch_trust: before the launch, in [0, 1].
        marks: in order of day.
        passages: what came of it.
    """

    trust: tuple[float, ...]
    launch_trust: float
    marks: tuple[Mark, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Worth:
    """What the decision was worth, on the scale from -1 over 0 (sensible defaults) to 1 (best).

    Attributes:
        share: attainable share of the decision. se: its standard error.
        options: (label, attainable share) of the best policy of each option.
        passages: in words.
    """

    share: float
    se: float
    options: tuple[tuple[str, float], ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the page comes from and what its numbers rest on.

    Attributes:
        play: the play's name. case, case_version, variant, challenge, flight: what was played.
        engine: version of whennot. seal: hash over the whole episode.
        statuses: how many numbers of the case are measured, borrowed, published, assumed, fitted.
        assumed_facts: labels of the facts that are assumed or fitted.
        sentences: the same in words.
    """

    play: str
    case: str
    case_version: int
    variant: int
    challenge: str
    flight: str
    engine: str
    seal: str
    statuses: Mapping[str, int]
    assumed_facts: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """The page, part by part in the order of reading; see `SECTIONS` for their headings."""

    id: str
    title: str
    author: str
    made: date
    situation: tuple[Passage, ...]
    best: tuple[Passage, ...]
    headline: str
    settings: tuple[Setting, ...]
    decision: tuple[Passage, ...]
    number: DecidingNumber
    hurt: tuple[Passage, ...]
    watch: tuple[Passage, ...]
    forecast: tuple[ForecastRow, ...]
    forecast_note: Passage
    happened: Quarter
    worth: Worth
    wrong: tuple[Passage, ...]
    belief: tuple[Passage, ...]
    provenance: Provenance

    @property
    def prompts(self) -> tuple[str, ...]:
        """What is still to be written, in the order of the page."""
        blocks = (
            self.situation, self.best, self.decision, self.number.passages, self.hurt, self.watch,
            self.happened.passages, self.worth.passages, self.wrong, self.belief,
        )  # fmt: skip
        return tuple(p.text for block in blocks for p in block if p.kind == "prompt")


SECTIONS: Mapping[str, str] = {
    "situation": "Situation",
    "best": "What “best” meant",
    "decision": "The decision",
    "number": "The number that decided",
    "hurt": "Who can be hurt, and what makes me stop",
    "watch": "What I would watch",
    "forecast": "What I expected to break first",
    "happened": "What happened",
    "worth": "What the decision was worth",
    "wrong": "What I got wrong",
    "belief": "What I now believe",
    "provenance": "Where this comes from",
}
"""Headings by part."""


def compose(
    episode: Episode, *, play: str, made: date, seal: str, engine: str, author: str = ""
) -> Brief:
    """Return the decision brief of a finished episode.

    Args:
        episode: at its debrief.
        play: name of the play, which the brief links to.
        made: the date it bears.
        seal: hash over the episode's file.
        engine: version of whennot.
        author: name; a placeholder when empty.

    Raises:
        PlayerError: the episode has not reached its debrief.
    """
    from whennot.prove import draft, lessons

    option = draft.setting_words(episode, "option")
    return Brief(
        id=f"{TYPE}-{play}",
        title=f"{episode.case.spec.title}: {option}",
        author=author or NO_AUTHOR,
        made=made,
        situation=draft.situation(episode),
        best=draft.best_meant(episode),
        headline=option,
        settings=draft.settings(episode),
        decision=draft.reasons(episode),
        number=draft.deciding_number(episode),
        hurt=draft.hurt(episode),
        watch=draft.watch(episode),
        forecast=lessons.forecast(episode),
        forecast_note=lessons.forecast_note(),
        happened=lessons.happened(episode),
        worth=lessons.worth(episode),
        wrong=lessons.got_wrong(episode),
        belief=lessons.now_believe(episode),
        provenance=_provenance(episode, play=play, seal=seal, engine=engine),
    )


def _provenance(episode: Episode, *, play: str, seal: str, engine: str) -> Provenance:
    case, setup = episode.case, episode.setup
    numbers = [*case.spec.facts.values(), *case.spec.parameters.values()]
    statuses = Counter(number.status for number in numbers)
    assumed = tuple(f.label for f in case.spec.facts.values() if f.open_to_appeal)
    code = f", challenge code {setup.challenge}" if setup.challenge else ""
    counted = ", ".join(f"{n} {status}" for status, n in statuses.most_common())
    sentences = [
        f"Simulated: {case.spec.company} and its people are made up, and nobody was affected.",
        f"Case {case.name}, version {case.spec.version}, variant {setup.variant}{code}, "
        f"{'first flight' if setup.flight == 'first' else 'full panel'}; whennot {engine}.",
        "Decision quality is measured in the known world: every fact known, no hindsight on luck.",
        f"Of the case's {len(numbers)} numbers: {counted}.",
    ]
    if assumed:
        sentences.append(f"Assumed facts, open to appeal: {'; '.join(assumed)}.")
    sentences.append(f"Seal {seal[:16]}: nothing changed since; not proof of a first attempt.")
    return Provenance(
        play=play,
        case=case.name,
        case_version=case.spec.version,
        variant=setup.variant,
        challenge=setup.challenge,
        flight=setup.flight,
        engine=engine,
        seal=seal,
        statuses=dict(statuses),
        assumed_facts=assumed,
        sentences=tuple(sentences),
    )

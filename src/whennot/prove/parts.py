"""What is on the page of a decision brief, part by part.

Texts are plain: whoever lays them out (`markdown`, `pdf`) escapes them. A passage is drafted from
the play, in the player's own words, or a prompt for words that nobody has written yet; nothing is
invented in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

TYPE = "decision-brief"
NO_AUTHOR = "[your name]"
FOUND = "What I found out"
"""Announces every answer and statement of a play; on a full page it gives way late."""


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
        usual: the range a newcomer is told.
        passages: how it was known, and where the decision would turn.
    """

    number: str
    of: str
    what: str
    usual: str
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
class Line:
    """A daily series for the eye: its label, its unit (shares as percent), a value a day."""

    label: str
    unit: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Quarter:
    """The quarter as charts and a list.

    Attributes:
        lines: the one or two series the case is about.
        marks: in order of day.
        passages: what came of it.
    """

    lines: tuple[Line, ...]
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

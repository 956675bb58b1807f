"""Decision hygiene: how a decision was made and written, thirteen items marked 0 to 4.

Theory of operation. `Written` holds plain statements and nothing else: no lever value, no
trigger, no option, no sign-off, nothing that happened afterwards. Two people who write the same
and choose differently therefore get the same bytes; what the choice was worth is another score.

A program caps for what is missing. Prose alone earns at most 1: a list of words cannot tell a rule
from a heap of keywords with a number in it. 4 needs a link between two moves that it can check:
the fact was asked for *and* heard (H6), the fact that flips the choice was found out and is the
reason (H9). Items that a form never asks about are not applicable, not 0.

Source:
    The items put into checkable form: pre-mortems (Klein 2007), kill criteria (Duke, *Quit*),
    outside view and separate assessments (Kahneman, Lovallo and Sibony). The anchors are ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from whennot.score import wording

ITEMS = {
    "H1": "The decision is stated",
    "H2": "Objective, and who loses",
    "H3": "Real alternatives",
    "H4": "Outside view",
    "H5": "Separate assessments",
    "H6": "The fact it rests on",
    "H7": "Uncertainty in numbers",
    "H8": "What breaks first",
    "H9": "What would flip the choice",
    "H10": "Way back and cost of delay",
    "H11": "Stop rule",
    "H12": "Who can be hurt",
    "H13": "Change of mind",
}
GATES = ("H2", "H11", "H12")
"""Items that cap the band when they are 0: no objective, no way to stop, nobody hurt."""
BANDS = ((75, "strong"), (50, "solid"), (25, "developing"), (0, "starting"))
"""Lowest score of each band; ours."""
TOP = 4
LONGEST_TARGET = 30
"""Words in a sentence that is still a target and not a heap of keywords; ours."""
Source = Literal["asked", "told", "heard", ""]
"""How a fact was known when deciding: by a question, from the brief, from somebody's mouth."""


@dataclass(frozen=True)
class Written:
    """What somebody stated about a decision, in plain words and numbers; empty when left out.

    Attributes:
        owner: who answers for it. owner_known: whether that is a person of this decision.
        metric, unit, baseline, target, guardrail: the objective as written.
        worse_off: who pays for it.
        from_fact: the fact the reason rests on. from_source: how it was known.
        from_checked: whether a question and somebody's word on it were both heard.
        why: the reason in free words; only its presence is read.
        hurt: who can be hurt. stop_if: when to stop, in free words.
        kill_criterion: when to stop, picked from what is measured here.
        viability: the number from which on AI is worth it. viability_of: of which variable.
        viability_known: whether that variable was found out before deciding.
        viability_printed: whether it is the number printed beside the question.
        percent: forecast by what may break first. nothing: its outcome "nothing breaks".
        changed_mind: what moved the writer.
        unasked: items that the form never asks for, with the reason.
    """

    owner: str = ""
    owner_known: bool = False
    metric: str = ""
    unit: str = ""
    baseline: str = ""
    target: str = ""
    guardrail: str = ""
    worse_off: str = ""
    from_fact: str = ""
    from_source: Source = ""
    from_checked: bool = False
    why: str = ""
    hurt: str = ""
    stop_if: str = ""
    kill_criterion: str = ""
    viability: float | None = None
    viability_of: str = ""
    viability_known: bool = False
    viability_printed: bool = False
    percent: Mapping[str, float] = field(default_factory=dict)
    nothing: str = "none"
    changed_mind: str = ""
    unasked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """One item: its score from 0 to 4 (None when not applicable) and why."""

    code: str
    title: str
    score: int | None
    reason: str


@dataclass(frozen=True)
class Hygiene:
    """All thirteen items.

    Attributes:
        items: in order. score: mean of the applicable ones times 25, 0 to 100, or None.
        band: in words; capped at "developing" while a gate is 0. held_by: gates that are 0.
    """

    items: tuple[Item, ...]
    score: float | None
    band: str
    held_by: tuple[str, ...]


def hygiene(written: Written) -> Hygiene:
    """Return the hygiene of what was written; reads nothing else."""
    items = tuple(_item(written, code) for code in ITEMS)
    scores = [item.score for item in items if item.score is not None]
    if not scores:
        return Hygiene(items, None, "not applicable", ())
    score = round(25 * sum(scores) / len(scores), 1)
    held = tuple(item.code for item in items if item.code in GATES and item.score == 0)
    band = next(words for lowest, words in BANDS if score >= lowest)
    if held and band in {"strong", "solid"}:
        band = "developing"
    return Hygiene(items, score, band, held)


def plain(result: Hygiene) -> dict[str, Any]:
    """Return hygiene as plain data, as files hold it."""
    return {
        "score": result.score,
        "band": result.band,
        "held_by": list(result.held_by),
        "items": {i.code: {"score": i.score, "reason": i.reason} for i in result.items},
    }


def as_bytes(result: Hygiene) -> bytes:
    """Return hygiene as bytes: the same statements give the same ones, on any machine."""
    return json.dumps(plain(result), sort_keys=True, ensure_ascii=False).encode()


def _item(written: Written, code: str) -> Item:
    if code in written.unasked:
        return Item(code, ITEMS[code], None, written.unasked[code])
    if code not in _MARKS:
        return Item(code, ITEMS[code], None, "Read by people, not by a program.")
    score, reason = _MARKS[code](written)
    return Item(code, ITEMS[code], score, reason)


def _is_target(text: str) -> bool:
    """Return whether one short sentence holds a number to reach and a day."""
    return any(
        len(s.split()) <= LONGEST_TARGET and wording.names_number(s) and wording.names_day(s)
        for s in re.split(r"(?<=[.;!?])\s+|\n+", text)
    )


def _backed(w: Written) -> bool:
    """Return whether a stop rule with a number and a day was chosen from what is measured here."""
    rule = w.kill_criterion
    relative = re.search(r"\b(?:than|below) today\b", rule)
    return wording.names_day(rule) and (wording.names_number(rule) or bool(relative))


def _decision(w: Written) -> tuple[int, str]:
    if wording.names_nobody(w.owner):
        return 0, "Decided, and nobody answers for it by name."
    if not w.owner_known:
        return 1, "The owner named is nobody in this story."
    if not _is_target(w.target):
        return 2, "Somebody answers for it; no day on which it is looked at again."
    return 3, "Somebody answers for it, to a target with a day. 4 takes a reader."


def _objective(w: Written) -> tuple[int, str]:
    if not w.metric:
        return 0, "No objective."
    loser = not wording.names_nobody(w.worse_off)
    if not (_is_target(w.target) and w.unit and w.baseline):
        lacking = "no target with number and day"
        return (2, f"Metric and who pays, {lacking}.") if loser else (1, f"A metric, {lacking}.")
    if not loser:
        return 2, "Metric, start and target, and nobody named who pays for errors."
    if wording.is_blank(w.guardrail):
        return 2, "Metric, start, target and who pays. For 3: what must not get worse?"
    return 3, "Metric, start, target, what must not get worse, and who pays. 4 takes a reader."


def _evidence(w: Written) -> tuple[int, str]:
    if not w.from_fact:
        return 0, "No fact named that it rests on: an assertion."
    if not w.from_source:
        return 1, f"Rests on a fact nobody told you: {w.from_fact}."
    if w.from_source != "asked":
        whose = "somebody's word" if w.from_source == "heard" else "what the brief says"
        return 2, f"Rests on {whose}, not looked up: {w.from_fact}."
    if wording.is_blank(w.why):
        return 2, f"Names {w.from_fact}, and not what follows from it."
    if not w.from_checked:
        return 3, f"Rests on {w.from_fact}, looked up. For 4: compare it with somebody's word."
    return TOP, f"Rests on {w.from_fact}, looked up and compared with somebody's word."


def _uncertainty(w: Written) -> tuple[int, str]:
    values = list(w.percent.values())
    if not values:
        return 0, "No forecast."
    if max(values) >= 100:
        return 0, "All on one outcome: a claim of certainty, not a forecast."
    if min(values) <= 0:
        return 2, "Percentages, but 0 % says that something cannot happen."
    if max(values) - min(values) < 1:
        return 2, "The same for everything: that you do not know, not what is likely."
    return 3, "A percentage for each outcome, sealed before it ran. 4 takes ranges and a reader."


def _breaks(w: Written) -> tuple[int, str]:
    failures = [p for mode, p in w.percent.items() if mode != w.nothing]
    if not any(failures):
        return 0, "Nothing that could break was given a chance."
    if sum(p > 0 for p in failures) == 1:
        return 1, "Only one thing that could break."
    if max(failures) - min(failures) < 1:
        return 2, "Several things that could break, not ranked."
    if not _backed(w):
        return 2, "Ranked. For 3: a stop rule whose number says how one would notice."
    return 3, "Ranked by how likely each comes first. 4 takes a detector for each and a reader."


def _flips(w: Written) -> tuple[int, str]:
    if w.viability is None:
        return 0, "No number from which on AI is worth it."
    if w.viability_printed:
        return 1, "The number printed beside the question, taken over."
    if not w.viability_known:
        return 2, f"Your own number; not looked up: {w.viability_of}."
    if w.from_fact != w.viability_of:
        return 3, "Your own number, and its value here looked up. For 4: rest the reason on it."
    return TOP, "Your own number, its value here looked up, and the reason rests on it."


def _stop(w: Written) -> tuple[int, str]:
    if wording.is_blank(w.kill_criterion) and wording.is_blank(w.stop_if):
        return 0, "No stop rule."
    if wording.is_blank(w.kill_criterion):
        return 1, "A stop rule in your own words. For more: one that is measured here."
    if not _backed(w):
        return 1, "A stop rule without a number, or without a day."
    if not w.owner_known:
        return 2, "A number and a day, and nobody who acts on it."
    return 3, "A number, a day and somebody who acts. 4 takes a rehearsal and a reader."


def _hurt(w: Written) -> tuple[int, str]:
    answers = [a for a in (w.hurt, w.worse_off) if not wording.is_blank(a)]
    if not answers:
        return 0, "Nobody named."
    if any(wording.names_nobody(a) for a in answers):
        return 0, '"Nobody": somebody always is. Who would complain if this went wrong?'
    who = f"{answers[0][0].upper()}{answers[0][1:]}"
    if wording.is_blank(w.guardrail) or not _backed(w):
        return 1, f"{who}. For 2: a promise of what must hold, and a stop rule behind it."
    return 2, f"{who}; a floor and a stop rule. 3 takes how they agree and object: not asked here."


def _mind(w: Written) -> tuple[int, str]:
    if wording.is_blank(w.changed_mind):
        return 0, "Nothing about a change of mind."
    return 1, "Words about a change of mind; what they are worth takes a reader."


_MARKS: dict[str, Callable[[Written], tuple[int, str]]] = {
    "H1": _decision,
    "H2": _objective,
    "H6": _evidence,
    "H7": _uncertainty,
    "H8": _breaks,
    "H9": _flips,
    "H11": _stop,
    "H12": _hurt,
    "H13": _mind,
}

"""Rules about what is told: enough before the decision, the lesson only after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from whennot.episode.conformance.subject import Fault, Path, Subject
from whennot.world.counters import NAMES

TOLD_BEFORE = (
    "title",
    "questions",
    "stakeholders",
    "levers",
    "triggers",
    "metrics",
    "hurt",
    "kill_criteria",
    "failures",
    "actions",
    "frontier",
)
"""Parts of the case file that are on the screen before the decision is sealed."""

TOLD_AFTER = {"chain"}
"""Their texts that are kept for the debrief."""

ENOUGH_WORDS = 2 / 3
"""Share of a label's words that a line of the brief holds when it speaks of the same thing."""

_RANGE = re.compile(r"\b(to|between|from|or)\b|\d\s*(-|–|\.\.+|…)\s*\d")


def plain(text: str) -> str:
    """Return a text as it is compared: no marks of emphasis, one space between words, no case."""
    return " ".join(re.sub(r"[*_`]", "", text).split()).casefold()


def _blocks(text: str) -> list[str]:
    """Return paragraphs, and rows of tables and entries of lists each for itself."""
    parts = re.split(r"\n\s*\n|\n(?=\s*[|*-])", text)
    return [plain(part) for part in parts]


def ranges(subject: Subject) -> Iterator[Fault]:
    """The brief prints what is typical for every fact; no prior is judged that was not told."""
    if "brief.md" not in subject.texts:
        return
    blocks = _blocks(subject.texts["brief.md"])
    for name, fact in subject.case.spec.facts.items():
        label, typical = plain(fact.label), plain(fact.typical)
        if not any(typical in block or _is_range_of(label, block) for block in blocks):
            yield Fault(
                subject.line(fact.label, file="brief.md"),
                f"the brief prints no range for fact {name}; each fact needs its label and what "
                f"is typical on one line, like: | {fact.label} | {fact.typical} |",
            )


def _is_range_of(label: str, block: str) -> bool:
    """Return whether a block of the brief speaks of a fact and holds a range."""
    words = label.split()
    said = set(re.findall(r"\w+", block))
    enough = sum(word in said for word in words) >= ENOUGH_WORDS * len(words)
    return enough and bool(_RANGE.search(block.replace(label, "")))


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in TOLD_AFTER:
                yield from _texts(inner, (*path, key))
    elif isinstance(value, tuple):
        for i, inner in enumerate(value):
            yield from _texts(inner, (*path, i))
    elif isinstance(value, BaseModel):
        yield from _texts(dict(value), path)


def _told_before(subject: Subject) -> Iterator[tuple[Path, str]]:
    """Yield every text of the case file that a player reads before the decision is sealed."""
    for part in TOLD_BEFORE:
        yield from _texts(getattr(subject.case.spec, part), (part,))


def spoilers(subject: Subject) -> Iterator[Fault]:
    """Nothing told before the decision holds a phrase of the debrief."""
    told = [(path, plain(text)) for path, text in _told_before(subject)]
    brief = subject.texts.get("brief.md", "")
    for phrase in subject.case.spec.spoilers:
        places = [subject.at(*path) for path, text in told if plain(phrase) in text]
        if plain(phrase) in plain(brief):
            lines = [line for line in brief.splitlines() if plain(phrase) in plain(line)]
            # A phrase that runs over the end of a line has no line of its own.
            places.append(subject.line(next(iter(lines), ""), file="brief.md"))
        for where in places:
            yield Fault(
                where,
                f"holds {phrase!r}, which the debrief tells; allowed: any words but the spoilers. "
                "Say it in other words, or choose another spoiler",
            )


def lesson(subject: Subject) -> Iterator[Fault]:
    """The debrief has a lesson, and tells every phrase that was held back."""
    if "debrief.md" not in subject.texts:
        return
    text = plain(subject.texts["debrief.md"])
    where = f"{subject.folder}/debrief.md"
    if not text:
        yield Fault(where, "is empty; say what the case is there to teach")
        return
    for phrase in subject.case.spec.spoilers:
        if plain(phrase) not in text:
            yield Fault(
                where,
                f"never says {phrase!r}; a spoiler is a phrase of the debrief. Say it here or "
                f"take it out of `spoilers` ({subject.at('spoilers')})",
            )


def _filled(text: str, names: dict[str, Any]) -> str:
    """Return what is wrong with a text that has numbers to fill in, or nothing."""
    try:
        text.format(**names)
    except KeyError as error:
        return f"asks for {{{error.args[0]}}}"
    except (AttributeError, IndexError, ValueError, TypeError) as error:
        return f"cannot be filled in ({error})"
    return ""


def _chain_names(subject: Subject) -> dict[str, Any]:
    """Return what the sentence on a lever may hold, with any values."""
    numbers = [*NAMES, *(f"{s}_signal" for s in subject.case.spec.signals), "trust"]
    names: dict[str, Any] = dict.fromkeys(numbers, 0.5)
    names |= {f"{n}_alternative": 0.5 for n in numbers}
    return names | {"yours": "", "alternative": "", "usd": ""}


def templates(subject: Subject) -> Iterator[Fault]:
    """Every text with a number to fill in can be filled in."""
    spec = subject.case.spec
    told: list[tuple[Path, str, dict[str, Any]]] = []
    for name, question in spec.questions.items():
        told.append((("questions", name, "answer"), question.answer, {"value": 0.5}))
    for who, person in spec.stakeholders.items():
        for i, said in enumerate(person.statements):
            path: Path = ("stakeholders", who, "statements", i, "text")
            told.append((path, said.text, {"value": 0.5}))
            if "{value" not in said.text:
                yield Fault(
                    subject.at(*path),
                    "says no number; a statement holds {value}, like {value:.0%}",
                )
    chain = _chain_names(subject)
    told += [(("levers", n, "chain"), lever.chain, chain) for n, lever in spec.levers.items()]
    for path, text, names in told:
        if not text:
            yield Fault(
                subject.at(*path), f"{'.'.join(map(str, path))} is empty; write a sentence"
            )
        elif fault := _filled(text, names):
            yield Fault(
                subject.at(*path),
                f"{'.'.join(map(str, path))} {fault}; allowed: {', '.join(sorted(names))}",
            )

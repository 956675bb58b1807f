"""The first half of a brief: what was known and decided before the quarter ran."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from whennot.episode import moves as m
from whennot.episode.case import Case
from whennot.episode.episode import Episode
from whennot.errors import PlayerError
from whennot.prove.parts import FOUND, DecidingNumber, Passage, Setting
from whennot.prove.wording import (
    PERCENT_UNITS,
    Figure,
    clean,
    count,
    curly,
    figure,
    in_first_person,
    of_the_team,
    plain,
)
from whennot.world.spec import Fact

LONGEST_SITUATION = 90
"""Words; the rest of a case's brief is for playing it."""


def words(typed: str, *, ask: str, lead: str = "") -> Passage:
    """Return what the player typed, or a prompt that asks for it."""
    shown = clean(typed)
    return Passage(shown, "words", lead) if shown else prompt(ask, lead=lead)


def prompt(ask: str, *, lead: str = "") -> Passage:
    """Return a prompt for words nobody has written."""
    return Passage(f"[your words: {ask}]", "prompt", lead)


def lower_first(text: str) -> str:
    """Return a label as it stands inside a sentence; "I" and abbreviations stay."""
    first = text.split(" ", maxsplit=1)[0]
    return text if first == "I" or first[1:] != first[1:].lower() else text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    """Return a text with a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", "”")) else ".")


def situation(episode: Episode) -> tuple[Passage, ...]:
    """Return the situation from the case's brief, and what was asked and heard in framing."""
    told = [Passage(text) for text in _opening(episode.case)]
    found = _found_out(episode)
    return (*told, Passage(found, lead=FOUND)) if found else tuple(told)


def _opening(case: Case) -> list[str]:
    """Return the prose before the case turns to the player: who, what, and the request."""
    chosen: list[str] = []
    for block in case.brief.split("\n\n"):
        text = plain(block)
        is_prose = text[:1] not in {"#", "|", "-", ">", ""} and not text.endswith(":")
        if not is_prose and not chosen:
            continue
        so_far = sum(len(c.split()) for c in chosen)
        turns = text.startswith(("You ", "Usually ", "What "))
        if not is_prose or turns or so_far + len(text.split()) > LONGEST_SITUATION:
            break
        chosen.append(curly(of_the_team(text)))
    return chosen


def _found_out(episode: Episode) -> str:
    """Return every answer and statement with its value, and which questions told nothing."""
    spec = episode.case.spec
    if not episode.asked and not episode.heard:
        return "I decided without asking anybody."
    asked = [spec.questions[q] for q in episode.asked]
    facts = [q.reveals for q in asked if q.reveals]
    found = [_short_fact(spec.facts[f], episode.world.value(f)) for f in dict.fromkeys(facts)]
    for said in episode.said:
        person = spec.stakeholders[said.stakeholder]
        heard = _short_fact(spec.facts[said.fact], said.value)
        found.append(f"{heard} (says {person.name}, {person.role})")
    parts = [sentence(curly("; ".join(found)))] if found else []
    idle = [f"“{curly(q.text)}”" for q in asked if not q.reveals]
    if idle:
        many = f"{_IN_WORDS.get(len(idle), len(idle))} questions"
        which = "One question" if len(idle) == 1 else many
        parts.append(sentence(f"{which} told me nothing that mattered: {' '.join(idle)}"))
    return " ".join(parts)


_IN_WORDS = {2: "Two", 3: "Three", 4: "Four"}


def _short_fact(fact: Fact, value: float) -> str:
    """Return "what: how much", without a unit that the label already names."""
    shown = figure(value, fact.unit)
    thing = _counted(shown)
    of = "" if not thing or thing in fact.label or shown.number[-1:] == "%" else f" {shown.of}"
    if shown.number.startswith("$"):
        of = ""
    return f"{fact.label}: {shown.number}{of}"


def _counted(shown: Figure) -> str:
    """Return the one word that says what a number counts: ``minutes`` of "minutes per call"."""
    return shown.of.split(" per ")[0].split(" ")[0].rstrip(",")


def best_meant(episode: Episode) -> tuple[Passage, ...]:
    """Return the objective, its guardrail and who pays for it."""
    objective, decision = episode.objective, episode.decision
    spec = episode.case.spec
    if objective is None:
        return (prompt("what “best” meant: metric, baseline, target, horizon"),)
    metric = spec.metrics[objective.metric]
    unit = f"as a {metric.unit}" if metric.unit.startswith("share") else f"in {metric.unit}"
    told = f"{metric.label}, {unit}, from {metric.baseline}"
    passages = [
        Passage(curly(sentence(f"{told}; judged after {objective.horizon_days} days"))),
        words(objective.target, ask="the target, with its date", lead="Target"),
        words(objective.guardrail, ask="what must not get worse", lead="Must hold"),
    ]
    if objective.worse_off and (
        decision is None or decision.statements.hurt != objective.worse_off
    ):
        passages.append(Passage(sentence(spec.hurt[objective.worse_off]), lead="Worse off"))
    return tuple(passages)


def setting_words(episode: Episode, lever: str) -> str:
    """Return the value of a lever that was decided, as a player reads it."""
    if episode.policy is None:
        message = f"{episode.case.name}: nothing was decided"
        raise PlayerError(message)
    return curly(episode.case.spec.levers[lever].shown(episode.policy[lever]))


def settings(episode: Episode) -> tuple[Setting, ...]:
    """Return every lever but the option that the player set, or that is not at its default."""
    spec, policy = episode.case.spec, episode.policy
    if policy is None or policy["option"] == "none":
        return ()
    return tuple(
        Setting(curly(in_first_person(lever.label)), curly(lever.shown(policy[name])))
        for name, lever in spec.levers.items()
        if name != "option" and (name in episode.live_levers or policy[name] != lever.default)
    )


def reasons(episode: Episode) -> tuple[Passage, ...]:
    """Return why, and what it took to agree."""
    said = _statements(episode)
    passages = [words(said.why, ask="why this, and not the next best option", lead="Why")]
    if clean(said.changed_mind):
        passages.append(Passage(clean(said.changed_mind), "words", "What changed my mind"))
    for who, how in episode.settled:
        passages.append(Passage(_sign_off(episode, who, how), lead="Sign-off"))
    return tuple(passages)


def _statements(episode: Episode) -> m.Statements:
    return m.Statements() if episode.decision is None else episode.decision.statements


def _sign_off(episode: Episode, who: str, how: str) -> str:
    spec = episode.case.spec
    person = spec.stakeholders[who]
    refused = f"{person.name}, {person.role}, refused to sign."
    move: Any = next(
        x
        for x in episode.moves
        if x.kind in {"trade", "answer", "escalate"} and x.stakeholder == who
    )
    if how == "traded":
        return f"{refused} I gave way on {_given(episode, person.red_line.trade)}."
    if how == "answered":
        return f"{refused} I answered with what I had asked for: {spec.facts[move.fact].label}."
    why = clean(move.why)
    return f"{refused} I went ahead over the refusal, on the record{f': {why}' if why else ''}."


def _given(episode: Episode, trade: Iterable[str]) -> str:
    labels = (lower_first(episode.case.spec.levers[name].label) for name in trade)
    return " and ".join(f"“{in_first_person(label)}”" for label in labels)


def deciding_number(episode: Episode) -> DecidingNumber:
    """Return the number the decision rests on, how it was known, and where it would turn."""
    said = _statements(episode)
    turning = _turning_point(episode, said.viability)
    if not said.from_fact:
        asked = prompt("which number decided, what it was, and how you knew it")
        return DecidingNumber("", "", "", "", (asked, turning))
    fact = episode.case.spec.facts[said.from_fact]
    value, source = _known(episode, said.from_fact)
    passages = (Passage(source, lead="How I knew"), turning)
    if value is None:
        return DecidingNumber("not asked", "", curly(fact.label), _usual(fact), passages)
    shown = figure(value, fact.unit)
    return DecidingNumber(shown.number, shown.of, curly(fact.label), _usual(fact), passages)


def _usual(fact: Fact) -> str:
    """Return the range a newcomer is told, without the remarks behind it."""
    return curly(re.split(r"[;:]|, (?!\d)", fact.typical)[0].strip().rstrip("."))


def _known(episode: Episode, name: str) -> tuple[float | None, str]:
    """Return what the player took a fact to be, and from where; None when from nowhere."""
    spec = episode.case.spec
    for question in episode.asked:
        if spec.questions[question].reveals == name:
            asked, told = spec.questions[question], episode.answer_to(question)
            spent = count(asked.minutes, "minute")
            text = f"I asked ({spent}): “{curly(told)}”"
            return episode.world.value(name), text
    if name in episode.known:
        return episode.world.value(name), "It was in the brief; I did not check it."
    for said in episode.said:
        if said.fact == name:
            person = spec.stakeholders[said.stakeholder]
            return said.value, f"{person.name}, {person.role}, said so; I did not check it."
    return None, "I did not ask; I took it to be as usual."


def _turning_point(episode: Episode, viability: float | None) -> Passage:
    """Return from where on the player holds AI to pay off: an estimate, and told as one."""
    spec = episode.case.spec
    frontier = spec.frontier
    fact = spec.facts[frontier.fact]
    if viability is None:
        where = f"the {frontier.label} {frontier.direction} which AI pays off here"
        return prompt(where, lead="Where it turns")
    labels = [f"“{spec.option_lever.choices[name].label}”" for name in frontier.options]
    point = f"the point {frontier.direction} which {' or '.join(labels)} pays off"
    # Beside the number that decided, its name stands already.
    beside = _statements(episode).from_fact == frontier.fact
    of = "" if beside else f" ({frontier.label})"
    text = f"I put {point} at {_limit(viability, fact.unit)}{of}."
    return Passage(curly(text), lead="Where it turns")


def _limit(value: float, unit: str) -> str:
    """Return a number somebody set, with what it counts: ``2.2 minutes``, ``0.7 %``, ``$3``."""
    shown = figure(value, unit, exact=True)
    thing = "" if unit.startswith((*PERCENT_UNITS, "USD")) else _counted(shown)
    return f"{shown.number} {thing.removesuffix('s') if value == 1 else thing}".strip()


def hurt(episode: Episode) -> tuple[Passage, ...]:
    """Return who can be hurt and what would make the player stop."""
    said, spec = _statements(episode), episode.case.spec
    who = spec.hurt.get(said.hurt, "")
    can = Passage(sentence(who)) if who else prompt("who can be hurt, and how they would find out")
    if _says_the_same(episode):
        return can, _kill_criterion(episode)
    return can, words(said.stop_if, ask="what you would have to see to stop", lead="I stop when")


def watch(episode: Episode) -> tuple[Passage, ...]:
    """Return the trigger with owner, action and time, and the kill criterion if not told yet."""
    told = _trigger(episode)
    return told if _says_the_same(episode) else (*told, _kill_criterion(episode))


def _says_the_same(episode: Episode) -> bool:
    """Return whether what makes the player stop is the kill criterion, word for word."""
    said = _statements(episode)
    return clean(said.stop_if) == clean(
        episode.case.spec.kill_criteria.get(said.kill_criterion, "")
    )


def _kill_criterion(episode: Episode) -> Passage:
    kill = episode.case.spec.kill_criteria.get(_statements(episode).kill_criterion, "")
    if not kill:
        return prompt("a state and a date at which it ends", lead="Kill criterion")
    return Passage(sentence(curly(kill)), lead="Kill criterion")


def _trigger(episode: Episode) -> tuple[Passage, ...]:
    policy, spec = episode.policy, episode.case.spec
    t = policy.trigger if policy else None
    if t is None:
        if policy is not None and policy["option"] == "none":
            return (Passage("None: nothing runs that could be switched off.", lead="Trigger"),)
        ask = "the number that makes you act, its limit, who acts and how fast"
        return Passage("I set none.", lead="Trigger"), prompt(ask)
    signal, action = spec.signals[t.signal], spec.actions[t.action]
    side = "above" if t.comparator == ">" else "below"
    limit = figure(t.threshold, signal.unit, exact=True)
    seen = (
        f"{signal.label} {side} {limit} ({t.window_days}-day mean) for {count(t.for_days, 'day')}"
    )
    text = f"{seen}: {lower_first(action.label)} within {count(t.deadline_days, 'day')}."
    trigger, owner = sentence(curly(text)), clean(_statements(episode).owner)
    if owner == "you":
        return (Passage(f"{trigger} I own it.", lead="Trigger"),)
    return Passage(trigger, lead="Trigger"), words(owner, ask="who acts, by name", lead="Owner")

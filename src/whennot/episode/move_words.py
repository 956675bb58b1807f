"""Moves in words, for plays that nobody types: scripted, built in, or watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whennot.episode.episode import Episode


def move_words(episode: Episode, move: Any) -> str:
    """Return what a move does, as the player would read it.

    Args:
        episode: where it is about to be made.
        move: one of the moves of `whennot.episode.moves`.
    """
    return _WORDS[move.kind](episode, move)


def _because(why: str) -> str:
    return f" Why: {why}" if why else ""


def _objective(episode: Episode, move: Any) -> str:
    said, spec = move.objective, episode.case.spec
    metric = spec.metrics.get(said.metric)
    label = metric.label if metric else said.metric
    hurt = spec.hurt.get(said.worse_off, said.worse_off)
    return f"Best means: {label}, {said.target}. Must hold: {said.guardrail}. Can be hurt: {hurt}."


def _decide(episode: Episode, move: Any) -> str:
    spec = episode.case.spec
    levers = [
        f"{spec.levers[n].label.lower()}: {spec.levers[n].shown(v)}"
        for n, v in move.levers.items()
        if n in spec.levers
    ]
    trigger = "no trigger"
    if move.trigger is not None and move.trigger.signal in spec.signals:
        signal = spec.signals[move.trigger.signal]
        trigger = f"trigger: {signal.label} {move.trigger.comparator} {move.trigger.threshold:g}"
    return f"Decide: {'; '.join([*levers, trigger])}.{_because(move.statements.why)}"


def _forecast(episode: Episode, move: Any) -> str:
    failures = episode.case.spec.failures
    said = [
        f"{failures[m].label if m in failures else 'nothing breaks'} {p:g} %"
        for m, p in move.percent.items()
    ]
    return f"Forecast: {'; '.join(said)}."


def _who(episode: Episode, move: Any) -> str:
    person = episode.case.spec.stakeholders.get(move.stakeholder)
    return person.name if person else str(move.stakeholder)


def _question(episode: Episode, move: Any) -> str:
    question = episode.case.spec.questions.get(move.question)
    return f"Ask: {question.text if question else move.question}"


def _operate(episode: Episode, move: Any) -> str:
    action = episode.case.spec.actions.get(move.action)
    return f"Do: {action.label if action else move.action}.{_because(move.why)}"


def _review(episode: Episode, move: Any) -> str:
    failure = episode.case.spec.failures.get(move.cause)
    cause = failure.label if failure else "nothing"
    return f"Review: what broke first: {cause}; my guess: {move.guess_percent:g} % of the best."


_WORDS: dict[str, Callable[[Episode, Any], str]] = {
    "begin": lambda _, move: f"Begin. {move.first_words}".strip(),
    "ask": _question,
    "listen": lambda episode, move: f"Hear {_who(episode, move)}.",
    "objective": _objective,
    "decide": _decide,
    "trade": lambda episode, move: f"Agree to what {_who(episode, move)} asks for.",
    "answer": lambda episode, move: f"Answer {_who(episode, move)} with what was found out.",
    "escalate": lambda e, move: f"Escalate the refusal of {_who(e, move)}.{_because(move.why)}",
    "forecast": _forecast,
    "operate": _operate,
    "review": _review,
}

"""What happened in an episode, as the rubric takes it: every move counts, lever values too."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from whennot.episode import moves as m
from whennot.episode.case import Case
from whennot.score import wording
from whennot.score.observe import AskedFact, Decided, Forecasted, Seen, SignOff, Stated
from whennot.score.rubric import MoveRef

NOTHING = "none"
"""The outcome "nothing breaks", and the option "build nothing"."""
MODELS = ("simple", "big")
"""Options that are AI."""
PLAYER = ("you", "me", "i")
"""What a player may call herself as owner."""

# Roles and questions are the case author's words, so nobody gains by writing these.
_COUNSEL = re.compile(r"\b(?:counsel|legal|compliance|privacy|data protection)\b", re.IGNORECASE)
_PROVENANCE = re.compile(
    r"\blabel(?:s|ed|ing)?\b|\bprovenance\b|\bannotat\w+|\bground truth\b", re.IGNORECASE
)

Moves = Sequence[Any]
Placed = list[tuple[MoveRef, Any]]


def seen_in(
    case: Case,
    moves: Moves,
    *,
    known: Mapping[str, float],
    simulated: Mapping[str, float] | None,
    flight: str,
) -> Seen:
    """Return what happened, as far as it went.

    Args:
        case: the case that was played.
        moves: of the episode.
        flight: first or full.
        known: facts the player knew for certain when deciding, with their values.
        simulated: how often each outcome of the forecast came first; None if not known.
    """
    placed = [(MoveRef(i, move.kind), move) for i, move in enumerate(moves, start=1)]
    framing = before_deciding(placed)
    counsel = {w for w, p in case.spec.stakeholders.items() if _COUNSEL.search(p.role)}
    heard = [(ref, x.stakeholder) for ref, x in framing if isinstance(x, m.Listen)]
    return Seen(
        objective=_objective(case, placed),
        asked=tuple(
            _asked(case, ref, x.question, counsel) for ref, x in framing if isinstance(x, m.Ask)
        ),
        heard=tuple(ref for ref, _ in heard),
        counsel=bool(counsel),
        counsel_heard=next((ref for ref, who in heard if who in counsel), None),
        decision=_decision(case, placed, known),
        sign_offs=tuple(
            SignOff(ref, x.kind, why=bool(getattr(x, "why", "").strip()))
            for ref, x in placed
            if isinstance(x, m.Trade | m.Answer | m.Escalate)
        ),
        forecast=_forecast(case, placed, simulated, flight=flight),
    )


def before_deciding(placed: Placed) -> Placed:
    """Return the moves of framing."""
    ends = [i for i, (_, move) in enumerate(placed) if isinstance(move, m.Decide)]
    return placed[: ends[-1]] if ends else placed


def owner_known(case: Case, owner: str) -> bool:
    """Return whether an owner is the player or one of the case's people, by id, name or role."""
    people = case.spec.stakeholders.items()
    names = {x.casefold() for who, p in people for x in (who, p.name, p.role)}
    return owner.strip().casefold() in names | set(PLAYER)


def hurt_words(case: Case, name: str) -> str:
    """Return who can be hurt, in words; the answer "nobody" stays one whatever its label says."""
    label = case.spec.hurt.get(name, "")
    if wording.names_nobody(name) and not wording.names_nobody(label):
        return f"nobody: {label}"
    return label


def _last(placed: Placed, kind: type[Any]) -> tuple[MoveRef, Any] | None:
    return next((pair for pair in reversed(placed) if isinstance(pair[1], kind)), None)


def _objective(case: Case, placed: Placed) -> Stated | None:
    found = _last(placed, m.StateObjective)
    if found is None:
        return None
    ref, objective = found[0], found[1].objective
    reveals = {n: q.reveals for n, q in case.spec.questions.items()}
    earlier = [
        r for r, x in placed[: ref.number - 1] if isinstance(x, m.Ask) and reveals.get(x.question)
    ]
    return Stated(
        move=ref,
        target=objective.target,
        guardrail=objective.guardrail,
        worse_off=hurt_words(case, objective.worse_off),
        informed=earlier[0] if earlier else None,
    )


def _asked(case: Case, ref: MoveRef, name: str, counsel: set[str]) -> AskedFact:
    spec = case.spec
    question = spec.questions[name]
    lines = [spec.stakeholders[who].red_line for who in counsel]
    fact = spec.facts.get(question.reveals)
    # The id of a fact joins its words with underscores.
    words = f"{question.text} {question.reveals} {fact.label if fact else ''}".replace("_", " ")
    return AskedFact(
        move=ref,
        fact=question.reveals,
        gold=question.gold,
        provenance=bool(_PROVENANCE.search(words)),
        for_counsel=any(question.reveals in line.answered_by for line in lines),
    )


def _decision(case: Case, placed: Placed, known: Mapping[str, float]) -> Decided | None:
    found = _last(placed, m.Decide)
    if found is None:
        return None
    ref, move = found
    said, frontier = move.statements, case.spec.facts[case.spec.frontier.fact]
    option = str(move.levers.get("option", case.spec.option_lever.default))
    return Decided(
        move=ref,
        from_fact=said.from_fact,
        owner=said.owner,
        owner_known=owner_known(case, said.owner),
        builds=_option_in_the_end(case, placed, option) != NOTHING,
        chose_model=option in MODELS,
        viability=said.viability,
        plausible=said.viability is None or frontier.low <= said.viability <= frontier.high,
        printed=said.viability == frontier.value,
        agrees=_agrees(case, said.viability, known, chose=option in case.spec.frontier.options),
        trigger=move.trigger is not None,
        trigger_acts=_acts(case, move),
        kill_criterion=case.spec.kill_criteria.get(said.kill_criterion, ""),
    )


def _option_in_the_end(case: Case, placed: Placed, option: str) -> str:
    """Return the option after what was traded for a sign-off."""
    for _, move in placed:
        if isinstance(move, m.Trade):
            trade = case.spec.stakeholders[move.stakeholder].red_line.trade
            option = str(trade.get("option", option))
    return option


def _agrees(
    case: Case, viability: float | None, known: Mapping[str, float], *, chose: bool
) -> bool | None:
    """Return whether the choice follows the stated condition at the known value."""
    frontier = case.spec.frontier
    if viability is None or frontier.fact not in known:
        return None
    value = known[frontier.fact]
    worth_it = value > viability if frontier.direction == "above" else value < viability
    return worth_it == chose


def _acts(case: Case, move: m.Decide) -> bool:
    if move.trigger is None:
        return False
    action = case.spec.actions.get(move.trigger.action)
    return action is not None and bool(action.set or action.retires)


def _forecast(
    case: Case, placed: Placed, simulated: Mapping[str, float] | None, *, flight: str
) -> Forecasted | None:
    found = _last(placed, m.Forecast)
    if found is None:
        return None
    ref, move = found
    signals, failures = case.spec.signals, case.spec.failures
    percent = stated_percent(case, move, flight=flight)
    silent = tuple(n for n in percent if n != NOTHING and not signals[failures[n].signal].visible)
    stated = {name: p / 100 for name, p in percent.items()}
    return Forecasted(ref, stated, NOTHING, silent, simulated)


def stated_percent(case: Case, move: m.Forecast, *, flight: str) -> dict[str, float]:
    """Return a forecast over every outcome it was asked for; what was left out got nothing."""
    failures = case.spec.failures
    offered = [n for n, f in failures.items() if f.first_flight or flight != "first"]
    return {n: float(move.percent.get(n, 0)) for n in (*offered, NOTHING)}

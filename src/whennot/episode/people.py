"""What people say in a variant: answers to questions, statements that may be wrong, refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from whennot.episode.case import Case, Stakeholder, Statement
from whennot.episode.moves import Decide
from whennot.world.formula import evaluate
from whennot.world.template import filled
from whennot.world.world import World, quantile, uniform

COUNTED_VARIANTS = 2_000
MOST_WRONG = 2
"""Zero to two statements of a variant are wrong: never a number one could rely on."""


@dataclass(frozen=True)
class Said:
    """One statement as it was made.

    Attributes:
        stakeholder: who said it.
        fact: what about.
        value: the number said, in the fact's unit.
        text: the sentence.
        wrong: whether the true value is another one; shown only in the debrief.
    """

    stakeholder: str
    fact: str
    value: float
    text: str
    wrong: bool


def wrong_statements(case: Case, key: str) -> frozenset[tuple[str, str]]:
    """Return the (stakeholder, fact) pairs whose statements are wrong in a variant.

    Each statement is wrong with one minus its reliability; at most two are, and which two is
    decided by the variant when more would be.
    """
    draws = [
        (uniform(key, "statement", who, said.fact) - said.reliability, (who, said.fact))
        for who, person in case.spec.stakeholders.items()
        for said in person.statements
    ]
    wrong = sorted(((margin, pair) for margin, pair in draws if margin >= 0), reverse=True)
    return frozenset(pair for _, pair in wrong[:MOST_WRONG])


@lru_cache(maxsize=64)
def reliabilities(case: Case) -> Mapping[tuple[str, str], float]:
    """Return how often each (stakeholder, fact) statement is right, the cap on wrong ones kept.

    At most two of a variant's statements are wrong, so each is right a little oftener than its
    own reliability says. Counted over many variants; this is what people are told and judged by.
    """
    counted = Counter(
        pair for i in range(COUNTED_VARIANTS) for pair in wrong_statements(case, f"counted {i}")
    )
    return {
        (who, said.fact): 1 - counted[who, said.fact] / COUNTED_VARIANTS
        for who, person in case.spec.stakeholders.items()
        for said in person.statements
    }


def statements(case: Case, world: World, key: str, stakeholder: str) -> tuple[Said, ...]:
    """Return what a stakeholder says in a variant."""
    wrong = wrong_statements(case, key)
    out = []
    for said in case.spec.stakeholders[stakeholder].statements:
        is_wrong = (stakeholder, said.fact) in wrong
        value = world.value(said.fact)
        text = filled(said.text, value=value)
        if is_wrong:
            value, text = _wrong(case, said, value)
            is_wrong = text != filled(said.text, value=world.value(said.fact))
        out.append(Said(stakeholder, said.fact, value, text, is_wrong))
    return tuple(out)


def _wrong(case: Case, said: Statement, value: float) -> tuple[float, str]:
    """Return a wrong number and its sentence; the true ones where no other sounds different."""
    true = filled(said.text, value=value)
    for place in (said.when_wrong, 1 - said.when_wrong):
        other = quantile(case.spec.facts[said.fact], min(place, 0.999))
        text = filled(said.text, value=other)
        if text != true:
            return other, text
    return value, true


def answer(case: Case, world: World, question: str) -> str:
    """Return the answer to a question in a variant."""
    asked = case.spec.questions[question]
    value = world.value(asked.reveals) if asked.reveals else 0.0
    return filled(asked.answer, value=value)


def refuses(person: Stakeholder, decision: Decide, levers: dict[str, str | float]) -> bool:
    """Return whether a policy crosses a stakeholder's red line."""
    names = dict(levers) | {"trigger": 0 if decision.trigger is None else 1}
    return bool(evaluate(person.red_line.refuses_if, names))

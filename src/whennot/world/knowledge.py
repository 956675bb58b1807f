"""What somebody knows about a case's facts, and the worlds that fit it.

A fact that was revealed is known for certain. A statement is right with its reliability; when it
is wrong it says nothing, so the prior stands. Facts are independent in the prior, and stay so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from whennot.world.ladder import LadderTable
from whennot.world.spec import WorldSpec
from whennot.world.world import World, quantile, strata

SURE = 0.999
"""Reliability that a statement counts with at most: nobody is never wrong."""


@dataclass(frozen=True)
class Hearsay:
    """A statement about a fact: the value said, in its unit, and how often such are right."""

    fact: str
    value: float
    reliability: float


@dataclass(frozen=True)
class Knowledge:
    """Facts known for certain, and what was said about facts.

    Attributes:
        known: (fact, value) pairs. heard: statements; about a known fact they no longer count.
    """

    known: tuple[tuple[str, float], ...] = ()
    heard: tuple[Hearsay, ...] = ()

    @classmethod
    def of(cls, known: Mapping[str, float], heard: tuple[Hearsay, ...] = ()) -> Knowledge:
        """Return the knowledge of these facts and statements; the order of asking is gone."""
        order = sorted(heard, key=lambda h: (h.fact, h.value, h.reliability))
        return cls(tuple(sorted(known.items())), tuple(order))

    def without(self, said: Hearsay) -> Knowledge:
        """Return the same without one statement."""
        return Knowledge(self.known, tuple(h for h in self.heard if h != said))

    def knowing(self, fact: str, value: float) -> Knowledge:
        """Return the same with one more fact known."""
        return Knowledge.of(dict(self.known) | {fact: value}, self.heard)

    def belief(self, fact: str) -> tuple[tuple[float, float | None], ...]:
        """Return what is believed of a fact: (probability, value) pairs; value None is the prior.

        Several statements about one fact count by their odds of being right, as if independent.
        """
        known = dict(self.known)
        if fact in known:
            return ((1.0, known[fact]),)
        odds: dict[float, float] = {}
        for said in (h for h in self.heard if h.fact == fact):
            sure = min(said.reliability, SURE)
            odds[said.value] = odds.get(said.value, 1.0) * sure / (1 - sure)
        total = 1.0 + sum(odds.values())
        return (*((o / total, v) for v, o in odds.items()), (1.0 / total, None))

    @property
    def key(self) -> str:
        """Words that fix the knowledge; draws hash from them."""
        said = [(h.fact, h.value, h.reliability) for h in self.heard]
        return f"{list(self.known)}/{said}"


def posterior_worlds(
    spec: WorldSpec, ladder: LadderTable | None, knowledge: Knowledge, *, count: int, key: str
) -> list[World]:
    """Return worlds that fit the knowledge, by Latin hypercube over what is not known.

    Args:
        spec: the case's world.
        ladder: measured score distributions.
        knowledge: what is known.
        count: how many worlds.
        key: words all draws hash from.
    """
    columns = {
        name: [_at(spec, knowledge, name, u) for u in strata(key, name, count)]
        for name in spec.facts
    }
    return [World(spec, ladder, {n: c[i] for n, c in columns.items()}) for i in range(count)]


def _at(spec: WorldSpec, knowledge: Knowledge, name: str, u: float) -> float:
    """Return the value of a fact at quantile u of what is believed of it."""
    for probability, value in knowledge.belief(name):
        if value is not None and u < probability:
            return value
        if value is None:
            return quantile(spec.facts[name], min(u / probability, 1 - 2**-53))
        u -= probability
    return spec.facts[name].value

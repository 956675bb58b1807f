"""What asking is worth: the value of questions and conversations before any answer is known.

In every world of the atlas the answer would have been another one, and with it the policy that
looks best. Asking is worth what those policies earn more than the one taken without asking. Each
world is judged by an expansion that was fitted without it, so nothing is worth asking by chance.

Source: expected value of (partial) perfect information, Howard 1966; of statements, its sample
form (EVSI), Raiffa and Schlaifer 1961.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whennot.world.atlas import Atlas
from whennot.world.expansion import Basis, Expansion
from whennot.world.knowledge import Hearsay, Knowledge
from whennot.world.policy import Policy
from whennot.world.valuation import side_by_side, values_in
from whennot.world.world import World, quantile, uniform

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FRESH_REPLICATE = 100_000
"""First random run of fresh worlds: no atlas has seen it."""
TRIVIAL = 1e-9
"""Share of the best set's worth below which one more source adds nothing."""


@dataclass(frozen=True)
class Saying:
    """A statement somebody would make: about which fact, how reliable, and its wrong quantile."""

    fact: str
    reliability: float
    when_wrong: float


@dataclass(frozen=True)
class Source:
    """Something that can be asked: a question reveals facts, a conversation brings statements."""

    name: str
    minutes: int
    reveals: tuple[str, ...] = ()
    says: tuple[Saying, ...] = ()


@dataclass(frozen=True)
class Budget:
    """What may be spent on asking: minutes, and how many sources."""

    minutes: int
    sources: int

    def affords(self, chosen: Sequence[Source]) -> bool:
        """Return whether these can all be asked."""
        return sum(s.minutes for s in chosen) <= self.minutes and len(chosen) <= self.sources


@dataclass(frozen=True)
class Worth:
    """What some sources are worth together, before any answer.

    Attributes:
        usd: mean gain a quarter on worlds that were held out. se: its standard error.
    """

    usd: float
    se: float


@dataclass(frozen=True)
class Information:
    """What was asked against what could have been.

    Attributes:
        asked: worth of what was asked. best: worth of the best affordable set.
        missing_usd: the difference, at least 0; missing_se: its standard error.
        best_names: that set. each: worth of every source alone.
    """

    asked: Worth
    best: Worth
    missing_usd: float
    missing_se: float
    best_names: tuple[str, ...]
    each: Mapping[str, Worth]


class Inquiry:
    """An atlas being asked what asking is worth.

    Args:
        atlas: of the case.
        sources: everything that can be asked.
        told: facts that the brief tells; everybody knows them.
        among: policies that may be taken; by default all.
    """

    def __init__(
        self,
        atlas: Atlas,
        sources: Sequence[Source],
        *,
        told: Sequence[str] = (),
        among: Bools | None = None,
    ) -> None:
        self._atlas = atlas
        self._sources = {s.name: s for s in sources}
        self._told = frozenset(told)
        self._among = np.ones(len(atlas.policies), bool) if among is None else among
        self._names = list(atlas.spec.facts)
        self._said = {
            (source.name, said.fact): self._sayings(source.name, said)
            for source in sources
            for said in source.says
        }
        # The expansion's own word on every world, for the search; the worth is held out.
        self._modeled = atlas.differences.at(atlas.facts)
        self._gains: dict[frozenset[str], Floats] = {}
        self._best: dict[Budget, tuple[str, ...]] = {}

    def _sayings(self, who: str, said: Saying) -> Floats:
        """Return what would be said in each world: the truth, or the wrong value, shape (W,)."""
        fact = self._atlas.spec.facts[said.fact]
        truth = self._atlas.facts[:, self._names.index(said.fact)]
        wrong = quantile(fact, min(said.when_wrong, 0.999))
        draws = np.array([uniform("inquiry", who, said.fact, i) for i in range(len(truth))])
        return np.where(draws < said.reliability, truth, wrong)

    def worth(self, chosen: Sequence[str]) -> Worth:
        """Return what some sources are worth together, on held-out worlds."""
        gain = self.gains(chosen)
        return Worth(float(gain.mean()), _se(gain))

    def gains(self, chosen: Sequence[str]) -> Floats:
        """Return the gain in each world, judged by what the others taught, shape (W,)."""
        key = frozenset(chosen)
        if key not in self._gains:
            gain = np.zeros(len(self._atlas.facts))
            for rows, expansion in self._atlas.folds:
                informed = self._choice(expansion, rows, key)
                blind = self._choice(expansion, rows, frozenset())
                usd = self._atlas.usd[rows]
                here = np.arange(len(rows))
                gain[rows] = usd[here, informed] - usd[here, blind]
            self._gains[key] = gain
        return self._gains[key]

    def _choice(self, expansion: Expansion, rows: Ints, chosen: frozenset[str]) -> Ints:
        """Return the policy that looks best in each world once these were asked."""
        beliefs = [
            self._belief(basis, name, rows, chosen)
            for basis, name in zip(expansion.bases, expansion.names, strict=True)
        ]
        return expansion.surely(beliefs, len(rows), among=self._among)

    def _belief(
        self, basis: Basis, fact: str, rows: Ints, chosen: frozenset[str]
    ) -> Floats | None:
        sources = [self._sources[c] for c in sorted(chosen)]
        truth = self._atlas.facts[rows, self._names.index(fact)]
        if fact in self._told or any(fact in s.reveals for s in sources):
            return basis(truth)
        heard = [(s.name, x) for s in sources for x in s.says if x.fact == fact]
        if not heard:
            return None
        if len(heard) == 1:
            who, said = heard[0]
            believed = said.reliability * basis(self._said[who, fact][rows])
            believed[:, 0] += 1 - said.reliability
            return believed
        return np.stack([self._several(basis, fact, heard, int(row)) for row in rows])

    def _several(
        self, basis: Basis, fact: str, heard: Sequence[tuple[str, Saying]], row: int
    ) -> Floats:
        """Return the belief after several statements about one fact in one world."""
        said = tuple(
            Hearsay(fact, float(self._said[who, fact][row]), x.reliability) for who, x in heard
        )
        out = np.zeros(basis.degree + 1)
        for probability, value in Knowledge((), said).belief(fact):
            if value is None:
                out[0] += probability
            else:
                out += probability * basis(np.array([value]))[0]
        return out

    def policies(self, facts: Floats, question: str = "") -> list[Policy]:
        """Return the policy one would take in each of some worlds, after one question or none.

        Args:
            facts: value of every fact in each world, shape (n, facts).
            question: name of a source that reveals facts; empty for none.
        """
        reveals = self._sources[question].reveals if question else ()
        open_ = self._told | set(reveals)
        expansion = self._atlas.differences
        beliefs = [
            basis(facts[:, i]) if name in open_ else None
            for i, (basis, name) in enumerate(zip(expansion.bases, expansion.names, strict=True))
        ]
        chosen = expansion.surely(beliefs, len(facts), among=self._among)
        return [self._atlas.policies[i] for i in chosen]

    def _modeled_worth(self, chosen: frozenset[str]) -> float:
        rows = np.arange(len(self._atlas.facts))
        informed = self._choice(self._atlas.differences, rows, chosen)
        return float(self._modeled[rows, informed].mean())

    def best_set(self, budget: Budget) -> tuple[str, ...]:
        """Return the sources most worth asking together: greedy, then improved by exchanges."""
        if budget not in self._best:
            self._best[budget] = self._search(budget)
        return self._best[budget]

    def _search(self, budget: Budget) -> tuple[str, ...]:
        starts = [self._greedy(budget, per_minute=p) for p in (False, True)]
        found = max(starts, key=lambda names: self._modeled_worth(frozenset(names)))
        return self._exchanged(found, budget)

    def _greedy(self, budget: Budget, *, per_minute: bool) -> tuple[str, ...]:
        chosen: tuple[str, ...] = ()
        reached = base = self._modeled_worth(frozenset())
        while True:
            gains = {
                name: (self._modeled_worth(frozenset((*chosen, name))) - reached)
                / (source.minutes if per_minute else 1)
                for name, source in self._sources.items()
                if name not in chosen and self._affords((*chosen, name), budget)
            }
            name = max(gains, key=lambda n: gains[n], default="")
            if not name or gains[name] <= TRIVIAL * (1 + abs(reached - base)):
                return chosen
            chosen = (*chosen, name)
            reached = self._modeled_worth(frozenset(chosen))

    def _exchanged(self, chosen: tuple[str, ...], budget: Budget) -> tuple[str, ...]:
        reached = self._modeled_worth(frozenset(chosen))
        for old in chosen:
            for new in self._sources:
                tried = tuple(new if c == old else c for c in chosen)
                if new in chosen or not self._affords(tried, budget):
                    continue
                worth = self._modeled_worth(frozenset(tried))
                if worth > reached * (1 + TRIVIAL) + TRIVIAL:
                    return self._exchanged(tried, budget)
        return chosen

    def _affords(self, names: Sequence[str], budget: Budget) -> bool:
        return budget.affords([self._sources[n] for n in names])

    def information(self, asked: Sequence[str], budget: Budget) -> Information:
        """Return what was asked against the best that could have been asked."""
        best = self.best_set(budget)
        missing = self.gains(best) - self.gains(asked)
        return Information(
            asked=self.worth(asked),
            best=self.worth(best),
            missing_usd=max(0.0, float(missing.mean())),
            missing_se=_se(missing),
            best_names=best,
            each={name: self.worth([name]) for name in self._sources},
        )


def fresh_worths(
    inquiry: Inquiry,
    worlds: Sequence[World],
    questions: Sequence[str],
    *,
    thin: int = 1,
) -> dict[str, Worth]:
    """Return what each question alone is worth in worlds the atlas was not built from.

    Args:
        inquiry: of the case.
        worlds: fresh ones.
        questions: names of sources that reveal facts.
        thin: simulate one user of so many.
    """
    facts = np.array([[w.value(n) for n in w.spec.facts] for w in worlds])
    blind = inquiry.policies(facts)
    informed = {q: inquiry.policies(facts, q) for q in questions}

    def one(place: int) -> Floats:
        field = [blind[place], *(informed[q][place] for q in questions)]
        each = list(dict.fromkeys(field))
        money = values_in(
            [worlds[place]], each, thin=thin, first_replicate=FRESH_REPLICATE + place
        )[0]
        return np.array([money[each.index(p)] - money[each.index(field[0])] for p in field[1:]])

    gains = np.stack(list(side_by_side(one, len(worlds))))
    return {q: Worth(float(gains[:, i].mean()), _se(gains[:, i])) for i, q in enumerate(questions)}


def _se(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))

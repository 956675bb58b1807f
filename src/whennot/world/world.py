"""One drawn world: a case's facts with values, ready to be compiled."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from whennot.errors import PlayerError
from whennot.world.formula import evaluate
from whennot.world.policy import suggest
from whennot.world.spec import Fact, Number, WorldSpec

if TYPE_CHECKING:
    from whennot.world.ladder import LadderTable

LARGEST = 1e12
"""Largest fact or parameter: beyond it money loses its cents."""
LAUNCH_SEED = 20_26
"""Philox key of all quarters; worlds and replicates differ by counter, not by key."""


def uniform(*words: str | int) -> float:
    """Return a number in [0, 1) fixed by the words: the only randomness outside the kernel."""
    text = "\x1f".join(str(w) for w in words)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big") / 2**56


def _triangular(u: float, low: float, mode: float, high: float) -> float:
    if high == low:
        return low
    cut = (mode - low) / (high - low)
    if u < cut:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mode))


def _choice(u: float, fact: Fact) -> float:
    weights = fact.weights or (1.0,) * len(fact.choices)
    reached = 0.0
    for value, weight in zip(fact.choices, weights, strict=True):
        reached += weight / sum(weights)
        if u < reached:
            return value
    return fact.choices[-1]


def quantile(fact: Fact, u: float) -> float:
    """Return the value of a fact at quantile u of its prior, u in [0, 1)."""
    if fact.prior == "choices":
        return _choice(u, fact)
    if fact.prior == "uniform":
        return fact.low + u * (fact.high - fact.low)
    if fact.prior == "log-uniform":
        return float(fact.low * (fact.high / fact.low) ** u)
    return _triangular(u, fact.low, fact.value, fact.high)


@dataclass(frozen=True)
class World:
    """A case's world with every fact and parameter at one value.

    Attributes:
        spec: what the case declares.
        ladder: measured score distributions of the options, or None.
        values: facts and parameters that differ from the declared value.
    """

    spec: WorldSpec
    ladder: LadderTable | None = None
    values: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = [n for n in self.values if n not in self.spec.facts | self.spec.parameters]
        if unknown:
            known = self.spec.facts | self.spec.parameters
            message = f"no fact or parameter {unknown[0]!r}. {suggest(unknown[0], known)}"
            raise PlayerError(message)
        for name, value in self.values.items():
            if not (math.isfinite(value) and abs(value) <= LARGEST):
                message = f"{name}: {value:g} is not a number up to {LARGEST:g}"
                raise PlayerError(message)
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def value(self, name: str) -> float:
        """Return the value of a fact or parameter in this world."""
        declared: Number = self.spec.facts.get(name) or self.spec.parameters[name]
        return float(self.values.get(name, declared.value))

    def changed(self, **values: float) -> World:
        """Return the world with some facts or parameters moved."""
        return World(self.spec, self.ladder, dict(self.values) | values)

    def names(self) -> dict[str, Any]:
        """Return what formulas may read: facts, parameters, derived numbers, users, days."""
        return dict(self._names)

    @cached_property
    def _names(self) -> dict[str, Any]:
        # A world never changes, and a verdict asks for its names in every formula of 64 worlds.
        names: dict[str, Any] = {n: self.value(n) for n in self.spec.facts | self.spec.parameters}
        names |= {"users": float(self.spec.users), "days": float(self.spec.days)}
        for name, formula in self.spec.derived.items():
            names[name] = evaluate(formula, names)
        return names

    def describe(self) -> list[dict[str, Any]]:
        """Return every fact and parameter with value, unit, range, status and source.

        ``kernel`` is the value after rounding to Q16 where the number is a probability.
        """
        rows = []
        for kind, table in (("fact", self.spec.facts), ("parameter", self.spec.parameters)):
            for name, number in table.items():
                value = self.value(name)
                row = {"name": name, "kind": kind, "value": value, "unit": number.unit}
                row |= number.model_dump(include={"low", "high", "status", "source", "stands_for"})
                if "probability" in number.unit or "share" in number.unit:
                    row["kernel"] = round(value * 65536) / 65536
                rows.append(row)
        return rows


def drawn_world(spec: WorldSpec, ladder: LadderTable | None, *, key: str) -> World:
    """Return the world fixed by a key, each fact drawn from its prior."""
    values = {n: quantile(f, uniform(key, n)) for n, f in spec.facts.items()}
    return World(spec, ladder, values)


def strata(key: str, name: str, count: int) -> list[float]:
    """Return one number from each of `count` equal parts of [0, 1), shuffled by the key."""
    order = sorted(range(count), key=lambda i: uniform(key, name, "order", i))
    return [(place + uniform(key, name, "within", i)) / count for i, place in enumerate(order)]


def spread_worlds(
    spec: WorldSpec, ladder: LadderTable | None, *, count: int, key: str
) -> list[World]:
    """Return worlds drawn from the prior by Latin hypercube: each fact's strata hit once."""
    columns = {
        name: [quantile(fact, u) for u in strata(key, name, count)]
        for name, fact in spec.facts.items()
    }
    return [World(spec, ladder, {n: c[i] for n, c in columns.items()}) for i in range(count)]

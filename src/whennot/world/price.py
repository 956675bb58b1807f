"""Money: linear in counters, in counter x state, and in days; the price list says who pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.errors import CaseError
from whennot.world.counters import COUNTERS, INDEX
from whennot.world.counters import NAMES as BASE
from whennot.world.formula import evaluate
from whennot.world.spec import WorldSpec
from whennot.world.world import World

PAYERS = ("business", "user", "third party")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PriceList:
    """What each line of the ledger is worth in each setting; n settings, L lines.

    Attributes:
        lines: (label, who, per) of each line; per is a counter, ``day`` or ``quarter``.
        usd: value of one counted thing, shape (n, L).
        counter: column of the counter vector, shape (L,); -1 for days, -2 for the quarter.
    """

    lines: tuple[tuple[str, str, str], ...]
    usd: Floats
    counter: NDArray[np.int64]

    def ledger(self, setting: int, counts: NDArray[Any], *, days: float | NDArray[Any]) -> Floats:
        """Return USD of every line, without the quarter's fixed costs.

        Args:
            setting: whose prices.
            counts: counters summed over ticks and segments, shape (..., K).
            days: days in force, broadcast against counts without its last axis.

        Returns:
            Shape (..., L).
        """
        shape = counts.shape[:-1]
        out = np.zeros((*shape, len(self.lines)))
        for line, column in enumerate(self.counter):
            if column >= 0:
                out[..., line] = counts[..., column] * self.usd[setting, line]
            elif column == -1:
                out[..., line] = np.broadcast_to(days, shape) * self.usd[setting, line]
        return out

    def fixed(self, setting: int) -> Floats:
        """Return USD of every line that is paid once a quarter, shape (L,)."""
        return np.where(self.counter == -2, self.usd[setting], 0.0)

    def weights(self) -> tuple[Floats, Floats, Floats]:
        """Return USD per counter (n, K), per day (n,) and per quarter (n,), all payers added."""
        n = len(self.usd)
        per_count = np.zeros((n, len(COUNTERS)))
        for line, column in enumerate(self.counter):
            if column >= 0:
                per_count[:, column] += self.usd[:, line]
        day = self.usd[:, self.counter == -1].sum(1)
        quarter = self.usd[:, self.counter == -2].sum(1)
        return per_count, day, quarter


def _crossed(spec: WorldSpec) -> list[tuple[str, str]]:
    """Return the (counter, state) products the price list asks for."""
    pairs = [tuple(p.per.split(" x ")) for p in spec.prices if " x " in p.per]
    return sorted({(a.strip(), b.strip()) for a, b in pairs})


def _column(spec: WorldSpec, per: str, crossed: list[tuple[str, str]]) -> tuple[int, float]:
    """Return the counter's place and its unit: counter x state is counted in Q16 of the level."""
    if per in BASE:
        return INDEX[per], 1.0
    if per.startswith("event.") and per[6:] in spec.events:
        return INDEX[f"event_{list(spec.events).index(per[6:])}"], 1.0
    if " x " in per:
        counter, state = (word.strip() for word in per.split(" x "))
        if counter in BASE and state in spec.states:
            return INDEX[f"cross_{crossed.index((counter, state))}"], 1 / 65536
    message = f"price per {per!r}: not a counter, event.<name> or <counter> x <state>"
    raise CaseError(message)


def price_list(
    world: World, names: Mapping[str, Any], n: int
) -> tuple[PriceList, NDArray[np.int64]]:
    """Return the price list of n settings and the counter x state products it needs.

    Raises:
        CaseError: a price per something that is not counted, or too many products.
    """
    spec = world.spec
    crossed = _crossed(spec)
    scale = evaluate(spec.scale, names)
    lines: list[tuple[str, str, str]] = []
    columns: list[int] = []
    usd: list[Any] = []
    for price in spec.prices:
        column, unit = _column(spec, price.per, crossed)
        # An event happens to the product, not to each simulated user, so it is not scaled.
        size = 1.0 if price.per.startswith("event.") else scale
        lines.append((price.label, price.who, price.per))
        columns.append(column)
        usd.append(np.broadcast_to(evaluate(price.usd, names) * unit * size, n))
    for cost in spec.costs:
        lines.append((cost.label, cost.who, cost.each))
        columns.append(-1 if cost.each == "day" else -2)
        usd.append(np.broadcast_to(-np.asarray(evaluate(cost.usd, names), np.float64), n))
    places = list(spec.states)
    cross = np.array([[INDEX[c], places.index(s)] for c, s in crossed], np.int64).reshape(-1, 2)
    table = PriceList(
        tuple(lines), np.stack(usd, 1).astype(np.float64), np.array(columns, np.int64)
    )
    return table, cross

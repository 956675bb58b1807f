"""Where the right option changes: the value of one fact from which AI is worth building here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whennot.world.atlas import Atlas
from whennot.world.knowledge import Knowledge, posterior_worlds
from whennot.world.ladder import LadderTable
from whennot.world.spec import WorldSpec
from whennot.world.valuation import values_in
from whennot.world.world import quantile

Floats = NDArray[np.float64]

STEPS = 101
RESAMPLES = 60
LIKELY = (0.05, 0.95)
BRACKET_WORLDS = 48


@dataclass(frozen=True)
class Curve:
    """What building is worth along the frontier's fact, everything else as known.

    Attributes:
        fact: its name. values: of the fact, rising, shape (n,).
        usd: best building option minus the best of the others at each value, USD, shape (n,).
        crossing: value from which building wins (or stops to); None where one side always wins.
        low, high: between these 90 % of resampled atlases have the crossing; None without one.
        always: whether building wins over the whole range, or nowhere; None where it crosses.
    """

    fact: str
    values: tuple[float, ...]
    usd: tuple[float, ...]
    crossing: float | None
    low: float | None
    high: float | None
    always: bool | None


@dataclass(frozen=True)
class Bracket:
    """An independent look at a crossing: both sides simulated in fresh worlds.

    Attributes:
        below, above: values of the fact on either side of the crossing.
        below_usd, above_usd: building minus the best of the others there, USD; with their standard
            errors.
    """

    below: float
    above: float
    below_usd: float
    below_se: float
    above_usd: float
    above_se: float

    def holds(self, direction: str) -> bool:
        """Return whether each side wins where it should, by more than two standard errors."""
        sign = 1 if direction == "above" else -1
        return (
            sign * self.above_usd > 2 * self.above_se
            and sign * self.below_usd < -2 * self.below_se
        )


def _line(spec: WorldSpec) -> tuple[Floats, Floats]:
    """Return quantiles and values along the frontier's fact."""
    fact = spec.facts[spec.frontier.fact]
    quantiles = (np.arange(STEPS) + 0.5) / STEPS
    return quantiles, np.array([quantile(fact, float(q)) for q in quantiles])


def _builds(atlas: Atlas) -> NDArray[np.bool_]:
    return np.array([p["option"] in atlas.spec.frontier.options for p in atlas.policies])


def curve(atlas: Atlas, knowledge: Knowledge | None = None, *, first_flight: bool = True) -> Curve:
    """Return the frontier given what is known of everything but its fact."""
    spec, name = atlas.spec, atlas.spec.frontier.fact
    known = knowledge or Knowledge()
    known = Knowledge(
        tuple(k for k in known.known if k[0] != name),
        tuple(h for h in known.heard if h.fact != name),
    )
    _, values = _line(spec)
    allowed = atlas.live if first_flight else np.ones(len(atlas.policies), bool)
    expansion = atlas.differences
    beliefs = [None if b is None else np.repeat(b, STEPS, 0) for b in expansion.beliefs(known)]
    place = list(spec.facts).index(name)
    beliefs[place] = expansion.bases[place](values)
    x = expansion.features(beliefs, STEPS)
    builds = _builds(atlas)
    gain = _gain(x @ expansion.coefficients, builds, allowed)
    found = _crossing(values, gain, spec.frontier.direction)
    others = [
        _crossing(values, _gain(x @ c, builds, allowed), spec.frontier.direction)
        for c in _resampled(atlas)
    ]
    at = [c for c in others if c is not None]
    low, high = (
        (float(v) for v in np.quantile(at, LIKELY)) if found is not None and at else (None, None)
    )
    return Curve(
        fact=name,
        values=tuple(float(v) for v in values),
        usd=tuple(float(v) for v in gain),
        crossing=found,
        low=low,
        high=high,
        always=None if found is not None else bool(gain.mean() > 0),
    )


def _gain(usd: Floats, builds: NDArray[np.bool_], allowed: NDArray[np.bool_]) -> Floats:
    best = [np.where(side & allowed, usd, -np.inf).max(1) for side in (builds, ~builds)]
    return np.asarray(best[0] - best[1])


def _crossing(values: Floats, gain: Floats, direction: str) -> float | None:
    """Return where the gain changes sign in the frontier's direction, in between by a line.

    Where it changes more than once, the change that leaves most of the area on the right side.
    """
    sign = 1 if direction == "above" else -1
    g = sign * gain
    turns = np.flatnonzero((g[:-1] < 0) & (g[1:] >= 0))
    if not len(turns):
        return None
    area = np.cumsum(np.r_[0.0, g])
    right = [area[-1] - 2 * area[t + 1] for t in turns]
    t = int(turns[int(np.argmax(right))])
    part = g[t] / (g[t] - g[t + 1])
    return float(values[t] + part * (values[t + 1] - values[t]))


def _resampled(atlas: Atlas) -> Sequence[Floats]:
    """Return coefficients fitted to worlds drawn again from the atlas's own, by a fixed plan."""
    expansion, table = atlas.differences, atlas.usd - atlas.level
    columns = [b(atlas.facts[:, i]) for i, b in enumerate(expansion.bases)]
    x = expansion.features(list(columns), len(table))
    count, fits = len(table), []
    for r in range(RESAMPLES):
        # A multiplicative generator: the same worlds on every machine, with no global chance.
        rows = _again(count, r)
        a = x[rows]
        gram = a.T @ a + 1e-6 * count * np.eye(a.shape[1])
        fits.append(np.asarray(np.linalg.solve(gram, a.T @ table[rows]), np.float64))
    return fits


def _again(count: int, number: int) -> NDArray[np.int64]:
    from whennot.world.draws import philox

    words = philox(
        np.arange(count, dtype=np.uint64), tick=number, replicate=0, stream=9, seed=20_26
    )[0]
    return (words.astype(np.int64) * count) >> 32


def bracket(atlas: Atlas, ladder: LadderTable | None, found: Curve) -> Bracket | None:
    """Return both sides of a crossing, simulated in worlds the atlas was not built from.

    The sides are half-way from the crossing to the ends of the fact's range, in quantiles.
    """
    spec = atlas.spec
    if found.crossing is None:
        return None
    quantiles, values = _line(spec)
    here = float(np.interp(found.crossing, values, quantiles))
    fact = spec.facts[found.fact]
    below, above = quantile(fact, here / 2), quantile(fact, (1 + here) / 2)
    sides = []
    for value in (below, above):
        knowledge = Knowledge.of({found.fact: value})
        usd = atlas.differences.expected(knowledge)
        pair = [
            atlas.policies[int(np.where(side & atlas.live, usd, -np.inf).argmax())]
            for side in (_builds(atlas), ~_builds(atlas))
        ]
        worlds = posterior_worlds(
            spec, ladder, knowledge, count=BRACKET_WORLDS, key=f"bracket {atlas.digest} {value}"
        )
        money = values_in(worlds, pair, first_replicate=5000)
        gap = money[:, 0] - money[:, 1]
        sides.append((float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap)))))
    return Bracket(below, above, *sides[0], *sides[1])

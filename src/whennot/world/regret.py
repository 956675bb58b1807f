"""What every policy was worth in one known world, and how far one of them fell short.

Successive halving on common random numbers: every policy starts with two replicates, a quarter
survives each rung, and the survivors are valued again on fresh replicates, so that no policy is
praised for the luck that made it survive. Policies that differ only in their trigger share the
run up to the day it fires.

Source: rungs of 2, 6 and 18 replicates, a quarter surviving each. Against rungs of 2, 8 and 32
over six worlds of each case: the same best policies and values, tied sets within five of 27, and
11 to 33 times fewer user-ticks than the full grid instead of 8 to 27.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.world.compile import Compiled, compile_settings
from whennot.world.policy import Policy, sensible_defaults, settings, trigger_forms
from whennot.world.simulate import Run, simulate
from whennot.world.valuation import Valuation
from whennot.world.world import LAUNCH_SEED, World

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FIRST_RUNG = 2
ETA = 4
GROWTH = 3
LAST_RUNG = 18
SURVIVORS = 16
EACH_OPTION = 4
"""Policies of every option that survive each rung, so that each is known at its best."""
FRESH = range(1000, 1032)
EXACT = 4
"""Decimals of a USD that are compared: the same policy summed in another order is the same."""
TIED_SHARE = 0.01
"""A gap under 1 % of what was attainable is a tie, however precisely it is measured."""


@dataclass(frozen=True)
class Regret:
    """One policy held against every policy of the grid in one known world.

    Attributes:
        usd: best minus this policy, mean over fresh replicates, USD a quarter, at least 0.
        se: standard error of that paired difference, USD.
        share: attainable share: 1 = best policy, 0 = mean of the options' sensible defaults.
        share_se: standard error of the share.
        value: mean USD of this policy. best_value, reference_value: likewise.
        best: the best policy. tied_set: policies that cannot be told from it, best first.
        by_option: best attainable USD for each option.
        policies: distinct policies compared.
        user_ticks: work done; user_ticks_brute: 32 replicates of every policy.
        run: the policy's own fresh replicates.
    """

    usd: float
    se: float
    share: float
    share_se: float
    value: float
    best_value: float
    reference_value: float
    best: Policy
    tied_set: tuple[Policy, ...]
    by_option: dict[str, float]
    policies: int
    user_ticks: int
    user_ticks_brute: int
    run: Run


@dataclass
class Field:
    """The grid of one world: S settings, J triggers; column 0 is "no trigger".

    Attributes:
        valuation: all settings compiled, those that triggers lead to among them.
        alive: which (setting, column) are policies of their own, shape (S, 1 + J).
    """

    valuation: Valuation
    alive: Bools

    def __post_init__(self) -> None:
        self._prices = self.valuation.prices()

    @property
    def world(self) -> World:
        """The known world."""
        return self.valuation.world

    @property
    def settings(self) -> list[Policy]:
        """Lever values by row."""
        return self.valuation.settings

    @property
    def user_ticks(self) -> int:
        """Work done so far."""
        return self.valuation.user_ticks

    def policy(self, setting: int, column: int) -> Policy:
        """Return the policy at a place of the grid."""
        trigger = self.valuation.triggers[column - 1] if column else None
        return replace(self.settings[setting], trigger=trigger)

    def values(self, wanted: Bools, replicates: Sequence[int]) -> Floats:
        """Return USD by replicate, setting and trigger column; NaN where not wanted."""
        out = np.full((len(replicates), *wanted.shape), np.nan)
        plans = np.argwhere(wanted) - np.array([0, 1])
        for r, replicate in enumerate(replicates):
            out[r, wanted] = self.valuation.counted(plans, replicate).usd(self._prices)
        return out


def _distinct(compiled: Compiled) -> NDArray[np.int64]:
    """Return for each setting the first setting that behaves and costs exactly the same."""
    n = compiled.settings
    parts = [
        compiled.pool.reshape(n, -1),
        compiled.share.reshape(n, -1),
        compiled.dynamics.reshape(n, -1),
        compiled.rates.reshape(n, -1),
        compiled.prices.usd.view(np.int64).reshape(n, -1),
    ]
    whole = np.concatenate(parts, 1)
    # Rows of users who do not exist yet or a share of 0 leave exposed rows unused: hide them.
    hidden = np.flatnonzero((compiled.share == 0).all(1))
    width = compiled.pool.shape[1] * compiled.pool.shape[2]
    whole[hidden, : 2 * width] = 0
    seen: dict[bytes, int] = {}
    return np.array([seen.setdefault(row.tobytes(), i) for i, row in enumerate(whole)])


def open_field(world: World, *, extra: Sequence[Policy] = (), seed: int = LAUNCH_SEED) -> Field:
    """Return the case's whole grid in one world, ready to be valued.

    Args:
        world: the known world.
        extra: lever values to include although the grid does not hold them.
        seed: key of all draws.
    """
    grid = list(dict.fromkeys([*settings(world.spec), *(p.without_trigger() for p in extra)]))
    triggers = trigger_forms(world.spec)
    actions = [world.spec.actions[t.action].set for t in triggers]
    after = [[p.with_levers(world.spec, a) if a else p for a in actions] for p in grid]
    every = list(dict.fromkeys([*grid, *(p for row in after for p in row)]))
    compiled = compile_settings(world, every)
    same = _distinct(compiled)
    place = {p: int(same[i]) for i, p in enumerate(every)}
    target = np.array([[place[p] for p in row] for row in after]).reshape(len(grid), len(triggers))
    full_target = np.zeros((len(every), len(triggers)), np.int64)
    full_target[: len(grid)] = target
    alive = np.zeros((len(every), 1 + len(triggers)), bool)
    first = np.flatnonzero(same[: len(grid)] == np.arange(len(grid)))
    alive[first, 0] = True
    # A trigger whose action changes nothing is no policy of its own.
    alive[first, 1:] = full_target[first] != first[:, None]
    return Field(Valuation(world, every, triggers, full_target, compiled, seed=seed), alive)


def _keep(field_: Field, alive: Bools, money: Floats) -> Bools:
    """Return who survives a rung: the top quarter, ties with the best, and each option's best."""
    mean = np.where(alive, money.mean(0), -np.inf)
    best = np.unravel_index(mean.argmax(), mean.shape)
    keep_count = max(SURVIVORS, int(alive.sum()) // ETA)
    limit = np.sort(mean[alive])[::-1][min(keep_count, int(alive.sum())) - 1]
    gap = money[:, best[0], best[1], None, None] - money
    se = gap.std(0, ddof=1) / np.sqrt(len(money))
    kept: Bools = alive & ((mean >= limit) | (gap.mean(0) <= 2 * se))
    for option in _options(field_):
        rows = np.where((option & alive.any(1))[:, None], mean, -np.inf)
        best_few = np.argsort(rows, axis=None)[::-1][:EACH_OPTION]
        kept |= (np.isin(np.arange(rows.size), best_few).reshape(rows.shape)) & np.isfinite(rows)
    return kept


def _options(field_: Field) -> list[Bools]:
    names = field_.world.spec.option_lever.choices
    return [np.array([p["option"] == o for p in field_.settings]) for o in names]


def halve(field_: Field) -> Bools:
    """Return the policies still alive after the rungs of successive halving."""
    alive = field_.alive.copy()
    money = np.zeros((0, *alive.shape))
    rung = FIRST_RUNG
    while True:
        fresh = field_.values(alive, range(len(money), rung))
        money = np.concatenate([np.where(alive, money, np.nan), fresh])
        with np.errstate(invalid="ignore"):
            alive = _keep(field_, alive, money)
        if alive.sum() <= SURVIVORS or rung >= LAST_RUNG:
            return alive
        rung = min(LAST_RUNG, rung * GROWTH)


def regret(world: World, policy: Policy, *, seed: int = LAUNCH_SEED) -> Regret:
    """Return how far a policy fell short of the best policy of its case in a known world.

    Args:
        world: the drawn world, every fact known.
        policy: lever values and trigger; need not be on the grid.
        seed: key of all draws.
    """
    defaults = sensible_defaults(world.spec).values()
    field_ = open_field(world, extra=[policy, *defaults], seed=seed)
    alive = halve(field_)
    places = np.argwhere(alive)
    money = field_.values(alive, list(FRESH))[:, alive]
    mean = money.mean(0)
    top = int(np.round(mean, EXACT).argmax())
    mine = simulate(world, policy, replicates=list(FRESH), seed=seed)
    references = {p: simulate(world, p, replicates=list(FRESH), seed=seed).usd for p in defaults}
    reference = np.mean(list(references.values()), axis=0)
    gap = np.round(money[:, top], EXACT) - np.round(mine.usd, EXACT)
    span = float(mean[top] - reference.mean())
    users = int(field_.valuation.compiled.world["edges"][-1])
    own_ticks = len(FRESH) * world.spec.days * users * (1 + len(references))
    return Regret(
        usd=max(0.0, float(gap.mean())),
        se=_se(gap),
        share=_share(float(gap.mean()), span),
        share_se=_se(gap) / span if span > 0 else 0.0,
        value=float(mine.usd.mean()),
        best_value=float(mean[top]),
        reference_value=float(reference.mean()),
        best=field_.policy(*places[top]),
        tied_set=_tied(field_, places, money, top, span),
        by_option=_best_by_option(field_, places, mean),
        policies=int(field_.alive.sum()),
        user_ticks=field_.user_ticks + own_ticks,
        user_ticks_brute=int(field_.alive.sum()) * len(FRESH) * world.spec.days * users,
        run=mine,
    )


def _se(difference: Floats) -> float:
    return float(difference.std(ddof=1) / np.sqrt(len(difference)))


def _share(gap: float, span: float) -> float:
    """Return the attainable share; 1 for no loss where nothing is to be gained."""
    if span <= 0:
        return 1.0 if gap <= 0 else -1.0
    return float(np.clip(1 - gap / span, -1.0, 1.0))


def _tied(
    field_: Field, places: NDArray[Any], money: Floats, top: int, span: float
) -> tuple[Policy, ...]:
    gap = money[:, [top]] - money
    se = gap.std(0, ddof=1) / np.sqrt(len(money))
    tied = gap.mean(0) <= np.maximum(2 * se, TIED_SHARE * abs(span))
    order = np.argsort(gap.mean(0), kind="stable")
    return tuple(field_.policy(*places[i]) for i in order if tied[i])


def _best_by_option(field_: Field, places: NDArray[Any], mean: Floats) -> dict[str, float]:
    best: dict[str, float] = {}
    for place, value in zip(places, mean, strict=True):
        option = str(field_.settings[place[0]]["option"])
        best[option] = max(best.get(option, -np.inf), float(value))
    return {o: best[o] for o in field_.world.spec.option_lever.choices if o in best}

"""Many settings at a glance: money of every setting without trigger, in one or many worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whennot.world.compile import compile_settings
from whennot.world.ladder import LadderTable
from whennot.world.policy import Policy, settings
from whennot.world.run import run
from whennot.world.spec import WorldSpec
from whennot.world.world import LAUNCH_SEED, World, spread_worlds


def setting_values(
    world: World, grid: Sequence[Policy], *, replicates: Sequence[int]
) -> NDArray[np.float64]:
    """Return USD of every setting in every replicate, shape (replicates, settings).

    Triggers are ignored: a setting is held for the whole quarter.
    """
    compiled = compile_settings(world, grid)
    counts = run(compiled.constant(), replicates=replicates, seed=LAUNCH_SEED, per_tick=False)
    per_count, per_day, quarter = compiled.prices.weights()
    totals = counts.sum((2, 3)).astype(np.float64)
    usd = np.einsum("rpk,pk->rp", totals, per_count)
    return np.asarray(usd + per_day * world.spec.days + quarter)


def best_setting(world: World, grid: Sequence[Policy], *, replicates: Sequence[int]) -> Policy:
    """Return the setting worth most on average over the replicates."""
    return grid[int(setting_values(world, grid, replicates=replicates).mean(0).argmax())]


def best_options(
    spec: WorldSpec, ladder: LadderTable | None, *, worlds: int, key: str
) -> dict[str, float]:
    """Return how often each option is best over worlds drawn from the prior, as shares."""
    grid = settings(spec)
    drawn = spread_worlds(spec, ladder, count=worlds, key=key)
    won = Counter(str(best_setting(w, grid, replicates=[0])["option"]) for w in drawn)
    return {option: won[option] / worlds for option in spec.option_lever.choices}

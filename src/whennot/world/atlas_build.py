"""Making an atlas: screen every policy in a few worlds, then value those that matter in many.

A policy that is far from the best everywhere adds nothing but time. The first pass values the
whole grid, triggers included, in a few worlds; kept are the policies that together leave least on
the table, over all options and within each, the best on average, everything the case names, and
some of the rest spread evenly, so that the field is seen, too. The second pass values them in
many worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whennot.world.atlas import Atlas, atlas_digest
from whennot.world.ladder import LadderTable
from whennot.world.policy import Policy, named_policy, sensible_defaults
from whennot.world.regret import open_field
from whennot.world.spec import WorldSpec
from whennot.world.valuation import values_in
from whennot.world.world import World, spread_worlds

Floats = NDArray[np.float64]
Progress = Callable[[str, float], None]
"""Called with what is being done and which share of it is, in [0, 1]."""

ATLAS_USERS = 5_000
"""Users simulated in each world at least: a trigger's noise is the number of users."""


@dataclass(frozen=True)
class Size:
    """How large an atlas is made.

    Attributes:
        screened: worlds in which the whole grid is valued. worlds: of the table.
        top: policies kept that together leave least on the table. each: the same within each
            option. average: best on average, overall and within each option. spread: of the rest.
    """

    screened: int = 40
    worlds: int = 512
    top: int = 32
    each: int = 8
    average: int = 8
    spread: int = 16


def thin_of(spec: WorldSpec) -> int:
    """Return how far a case's users are thinned where many worlds are simulated."""
    return max(1, spec.users // ATLAS_USERS)


def build_atlas(
    spec: WorldSpec,
    ladder: LadderTable | None,
    *,
    size: Size | None = None,
    progress: Progress = lambda _what, _share: None,
) -> Atlas:
    """Return the atlas of a case.

    Args:
        spec: the case's world.
        ladder: its measured score distributions.
        size: how large; by default what ships.
        progress: told how far it is.
    """
    size = size or Size()
    digest = atlas_digest(spec, ladder)
    thin = thin_of(spec)
    policies = _screened(spec, ladder, size, key=f"screen {digest}", progress=progress)
    worlds = spread_worlds(spec, ladder, count=size.worlds, key=f"atlas {digest}")
    usd = values_in(
        worlds,
        policies,
        thin=thin,
        first_replicate=size.screened,
        progress=lambda share: progress("valuing policies", share),
    )
    facts = np.array([[w.value(n) for n in spec.facts] for w in worlds])
    # As it is shipped, so that an atlas just built and one read from its file are the same.
    shipped = usd.astype(np.float32).astype(np.float64)
    return Atlas(spec, digest, policies, facts, shipped, first_replicate=size.screened)


def _screened(
    spec: WorldSpec,
    ladder: LadderTable | None,
    size: Size,
    *,
    key: str,
    progress: Progress,
) -> tuple[Policy, ...]:
    worlds = spread_worlds(spec, ladder, count=size.screened, key=key)
    # What differs at default facts may coincide where a fact is nothing; that costs little time.
    field = open_field(World(spec, ladder))
    places = np.argwhere(field.alive)
    grid = [field.policy(*place) for place in places]
    usd = values_in(
        worlds,
        grid,
        thin=thin_of(spec),
        progress=lambda share: progress("screening the grid", share),
    )
    named = [named_policy(spec, name) for name in spec.policies]
    chosen = dict.fromkeys([*sensible_defaults(spec).values(), *named])
    chosen |= dict.fromkeys(grid[i] for i in kept(usd, _groups(spec, grid), size))
    return tuple(chosen)


def _groups(spec: WorldSpec, grid: Sequence[Policy]) -> list[NDArray[np.int64]]:
    """Return which policies build each option."""
    options = np.array([str(p["option"]) for p in grid])
    return [np.flatnonzero(options == o) for o in spec.option_lever.choices]


def kept(usd: Floats, groups: Sequence[NDArray[np.int64]], size: Size) -> list[int]:
    """Return which policies matter, in the order in which they were found.

    Args:
        usd: money in each screened world, shape (worlds, policies).
        groups: policies of each option.
        size: how many.
    """
    everyone = np.arange(usd.shape[1])
    found: list[int] = []
    for group, count in [(everyone, size.top), *((g, size.each) for g in groups)]:
        found += _least_left(usd, group, count)
        found += [int(i) for i in group[np.argsort(-usd[:, group].mean(0))][: size.average]]
    rest = np.setdiff1d(everyone, found)
    ranked = rest[np.argsort(-usd[:, rest].mean(0))]
    even = np.linspace(0, len(ranked) - 1, min(size.spread, len(ranked))).round().astype(int)
    return list(dict.fromkeys([*found, *(int(i) for i in ranked[even])]))


def _least_left(usd: Floats, group: NDArray[np.int64], count: int) -> list[int]:
    """Return policies of a group, greedily, that leave least on the table over the worlds."""
    money = usd[:, group]
    reached = np.full((len(money), 1), -np.inf)
    found: list[int] = []
    for _ in range(min(count, len(group))):
        with_one_more = np.maximum(reached, money).mean(0)
        best = int(with_one_more.argmax())
        if found and with_one_more[best] <= reached.mean():
            break
        found.append(int(group[best]))
        reached = np.maximum(reached, money[:, [best]])
    return found

"""What a policy comes to, kept: several rules ask about the same quarters.

The same world, policy and replicates give the same bytes, so nothing is simulated twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from whennot.world.counters import INDEX
from whennot.world.digest import world_digest
from whennot.world.policy import Policy
from whennot.world.simulate import simulate
from whennot.world.survey import best_options
from whennot.world.world import World


@dataclass(frozen=True)
class Outcome:
    """One policy in one world, over replicates.

    Attributes:
        usd: mean value of the quarter to all payers together.
        trust: relative changes of mean trust, see `whennot.world.simulate.Run.trust_change`.
        first: share of replicates in which each failure mode, or ``none``, came first.
        exposed: tasks done with the feature.
        priced: whether any line of the ledger holds money.
    """

    usd: float
    trust: Mapping[str, float]
    first: Mapping[str, float]
    exposed: int
    priced: bool


@dataclass(frozen=True)
class _Keyed:
    """A world that can be looked up: worlds of equal content are one."""

    digest: str
    world: World = field(compare=False)


class Quarters:
    """The quarters of one case."""

    def __init__(self, world: World) -> None:
        self._digest = world_digest(world.spec, world.ladder)
        self._world = world

    def outcome(
        self, policy: Policy, *, replicates: int, values: Mapping[str, float] | None = None
    ) -> Outcome:
        """Return what a policy comes to.

        Args:
            policy: lever values and trigger.
            replicates: how many quarters.
            values: facts and parameters at other than their declared values.

        Raises:
            CaseError: a formula of the case fails.
            WorldError: the simulator cannot run what the case compiles to.
        """
        return _outcome(self._keyed(values or {}), policy, replicates)

    def winners(self, *, worlds: int) -> Mapping[str, float]:
        """Return how often each option is best over worlds drawn from the prior, as shares."""
        return _winners(self._keyed({}), worlds)

    def _keyed(self, values: Mapping[str, float]) -> _Keyed:
        world = self._world.changed(**values) if values else self._world
        return _Keyed(f"{self._digest} {sorted(world.values.items())}", world)


@lru_cache(maxsize=512)
def _outcome(keyed: _Keyed, policy: Policy, replicates: int) -> Outcome:
    run = simulate(keyed.world, policy, replicates=replicates)
    counted = Counter(run.first_failures)
    modes = (*keyed.world.spec.failures, "none")
    return Outcome(
        usd=float(run.usd.mean()),
        trust=run.trust_change(),
        first={mode: counted[mode] / replicates for mode in modes},
        exposed=int(run.totals[..., INDEX["exposed"]].sum()),
        priced=any(usd.any() for usd in run.ledger.values()),
    )


@lru_cache(maxsize=64)
def _winners(keyed: _Keyed, worlds: int) -> Mapping[str, float]:
    spec, ladder = keyed.world.spec, keyed.world.ladder
    return best_options(spec, ladder, worlds=worlds, key="which option wins")

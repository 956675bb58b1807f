"""What a policy comes to, kept: several rules ask about the same quarters.

The same world, policy and replicates give the same bytes, so nothing is simulated twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from whennot.world.counters import INDEX
from whennot.world.policy import Policy
from whennot.world.simulate import simulate
from whennot.world.spec import WorldSpec
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


_WORDS: dict[str, Any] = {
    "triggers": True,
    "facts": {"__all__": {"label", "typical", "unit", "status", "source", "stands_for"}},
    "parameters": {"__all__": {"label", "unit", "status", "source", "stands_for"}},
    "levers": {"__all__": {"label", "explains", "chain", "live"}},
    "failures": {"__all__": {"label", "story", "first_flight"}},
}
"""What a case only says: a quarter under a given policy does not depend on it."""


@dataclass(frozen=True)
class _Keyed:
    """A world that can be looked up: worlds of equal content are one."""

    digest: str
    world: World = field(compare=False)


def _keyed(world: World) -> _Keyed:
    spec = world.spec.model_dump_json(include=set(WorldSpec.model_fields), exclude=_WORDS)
    ladder = b"" if world.ladder is None else world.ladder.below.tobytes()
    values = json.dumps(dict(world.values), sort_keys=True)
    return _Keyed(sha256(f"{spec}\0{values}\0".encode() + ladder).hexdigest(), world)


def outcome(world: World, policy: Policy, *, replicates: int) -> Outcome:
    """Return what a policy comes to in a world.

    Raises:
        CaseError: a formula of the case fails.
        WorldError: the simulator cannot run what the case compiles to.
    """
    return _outcome(_keyed(world), policy, replicates)


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


def winners(world: World, *, worlds: int) -> Mapping[str, float]:
    """Return how often each option is best over worlds drawn from the prior, as shares."""
    return _winners(_keyed(world), worlds)


@lru_cache(maxsize=64)
def _winners(keyed: _Keyed, worlds: int) -> Mapping[str, float]:
    spec, ladder = keyed.world.spec, keyed.world.ladder
    return best_options(spec, ladder, worlds=worlds, key="which option wins")

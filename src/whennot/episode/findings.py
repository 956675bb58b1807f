"""What the simulator found out about a decision: typed results, no simulation here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from whennot.episode.stops import CurrentStop
from whennot.world.regret import Regret
from whennot.world.simulate import Run


@dataclass(frozen=True)
class Luck:
    """Where luck put this quarter.

    Attributes:
        usd: what the decision earned in this quarter, without operating changes.
        dice_place: share of other random runs of the same policy in the same world that came
            out worse, in [0, 1].
        dice_sd: standard deviation over those runs, USD.
        world_place: share of quarters in other worlds of the prior that came out worse.
        world_sd: standard deviation over those worlds, USD.
    """

    usd: float
    dice_place: float
    dice_sd: float
    world_place: float
    world_sd: float


@dataclass(frozen=True)
class Costliest:
    """The one lever whose change alone would have gained most.

    Attributes:
        lever: its name, ``trigger``, or empty when nothing cost much.
        yours, alternative: what was chosen, what would have been better (as shown).
        usd: gain, USD a quarter.
        chain: the causal chain in words.
    """

    lever: str
    yours: str
    alternative: str
    usd: float
    chain: str


@dataclass(frozen=True)
class Alternative:
    """An action that could have been taken at a stop, with hindsight.

    Attributes:
        stop: where. action: what. usd: mean gain over what was done, USD; se: its standard error.
    """

    stop: CurrentStop
    action: str
    usd: float
    se: float


@dataclass(frozen=True)
class Findings:
    """Everything the debrief needs that takes simulation.

    Attributes:
        regret: the policy against every other in the known world.
        luck: where luck put the quarter.
        costliest: the one thing that cost most.
        alternatives: what else could have been done at the stops, best first at each stop.
        first_failures: probability of each mode of the forecast coming first among them, and of
            ``none``, from replicates in this world.
        final: the quarter as it happened, operating changes included.
    """

    regret: Regret
    luck: Luck
    costliest: Costliest
    alternatives: tuple[Alternative, ...]
    first_failures: Mapping[str, float]
    final: Run

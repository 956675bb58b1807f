"""What the simulator found out about a decision: typed results, no simulation here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from whennot.episode.people import Said
from whennot.episode.stops import CurrentStop
from whennot.world.atlas import Flip
from whennot.world.frontier import Curve
from whennot.world.inquiry import Information
from whennot.world.policy import Policy
from whennot.world.quality import Judged, Quality
from whennot.world.simulate import Run


@dataclass(frozen=True)
class Misled:
    """What a wrong statement cost.

    Attributes:
        said: the statement. usd: expected value of the policy one would best have taken without
            it, minus the player's, given the truth it hid, at least 0; se: standard error.
        instead: that policy.
    """

    said: Said
    usd: float
    se: float
    instead: Policy


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
class Assessment:
    """What a decision was worth, known from the moment it is sealed; no quarter is needed.

    Attributes:
        quality: the verdict, given what could be known.
        judged: the simulated field behind it, for appeals.
        information: what was asked against what could have been.
        misled: what wrong statements cost, dearest first.
        frontier: where building becomes right here, given what was known.
        contested: parameters that turn the verdict on the player's option within their range.
        costliest: the one thing that cost most.
    """

    quality: Quality
    judged: Judged
    information: Information
    misled: tuple[Misled, ...]
    frontier: Curve
    contested: tuple[Flip, ...]
    costliest: Costliest


@dataclass(frozen=True)
class Luck:
    """Where luck put this quarter.

    Attributes:
        usd: what the decision earned in this quarter, without operating changes.
        dice_place: share of other random runs of the same policy in the same world that came
            out worse, in [0, 1].
        dice_sd: standard deviation over those runs, USD.
        world_place: share of quarters in other worlds that came out worse: worlds that fit what
            the player knew, each with its own dice.
        world_sd: standard deviation over those quarters, USD.
    """

    usd: float
    dice_place: float
    dice_sd: float
    world_place: float
    world_sd: float


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
        assessment: what the decision was worth.
        luck: where luck put the quarter.
        alternatives: what else could have been done at the stops, best first at each stop.
        first_failures: probability of each mode of the forecast coming first among them, and of
            ``none``, from replicates in this world.
        dice_usd: what the decision earned in those replicates, USD each.
        final: the quarter as it happened, operating changes included.
    """

    assessment: Assessment
    luck: Luck
    alternatives: tuple[Alternative, ...]
    first_failures: Mapping[str, float]
    dice_usd: tuple[float, ...]
    final: Run

    @property
    def quality(self) -> Quality:
        """The verdict on the decision."""
        return self.assessment.quality

    @property
    def information(self) -> Information:
        """What was asked against what could have been."""
        return self.assessment.information

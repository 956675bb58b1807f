"""The states of an episode, every transition between them, and what fixes it from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from whennot.errors import PlayerError
from whennot.world.policy import Policy
from whennot.world.simulate import Change
from whennot.world.world import World

State = Literal["brief", "framing", "committed", "operating", "review", "debrief"]

TRANSITIONS: dict[State, dict[str, tuple[State, ...]]] = {
    "brief": {"begin": ("framing",)},
    "framing": {
        "ask": ("framing",),
        "listen": ("framing",),
        "objective": ("framing",),
        "decide": ("committed",),
    },
    "committed": {
        "trade": ("committed",),
        "answer": ("committed",),
        "escalate": ("committed",),
        "forecast": ("operating",),
    },
    "operating": {"operate": ("operating", "review")},
    "review": {"review": ("debrief",)},
    "debrief": {},
}
"""For each state, the moves it takes and where they may lead."""

Flight = Literal["first", "full"]
"""The form of a play: few levers, one trigger and twenty decisions, or the full panel."""

LARGEST_VARIANT = 10**9
LONGEST_CHALLENGE = 80
FIRST_FLIGHT_ASKS = 3
FIRST_FLIGHT_SIGN_OFFS = 1
FIRST_FLIGHT_STOPS = 3
FULL_STOPS = 4


@dataclass(frozen=True)
class Setup:
    """What fixes an episode before its first move.

    Attributes:
        variant: which world the player meets.
        challenge: a reviewer's challenge code, mixed into the variant; empty for none.
        flight: ``first`` (few levers, one trigger) or ``full``.
        replicate: which random run happens; None lets the variant decide.
    """

    variant: int = 1
    challenge: str = ""
    flight: Flight = "first"
    replicate: int | None = None

    def __post_init__(self) -> None:
        faults = []
        if not 1 <= self.variant <= LARGEST_VARIANT:
            faults.append(f"variant {self.variant}; allowed: 1 to {LARGEST_VARIANT:,}")
        if len(self.challenge) > LONGEST_CHALLENGE:
            faults.append(f"a challenge code has at most {LONGEST_CHALLENGE} characters")
        if self.flight not in {"first", "full"}:
            faults.append(f"flight {self.flight!r}; allowed: first, full")
        if self.replicate is not None and not 0 <= self.replicate < 2**32:
            faults.append(f"replicate {self.replicate}; allowed: 0 to 4,294,967,295")
        if faults:
            raise PlayerError("; ".join(faults))


@dataclass(frozen=True)
class Request:
    """What the machine needs simulated before it can go on.

    Attributes:
        kind: ``quarter`` (one replicate with the player's changes) or ``judgment``.
    """

    kind: Literal["quarter", "judgment"]
    world: World
    policy: Policy
    replicate: int
    changes: tuple[Change, ...] = ()

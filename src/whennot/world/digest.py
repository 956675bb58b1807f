"""What a simulated number depends on, as one digest: the case's world without its words."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from whennot.world.ladder import LadderTable
from whennot.world.spec import WorldSpec

_NUMBER = {"label", "unit", "source"}
WORDS: Mapping[str, Any] = {
    "facts": {"__all__": {*_NUMBER, "typical", "stands_for"}},
    "parameters": {"__all__": {*_NUMBER, "stands_for"}},
    "levers": {
        "__all__": {
            "label": True,
            "labels": True,
            "explains": True,
            "chain": True,
            "idle_without_ai": True,
            "choices": {"__all__": {"label", "explains"}},
        }
    },
    "failures": {"__all__": {"label", "story", "first_flight"}},
    "triggers": {"__all__": {"label", "usual"}},
    "actions": {"__all__": {"label", "explains"}},
    "policies": {"__all__": {"label"}},
    "signals": {"__all__": {"label", "unit"}},
    "segments": {"__all__": {"label"}},
    "states": {"__all__": {"label", "unit"}},
    "events": {"__all__": {"label", "duty"}},
    "frontier": {"label", "question", "hint"},
}
"""What a case only says: rewording it changes no number."""


def world_digest(spec: WorldSpec, ladder: LadderTable | None, *more: str) -> str:
    """Return the digest of everything that a simulated number of this case depends on.

    Args:
        spec: the case's world; a whole case file gives the same digest as its world alone.
        ladder: measured score distributions.
        more: what else it depends on, such as a format.
    """
    said = spec.model_dump_json(include=set(WorldSpec.model_fields), exclude=dict(WORDS))
    counts = b"" if ladder is None else ladder.below.tobytes()
    return sha256("\0".join([said, *more]).encode() + counts).hexdigest()

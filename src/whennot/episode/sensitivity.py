"""Which assumptions decide a case's best option: what may be told before it is played."""

from __future__ import annotations

from typing import Any

from whennot.episode.case import Case


def sensitivity(case: Case) -> list[dict[str, Any]] | None:
    """Return the assumptions that decide the best option within their range; None if not swept.

    Which option wins where is told in the debrief, not before playing.
    """
    if case.atlas is None:
        return None
    numbers = case.spec.parameters
    return [
        {
            "name": flip.parameter,
            "status": flip.status,
            "value": numbers[flip.parameter].value,
            "flips_at": flip.value,
            "unit": numbers[flip.parameter].unit,
        }
        for flip in case.atlas.flips
        if flip.moves_best
    ]

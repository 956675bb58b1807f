"""An appeal as its page shows it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from whennot.episode.appeal import appeal
from whennot.episode.debrief import number, policy_words
from whennot.episode.episode import Episode


def judged_again(episode: Episode, changes: Mapping[str, float]) -> dict[str, Any]:
    """Return a verdict under other numbers, before and after.

    Raises:
        PlayerError: a number that is not open to appeal.
    """
    begun = time.perf_counter()
    found = appeal(episode, changes)
    seconds = time.perf_counter() - begun
    spec = episode.case.spec
    rows = []
    for name, value in found.changes.items():
        p = spec.parameters[name]
        label = p.label or name.replace("_", " ")
        rows.append(
            {
                "label": label,
                "value": number(value, p.unit),
                "was": number(p.value, p.unit),
                "low": number(p.low, p.unit),
                "high": number(p.high, p.unit),
                "status": p.status,
            }
        )
    verdicts = [
        (label, quality, "; ".join(v for _, v in policy_words(episode, quality.best)))
        for label, quality in (("Before", found.before), ("After", found.after))
    ]
    return {"found": found, "changed": rows, "verdicts": verdicts, "seconds": seconds}

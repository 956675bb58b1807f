"""An appeal as its page shows it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from whennot.episode.appeal import Appeal
from whennot.episode.debrief import number, policy_words
from whennot.episode.episode import Episode


def told(episode: Episode, found: Appeal) -> dict[str, Any]:
    """Return a verdict under other numbers, before and after."""
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
        (label, quality, "; ".join(v for _lever, v in policy_words(episode, quality.best)))
        for label, quality in ((_("Before"), found.before), (_("After"), found.after))
    ]
    return {"found": found, "changed": rows, "verdicts": verdicts}

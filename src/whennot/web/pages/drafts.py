"""What was typed into a form and not sent yet."""

from __future__ import annotations

import json
from typing import Any

from whennot.clock import now
from whennot.home import Draft, Home


def initial_of(home: Home, document: str) -> dict[str, Any]:
    """Return what was typed into each field of a form; nothing where it cannot be read."""
    return fields_of(home.draft(document))


def fields_of(draft: Draft) -> dict[str, Any]:
    """Return what a draft holds for each field; nothing where it cannot be read."""
    try:
        found = json.loads(draft.text or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(k): v for k, v in found.items() if isinstance(v, str) and k not in {"seen", "base"}
    }


def done_with(home: Home, document: str) -> None:
    """Empty a draft whose form was sent."""
    before = home.draft(document)
    if before.version:
        home.save_draft(document, "", base=before.version, now=now())

"""What the design page shows: one example of everything, in every state."""

from __future__ import annotations

from typing import Any

from django import forms

from whennot.web.forms.fields import Card, number, one_of, words

COLORS = (
    "paper", "surface", "sunk", "ink", "muted", "line", "edge", "accent", "accent-wash", "harm",
    "harm-wash", "amber", "amber-wash",
)  # fmt: skip


class Specimen(forms.Form):
    """A form with a field of each kind."""

    option = one_of(
        "Which option?",
        [
            ("none", Card("No AI", "Nothing to build, nothing to break.")),
            ("rules", Card("Rules", "Seldom wrong, saves less.")),
            ("big", Card("A large model", "Writes prose. About 90 % of it is right.")),
        ],
        help_text="One decides.",
    )
    why = words("Why this? One sentence.", help_text="Start from the fact it rests on.")
    share = number("From what share does it pay off?", unit="percent", low=0, high=100)


def specimens() -> dict[str, Any]:
    """Return the examples."""
    wrong = Specimen({"option": "wrong", "why": "x" * 3000, "share": "1000"})
    return {"colors": COLORS, "form": Specimen(), "wrong": wrong, "errors": len(wrong.errors)}

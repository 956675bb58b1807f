"""Fields of our forms: choices as cards, long texts that grow, numbers with their unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from whennot.episode.moves import WORDS

SHORT, MIDDLING = 26, 56
"""Letters of the longest title up to which bare cards stand side by side."""


@dataclass(frozen=True)
class Card:
    """What a choice says.

    Attributes:
        title: what it is. text: what follows from it, in plain words.
    """

    title: str
    text: str = ""

    def __str__(self) -> str:
        return self.title


class Cards(forms.RadioSelect):
    """Radio buttons drawn as cards; number keys pick one."""

    template_name = "widgets/cards.html"
    option_template_name = "widgets/card.html"


def typed_in(unit: str) -> tuple[float, str]:
    """Return what a number is multiplied by to be typed, and its unit then: shares as percent."""
    if unit.startswith(("share", "probability")):
        return 100.0, "percent"
    return 1.0, unit


def one_of(label: str, cards: Iterable[tuple[str, Card]], **more: Any) -> forms.ChoiceField:
    """Return a field of which one card is picked."""
    offered = list(cards)
    field = forms.ChoiceField(
        label=label,
        choices=offered,
        widget=Cards,
        error_messages={
            "required": gettext_lazy("Pick one."),
            "invalid_choice": gettext_lazy(
                "That is not one of the choices here. Pick one of these."
            ),
        },
        **more,
    )
    field.widget.attrs["aria-describedby"] = ""
    field.widget.attrs["class"] = _side_by_side([card for _name, card in offered])
    return field


def _side_by_side(cards: list[Card]) -> str:
    """Return how cards are laid out: those that need a sentence have a line each."""
    longest = max((len(card.title) for card in cards), default=0)
    if any(card.text for card in cards) or longest > MIDDLING:
        return ""
    return "few" if longest > SHORT else "many"


def words(label: str, *, help_text: str = "", rows: int = 2, most: int = WORDS) -> forms.CharField:
    """Return an optional text of at most a page."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": False}),
        error_messages={
            "max_length": _("That is longer than %(most)s characters. Shorten it.")
            % {"most": f"{most:,}"}
        },
    )


def number(
    label: str, *, unit: str, low: float, high: float, help_text: str = "", **more: Any
) -> forms.FloatField:
    """Return a number in a unit, between two ends."""
    ends = {"low": f"{low:g}", "high": f"{high:g}", "unit": unit}
    span = (_("from %(low)s to %(high)s %(unit)s") % ends).strip()
    beyond = (_("It goes %(span)s.") % {"span": span}).replace("%", "%%")  # Django fills these in
    return forms.FloatField(
        label=label,
        help_text=help_text,
        min_value=low,
        max_value=high,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "data-unit": unit}),
        error_messages={
            "required": _("A number is needed, %(span)s.") % {"span": span},
            "invalid": _("That is not a number. It goes %(span)s.") % {"span": span},
            "min_value": beyond,
            "max_value": beyond,
        },
        **more,
    )

"""Contesting a number: which, and what it should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from whennot.episode.case import Case
from whennot.episode.debrief import number as told
from whennot.episode.episode import Episode
from whennot.episode.sensitivity import sensitivity
from whennot.web.forms.fields import typed_in
from whennot.world.spec import Number

HUNDRED = 100


class AppealForm(forms.Form):
    """Another value for one parameter that is open to appeal."""

    def __init__(self, episode: Episode, data: Any = None) -> None:
        super().__init__(data)
        open_to = {name: p for name, p in episode.case.spec.parameters.items() if p.open_to_appeal}
        self.numbers = open_to
        self.fields["parameter"] = forms.ChoiceField(
            label=_("Which number?"),
            choices=_grouped(episode.case, open_to),
            error_messages={
                "required": _("Pick a number."),
                "invalid_choice": _("That number is not open to appeal here. Pick one of these."),
            },
        )
        self.fields["value"] = forms.FloatField(
            label=_("What should it be?"),
            help_text=_("In the unit it is shown in: 20 for 20 %."),
            widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            min_value=-1e12,
            max_value=1e12,
            error_messages={
                "required": _("A number is needed."),
                "invalid": _("That is not a number."),
                "min_value": _("That is beyond anything the simulation can hold."),
                "max_value": _("That is beyond anything the simulation can hold."),
            },
        )

    def changes(self) -> dict[str, float]:
        """Return the parameter with the value to try."""
        name = self.cleaned_data["parameter"]
        size = typed_in(self.numbers[name].unit)[0]
        return {name: float(self.cleaned_data["value"]) / size}


def _grouped(case: Case, numbers: Mapping[str, Number]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the numbers as (group, choices): first those that the best option hangs on."""
    first = {turn["name"] for turn in sensitivity(case) or ()}
    groups = ((_("What the best option hangs on"), True), (_("Everything else"), False))
    return [
        (title, [(n, _words(n, p)) for n, p in numbers.items() if (n in first) is deciding])
        for title, deciding in groups
        if any((n in first) is deciding for n in numbers)
    ]


def _words(name: str, parameter: Number) -> str:
    label = parameter.label or name.replace("_", " ")
    size = typed_in(parameter.unit)[0]
    low, high = (_short(size * v) for v in (parameter.low, parameter.high))
    return (
        f"{label}: {told(parameter.value, parameter.unit)} ({low} to {high}, {parameter.status})"
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= HUNDRED else f"{value:.3g}"

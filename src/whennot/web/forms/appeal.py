"""Contesting a number: which, and what it should be."""

from __future__ import annotations

from typing import Any

from django import forms

from whennot.episode.debrief import number as told
from whennot.episode.episode import Episode
from whennot.web.forms.fields import typed_in


class AppealForm(forms.Form):
    """Another value for one parameter that is open to appeal."""

    def __init__(self, episode: Episode, data: Any = None) -> None:
        super().__init__(data)
        open_to = {name: p for name, p in episode.case.spec.parameters.items() if p.open_to_appeal}
        self.numbers = open_to
        self.fields["parameter"] = forms.ChoiceField(
            label="Which number?",
            choices=[(n, _words(n, p)) for n, p in open_to.items()],
            error_messages={
                "required": "Pick a number.",
                "invalid_choice": "That number is not open to appeal here. Pick one of these.",
            },
        )
        self.fields["value"] = forms.FloatField(
            label="What should it be?",
            help_text="In the unit it is shown in: 20 for 20 %.",
            widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            min_value=-1e12,
            max_value=1e12,
            error_messages={
                "required": "A number is needed.",
                "invalid": "That is not a number.",
                "min_value": "That is beyond anything the simulation can hold.",
                "max_value": "That is beyond anything the simulation can hold.",
            },
        )

    def changes(self) -> dict[str, float]:
        """Return the parameter with the value to try."""
        name = self.cleaned_data["parameter"]
        size, _ = typed_in(self.numbers[name].unit)
        return {name: float(self.cleaned_data["value"]) / size}


def _words(name: str, parameter: Any) -> str:
    label = parameter.label or name.replace("_", " ")
    now = told(parameter.value, parameter.unit)
    spread = f"{told(parameter.low, parameter.unit)} to {told(parameter.high, parameter.unit)}"
    return f"{label}: {now}, {parameter.status}, plausible {spread}"

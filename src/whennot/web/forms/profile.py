"""Who plans: background, target, hours a week, domain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from whennot.roadmap.contents import contents
from whennot.roadmap.profile import LEAST_HOURS, MOST_HOURS
from whennot.web.forms.fields import Card, number, one_of


class ProfileForm(forms.Form):
    """Four questions; a plan comes of them."""

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        known = contents()
        cards = [
            (name, Card(name.replace("-", " ").capitalize(), f"You {text.line[4:]}."))
            for name, text in known.backgrounds.items()
        ]
        self.fields["background"] = one_of(_("Where do you come from?"), cards)
        targets = {
            "mid-tier": _("6 to 9 months: a product company where AI is one of several things"),
            "tier-1": _(
                "12 to 18 months: where most of the work is AI and the interviews are hardest"
            ),
        }
        self.fields["target"] = one_of(
            _("Where do you want to go?"),
            [
                (n, Card(n.replace("-", " ").capitalize(), targets.get(n, "")))
                for n in known.targets
            ],
            initial="mid-tier",
        )
        self.fields["hours"] = number(
            _("How many hours a week?"),
            unit=_("hours"),
            low=LEAST_HOURS,
            high=MOST_HOURS,
            help_text=_("Count the hours that were free last week, not the ones you hope for."),
            initial=6,
        )
        self.fields["domain"] = forms.ChoiceField(
            label=_("Which field do you know best?"),
            choices=[(n, n.capitalize()) for n in known.domains],
            initial="other",
            error_messages={
                "invalid_choice": _("That is not one of the fields. Pick one of these.")
            },
        )

"""The text of a brief, edited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from whennot.web.forms.fields import words

LONGEST = 60_000


class BriefForm(forms.Form):
    """A text of many pages, and which version of it was changed."""

    base = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["text"] = words(_("Your text"), rows=24, most=LONGEST)

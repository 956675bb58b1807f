"""The text of a brief, edited."""

from __future__ import annotations

from django import forms

from whennot.web.forms.fields import words

LONGEST = 60_000


class BriefForm(forms.Form):
    """A text of many pages, and which version of it was changed."""

    text = words("Your text", rows=24, most=LONGEST)
    base = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

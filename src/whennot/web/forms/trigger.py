"""The trigger of a decision: one the case offers, or in the full panel one of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whennot.episode.debrief import number as told
from whennot.episode.episode import Episode
from whennot.web.forms.fields import Card, number, one_of, typed_in
from whennot.world.policy import trigger_forms
from whennot.world.spec import TriggerForm

FIELD = "trigger"
NONE, OWN = "none", "own"
OWN_FIELDS = ("own_signal", "own_side", "own_threshold", "own_days", "own_action")
LARGEST = 1e9


def fields(episode: Episode) -> dict[str, forms.Field]:
    """Return the fields of a trigger."""
    offered = trigger_forms(episode.case.spec)
    alike = len({(f.action, f.for_days) for f in offered}) == 1
    usual = [grid.usual for grid in episode.case.spec.triggers.values() if grid.usual]
    said = " ".join([_("One trigger, watched every day."), *usual])
    found: dict[str, forms.Field] = {
        FIELD: one_of(
            _("What would make you act without another meeting?"),
            _cards(episode, offered, alike=alike),
            help_text=f"{said} {_consequence(episode, offered[0])}" if alike else said,
        )
    }
    return found if episode.first_flight else found | _own(episode)


def _cards(episode: Episode, offered: list[TriggerForm], *, alike: bool) -> list[tuple[str, Card]]:
    """Return the triggers on offer; alike: whether all do the same, which is said once."""
    rows = [
        (
            str(i),
            Card(fires(episode, form), "" if alike else _consequence(episode, form)),
        )
        for i, form in enumerate(offered, 1)
    ]
    if not episode.first_flight:
        more = "" if alike else _("Signal, limit, days and action below.")
        rows.append((OWN, Card(_("One of my own"), more)))
    bare = _("No trigger: somebody has to notice")
    full = Card(_("No trigger"), _("Somebody has to notice, and to call."))
    return [*rows, (NONE, Card(bare) if alike else full)]


def fires(episode: Episode, form: TriggerForm) -> str:
    """Return when a trigger fires."""
    signal = episode.case.spec.signals[form.signal]
    side = _("above") if form.comparator == ">" else _("below")
    label = f"{signal.label[:1].upper()}{signal.label[1:]}"
    return f"{label} {side} {told(form.threshold, signal.unit)}"


def _consequence(episode: Episode, form: TriggerForm) -> str:
    """Return how long a trigger waits and what it does then."""
    action = episode.case.spec.actions[form.action]
    said = {"days": form.for_days, "action": action.label.lower(), "explains": action.explains}
    one = "It acts after %(days)s day beyond the limit: %(action)s. %(explains)s"
    many = "It acts after %(days)s days beyond the limit: %(action)s. %(explains)s"
    return ngettext(one, many, form.for_days) % said


def _own(episode: Episode) -> dict[str, forms.Field]:
    spec = episode.case.spec
    signals = [(n, f"{s.label} ({typed_in(s.unit)[1]})") for n, s in spec.signals.items()]
    visible = [(n, label) for n, label in signals if spec.signals[n].visible]
    acting = [(n, a.label) for n, a in spec.actions.items() if a.set or a.retires]
    day: dict[str, Any] = {"unit": _("days"), "required": False}
    return {
        "own_signal": forms.ChoiceField(label=_("Signal"), choices=visible, required=False),
        "own_side": forms.ChoiceField(
            label=_("Acts when it is"),
            choices=[(">", _("above")), ("<", _("below"))],
            required=False,
        ),
        "own_threshold": number(
            _("Limit"),
            unit="",
            low=-LARGEST,
            high=LARGEST,
            required=False,
            help_text=_("In the signal's unit; 20 for 20 %."),
        ),
        "own_window": number(_("Averaged over"), low=1, high=60, initial=7, **day),
        "own_days": number(_("Held for"), low=1, high=60, initial=2, **day),
        "own_deadline": number(_("Acted on within"), low=0, high=60, initial=2, **day),
        "own_action": forms.ChoiceField(label=_("Action"), choices=acting, required=False),
    }


def missing(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields that a trigger of one's own needs and has not."""
    if given.get(FIELD) == OWN:
        yield from (name for name in OWN_FIELDS if given.get(name) in {None, ""})


def chosen(episode: Episode, given: Mapping[str, Any]) -> TriggerForm | None:
    """Return the trigger that was chosen, or None."""
    picked = given[FIELD]
    if picked == NONE:
        return None
    if picked != OWN:
        return trigger_forms(episode.case.spec)[int(picked) - 1]
    size, _ = typed_in(episode.case.spec.signals[given["own_signal"]].unit)
    return TriggerForm(
        signal=given["own_signal"],
        comparator=given["own_side"],
        threshold=given["own_threshold"] / size,
        window_days=round(given.get("own_window") or 7),
        for_days=round(given["own_days"]),
        deadline_days=round(2 if given.get("own_deadline") is None else given["own_deadline"]),
        action=given["own_action"],
    )

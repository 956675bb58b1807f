"""The trigger of a decision: one the case offers, or in the full panel one of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

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
    found: dict[str, forms.Field] = {
        FIELD: one_of(
            "What would make you act without another meeting?",
            _cards(episode),
            help_text="One trigger, watched every day.",
        )
    }
    return found if episode.first_flight else found | _own(episode)


def _cards(episode: Episode) -> list[tuple[str, Card]]:
    offered = [
        (str(i), Card(*words(episode, form)))
        for i, form in enumerate(trigger_forms(episode.case.spec), 1)
    ]
    if not episode.first_flight:
        offered.append((OWN, Card("One of my own", "Signal, limit, days and action below.")))
    return [*offered, (NONE, Card("No trigger", "Somebody has to notice, and to call."))]


def words(episode: Episode, form: TriggerForm) -> tuple[str, str]:
    """Return when a trigger fires, and what it does."""
    spec = episode.case.spec
    signal, action = spec.signals[form.signal], spec.actions[form.action]
    side = "above" if form.comparator == ">" else "below"
    label = f"{signal.label[:1].upper()}{signal.label[1:]}"
    when = f"{label} {side} {told(form.threshold, signal.unit)} for {form.for_days} days"
    return when, f"Then: {action.label.lower()}. {action.explains}"


def _own(episode: Episode) -> dict[str, forms.Field]:
    spec = episode.case.spec
    signals = [(n, f"{s.label} ({typed_in(s.unit)[1]})") for n, s in spec.signals.items()]
    visible = [(n, label) for n, label in signals if spec.signals[n].visible]
    acting = [(n, a.label) for n, a in spec.actions.items() if a.set or a.retires]
    day: dict[str, Any] = {"unit": "days", "required": False}
    return {
        "own_signal": forms.ChoiceField(label="Signal", choices=visible, required=False),
        "own_side": forms.ChoiceField(
            label="Acts when it is", choices=[(">", "above"), ("<", "below")], required=False
        ),
        "own_threshold": number(
            "Limit",
            unit="",
            low=-LARGEST,
            high=LARGEST,
            required=False,
            help_text="In the signal's unit; 20 for 20 %.",
        ),
        "own_window": number("Averaged over", low=1, high=60, initial=7, **day),
        "own_days": number("Held for", low=1, high=60, initial=2, **day),
        "own_deadline": number("Acted on within", low=0, high=60, initial=2, **day),
        "own_action": forms.ChoiceField(label="Action", choices=acting, required=False),
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

"""Policies: all lever values, and at most one trigger; frozen and validated."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from whennot.errors import PlayerError
from whennot.world.spec import Lever, TriggerForm, WorldSpec

Value = str | float


def suggest(wrong: str, known: Iterable[str]) -> str:
    """Return `` Did you mean X?`` or the list of what is allowed."""
    names = sorted(known)
    near = difflib.get_close_matches(wrong, names, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"Allowed: {', '.join(names)}."


@dataclass(frozen=True)
class Policy:
    """All lever values of a case, in the case's order, and a trigger or none."""

    levers: tuple[tuple[str, Value], ...]
    trigger: TriggerForm | None = None

    def __getitem__(self, lever: str) -> Value:
        return dict(self.levers)[lever]

    @property
    def values(self) -> dict[str, Value]:
        """The lever values by name."""
        return dict(self.levers)

    def with_levers(self, spec: WorldSpec, changes: Mapping[str, Value]) -> Policy:
        """Return the policy with some levers changed, validated against the case."""
        return replace(make_policy(spec, self.values | dict(changes)), trigger=self.trigger)

    def without_trigger(self) -> Policy:
        """Return the same lever values with no trigger."""
        return replace(self, trigger=None)

    def as_dict(self) -> dict[str, Any]:
        """Return the policy as plain data, as files hold it."""
        trigger = None if self.trigger is None else self.trigger.model_dump()
        return {"levers": self.values, "trigger": trigger}


def _check_value(name: str, lever: Lever, value: Value) -> Value:
    if lever.choices:
        if not isinstance(value, str) or value not in lever.choices:
            message = f"lever {name}: no choice {value!r}. {suggest(str(value), lever.choices)}"
            raise PlayerError(message)
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = f"lever {name}: {value!r} is not a number ({lever.unit})"
        raise PlayerError(message)
    if lever.low is None or lever.high is None or not lever.low <= value <= lever.high:
        allowed = f"{lever.low:g} and {lever.high:g} ({lever.unit})"
        message = f"lever {name}: {value:g} is not between {allowed}"
        raise PlayerError(message)
    return float(value)


def check_trigger(spec: WorldSpec, trigger: TriggerForm) -> TriggerForm:
    """Return the trigger if the case knows its signal and action.

    Raises:
        PlayerError: an unknown or invisible signal, or an unknown action.
    """
    visible = [name for name, signal in spec.signals.items() if signal.visible]
    if trigger.signal not in visible:
        hint = suggest(trigger.signal, visible)
        message = f"trigger: no signal {trigger.signal!r} on your dashboard. {hint}"
        raise PlayerError(message)
    if trigger.action not in spec.actions:
        message = f"trigger: no action {trigger.action!r}. {suggest(trigger.action, spec.actions)}"
        raise PlayerError(message)
    if not spec.actions[trigger.action].set:
        message = (
            f"trigger: {trigger.action!r} changes nothing; a trigger needs an action that does"
        )
        raise PlayerError(message)
    return trigger


def make_policy(
    spec: WorldSpec, levers: Mapping[str, Value], *, trigger: TriggerForm | None = None
) -> Policy:
    """Return the policy with these lever values; levers left out take their default.

    Raises:
        PlayerError: unknown levers, choices or values out of range; all faults at once.
    """
    faults = [f"no lever {n!r}. {suggest(n, spec.levers)}" for n in levers if n not in spec.levers]
    chosen: list[tuple[str, Value]] = []
    for name, lever in spec.levers.items():
        try:
            chosen.append((name, _check_value(name, lever, levers.get(name, lever.default))))
        except PlayerError as error:
            faults.append(str(error))
    if trigger is not None:
        try:
            check_trigger(spec, trigger)
        except PlayerError as error:
            faults.append(str(error))
    if faults:
        raise PlayerError("; ".join(faults))
    return Policy(tuple(chosen), trigger)


def named_policy(spec: WorldSpec, name: str) -> Policy:
    """Return a policy the case names.

    Raises:
        PlayerError: the case has no policy of that name.
    """
    if name not in spec.policies:
        message = f"no policy {name!r}. {suggest(name, spec.policies)}"
        raise PlayerError(message)
    named = spec.policies[name]
    return make_policy(spec, named.levers, trigger=named.trigger)


def sensible_defaults(spec: WorldSpec) -> dict[str, Policy]:
    """Return each option's published sensible default: the policies ``default-<option>``."""
    return {o: named_policy(spec, f"default-{o}") for o in spec.option_lever.choices}


def settings(spec: WorldSpec) -> list[Policy]:
    """Return every combination of lever values a grid can hold, without triggers."""
    axes = [[(name, v) for v in lever.options] for name, lever in spec.levers.items()]
    return [Policy(tuple(combination)) for combination in product(*axes)]


def trigger_forms(spec: WorldSpec) -> list[TriggerForm]:
    """Return every trigger the case offers, one for each limit."""
    return [
        TriggerForm(threshold=limit, **grid.model_dump(exclude={"label", "usual", "thresholds"}))
        for grid in spec.triggers.values()
        for limit in grid.thresholds
    ]

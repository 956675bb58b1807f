"""Names in a case file that point nowhere.

Works on the raw TOML content, so that a file with a wrong number and a misspelled name
reports both at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from whennot.episode.schema_faults import offer
from whennot.errors import CaseError
from whennot.world.counters import NAMES as BASE
from whennot.world.formula import names_in
from whennot.world.rows import FIELDS

Path = tuple[str | int, ...]
Fault = tuple[Path, str]

OPTIONS = ("none", "rules", "simple", "big")
MEASURED = frozenset({"earned", "scale"})
"""What the measure of a metric may read beside levers and what signals read."""
LADDER = tuple(f"ladder_{f.name}" for f in FIELDS[:4])


def _table(content: Any, *path: str) -> dict[str, Any]:
    for part in path:
        content = content.get(part, {}) if isinstance(content, Mapping) else {}
    return content if isinstance(content, dict) else {}


def _list(content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = content.get(name, [])
    return [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []


def _entries(content: Mapping[str, Any], name: str) -> list[Any]:
    entries = content.get(name, [])
    return entries if isinstance(entries, list) else []  # the schema reports what is no list


class _Scopes:
    """Which names each kind of formula may read."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.levers = _table(content, "levers")
        self.facts = _table(content, "facts")
        self.states = _table(content, "states")
        self.events = _table(content, "events")
        numbers = {*self.facts, *_table(content, "parameters"), "users", "days"}
        self.world = numbers | set(_table(content, "derived"))
        self.knobs = {
            k
            for lever in self.levers.values()
            for c in _table(lever, "choices").values()
            for k in _table(c, "knobs")
        }
        numeric = {n for n, lever in self.levers.items() if not _table(lever, "choices")}
        self.setting = self.world | self.knobs | numeric
        segment = {k for s in _list(content, "segments") for k in _table(s, "knobs")}
        self.segment = self.setting | segment
        events = {f"event_{e}" for e in self.events}
        seen = {*BASE, "living", "mean_trust", "launch_trust", *self.states, *events}
        self.signal = self.world | seen
        measured = self.setting | seen | MEASURED
        # What was set up is known from the levers alone, before anything is counted.
        self.of_measures = {
            "of": measured,
            "per": measured,
            "delay_days": self.world,
            "measured_if": self.setting,
        }


def _formula(path: Path, text: object, scope: Iterable[str]) -> Iterator[Fault]:
    try:
        unknown = sorted(names_in(str(text)) - set(scope))
    except CaseError:
        return  # the schema reports it
    for name in unknown:
        yield path, f"formula reads unknown name {name!r}; {offer(name, scope)}"


def _known(path: Path, name: object, known: Iterable[str], what: str) -> Iterator[Fault]:
    if not isinstance(name, str) or name not in set(known):
        yield path, f"no {what} {name!r}; {offer(str(name), known)}"


def _world_formulas(content: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    for name, text in _table(content, "derived").items():
        yield from _formula(("derived", name), text, scopes.world)
    for key in ("share", "scale"):
        if key in content:
            yield from _formula((key,), content[key], scopes.segment)
    for key, text in _table(content, "ladder").items():
        if key == "option":
            yield from _known(("ladder", key), text, scopes.levers, "lever")
        else:
            yield from _formula(("ladder", key), text, scopes.setting)


def _rows(content: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    for i, segment in enumerate(_list(content, "segments")):
        for key, text in segment.items():
            if key not in {"name", "label", "share", "knobs"}:
                yield from _formula(("segments", i, key), text, scopes.segment)
        for knob, text in _table(segment, "knobs").items():
            yield from _formula(("segments", i, "knobs", knob), text, scopes.segment)
    for side in ("exposed", "unexposed"):
        for field, text in _table(content, "rows", side).items():
            path = ("rows", side, field)
            yield from _known(path, field, [f.name for f in FIELDS], "row field")
            yield from _formula(path, text, {*scopes.segment, *LADDER})


def _levers(content: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    missing = [o for o in OPTIONS if o not in _table(content, "levers", "option", "choices")]
    if missing:
        yield (
            ("levers",),
            f"lever option needs the choices none, rules, simple, big; missing {missing}",
        )
    for name, lever in scopes.levers.items():
        choices = _table(lever, "choices")
        every = {k for c in choices.values() for k in _table(c, "knobs")}
        for choice, body in choices.items():
            path = ("levers", name, "choices", choice)
            for knob in sorted(every - set(_table(body, "knobs"))):
                yield path, f"knob {knob!r} is set by other choices of {name}; set it here too"
            for knob, text in _table(body, "knobs").items():
                yield from _formula((*path, "knobs", knob), text, scopes.world)
        if not choices:
            yield from _within(("levers", name, "default"), lever.get("default"), lever)
            for value in _entries(lever, "values"):
                yield from _within(("levers", name, "values"), value, lever)


def _states(_: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    for name, state in scopes.states.items():
        for key in ("full", "initial", "drift_per_day", "decay_per_day", "cap", "reset_at"):
            if key in _table(state):
                yield from _formula(("states", name, key), state[key], scopes.setting)
        for counter, text in _table(state, "per").items():
            yield from _known(("states", name, "per", counter), counter, BASE, "counter")
            yield from _formula(("states", name, "per", counter), text, scopes.setting)


def _couplings(content: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    groups = [s.get("name", "") for s in _list(content, "segments")]
    for i, coupling in enumerate(_list(content, "couplings")):
        path: Path = ("couplings", i)
        yield from _known((*path, "state"), coupling.get("state"), scopes.states, "state")
        pattern = str(coupling.get("field", ""))
        if not any(fnmatchcase(f.name, pattern) for f in FIELDS):
            fields = offer(pattern, [f.name for f in FIELDS])
            yield (*path, "field"), f"no row field {pattern!r}; {fields}, or a pattern like loss_*"
        if coupling.get("segment"):
            yield from _known((*path, "segment"), coupling["segment"], groups, "segment")
        for key in ("add", "scale"):
            yield from _formula((*path, key), coupling.get(key, "0"), scopes.setting)


def _events(_: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    for name, event in scopes.events.items():
        for key in ("per_day", "by_state_per_day", "trust_factor", "amount"):
            if key in _table(event):
                yield from _formula(("events", name, key), event[key], scopes.setting)
        for key in ("by_state", "impulse"):
            if _table(event).get(key):
                yield from _known(("events", name, key), event[key], scopes.states, "state")


def _priced(content: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    counted = {*BASE, *(f"event.{e}" for e in scopes.events)}
    for i, price in enumerate(_list(content, "prices")):
        per = str(price.get("per", ""))
        for part in per.split(" x "):
            known = {*counted, *scopes.states} if " x " in per else counted
            yield from _known(("prices", i, "per"), part.strip(), known, "counter")
        yield from _formula(("prices", i, "usd"), price.get("usd", "0"), scopes.setting)
    for i, cost in enumerate(_list(content, "costs")):
        yield from _formula(("costs", i, "usd"), cost.get("usd", "0"), scopes.setting)


def _watched(content: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    signals, actions = _table(content, "signals"), _table(content, "actions")
    for name, signal in signals.items():
        yield from _formula(
            ("signals", name, "formula"), _table(signal).get("formula", "0"), scopes.signal
        )
        yield from _formula(
            ("signals", name, "delay_days"), _table(signal).get("delay_days", "0"), scopes.world
        )
    for name, failure in _table(content, "failures").items():
        path: Path = ("failures", name)
        yield from _known((*path, "signal"), _table(failure).get("signal"), signals, "signal")
        limit = _table(failure).get("threshold", "0")
        yield from _formula((*path, "threshold"), limit, {*scopes.world, "launch_trust"})
    for name, trigger in _table(content, "triggers").items():
        path = ("triggers", name)
        yield from _known((*path, "signal"), _table(trigger).get("signal"), signals, "signal")
        yield from _known((*path, "action"), _table(trigger).get("action"), actions, "action")
    for name, action in actions.items():
        yield from _formula(("actions", name, "usd"), _table(action).get("usd", "0"), scopes.world)
        yield from _settings(("actions", name, "set"), _table(action, "set"), scopes)
    for name, policy in _table(content, "policies").items():
        yield from _settings(("policies", name, "levers"), _table(policy, "levers"), scopes)
        if trigger := _table(policy, "trigger"):
            path = ("policies", name, "trigger")
            yield from _known((*path, "signal"), trigger.get("signal"), signals, "signal")
            yield from _known((*path, "action"), trigger.get("action"), actions, "action")
    for option in OPTIONS:
        if f"default-{option}" not in _table(content, "policies"):
            yield (
                ("policies",),
                f"no policy default-{option}: each option needs a sensible default",
            )


def _settings(path: Path, levers: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    for name, value in levers.items():
        yield from _known((*path, name), name, scopes.levers, "lever")
        choices = _table(scopes.levers, name, "choices")
        if choices:
            yield from _known((*path, name), value, choices, f"choice of {name}")
        else:
            yield from _within((*path, name), value, _table(scopes.levers, name))


def _within(path: Path, value: object, lever: Mapping[str, Any]) -> Iterator[Fault]:
    low, high = lever.get("low"), lever.get("high")
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return  # the schema reports it, or the lever is unknown
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:  # type: ignore[operator]
        yield path, f"{value!r} is no setting of this lever; allowed: {low:g} to {high:g}"


def _people(content: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    for name, question in _table(content, "questions").items():
        reveals = _table(question).get("reveals")
        if reveals:
            yield from _known(("questions", name, "reveals"), reveals, scopes.facts, "fact")
    for name, person in _table(content, "stakeholders").items():
        for i, statement in enumerate(_list(_table(person), "statements")):
            path: Path = ("stakeholders", name, "statements", i, "fact")
            yield from _known(path, statement.get("fact"), scopes.facts, "fact")
        line: Path = ("stakeholders", name, "red_line")
        red = _table(person, "red_line")
        scope = {*scopes.levers, "trigger"}
        yield from _formula((*line, "refuses_if"), red.get("refuses_if", "0"), scope)
        yield from _settings((*line, "trade"), _table(red, "trade"), scopes)
        for fact in _entries(red, "answered_by"):
            yield from _known((*line, "answered_by"), fact, scopes.facts, "fact")


def _promised(content: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    """Yield what is wrong with the measures of metrics and the checks of promises."""
    found: list[tuple[Path, Mapping[str, Any]]] = []
    for name, metric in _table(content, "metrics").items():
        found += [(("metrics", name, k), _table(metric, k)) for k in ("measure", "broken_if")]
    criteria, actions = _table(content, "kill_criteria"), _table(content, "actions")
    for name, check in _table(content, "kill_checks").items():
        yield from _known(("kill_checks", name), name, criteria, "kill criterion")
        found.append((("kill_checks", name), _table(check)))
    for path, measure in found:
        for key, scope in scopes.of_measures.items():
            if key in measure:
                yield from _formula((*path, key), measure[key], scope)
        for action in _entries(measure, "done_by"):
            yield from _known((*path, "done_by"), action, actions, "action")


def _stops(content: Mapping[str, Any], scopes: _Scopes) -> Iterator[Fault]:
    for name, stop in _table(content, "stops").items():
        for action in _entries(_table(stop), "actions"):
            yield from _known(
                ("stops", name, "actions"), action, _table(content, "actions"), "action"
            )
        limit = _table(stop).get("threshold", "0")
        yield from _formula(("stops", name, "threshold"), limit, scopes.world)
        if "day" not in _table(stop) and not _table(stop).get("signal"):
            yield ("stops", name), "comes up never; give it a `day`, or a `signal` and `threshold`"
        if _table(stop).get("signal"):
            signals = _table(content, "signals")
            yield from _known(("stops", name, "signal"), stop["signal"], signals, "signal")
        limit = _table(stop).get("threshold", "0")
        yield from _formula(("stops", name, "threshold"), limit, scopes.world)
        if _table(stop).get("who"):
            people = _table(content, "stakeholders")
            yield from _known(("stops", name, "who"), stop["who"], people, "stakeholder")
    for signal in content.get("headlines", []):
        yield from _known(("headlines",), signal, _table(content, "signals"), "signal")
    for action in content.get("after_trigger", []):
        yield from _known(("after_trigger",), action, _table(content, "actions"), "action")
    fact = _table(content, "frontier").get("fact")
    yield from _known(("frontier", "fact"), fact, scopes.facts, "fact")


def dangling(content: Mapping[str, Any]) -> list[Fault]:
    """Return every name that points nowhere, as (path, message)."""
    scopes = _Scopes(content)
    parts = (
        _world_formulas,
        _rows,
        _levers,
        _states,
        _couplings,
        _events,
        _priced,
        _watched,
        _people,
        _promised,
        _stops,
    )
    return [fault for part in parts for fault in part(content, scopes)]

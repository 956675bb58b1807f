"""One case on the terminal: what can be decided, what differs, and every number behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.text import Text

from whennot.cli.output import policy_line, write_rows
from whennot.episode.sensitivity import sensitivity

if TYPE_CHECKING:
    from rich.console import Console

    from whennot.episode.case import Case
    from whennot.world.spec import Lever, Number

INDENT = 2
NAME = 24
"""Columns of names; few are longer, and those push what follows."""


# --- as data ---------------------------------------------------------------------------------


def as_dict(case: Case) -> dict[str, Any]:
    """Return all of a case that a player may know before playing, as plain data."""
    spec = case.spec
    return {
        "name": case.name,
        "title": spec.title,
        "domain": spec.domain,
        "company": spec.company,
        "options": list(spec.option_lever.choices),
        "version": spec.version,
        "days": spec.days,
        "users": spec.users,
        "minutes": spec.minutes,
        "facts": [
            {"name": name, "typical": fact.typical, "told": fact.told} | _number(fact)
            for name, fact in spec.facts.items()
        ],
        "parameters": [
            {"name": name} | _number(number) for name, number in spec.parameters.items()
        ],
        "levers": [{"name": name} | _lever(lever) for name, lever in spec.levers.items()],
        "failures": [{"name": n, "label": f.label} for n, f in spec.failures.items()],
        "sensitivity": sensitivity(case),
        "policies": [
            {"name": name, "label": named.label}
            | {"levers": named.levers, "trigger": named.trigger and named.trigger.model_dump()}
            for name, named in spec.policies.items()
        ],
    }


def _number(number: Number) -> dict[str, Any]:
    fields = {"label", "value", "low", "high", "unit", "status", "source", "stands_for"}
    return number.model_dump(include=fields)


def _lever(lever: Lever) -> dict[str, Any]:
    return {
        "label": lever.label,
        "explains": lever.explains,
        "default": lever.default,
        "live": lever.live,
        "unit": lever.unit,
        "options": [{"value": value, "label": lever.shown(value)} for value in lever.options],
        "low": lever.low,
        "high": lever.high,
    }


# --- as a page -------------------------------------------------------------------------------


def draw(console: Console, case: Case) -> None:
    """Print a case, at most 100 columns wide."""
    spec = case.spec
    console.print(Text(spec.title, style="bold"))
    where = f"{spec.domain}, at the fictional {spec.company}"
    size = f"{spec.days} days, {spec.users:,} users, {spec.minutes} minutes for questions"
    console.print(f"Case {case.name}, version {spec.version}: {where}.", markup=False)
    console.print(f"{size}. Play it: whennot play {case.name}", markup=False)
    for part in (_levers, _policies, _failures, _facts, _parameters, _sensitivity):
        console.print()
        part(console, case)


def _heading(console: Console, text: str, note: str) -> None:
    console.print(Text(text, style="bold cyan"))
    write_rows(console, [(" ", note)], label=INDENT)


def _rows(console: Console, rows: Iterable[tuple[str, str]], *, label: int = NAME) -> None:
    write_rows(console, rows, indent=INDENT, label=label)


def _about(console: Console, rows: Iterable[tuple[str, str]], *, style: str = "") -> None:
    """Print what belongs to the name above, further in."""
    write_rows(console, rows, indent=2 * INDENT, label=12, style=style)


def _levers(console: Console, case: Case) -> None:
    _heading(console, "Levers", "What you decide; * marks the default.")
    for name, lever in case.spec.levers.items():
        live = "" if lever.live else " (full panel only)"
        unit = f", {lever.unit}" if lever.unit else ""
        _rows(console, [(name, f"{lever.label}{unit}{live}")])
        for value in lever.options:
            mark = "*" if value == lever.default else " "
            shown = value if isinstance(value, str) else f"{value:g}"
            _about(console, [(f"{mark} {shown}", lever.shown(value))])


def _policies(console: Console, case: Case) -> None:
    from whennot.world.policy import named_policy

    _heading(console, "Named policies", "For simulate and regret: --policy NAME.")
    for name, named in case.spec.policies.items():
        _rows(console, [(name, named.label)])
        line = policy_line(named_policy(case.spec, name))
        write_rows(console, [(" ", line)], indent=2 * INDENT, label=INDENT)


def _failures(console: Console, case: Case) -> None:
    _heading(console, "Failure modes", "What can break; which comes first is what you forecast.")
    _rows(console, [(name, failure.label) for name, failure in case.spec.failures.items()])


def _facts(console: Console, case: Case) -> None:
    note = "They differ between variants. Here is what a newcomer would be told."
    _heading(console, "Facts", note)
    for name, fact in case.spec.facts.items():
        asked = "told in the brief" if fact.told else "ask to know"
        _rows(console, [(name, f"{fact.label}: {asked}")])
        _about(console, [("typical", fact.typical)])
        _origin(console, fact, value=f"{fact.value:g} at default facts, ")


def _parameters(console: Console, case: Case) -> None:
    numbers = case.spec.parameters
    counted = Counter(number.status for number in numbers.values())
    told = ", ".join(f"{count} {status}" for status, count in counted.most_common())
    _heading(console, "Parameters", f"{told}. Assumed and fitted ones are open to appeal.")
    for name, number in numbers.items():
        label = f" ({number.label})" if number.label else ""
        _rows(console, [(name, f"{number.value:g} {number.unit}{label}")])
        _origin(console, number)


def _sensitivity(console: Console, case: Case) -> None:
    note = "Within its range each makes another option best; the debrief tells what it means."
    _heading(console, "What the best option hangs on", note)
    found = sensitivity(case)
    if found is None:
        _rows(console, [("not swept", f"build the atlas first: whennot atlas build {case.name}")])
        return
    rows = [
        (f["name"], f"{f['status']} at {f['value']:g}, turns at {f['flips_at']:g} {f['unit']}")
        for f in found
    ]
    _rows(console, rows or [("nothing", "that was swept: no single assumption decides it")])


def _origin(console: Console, number: Number, *, value: str = "") -> None:
    """Print status, range and source; the status stands out where a player may contest it."""
    stands = f" (stands for {number.stands_for})" if number.stands_for else ""
    spread = f"{number.low:g} to {number.high:g}" if number.low < number.high else "exactly"
    unit = f" {number.unit}" if value else ""
    text = f"{value}{spread}{unit}; {number.source}{stands}"
    _about(console, [(number.status, text)], style="yellow" if number.open_to_appeal else "")

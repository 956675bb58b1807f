"""Cases as their pages show them: before playing, nothing that has to be asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from whennot.episode.case import Case
from whennot.episode.debrief import number
from whennot.episode.sensitivity import sensitivity
from whennot.errors import WhennotError
from whennot.home import Home
from whennot.practice import plays
from whennot.practice.plays import Kept
from whennot.shelf import case_names, fault_of, load_case, play_order
from whennot.world.spec import Number

EXACT = 1e-12


@dataclass(frozen=True)
class OnShelf:
    """A case in the list. played: its finished plays; open: one that can go on, or empty."""

    case: Case
    played: int
    open: str


@dataclass(frozen=True)
class Row:
    """A number of a case.

    Attributes:
        name: in the case. label: what it is. value, spread: with unit. status: where it comes
            from. source: which source. stands_for: what a borrowed number stands for.
        open_to_appeal: whether a player may contest it. more: typical value of a fact.
    """

    name: str
    label: str
    value: str
    spread: str
    status: str
    source: str
    stands_for: str
    open_to_appeal: bool
    more: str = ""


def catalogue(home: Home) -> list[OnShelf]:
    """Return all cases with what was played of them."""
    kept = plays.kept(home)
    return [on_shelf(load_case(name), kept) for name in play_order()]


def broken() -> list[tuple[str, str]]:
    """Return (name, what is wrong) of every case on the shelf that cannot be played."""
    return [(name, fault) for name in case_names() if (fault := fault_of(name))]


def on_shelf(case: Case, kept: list[Kept]) -> OnShelf:
    """Return a case with what was played of it."""
    mine = [k for k in kept if k.case == case.name]
    unfinished = [k.name for k in mine if not k.finished]
    return OnShelf(case, sum(k.finished for k in mine), unfinished[-1] if unfinished else "")


def page(case: Case, home: Home) -> dict[str, Any]:
    """Return what the page of a case shows."""
    spec = case.spec
    counted = Counter(p.status for p in spec.parameters.values())
    try:
        turns = sensitivity(case)
    except WhennotError:
        turns = None  # a damaged atlas is told by `whennot check`; the case can still be read
    return {
        "on_shelf": on_shelf(case, plays.kept(home)),
        "case": case,
        "spec": spec,
        "levers": [
            {
                "label": lever.label,
                "explains": lever.explains,
                "live": lever.live,
                "options": [
                    (lever.shown(v), v == lever.default, _explains(lever, v))
                    for v in lever.options
                ],
            }
            for lever in spec.levers.values()
        ],
        "facts": [_row(n, f, more=f.typical) for n, f in spec.facts.items()],
        "told": [f.label for f in spec.facts.values() if f.told],
        "parameters": [_row(n, p) for n, p in spec.parameters.items()],
        "statuses": ", ".join(f"{n} {status}" for status, n in counted.most_common()),
        "failures": [(f.label, f.story) for f in spec.failures.values()],
        "sensitivity": None
        if turns is None
        else [
            turn
            | {
                "label": spec.parameters[turn["name"]].label or turn["name"].replace("_", " "),
                "now": number(turn["value"], turn["unit"]),
                "turns": number(turn["flips_at"], turn["unit"]),
            }
            for turn in turns
        ],
    }


def _explains(lever: Any, value: str | float) -> str:
    return lever.choices[str(value)].explains if lever.choices else ""


def _row(name: str, found: Number, *, more: str = "") -> Row:
    same = abs(found.high - found.low) < EXACT
    low, high = number(found.low, found.unit), number(found.high, found.unit)
    return Row(
        name=name,
        label=found.label or name.replace("_", " "),
        value=number(found.value, found.unit),
        spread="exactly" if same else f"{low} to {high}",
        status=found.status,
        source=found.source,
        stands_for=found.stands_for or "",
        open_to_appeal=found.open_to_appeal,
        more=more,
    )

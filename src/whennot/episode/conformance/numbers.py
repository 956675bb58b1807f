"""Rules about numbers: each has a name, a unit, a source and a use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from whennot.episode.conformance.subject import Fault, Path, Subject
from whennot.world.formula import FREE_LITERALS, literals_in, names_in
from whennot.world.spec import Formula, WorldSpec

RED_LINE = "refuses_if"
_MARKS = get_args(Formula)[1:]
"""What tells a formula from other text in the schema."""


def formulas(part: BaseModel, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every formula of a case file with its path; those left out are empty."""
    for name, field in type(part).model_fields.items():
        value, here = getattr(part, name), (*path, name)
        if any(mark in field.metadata for mark in _MARKS):
            yield here, value
        elif field.annotation == dict[str, Formula]:
            yield from (((*here, key), text) for key, text in value.items())
        else:
            for key, inner in _parts(value):
                yield from formulas(inner, (*here, *key))


def _parts(value: Any) -> Iterator[tuple[Path, BaseModel]]:
    """Yield the tables in a value, with what leads to them."""
    if isinstance(value, BaseModel):
        yield (), value
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, tuple):
        pairs = enumerate(value)
    yield from (((key,), inner) for key, inner in pairs if isinstance(inner, BaseModel))


def bare(subject: Subject) -> Iterator[Fault]:
    """No formula holds a number without a name, unit, status and source."""
    free = ", ".join(str(n) for n in sorted(FREE_LITERALS))
    for path, text in formulas(subject.case.spec):
        # A red line is what a person minds about lever values: no claim about the world.
        found = literals_in(text) if text and path[-1] != RED_LINE else ()
        if found:
            held = ", ".join(f"{n:g}" for n in found)
            yield Fault(
                subject.at(*path),
                f"{_dotted(path)}: the formula {text!r} holds {held}; "
                f"allowed are {free} and names. Give the number a name in [parameters], "
                "with unit, status, source, low and high",
            )


def unused(subject: Subject) -> Iterator[Fault]:
    """Every fact, parameter, derived number and knob moves something."""
    texts = (text for path, text in formulas(subject.case.spec) if path[-1] != RED_LINE)
    read = frozenset().union(*(names_in(text) for text in texts if text))
    for path in _declared(subject.case.spec):
        if path[-1] not in read:
            yield Fault(
                subject.at(*path),
                f"{_dotted(path)} is read by no formula, so the world does not depend on it; "
                "use it in a formula or remove it",
            )


def _declared(spec: WorldSpec) -> Iterator[Path]:
    """Yield where each name is declared that formulas may read."""
    for kind in ("facts", "parameters", "derived"):
        yield from ((kind, name) for name in getattr(spec, kind))
    for lever, declared in spec.levers.items():
        if not declared.choices:
            yield "levers", lever
            continue
        choice, first = next(iter(declared.choices.items()))
        yield from (("levers", lever, "choices", choice, "knobs", knob) for knob in first.knobs)
    for i, segment in enumerate(spec.segments):
        yield from (("segments", i, "knobs", knob) for knob in segment.knobs)


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)

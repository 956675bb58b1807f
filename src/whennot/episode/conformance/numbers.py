"""Rules about numbers: each has a name, a unit, a source and a use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from whennot.episode.conformance.subject import Fault, Path, Subject
from whennot.world.formula import FREE_LITERALS, literals_in, names_in
from whennot.world.spec import Formula

RED_LINE = "refuses_if"


def formulas(part: BaseModel, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every formula of a case file with its path; those left out are empty."""
    for name, field in type(part).model_fields.items():
        value, here = getattr(part, name), (*path, name)
        if set(Formula.__metadata__) & set(field.metadata):
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
            yield Fault(
                subject.at(*path),
                f"{_dotted(path)}: the formula {text!r} holds {', '.join(f'{n:g}' for n in found)}; "
                f"allowed are {free} and names. Give the number a name in [parameters], "
                "with unit, status, source, low and high",
            )


def unused(subject: Subject) -> Iterator[Fault]:
    """Every fact, parameter, derived number and knob moves something."""
    spec = subject.case.spec
    texts = (text for path, text in formulas(spec) if path[-1] != RED_LINE)
    read = frozenset().union(*(names_in(text) for text in texts if text))
    for kind in ("facts", "parameters", "derived"):
        for name in getattr(spec, kind):
            if name not in read:
                yield _idle(subject, (kind, name))
    for lever, declared in spec.levers.items():
        first = next(iter(declared.choices), "")
        for knob in declared.choices[first].knobs if first else ():
            if knob not in read:
                yield _idle(subject, ("levers", lever, "choices", first, "knobs", knob))
        if not first and lever not in read:
            yield _idle(subject, ("levers", lever))
    for i, segment in enumerate(spec.segments):
        for knob in segment.knobs:
            if knob not in read:
                yield _idle(subject, ("segments", i, "knobs", knob))


def _idle(subject: Subject, path: Path) -> Fault:
    return Fault(
        subject.at(*path),
        f"{_dotted(path)} is read by no formula, so the world does not depend on it; "
        "use it in a formula or remove it",
    )


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)

"""What is wrong with a file that was read into pydantic models, in an author's words.

pydantic says what it expected of a value; an author wants the line, the key and what may stand
there. Every fault of a file is told at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, ValidationError

from whennot.episode.lines import line_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]

WORDS: dict[Any, str] = {
    str: "text in quotes",
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    date: 'a date like "2026-11-23"',
    UUID: 'a UUID like "6d0f0f0c-6f0a-4d5e-9a53-0b7f7c1d2a10"',
}
_SHAPES: dict[Any, str] = {dict: "table", list: "list"}
LIMITS = (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than"))
SIZES = (("min_length", "at least"), ("max_length", "at most"))


def offer(wrong: str, known: Iterable[str]) -> str:
    """Return a near name, if there is one, and all that is allowed."""
    names = sorted(known)
    near = difflib.get_close_matches(wrong, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{hint}allowed: {', '.join(names) or 'none'}"


def schema_faults(
    error: ValidationError, *, model: type[BaseModel], lines: Mapping[Path, int]
) -> list[tuple[int, str]]:
    """Return every fault as (line, text).

    Args:
        error: what pydantic found.
        model: what the file was read into.
        lines: where its entries stand, see `whennot.episode.lines`.
    """
    faults = []
    for detail in error.errors():
        if _follows(detail):
            continue
        marks = ("function-", "constrained-")
        path = tuple(p for p in detail["loc"] if not str(p).startswith(marks))
        text, key = _text(detail, model, path)
        # A fault between two keys of a table starts with the key to change; it has a line, too.
        faults.append((line_of(dict(lines), (*path, *key)), text))
    return faults


def _follows(detail: ErrorDetails) -> bool:
    """Return whether a list counts as too short only because its entries have faults."""
    given, context = detail["input"], detail.get("ctx") or {}
    return detail["type"] == "too_short" and len(given) >= context["min_length"]


def _text(detail: ErrorDetails, model: type[BaseModel], path: Path) -> tuple[str, tuple[str, ...]]:
    name = ".".join(str(p) for p in path)
    kind = detail["type"]
    if kind in {"value_error", "assertion_error"}:
        said = detail["msg"].removeprefix("Value error, ")
        told = f"{name}: {said}" if name else said
        return told, (said.split()[0].strip("`'\""),)
    if kind == "missing":
        return f"{name} is missing; allowed: {_kind(_at(model, path))}", ()
    if kind == "extra_forbidden":
        around = _at(model, path[:-1])
        keys = around.model_fields if _is_model(around) else ()
        return f"{name}: no key {path[-1]!r} here; {offer(str(path[-1]), keys)}", ()
    given = detail["input"]
    shown = f"a {_SHAPES[type(given)]}" if type(given) in _SHAPES else repr(given)
    return f"{name} is {shown}; allowed: {_allowed(detail, _at(model, path))}", ()


def _allowed(detail: ErrorDetails, annotation: Any) -> str:
    context = detail.get("ctx") or {}
    if "expected" in context:
        return str(context["expected"])
    for key, words in LIMITS:
        if key in context:
            return f"{words} {context[key]}"
    for key, words in SIZES:
        if key in context:
            things = "characters" if isinstance(detail["input"], str) else "entries"
            return f"{words} {context[key]} {things}"
    kind = _kind(annotation)
    return kind if kind != "a value" else detail["msg"]


def _at(annotation: Any, path: Sequence[str | int]) -> Any:
    """Return the type that the schema declares at a path, or None where it declares none."""
    here = _plain(annotation)
    for part in path:
        if _is_model(here):
            field = here.model_fields.get(part)
            here = None if field is None else field.annotation
        elif get_origin(here) is dict:
            here = get_args(here)[1]
        elif get_origin(here) in {tuple, list}:
            here = get_args(here)[0]
        else:
            return None
        here = _plain(here)
    return here


def _plain(annotation: Any) -> Any:
    """Return a type without its notes, and without None or the choices beside a table."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        real = [a for a in get_args(annotation) if a is not type(None)]
        return next((a for a in real if _is_model(a)), real[0] if len(real) == 1 else annotation)
    return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _kind(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(repr(a) for a in get_args(annotation))
    if get_origin(annotation) in {Union, UnionType}:
        return " or ".join(_kind(a) for a in get_args(annotation))
    if get_origin(annotation) in {tuple, list}:
        return "a list in [ ]"
    if _is_model(annotation) or get_origin(annotation) is dict:
        return "a table"
    return WORDS.get(annotation, "a value")

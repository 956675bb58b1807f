"""What is typed on the command line, turned into cases, worlds and policies."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from whennot.cli.output import talk

if TYPE_CHECKING:
    from whennot.episode.case import Case
    from whennot.world.policy import Policy
    from whennot.world.spec import Number, TriggerForm, WorldSpec
    from whennot.world.world import World

LARGEST_POLICY = 100_000
"""Bytes; a policy is a dozen lines."""


def within(low: int, high: int) -> Callable[[int | None], int | None]:
    """Return a check that a number lies in a range; typer's own does not tell the range."""

    def check(value: int | None) -> int | None:
        if value is not None and not low <= value <= high:
            raise typer.BadParameter(f"{value} is out of range; allowed: {low} to {high}")
        return value

    return check


def complete_case(incomplete: str) -> list[str]:
    """Return the cases a shell may complete to."""
    from whennot.shelf import case_names

    return [name for name in case_names() if name.startswith(incomplete)]


def _policies(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the policies of the case typed before."""
    from whennot.errors import WhennotError
    from whennot.shelf import load_case

    # While the line is unfinished, what stands in the case's place is not assigned to it yet.
    typed = [ctx.params.get("case"), *ctx.args]
    try:
        named = load_case(next(str(word) for word in typed if word)).spec.policies
    except (StopIteration, WhennotError):
        return []
    return [name for name in named if name.startswith(incomplete)]


CaseName = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="A case by name, or the folder of one.", autocompletion=complete_case
    ),
]
PolicyName = Annotated[
    str,
    typer.Option(
        "--policy",
        metavar="NAME|FILE.toml",
        help="A policy the case names, or a file with [levers] and perhaps a [trigger].",
        autocompletion=_policies,
    ),
]
Variant = Annotated[
    int | None,
    typer.Option(
        callback=within(1, 10**9),
        metavar="N",
        help="Which world, 1 or higher; by default the one of default facts.",
    ),
]
Challenge = Annotated[
    str, typer.Option(metavar="CODE", help="A challenge code, mixed into the variant.")
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FACT=VALUE",
        help="Give a fact or parameter another value; may be repeated.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        callback=within(0, 2**32 - 1),
        metavar="N",
        help="Key of all draws; by default that of every launch.",
    ),
]
Backend = Annotated[
    Literal["numba", "numpy"] | None,
    typer.Option(help="What counts: compiled or NumPy, the same counts; by default the faster."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


# --- worlds ----------------------------------------------------------------------------------


def world_of(
    case: Case, *, variant: int | None, challenge: str, changes: Sequence[str]
) -> tuple[World, dict[str, float]]:
    """Return the world that was asked for, and what was set in it.

    Raises:
        PlayerError: an unknown name or a value that is no number; all of them at once.
    """
    if challenge and variant is None:
        raise typer.BadParameter(
            "it is mixed into a variant, so it needs --variant", param_hint="--challenge"
        )
    world = case.default_world()
    if variant is not None:
        world = case.variant(variant, challenge=challenge)
    values = values_of(case, changes)
    return world.changed(**values), values


def values_of(case: Case, changes: Sequence[str]) -> dict[str, float]:
    """Return facts and parameters from NAME=VALUE words.

    Raises:
        PlayerError: an unknown name or a value that is no number; all of them at once.
    """
    return _values(case.spec, changes, where=case.name)


def world_words(*, variant: int | None, challenge: str, values: Mapping[str, float]) -> str:
    """Return which world it is, in words."""
    words = "default facts" if variant is None else f"variant {variant}"
    if challenge:
        words += f", challenge {challenge!r}"
    return ", ".join([words, *(f"{name} = {value:g}" for name, value in values.items())])


def _values(spec: WorldSpec, changes: Sequence[str], *, where: str) -> dict[str, float]:
    from whennot.errors import PlayerError

    numbers: dict[str, Number] = {**spec.facts, **spec.parameters}
    values: dict[str, float] = {}
    faults = []
    for change in changes:
        name, equals, text = (part.strip() for part in change.partition("="))
        if not equals:
            raise typer.BadParameter(
                f"{change!r} has no '='; write FACT=VALUE", param_hint="--set"
            )
        if name not in numbers:
            near = get_close_matches(name, numbers, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Listed by: whennot cases {where}"
            faults.append(f"no fact or parameter {name!r}. {hint}")
        elif (value := _number(text)) is None:
            faults.append(f"{name}: {text!r} is not a number; {_range(numbers[name])}")
        else:
            values[name] = value
    if faults:
        raise PlayerError("\n".join(faults))
    for name, value in values.items():
        if not numbers[name].low <= value <= numbers[name].high:
            talk(f"Note: {name} = {value:g} is not plausible; {_range(numbers[name])}")
    return values


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _range(number: Number) -> str:
    return f"range {number.low:g} to {number.high:g} {number.unit}"


# --- policies --------------------------------------------------------------------------------


def policy_of(case: Case, text: str) -> Policy:
    """Return the policy of that name, or the one in that file.

    Raises:
        PlayerError: no such policy or file, or a file that is wrong; lists all its faults.
    """
    from whennot.errors import PlayerError
    from whennot.world.policy import named_policy

    if text in case.spec.policies:
        return named_policy(case.spec, text)
    if text.endswith(".toml") or "/" in text or "\\" in text:
        return _policy_in(Path(text), spec=case.spec)
    try:
        return named_policy(case.spec, text)
    except PlayerError as error:
        message = f"{case.name}: {error} Or name a file that ends in .toml."
        raise PlayerError(message) from None


def _policy_in(path: Path, *, spec: WorldSpec) -> Policy:
    from whennot.episode.lines import line_index, line_of
    from whennot.episode.toml import read_toml
    from whennot.errors import PlayerError
    from whennot.world.policy import make_policy

    text = _text_of(path)
    content = read_toml(text, where=str(path), error=PlayerError)
    faults = list(_table_faults(content))
    levers = content.get("levers", {})
    faults += _lever_faults(levers, spec=spec)
    trigger, wrong = _trigger(content.get("trigger"), spec=spec)
    faults += wrong
    if faults:
        lines = line_index(text)
        told = [f"{path}:{line_of(lines, place)}: {fault}" for place, fault in faults]
        raise PlayerError("\n".join(told))
    return make_policy(spec, levers, trigger=trigger)


def _text_of(path: Path) -> str:
    from whennot.errors import PlayerError

    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_POLICY + 1)
        text = content.decode()
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise PlayerError(message) from None
    except UnicodeDecodeError:
        message = f"{path}: not UTF-8 text"
        raise PlayerError(message) from None
    if len(content) > LARGEST_POLICY:
        message = f"{path}: larger than {LARGEST_POLICY:,} bytes; a policy is a dozen lines"
        raise PlayerError(message)
    return text


Place = tuple[str, ...]
Fault = tuple[Place, str]


def _table_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    from whennot.world.policy import suggest

    tables = ("levers", "trigger")
    for name in content:
        if name not in tables:
            yield (name,), f"no table {name!r}. {suggest(name, tables)}"
    for name in tables:
        if name in content and not isinstance(content[name], dict):
            yield (name,), f"{name} must be a table: [{name}]"
    if "levers" not in content:
        yield (), "no [levers]; the table must be there, levers left out take their default"


def _lever_faults(levers: Any, *, spec: WorldSpec) -> Iterator[Fault]:
    from whennot.errors import PlayerError
    from whennot.world.policy import make_policy

    if not isinstance(levers, dict):
        return
    for name, value in levers.items():
        if isinstance(value, dict | list):
            yield ("levers", name), f"lever {name}: one value is needed, not {value!r}"
            continue
        try:
            make_policy(spec, {name: value})
        except PlayerError as error:
            yield ("levers", name), str(error)


def _trigger(content: Any, *, spec: WorldSpec) -> tuple[TriggerForm | None, list[Fault]]:
    from pydantic import ValidationError

    from whennot.errors import PlayerError
    from whennot.world.policy import make_policy
    from whennot.world.spec import TriggerForm

    if not isinstance(content, dict):
        return None, []
    try:
        trigger = TriggerForm.model_validate(content)
        make_policy(spec, {}, trigger=trigger)
    except ValidationError as error:
        return None, [_told(dict(detail)) for detail in error.errors()]
    except PlayerError as error:
        return None, [(("trigger",), str(error))]
    return trigger, []


def _told(detail: Mapping[str, Any]) -> Fault:
    """Return what pydantic found, in our words."""
    from whennot.world.policy import suggest
    from whennot.world.spec import TriggerForm

    name = str(detail["loc"][0]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        hint = suggest(name, TriggerForm.model_fields)
        return ("trigger", name), f"trigger: no key {name!r}. {hint}"
    if detail["type"] == "missing":
        return ("trigger",), f"trigger: {name} is missing"
    return ("trigger", name), f"trigger {name}: {detail['msg']} (got {detail['input']!r})"

"""Where things are written: data to standard output, talk to standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from shutil import get_terminal_size
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from whennot.world.policy import Policy

WIDEST = 100
"""Columns that tables use at most; wider lines are hard to read."""
LABEL = 14
"""Columns of the labels in `write_rows`."""


def data() -> Console:
    """Return the console for what was asked for; 100 columns where it is no terminal."""
    from rich.console import Console

    console = Console(highlight=False)
    if console.is_terminal and console.width <= WIDEST:
        return console
    return Console(highlight=False, width=WIDEST)


def write_rows(
    console: Console,
    rows: Iterable[tuple[str, str]],
    *,
    indent: int = 0,
    label: int = LABEL,
    style: str = "bold",
) -> None:
    """Print (label, text) pairs; text wraps in a column of its own.

    Args:
        console: where to.
        rows: pairs; a text without a label starts at the left.
        indent: columns left of the labels.
        label: columns of the labels.
        style: of the labels.
    """
    from rich.text import Text

    left = " " * indent
    for name, text in rows:
        if not name:
            console.print(f"{left}{text}", markup=False)
            continue
        room = console.width - indent - label
        for number, line in enumerate(wrap(text, room, break_on_hyphens=False) or [""]):
            start = f"{'' if number else name:<{label - 1}} "
            console.print(Text.assemble(left, (start, style), line))


def talk(text: str) -> None:
    """Say something that is no data; a terminal gets it without broken words."""
    if sys.stderr.isatty():
        columns = get_terminal_size().columns
        text = "\n".join(
            fill(line, columns, break_long_words=False, break_on_hyphens=False)
            for line in text.split("\n")
        )
    typer.echo(text, err=True)


def busy(text: str) -> AbstractContextManager[Any]:
    """Show that work goes on, on a terminal; say nothing elsewhere."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    return console.status(text, spinner="dots" if is_unicode(console) else "line")


def is_unicode(console: Console) -> bool:
    """Return whether more than ASCII can be drawn."""
    return console.encoding.lower().startswith("utf")


def write_json(value: Any) -> None:
    """Write plain data as JSON; NaN and infinities, which JSON has not, become null."""
    ascii_only = not (sys.stdout.encoding or "").lower().startswith("utf")
    typer.echo(json.dumps(_plain(value), indent=2, ensure_ascii=ascii_only, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def policy_line(policy: Policy) -> str:
    """Return a policy as lever=value words, its trigger behind them."""
    levers = " ".join(
        f"{n}={v if isinstance(v, str) else format(v, 'g')}" for n, v in policy.levers
    )
    t = policy.trigger
    if t is None:
        return f"{levers}, no trigger"
    held = f"{t.signal} {t.comparator} {t.threshold:g} ({t.window_days}-day mean)"
    late, long = counted(t.deadline_days, "day"), counted(t.for_days, "day")
    return f"{levers}, {t.action} {late} after {held} held for {long}"


def counted(number: int, thing: str) -> str:
    """Return a number of things in words that agree: 1 day, 2 days."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"

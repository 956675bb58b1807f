"""Reads TOML that others wrote: case files, policies, moves.

The standard reader is correct but trusting: nesting ends in a crash of the stack, a key of ten
thousand parts takes minutes, and escapes put terminal commands into texts. Here a file is small,
flat and printable, or it is refused with the line to look at.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from whennot.episode.lines import Path, line_index, line_of
from whennot.errors import CaseError, WhennotError

LARGEST = 1_000_000
"""Characters of a file; a rich case has 40,000."""
LONGEST_LINE = 2_000
"""Characters; the reader's time grows with the square of a dotted key's length."""
DEEPEST = 16
"""Tables within tables; the case file needs six."""
LARGEST_INT = 2**63 - 1
"""What TOML promises to keep; anything larger is no number of a case, and no float either."""

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that command a terminal; a new line and a tab are none of them."""


def control_characters(text: str) -> Iterator[tuple[int, str]]:
    """Yield line (from 1) and code, like ``U+001B``, of the first one of every line."""
    for number, line in enumerate(text.split("\n"), start=1):
        found = CONTROL.search(line)
        if found:
            yield number, f"U+{ord(found.group()):04X}"


def read_toml(text: str, *, where: str, error: type[WhennotError] = CaseError) -> dict[str, Any]:
    """Return the content of a TOML text.

    Args:
        text: what the file holds.
        where: what to call it in messages.
        error: what to raise.

    Raises:
        WhennotError: of the class in `error`: too large, not TOML, nested too deep, or with a
            control character, or a number that is not finite; every such value with its line.
    """
    _refuse_size(text, where=where, error=error)
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError, OverflowError) as fault:
        spot = re.search(r"at line (\d+)", str(fault))
        place = f"{where}:{spot.group(1)}" if spot else where
        deep = isinstance(fault, RecursionError)
        why = f"nested more than {DEEPEST} deep" if deep else str(fault)
        raise error(f"{place}: not readable as TOML: {why}") from None
    faults = list(_faults(content))
    if faults:
        lines = line_index(text)
        told = [f"{where}:{line_of(lines, p)}: {_shown(p)} {said}" for p, said in faults]
        raise error("\n".join(told))
    return content


def _refuse_size(text: str, *, where: str, error: type[WhennotError]) -> None:
    if len(text) > LARGEST:
        raise error(f"{where}: larger than {LARGEST:,} characters")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise error(
                f"{where}:{number}: a line of {len(line):,} characters; allowed: {LONGEST_LINE:,}"
            )


def _faults(content: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    # A list of what is left to look at, as a walk that calls itself could be made to run out.
    left: list[tuple[Path, Any]] = [((), content)]
    while left:
        path, value = left.pop()
        if len(path) > DEEPEST:
            yield path[:DEEPEST], f"is nested more than {DEEPEST} deep"
        elif isinstance(value, dict):
            for key, inner in value.items():
                if CONTROL.search(key):
                    yield (*path, key), "has a control character in its name"
                left.append(((*path, key), inner))
        elif isinstance(value, list):
            left += [((*path, i), inner) for i, inner in enumerate(value)]
        else:
            fault = _value_fault(value)
            if fault:
                yield path, fault


def _value_fault(value: object) -> str:
    if isinstance(value, str):
        found = CONTROL.search(value)
        return f"holds the control character U+{ord(found.group()):04X}" if found else ""
    if isinstance(value, int) and abs(value) > LARGEST_INT:
        return f"is too large a whole number; allowed: at most {LARGEST_INT:,}"
    if isinstance(value, float) and not math.isfinite(value):
        return f"is {value}; allowed: a finite number"
    return ""


def _shown(path: Path) -> str:
    """Return a path for a message, with control characters as their codes."""
    name = ".".join(map(str, path))
    return CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", name)

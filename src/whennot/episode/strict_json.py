"""JSON in one spelling: one value has one text, and a text that is not plain is refused.

The seal of an episode is a hash over text, so text must follow from content alone: keys sorted,
floats as `repr` writes them, UTF-8 without escapes, no NaN. RFC 8785 (JCS) was the alternative;
its number format is that of another language, and nobody needs to seal an episode there.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from whennot.errors import EpisodeError

LIMIT_BYTES = 5_000_000
"""Largest file that is read or written, 5 MB; a long episode needs about 50 kB."""

_DEEPEST = 40
"""Nesting that is accepted; far below the recursion limit of the standard parser."""

_MOST_FAULTS = 20
"""Faults told of one file; a file with more is not one that somebody wrote."""

_LARGEST_INTEGER = 2**64
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*("?)|[\[\]{}]', re.DOTALL)
_SECTION_LINE = re.compile(r'  "(\w+)":')


def canonical(value: Any) -> str:
    """Return the one text of a plain value, on one line."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def laid_out(value: Any, *, depth: int, indent: str = "") -> str:
    """Return the one text of a plain value, one entry a line down to a depth.

    Args:
        value: a plain JSON value.
        depth: levels of objects and lists that get a line for each entry.
        indent: what stands before the closing bracket.
    """
    if depth == 0 or not value or not isinstance(value, dict | list | tuple):
        return canonical(value)
    deeper = indent + "  "
    if isinstance(value, dict):
        opening, closing = "{", "}"
        entries = [
            f"{canonical(key)}: {laid_out(value[key], depth=depth - 1, indent=deeper)}"
            for key in sorted(value)
        ]
    else:
        opening, closing = "[", "]"
        entries = [laid_out(entry, depth=depth - 1, indent=deeper) for entry in value]
    lines = ",\n".join(deeper + entry for entry in entries)
    return f"{opening}\n{lines}\n{indent}{closing}"


def faults_in(value: Any) -> list[str]:
    """Return a sentence for everything in a value that has no plain JSON text.

    A stack, not recursion: a hostile file may be nested deeper than Python can recurse.
    """
    faults: list[str] = []
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting:
        path, here, depth = waiting.pop()
        if depth > _DEEPEST:
            faults.append(f"{path[:60]}...: nested deeper than {_DEEPEST} levels")
        elif isinstance(here, dict):
            for key, entry in here.items():
                if not isinstance(key, str):
                    faults.append(f"{path or 'top level'}: key {key!r} is not text")
                elif fault := _fault_of(key):
                    faults.append(f"{path or 'top level'}: a key {fault}")
                else:
                    deeper = f"{path}.{shown(key)}" if path else shown(key)
                    waiting.append((deeper, entry, depth + 1))
        elif isinstance(here, list | tuple):
            waiting.extend((f"{path}[{i}]", entry, depth + 1) for i, entry in enumerate(here))
        elif fault := _fault_of(here):
            faults.append(f"{path or 'top level'}: {fault}")
    return sorted(faults)


def _fault_of(value: Any) -> str | None:
    """Return what is wrong with a value that is neither object nor list, or None."""
    match value:
        case None | bool():
            return None
        case str():
            return None if _is_unicode(value) else "holds a lone surrogate, not valid Unicode"
        case int():
            return None if abs(value) < _LARGEST_INTEGER else "integer of more than 64 bits"
        case float():
            return None if math.isfinite(value) else "not a finite number"
        case _:
            return f"{type(value).__name__} has no JSON form"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read(source: bytes) -> Any:
    """Return the value that the bytes spell.

    Raises:
        EpisodeError: too large, not UTF-8, truncated, not JSON, a key twice, a number or text
            without a plain form; one line for each fault.
    """
    if len(source) > LIMIT_BYTES:
        raise EpisodeError(
            f"too large: {len(source):,} bytes; an episode has at most {LIMIT_BYTES:,}"
        )
    if not source:
        raise EpisodeError("truncated: the file is empty")
    text = _decoded(source)
    faults: list[str] = []
    value = _parsed(text, faults)
    faults.extend(faults_in(value))
    if (more := len(faults) - _MOST_FAULTS) > 0:
        faults[_MOST_FAULTS:] = [f"and {more:,} more"]
    if faults:
        raise EpisodeError("\n".join(faults))
    return value


def _decoded(source: bytes) -> str:
    try:
        return source.decode()
    except UnicodeDecodeError as error:
        cut = error.end == len(source) and error.reason == "unexpected end of data"
        what = "truncated inside a character" if cut else "not UTF-8"
        near = near_to(source[: error.start].decode(), error.start)
        raise EpisodeError(f"{what} (byte {error.start}{near})") from None


def _parsed(text: str, faults: list[str]) -> Any:
    """Parse, adding to `faults` what is JSON by the letter and still refused."""

    def pairs(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        once: dict[str, Any] = {}
        for key, entry in entries:
            if key in once:
                faults.append(f"duplicate key {shown(key)}")
            once[key] = entry
        return once

    def integer(digits: str) -> int:
        # Python refuses to convert thousands of digits; the fault is the same, said earlier.
        if len(digits) > len(str(_LARGEST_INTEGER)) + 1:
            faults.append(f"integer of more than 64 bits: {digits[:24]}...")
            return 0
        return int(digits)

    def constant(name: str) -> None:
        faults.append(f"{name} is not a number that JSON has")

    try:
        return json.loads(
            text, object_pairs_hook=pairs, parse_int=integer, parse_constant=constant
        )
    except json.JSONDecodeError as error:
        place = len(text[: error.pos].encode())
        near = near_to(text, error.pos)
        what = "truncated: the file ends early" if _is_cut(text) else f"not JSON: {error.msg}"
        message = f"{what} (byte {place}{near})"
    except RecursionError:
        message = f"nested deeper than {_DEEPEST} levels"
    raise EpisodeError(message)


def shown(key: str) -> str:
    """Return a key as a message can show it: short, on one line and valid Unicode."""
    if key.isidentifier():
        return key[:60]
    return (canonical(key) if _is_unicode(key) else ascii(key))[:60]


def near_to(text: str, position: int) -> str:
    """Return ", near move 3" or ", near debrief" for a place in a file in our layout, or "".

    Args:
        text: the file, or what could be read of it.
        position: of the fault, in characters.
    """
    section, entry = "", 0
    for line in text[:position].split("\n"):
        if found := _SECTION_LINE.match(line):
            section, entry = found[1], 0
        else:
            entry += 1
    if not section:
        return ""
    return f", near move {entry}" if section == "moves" and entry else f", near {section}"


def _is_cut(text: str) -> bool:
    """Tell whether text ends inside an object, a list or a string, and not as our files end."""
    if text.endswith("\n}\n"):
        return False
    depth, inside_string = 0, False
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark[0] == '"':
            inside_string = not token[1]
        else:
            depth += 1 if mark in "[{" else -1
    return inside_string or depth > 0

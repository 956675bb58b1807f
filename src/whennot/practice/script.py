"""Moves files: a play written down beforehand, as TOML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from whennot.episode.lines import line_index, line_of
from whennot.episode.moves import read_move
from whennot.episode.toml import read_toml
from whennot.errors import PlayerError


@dataclass(frozen=True)
class Script:
    """Moves in order, each with its comment, and the variant they were written for (or None)."""

    moves: tuple[Any, ...]
    comments: tuple[str, ...]
    variant: int | None


def read_script(text: str, *, where: str) -> Script:
    """Return the script in a moves file.

    Raises:
        PlayerError: not TOML, or wrong moves; every fault with its line.
    """
    content = read_toml(text, where=where, error=PlayerError)
    rows = content.get("moves", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        message = f"{where}: holds no moves; write them as [[moves]] tables with a `kind`"
        raise PlayerError(message)
    variant = content.get("variant")
    lines, faults, moves = line_index(text), [], []
    if variant is not None and (isinstance(variant, bool) or not isinstance(variant, int)):
        faults.append(f"{where}:{line_of(lines, ('variant',))}: variant must be a whole number")
    for i, row in enumerate(rows):
        try:
            moves.append(read_move(row))
        except PlayerError as error:
            faults.append(f"{where}:{line_of(lines, ('moves', i))}: move {i + 1}: {error}")
    if faults:
        raise PlayerError("\n".join(faults))
    comments = tuple(str(r.get("comment", "")) for r in rows)
    return Script(tuple(moves), comments, variant)

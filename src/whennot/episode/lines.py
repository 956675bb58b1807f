"""Where each entry of a TOML file stands, so that faults can name their line.

The standard library reads TOML but forgets positions. This index keeps, for each key path,
the line of its key; a path inside an inline table or array has the line of its key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

# Up to the first bracket, so that no text makes the search go back and forth.
_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]")
_KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*')


def _parts(dotted: str) -> list[str]:
    return [p.strip("\"'") for p in _PART.findall(dotted)]


class _Reader:
    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.table: Path = ()
        self.counts: dict[Path, int] = {}
        self.fence = ""
        self.depth = 0

    def read(self, number: int, line: str) -> None:
        if self.fence:
            if self.fence in line:
                self.fence = ""
            return
        if self.depth:
            self._brackets(line)
            return
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header and not key:
            self._header(number, header.group(2), array=header.group(1) == "[[")
        elif key:
            path = (*self.table, *_parts(key.group(1)))
            self.lines.setdefault(path, number)
            self._opens(line[key.end() :])

    def _header(self, number: int, dotted: str, *, array: bool) -> None:
        path: Path = ()
        parts = _parts(dotted)
        for place, part in enumerate(parts):
            path = (*path, part)
            last = place == len(parts) - 1
            if array and last:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.table = path
        self.lines.setdefault(path, number)

    def _opens(self, value: str) -> None:
        for fence in ('"""', "'''"):
            start = value.strip().startswith(fence)
            if start and value.count(fence) == 1:
                self.fence = fence
                return
        self._brackets(value)

    def _brackets(self, text: str) -> None:
        bare = _STRING.sub("", text)
        self.depth += sum(bare.count(c) for c in "[{") - sum(bare.count(c) for c in "]}")


def line_index(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every table and key of a TOML text."""
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), start=1):
        reader.read(number, line)
    return reader.lines


def line_of(lines: dict[Path, int], path: Sequence[str | int]) -> int:
    """Return the line of a path, or of the nearest table around it."""
    here = tuple(path)
    while here and here not in lines:
        here = here[:-1]
    return lines.get(here, 1)

"""What the rules look at: one case, and what is known about its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypedDict
from uuid import UUID

from whennot.episode.case import Case
from whennot.episode.conformance.outcomes import Quarters
from whennot.episode.lines import line_index, line_of
from whennot.errors import CaseError
from whennot.world.world import World

Path = tuple[str | int, ...]
Level = Literal["error", "note"]


@dataclass(frozen=True)
class Finding:
    """Something a case should have, or have otherwise.

    Attributes:
        code: which rule; stable over versions.
        where: file and line, like ``card-fraud/case.toml:31``.
        message: what is wrong, what is allowed, what to do next.
        level: an error keeps the case off the shelf, a note does not.
    """

    code: str
    where: str
    message: str
    level: Level = "error"


class Fault(NamedTuple):
    """A finding before the table of rules gives it its code."""

    where: str
    message: str
    level: Level = "error"


class How(TypedDict, total=False):
    """How a case is checked, and what is known about its surroundings.

    Attributes:
        quick: leave out the rules that simulate.
        others: cases that may not share this one's uuid, by uuid.
        data: SHA-256 of every file in the folder ``data``, by name as in ``data/x.csv.gz``;
            None where nobody looked.
        with_test: whether the folder must hold its test; packages leave tests out.
        worlds: how many worlds are drawn to see which options win.
        replicates: how many quarters are run to see what breaks first.
        atlas: content of ``atlas.npz``; None where there is none.
        fresh: worlds drawn to see what asking is worth; 0 leaves that and the frontier out.
    """

    quick: bool
    others: Mapping[UUID, str]
    data: Mapping[str, str] | None
    with_test: bool
    worlds: int
    replicates: int
    atlas: bytes | None
    fresh: int


@dataclass(frozen=True)
class Subject:
    """A case under check.

    Attributes:
        case: as it was loaded; files that are missing count as empty there.
        texts: the files that are there, by name.
        folder: what to call the case's folder in messages.
        others, data, with_test, worlds, replicates, fresh: see `How`.
    """

    case: Case
    texts: Mapping[str, str]
    folder: str
    others: Mapping[UUID, str]
    data: Mapping[str, str] | None
    with_test: bool
    worlds: int
    replicates: int
    fresh: int

    @cached_property
    def _lines(self) -> dict[str, dict[Path, int]]:
        tables = {n: t for n, t in self.texts.items() if n.endswith(".toml")}
        return {name: line_index(text) for name, text in tables.items()}

    def at(self, *path: str | int, file: str = "case.toml") -> str:
        """Return where an entry of a TOML file stands, or where the first one inside it does."""
        lines = self._lines[file]
        inside = [line for entry, line in lines.items() if entry[: len(path)] == path]
        return f"{self.folder}/{file}:{min(inside, default=line_of(lines, path))}"

    def line(self, phrase: str, *, file: str) -> str:
        """Return the first line of a file that holds a phrase; line 1 when none does."""
        lines = self.texts[file].splitlines()
        number = next((i for i, line in enumerate(lines, start=1) if phrase and phrase in line), 1)
        return f"{self.folder}/{file}:{number}"

    @cached_property
    def world(self) -> World:
        """The world at default facts."""
        return self.case.default_world()

    @cached_property
    def quarters(self) -> Quarters:
        """The quarters of that world, each run once."""
        return Quarters(self.world)

    @cached_property
    def ladder_fault(self) -> str:
        """Why the ladder cannot be used with this case, or empty."""
        try:
            ladder = self.case.ladder
        except CaseError as error:
            return str(error).removeprefix("ladder.json").removeprefix(":").strip()
        link = self.case.spec.ladder
        if ladder is None or link is None:
            return ""
        missing = set(self.case.spec.levers[link.option].choices) - set(ladder.options)
        if missing:
            return f"has no counts of option {', '.join(sorted(missing))}"
        segments = ladder.below.shape[3]
        if segments != len(self.case.spec.segments):
            return (
                f"counts {segments} segments, the case has {len(self.case.spec.segments)}; "
                "allowed: one for each, in the same order"
            )
        return ""

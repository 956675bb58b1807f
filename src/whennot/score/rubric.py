"""The 60/25/15 rubric: what hiring panels look for, by weight.

A program marks 0 to 3 what it saw; 4 ("changes the panel's own view") takes people. What was not
seen is *insufficient evidence*: it has no mark, never a middle one, and no total is formed until
80 of the 100 weight points were observed. The weights are ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from whennot.errors import WhennotError

TOP = 4
POINTS_FOR_COMPOSITE = 80
INSUFFICIENT = "insufficient evidence"
GROUPS = {
    "P": ("problem scoping", 60),
    "T": ("technical fluency", 25),
    "A": ("alignment under pressure", 15),
}
"""Title and weight points of each competency, by the first letter of its criteria."""


@dataclass(frozen=True)
class Criterion:
    """One line of the rubric and its weight points."""

    code: str
    title: str
    weight: int


CRITERIA = (
    Criterion("P1", 'Defines "best"', 14),
    Criterion("P2", "Maps the constraints", 12),
    Criterion("P3", "Knows when not to build", 12),
    Criterion("P4", "Sees what will break", 10),
    Criterion("P5", "Asks where data come from", 6),
    Criterion("P6", "Protects users when it fails", 6),
    Criterion("T1", "Starts with a baseline", 7),
    Criterion("T2", "Does the arithmetic of systems", 7),
    Criterion("T3", "Reads evaluations", 6),
    Criterion("T4", "Plans to watch and maintain", 5),
    Criterion("A1", "Speaks to the audience", 5),
    Criterion("A2", "Holds under pressure", 5),
    Criterion("A3", "Owns and escalates", 3),
    Criterion("A4", "Works with counsel", 2),
)
BY_CODE = {criterion.code: criterion for criterion in CRITERIA}


@dataclass(frozen=True)
class MoveRef:
    """Which move a mark rests on: its number from 1, and its kind."""

    number: int
    kind: str

    def __str__(self) -> str:
        return f"move {self.number}, {self.kind}"


@dataclass(frozen=True)
class Mark:
    """One criterion.

    Attributes:
        code: of the criterion. score: 0 to 4, or None for insufficient evidence.
        reason: what was seen, in words. move: where, or None where nothing was.
    """

    code: str
    score: float | None
    reason: str
    move: MoveRef | None = None


@dataclass(frozen=True)
class Rubric:
    """All criteria together.

    Attributes:
        marks: one a criterion, in the rubric's order. observed: weight points with a mark.
        composite: 0 to 100 over the observed points; None while fewer than 80 are.
        verdict: the last two in words.
    """

    marks: tuple[Mark, ...]
    observed: int
    composite: float | None
    verdict: str


def rubric(marks: Iterable[Mark]) -> Rubric:
    """Return marks with their total, if enough was observed for one.

    Args:
        marks: at most one a criterion; a missing one is insufficient evidence.

    Raises:
        WhennotError: a criterion that does not exist, or one marked twice.
    """
    given: dict[str, Mark] = {}
    for mark in marks:
        if mark.code not in BY_CODE or mark.code in given:
            known = "is marked twice" if mark.code in BY_CODE else "is no criterion"
            raise WhennotError(f"{mark.code} {known}; allowed, once each: {', '.join(BY_CODE)}")
        given[mark.code] = mark
    rows = tuple(given.get(c.code, Mark(c.code, None, "Not seen.")) for c in CRITERIA)
    scored = [(BY_CODE[m.code].weight, m.score) for m in rows if m.score is not None]
    observed = sum(weight for weight, _ in scored)
    words = f"{observed} of 100 weight points observed"
    if observed < POINTS_FOR_COMPOSITE:
        return Rubric(rows, observed, None, f"{words}: no composite")
    composite = round(100 * sum(w * s for w, s in scored) / (TOP * observed), 1)
    return Rubric(rows, observed, composite, f"{words}: {composite:.0f} of 100")

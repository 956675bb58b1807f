"""Rules that need the atlas: it is of this case, questions are worth what they claim, it turns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from whennot.episode.case import Case
from whennot.episode.conformance.subject import Fault, Subject
from whennot.episode.knowing import inquiry_of
from whennot.errors import CaseError
from whennot.world.atlas import LARGEST_BYTES, atlas_digest
from whennot.world.atlas import load as load_atlas
from whennot.world.atlas_build import thin_of
from whennot.world.frontier import Bracket, Curve, bracket, curve
from whennot.world.inquiry import Worth, fresh_worths
from whennot.world.valuation import values_in
from whennot.world.world import World, spread_worlds

AGAIN = 4
"""Worlds of the atlas that are simulated again."""
CLEAR = 2.0
"""Standard errors that count as more than chance."""
BUILD = "build it: whennot atlas build"


def atlas(subject: Subject) -> Iterator[Fault]:
    """The case ships an atlas of just this version: any number that moves asks for a new one."""
    where, case = f"{subject.folder}/atlas.npz", subject.case
    if case.atlas_file is None:
        yield Fault(
            where, f"there is none, so quality is judged by a small one; {BUILD} {case.name}"
        )
        return
    if len(case.atlas_file) > LARGEST_BYTES:
        yield Fault(where, f"{len(case.atlas_file):,} bytes; allowed: {LARGEST_BYTES:,}")
    try:
        shipped = load_atlas(case.atlas_file, case.spec)
    except CaseError as error:
        yield Fault(where, str(error))
        return
    expected = atlas_digest(case.spec, case.ladder)
    if shipped.digest != expected:
        yield Fault(
            where,
            f"of another version of the case ({shipped.digest[:12]}, the case is "
            f"{expected[:12]}); {BUILD} {case.name}",
        )


def repeats(subject: Subject) -> Iterator[Fault]:
    """Simulating some of the atlas's worlds again gives its numbers: the engine is the same."""
    case = subject.case
    if _stale(case) or case.atlas is None:
        return
    made = case.atlas
    names = list(case.spec.facts)
    worlds = [
        World(case.spec, case.ladder, dict(zip(names, map(float, row), strict=True)))
        for row in made.facts[:AGAIN]
    ]
    some = made.policies[:: max(1, len(made.policies) // 8)]
    again = values_in(worlds, some, thin=thin_of(case.spec), first_replicate=made.first_replicate)
    kept = made.usd[:AGAIN, [made.places[p] for p in some]]
    if not np.allclose(again, kept, rtol=1e-5, atol=1.0):
        yield Fault(
            f"{subject.folder}/atlas.npz",
            "its numbers are not what this engine simulates; build it again: whennot atlas build "
            f"{case.name}",
        )


def worth_asking(subject: Subject) -> Iterator[Fault]:
    """A gold question is worth more than 2 SE in fresh worlds, a decoy nothing beyond 2 SE."""
    case = subject.case
    if _stale(case) or not subject.fresh:
        return
    for name, worth in _worths(case, subject.fresh).items():
        where = subject.at("questions", name)
        told = f"worth {worth.usd:,.0f} ± {worth.se:,.0f} USD (SE) in {subject.fresh} fresh worlds"
        if case.spec.questions[name].gold and worth.usd <= CLEAR * worth.se:
            yield Fault(
                where,
                f"gold, but {told}; allowed: more than {CLEAR:g} SE. Let its fact decide more, or "
                "call it a decoy",
            )
        if not case.spec.questions[name].gold and abs(worth.usd) > CLEAR * worth.se:
            yield Fault(
                where,
                f"a decoy, but {told}; allowed: within {CLEAR:g} SE of nothing. Call it gold, or "
                "let its fact decide nothing",
            )


def frontier(subject: Subject) -> Iterator[Fault]:
    """The frontier is crossed within its range, and fresh worlds agree on both sides of it."""
    case = subject.case
    if _stale(case) or not subject.fresh:
        return
    found, sides = _frontier(case)
    where, spec = subject.at("frontier"), case.spec.frontier
    if found.crossing is None or sides is None:
        side = "always" if found.always else "never"
        yield Fault(
            where,
            f"{' or '.join(spec.options)} is {side} best along {spec.fact}; choose a fact along "
            "which the right option changes, or other `options`",
        )
    elif not sides.holds(spec.direction):
        yield Fault(
            where,
            f"crossed at {found.crossing:.4g}, but at {sides.below:.4g} building is worth "
            f"{sides.below_usd:,.0f} ± {sides.below_se:,.0f} USD (SE) more than not, at "
            f"{sides.above:.4g} {sides.above_usd:,.0f} ± {sides.above_se:,.0f}; allowed: one side "
            "each, by more than 2 SE",
        )


def _stale(case: Case) -> bool:
    """Return whether the first rule has spoken: the others would only say it again."""
    try:
        return case.atlas is None
    except CaseError:
        return True


@lru_cache(maxsize=32)
def _worths(case: Case, count: int) -> dict[str, Worth]:
    key = f"fresh {atlas_digest(case.spec, case.ladder)}"
    worlds = spread_worlds(case.spec, case.ladder, count=count, key=key)
    inquiry = inquiry_of(case, first_flight=True)
    return fresh_worths(inquiry, worlds, list(case.spec.questions), thin=thin_of(case.spec))


@lru_cache(maxsize=32)
def _frontier(case: Case) -> tuple[Curve, Bracket | None]:
    made = case.atlas
    if made is None:
        raise CaseError(f"{case.name}: no atlas")
    found = curve(made)
    return found, bracket(made, case.ladder, found)

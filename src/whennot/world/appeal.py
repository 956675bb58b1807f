"""What a contested number would change: a price, a verdict, or the best option itself.

A parameter that only prices read is contested without running anything again: the same quarters
are worth something else. Any other one is simulated again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.errors import CaseError
from whennot.world.atlas import Atlas, Flip
from whennot.world.atlas_build import thin_of
from whennot.world.compile import prices_in
from whennot.world.formula import names_in
from whennot.world.knowledge import Knowledge
from whennot.world.ladder import LadderTable
from whennot.world.policy import Policy
from whennot.world.quality import Judged, quarters, simulated
from whennot.world.regret import TIED_SHARE
from whennot.world.spec import Number, WorldSpec
from whennot.world.valuation import prices_of

CONTESTABLE = ("assumed", "borrowed", "fitted")
"""Statuses whose ranges are swept; only assumed and fitted numbers are open to appeal."""
SWEEP_WORLDS = 16
PROMISING = 2
"""Policies of each option that are swept."""


def only_prices(spec: WorldSpec) -> frozenset[str]:
    """Return the parameters that nothing but prices, costs and what actions cost reads."""
    apart = {"facts", "parameters", "derived", "prices", "costs", "actions", "policies"}
    content = spec.model_dump(include=set(WorldSpec.model_fields) - apart - {"levers"})
    read = _names(content)
    for segment in spec.segments:
        read |= {n for f in segment.knobs.values() for n in names_in(f)}
    # A knob is read where its name is; what it reads itself then counts, too.
    knobs: dict[str, set[str]] = {}
    for lever in spec.levers.values():
        for choice in lever.choices.values():
            for knob, formula in choice.knobs.items():
                knobs.setdefault(knob, set()).update(names_in(formula))
    behind = {n: set(names_in(f)) for n, f in spec.derived.items()} | knobs
    waiting = list(read)
    while waiting:
        for name in behind.get(waiting.pop(), set()) - read:
            read.add(name)
            waiting.append(name)
    return frozenset(spec.parameters) - read


def _names(content: Any) -> set[str]:
    """Return every name that any formula within plain data reads; words are read as names, too."""
    if isinstance(content, Mapping):
        return set().union(*(_names(v) for v in content.values()))
    if isinstance(content, list | tuple):
        return set().union(*(_names(v) for v in content))
    if not isinstance(content, str):
        return set()
    try:
        return set(names_in(content))
    except CaseError:
        return set()  # a sentence, not a formula


def contestable(spec: WorldSpec) -> dict[str, Number]:
    """Return the parameters whose range is worth sweeping."""
    return {
        name: number
        for name, number in spec.parameters.items()
        if number.status in CONTESTABLE and number.low < number.high
    }


def contenders(atlas: Atlas, knowledge: Knowledge) -> tuple[Policy, ...]:
    """Return the most promising policies of every option given what is known."""
    usd = np.where(atlas.live, atlas.expected(knowledge), -np.inf)
    found: list[Policy] = []
    for option in atlas.spec.option_lever.choices:
        ranked = np.argsort(np.where(atlas.option(option), -usd, np.inf), kind="stable")
        found += [atlas.policies[i] for i in ranked[:PROMISING] if atlas.option(option)[i]]
    return tuple(dict.fromkeys(found))


def appealed(
    judged: Judged,
    changes: Mapping[str, float],
    *,
    progress: Callable[[float], None] = lambda _share: None,
) -> Judged:
    """Return a simulated field under other parameters, priced again or, if need be, run again."""
    if set(changes) <= only_prices(judged.atlas.spec):
        return repriced(judged, changes)
    return run_again(judged, changes, progress=progress)


def run_again(
    judged: Judged,
    changes: Mapping[str, float],
    *,
    progress: Callable[[float], None] = lambda _share: None,
) -> Judged:
    """Return the same field in the same worlds, with the same dice, under other parameters."""
    worlds = tuple(w.changed(**changes) for w in judged.worlds)
    again = []
    for found in quarters(judged.plans, worlds, judged.first_replicate, judged.thin):
        again.append(found)
        progress(len(again) / len(worlds))
    counted, usd = zip(*again, strict=True)
    return replace(judged, worlds=worlds, counted=tuple(counted), usd=np.stack(usd))


def repriced(judged: Judged, changes: Mapping[str, float]) -> Judged:
    """Return the same quarters under other prices: nothing is run again.

    Args:
        judged: the simulated field.
        changes: parameters that only prices read; see `whennot.world.appeal.only_prices`.
    """
    worlds = tuple(w.changed(**changes) for w in judged.worlds)
    settings, triggers = judged.plans.settings, judged.plans.triggers
    usd = [
        counted.usd(prices_of(world, prices_in(world, settings), triggers))
        for world, counted in zip(worlds, judged.counted, strict=True)
    ]
    return replace(judged, worlds=worlds, usd=np.stack(usd))


def sweep(
    atlas: Atlas,
    ladder: LadderTable | None,
    *,
    progress: Callable[[float], None] = lambda _share: None,
) -> Iterator[Flip]:
    """Yield every end of a contestable range at which the verdict on some option turns.

    Args:
        atlas: of the case.
        ladder: its measured score distributions.
        progress: told which share is done.
    """
    known, thin = Knowledge(), thin_of(atlas.spec)
    field = contenders(atlas, known)
    run = simulated(atlas, ladder, field, knowledge=known, count=SWEEP_WORLDS, thin=thin)
    base = next(iter(run))
    usd = np.where(atlas.live, atlas.expected(known), -np.inf)
    span = float(usd.max() - atlas.expected(known)[atlas.reference].mean())
    # Which option is best is better known from all of the atlas than from a few worlds.
    now, before = str(atlas.policies[int(usd.argmax())]["option"]), _standing(base, span)
    numbers = contestable(atlas.spec)
    for done, (name, number) in enumerate(numbers.items(), start=1):
        for value in (number.low, number.high):
            if value == number.value:
                continue
            again = appealed(base, {name: value})
            there = _standing(again, span)
            turns = tuple(o for o in before if {before[o], there[o]} == {True, False})
            option, gain, se = _best(again, against=now)
            if turns or (option != now and gain > 2 * se):
                yield Flip(name, value, option, now, gain, se, number.status, turns)
        progress(done / len(numbers))


def _standing(judged: Judged, span: float) -> dict[str, bool | None]:
    """Return whether each option is right; see `stands`."""
    options = dict.fromkeys(str(p["option"]) for p in judged.policies)
    return {option: stands(judged, option, span=span) for option in options}


def stands(judged: Judged, option: str, *, span: float) -> bool | None:
    """Return whether an option is right, or None where that cannot be told.

    Right: its best policy is within 1 % of what could be had. Wrong: it is further behind, by
    more than two standard errors. Few worlds then leave a verdict open; they never turn it.

    Args:
        judged: a simulated field.
        option: which.
        span: attainable value, USD.
    """
    each = judged.estimates
    mine = [i for i, p in enumerate(judged.policies) if p["option"] == option]
    best = max(mine, key=lambda i: each[:, i].mean())
    gap = each[:, int(each.mean(0).argmax())] - each[:, best]
    if gap.mean() <= TIED_SHARE * span:
        return True
    return False if gap.mean() > 2 * _se(judged, gap) else None


def _se(judged: Judged, gap: NDArray[np.float64]) -> float:
    return float(gap.std(ddof=1) / np.sqrt(len(gap))) * judged.freed


def turning(judged: Judged, flips: Sequence[Flip], *, option: str, span: float) -> Iterator[Flip]:
    """Yield the flips that turn the verdict on an option from right to wrong or back.

    Args:
        judged: the field simulated for the player.
        flips: parameters and values to try.
        option: the player's.
        span: attainable value, USD.
    """
    now, best = stands(judged, option, span=span), _best(judged)[0]
    for flip in flips:
        again = appealed(judged, {flip.parameter: flip.value})
        if {now, stands(again, option, span=span)} == {True, False}:
            there = _best(again)[0]
            _, usd, se = _best(again, against=best if there == option else option)
            yield replace(flip, option=there, instead_of=best, usd=usd, se=se)


def _best(judged: Judged, *, against: str = "") -> tuple[str, float, float]:
    """Return the best option, and by how much it beats the best policy of another one."""
    each, options = judged.estimates, [str(p["option"]) for p in judged.policies]
    top = int(each.mean(0).argmax())
    other = [i for i, o in enumerate(options) if o == against]
    if not other:
        return options[top], 0.0, 0.0
    rival = max(other, key=lambda i: each[:, i].mean())
    gap = each[:, top] - each[:, rival]
    return options[top], float(gap.mean()), _se(judged, gap)

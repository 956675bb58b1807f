"""The one thing that cost most: which lever, what it would have gained, and the chain in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from whennot.episode.episode import Episode
from whennot.episode.findings import Costliest
from whennot.errors import CaseError
from whennot.world.counters import INDEX, NAMES
from whennot.world.formula import evaluate
from whennot.world.policy import Policy
from whennot.world.quality import Judged, Quality, simulated
from whennot.world.simulate import Run, simulate
from whennot.world.template import filled

HINDSIGHT = range(3000, 3012)
LINES = 2
"""Ledger lines told with the costliest thing: enough to say why, few enough to read."""
CHAIN_WORLDS = 16
"""Worlds over which the costliest thing is told."""


def costliest(episode: Episode, quality: Quality, judged: Judged) -> Costliest:
    """Return the one lever, or the trigger, whose change alone would have gained most.

    Gains are expected ones, over the worlds that fit what the player knew.
    """
    policy, best = judged.policies[0], quality.best
    candidates: list[tuple[str, Policy]] = [
        (name, replace(policy, levers=_swap(policy, name, value)))
        for name, value in best.levers
        if value != policy[name]
    ]
    if best.trigger != policy.trigger:
        candidates.append(("trigger", replace(policy, trigger=best.trigger)))
    # Levers pull together: where no single change helps, the whole best policy is the answer.
    candidates.append(("", best))
    field = tuple(dict.fromkeys([policy, *(p for _, p in candidates)]))
    run = simulated(
        judged.atlas,
        episode.case.ladder,
        field,
        knowledge=judged.knowledge,
        count=len(judged.worlds),
    )
    mean = next(iter(run)).estimates.mean(0)
    gains = [(float(mean[field.index(p)] - mean[0]), name, p) for name, p in candidates]
    single = [g for g in gains if g[1]]
    whole = gains[-1]
    small = 0.01 * quality.attainable_usd
    usd, name, other = max(single, key=lambda g: g[0]) if single else whole
    if whole[0] <= small and usd <= small:
        return Costliest("", "", "", max(0.0, usd), "")
    if usd <= small:
        usd, name, other = whole
    mine, theirs = (_in_worlds(judged, p) for p in (policy, other))
    where = where_from(mine, theirs)
    if not name:
        words = _words(mine[0].world, policy, best, "option")
        return Costliest("option", *words, usd, _joint(mine[0], best, usd) + where)
    chain = _chain(name, mine, theirs, usd) + where
    return Costliest(name, *_words(mine[0].world, policy, other, name), usd, chain)


def _in_worlds(judged: Judged, policy: Policy) -> list[Run]:
    """Return one quarter of a policy in each of some worlds that fit what was known."""
    worlds = judged.worlds[:CHAIN_WORLDS]
    return [simulate(w, policy, replicates=[HINDSIGHT.start + i]) for i, w in enumerate(worlds)]


def _swap(policy: Policy, name: str, value: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((n, value if n == name else v) for n, v in policy.levers)


def _words(world: Any, mine: Policy, other: Policy, name: str) -> tuple[str, str]:
    if name == "trigger":
        said = [
            "no trigger"
            if p.trigger is None
            else f"{p.trigger.signal} {p.trigger.comparator} {p.trigger.threshold:g}"
            for p in (mine, other)
        ]
        return said[0], said[1]
    lever = world.spec.levers[name]
    return lever.shown(mine[name]), lever.shown(other[name])


def _joint(mine: Run, best: Policy, usd: float) -> str:
    levers = mine.world.spec.levers
    parts = [
        f"{levers[n].label.lower()}: {levers[n].shown(v)}"
        for n, v in best.levers
        if v != mine.policy[n]
    ]
    return (
        "No single change would have repaired it; together these would: "
        f"{'; '.join(parts)}. {money(usd)} over the quarter."
    )


def money(usd: float) -> str:
    """Return USD with thousands separators, rounded to what can be told apart."""
    step = 100 if abs(usd) >= 10_000 else 10 if abs(usd) >= 1_000 else 1
    return f"{'-' if usd < 0 else ''}${abs(round(usd / step) * step):,.0f}"


def _totals(runs: Sequence[Run], suffix: str) -> dict[str, Any]:
    """Return what a policy came to, on average over some worlds."""
    each = [_of_one(run) for run in runs]
    return {f"{name}{suffix}": float(np.mean([e[name] for e in each])) for name in each[0]}


def _of_one(run: Run) -> dict[str, float]:
    scale = float(evaluate(run.world.spec.scale, run.world.names()))
    totals = scale * run.totals.sum(1).mean(0)
    names = {n: float(totals[INDEX[n]]) for n in NAMES}
    for name in run.world.spec.signals:
        names[f"{name}_signal"] = float(run.signal(name)[:, -1].mean())
    return names | {"trust": run.trust_change()["final"]}


def _chain(name: str, mine: Sequence[Run], other: Sequence[Run], usd: float) -> str:
    world, policy, instead = mine[0].world, mine[0].policy, other[0].policy
    yours, alternative = _words(world, policy, instead, name)
    words = {"yours": yours, "alternative": alternative, "usd": money(usd)}
    if name == "trigger":
        return _trigger_chain(policy, instead, words)
    known = {**words, **_totals(mine, ""), **_totals(other, "_alternative")}
    try:
        return filled(world.spec.levers[name].chain, **known)
    except (KeyError, ValueError) as error:
        message = f"lever {name}: its `chain` cannot be filled in: {error!r}"
        raise CaseError(message) from None


def where_from(mine: Sequence[Run], other: Sequence[Run]) -> str:
    """Return the two lines of the ledger that make most of the difference, in words."""
    moved: dict[str, float] = {}
    for sign, runs in ((-1, mine), (1, other)):
        for run in runs:
            for (label, _), usd in run.ledger.items():
                moved[label] = moved.get(label, 0.0) + sign * float(usd.mean()) / len(runs)
    most = sorted(moved.items(), key=lambda line: -abs(line[1]))[:LINES]
    told = [
        f"{label} {'+' if usd > 0 else ''}{money(usd)}" for label, usd in most if abs(usd) >= 1
    ]
    return f" Most of it comes from: {', '.join(told)}." if told else ""


def _trigger_chain(mine: Policy, other: Policy, words: Mapping[str, str]) -> str:
    if mine.trigger is None:
        text = (
            "Nobody was told when to act. With {alternative}, the quarter would have turned in "
            "time: {usd} better."
        )
    elif other.trigger is None:
        text = (
            "Your trigger ({yours}) acted where waiting was worth more. Without one: {usd} better."
        )
    else:
        text = (
            "Your trigger was {yours}. With {alternative} it would have acted at a better moment: "
            "{usd} better."
        )
    return text.format(**words)

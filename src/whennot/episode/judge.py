"""What the simulator has to say about a decision: quality, luck, the costliest thing, hindsight.

Fulfils an episode's requests. Decision quality here is measured in the known world: the one the
player met, every fact known. It takes no input from the quarter that happened, so the luck of
that quarter cannot move it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from whennot.episode.episode import Episode
from whennot.episode.findings import Alternative, Costliest, Findings, Luck
from whennot.episode.stops import change
from whennot.episode.table import Request
from whennot.errors import CaseError, PlayerError
from whennot.world.counters import INDEX, NAMES
from whennot.world.formula import evaluate
from whennot.world.policy import Policy
from whennot.world.regret import FRESH, Regret, regret
from whennot.world.signals import first_failures
from whennot.world.simulate import Change, Run, simulate
from whennot.world.world import spread_worlds

LUCK_WORLDS = 48
"""Worlds drawn from the prior for the luck line; luck is mostly which world one met."""
DICE = range(2000, 2064)
HINDSIGHT = range(3000, 3012)
LINES = 2
"""Ledger lines told with the costliest thing: enough to say why, few enough to read."""


def fulfill(episode: Episode) -> Any:
    """Return what the episode asked for.

    Raises:
        PlayerError: the episode asked for nothing.
    """
    request = episode.request
    if request is None:
        message = f"{episode.case.name}: nothing is being asked for"
        raise PlayerError(message)
    if request.kind == "quarter":
        return quarter(request)
    return judge(episode, request)


def advance(episode: Episode, move: Any) -> Episode:
    """Return the episode after a move and everything it asked to be simulated."""
    after = episode.send(move)
    while after.request is not None:
        after = after.receive(fulfill(after))
    return after


def quarter(request: Request) -> Run:
    """Return the one replicate that happens, with the player's changes so far."""
    return simulate(
        request.world, request.policy, replicates=[request.replicate], changes=request.changes
    )


def judge(episode: Episode, request: Request) -> Findings:
    """Return the findings of a finished quarter."""
    policy = request.policy
    judged = regret(request.world, policy)
    dice = simulate(request.world, policy, replicates=list(DICE))
    return Findings(
        regret=judged,
        luck=_luck(request, dice),
        costliest=costliest(judged, policy),
        alternatives=_alternatives(episode, request),
        first_failures=_shares(dice, episode.modes),
        final=quarter(request),
    )


def _shares(run: Run, modes: tuple[str, ...]) -> dict[str, float]:
    """Return how often each of these modes, and ``none``, came first among them."""
    onset = {mode: run.failures[mode] for mode in modes if mode != "none"}
    counted = Counter(first_failures(onset, days=run.days))
    return {mode: counted[mode] / len(run.schedules) for mode in modes}


def _luck(request: Request, dice: Run) -> Luck:
    mine = simulate(request.world, request.policy, replicates=[request.replicate]).usd[0]
    spec, ladder = request.world.spec, request.world.ladder
    worlds = spread_worlds(spec, ladder, count=LUCK_WORLDS, key=f"luck of {spec.facts.keys()}")
    elsewhere = np.array(
        [
            simulate(w, request.policy, replicates=[int(r)]).usd[0]
            for w, r in zip(worlds, DICE, strict=False)
        ]
    )
    return Luck(
        usd=float(mine),
        dice_place=float((dice.usd < mine).mean()),
        dice_sd=float(dice.usd.std(ddof=1)),
        world_place=float((elsewhere < mine).mean()),
        world_sd=float(elsewhere.std(ddof=1)),
    )


def costliest(judged: Regret, policy: Policy) -> Costliest:
    """Return the one lever, or the trigger, whose change alone would have gained most."""
    world, best = judged.run.world, judged.best
    candidates: list[tuple[str, Policy]] = [
        (name, replace(policy, levers=_swap(policy, name, value)))
        for name, value in best.levers
        if value != policy[name]
    ]
    if best.trigger != policy.trigger:
        candidates.append(("trigger", replace(policy, trigger=best.trigger)))
    # Levers pull together: where no single change helps, the whole best policy is the answer.
    candidates.append(("", best))
    runs = [(name, simulate(world, p, replicates=list(FRESH))) for name, p in candidates]
    gains = [(float((r.usd - judged.run.usd).mean()), name, r) for name, r in runs]
    single = [g for g in gains if g[1]]
    whole = gains[-1]
    small = 0.01 * abs(judged.best_value - judged.reference_value)
    usd, name, run = max(single, key=lambda g: g[0]) if single else whole
    if whole[0] <= small:
        return Costliest("", "", "", max(0.0, usd), "")
    if usd <= small:
        usd, name, run = whole
    if not name:
        return Costliest(
            "option",
            *_words(world, policy, best, "option"),
            usd,
            _joint(judged.run, best, usd) + where_from(judged.run, run),
        )
    chain = _chain(name, judged.run, run, usd) + where_from(judged.run, run)
    return Costliest(name, *_words(world, policy, run.policy, name), usd, chain)


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


def _totals(run: Run, suffix: str) -> dict[str, Any]:
    scale = float(evaluate(run.world.spec.scale, run.world.names()))
    totals = scale * run.totals.sum(1).mean(0)
    names = {f"{n}{suffix}": float(totals[INDEX[n]]) for n in NAMES}
    for name in run.world.spec.signals:
        names[f"{name}_signal{suffix}"] = float(run.signal(name)[:, -1].mean())
    return names | {f"trust{suffix}": run.trust_change()["final"]}


def _chain(name: str, mine: Run, other: Run, usd: float) -> str:
    spec = mine.world.spec
    yours, alternative = _words(mine.world, mine.policy, other.policy, name)
    words = {"yours": yours, "alternative": alternative, "usd": money(usd)}
    if name == "trigger":
        return _trigger_chain(mine.policy, other.policy, words)
    known = {**words, **_totals(mine, ""), **_totals(other, "_alternative")}
    try:
        return spec.levers[name].chain.format(**known)
    except (KeyError, ValueError) as error:
        message = f"lever {name}: its `chain` cannot be filled in: {error!r}"
        raise CaseError(message) from None


def where_from(mine: Run, other: Run) -> str:
    """Return the two lines of the ledger that make most of the difference, in words."""
    moved = {
        label: sum(float(usd.mean()) for (name, _), usd in other.ledger.items() if name == label)
        - sum(float(usd.mean()) for (name, _), usd in mine.ledger.items() if name == label)
        for label, _ in other.ledger
    }
    most = sorted(moved.items(), key=lambda line: -abs(line[1]))[:LINES]
    told = [
        f"{label} {'+' if usd > 0 else ''}{money(usd)}" for label, usd in most if abs(usd) >= 1
    ]
    return f" Where it comes from: {', '.join(told)}." if told else ""


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


def _alternatives(episode: Episode, request: Request) -> tuple[Alternative, ...]:
    """Return every action at every stop, valued over other random runs of this world.

    What was done at earlier stops is held; the rest of the quarter runs on fresh draws.
    """
    found: list[Alternative] = []
    done: list[Change] = []
    for stop in episode.visited:
        actions = episode.case.spec.actions
        values = {}
        for name in stop.actions:
            made = change(request.world, actions[name], day=stop.day + 1)
            changes = [*done, *([made] if made else [])]
            values[name] = simulate(
                request.world, request.policy, replicates=list(HINDSIGHT), changes=changes
            ).usd
        mine = values[stop.chosen]
        for name, usd in sorted(values.items(), key=lambda item: -item[1].mean()):
            gap = usd - mine
            se = float(gap.std(ddof=1) / np.sqrt(len(gap)))
            found.append(Alternative(stop, name, float(gap.mean()), se))
        made = change(request.world, actions[stop.chosen], day=stop.day + 1)
        done += [made] if made else []
    return tuple(found)

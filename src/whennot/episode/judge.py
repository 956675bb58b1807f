"""What the simulator has to say about a decision: quality, luck, the costliest thing, hindsight.

Fulfills an episode's requests. Decision quality is measured over worlds that fit what the player
knew when deciding. It takes no input from the quarter that happened, so the luck of that quarter
cannot move it; it is known as soon as the decision is sealed (`assess`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from whennot.episode.episode import Episode
from whennot.episode.findings import Alternative, Assessment, Costliest, Findings, Luck, Misled
from whennot.episode.knowing import atlas_for, information_of, knowledge_of, wrong_hearsay
from whennot.episode.stops import change
from whennot.episode.table import Request
from whennot.errors import CaseError, PlayerError
from whennot.world.appeal import turning
from whennot.world.atlas import Flip
from whennot.world.counters import INDEX, NAMES
from whennot.world.formula import evaluate
from whennot.world.frontier import curve
from whennot.world.inquiry import Information, Worth
from whennot.world.policy import Policy
from whennot.world.quality import Judged, Quality, judgments, simulated
from whennot.world.signals import first_failures
from whennot.world.simulate import Change, Run, simulate

DICE = range(2000, 2064)
HINDSIGHT = range(3000, 3012)
LINES = 2
"""Ledger lines told with the costliest thing: enough to say why, few enough to read."""
CHAIN_WORLDS = 16
"""Worlds over which the costliest thing is told."""
MISLED_WORLDS = 24
CONTEST_WORLDS = 16


def fulfill(episode: Episode, *, ahead: Assessment | None = None) -> Any:
    """Return what the episode asked for.

    Args:
        episode: with a request.
        ahead: the assessment of this very decision, if it is known already.

    Raises:
        PlayerError: the episode asked for nothing.
    """
    request = episode.request
    if request is None:
        message = f"{episode.case.name}: nothing is being asked for"
        raise PlayerError(message)
    if request.kind == "quarter":
        return quarter(request)
    return judge(episode, request, ahead=ahead)


def advance(episode: Episode, move: Any, *, ahead: Assessment | None = None) -> Episode:
    """Return the episode after a move and everything it asked to be simulated."""
    after = episode.send(move)
    while after.request is not None:
        after = after.receive(fulfill(after, ahead=ahead))
    return after


def quarter(request: Request) -> Run:
    """Return the one replicate that happens, with the player's changes so far."""
    return simulate(
        request.world, request.policy, replicates=[request.replicate], changes=request.changes
    )


def assess(
    episode: Episode,
    *,
    evaluator: int = 0,
    told: Callable[[Quality], None] = lambda _quality: None,
) -> Assessment:
    """Return what a sealed decision was worth; needs nothing that happens afterwards.

    Args:
        episode: from the moment its decision stands.
        evaluator: seed of the worlds drawn.
        told: called with a first verdict after a few worlds, and with the final one.

    Raises:
        PlayerError: nothing is decided yet.
    """
    if episode.policy is None:
        raise PlayerError(f"{episode.case.name}: nothing is decided yet")
    information = information_of(episode)
    verdicts = judgments(
        atlas_for(episode.case),
        episode.case.ladder,
        episode.policy,
        knowledge=knowledge_of(episode),
        information=Worth(information.missing_usd, information.missing_se),
        first_flight=episode.first_flight,
        evaluator=evaluator,
    )
    for quality, judged in verdicts:
        told(quality)
        if quality.final:
            return _assessed(episode, quality, judged, information)
    raise CaseError(f"{episode.case.name}: no world could be simulated")


def _assessed(
    episode: Episode, quality: Quality, judged: Judged, information: Information
) -> Assessment:
    return Assessment(
        quality=quality,
        judged=judged,
        information=information,
        misled=tuple(_misled(episode, judged.policies[0])),
        frontier=curve(judged.atlas, knowledge_of(episode), first_flight=episode.first_flight),
        contested=contested(episode, quality, judged),
        costliest=costliest(episode, quality, judged),
    )


def judge(episode: Episode, request: Request, *, ahead: Assessment | None = None) -> Findings:
    """Return the findings of a finished quarter."""
    known = ahead or assess(episode)
    dice = simulate(request.world, request.policy, replicates=list(DICE))
    return Findings(
        assessment=known,
        luck=_luck(request, dice, known.judged),
        alternatives=_alternatives(episode, request),
        first_failures=_shares(dice, episode.modes),
        final=quarter(request),
    )


def contested(episode: Episode, quality: Quality, judged: Judged) -> tuple[Flip, ...]:
    """Return the parameters that turn the verdict on the player's option within their range.

    Tried are the ends at which the case's own sweep saw the verdict on that option turn, where the
    parameter is open to appeal.
    """
    atlas, parameters = atlas_for(episode.case), episode.case.spec.parameters
    option, span = str(judged.policies[0]["option"]), quality.attainable_usd
    tried = [
        flip
        for flip in atlas.flips
        if option in flip.turns and parameters[flip.parameter].open_to_appeal
    ]
    few = judged.first(CONTEST_WORLDS)
    return tuple(turning(few, tried, option=option, span=span))


def _misled(episode: Episode, policy: Policy) -> Iterator[Misled]:
    """Yield what each wrong statement cost: the truth it hid is known now, the rest is not."""
    atlas, knowledge = atlas_for(episode.case), knowledge_of(episode)
    among = atlas.live if episode.first_flight else None
    found = []
    for said, hearsay in wrong_hearsay(episode):
        instead = atlas.best(knowledge.without(hearsay), among=among)
        truth = knowledge.without(hearsay).knowing(said.fact, episode.world.value(said.fact))
        run = simulated(
            atlas,
            episode.case.ladder,
            (policy, instead),
            knowledge=truth,
            count=MISLED_WORLDS,
        )
        each = next(iter(run)).estimates
        gap = each[:, 1] - each[:, 0]
        se = float(gap.std(ddof=1) / np.sqrt(len(gap)))
        found.append(Misled(said, max(0.0, float(gap.mean())), se, instead))
    yield from sorted(found, key=lambda misled: -misled.usd)


def _shares(run: Run, modes: tuple[str, ...]) -> dict[str, float]:
    """Return how often each of these modes, and ``none``, came first among them."""
    onset = {mode: run.failures[mode] for mode in modes if mode != "none"}
    counted = Counter(first_failures(onset, days=run.days))
    return {mode: counted[mode] / len(run.schedules) for mode in modes}


def _luck(request: Request, dice: Run, judged: Judged) -> Luck:
    mine = simulate(request.world, request.policy, replicates=[request.replicate]).usd[0]
    elsewhere = judged.usd[:, 0]
    return Luck(
        usd=float(mine),
        dice_place=float((dice.usd < mine).mean()),
        dice_sd=float(dice.usd.std(ddof=1)),
        world_place=float((elsewhere < mine).mean()),
        world_sd=float(elsewhere.std(ddof=1)),
    )


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
        return world.spec.levers[name].chain.format(**known)
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

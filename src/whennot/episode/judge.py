"""What the simulator has to say about a decision: quality, luck, the costliest thing, hindsight.

Fulfills an episode's requests. Decision quality is measured over worlds that fit what the player
knew when deciding. It takes no input from the quarter that happened, so the luck of that quarter
cannot move it; it is known as soon as the decision is sealed (`assess`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from whennot.episode.costliest import HINDSIGHT, costliest
from whennot.episode.episode import Episode
from whennot.episode.findings import Alternative, Assessment, Findings, Luck, Misled
from whennot.episode.knowing import atlas_for, information_of, knowledge_of, wrong_hearsay
from whennot.episode.stops import change
from whennot.episode.table import Request
from whennot.errors import CaseError, PlayerError
from whennot.world.appeal import turning
from whennot.world.atlas import Flip
from whennot.world.frontier import curve
from whennot.world.inquiry import Information, Worth
from whennot.world.policy import Policy
from whennot.world.quality import Judged, Quality, judgments, simulated
from whennot.world.signals import first_failures
from whennot.world.simulate import Change, Run, simulate

DICE = range(2000, 2064)
MISLED_WORLDS = 24
CONTEST_WORLDS = 16
VERDICT_DONE, CONTEST_DONE = 0.4, 0.6
"""Shares of an assessment's time after its verdict and its contested numbers, as measured."""
Progress = Callable[[float], None]
"""Told which share of some work is done, in [0, 1]; what it raises ends the work."""


def quiet(_share: float) -> None:
    """Tell nobody."""


def fulfill(
    episode: Episode, *, ahead: Assessment | None = None, progress: Progress = quiet
) -> Any:
    """Return what the episode asked for.

    Args:
        episode: with a request.
        ahead: the assessment of this very decision, if it is known already.
        progress: of a judgment.

    Raises:
        PlayerError: the episode asked for nothing.
    """
    request = episode.request
    if request is None:
        message = f"{episode.case.name}: nothing is being asked for"
        raise PlayerError(message)
    if request.kind == "quarter":
        return quarter(request)
    return judge(episode, request, ahead=ahead, progress=progress)


def advance(
    episode: Episode, move: Any, *, ahead: Assessment | None = None, judging: bool = True
) -> Episode:
    """Return the episode after a move and everything it asked to be simulated.

    Args:
        episode: as it stands.
        move: what the player does.
        ahead: the assessment of this very decision, if it is known already.
        judging: False leaves a judgment asked for: a shell that does not wait fulfills it later.
    """
    after = episode.send(move)
    while after.request is not None and (judging or after.request.kind != "judgment"):
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
    progress: Progress = quiet,
) -> Assessment:
    """Return what a sealed decision was worth; needs nothing that happens afterwards.

    Args:
        episode: from the moment its decision stands.
        evaluator: seed of the worlds drawn.
        told: called with a first verdict after a few worlds, and with the final one.
        progress: told which share of it all is done.

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
        progress=lambda share: progress(VERDICT_DONE * share),
    )
    for quality, judged in verdicts:
        told(quality)
        if quality.final:
            return _assessed(episode, quality, judged, information, progress)
    raise CaseError(f"{episode.case.name}: no world could be simulated")


def _assessed(
    episode: Episode,
    quality: Quality,
    judged: Judged,
    information: Information,
    progress: Progress,
) -> Assessment:
    turns = contested(episode, quality, judged)
    progress(CONTEST_DONE)
    dearest = costliest(episode, quality, judged)
    found = Assessment(
        quality=quality,
        judged=judged,
        information=information,
        misled=tuple(_misled(episode, judged.policies[0])),
        frontier=curve(judged.atlas, knowledge_of(episode), first_flight=episode.first_flight),
        contested=turns,
        costliest=dearest,
    )
    progress(1.0)
    return found


def judge(
    episode: Episode,
    request: Request,
    *,
    ahead: Assessment | None = None,
    progress: Progress = quiet,
) -> Findings:
    """Return the findings of a finished quarter; arguments as for `fulfill`."""
    known = ahead or assess(episode)
    dice = simulate(request.world, request.policy, replicates=list(DICE))
    progress(0.5)
    found = Findings(
        assessment=known,
        luck=_luck(request, dice, known.judged),
        alternatives=_alternatives(episode, request),
        first_failures=_shares(dice, episode.modes),
        dice_usd=tuple(float(usd) for usd in dice.usd),
        final=quarter(request),
    )
    progress(1.0)
    return found


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

"""What a decision was worth given what could be known when it was taken.

The player's policy, each option's sensible default and the atlas's most promising policies are
simulated in the same worlds that fit what she knew. What the atlas says of these worlds, against
what it says of all that fit, is regressed out: which worlds happened to be drawn hardly matters.
Nothing here reads the quarter that happened.

Quality has two parts. *Choice*: the best that could be done with what was known, minus the policy.
*Information*: what the best affordable questions would have been worth, minus those that were
asked; it is measured before any answer, so a lucky answer earns nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.world.atlas import Atlas
from whennot.world.atlas_build import thin_of
from whennot.world.inquiry import Worth
from whennot.world.knowledge import Knowledge, posterior_worlds
from whennot.world.ladder import LadderTable
from whennot.world.policy import Policy
from whennot.world.regret import EXACT, TIED_SHARE
from whennot.world.valuation import Counted, Plans, side_by_side
from whennot.world.world import World, uniform

Floats = NDArray[np.float64]

USER_DAYS = 300_000_000
"""Work for one verdict: about a second on two cores."""
FEWEST_WORLDS, MOST_WORLDS = 16, 64
FIRST_WORLDS = 8
"""Worlds behind the first number, for a shell that shows one while the rest is simulated."""
PROMISING = 4
"""Policies of the atlas held against the player's, beside the best of each option."""
DIRECTIONS = 6
WORLDS_A_DIRECTION = 5
"""Main directions of the atlas used as controls, at most, and worlds that each needs."""
KNIFE_EDGE = 0.02
"""A verdict that differs more than this between the two halves of its worlds is marked."""


@dataclass(frozen=True)
class Rival:
    """One policy of the field with its expected value.

    Attributes:
        policy: what. usd: expected USD a quarter given what was known. gap: the best one's minus
            this one's, USD; se: standard error of that gap.
    """

    policy: Policy
    usd: float
    gap: float
    se: float


@dataclass(frozen=True)
class Quality:
    """One policy held against what could have been done with the same knowledge.

    Attributes:
        share: attainable share, in [-1, 1]: 1 is the best policy after the best affordable
            questions, 0 the mean of the options' sensible defaults.
        share_se: standard error of the share, that of the missing information included.
        value, best_value, reference_value: expected USD given what was known.
        choice_usd: best minus this policy, at least 0; choice_se: its standard error.
        information_usd: what the questions not asked would have been worth, at least 0.
        best: the best policy. tied: those that cannot be told from it, best first.
        rivals: every policy simulated beside the player's. by_option: best USD of each option.
        is_tied: whether the player's policy is one of the tied.
        knife_edge: whether the two halves of the worlds differ by more than two points.
        worlds: how many were simulated. final: False for a first number.
    """

    share: float
    share_se: float
    value: float
    best_value: float
    reference_value: float
    choice_usd: float
    choice_se: float
    information_usd: float
    best: Policy
    tied: tuple[Policy, ...]
    rivals: tuple[Rival, ...]
    by_option: Mapping[str, float]
    is_tied: bool
    knife_edge: bool
    worlds: int
    final: bool

    @property
    def attainable_usd(self) -> float:
        """From the mean of the sensible defaults to the best, after the best questions."""
        return self.best_value + self.information_usd - self.reference_value

    @property
    def choice_points(self) -> float:
        """Share of the attainable value left behind by choice; with information's, 1 - share."""
        return self.choice_usd / self.attainable_usd if self.attainable_usd > 0 else 0.0

    @property
    def choice_share(self) -> float:
        """Share of what could be had with what was known, in [-1, 1]."""
        span = self.best_value - self.reference_value
        return clipped(self.choice_usd, span)

    @property
    def information_points(self) -> float:
        """Share of the attainable value that better questions would have added, in [0, 1]."""
        return self.information_usd / self.attainable_usd if self.attainable_usd > 0 else 0.0


def clipped(loss: float, span: float) -> float:
    """Return 1 minus a loss as a share of a span, cut to [-1, 1]; 1 for no loss of nothing."""
    if span <= 0:
        return 1.0 if loss <= 0 else -1.0
    return float(np.clip(1 - loss / span, -1.0, 1.0))


@dataclass(frozen=True, eq=False)
class Judged:
    """The simulated field behind a verdict, kept so that prices can be contested without a run.

    Attributes:
        atlas: of the case. knowledge: what was known. worlds: simulated ones, in order.
        policies: the player's first, then the references and the rivals.
        counted: what was counted in each world. usd: money, shape (worlds, policies).
        plans: the policies as plans.
        first_replicate: random run of the first world; the next world has the next one.
        thin: one user of so many was simulated.
    """

    atlas: Atlas
    knowledge: Knowledge
    policies: tuple[Policy, ...]
    plans: Plans
    worlds: tuple[World, ...]
    counted: tuple[Counted, ...]
    usd: Floats
    first_replicate: int
    thin: int = 1

    def first(self, count: int) -> Judged:
        """Return the same field in its first worlds alone."""
        return replace(
            self,
            worlds=self.worlds[:count],
            counted=self.counted[:count],
            usd=self.usd[:count],
        )

    @cached_property
    def estimates(self) -> Floats:
        """Expected USD of each policy as each world alone would have it, shape (worlds, P).

        What the atlas says of all its policies in these worlds, and given what was known, is the
        control: its main directions are regressed out, the same for every policy, so that equal
        quarters stay equal and a policy the atlas does not hold is controlled as well.
        """
        facts = np.array([[w.value(n) for n in self.atlas.spec.facts] for w in self.worlds])
        off = self.atlas.at(facts) - self.atlas.expected(self.knowledge)
        count = min(DIRECTIONS, len(self.worlds) // WORLDS_A_DIRECTION)
        _, _, main = np.linalg.svd(off - off.mean(0), full_matrices=False)
        controls = off @ main[:count].T
        centered = controls - controls.mean(0)
        slope, *_ = np.linalg.lstsq(centered, self.usd - self.usd.mean(0), rcond=1e-9)
        return np.asarray(self.usd - controls @ slope)

    @property
    def freed(self) -> float:
        """By how much a standard error grows for the directions that were regressed out."""
        count = min(DIRECTIONS, len(self.worlds) // WORLDS_A_DIRECTION)
        return float(np.sqrt((len(self.worlds) - 1) / (len(self.worlds) - 1 - count)))


def field_of(
    atlas: Atlas, policy: Policy, knowledge: Knowledge, *, first_flight: bool
) -> tuple[Policy, ...]:
    """Return who is simulated: the player's policy, the references, the most promising rivals."""
    allowed = atlas.live if first_flight else np.ones(len(atlas.policies), bool)
    usd = np.where(allowed, atlas.expected(knowledge), -np.inf)
    names = [atlas.policies[i] for i in atlas.reference]
    promising = [atlas.policies[i] for i in np.argsort(-usd)[:PROMISING]]
    each = [
        atlas.policies[int(np.where(atlas.option(o), usd, -np.inf).argmax())]
        for o in atlas.spec.option_lever.choices
    ]
    return tuple(dict.fromkeys([policy, *names, *promising, *each]))


def judgments(
    atlas: Atlas,
    ladder: LadderTable | None,
    policy: Policy,
    *,
    knowledge: Knowledge,
    information: Worth,
    first_flight: bool = True,
    evaluator: int = 0,
    progress: Callable[[float], None] = lambda _share: None,
) -> Iterator[tuple[Quality, Judged]]:
    """Yield a first verdict after few worlds, then the final one.

    Args:
        atlas: of the case.
        ladder: measured score distributions of the case.
        policy: what was decided.
        knowledge: what was known when it was.
        information: what better questions would have added; see `whennot.world.inquiry`.
        first_flight: whether only live levers could be moved.
        evaluator: seed of the worlds drawn; the verdict must hardly depend on it.
        progress: told which share of the worlds is done, in [0, 1]; what it raises ends the work.
    """
    policies = field_of(atlas, policy, knowledge, first_flight=first_flight)
    found = simulated(
        atlas,
        ladder,
        policies,
        knowledge=knowledge,
        evaluator=evaluator,
        pause=FIRST_WORLDS,
        thin=thin_of(atlas.spec),
        progress=progress,
    )
    for judged in found:
        final = len(judged.worlds) > FIRST_WORLDS
        yield verdict(judged, information, final=final), judged


def simulated(
    atlas: Atlas,
    ladder: LadderTable | None,
    policies: tuple[Policy, ...],
    *,
    knowledge: Knowledge,
    evaluator: int = 0,
    changes: Mapping[str, float] | None = None,
    pause: int = 0,
    count: int | None = None,
    thin: int = 1,
    progress: Callable[[float], None] = lambda _share: None,
) -> Iterator[Judged]:
    """Yield policies simulated in worlds that fit what is known, after few worlds and after all.

    Args:
        atlas: of the case.
        ladder: its measured score distributions.
        policies: any; the first one is judged.
        knowledge: what is known.
        evaluator: seed of the worlds drawn.
        changes: parameters under appeal, with their values.
        pause: worlds after which a first result is wanted; 0 for none.
        count: worlds; by default what `USER_DAYS` allow.
        thin: simulate one user of so many.
        progress: told which share of the worlds is done, in [0, 1].
    """
    spec = atlas.spec
    affordable = USER_DAYS * thin // (len(policies) * spec.users * spec.days)
    count = count or int(np.clip(affordable // 2 * 2, FEWEST_WORLDS, MOST_WORLDS))
    key = f"judge {atlas.digest} {knowledge.key} {evaluator}"
    drawn = posterior_worlds(spec, ladder, knowledge, count=count, key=key)
    worlds = tuple(w.changed(**changes) for w in drawn) if changes else tuple(drawn)
    plans = Plans.of(worlds[0], policies)
    first = int(uniform(key, "replicate") * 2**31)
    done: list[tuple[Counted, Floats]] = []
    for found in quarters(plans, worlds, first, thin):
        done.append(found)
        progress(len(done) / count)
        if len(done) in {pause, count}:
            counted, usd = zip(*done, strict=True)
            yield Judged(
                atlas=atlas,
                knowledge=knowledge,
                policies=policies,
                plans=plans,
                worlds=worlds[: len(done)],
                counted=tuple(counted),
                usd=np.stack(usd),
                first_replicate=first,
                thin=thin,
            )


def quarters(
    plans: Plans, worlds: Sequence[World], first: int, thin: int
) -> Iterator[tuple[Counted, Floats]]:
    """Yield what is counted in each world, and its money."""

    def one(place: int) -> tuple[Counted, Floats]:
        valued = plans.valuation(worlds[place], thin=thin, threads=1)
        counted = valued.counted(plans.pairs, first + place)
        return counted, counted.usd(valued.prices())

    return side_by_side(one, len(worlds))


def verdict(judged: Judged, information: Worth, *, final: bool = True) -> Quality:
    """Return the verdict on the first policy of a simulated field."""
    spec, policies, information_usd = judged.atlas.spec, judged.policies, information.usd
    each = np.round(judged.estimates, EXACT)
    mean = each.mean(0)
    defaults = [policies.index(judged.atlas.policies[i]) for i in judged.atlas.reference]
    reference = each[:, defaults].mean(1)
    top = int(mean.argmax())
    gap = each[:, [top]] - each
    se = _se(gap) * judged.freed
    span = float(mean[top] - reference.mean()) + information_usd
    loss = float(gap.mean(0)[0])
    ties = gap.mean(0) <= np.maximum(2 * se, TIED_SHARE * max(span, 0.0))
    order = np.argsort(gap.mean(0), kind="stable")
    halves = [_share_in(each[k::2], top, defaults, information_usd) for k in (0, 1)]
    share = clipped(loss + information_usd, span)
    options = np.array([str(p["option"]) for p in policies])
    return Quality(
        share=share,
        share_se=float(
            np.hypot(
                _share_se(gap[:, 0], each[:, top] - reference, loss + information_usd, span)
                * judged.freed,
                share * information.se / span if span > 0 else 0.0,
            )
        ),
        value=float(mean[0]),
        best_value=float(mean[top]),
        reference_value=float(reference.mean()),
        choice_usd=loss,
        choice_se=float(se[0]),
        information_usd=information_usd,
        best=policies[top],
        tied=tuple(policies[i] for i in order if ties[i]),
        rivals=tuple(
            Rival(policies[i], float(mean[i]), float(gap.mean(0)[i]), float(se[i]))
            for i in order
            if i
        ),
        by_option={
            o: float(mean[options == o].max())
            for o in spec.option_lever.choices
            if (options == o).any()
        },
        is_tied=bool(ties[0]),
        knife_edge=abs(halves[0] - halves[1]) > KNIFE_EDGE,
        worlds=len(each),
        final=final,
    )


def _share_in(each: Floats, top: int, defaults: list[int], information_usd: float) -> float:
    span = float((each[:, top] - each[:, defaults].mean(1)).mean()) + information_usd
    return clipped(float((each[:, top] - each[:, 0]).mean()) + information_usd, span)


def _se(values: Floats) -> Any:
    return values.std(0, ddof=1) / np.sqrt(len(values))


def _share_se(gap: Floats, span_each: Floats, loss: float, span: float) -> float:
    """Return the standard error of 1 - loss / span, both from the same worlds."""
    if span <= 0:
        return 0.0
    moved = (gap - gap.mean()) - loss / span * (span_each - span_each.mean())
    return float(_se(moved)) / span

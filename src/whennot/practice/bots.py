"""Simple players who see what a player sees, held against each other over drawn worlds.

Each is a policy of asking and deciding, not of a case. The constant ones always build the same
option, at its published default or tuned to the prior; the others differ in what they know. In
every drawn world 1 is its best policy and 0 the mean of the options' sensible defaults.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from whennot.episode import moves as m
from whennot.episode.case import Case
from whennot.episode.episode import Episode
from whennot.episode.knowing import atlas_for, budget_of, inquiry_of, knowledge_of
from whennot.episode.table import Setup
from whennot.world.atlas import Atlas
from whennot.world.knowledge import Knowledge
from whennot.world.policy import Policy, sensible_defaults, settings, trigger_forms
from whennot.world.regret import FRESH
from whennot.world.spec import TriggerForm
from whennot.world.valuation import side_by_side, values_in
from whennot.world.world import uniform

Floats = NDArray[np.float64]

FIRST_VARIANT = 1_000_001
"""Variants that bots play: nobody's own."""
VARIANTS = 96
RIVALS = 10
"""Policies that look best in a world once all is known; the best of them is its 1."""
DEFAULT_RIVALS, DEFAULT_RUNS = 4, 8
"""Policies of each option, and runs of each, behind the best option at default facts."""
OPTIONS = ("none", "rules", "simple", "big")
CONSTANT = ("always-no", "always-rules", "always-simple", "always-big")
TUNED = tuple(f"{name}-tuned" for name in CONSTANT)
OTHERS = ("random", "greedy-metric", "asks-nothing", "cautious", "reference")
BOTS = (*CONSTANT, *TUNED, *OTHERS)
ACCURACY = {"tp": 1.0, "tn": 1.0}
"""What the metric-greedy player counts: right automatic decisions, no cost of any kind."""


@dataclass(frozen=True)
class Played:
    """How the bots did in one case.

    Attributes:
        case: its name.
        shares: attainable share by bot and variant, each of shape (variants,), in [-1, 1].
        options: how often each option was best, as shares of variants.
        default_best: the best option at default facts.
        asked: what the cautious bot asks.
    """

    case: str
    shares: Mapping[str, Floats]
    options: Mapping[str, float]
    default_best: str
    asked: tuple[str, ...]


def play(
    case: Case,
    *,
    variants: int = VARIANTS,
    progress: Callable[[float], None] = lambda _share: None,
) -> Played:
    """Return how every bot did in a case.

    Args:
        case: what is played.
        variants: how many worlds.
        progress: told which share is done.
    """
    atlas = atlas_for(case)
    asked = inquiry_of(case, first_flight=True).best_set(budget_of(case, first_flight=True))
    fixed = _fixed(case, atlas)
    defaults = tuple(sensible_defaults(case.spec).values())
    grid, forms = settings(case.spec), trigger_forms(case.spec)

    def one(place: int) -> tuple[dict[str, float], str]:
        number = FIRST_VARIANT + place
        episode = Episode(case, Setup(variant=number))
        chosen = fixed | _seeing(episode, atlas, asked) | {"random": _random(grid, forms, number)}
        field = tuple(dict.fromkeys([*chosen.values(), *defaults, *_rivals(episode, atlas)]))
        money = values_in([episode.world], field, first_replicate=episode.replicate)[0]
        usd = dict(zip(field, (float(m) for m in money), strict=True))
        zero, best = float(np.mean([usd[p] for p in defaults])), max(usd, key=lambda p: usd[p])
        span = usd[best] - zero
        shares = {b: (usd[p] - zero) / span if span > 0 else 1.0 for b, p in chosen.items()}
        return {b: float(np.clip(s, -1, 1)) for b, s in shares.items()}, str(best["option"])

    atlas.expected(Knowledge())  # worked out once, before threads ask for it
    played = []
    for done in side_by_side(one, variants):
        played.append(done)
        progress(len(played) / variants)
    won = Counter(option for _, option in played)
    return Played(
        case.name,
        {bot: np.array([shares[bot] for shares, _ in played]) for bot in BOTS},
        {option: won[option] / variants for option in case.spec.option_lever.choices},
        _best_at_default_facts(case, atlas),
        asked,
    )


def _best_at_default_facts(case: Case, atlas: Atlas) -> str:
    """Return the best option where every fact has its declared value, by simulating it."""
    world = case.default_world()
    facts = np.array([[world.value(n) for n in case.spec.facts]])
    usd = np.where(atlas.live, atlas.at(facts)[0], -np.inf)
    field = [
        atlas.policies[i]
        for option in case.spec.option_lever.choices
        for i in np.argsort(-np.where(atlas.option(option), usd, -np.inf))[:DEFAULT_RIVALS]
    ]
    money = values_in([world] * DEFAULT_RUNS, field, first_replicate=FRESH.start)
    return str(field[int(money.mean(0).argmax())]["option"])


def _fixed(case: Case, atlas: Atlas) -> dict[str, Policy]:
    """Return the policies that do not depend on the world."""
    found: dict[str, Policy] = {}
    defaults = sensible_defaults(case.spec)
    for option, constant in zip(OPTIONS, CONSTANT, strict=True):
        found[constant] = defaults[option]
        among = atlas.live & atlas.option(option)
        usd = np.where(among, atlas.usd.mean(0), -np.inf)
        found[f"{constant}-tuned"] = atlas.policies[int(usd.argmax())]
    found["greedy-metric"] = _most_accurate(case, atlas)
    return found


def _most_accurate(case: Case, atlas: Atlas) -> Policy:
    """Return the policy with most right automatic decisions at default facts."""
    from whennot.world.counters import INDEX
    from whennot.world.simulate import simulate

    world = case.default_world()
    right = [
        sum(
            weight * float(run.totals[..., INDEX[name]].sum()) for name, weight in ACCURACY.items()
        )
        for run in (
            simulate(world, p.without_trigger(), replicates=[0])
            for p in (atlas.policies[i] for i in np.flatnonzero(atlas.live))
        )
    ]
    return atlas.policies[int(np.flatnonzero(atlas.live)[int(np.argmax(right))])]


def _seeing(episode: Episode, atlas: Atlas, asked: Sequence[str]) -> dict[str, Policy]:
    """Return what the bots that look before they leap decide in a variant."""
    blind = _played(episode, ())
    informed = _played(episode, asked)
    everything = Knowledge.of({n: episode.world.value(n) for n in episode.case.spec.facts})
    return {
        "asks-nothing": atlas.best(knowledge_of(blind), among=atlas.live),
        "cautious": atlas.best(knowledge_of(informed), among=atlas.live),
        "reference": atlas.best(everything, among=atlas.live),
    }


def _played(episode: Episode, asked: Sequence[str]) -> Episode:
    """Return the episode after asking; only what is answered there is known afterwards."""
    episode = episode.send(m.Begin())
    for name in asked:
        if name in episode.case.spec.questions:
            episode = episode.send(m.Ask(question=name))
        else:
            episode = episode.send(m.Listen(stakeholder=name))
    return episode


def _rivals(episode: Episode, atlas: Atlas) -> Iterator[Policy]:
    """Yield the policies that look best in a world once all of it is known."""
    facts = np.array([[episode.world.value(n) for n in episode.case.spec.facts]])
    usd = np.where(atlas.live, atlas.at(facts)[0], -np.inf)
    for place in np.argsort(-usd)[:RIVALS]:
        yield atlas.policies[place]


def _random(grid: Sequence[Policy], triggers: Sequence[TriggerForm], number: int) -> Policy:
    """Return any policy of the case's grid."""
    setting = grid[int(uniform("random setting", number) * len(grid))]
    place = int(uniform("random trigger", number) * (1 + len(triggers)))
    return setting if place == 0 else replace(setting, trigger=triggers[place - 1])


# --- what must hold ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """One assertion about the bots.

    Attributes:
        text: what is claimed. value: what was measured. se: its standard error, or None for a
            count. bound: what it is held against. holds: whether it does.
        enforced: whether this set of cases must keep it; some need the whole shelf.
    """

    text: str
    value: float
    se: float | None
    bound: float
    holds: bool
    enforced: bool


FEW_CASES = 4
"""Cases from which on what one case may fail is enforced."""
WHOLE_SHELF = 12
"""Cases from which on the assertions about the whole set are enforced."""
MOST_CONSTANT = 0.6
LEAST_WON = 0.10
BEATS = 2.0
EVERY_TUNED = "every tuned constant bot"


def gap(played: Played, one: str, other: str) -> tuple[float, float]:
    """Return by how much one bot beats another in a case, and the standard error, in share."""
    difference = played.shares[one] - played.shares[other]
    return float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(len(difference)))


def claims(league: Sequence[Played]) -> list[Claim]:
    """Return what must hold over cases, with what was measured."""
    return [*_questions_matter(league), *_no_reflex(league), *_options(league)]


def _questions_matter(league: Sequence[Played]) -> Iterator[Claim]:
    """Yield that looking first beats everything else in at least half of the cases."""
    half = len(league) / 2
    for who, others in ((EVERY_TUNED, TUNED), ("asks-nothing", ("asks-nothing",))):
        count = sum(
            all(mean > BEATS * se for mean, se in (gap(p, "cautious", o) for o in others))
            for p in league
        )
        yield Claim(
            f"cautious beats {who} by more than 2 SE in at least half of the cases",
            float(count),
            None,
            half,
            count >= half,
            enforced=len(league) >= FEW_CASES or who == "asks-nothing",
        )


def _no_reflex(league: Sequence[Played]) -> Iterator[Claim]:
    """Yield that no option is the answer to everything, however well it is tuned."""
    for tuned in TUNED:
        mean = float(np.mean([p.shares[tuned].mean() for p in league]))
        each = [p.shares[tuned].var(ddof=1) / len(p.shares[tuned]) for p in league]
        yield Claim(
            f"{tuned} averages under {MOST_CONSTANT:g} over all cases",
            mean,
            float(np.sqrt(sum(each)) / len(league)),
            MOST_CONSTANT,
            mean < MOST_CONSTANT,
            enforced=len(league) >= WHOLE_SHELF,
        )


def _options(league: Sequence[Played]) -> Iterator[Claim]:
    """Yield that every option is right somewhere."""
    for option in OPTIONS:
        most = max(p.options[option] for p in league)
        yield Claim(
            f"{option} is best in at least {LEAST_WON:.0%} of some case's variants",
            most,
            None,
            LEAST_WON,
            most >= LEAST_WON,
            enforced=len(league) >= FEW_CASES,
        )
    for option in OPTIONS:
        count = sum(p.default_best == option for p in league)
        yield Claim(
            f"{option} is best at default facts in at least two cases",
            float(count),
            None,
            2.0,
            count >= 2,
            enforced=len(league) >= WHOLE_SHELF,
        )


def holds(found: Sequence[Claim]) -> bool:
    """Return whether every enforced claim holds."""
    return all(claim.holds for claim in found if claim.enforced)

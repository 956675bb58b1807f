"""Measure how far the verdicts can be trusted, and write docs/explanation/validity.md.

``make validity`` runs it: for every case, how often the best option and a player's place change
when the assumptions move within their ranges, how well quality tells players apart, and how well
it repeats over evaluator seeds. Some minutes a case; progress on standard error.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whennot.episode.case import Case
from whennot.episode.knowing import atlas_for, budget_of, inquiry_of
from whennot.practice.bots import TUNED, Played, gap, play
from whennot.shelf import load_case, play_order
from whennot.world.appeal import contenders, contestable
from whennot.world.inquiry import Worth
from whennot.world.knowledge import Knowledge
from whennot.world.policy import Policy, named_policy, settings
from whennot.world.quality import Judged, judgments, simulated
from whennot.world.world import uniform

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "validity.md"
SETS = 200
SET_WORLDS = 10
SEEDS = 50
VARIANTS = 96
OFTEN = 0.75
"""Share of sets in which a best option must stay to be called robust."""
MOVED = 0.10
"""Shift of a player's share that is called a change of place."""
REPEATS = 0.02
LEARNABLE = 20
"""Plays after which a difference between two players is too small to be seen by one person."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sets:
    """What happened when the assumptions moved; n sets.

    Attributes:
        best: best option in each set. declared: best option at the declared values.
        close: share of sets in which the declared option stays within 5 % of the best.
        moved: by player, how far her share moved in each set, shape (n,).
        place: by player, share of sets in which her rank among the field changed.
    """

    best: Counter[str]
    declared: str
    close: float
    moved: dict[str, Floats]
    place: dict[str, float]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def drawn_sets(case: Case) -> Iterator[dict[str, float]]:
    """Yield sets of parameters, each evenly within its plausible range."""
    numbers = contestable(case.spec)
    for i in range(SETS):
        yield {
            name: number.low + uniform("validity", name, i) * (number.high - number.low)
            for name, number in numbers.items()
        }


def _shares(judged: Judged, references: Sequence[int]) -> tuple[Floats, str]:
    """Return every policy's attainable share, and the best option."""
    mean = judged.estimates.mean(0)
    zero, top = mean[list(references)].mean(), int(mean.argmax())
    share = np.clip((mean - zero) / max(mean[top] - zero, 1e-9), -1, 1)
    return share, str(judged.policies[top]["option"])


def moved_assumptions(case: Case) -> Sets:
    """Return what 200 sets of parameters do to the best option and to two players' places."""
    atlas, known = atlas_for(case), Knowledge()
    players = {name: named_policy(case.spec, name) for name in ("naive", "honest")}
    defaults = [atlas.policies[i] for i in atlas.reference]
    field = tuple(dict.fromkeys([*players.values(), *defaults, *contenders(atlas, known)]))
    references = [field.index(p) for p in defaults]
    places = {name: field.index(p) for name, p in players.items()}

    def run(changes: dict[str, float] | None) -> tuple[Floats, str]:
        judged = simulated(
            atlas, case.ladder, field, knowledge=known, changes=changes, count=SET_WORLDS
        )
        return _shares(next(iter(judged)), references)

    base, declared = run(None)
    best: Counter[str] = Counter()
    shares = []
    for i, changes in enumerate(drawn_sets(case), start=1):
        share, option = run(changes)
        best[option] += 1
        shares.append(share)
        if i % 50 == 0:
            _say(f"  {case.name}: {i} of {SETS} sets of parameters")
    table = np.stack(shares)
    mine = [i for i, p in enumerate(field) if p["option"] == declared]
    rank = [(table > table[:, [k]]).sum(1) for k in range(len(field))]
    first = [(base > base[k]).sum() for k in range(len(field))]
    return Sets(
        best,
        declared,
        float((table[:, mine].max(1) >= 0.95).mean()),
        {name: table[:, k] - base[k] for name, k in places.items()},
        {name: float((rank[k] != first[k]).mean()) for name, k in places.items()},
    )


def off_atlas(case: Case) -> Policy:
    """Return a policy of the grid that the atlas does not hold, and that is not hopeless."""
    atlas, grid = atlas_for(case), settings(case.spec)
    order = np.argsort([uniform("off atlas", i) for i in range(len(grid))])
    some = [p for p in (grid[i] for i in order) if p not in atlas.places][:24]
    known = Knowledge()
    defaults = tuple(atlas.policies[i] for i in atlas.reference)
    run = simulated(atlas, case.ladder, (*defaults, *some), knowledge=known, count=SET_WORLDS)
    mean = next(iter(run)).estimates.mean(0)
    above: list[Policy] = [
        p
        for p, usd in zip(some, mean[len(defaults) :], strict=True)
        if usd > mean[: len(defaults)].mean()
    ]
    return (above or some)[0]


def repeated(case: Case) -> dict[str, tuple[float, float, bool]]:
    """Return mean, standard deviation over evaluator seeds, and knife-edge of some policies."""
    atlas, known = atlas_for(case), Knowledge()
    tried = {
        "the best on average": atlas.best(known, among=atlas.live),
        "any policy": off_atlas(case),
    }
    found = {}
    asking = inquiry_of(case, first_flight=True)
    nothing = asking.information((), budget_of(case, first_flight=True))
    missing = Worth(nothing.missing_usd, nothing.missing_se)
    for name, policy in tried.items():
        shares, edge = [], False
        for seed in range(SEEDS):
            verdicts = judgments(
                atlas,
                case.ladder,
                policy,
                knowledge=known,
                information=missing,
                evaluator=seed,
            )
            quality = [q for q, _ in verdicts][-1]
            shares.append(quality.share)
            edge = edge or quality.knife_edge
        found[name] = (float(np.mean(shares)), float(np.std(shares, ddof=1)), edge)
        _say(f"  {case.name}: {name} over {SEEDS} seeds: sd {found[name][1]:.4f}")
    return found


# --- the page --------------------------------------------------------------------------------


def _part(case: Case) -> str:
    sets, league, seeds = moved_assumptions(case), play(case, variants=VARIANTS), repeated(case)
    return "\n".join([f"## {case.spec.title}\n", *_moved(sets), *_apart(league), *_again(seeds)])


def _moved(sets: Sets) -> list[str]:
    total = sum(sets.best.values())
    kept = sets.best[sets.declared] / total
    told = ", ".join(f"{o} {n / total:.0%}" for o, n in sets.best.most_common())
    rows = [
        (
            f"**Assumptions moved within their ranges, {total} sets.** At the declared values "
            f"*{sets.declared}* is best on average over the prior; it stays best in {kept:.0%} of "
            f"the sets and within 5 % of the best in {sets.close:.0%} (best: {told})."
        ),
    ]
    rows += [
        f"The place of the policy *{name}* among the field changes in {sets.place[name]:.0%} of "
        f"the sets; its share moves by {100 * np.abs(shift).mean():.0f} points on average, and by "
        f"more than ten in {(np.abs(shift) > MOVED).mean():.0%}."
        for name, shift in sets.moved.items()
    ]
    if kept < OFTEN:
        rows.append(
            "**Weak spot:** a verdict on the option alone hangs on our assumptions here. Read the "
            "share and the tied set, and appeal."
        )
    worst = max(float((np.abs(s) > MOVED).mean()) for s in sets.moved.values())
    if worst > 1 - OFTEN:
        rows.append(
            "**Weak spot:** how bad a bad policy is depends on the assumptions more than whether "
            "it is bad."
        )
    return ["\n".join(rows), ""]


def _apart(league: Played) -> list[str]:
    means = {b: (s.mean(), s.std(ddof=1)) for b, s in league.shares.items()}
    tuned = max(TUNED, key=lambda b: means[b][0])
    head = [
        (
            f"**Players told apart, {VARIANTS} worlds.** Mean attainable share in the world met "
            "and its standard deviation between worlds:"
        ),
        "",
        "| player | mean | SD between worlds |",
        "| --- | ---: | ---: |",
    ]
    shown = ["reference", "cautious", "asks-nothing", tuned, "random"]
    head += [f"| {b} | {means[b][0]:.2f} | {means[b][1]:.2f} |" for b in shown]
    rows = []
    pairs = (("reference", "cautious"), ("cautious", "asks-nothing"), ("cautious", tuned))
    for one, other in pairs:
        mean, se = gap(league, one, other)
        sd = se * VARIANTS**0.5
        plays = (2 * sd / mean) ** 2 if mean > 0 else np.inf
        clear = "clear" if mean > 2 * se else "not clear"
        needs = (
            f"about {max(1, round(plays)):,} plays" if np.isfinite(plays) else "no number of plays"
        )
        rows.append(
            f"*{one}* is ahead of *{other}* by {mean:.2f} ± {se:.2f} ({clear}); outcomes alone "
            f"would take {needs} to show it at two standard errors."
        )
        if plays > LEARNABLE:
            rows.append(
                "**Weak spot:** nobody plays that often. Between these two only the measure that "
                "judges the decision, not the quarter, says anything."
            )
    return ["\n".join(head), "", "\n".join(rows), ""]


def _again(seeds: dict[str, tuple[float, float, bool]]) -> list[str]:
    rows = [f"**Repeated over {SEEDS} evaluator seeds, having asked nothing.**"]
    for name, (mean, sd, edge) in seeds.items():
        mark = ", marked knife-edge for some seed" if edge else ""
        rows.append(f"*{name}*: {mean:.2f}, SD {100 * sd:.1f} points{mark}.")
    if any(sd > REPEATS for _, sd, _ in seeds.values()):
        rows.append("**Weak spot:** more than two points between seeds for one of them.")
    return [" ".join(rows), ""]


INTRO = """# How far the verdicts can be trusted

Written by `make validity`; every number below was measured by that command, none by hand.

What is asked of each case: do our assumptions decide the verdict, does the verdict tell better
players from worse ones, and does it come out the same again? No human has been scored against
these numbers yet: that quality predicts anything about a job is **not shown** here.
"""


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help="by default all on the shelf")
    names = parser.parse_args().cases or list(play_order())
    start, parts = time.perf_counter(), []
    for name in names:
        _say(name)
        parts.append(_part(load_case(name)))
    PAGE.write_text("\n".join([INTRO, *parts]).rstrip() + "\n", encoding="utf-8")
    _say(f"{PAGE.name}: {len(names)} cases in {(time.perf_counter() - start) / 60:.1f} minutes")


if __name__ == "__main__":
    main()

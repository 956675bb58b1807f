"""Proper scores: the forecaster does best by saying what she believes.

A single resolved forecast says little, so two things are told apart: the *score* of one forecast
and its *distance* to probabilities that are known from simulation. Calibration, which needs many
forecasts, has a module of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from whennot.errors import PlayerError

SLACK = 1e-6


def _checked(stated: Mapping[str, float]) -> Mapping[str, float]:
    wrong = {n: p for n, p in stated.items() if not 0 <= p <= 1}
    total = sum(stated.values())
    if wrong or abs(total - 1) > SLACK:
        said = f"not between 0 and 1: {wrong}" if wrong else f"they sum to {total:g}, not 1"
        message = f"probabilities: {said}"
        raise PlayerError(message)
    return stated


def brier(stated: Mapping[str, float], *, outcome: str) -> float:
    """Return the multi-category Brier score, 0 (certain and right) to 2 (certain and wrong).

    Args:
        stated: probability by category, each in [0, 1], summing to 1.
        outcome: the category that came; one that is missing counts as stated at 0.

    Raises:
        PlayerError: the probabilities are not probabilities.

    Source:
        Brier 1950, in its original form over all categories.
    """
    given = _checked(stated)
    missed = 0.0 if outcome in given else 1.0
    return missed + sum((p - (n == outcome)) ** 2 for n, p in given.items())


def log_score(stated: Mapping[str, float], *, outcome: str) -> float:
    """Return minus the natural logarithm of what the outcome was given; infinite at 0.

    Raises:
        PlayerError: the probabilities are not probabilities.

    Source:
        Good 1952.
    """
    p = _checked(stated).get(outcome, 0.0)
    return -math.log(p) if p > 0 else math.inf


@dataclass(frozen=True)
class ForecastDistance:
    """How far stated probabilities are from known ones.

    Attributes:
        squared: sum of squared differences, 0 to 2: how much worse the Brier score is to be
            expected than that of somebody who knew.
        total_variation: share of probability in the wrong place, in [0, 1].
        expected: Brier score to be expected from what was stated.
        attainable: the same for somebody who states the known probabilities.
        noise: part of `squared` that a perfect forecast would show, for the finite runs.
        overrated: outcome stated too high by the most; empty when none is.
        underrated: outcome stated too low by the most; empty when none is.
        words: the last two in a sentence.
    """

    squared: float
    total_variation: float
    expected: float
    attainable: float
    noise: float
    overrated: str
    underrated: str
    words: str


def forecast_distance(
    stated: Mapping[str, float],
    known: Mapping[str, float],
    *,
    outcomes: Mapping[str, str],
    runs: int,
) -> ForecastDistance:
    """Return how far stated probabilities are from known ones.

    Args:
        stated: probability by outcome, summing to 1.
        known: the same from simulation; an outcome in only one of the two is 0 in the other.
        outcomes: what the outcomes are called.
        runs: simulated runs behind `known`.

    Raises:
        PlayerError: one of the two does not hold probabilities.
    """
    said, true = _checked(stated), _checked(known)
    names = [*said, *(n for n in true if n not in said)]
    gap = {n: said.get(n, 0.0) - true.get(n, 0.0) for n in names}
    squared = sum(g * g for g in gap.values())
    attainable = 1 - sum(p * p for p in true.values())
    # The first one listed wins a tie, so that the words do not depend on a dictionary's order.
    over, under = max(names, key=lambda n: gap[n]), min(names, key=lambda n: gap[n])
    parts = [
        f"{how} {outcomes.get(n, n)} (you {100 * said.get(n, 0):.0f} %, "
        f"simulated {100 * true.get(n, 0):.0f} %)"
        for how, n in (("most overrated:", over), ("most underrated:", under))
        if abs(gap[n]) > _told(true.get(n, 0.0), runs)
    ]
    words = "; ".join(parts) or "closer to the simulated probabilities than the runs can tell"
    return ForecastDistance(
        squared=squared,
        total_variation=sum(abs(g) for g in gap.values()) / 2,
        expected=squared + attainable,
        attainable=attainable,
        noise=attainable / max(1, runs - 1),
        overrated=over if gap[over] > SLACK else "",
        underrated=under if gap[under] < -SLACK else "",
        words=f"{words[0].upper()}{words[1:]}.",
    )


def _told(p: float, runs: int) -> float:
    """Return the smallest difference of a probability that the runs can show: two SE, or 5 %."""
    return max(0.05, 2 * math.sqrt(p * (1 - p) / max(1, runs)))

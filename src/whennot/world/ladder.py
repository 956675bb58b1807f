"""Measured score distributions of a case's options, and their compilation to rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.errors import CaseError


@dataclass(frozen=True)
class LadderTable:
    """Held-out score counts of every option.

    Attributes:
        options: option names.
        context: values of the context fact the options were measured at (one entry when none).
        below: P(score < k / bins | truth), shape
            (options, contexts, phases, segments, truths, bins + 1), rising in the last axis.
    """

    options: tuple[str, ...]
    context: tuple[float, ...]
    below: NDArray[np.float64]

    @property
    def bins(self) -> int:
        """Number of equal score bins on [0, 1]."""
        return int(self.below.shape[-1]) - 1


def read_ladder(text: str) -> LadderTable:
    """Return the ladder of a case from its ``ladder.json``.

    Raises:
        CaseError: the file is no ladder, or a distribution is empty.
    """
    try:
        content: dict[str, Any] = json.loads(text)
        options = tuple(content["options"])
        counts = np.array([content["options"][o]["counts"] for o in options], np.float64)
        context = tuple(float(v or 0) for v in content["context"]["values"])
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        message = f"ladder.json cannot be read: {error!r}"
        raise CaseError(message) from None
    if not np.isfinite(counts).all() or (counts < 0).any() or not np.isfinite(context).all():
        message = "ladder.json: counts and contexts must be finite, and counts not negative"
        raise CaseError(message)
    totals = counts.sum(-1, keepdims=True)
    if counts.ndim != 6 or (totals <= 0).any():
        message = "ladder.json: every option, context, phase, segment and truth needs counts"
        raise CaseError(message)
    start = np.zeros((*counts.shape[:-1], 1))
    below = np.concatenate([start, np.cumsum(counts, -1)], -1) / totals
    return LadderTable(options, context, below)


def _at_context(ladder: LadderTable, option: int, value: float) -> NDArray[np.float64]:
    # The score law of a mixture of two contexts is the mixture of their laws, so values between
    # two measured contexts are linear in between: monotone in the threshold by construction.
    grid = np.array(ladder.context)
    place = np.interp(value, grid, np.arange(len(grid)))
    low = int(place)
    high = min(low + 1, len(grid) - 1)
    weight = place - low
    laws = ladder.below[option]
    return (1 - weight) * laws[low] + weight * laws[high]  # type: ignore[no-any-return]


def score_probabilities(
    ladder: LadderTable,
    *,
    option: Sequence[str],
    positive_above: NDArray[np.float64],
    negative_below: NDArray[np.float64],
    context: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """Return P(positive | truth) and P(negative | truth) of every setting.

    Args:
        ladder: measured score counts.
        option: option of each setting, length n.
        positive_above: score from which the product says yes, shape (n,); above 1 means never.
        negative_below: score under which it says no, shape (n,); the band between is deferred.
        context: value of the context in each setting, in its unit, shape (n,).

    Returns:
        ``ladder_positive_no|yes`` and ``ladder_negative_no|yes``, each of shape
        (phases, segments, n). Falling (rising) in the threshold: see the kernel notes.
    """
    bins = ladder.bins
    shape = (*ladder.below.shape[2:4], len(option))
    out = {
        f"ladder_{k}_{y}": np.zeros(shape) for k in ("positive", "negative") for y in ("no", "yes")
    }
    laws: dict[tuple[str, float], NDArray[np.float64]] = {}
    for n, where in enumerate(zip(option, context.tolist(), strict=True)):
        if where not in laws:
            laws[where] = _at_context(ladder, ladder.options.index(where[0]), where[1])
        high, low = positive_above[n], min(negative_below[n], positive_above[n])
        for y, truth in enumerate(("no", "yes")):
            law = laws[where][:, :, y]
            if high <= 1:
                out[f"ladder_positive_{truth}"][:, :, n] = 1 - law[..., max(0, round(high * bins))]
            out[f"ladder_negative_{truth}"][:, :, n] = law[
                ..., min(bins, max(0, round(low * bins)))
            ]
    return out

"""Whether stated percentages mean what they say, over many forecasts, and how little few can tell.

A calibrated forecaster's record looks miscalibrated when it is short: with 20 forecasts the usual
error measure shows 0.16 on average although nothing is wrong. So every measure comes with the
band in which a calibrated forecaster would lie, simulated with exactly the forecasts that were
made, and under `NEEDED` resolved forecasts there is no verdict at all.

One forecast, whatever the number of outcomes it spreads over, counts once: its percentages
depend on each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whennot.score.proper import brier

NEEDED = 100
"""Resolved forecasts under which there is no verdict. Source: simulation, see the module."""
SHOWN = 10
"""Percentages a bin must hold before its rate of coming true is told."""
OUTSIDE = 0.0125
"""Share of calibrated forecasters beyond each limit. Three limits are looked at (`lean` low and
high, `error` high), so about 4 % of calibrated forecasters get an adverse verdict."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Resolved:
    """A forecast whose outcome is known.

    Attributes:
        forecast: probability by outcome, sums to 1.
        outcome: what came.
    """

    forecast: Mapping[str, float]
    outcome: str


@dataclass(frozen=True)
class Bin:
    """Percentages that lie close together.

    Attributes:
        low, high: edges, as probabilities.
        count: how many percentages were stated between them.
        stated: their mean.
        came: share that came true; None under `SHOWN` percentages.
        band: where that share lies for 95 % of calibrated forecasters.
    """

    low: float
    high: float
    count: int
    stated: float
    came: float | None
    band: tuple[float, float]


@dataclass(frozen=True)
class Calibration:
    """What a record of forecasts shows about calibration.

    Attributes:
        resolved: number of forecasts with a known outcome.
        brier: mean multi-category Brier score, 0 to 2; None without forecasts.
        error: mean distance between stated and observed over the bins, weighted by count.
        error_limit: what a calibrated forecaster seldom exceeds with these forecasts.
        lean: mean of (expected minus actual probability given to what came); above 0 the
            percentages were more extreme than what happened.
        lean_band: where a calibrated forecaster's lean lies.
        bins: the percentages by size; empty bins are left out.
        verdict: one sentence; without `NEEDED` forecasts it says that there is none.
    """

    resolved: int
    brier: float | None
    error: float
    error_limit: float
    lean: float
    lean_band: tuple[float, float]
    bins: tuple[Bin, ...]
    verdict: str


def calibration(
    record: Sequence[Resolved], *, seed: int = 0, draws: int = 1000, bins: int = 5
) -> Calibration:
    """Return what a record of resolved forecasts shows about calibration.

    Args:
        record: the forecasts, in any order.
        seed: fixes the simulated calibrated forecasters.
        draws: how many of them.
        bins: number of equal bins between 0 and 1.

    Raises:
        PlayerError: an entry is no forecast, or came out as something not forecast about.
    """
    scores = [brier(entry.forecast, outcome=entry.outcome) for entry in record]
    if not scores:
        return Calibration(0, None, 0.0, 0.0, 0.0, (0.0, 0.0), (), _too_few(0))
    table = _Table(record, bins=bins)
    seen = table.measure(table.came)
    null = [table.measure(came) for came in table.calibrated(draws=draws, seed=seed)]
    limit = _quantile([m.error for m in null], 1 - OUTSIDE)
    leans = [m.lean for m in null]
    band = (_quantile(leans, OUTSIDE), _quantile(leans, 1 - OUTSIDE))
    return Calibration(
        resolved=len(record),
        brier=float(np.mean(scores)),
        error=seen.error,
        error_limit=limit,
        lean=seen.lean,
        lean_band=band,
        bins=table.bins(seen, null),
        verdict=_verdict(len(record), seen, limit, band),
    )


@dataclass(frozen=True)
class _Measured:
    """One record measured: sums by bin, calibration error, lean."""

    came: Floats
    error: float
    lean: float


class _Table:
    """All percentages of a record in rows, one row a forecast, padded with NaN."""

    def __init__(self, record: Sequence[Resolved], *, bins: int) -> None:
        width = max(len(entry.forecast) for entry in record)
        self.p = np.full((len(record), width), np.nan)
        self.came = np.zeros(len(record), dtype=np.int64)
        for row, entry in enumerate(record):
            self.p[row, : len(entry.forecast)] = list(entry.forecast.values())
            self.came[row] = list(entry.forecast).index(entry.outcome)
        self.edges = np.arange(bins + 1) / bins
        self.real = ~np.isnan(self.p)
        # A percentage on an edge belongs to the bin above; 100 % to the last one.
        self.where = np.clip(np.searchsorted(self.edges, self.p, side="right") - 1, 0, bins - 1)
        self.count = self._by_bin(self.real.astype(float))
        self.stated = self._by_bin(np.where(self.real, self.p, 0.0))
        self.expected = np.where(self.real, self.p, 0.0) ** 2

    def _by_bin(self, weights: Floats) -> Floats:
        flat = np.where(self.real, weights, 0.0).ravel()
        size = len(self.edges) - 1
        return np.bincount(self.where.ravel(), weights=flat, minlength=size).astype(np.float64)

    def measure(self, came: NDArray[np.int64]) -> _Measured:
        """Return the measures if these outcomes (column by row) had come."""
        rows = np.arange(len(came))
        true = np.zeros_like(self.p)
        true[rows, came] = 1
        hits = self._by_bin(true)
        error = float(np.abs(hits - self.stated).sum() / self.count.sum())
        lean = float((self.expected.sum(1) - self.p[rows, came]).mean())
        return _Measured(hits, error, lean)

    def calibrated(self, *, draws: int, seed: int) -> list[NDArray[np.int64]]:
        """Return outcomes drawn from the stated probabilities themselves."""
        rng = np.random.default_rng([seed, draws, len(self.p)])  # noqa: TID251 - keyed by the arguments
        reached = np.cumsum(np.where(self.real, self.p, 0.0), axis=1)
        last = self.real.sum(1) - 1
        return [
            np.minimum((rng.random((len(self.p), 1)) >= reached).sum(1), last)
            for _ in range(draws)
        ]

    def bins(self, seen: _Measured, null: Sequence[_Measured]) -> tuple[Bin, ...]:
        """Return the bins that hold anything."""
        found = []
        for i in np.flatnonzero(self.count):
            count = self.count[i]
            rates = [m.came[i] / count for m in null]
            found.append(
                Bin(
                    low=float(self.edges[i]),
                    high=float(self.edges[i + 1]),
                    count=int(count),
                    stated=float(self.stated[i] / count),
                    came=float(seen.came[i] / count) if count >= SHOWN else None,
                    band=(_quantile(rates, 0.025), _quantile(rates, 0.975)),
                )
            )
        return tuple(found)


def _quantile(values: Sequence[float], share: float) -> float:
    return float(np.quantile(values, share))


def _too_few(resolved: int) -> str:
    return f"{resolved} of {NEEDED} resolved forecasts: no verdict yet"


def _verdict(resolved: int, seen: _Measured, limit: float, band: tuple[float, float]) -> str:
    if resolved < NEEDED:
        return _too_few(resolved)
    if seen.lean > band[1]:
        return (
            "Your percentages are more extreme than what happens: "
            "what you call likely comes less often."
        )
    if seen.lean < band[0]:
        return (
            "Your percentages are too timid: what you call likely comes more often than you say."
        )
    if seen.error > limit:
        return "Some of your percentages are off; look for the bins outside their bands."
    return f"{resolved} forecasts show no miscalibration."

"""Money as a polynomial in the facts, so that what is not known can be averaged exactly.

Each fact gets polynomials that are orthonormal under its prior. Because facts are independent,
a product of them has mean zero over every fact that is not known: the expected value of a policy
given some facts is the expansion with all other terms left out. That is linear in the simulated
table, a reweighting of its worlds, and takes microseconds.

Terms that explain no more than chance are dropped, all policies judged together: what does not
matter then moves no choice at all.

Source: polynomial chaos expansion (Ghanem and Spanos 1991; sparse, for sensitivity: Sudret 2008);
conditional expectation by regression for the value of information: Strong, Oakley and Brennan
2014. Degrees and the cut are ours: on held-out worlds they explain 0.99 of the variance of
differences between policies in card-fraud and 0.97 in meeting-summarizer; without products 0.90
in card-fraud, with degree four in products 0.94.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from whennot.world.knowledge import Knowledge
from whennot.world.spec import Fact, WorldSpec
from whennot.world.world import quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Term = tuple[tuple[int, int], ...]
"""(fact, degree) pairs; empty for the constant."""

MAIN_DEGREE = 3
PAIR_DEGREE = 3
CHANCE = 2.0
"""A term stays when its squared t-value, averaged over policies, is above this; chance gives 1."""
GRID = 2048
PASSES = 6
RIDGE = 1e-8


@dataclass(frozen=True, eq=False)
class Basis:
    """Orthonormal polynomials of one fact under its prior.

    Attributes:
        mean, scale: of the fact's values in the prior (of their places, for a fact of choices).
        mix: monomials to polynomials, shape (degree + 1, degree + 1).
        places: the choices in order; empty for a continuous fact.
        low, high: ends of the prior; nothing is known beyond them, so values are cut to them.
    """

    mean: float
    scale: float
    mix: Floats
    places: Floats
    low: float
    high: float

    @property
    def degree(self) -> int:
        """Highest degree."""
        return len(self.mix) - 1

    def __call__(self, values: Floats) -> Floats:
        """Return the polynomials at these values, shape (n, degree + 1); the first is 1."""
        v = np.clip(np.asarray(values, np.float64), self.low, self.high)
        if len(self.places):
            v = np.interp(v, self.places, np.arange(len(self.places)))
        x = (v - self.mean) / self.scale
        powers = np.stack([x**k for k in range(len(self.mix))], -1)
        return np.asarray(powers @ self.mix)


@cache
def basis_of(fact: Fact) -> Basis:
    """Return the polynomials of a fact."""
    u = (np.arange(GRID) + 0.5) / GRID
    values = np.array([quantile(fact, float(t)) for t in u])
    places = np.unique(values) if fact.prior == "choices" else np.zeros(0)
    x = np.searchsorted(places, values).astype(np.float64) if len(places) else values
    distinct = len(places) or (GRID if np.ptp(values) > 0 else 1)
    degree = min(MAIN_DEGREE, distinct - 1)
    mean, scale = float(x.mean()), float(x.std()) or 1.0
    powers = np.stack([((x - mean) / scale) ** k for k in range(degree + 1)], -1)
    _, r = np.linalg.qr(powers / np.sqrt(GRID))
    mix = np.linalg.inv(r)
    ends = float(values.min()), float(values.max())
    return Basis(mean, scale, mix * np.sign(mix[0, 0]), places, *ends)


def terms_of(degrees: Sequence[int]) -> tuple[Term, ...]:
    """Return every term up to the degrees above, the constant first."""
    facts = range(len(degrees))
    terms: list[Term] = [()]
    terms += [((i, k),) for i in facts for k in range(1, degrees[i] + 1)]
    for pair in combinations(facts, 2):
        powers = product(*(range(1, degrees[i] + 1) for i in pair))
        terms += [tuple(zip(pair, p, strict=True)) for p in powers if sum(p) <= PAIR_DEGREE]
    alive = [i for i in facts if degrees[i]]
    terms += [tuple((i, 1) for i in triple) for triple in combinations(alive, 3)]
    # Simple terms first, whatever the order of the facts: few worlds keep only the first.
    return tuple(sorted(terms, key=lambda term: (sum(k for _, k in term), len(term))))


@dataclass(frozen=True, eq=False)
class Expansion:
    """A fitted table: coefficients of terms for each of P columns.

    Attributes:
        bases: one for each fact, in the case's order. names: the facts.
        terms: those that were kept. coefficients: shape (terms, P).
        inverse: of the terms' products over worlds, shape (terms, terms).
        left: what the fit left in each world, shape (W, P).
    """

    bases: tuple[Basis, ...]
    names: tuple[str, ...]
    terms: tuple[Term, ...]
    coefficients: Floats
    inverse: Floats
    left: Floats

    def at(self, facts: Floats) -> Floats:
        """Return the columns in worlds of which all is known, shape (n, P)."""
        columns = [b(facts[:, i]) for i, b in enumerate(self.bases)]
        return np.asarray(_features(self.terms, columns) @ self.coefficients)

    def given(self, beliefs: Sequence[Floats | None], count: int) -> Floats:
        """Return expected columns under many beliefs, shape (count, P).

        Args:
            beliefs: for each fact the expected polynomials, shape (count, degree + 1), or None
                where nothing is known of it.
            count: how many.
        """
        return np.asarray(self.features(beliefs, count) @ self.coefficients)

    def surely(self, beliefs: Sequence[Floats | None], count: int, *, among: Bools) -> Ints:
        """Return the column to take under each belief, shape (count,).

        Knowing nothing, the best on average. An answer turns the choice to another column only
        as far as the fit can tell the two apart: its gain counts less one standard error.

        Args:
            beliefs: see `given`.
            count: how many.
            among: columns that may be taken, shape (P,).
        """
        prior = np.where(among, self.coefficients[0], -np.inf)
        base = int(prior.argmax())
        x = self.features(beliefs, count)
        gain = x @ (self.coefficients - self.coefficients[:, [base]])
        spread = (self.left - self.left[:, [base]]).std(0)
        doubt = np.sqrt(((x @ self.inverse) * x).sum(1))
        return np.asarray(np.where(among, gain - doubt[:, None] * spread, -np.inf).argmax(1))

    def features(self, beliefs: Sequence[Floats | None], count: int) -> Floats:
        """Return the expected terms under many beliefs, shape (count, terms)."""
        columns = [
            np.eye(1, basis.degree + 1).repeat(count, 0) if belief is None else belief
            for basis, belief in zip(self.bases, beliefs, strict=True)
        ]
        return _features(self.terms, columns)

    def expected(self, knowledge: Knowledge) -> Floats:
        """Return expected columns given what is known, shape (P,)."""
        return np.asarray(self.given(self.beliefs(knowledge), 1)[0])

    def beliefs(self, knowledge: Knowledge) -> list[Floats | None]:
        """Return the expected polynomials of every fact given what is known."""
        pairs = zip(self.bases, self.names, strict=True)
        return [believed(basis, knowledge.belief(name)) for basis, name in pairs]


def believed(basis: Basis, belief: Sequence[tuple[float, float | None]]) -> Floats:
    """Return the expected polynomials of a fact under a belief, shape (1, degree + 1)."""
    out = np.zeros((1, basis.degree + 1))
    for probability, value in belief:
        if value is None:
            out[0, 0] += probability
        else:
            out += probability * basis(np.array([value]))
    return out


def _features(terms: Sequence[Term], columns: Sequence[Floats]) -> Floats:
    count = len(columns[0]) if columns else 1
    out = np.ones((count, len(terms)))
    for n, term in enumerate(terms):
        for fact, degree in term:
            out[:, n] *= columns[fact][:, degree]
    return out


def fit(spec: WorldSpec, facts: Floats, table: Floats) -> Expansion:
    """Return the expansion of a table over worlds.

    Args:
        spec: names the facts and their priors.
        facts: value of every fact in each world, shape (W, facts).
        table: what is expanded, shape (W, P).
    """
    bases = tuple(basis_of(f) for f in spec.facts.values())
    terms = terms_of([b.degree for b in bases])
    x = _features(terms, [b(facts[:, i]) for i, b in enumerate(bases)])
    kept = np.arange(len(terms))
    # More terms than worlds cannot be told apart: the simple ones, which come first, have it.
    kept = kept[: max(1, len(x) // 3)]
    coefficients, inverse, t2 = _solve(x[:, kept], table)
    for _ in range(PASSES):
        stays = (t2 > CHANCE) | (kept == 0)
        if stays.all():
            break
        kept = kept[stays]
        coefficients, inverse, t2 = _solve(x[:, kept], table)
    left = table - x[:, kept] @ coefficients
    names = tuple(spec.facts)
    return Expansion(bases, names, tuple(terms[k] for k in kept), coefficients, inverse, left)


def _solve(x: Floats, table: Floats) -> tuple[Floats, Floats, Floats]:
    """Return least squares: coefficients, inverse, and mean squared t-values over columns."""
    inverse = np.linalg.inv(x.T @ x + RIDGE * len(x) * np.eye(x.shape[1]))
    coefficients = inverse @ (x.T @ table)
    left = table - x @ coefficients
    noise = (left**2).sum(0) / max(1, len(x) - x.shape[1])
    variance = np.diag(inverse)[:, None] * np.maximum(noise, 1e-12 * (table**2).mean(0) + 1e-300)
    return coefficients, np.asarray(inverse), np.asarray((coefficients**2 / variance).mean(1))

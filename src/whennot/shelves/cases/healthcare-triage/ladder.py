"""Measure how well each option tells urgent from other calls, standing still and deployed.

Run by path (``tools/refit_ladders.py``), never imported by name. The data are *borrowed*: whether
a laboratory test was positive stands for whether a call is urgent (datasheet.md says how far that
carries). Each option scores the same tests, those after day 40, in two ways:

1. *standing still* (context 0): random cross-validation. The options learn from all days, in five
   folds by person; what is scored is new, its kind is not. This is the number in a sales deck.
2. *deployed* (context 1): the options learn from the days up to 40 and score the days after. That
   is what a launch does.

The days after 40 are two phases: launch (41 to 76) and late (77 to 107).
"""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Score = Callable[[Flags], Floats]

SEED = 0  # of the boosting, the only part that draws
FILE = "data/tests.csv.gz"
FOLDS = 5
LEARNED_UNTIL, LATE_FROM = 40, 77
SEGMENTS = ("drive-through", "on-site", "not-patients")
PHASES = ("launch", "late")
STANDING_STILL, DEPLOYED = 0, 1
INFANT, OLD = 1, 60
SHRINK = 20
USUAL = 1 / 17  # nobody reads this score: without a bot, a nurse takes every call
CATEGORIES = ("group", "payor", "class", "place")


@dataclass(frozen=True)
class Tests:
    """The shipped tests; arrays of shape (tests,).

    Attributes:
        day: day of the test, 4..107.
        fold: 0..4, the same for all tests of a person.
        positive: the truth.
        segment: index into ``SEGMENTS``.
        flags: the four clauses of the rules, shape (tests, 4).
        table: what the models read, shape (tests, columns).
    """

    day: Ints
    fold: Ints
    positive: Flags
    segment: Ints
    flags: Flags
    table: Floats


def read(folder: Path) -> Tests:
    """Return the tests shipped in a case's folder."""
    text = gzip.decompress((folder / FILE).read_bytes()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    age = np.array([float(row["age"]) for row in rows])
    words = {name: np.array([row[name] for row in rows]) for name in CATEGORIES}
    numbers = {
        name: np.array([int(row[name]) for row in rows])
        for name in ("day", "male", "drive_thru", "order_set", "fold", "positive")
    }
    patient = words["group"] == "patient"
    emergency = words["place"] == "emergency dept"
    columns = [age, numbers["male"], numbers["drive_thru"], numbers["order_set"]]
    columns += [words[name] == value for name in CATEGORIES for value in np.unique(words[name])]
    return Tests(
        day=numbers["day"],
        fold=numbers["fold"],
        positive=numbers["positive"] == 1,
        segment=np.where(patient, 1 - numbers["drive_thru"], SEGMENTS.index("not-patients")),
        flags=np.column_stack([emergency, age < INFANT, age >= OLD, ~patient]),
        table=np.column_stack(columns).astype(np.float64),
    )


def _rates(cell: Ints, positive: Flags) -> Score:
    """Return an option that scores a cell by its training rate, shrunk by 20 average tests."""

    def score(train: Flags) -> Floats:
        number = np.bincount(cell[train], minlength=int(cell.max()) + 1)
        found = np.bincount(cell[train & positive], minlength=len(number))
        base = positive[train].mean()
        rates: Floats = ((found + SHRINK * base) / (number + SHRINK))[cell]
        return rates

    return score


def _usual(train: Flags) -> Floats:
    """Return what no bot would say of any test: one in seventeen."""
    return np.full(len(train), USUAL)


def _learned(model: Any, tests: Tests) -> Score:
    """Return an option that fits a model."""

    def score(train: Flags) -> Floats:
        model.fit(tests.table[train], tests.positive[train])
        probability: Floats = model.predict_proba(tests.table)[:, 1]
        return probability

    return score


def _logistic() -> Any:
    """Return the simple model: logistic regression on every column."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))


def _boosting() -> Any:
    """Return the big model: gradient boosting of depth 4 on every column."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_depth=4,
        learning_rate=0.08,
        max_iter=100,
        min_samples_leaf=40,
        early_stopping=False,
        random_state=SEED,
    )


def _standing_still(score: Score, tests: Tests) -> Floats:
    """Return the probability of every test by an option that learned from the other persons."""
    probability = np.zeros(len(tests.day))
    for index in range(FOLDS):
        held_out = tests.fold == index
        probability[held_out] = score(~held_out)[held_out]
    return probability


def fit(*, folder: Path) -> dict[str, Any]:
    """Return every held-out score, ready to be counted.

    Args:
        folder: the case's folder, which holds ``data``.

    Returns:
        The header of ladder.json and ``held_out``: phase and segment of shape (tests,), and per
        option ``probability`` and ``truth`` of shape (contexts, tests).
    """
    tests = read(folder)
    deployed = tests.day > LEARNED_UNTIL
    scores = {
        "none": _usual,
        "rules": _rates(tests.flags.sum(axis=1), tests.positive),
        "simple": _learned(_logistic(), tests),
        "big": _learned(_boosting(), tests),
    }
    options = {}
    for name, score in scores.items():
        both = np.stack([_standing_still(score, tests), score(~deployed)])
        truth = np.tile(tests.positive[deployed], (2, 1))
        options[name] = {"probability": both[:, deployed], "truth": truth}
    segment = tests.segment[deployed]
    share = np.bincount(segment) / len(segment)
    return {
        "case": "healthcare-triage",
        "seed": SEED,
        "data": [FILE],
        "truth": "1 = the test is positive, which stands for an urgent call",
        "power": 3,
        "context": {
            "name": "deployed_forward",
            "values": [STANDING_STILL, DEPLOYED],
        },
        "segments": list(SEGMENTS),
        "phases": list(PHASES),
        "people": {"share_of_tasks": share.round(4).tolist()},
        "costs": {
            "missed urgent 10 : needless visit 1": [10, 1],
            "missed urgent 20 : needless visit 1": [20, 1],
        },
        "held_out": {
            "phase": (tests.day >= LATE_FROM)[deployed].astype(np.int64),
            "segment": segment,
            "options": options,
        },
    }


def lesson(ladder: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return the sentences this ladder must support, each with whether it does.

    Args:
        ladder: the content of ladder.json.
    """
    still, deployed = (_of_phases(ladder, "auc", context=index) for index in (0, 1))
    brier = _of_phases(ladder, "brier", context=DEPLOYED)
    worth = {name: row[DEPLOYED]["late"]["worth"] for name, row in ladder["summary"].items()}
    return [
        (
            "in random cross-validation the big model beats the simple one by a point or more",
            min(still["big"]) > min(still["simple"]) and _mean_gap(still) > 0.01,
        ),
        (
            "deployed forward, the simple model is eight points of AUC or more above the big one",
            all(s > b + 0.08 for s, b in zip(deployed["simple"], deployed["big"], strict=True)),
        ),
        (
            "deployed forward, counting four flags beats the big model, too",
            min(deployed["rules"]) > max(deployed["big"]) + 0.01,
        ),
        (
            "the simple model keeps what it had: it loses less than five points of AUC",
            max(s - d for s, d in zip(still["simple"], deployed["simple"], strict=True)) < 0.05,
        ),
        (
            "deployed, the big model's probabilities are worse than saying the usual rate",
            min(brier["big"]) > 1.1 * max(brier["none"]),
        ),
        (
            "deployed, late, acting on the big model costs more than sending nobody",
            worth["big"]["missed urgent 10 : needless visit 1"] < 0
            and worth["simple"]["missed urgent 20 : needless visit 1"] > 0,
        ),
    ]


def _of_phases(ladder: dict[str, Any], measure: str, *, context: int) -> dict[str, list[float]]:
    """Return each option's values of a measure at launch and late."""
    return {
        option: [rows[context][phase][measure] for phase in ladder["phases"]]
        for option, rows in ladder["summary"].items()
    }


def _mean_gap(auc: dict[str, list[float]]) -> float:
    """Return how far the big model is above the simple one, on average over the phases."""
    return (sum(auc["big"]) - sum(auc["simple"])) / len(auc["big"])

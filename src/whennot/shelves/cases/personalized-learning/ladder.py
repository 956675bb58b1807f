"""Measure how well each option's score tells pupils who will fail from those who will not.

Run by path (``tools/refit_ladders.py``), never imported by name. No logs of a practice product
were found that may be shipped, so the distributions are *borrowed*: a pupil's intake test and
school stand for what the product knows of a pupil, and a result among the lowest fifth at the
age of 16 stands for an exercise that the pupil cannot solve alone. datasheet.md says what stands
for what.

1. The shipped table holds counts of pupils by cell; ``read`` deals them out again. Pupils of a
   cell are alike, so nothing depends on the order.
2. "launch" are the pupils of the schools that the product knows, scored in five folds. "late"
   are the pupils of schools that join later: every option is fitted on the known schools only.
3. Segments are pupils by intake test: the lowest four tenths, and the rest.
"""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator, Philox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

SEED = 20_250_625
FOLDS = 5
SEGMENTS = ("start-low", "start-high")
SEGMENT_FROM = 4  # intake tenth at which the second segment begins
PHASES = ("launch", "late")
FILES = ("data/counts.csv.gz",)
MISSED_TO_VAIN = {"pupil missed 2 : called in vain 1": [2, 1], "missed 4 : in vain 1": [4, 1]}


@dataclass(frozen=True)
class Pupils:
    """The shipped table, one entry for each pupil counted.

    Attributes:
        low: whether the exam result is among the lowest fifth, shape (pupils,).
        new_school: whether the school joined later, shape (pupils,).
        intake: tenth of the intake test, 0 the lowest, shape (pupils,).
        table: what the large model sees: intake, sex, kind and average of the school,
            shape (pupils, 5).
    """

    low: Flags
    new_school: Flags
    intake: Ints
    table: Floats


def read(folder: Path) -> Pupils:
    """Return the pupils counted in a case's folder."""
    text = gzip.decompress((folder / FILES[0]).read_bytes()).decode()
    cells = list(csv.DictReader(io.StringIO(text)))
    size = np.array([int(cell["pupils"]) for cell in cells])
    lows = np.array([int(cell["low"]) for cell in cells])
    place = np.repeat(np.arange(len(cells)), size)
    # The first `low` pupils of a cell are the low ones; folds are dealt at random below.
    rank = np.arange(size.sum()) - np.repeat(size.cumsum() - size, size)
    intake = np.array([int(cell["intake_tenth"]) for cell in cells])
    table = [
        (
            int(cell["intake_tenth"]),
            cell["sex"] == "F",
            cell["school"] == "girls",
            cell["school"] == "boys",
            int(cell["school_third"]),
        )
        for cell in cells
    ]
    return Pupils(
        low=rank < lows[place],
        new_school=np.array([cell["new_school"] == "1" for cell in cells])[place],
        intake=intake[place],
        table=np.array(table, np.float64)[place],
    )


def _fifths(pupils: Pupils) -> Callable[[Ints, Ints], Floats]:
    """Return the rules: the intake test in five bands, each scored by its training rate."""
    band = pupils.intake // 2

    def score(train: Ints, test: Ints) -> Floats:
        number = np.bincount(band[train], minlength=5)
        lows = np.bincount(band[train], weights=pupils.low[train], minlength=5)
        rates: Floats = ((lows + 1) / (number + 5))[band[test]]
        return rates

    return score


def _learned(pupils: Pupils, model: Any) -> Callable[[Ints, Ints], Floats]:
    def score(train: Ints, test: Ints) -> Floats:
        model.fit(pupils.table[train], pupils.low[train])
        probability: Floats = model.predict_proba(pupils.table[test])[:, 1]
        return probability

    return score


def _boosting() -> Any:
    """Return gradient boosting as one would first try it, deep enough to learn the schools."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=200, max_depth=6, min_samples_leaf=10, early_stopping=False, random_state=0
    )


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression()


def _held_out(score: Callable[[Ints, Ints], Floats], *, new: Flags, fold: Ints) -> Floats:
    """Return every pupil's score by options that never saw her, nor her school if it is new."""
    probability = np.zeros(len(new))
    for index in range(FOLDS):
        test = np.nonzero(~new & (fold == index))[0]
        probability[test] = score(np.nonzero(~new & (fold != index))[0], test)
    probability[new] = score(np.nonzero(~new)[0], np.nonzero(new)[0])
    return probability


def fit(*, folder: Path) -> dict[str, Any]:
    """Return every held-out score, ready to be counted.

    Args:
        folder: the case's folder, which holds ``data``.

    Returns:
        The header of ladder.json and ``held_out``: phase and segment of shape (pupils,), and per
        option ``probability`` and ``truth`` of shape (1, pupils).
    """
    pupils = read(folder)
    new = pupils.new_school
    fold = Generator(Philox(key=SEED)).permutation(len(new)) % FOLDS
    scores = {
        "rules": _fifths(pupils),
        "simple": _learned(pupils, _logistic()),
        "big": _learned(pupils, _boosting()),
    }
    # Today nobody keeps a score: every pupil has the base rate.
    found = {"none": np.full(len(new), pupils.low[~new].mean())}
    found |= {name: _held_out(score, new=new, fold=fold) for name, score in scores.items()}
    segment = (pupils.intake >= SEGMENT_FROM).astype(np.int64)
    return {
        "case": "personalized-learning",
        "seed": SEED,
        "data": list(FILES),
        "truth": "1 = the pupil's exam result is among the lowest fifth",
        "power": 1,
        "context": {"name": None, "values": [None]},
        "segments": list(SEGMENTS),
        "phases": list(PHASES),
        "people": {"share_of_users": (np.bincount(segment) / len(segment)).round(4).tolist()},
        "costs": MISSED_TO_VAIN,
        "held_out": {
            "phase": new.astype(np.int64),
            "segment": segment,
            "options": {
                name: {"probability": probability[None], "truth": pupils.low[None]}
                for name, probability in found.items()
            },
        },
    }


def lesson(ladder: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return the sentences this ladder must support, each with whether it does.

    Args:
        ladder: the content of ladder.json.
    """
    auc = {
        (option, phase): rows[0][phase]["auc"]
        for option, rows in ladder["summary"].items()
        for phase in ladder["phases"]
    }
    late = {option: rows[0]["late"] for option, rows in ladder["summary"].items()}
    return [
        (
            "in new schools the large model tells pupils apart less well than the small one",
            auc["big", "late"] < auc["simple", "late"] - 0.01,
        ),
        (
            "in new schools the large model's probabilities are the worst of the three",
            late["big"]["brier"] > max(late["simple"]["brier"], late["rules"]["brier"]),
        ),
        (
            "in new schools five bands of the intake test tell pupils apart better than that",
            auc["rules", "late"] > auc["big", "late"] + 0.01,
        ),
        (
            "every option that keeps a score is far better than none",
            min(auc[option, "late"] for option in ("rules", "simple", "big")) > 0.7,
        ),
    ]

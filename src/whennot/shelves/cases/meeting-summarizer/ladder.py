"""Measure how well each option's confidence tells its right outputs from its wrong ones.

Run by path (``tools/refit_ladders.py``), never imported by name. No summaries with a verdict on
every statement were found that may be shipped, so the distributions are *borrowed*: the task is
to say whether a review of food gave five stars, the output is right or wrong, and the confidence
is ``max(p, 1 - p)``. What the case takes from here is P(confidence | right) and
P(confidence | wrong), as the confidence of a summary's statement; how often the product is right
is a fact of the case. datasheet.md says what stands for what.

1. "late" holds every review that speaks of buying and delivery (``LATE_TERMS``); no option was
   trained on one, so these words are new to it: the vocabulary drifts between launch and late.
2. The other reviews are scored in five folds, each by options trained on the other four; the
   late ones by options trained on all of them. Calibration sees training reviews only.
3. Segments are thirds by length: long reviews stand for large meetings, short ones for
   one-to-ones. In case.toml they are matched by position: heavy, regular, light users.
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

SEED = 20_231_129
FOLDS = 5
SEGMENTS = ("large-meetings", "team-meetings", "one-to-ones")
SHORTER_THAN = (73, 38)  # words: the edges between the segments, thirds of the reviews
PHASES = ("launch", "late")
FILES = ("data/reviews.csv.gz", "data/terms.csv.gz")
LATE_TERMS = (
    "arrived delivery online order ordered ordering price received seller shipped shipping "
    "store stores website"
)
SIMPLE_TERMS = 100
PRAISE = (
    "amazing awesome best delicious excellent fantastic favorite great happy highly love loved "
    "loves perfect thank thanks wonderful yummy"
)
BLAME = "bad but disappointed money not not_buy not_like problem stars unfortunately wrong"
NET_LIMIT = 3


@dataclass(frozen=True)
class Reviews:
    """The shipped tables.

    Attributes:
        five_stars: whether the writer gave five stars, shape (reviews,).
        words: length of the review, shape (reviews,).
        counts: how often each term occurs, shape (reviews, terms).
        terms: the terms, most frequent first.
    """

    five_stars: Flags
    words: Ints
    counts: Floats
    terms: list[str]

    def holds(self, wanted: str) -> Floats:
        """Return how many of the wanted terms each review holds, with repetitions."""
        columns = [self.terms.index(term) for term in wanted.split()]
        found: Floats = self.counts[:, columns].sum(axis=1)
        return found


def read(folder: Path) -> Reviews:
    """Return the reviews shipped in a case's folder."""
    reviews, terms = (_rows(folder / name) for name in FILES)
    counts = np.zeros((len(reviews), len(terms)))
    for row, review in enumerate(reviews):
        np.add.at(counts[row], [int(index) for index in review["terms"].split()], 1)
    return Reviews(
        five_stars=np.array([review["five_stars"] == "1" for review in reviews]),
        words=np.array([int(review["words"]) for review in reviews]),
        counts=counts,
        terms=[row["term"] for row in terms],
    )


def _rows(path: Path) -> list[dict[str, str]]:
    text = gzip.decompress(path.read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(text)))


def _lexicon(reviews: Reviews) -> Callable[[Ints, Ints], Floats]:
    """Return the rules: praise minus blame, each difference scored by its training rate."""
    net = reviews.holds(PRAISE) - reviews.holds(BLAME)
    cell = (np.clip(net, -NET_LIMIT, NET_LIMIT) + NET_LIMIT).astype(np.int64)

    def score(train: Ints, test: Ints) -> Floats:
        number = np.bincount(cell[train], minlength=2 * NET_LIMIT + 1)
        stars = np.bincount(cell[train], weights=reviews.five_stars[train], minlength=len(number))
        rates: Floats = ((stars + 1) / (number + 2))[cell[test]]
        return rates

    return score


def _learned(model: Any, table: Floats, five_stars: Flags) -> Callable[[Ints, Ints], Floats]:
    """Return a model calibrated by a logistic curve over three folds of its training reviews."""
    from sklearn.calibration import CalibratedClassifierCV

    def score(train: Ints, test: Ints) -> Floats:
        calibrated = CalibratedClassifierCV(model, cv=3, ensemble=False)
        calibrated.fit(table[train], five_stars[train])
        probability: Floats = calibrated.predict_proba(table[test])[:, 1]
        return probability

    return score


def _logistic() -> Any:
    """Return logistic regression on weighted term frequencies."""
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(TfidfTransformer(sublinear_tf=True), LogisticRegression(max_iter=300))


def _average() -> Any:
    """Return the mean of logistic regression and extremely randomized trees.

    The best of what was tried on all terms; gradient boosting and a neural network, alone or in
    the mean, were worse.
    """
    from sklearn.ensemble import ExtraTreesClassifier, VotingClassifier

    trees = ExtraTreesClassifier(100, min_samples_leaf=3, random_state=0)
    return VotingClassifier([("linear", _logistic()), ("trees", trees)], voting="soft")


def _held_out(score: Callable[[Ints, Ints], Floats], *, late: Flags, fold: Ints) -> Floats:
    """Return the probability of five stars of every review, by options that never saw it."""
    probability = np.zeros(len(late))
    for index in range(FOLDS):
        test = np.nonzero(~late & (fold == index))[0]
        probability[test] = score(np.nonzero(~late & (fold != index))[0], test)
    probability[late] = score(np.nonzero(~late)[0], np.nonzero(late)[0])
    return probability


def fit(*, folder: Path) -> dict[str, Any]:
    """Return every held-out confidence, ready to be counted.

    Args:
        folder: the case's folder, which holds ``data``.

    Returns:
        The header of ladder.json and ``held_out``: phase and segment of shape (reviews,), and
        per option ``probability`` (the confidence) and ``truth`` (the output was right), both of
        shape (1, reviews).
    """
    reviews = read(folder)
    stars = reviews.five_stars
    late = reviews.holds(LATE_TERMS) > 0
    fold = Generator(Philox(key=SEED)).permutation(len(stars)) % FOLDS
    few = reviews.counts[:, :SIMPLE_TERMS]
    scores = {
        "rules": _lexicon(reviews),
        "simple": _learned(_logistic(), few, stars),
        "big": _learned(_average(), reviews.counts, stars),
    }
    # No output: the confidence is 0 throughout. Its truth, which nobody ever meets, is that of
    # the commonest answer.
    options = {"none": {"probability": np.zeros((1, len(stars))), "truth": stars[None]}}
    for name, score in scores.items():
        probability = _held_out(score, late=late, fold=fold)
        options[name] = {
            "probability": np.maximum(probability, 1 - probability)[None],
            "truth": ((probability >= 0.5) == stars)[None],
        }
    segment = (reviews.words[:, None] < np.array(SHORTER_THAN)).sum(axis=1)
    return {
        "case": "meeting-summarizer",
        "seed": SEED,
        "data": list(FILES),
        "truth": "1 = the output would be right; the score is the option's confidence in it",
        "power": 1,
        "context": {"name": None, "values": [None]},
        "segments": list(SEGMENTS),
        "phases": list(PHASES),
        "people": {"share_of_tasks": (np.bincount(segment) / len(segment)).round(4).tolist()},
        "costs": {
            "right held back 1 : wrong sent 3": [1, 3],
            "right held back 1 : wrong sent 9": [1, 9],
        },
        "held_out": {"phase": late.astype(np.int64), "segment": segment, "options": options},
    }


def lesson(ladder: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return the sentences this ladder must support, each with whether it does.

    Args:
        ladder: the content of ladder.json.
    """
    right = {
        (option, phase): rows[0][phase]["positives"] / rows[0][phase]["n"]
        for option, rows in ladder["summary"].items()
        for phase in ladder["phases"]
    }
    sure = _sent_above(ladder, confidence=0.85)
    by_size = np.array(ladder["options"]["big"]["counts"])[0].sum(axis=(0, -1))
    share = by_size[:, 1] / by_size.sum(axis=-1)
    return [
        (
            "the simple model on 100 words is no better than a lexicon: within two points of it",
            abs(right["simple", "launch"] - right["rules", "launch"]) < 0.02,
        ),
        (
            "the big option is right more often than both, by three points or more",
            right["big", "launch"]
            > 0.03 + max(right["simple", "launch"], right["rules", "launch"]),
        ),
        (
            "what the big option is sure of is nine times in ten right, and less than half of all",
            sure[1] / sure.sum() > 0.9 and sure.sum() < 0.5,
        ),
        (
            "the simple and the big option are right less often once the vocabulary has drifted",
            all(right[name, "late"] < right[name, "launch"] - 0.01 for name in ("simple", "big")),
        ),
        (
            "the big option is right less often in large meetings than in one-to-ones",
            bool(share[0] < share[2]),
        ),
    ]


def _sent_above(ladder: dict[str, Any], *, confidence: float) -> Floats:
    """Return the shares of all big outputs at launch that are sent: wrong ones, right ones."""
    counts = np.array(ladder["options"]["big"]["counts"])[0, 0].sum(axis=0)
    above: Floats = counts[:, round(confidence * ladder["bins"]) :].sum(axis=1) / counts.sum()
    return above

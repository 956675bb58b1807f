"""How fast the simulator is, beside its peers, in one process on one machine.

    python bench/engine.py           print the table
    python bench/engine.py --check   exit 1 if a goal is missed
    python bench/engine.py --json    print data

Ratios of CPU time (best of several) carry over between machines; absolute times do not.
Goals and the prototype they come from: docs/explanation/speed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import peers
import reference

from whennot.shelf import load_case
from whennot.world.lanes import Lanes
from whennot.world.policy import named_policy
from whennot.world.regret import regret
from whennot.world.run import run, warm
from whennot.world.world import LAUNCH_SEED

TILE = 16
ABSENT = ("numpy", "numba", "django", "altair")


@dataclass(frozen=True)
class Row:
    """One goal: what was measured against what it should be."""

    what: str
    measured: float
    goal: float
    at_least: bool
    unit: str

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal


def cpu(work: Callable[[], Any], *, times: int) -> float:
    """Return the least CPU seconds of several runs."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def child_cpu(command: list[str], *, times: int) -> float:
    """Return the least CPU seconds of a whole process."""
    best = float("inf")
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, spent)
    return best


def kernels() -> dict[str, float]:
    """Return CPU seconds of one quarter in each backend, and of one decision x 32 replicates."""
    tables = reference.compiled().constant()
    days = tables.clock.shape[0]
    full = np.full(TILE, days)
    lanes = Lanes(
        policy=np.zeros(TILE, np.int64), parent=np.full(TILE, -1), start=0 * full, stop=full
    )
    how: dict[str, Any] = {"seed": LAUNCH_SEED, "threads": 1}
    return {
        "numba tile": cpu(lambda: run(tables, replicates=[1], lanes=lanes, **how), times=7) / TILE,
        "numba": cpu(lambda: run(tables, replicates=[1], **how), times=9),
        "numpy": cpu(
            lambda: run(tables, replicates=[1], seed=LAUNCH_SEED, backend="numpy"), times=3
        ),
        "32": cpu(lambda: run(tables, replicates=list(range(32)), **how), times=5),
    }


def speed_rows() -> list[Row]:
    """Return the rows that compare simulators."""
    ours = kernels()
    mesa = cpu(peers.mesa_quarter, times=2)
    simpy = cpu(peers.simpy_quarter, times=2)
    return [
        Row("tile of 16, against Mesa", mesa / ours["numba tile"], 500, at_least=True, unit="x"),
        Row(
            "tile of 16, against SimPy", simpy / ours["numba tile"], 1200, at_least=True, unit="x"
        ),
        Row(
            "tile of 16, against our NumPy",
            ours["numpy"] / ours["numba tile"],
            40,
            at_least=True,
            unit="x",
        ),
        Row("one policy, against Mesa", mesa / ours["numba"], 200, at_least=True, unit="x"),
        Row(
            "one decision x 32, of one Mesa run",
            ours["32"] / mesa,
            0.25,
            at_least=False,
            unit="runs",
        ),
    ]


def regret_rows() -> list[Row]:
    """Return work and wall time of regret over a whole grid."""
    case = load_case("meeting-summarizer")
    world, policy = case.default_world(), named_policy(case.spec, "naive")
    found = regret(world, policy)
    fewer = found.user_ticks_brute / found.user_ticks
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        regret(world, policy)
        best = min(best, time.perf_counter() - start)
    # The goal is for 1,200 policies on two idle cores; work grows with the number of policies.
    seconds = best * min(1.0, 1200 / found.policies)
    return [
        Row("regret, fewer user-ticks than the full grid", fewer, 10, at_least=True, unit="x"),
        Row("regret, 1,200 policies (two idle cores)", seconds, 2, at_least=False, unit="s wall"),
    ]


def memory_row() -> Row:
    """Return peak memory of regret over that of one run."""
    one = "whennot.simulate(w, p, replicates=1)"
    grid = "whennot.regret(w, p)"
    return Row("memory, grid over one run", _peak(grid) / _peak(one), 2, at_least=False, unit="x")


def _peak(work: str) -> float:
    code = (
        "import whennot, resource; c = whennot.load_case('meeting-summarizer');"
        "w = c.default_world();"
        f"p = whennot.named_policy(c.spec, 'naive'); {work};"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def start_rows() -> list[Row]:
    """Return what `whennot --help` costs and which heavy modules it loads (none)."""
    program = [sys.executable, "-m", "whennot", "--help"]
    numpy = [sys.executable, "-c", "import numpy"]
    ratio = child_cpu(program, times=5) / child_cpu(numpy, times=5)
    code = (
        "import sys; sys.argv = ['whennot', '--help']\n"
        "from whennot.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print(sum(name in sys.modules for name in {ABSENT!r}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = float(done.stderr.strip().splitlines()[-1])
    return [
        Row("whennot --help, of importing numpy (CPU)", ratio, 3, at_least=False, unit="x"),
        Row("heavy modules loaded by --help", loaded, 0, at_least=False, unit="modules"),
    ]


def main() -> int:
    """Measure, print, and say whether every goal is reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="exit 1 if a goal is missed")
    parser.add_argument("--json", action="store_true", help="print data")
    options = parser.parse_args()
    warm()
    rows = [*start_rows(), *speed_rows(), *regret_rows(), memory_row()]
    if options.json:
        print(json.dumps([asdict(r) | {"met": r.met} for r in rows], indent=2))
    else:
        for row in rows:
            sign = ">=" if row.at_least else "<="
            mark = "ok  " if row.met else "MISS"
            print(
                f"{mark} {row.what:48} {row.measured:9.2f} {row.unit:8} goal {sign} {row.goal:g}"
            )
    missed = [r for r in rows if not r.met]
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())

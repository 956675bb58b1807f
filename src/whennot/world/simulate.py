"""One policy in one world: the quarter, replicate by replicate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.world.compile import Compiled, compile_settings
from whennot.world.counters import INDEX
from whennot.world.formula import evaluate
from whennot.world.policy import Policy, Value
from whennot.world.price import PAYERS
from whennot.world.run import Lanes, digest, run
from whennot.world.signals import (
    daily,
    failure_days,
    first_failures,
    signal_names,
    trailing_mean,
    trigger_day,
)
from whennot.world.world import LAUNCH_SEED, World

Q16 = 65536
Schedule = tuple[tuple[int, Policy], ...]


@dataclass(frozen=True)
class Change:
    """An action taken while the quarter runs: from this day on, these lever values.

    Where it retires the feature, no trigger acts from that day on: nothing is left to watch.
    """

    day: int
    levers: tuple[tuple[str, Value], ...] = ()
    usd: float = 0.0
    retires: bool = False


@dataclass(frozen=True)
class Run:
    """What happened in each replicate of one policy in one world.

    Attributes:
        world: where it ran.
        policy: what was decided at launch.
        schedules: lever values by first day, one schedule for each replicate.
        trigger_days: day the trigger's action took effect, shape (replicates,); days if never.
        counts: counters, shape (replicates, days, segments, K).
        one_off_usd: cost of actions taken, by replicate.
    """

    world: World
    policy: Policy
    schedules: tuple[Schedule, ...]
    trigger_days: NDArray[np.int64]
    counts: NDArray[Any] = field(repr=False)
    one_off_usd: NDArray[np.float64]

    @property
    def days(self) -> int:
        """Days in the quarter."""
        return int(self.counts.shape[1])

    @cached_property
    def totals(self) -> NDArray[np.int64]:
        """Counters summed over segments, shape (replicates, days, K)."""
        return np.asarray(self.counts.sum(2, dtype=np.int64))

    @cached_property
    def launch_trust(self) -> float:
        """Mean trust of all users on the morning of the launch, in [0, 1]."""
        return float(launch_trust(compile_settings(self.world, [self.policy]))[0])

    @cached_property
    def names(self) -> dict[str, Any]:
        """What signal formulas read, by replicate and day."""
        return signal_names(self.world, self.totals, launch_trust=self.launch_trust)

    def signal(self, name: str, *, window_days: int | None = None) -> NDArray[np.float64]:
        """Return a signal as the dashboard draws it, shape (replicates, days)."""
        window = window_days or self.world.spec.signals[name].window_days
        return trailing_mean(daily(self.world, name, self.names), days=window)

    @cached_property
    def mean_trust(self) -> NDArray[np.float64]:
        """Mean trust of the living at the end of each day, shape (replicates, days), in [0, 1]."""
        return np.asarray(self.names["mean_trust"])

    def trust_change(self) -> dict[str, float]:
        """Return the relative change of mean trust over the quarter, averaged over replicates.

        ``relative_change`` is over users still active, ``relative_change_all`` counts leavers
        as 0; ``sd`` is over replicates.
        """
        living = self.mean_trust[:, -1]
        started = self.totals[:, 0, INDEX["active"]]
        everyone = self.totals[:, -1, INDEX["trust_sum"]] / started / Q16
        change = living / self.launch_trust - 1
        return {
            "launch": self.launch_trust,
            "final": float(living.mean()),
            "relative_change": float(change.mean()),
            "relative_change_all": float((everyone / self.launch_trust - 1).mean()),
            "sd": float(change.std(ddof=1)) if len(change) > 1 else 0.0,
        }

    @cached_property
    def failures(self) -> dict[str, NDArray[np.int64]]:
        """Day each failure mode sets in, by replicate; days in the quarter if never."""
        return failure_days(self.world, self.names)

    @cached_property
    def first_failures(self) -> list[str]:
        """Which failure mode came first in each replicate, or ``none``."""
        return first_failures(self.failures, days=self.days)

    @cached_property
    def ledger(self) -> dict[tuple[str, str], NDArray[np.float64]]:
        """USD by (label, who), each of shape (replicates,)."""
        lines: dict[tuple[str, str], NDArray[np.float64]] = {}
        for label, who, usd in _ledger(self):
            key = (label, who)
            lines[key] = lines.get(key, np.zeros(len(usd))) + usd
        return lines

    @property
    def usd(self) -> NDArray[np.float64]:
        """Value of the quarter to all payers together, USD, shape (replicates,)."""
        return np.asarray(sum(self.ledger.values()))

    def usd_by_payer(self) -> dict[str, float]:
        """Return mean USD by payer."""
        return {
            payer: float(sum(v.mean() for (_, who), v in self.ledger.items() if who == payer))
            for payer in PAYERS
        }

    @property
    def sha256(self) -> str:
        """Digest of the counters: the same over backends, threads and tile sizes."""
        return digest(self.counts)


def launch_trust(compiled: Compiled) -> NDArray[np.float64]:
    """Return mean trust over all users at the start, in [0, 1], by setting, shape (n,)."""
    start = compiled.world["enrolled_by"][0]
    trust = compiled.world["people"][compiled.rates, :, 0]
    return np.asarray((start * trust).sum(-1) / start.sum() / Q16)


def _ledger(run_: Run) -> list[tuple[str, str, NDArray[np.float64]]]:
    settings = sorted({p for s in run_.schedules for _, p in s}, key=repr)
    place = {p: i for i, p in enumerate(settings)}
    prices = compile_settings(run_.world, settings).prices
    usd = np.zeros((len(run_.schedules), len(prices.lines)))
    for r, schedule in enumerate(run_.schedules):
        ends = [day for day, _ in schedule[1:]] + [run_.days]
        fixed = prices.fixed(place[schedule[0][1]])
        for (day, policy), end in zip(schedule, ends, strict=True):
            if end <= day:
                continue
            counts = run_.totals[r, day:end].sum(0)
            usd[r] += prices.ledger(place[policy], counts, days=end - day)
            # What was built once is paid once: the dearest setting in force, never a refund.
            fixed = np.minimum(fixed, prices.fixed(place[policy]))
        usd[r] += fixed
    lines = [(label, who, usd[:, i]) for i, (label, who, _) in enumerate(prices.lines)]
    return [*lines, ("actions taken", "business", -run_.one_off_usd)]


def _schedule(world: World, policy: Policy, changes: Sequence[Change], day: int) -> Schedule:
    """Return lever values by day: launch, the player's changes, and the trigger's action."""
    steps = [(c.day, dict(c.levers)) for c in changes]
    if policy.trigger is not None and day < world.spec.days:
        action = world.spec.actions[policy.trigger.action]
        steps = sorted([*steps, (day, dict(action.set))], key=lambda step: step[0])
    schedule = [(0, policy.without_trigger())]
    for when, levers in steps:
        latest = schedule[-1][1]
        changed = latest.with_levers(world.spec, levers) if levers else latest
        if when <= schedule[-1][0]:
            schedule[-1] = (schedule[-1][0], changed)
        else:
            schedule.append((when, changed))
    return tuple(schedule)


def _run_schedules(
    world: World, schedules: Sequence[Schedule], replicates: Sequence[int], how: Mapping[str, Any]
) -> NDArray[Any]:
    """Return counts (replicates, days, segments, K), each replicate under its own schedule."""
    distinct = sorted(set(schedules), key=repr)
    settings = sorted({p for s in distinct for _, p in s}, key=repr)
    place = {p: i for i, p in enumerate(settings)}
    compiled = compile_settings(world, settings)
    tables = compiled.tables([[(day, place[p]) for day, p in s] for s in distinct])
    parts: dict[int, NDArray[Any]] = {}
    for number, schedule in enumerate(distinct):
        mine = [i for i, s in enumerate(schedules) if s == schedule]
        lane = Lanes(
            policy=np.array([number]),
            parent=np.array([-1]),
            start=np.array([0]),
            stop=np.array([world.spec.days]),
        )
        counts = run(tables, replicates=[replicates[i] for i in mine], lanes=lane, **how)
        parts.update(zip(mine, counts[:, 0], strict=True))
    return np.stack([parts[i] for i in range(len(schedules))])


def simulate(
    world: World,
    policy: Policy,
    *,
    replicates: int | Sequence[int],
    changes: Sequence[Change] = (),
    seed: int = LAUNCH_SEED,
    backend: str | None = None,
    threads: int | None = None,
) -> Run:
    """Return the quarter of one policy in one world.

    Args:
        world: the drawn world.
        policy: lever values and trigger.
        replicates: how many random runs, or which ones by number.
        changes: actions taken while the quarter runs, in order of day.
        seed: key of all draws.
        backend: ``numba``, ``numpy`` or None for the fastest available; same bytes.
        threads: worker threads; same bytes.

    Raises:
        CaseError: a formula of the case fails.
        WorldError: the compiled tables are out of range.
    """
    numbers = list(range(replicates)) if isinstance(replicates, int) else list(replicates)
    how = {"seed": seed, "backend": backend, "threads": threads}
    days = np.full(len(numbers), world.spec.days, np.int64)
    base = _schedule(world, policy, changes, world.spec.days)
    counts = _run_schedules(world, [base] * len(numbers), numbers, how)
    schedules: list[Schedule] = [base] * len(numbers)
    if policy.trigger is not None:
        trust = float(launch_trust(compile_settings(world, [policy]))[0])
        names = signal_names(world, counts.sum(2, dtype=np.int64), launch_trust=trust)
        days = trigger_day(world, policy.trigger, names)
        retired = min((c.day for c in changes if c.retires), default=world.spec.days)
        days = np.where(days < retired, days, world.spec.days)
        schedules = [_schedule(world, policy, changes, int(d)) for d in days]
        counts = _run_schedules(world, schedules, numbers, how)
    one_off = [
        sum(c.usd for c in changes) + (_action_usd(world, policy) if d < world.spec.days else 0.0)
        for d in days
    ]
    return Run(world, policy, tuple(schedules), days, counts, np.array(one_off))


def _action_usd(world: World, policy: Policy) -> float:
    if policy.trigger is None:
        return 0.0
    return float(evaluate(world.spec.actions[policy.trigger.action].usd, world.names()))

"""What policies come to, quarter by quarter: the one place that turns many runs into money.

A *plan* is a setting and a trigger or none. Plans that share a setting share its run; a trigger
branches off on the day it acts. What was counted is kept apart from what it is worth, so that
another price list values the same quarters again without running them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from whennot.world.compile import Compiled, compile_settings, thin_factors
from whennot.world.counters import COUNTERS
from whennot.world.formula import evaluate, names_in
from whennot.world.policy import Policy
from whennot.world.price import PriceList
from whennot.world.run import Lanes, cores, run
from whennot.world.signals import signal_names, trigger_day
from whennot.world.simulate import launch_trust
from whennot.world.spec import TriggerForm
from whennot.world.world import LAUNCH_SEED, World

T = TypeVar("T")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Prices:
    """What counted things are worth in each of S settings, and what the triggers' actions cost.

    Attributes:
        count: USD per counted thing, shape (S, K).
        day: USD a day in force, shape (S,).
        fixed: USD once a quarter by line of the ledger, shape (S, L); never positive.
        action: USD of acting once, by trigger, shape (J,).
    """

    count: Floats
    day: Floats
    fixed: Floats
    action: Floats


@dataclass(frozen=True)
class Counted:
    """What was counted in one quarter of each of n plans.

    Attributes:
        setting, trigger: the plan; trigger is -1 for none. Shape (n,).
        target: setting in force after the trigger acted; the same as setting where it never did.
        day: day the trigger acted; the number of days where it never did.
        before, after: counters until that day and from it on, shape (n, K).
        days: days in the quarter.
    """

    setting: Ints
    trigger: Ints
    target: Ints
    day: Ints
    before: Floats
    after: Floats
    days: int

    def usd(self, prices: Prices) -> Floats:
        """Return USD of each plan, shape (n,)."""
        s, t = self.setting, self.target
        running = (self.before * prices.count[s]).sum(1) + prices.day[s] * self.day
        later = (self.after * prices.count[t]).sum(1) + prices.day[t] * (self.days - self.day)
        # What was built once is paid once: the dearest setting in force, never a refund.
        once = np.minimum(prices.fixed[s], prices.fixed[t]).sum(1)
        acted = (self.trigger >= 0) & (self.day < self.days)
        spent = np.where(acted, np.r_[prices.action, 0.0][self.trigger], 0.0)
        return np.asarray(running + later + once - spent)


@dataclass
class Valuation:
    """Settings and triggers of one world, compiled, ready to be run.

    Attributes:
        world: whose quarters.
        settings: lever values, those that a trigger leads to among them.
        triggers: J triggers.
        target: setting in force after each trigger acts, shape (S, J).
        compiled: all settings.
        seed: key of all draws.
        thin: simulate one user of so many.
        threads: see `whennot.world.run.run`.
        user_ticks: work done so far.
    """

    world: World
    settings: list[Policy]
    triggers: list[TriggerForm]
    target: Ints
    compiled: Compiled
    seed: int = LAUNCH_SEED
    thin: int = 1
    threads: int | None = None
    user_ticks: int = 0

    def __post_init__(self) -> None:
        self._factors = thin_factors(self.thin)
        self._trust = launch_trust(self.compiled)
        signals = self.world.spec.signals
        read = [names_in(signals[t.signal].formula) for t in self.triggers]
        self._reads = frozenset().union(*read)

    def prices(self) -> Prices:
        """Return the price list of this world."""
        return prices_of(self.world, self.compiled.prices, self.triggers)

    def counted(self, plans: Ints, replicate: int) -> Counted:
        """Return what is counted in one replicate of each plan.

        Args:
            plans: (setting, trigger) pairs, -1 for no trigger, shape (n, 2).
            replicate: which random run.
        """
        days = self.world.spec.days
        setting, trigger = plans[:, 0], plans[:, 1]
        base, row = np.unique(setting, return_inverse=True)
        row = row.reshape(-1)
        watched = (trigger >= 0).any()
        by_day = self._base(base, replicate, per_tick=bool(watched))
        until = np.zeros((len(base), by_day.shape[1] + 1, len(COUNTERS)))
        np.cumsum(by_day, axis=1, out=until[:, 1:])
        day = np.full(len(plans), days, np.int64)
        if watched:
            fire = self._fire_days(base, by_day)
            day = np.where(trigger >= 0, fire[row, trigger], days)
        target = (
            np.where(day < days, self.target[setting, trigger], setting) if watched else setting
        )
        branches = (day < days) & (target != setting)
        # Where the action changes nothing, the quarter goes on as it was; only its cost is due.
        whole = until[row, -1]
        before = np.where(
            branches[:, None], until[row, np.minimum(day, until.shape[1] - 1)], whole
        )
        after = np.zeros_like(before)
        if branches.any():
            after[branches] = self._after(
                setting[branches], target[branches], day[branches], replicate
            )
        return Counted(
            setting=setting,
            trigger=trigger,
            target=target,
            day=day,
            before=before,
            after=after,
            days=days,
        )

    def _base(self, base: Ints, replicate: int, *, per_tick: bool) -> Floats:
        """Return counters of settings held all quarter, shape (settings, days or 1, K)."""
        tables = self.compiled.tables([[(0, int(i))] for i in base])
        counts = run(
            tables,
            replicates=[replicate],
            seed=self.seed,
            per_tick=per_tick,
            threads=self.threads,
        )
        self.user_ticks += len(base) * self.world.spec.days * self._users
        return np.asarray(counts[0].sum(2, dtype=np.int64) * self._factors, np.float64)

    @property
    def _users(self) -> int:
        return int(self.compiled.world["edges"][-1])

    def _fire_days(self, base: Ints, by_day: Floats) -> Ints:
        """Return the day each trigger acts, shape (settings, triggers)."""
        trust = self._trust[base, None]
        names = signal_names(self.world, by_day, launch_trust=trust, only=self._reads)
        return np.stack([trigger_day(self.world, t, names) for t in self.triggers], -1)

    def _after(self, setting: Ints, target: Ints, day: Ints, replicate: int) -> Floats:
        """Return counters from the day on which plans turned to their target, shape (n, K)."""
        days = self.world.spec.days
        jobs = np.stack([setting, target, day], -1)
        distinct, which = np.unique(jobs, axis=0, return_inverse=True)
        rows: list[tuple[int, int, int, int]] = []  # setting, parent lane, start, stop
        lane = np.zeros(len(distinct), np.int64)
        for owner in np.unique(distinct[:, 0]):
            mine = np.flatnonzero(distinct[:, 0] == owner)
            parent = len(rows)
            rows.append((int(owner), -1, 0, int(distinct[mine, 2].max())))
            for i in mine:
                lane[i] = len(rows)
                rows.append((int(distinct[i, 1]), parent, int(distinct[i, 2]), days))
        used, place = np.unique([r[0] for r in rows], return_inverse=True)
        _, parents, starts, stops = (np.array(c, np.int64) for c in zip(*rows, strict=True))
        lanes = Lanes(policy=place.reshape(-1), parent=parents, start=starts, stop=stops)
        counts = run(
            self.compiled.tables([[(0, int(i))] for i in used]),
            replicates=[replicate],
            seed=self.seed,
            lanes=lanes,
            per_tick=False,
            threads=self.threads,
        )
        self.user_ticks += self._users * int((stops - starts).sum())
        summed = counts[0].sum((1, 2), dtype=np.int64) * self._factors
        return np.asarray(summed[lane[which.reshape(-1)]], np.float64)


def prices_of(world: World, listed: PriceList, triggers: Sequence[TriggerForm]) -> Prices:
    """Return what settings and triggers cost in a world, from its price list."""
    count, day, _ = listed.weights()
    fixed = np.stack([listed.fixed(i) for i in range(len(listed.usd))])
    names, actions = world.names(), world.spec.actions
    action = [float(evaluate(actions[t.action].usd, names)) for t in triggers]
    return Prices(count, day, fixed, np.array(action))


@dataclass(frozen=True)
class Plans:
    """Any policies as (setting, trigger) pairs over distinct settings and triggers.

    Attributes:
        settings: lever values that the policies start with or turn to.
        triggers: distinct triggers. target: see `Valuation`.
        pairs: one row for each policy, shape (n, 2).
    """

    settings: list[Policy]
    triggers: list[TriggerForm]
    target: Ints
    pairs: Ints

    @classmethod
    def of(cls, world: World, policies: Sequence[Policy]) -> Plans:
        """Return the plans of some policies; the same in every world of a case."""
        triggers = list(dict.fromkeys(p.trigger for p in policies if p.trigger is not None))
        starts = list(dict.fromkeys(p.without_trigger() for p in policies))
        actions = [world.spec.actions[t.action].set for t in triggers]
        after = {p: [p.with_levers(world.spec, a) if a else p for a in actions] for p in starts}
        every = list(dict.fromkeys([*starts, *(q for row in after.values() for q in row)]))
        place = {p: i for i, p in enumerate(every)}
        target = np.tile(np.arange(len(every))[:, None], (1, len(triggers)))
        for p, row in after.items():
            target[place[p]] = [place[q] for q in row]
        pairs = [
            (place[p.without_trigger()], -1 if p.trigger is None else triggers.index(p.trigger))
            for p in policies
        ]
        return cls(every, triggers, target.reshape(len(every), -1), np.array(pairs, np.int64))

    def valuation(self, world: World, *, thin: int = 1, threads: int | None = None) -> Valuation:
        """Return these plans compiled in a world."""
        compiled = compile_settings(world, self.settings, thin=thin)
        return Valuation(
            world, self.settings, self.triggers, self.target, compiled, thin=thin, threads=threads
        )


def side_by_side(one: Callable[[int], T], count: int) -> Iterator[T]:
    """Yield one(0), one(1), ... in order, computed on all processors.

    Whoever stops listening stops the work that has not begun.
    """
    with ThreadPoolExecutor(cores()) as pool:
        try:
            yield from pool.map(one, range(count))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def values_in(
    worlds: Sequence[World],
    policies: Sequence[Policy],
    *,
    thin: int = 1,
    first_replicate: int = 0,
    progress: Callable[[float], None] = lambda _share: None,
) -> Floats:
    """Return USD of every policy in every world, one replicate each, shape (worlds, policies).

    Args:
        worlds: of one case.
        policies: any.
        thin: simulate one user of so many.
        first_replicate: random run of the first world; the next world has the next one.
        progress: told which share is done, in [0, 1].
    """
    plans = Plans.of(worlds[0], policies)

    def one(place: int) -> Floats:
        valued = plans.valuation(worlds[place], thin=thin, threads=1)
        return valued.counted(plans.pairs, first_replicate + place).usd(valued.prices())

    money = []
    for place, usd in enumerate(side_by_side(one, len(worlds)), start=1):
        money.append(usd)
        progress(place / len(worlds))
    return np.stack(money)

"""What the kernel counts: per replicate, lane, tick and segment.

Money, triggers and failure modes are functions of these counters alone. Every task ends as
exactly one of tp, tn, fp, fn (automatic and it stood), caught or deferred, so
``tp + tn + fp + fn + caught + deferred == tasks`` on every row.

Per tick, counters are int32, which holds while no segment has more than 32,000 users (the
largest are ``trust_sum``, at most 65,535 a user, and ``cross``); beyond that, and summed over
ticks, they are int64.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_STATES = 4
MAX_EVENTS = 4
MAX_CROSSES = 4


@dataclass(frozen=True)
class Counter:
    """One thing counted.

    Attributes:
        name: as used in price lists, triggers and `INDEX`.
        meaning: one sentence in plain words.
        unit: of the value in one tick.
    """

    name: str
    meaning: str
    unit: str


BASE_COUNTERS: tuple[Counter, ...] = (
    Counter("active", "living users at the start of the tick, after arrivals", "users"),
    Counter("tasks", "tasks that users brought", "tasks"),
    Counter("tp", "automatic yes, right", "tasks"),
    Counter("tn", "automatic no, right", "tasks"),
    Counter("fp", "automatic yes, wrong, and it stood", "tasks"),
    Counter("fn", "automatic no, wrong, and it stood", "tasks"),
    Counter("deferred", "tasks left to the fallback", "tasks"),
    Counter("deferred_fp", "deferred, the fallback said yes and the truth was no", "tasks"),
    Counter("deferred_fn", "deferred, the fallback said no and the truth was yes", "tasks"),
    Counter("noticed", "outcomes that the user noticed, right or wrong, caught ones too", "tasks"),
    Counter("noticed_wrong", "noticed outcomes that were wrong, caught ones too", "tasks"),
    Counter("caught", "automatic, wrong, and overridden by the user", "tasks"),
    Counter("overridden_right", "automatic, right, and overridden all the same", "tasks"),
    Counter("complaints", "noticed outcomes, not caught, that drew a complaint", "complaints"),
    Counter("left", "users who left at the end of the tick", "users"),
    Counter("labelled", "automatic outcomes that an audit labeled", "tasks"),
    Counter("labelled_wrong", "labeled outcomes that were wrong, caught ones too", "tasks"),
    Counter("trust_sum", "trust of the living after the tick, summed", "65536ths of full trust"),
    Counter("exposed", "tasks of users whom the rollout reached", "tasks"),
    Counter("enrolled", "living users whom the rollout reached, at the start", "users"),
)
"""Counted in every segment; states may be moved by them and crosses built on them."""

COUNTERS: tuple[Counter, ...] = (
    *BASE_COUNTERS,
    *(
        Counter(f"state_{s}", f"level of state {s} used in the tick; segment 0 only", "Q16")
        for s in range(MAX_STATES)
    ),
    *(
        Counter(f"event_{e}", f"times event {e} happened; segment 0 only", "events")
        for e in range(MAX_EVENTS)
    ),
    *(
        Counter(f"cross_{x}", f"cross {x}: a base counter times the level of a state", "count Q16")
        for x in range(MAX_CROSSES)
    ),
)
"""All counters; the last axis of a result is in this order."""

INDEX: dict[str, int] = {counter.name: i for i, counter in enumerate(COUNTERS)}
"""Position of a counter on the last axis, by name."""

BASE = len(BASE_COUNTERS)
"""How many counters are base counters."""

NAMES: tuple[str, ...] = tuple(c.name for c in BASE_COUNTERS)
"""Names of the base counters, in their order: what formulas and price lists may read."""

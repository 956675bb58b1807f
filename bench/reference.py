"""The reference quarter that every competitor simulates: 10,000 users, 90 days, four segments."""

from __future__ import annotations

import random
from dataclasses import dataclass

from whennot.shelf import load_case
from whennot.world.compile import Compiled, compile_settings
from whennot.world.policy import named_policy
from whennot.world.rows import INDEX

CASE = "card-fraud"
POLICY = "default-simple"
Q16 = 65536
CLASSES = ("tp", "tn", "fp", "fn", "dr", "dw")


def compiled() -> Compiled:
    """Return the reference world with one setting."""
    case = load_case(CASE)
    return compile_settings(case.default_world(), [named_policy(case.spec, POLICY)])


@dataclass(frozen=True)
class Rules:
    """What one user of a segment does on a day, as plain Python numbers (launch row, no states).

    The peers get less to do than our kernel: no states, no events, no drift, no arrivals.
    """

    fields: dict[str, int]
    p_task: int
    p_yes: int
    trust: int
    critical: int
    leave: int
    slope: int


def rules() -> list[tuple[int, Rules]]:
    """Return (users, rules) of each segment."""
    world = compiled()
    rows = []
    for g in range(world.pool.shape[1]):
        row = world.pool[0, g].tolist()
        p_task, p_yes = world.world["rates"][0, 0, g].tolist()
        trust, critical, leave, slope = world.world["people"][0, g].tolist()
        users = int(world.world["enrolled_by"][0, g])
        fields = {name: row[place] for name, place in INDEX.items()}
        rows.append((users, Rules(fields, p_task, p_yes, trust, critical, leave, slope)))
    return rows


class Person:
    """State of one user: what any agent framework has to keep."""

    __slots__ = ("new_until", "rules", "tolerance", "trust")

    def __init__(self, segment: Rules, rng: random.Random) -> None:
        self.rules = segment
        self.trust = segment.trust
        self.tolerance = 16384 + rng.getrandbits(15)
        self.new_until = max(0, 14 - rng.randrange(180))


def live_a_day(
    who: Person, day: int, counts: dict[str, int], bits: object = random.getrandbits
) -> bool:
    """Play one day of one user; return whether she stays. The same rule as the kernel's."""
    r, f, x = who.rules, who.rules.fields, who.trust
    gap = 65535 - x
    counts["active"] += 1
    if bits(16) < r.p_task:  # type: ignore[operator]
        counts["tasks"] += 1
        x = _outcome(who, day, counts, bits, r, f, x, gap)
    hazard = r.leave
    if x < r.critical:
        hazard += (r.slope * ((r.critical - x) ** 2 >> 16)) >> 16
    if bits(16) < hazard:  # type: ignore[operator]
        counts["left"] += 1
        who.trust = 0
        return False
    who.trust = x
    counts["trust_sum"] += x
    return True


def _outcome(who, day, counts, bits, r, f, x, gap):  # noqa: ANN001, ANN202, PLR0917 - one hot function
    yes = bits(16) < r.p_yes
    truth = "yes" if yes else "no"
    score = bits(16)
    positive = score < f[f"positive_{truth}"]
    deferred = not positive and score < Q16 - f[f"negative_{truth}"]
    over = caught = False
    if deferred:
        right = bits(16) < f[f"fallback_{truth}"]
        kind = "dr" if right else "dw"
        counts["deferred"] += 1
    else:
        right = positive == yes
        kind = ("t" if right else "f") + ("p" if positive else "n")
        over = bits(16) < f["override_base"] + (f["override_slope"] * gap >> 16)
        caught = over and not right
        if not caught:
            counts[kind] += 1
    if caught or bits(16) < f[f"notice_{kind}"]:
        counts["noticed"] += 1
        loss = f[f"loss_{kind}"] * who.tolerance >> 15
        if day < who.new_until:
            loss += loss >> 1
        loss = min(loss, 65535)
        if caught:
            loss >>= 2
        elif bits(16) < f[f"complain_{kind}"] + (f["complain_slope"] * gap >> 16):
            counts["complaints"] += 1
        x -= x * loss >> 16
    else:
        x += gap * f[f"gain_{kind}"] >> 16
    return max(1, x - (x * f["erode_wait" if deferred else "erode_auto"] >> 16))

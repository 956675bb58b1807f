"""Rules that run the world: it repeats, it offers a choice, and things break in it."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator

from whennot.episode.conformance.subject import Fault, Subject
from whennot.world.compile import compile_settings
from whennot.world.policy import Policy, named_policy
from whennot.world.regret import open_field
from whennot.world.simulate import simulate

MOST_WINS = 0.85
"""Share of drawn worlds in which one option may be best; beyond it there is nothing to judge."""
ENOUGH_WINNERS = 3
RAREST, SUREST = 0.05, 0.95
"""Shares of quarters between which a failure mode is something to forecast."""
DISTINCT_POLICIES = 1000


def _policies(subject: Subject) -> dict[str, Policy]:
    spec = subject.case.spec
    return {name: named_policy(spec, name) for name in spec.policies}


def same_bytes(subject: Subject) -> Iterator[Fault]:
    """The same variant, policy and replicate give the same bytes, on every backend."""
    policies = _policies(subject)
    name = next((n for n, p in policies.items() if p["option"] != "none"), next(iter(policies)))
    backends = ["numpy", None, None] if importlib.util.find_spec("numba") else ["numpy", "numpy"]
    digests = {
        simulate(subject.case.variant(1), policies[name], replicates=1, backend=b).sha256
        for b in backends
    }
    if len(digests) > 1:
        yield Fault(
            subject.at("policies", name),
            f"policy {name} in variant 1 gives other counts when it runs again; allowed: the same "
            "bytes always. This is a mistake in whennot or its installation; please report it",
        )


def build_nothing(subject: Subject) -> Iterator[Fault]:
    """Each option has its sensible default; building nothing is free to build and is priced."""
    policies = _policies(subject)
    for option in subject.case.spec.option_lever.choices:
        name = f"default-{option}"
        if name in policies and policies[name]["option"] != option:
            yield Fault(
                subject.at("policies", name),
                f"policy {name} builds {policies[name]['option']!r}; it must build {option!r}",
            )
    nothing = subject.quarters.outcome(policies["default-none"], replicates=subject.replicates)
    where = subject.at("policies", "default-none")
    built = compile_settings(subject.world, [policies["default-none"]]).prices.fixed(0)
    if built.any():
        yield Fault(
            where,
            f"building nothing costs {-built.sum():,.0f} USD once a quarter; it must cost 0. "
            "Make its knobs 0 where `costs` read them",
        )
    if nothing.exposed:
        yield Fault(
            where,
            "building nothing still decides for users; right where today's way is a machine, too. "
            "Elsewhere make `share` 0, for example by a knob `offered` that is 0 for none",
            "note",
        )
    if not nothing.priced or not math.isfinite(nothing.usd):
        yield Fault(
            where,
            "building nothing has no money on its ledger; price what it costs or keeps, such as "
            "tasks done by hand, users who stay, trust",
        )


def options(subject: Subject) -> Iterator[Fault]:
    """No option is best nearly everywhere, and at least three are best somewhere."""
    won = subject.quarters.winners(worlds=subject.worlds)
    where = subject.at("levers", "option")
    shares = ", ".join(f"{name} {share:.0%}" for name, share in won.items())
    best, share = max(won.items(), key=lambda item: item[1])
    if share > MOST_WINS:
        yield Fault(
            where,
            f"{best} is best in {share:.0%} of {subject.worlds} drawn worlds; allowed: at most "
            f"{MOST_WINS:.0%}, or there is nothing to judge ({shares}). Widen the facts that the "
            "others live on, or correct prices",
        )
    ever = [name for name, share in won.items() if share > 0]
    if len(ever) < ENOUGH_WINNERS:
        yield Fault(
            where,
            f"only {' and '.join(ever)} are ever best in {subject.worlds} drawn worlds "
            f"({shares}); a good case has {ENOUGH_WINNERS} options that somebody should take",
            "note",
        )


def failure_modes(subject: Subject) -> Iterator[Fault]:
    """Each failure mode comes first now and then under one of the named policies."""
    policies = _policies(subject)
    first = {
        name: subject.quarters.outcome(policy, replicates=subject.replicates).first
        for name, policy in policies.items()
    }
    for mode in subject.case.spec.failures:
        shares = {name: shares[mode] for name, shares in first.items()}
        if any(RAREST <= share <= SUREST for share in shares.values()):
            continue
        name = max(shares, key=lambda n: shares[n])
        yield Fault(
            subject.at("failures", mode),
            f"{mode} comes first in {RAREST:.0%} to {SUREST:.0%} of {subject.replicates} quarters "
            f"under no named policy (nearest the top: {shares[name]:.0%} under {name}), so nobody "
            "can forecast it; move its threshold, or name a policy under which it happens",
        )


def enough_policies(subject: Subject) -> Iterator[Fault]:
    """Levers and triggers make at least a thousand policies that differ."""
    distinct = int(open_field(subject.world).alive.sum())
    if distinct < DISTINCT_POLICIES:
        yield Fault(
            subject.at("levers"),
            f"{distinct} distinct policies; allowed: at least {DISTINCT_POLICIES:,}. "
            "Add values to levers or thresholds to triggers",
        )

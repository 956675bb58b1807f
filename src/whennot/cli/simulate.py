"""``whennot simulate``: one policy in one world, replicate by replicate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whennot.cli.arguments import (
    Backend,
    CaseName,
    Challenge,
    Changes,
    Json,
    PolicyName,
    Seed,
    Variant,
    within,
)

if TYPE_CHECKING:
    from whennot.episode.case import Case
    from whennot.world.simulate import Run

MOST = 4096
"""Replicates; the error of a mean is then a sixty-fourth of the spread."""


def simulate(
    case: CaseName,
    *,
    policy: PolicyName,
    replicates: Annotated[
        int,
        typer.Option(callback=within(1, MOST), metavar="N", help=f"Random runs, 1 to {MOST}."),
    ] = 64,
    variant: Variant = None,
    challenge: Challenge = "",
    changes: Changes = None,
    backend: Backend = None,
    threads: Annotated[
        int | None,
        typer.Option(callback=within(1, 256), metavar="N", help="Threads, 1 to 256; same counts."),
    ] = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Run a quarter under one policy and tell what comes of trust, money and failures.

    A policy is one the case names, or a TOML file: [levers] with option = "big" and so on, and
    perhaps a [trigger] with signal, threshold and action.
    """
    from whennot.cli.arguments import policy_of, world_of, world_words
    from whennot.cli.output import busy, data, is_unicode, write_json, write_rows
    from whennot.shelf import load_case
    from whennot.world.simulate import simulate as run_quarter
    from whennot.world.world import LAUNCH_SEED

    loaded = load_case(case)
    world, values = world_of(loaded, variant=variant, challenge=challenge, changes=changes or [])
    chosen = policy_of(loaded, policy)
    key = LAUNCH_SEED if seed is None else seed
    with busy(f"{replicates} x {loaded.spec.days} days of {loaded.spec.users:,} users ..."):
        run = run_quarter(
            world, chosen, replicates=replicates, seed=key, backend=backend, threads=threads
        )
    if as_json:
        where = {"variant": variant, "challenge": challenge, "set": values, "seed": key}
        write_json(_as_dict(loaded, run, policy=policy) | {"world": where})
        return
    words = world_words(variant=variant, challenge=challenge, values=values)
    console = data()
    write_rows(console, _rows(loaded, run, policy=policy, world=words))
    console.print()
    for line in _plot(run, width=console.width, unicode=is_unicode(console)):
        console.print(line, markup=False, no_wrap=True)
    console.print(f"\nsha256 {run.sha256}", soft_wrap=True)


# --- as data ---------------------------------------------------------------------------------


def _as_dict(case: Case, run: Run, *, policy: str) -> dict[str, Any]:
    return {
        "case": case.name,
        "version": case.spec.version,
        "policy": {"name": policy} | run.policy.as_dict(),
        "replicates": len(run.usd),
        "trust": run.trust_change(),
        "usd": {
            "mean": float(run.usd.mean()),
            "se": _se(run),
            "by_payer": run.usd_by_payer(),
        },
        "failures_first": _firsts(run),
        "trigger_days": [int(day) if day < run.days else None for day in run.trigger_days],
        "counters": _counters(run),
        "sha256": run.sha256,
    }


def _se(run: Run) -> float | None:
    """Return the standard error of the mean, USD; one run alone has none."""
    if len(run.usd) < 2:
        return None
    return float(run.usd.std(ddof=1) / len(run.usd) ** 0.5)


def _firsts(run: Run) -> dict[str, float]:
    counted = Counter(run.first_failures)
    modes = (*run.world.spec.failures, "none")
    return {mode: counted[mode] / len(run.first_failures) for mode in modes}


def _counters(run: Run) -> dict[str, int]:
    """Return what was counted, summed over segments, days and replicates."""
    from whennot.world.counters import INDEX, NAMES

    totals = run.totals.sum((0, 1))
    counted = {name: int(totals[INDEX[name]]) for name in NAMES}
    for number, event in enumerate(run.world.spec.events):
        counted[f"event.{event}"] = int(totals[INDEX[f"event_{number}"]])
    return counted


# --- as lines --------------------------------------------------------------------------------


def _rows(case: Case, run: Run, *, policy: str, world: str) -> Iterator[tuple[str, str]]:
    from whennot.cli.output import counted, policy_line
    from whennot.episode.costliest import money

    spec = case.spec
    se = _se(run)
    yield "", f"{spec.title} ({case.name}, version {spec.version}): {policy}, {world}"
    runs = counted(len(run.usd), "replicate")
    yield "", f"{runs} of {spec.days} days with {spec.users:,} users\n"
    yield "Policy", policy_line(run.policy)
    yield "Trust", _trust(run)
    error = "one run has no standard error" if se is None else f"se {money(se)}"
    payers = ", ".join(f"{who} {money(usd)}" for who, usd in run.usd_by_payer().items())
    yield "Value", f"{money(float(run.usd.mean()))} a quarter ({error}): {payers}"
    yield "Breaks first", _breaks(run)
    if run.policy.trigger is not None:
        yield "Trigger", _fired(run)


def _trust(run: Run) -> str:
    change = run.trust_change()
    percent = {name: f"{100 * value:+.1f} %" for name, value in change.items()}
    return (
        f"{change['launch']:.3f} at launch, {change['final']:.3f} at the end, of 1: "
        f"{percent['relative_change']} (sd {100 * change['sd']:.1f} % over replicates); "
        f"{percent['relative_change_all']} when people who left count as 0"
    )


def _breaks(run: Run) -> str:
    firsts = sorted(_firsts(run).items(), key=lambda pair: -pair[1])
    shares = [
        f"{'nothing' if mode == 'none' else mode} {100 * share:.3g} %"
        for mode, share in firsts
        if share
    ]
    return f"{', '.join(shares)} of replicates"


def _fired(run: Run) -> str:
    fired = sorted(int(day) for day in run.trigger_days if day < run.days)
    if not fired:
        return "never fires"
    share = 100 * len(fired) / len(run.trigger_days)
    middle = fired[len(fired) // 2]
    return f"acts in {share:.3g} % of replicates, on day {middle} in the middle one"


def _plot(run: Run, *, width: int, unicode: bool) -> list[str]:
    import numpy as np

    from whennot.cli.plot import chart

    low, middle, high = np.quantile(run.mean_trust, (0.05, 0.5, 0.95), axis=0)
    label = "Mean trust of active users, 0 to 1"
    if len(run.usd) > 1:
        label += "; shaded: nine of ten replicates"
    return chart(
        middle.tolist(),
        low=low.tolist(),
        high=high.tolist(),
        start=run.launch_trust,
        label=label,
        width=width,
        unicode=unicode,
    )

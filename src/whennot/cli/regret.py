"""``whennot regret``: how far a policy falls short of the best one in a known world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from whennot.cli.arguments import CaseName, Challenge, Changes, Json, PolicyName, Seed, Variant

if TYPE_CHECKING:
    from whennot.episode.case import Case
    from whennot.world.policy import Policy
    from whennot.world.regret import Regret

SHOWN = 8
"""Tied policies that are printed; JSON has them all."""
SCALE = "100 is the best policy, 0 the mean of the options' sensible defaults; none is under -100."


def regret(
    case: CaseName,
    *,
    policy: PolicyName,
    variant: Variant = None,
    challenge: Challenge = "",
    changes: Changes = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Hold a policy against every other one of its case, in a world of which all is known.

    Says what the policy gave up against the best one, and which policies cannot be told from
    the best. Takes seconds.
    """
    from whennot.cli.arguments import policy_of, world_of, world_words
    from whennot.cli.output import busy, data, write_json, write_rows
    from whennot.shelf import load_case
    from whennot.world.regret import regret as judge
    from whennot.world.world import LAUNCH_SEED

    loaded = load_case(case)
    world, values = world_of(loaded, variant=variant, challenge=challenge, changes=changes or [])
    chosen = policy_of(loaded, policy)
    key = LAUNCH_SEED if seed is None else seed
    with busy("Holding the policy against every other one in this world ..."):
        judged = judge(world, chosen, seed=key)
    if as_json:
        where = {"variant": variant, "challenge": challenge, "set": values, "seed": key}
        write_json(_as_dict(loaded, chosen, judged, name=policy) | {"world": where})
        return
    words = world_words(variant=variant, challenge=challenge, values=values)
    console = data()
    write_rows(console, _rows(loaded, chosen, judged, name=policy, world=words))
    write_rows(console, _tied(judged), label=5)


def _as_dict(case: Case, policy: Policy, judged: Regret, *, name: str) -> dict[str, Any]:
    return {
        "case": case.name,
        "version": case.spec.version,
        "policy": {"name": name} | policy.as_dict(),
        "measured_in": "the known world",
        "regret": {"usd": judged.usd, "se": judged.se},
        "share": judged.share,
        "share_se": judged.share_se,
        "value_usd": judged.value,
        "best_value_usd": judged.best_value,
        "reference_value_usd": judged.reference_value,
        "best": judged.best.as_dict(),
        "tied_set": [tied.as_dict() for tied in judged.tied_set],
        "by_option": judged.by_option,
        "policies": judged.policies,
        "user_ticks": judged.user_ticks,
        "user_ticks_brute": judged.user_ticks_brute,
    }


def _rows(
    case: Case, policy: Policy, judged: Regret, *, name: str, world: str
) -> Iterator[tuple[str, str]]:
    from whennot.cli.output import policy_line
    from whennot.episode.costliest import money

    spec = case.spec
    yield "", f"{spec.title} ({case.name}, version {spec.version}): {name}, {world}"
    yield "", "Measured in the known world: every fact known, valued on fresh draws.\n"
    yield "Policy", policy_line(policy)
    yield (
        "Regret",
        f"{money(judged.usd)} a quarter (se {money(judged.se)}) against the best policy",
    )
    share, error = f"{100 * judged.share:.0f} %", f"{100 * judged.share_se:.1f} %"
    yield "Share", f"{share} of what could be had (se {error}). {SCALE}"
    values = {"best": judged.best_value, "sensible defaults": judged.reference_value}
    others = "; ".join(f"{name} {money(usd)}" for name, usd in values.items())
    yield "Value", f"{money(judged.value)} a quarter; {others}"
    best = ", ".join(f"{option} {money(usd)}" for option, usd in judged.by_option.items())
    yield "By option", f"{best}, each at its best"
    done, brute = judged.user_ticks, judged.user_ticks_brute
    yield (
        "Compared",
        f"{judged.policies:,} policies in {done:,} user-days; all would take {brute:,}",
    )


def _tied(judged: Regret) -> Iterator[tuple[str, str]]:
    from whennot.cli.output import policy_line

    yield "", f"\nTied for best ({len(judged.tied_set)}), best first:"
    for number, tied in enumerate(judged.tied_set[:SHOWN], 1):
        yield f"{number:>3}", policy_line(tied)
    if len(judged.tied_set) > SHOWN:
        yield "", f"and {len(judged.tied_set) - SHOWN} more; --json has them all"

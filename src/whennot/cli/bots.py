"""``whennot bots``: simple players against each other, over many worlds of every case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whennot.cli.arguments import Json, complete_case, within

if TYPE_CHECKING:
    from rich.console import Console

    from whennot.practice.bots import Claim, Played

MOST = 2000


def bots(
    *,
    cases: Annotated[
        list[str] | None,
        typer.Option(
            "--cases",
            metavar="NAME",
            help="Which case; several times for several, by default all.",
            autocompletion=complete_case,
        ),
    ] = None,
    variants: Annotated[
        int | None,
        typer.Option(callback=within(8, MOST), metavar="N", help="Worlds a case; by default 96."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Let simple players play every case, and say whether judgment beats every constant strategy.

    Some always build the same option, some look first. Exits with 1 where an assertion that this
    set of cases must keep does not hold. Takes some seconds a case.
    """
    from whennot.cli.output import busy, data, write_json
    from whennot.practice import bots as league
    from whennot.shelf import load_case, play_order

    names = [n for word in cases or play_order() for n in word.split(",") if n]
    played = []
    for name in names:
        with busy(f"Bots play {name} ..."):
            played.append(league.play(load_case(name), variants=variants or league.VARIANTS))
    claims = league.claims(played)
    holds = league.holds(claims)
    if as_json:
        write_json(_as_dict(played, claims, holds=holds))
    else:
        _draw(data(), played, claims, holds=holds)
    if not holds:
        raise typer.Exit(1)


def _as_dict(played: Sequence[Played], claims: Sequence[Claim], *, holds: bool) -> dict[str, Any]:
    from whennot.practice.bots import BOTS

    return {
        "cases": [
            {
                "case": p.case,
                "variants": len(p.shares[BOTS[0]]),
                "bots": {b: {"mean": mean, "se": se} for b, (mean, se) in _means(p).items()},
                "best_options": dict(p.options),
                "best_at_default_facts": p.default_best,
                "cautious_asks": list(p.asked),
            }
            for p in played
        ],
        "assertions": [asdict(claim) for claim in claims],
        "summary": _summary(claims, holds=holds),
        "holds": holds,
    }


def _means(played: Played) -> dict[str, tuple[float, float]]:
    return {
        bot: (float(shares.mean()), float(shares.std(ddof=1) / len(shares) ** 0.5))
        for bot, shares in played.shares.items()
    }


def _summary(claims: Sequence[Claim], *, holds: bool) -> str:
    enforced = [c for c in claims if c.enforced]
    kept = sum(c.holds for c in enforced)
    told = [c for c in claims if not c.enforced]
    later = f" {sum(c.holds for c in told)} of {len(told)} that need more cases hold, too."
    verdict = "holds" if holds else "does not hold"
    return f"{kept} of {len(enforced)} enforced assertions hold: the league {verdict}.{later}"


def _draw(
    console: Console, played: Sequence[Played], claims: Sequence[Claim], *, holds: bool
) -> None:
    from rich.table import Table

    from whennot.practice.bots import BOTS

    count = len(played[0].shares[BOTS[0]])
    note = f"Mean attainable share, %, ± standard error, over {count} worlds a case."
    console.print(f"{note} 100 is a world's best policy, 0 its mean sensible default.")
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column("bot")
    for p in played:
        table.add_column(p.case, justify="right")
    each = [_means(p) for p in played]
    for bot in BOTS:
        table.add_row(bot, *(f"{100 * m[bot][0]:.0f} ± {100 * m[bot][1]:.0f}" for m in each))
    console.print(table)
    for p in played:
        won = ", ".join(f"{option} {share:.0%}" for option, share in p.options.items())
        console.print(f"{p.case}: best option {won}.", markup=False)
    console.print()
    for claim in claims:
        mark = "holds" if claim.holds else "FAILS"
        se = "" if claim.se is None else f" ± {claim.se:.2g}"
        kept = "" if claim.enforced else " (reported only: it needs the whole shelf)"
        console.print(
            f"{mark}  {claim.text}: {claim.value:.2g}{se}, bound {claim.bound:.2g}{kept}",
            markup=False,
        )
    console.print(f"\n{_summary(claims, holds=holds)}", markup=False)

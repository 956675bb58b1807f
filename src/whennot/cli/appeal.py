"""``whennot appeal``: a finished play, judged with another value of something assumed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whennot.cli.arguments import Changes, Json

if TYPE_CHECKING:
    from rich.console import Console

    from whennot.episode.appeal import Appeal
    from whennot.episode.episode import Episode


def appeal(
    name: Annotated[str, typer.Argument(metavar="PLAY", help="A finished play, by its name.")],
    *,
    changes: Changes = None,
    as_json: Json = False,
) -> None:
    """Judge a finished play again with other assumptions: --set NAME=VALUE.

    Assumed and fitted parameters are open to appeal, within or beyond their range. A verdict that
    turns on a value within the range is contested and does not count.
    """
    from whennot.cli.arguments import values_of
    from whennot.cli.output import busy, data, write_json
    from whennot.cli.terminal import open_home
    from whennot.episode.appeal import appeal as judge_again
    from whennot.errors import PlayerError
    from whennot.practice import plays
    from whennot.shelf import load_case

    with open_home() as home, busy("Playing it again ..."):
        episode = plays.resume(home, name, find=load_case).episode
    if episode.findings is None:
        raise PlayerError(f"{name} has not reached its debrief; go on with: whennot resume {name}")
    values = values_of(episode.case, changes or [])
    with busy("Judging it again ..."):
        start = time.perf_counter()
        found = judge_again(episode, values)
        seconds = time.perf_counter() - start
    if as_json:
        write_json(_as_dict(found) | {"play": name, "seconds": round(seconds, 3)})
        return
    draw(data(), episode, found, seconds=seconds)


def draw(console: Console, episode: Episode, found: Appeal, *, seconds: float) -> None:
    """Print how a verdict changes under appeal."""
    from whennot.cli.output import write_rows

    write_rows(console, list(_rows(episode, found, seconds)), label=12)


def _rows(episode: Episode, found: Appeal, seconds: float) -> Iterator[tuple[str, str]]:
    from whennot.episode.debrief import money, number, policy_words

    spec = episode.case.spec
    for name, value in found.changes.items():
        p = spec.parameters[name]
        spread = f"{number(p.low, p.unit)} to {number(p.high, p.unit)}"
        was = f"{number(p.value, p.unit)}, which is {p.status}; plausible: {spread}"
        yield "Changed", f"{name}: {number(value, p.unit)} instead of {was}"
    for label, quality in (("Before", found.before), ("After", found.after)):
        best = "; ".join(f"{what.lower()}: {v}" for what, v in policy_words(episode, quality.best))
        share = f"{100 * quality.share:.0f} % ± {200 * quality.share_se:.0f}"
        usd = f"expected {money(quality.value)}, the best {money(quality.best_value)}"
        yield label, f"{share}; {usd} ({best})"
    how = "priced again" if found.repriced else "simulated again"
    if found.contested:
        verdict = (
            "Contested: within the plausible range your option's verdict turns. It does not count."
        )
    elif found.flips:
        verdict = "It turns, but only beyond the plausible range: the verdict stands."
    else:
        verdict = "The verdict on your option stands."
    yield "Verdict", f"{verdict} ({how} in {seconds:.2f} s)"


def _as_dict(found: Appeal) -> dict[str, Any]:
    def told(quality: Any) -> dict[str, Any]:
        return {
            "share": quality.share,
            "share_se": quality.share_se,
            "value_usd": quality.value,
            "best_value_usd": quality.best_value,
            "best": quality.best.as_dict(),
        }

    parts = {n: getattr(found, n) for n in ("changes", "inside", "repriced", "flips")}
    return parts | {
        "contested": found.contested,
        "before": told(found.before),
        "after": told(found.after),
    }

"""``whennot atlas``: build a case's value table, or show what it says."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whennot.cli.arguments import CaseName, Json

if TYPE_CHECKING:
    from rich.progress import Progress

    from whennot.episode.case import Case
    from whennot.world.atlas import Atlas
    from whennot.world.inquiry import Information
    from whennot.world.knowledge import Knowledge

ACTIONS = ("build", "show")


def atlas(
    action: Annotated[str, typer.Argument(metavar="build|show", help="What to do.")],
    case: CaseName,
    *,
    known: Annotated[
        list[str] | None,
        typer.Option("--known", metavar="FACT=VALUE", help="With show: what would be known."),
    ] = None,
    spoil: Annotated[
        bool, typer.Option("--spoil", help="With show: tell it all before you have played.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Build the atlas of a case, or show what follows from it.

    The atlas is many drawn worlds times many policies, simulated once. Building takes a minute
    or two and writes atlas.npz into the case's folder; a changed case needs it again.
    """
    from whennot.errors import PlayerError
    from whennot.shelf import load_case
    from whennot.world.policy import suggest

    if action not in ACTIONS:
        raise PlayerError(f"no action {action!r}. {suggest(action, ACTIONS)}")
    loaded = load_case(case)
    if action == "build":
        _build(loaded, case, as_json=as_json)
    else:
        if not (spoil or as_json) and sys.stdout.isatty():
            _played_first(loaded)
        _show(loaded, known or [], as_json=as_json)


def _played_first(case: Case) -> None:
    """Keep a player from reading what is worth asking before she has asked.

    Raises:
        PlayerError: she has not finished the case.
    """
    from whennot.cli.terminal import open_home
    from whennot.errors import PlayerError
    from whennot.practice.plays import kept

    with open_home() as home:
        if any(k.finished and k.case == case.name for k in kept(home)):
            return
    raise PlayerError(
        f"this tells what is worth asking in {case.name} and which option wins; play it first "
        f"(whennot play {case.name}), or add --spoil"
    )


# --- build -----------------------------------------------------------------------------------


def _build(case: Case, target: str, *, as_json: bool) -> None:
    from dataclasses import replace

    from whennot.cli.output import talk, write_json
    from whennot.errors import CaseError
    from whennot.shelf import ATLAS, SHELVES
    from whennot.world.appeal import sweep
    from whennot.world.atlas import LARGEST_BYTES, dump
    from whennot.world.atlas_build import build_atlas
    from whennot.world.run import warm

    folder = Path(target).resolve() if os.sep in target else SHELVES / "cases" / case.name
    warm()
    start = time.perf_counter()
    with _progress() as show:
        made = build_atlas(case.spec, case.ladder, progress=_bar(show))
        tabled = time.perf_counter() - start
        flips = sweep(made, case.ladder, progress=lambda s: _bar(show)("sweeping assumptions", s))
        made = replace(made, flips=tuple(flips))
    content = dump(made)
    if len(content) > LARGEST_BYTES:
        raise CaseError(
            f"{case.name}: an atlas of {len(content):,} bytes; at most {LARGEST_BYTES:,}"
        )
    path = folder / ATLAS
    part = path.with_name(f".{ATLAS}.part")
    part.write_bytes(content)
    part.replace(path)
    seconds = time.perf_counter() - start
    told = {
        "case": case.name,
        "digest": made.digest,
        "worlds": len(made.facts),
        "policies": len(made.policies),
        "bytes": len(content),
        "table_seconds": round(tabled, 1),
        "seconds": round(seconds, 1),
        "flips": [flip.parameter for flip in made.flips],
    }
    if as_json:
        write_json(told)
        return
    talk(
        f"{case.name}: {told['worlds']} worlds x {told['policies']} policies in {tabled:.0f} s, "
        f"assumptions swept in {seconds - tabled:.0f} s; {len(content):,} bytes in {path.name}."
    )


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description:<22}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _bar(show: Progress) -> Callable[[str, float], None]:
    """Return what draws a bar for each kind of work."""

    def draw(what: str, share: float) -> None:
        tasks = {task.description: task.id for task in show.tasks}
        if what not in tasks:
            tasks[what] = show.add_task(what, total=1.0)
        show.update(tasks[what], completed=share)

    return draw


# --- show ------------------------------------------------------------------------------------


def _show(case: Case, known: list[str], *, as_json: bool) -> None:
    from whennot.cli.arguments import values_of
    from whennot.cli.output import data, talk, write_json, write_rows
    from whennot.episode.knowing import atlas_for, budget_of, inquiry_of
    from whennot.errors import PlayerError
    from whennot.world.knowledge import Knowledge

    values = values_of(case, known)
    wrong = next((name for name in values if name not in case.spec.facts), None)
    if wrong is not None:
        facts = ", ".join(case.spec.facts)
        raise PlayerError(
            f"{wrong} is a parameter, not a fact one can come to know; facts: {facts}"
        )
    for name, value in values.items():
        fact = case.spec.facts[name]
        if not fact.low <= value <= fact.high:
            raise PlayerError(f"{name}: {value:g} is outside {fact.low:g} to {fact.high:g}")
    knowledge = Knowledge.of(values)
    shipped = case.atlas is not None
    if not shipped:
        talk(f"{case.name} ships no atlas of this version; a small one is made now.")
    made = atlas_for(case)
    asking = inquiry_of(case, first_flight=True)
    information = asking.information((), budget_of(case, first_flight=True))
    if as_json:
        write_json(_as_dict(case, made, knowledge, information, shipped=shipped))
        return
    console = data()
    size = f"{len(made.facts)} worlds x {len(made.policies)} policies"
    write_rows(console, [("", f"{case.spec.title} ({case.name}): {size}, {made.digest[:12]}\n")])
    for title, rows in _parts(case, made, knowledge, information):
        console.print(title, style="bold cyan", markup=False)
        write_rows(console, rows, indent=2, label=20)
        console.print()


def held_out(made: Atlas) -> float:
    """Return which share of the differences between policies the expansion explains, held out."""
    differences = made.usd - made.level
    left = differences.copy()
    for rows, expansion in made.folds:
        left[rows] -= expansion.at(made.facts[rows])
    return float(1 - left.var() / differences.var())


def _as_dict(
    case: Case, made: Atlas, knowledge: Knowledge, information: Information, *, shipped: bool
) -> dict[str, Any]:
    from dataclasses import asdict

    from whennot.world.frontier import curve

    usd = made.expected(knowledge)
    found = curve(made, knowledge)
    return {
        "case": case.name,
        "version": case.spec.version,
        "digest": made.digest,
        "shipped": shipped,
        "worlds": len(made.facts),
        "policies": len(made.policies),
        "explained": held_out(made),
        "known": dict(knowledge.known),
        "best": made.best(knowledge, among=made.live).as_dict(),
        "by_option_usd": _by_option(made, usd),
        "reference_usd": float(usd[made.reference].mean()),
        "worth": {name: asdict(worth) for name, worth in information.each.items()},
        "best_questions": {
            "names": information.best_names,
            "usd": information.best.usd,
            "se": information.best.se,
        },
        "frontier": asdict(found),
        "flips": [asdict(flip) for flip in made.flips],
    }


def _by_option(made: Atlas, usd: Any) -> dict[str, float]:
    options = made.spec.option_lever.choices
    return {o: float(usd[made.option(o) & made.live].max()) for o in options}


def _parts(
    case: Case, made: Atlas, knowledge: Knowledge, information: Information
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    from whennot.cli.output import policy_line
    from whennot.episode.debrief import money, number
    from whennot.world.frontier import curve

    usd, spec = made.expected(knowledge), case.spec
    facts = [f"{n} {number(v, spec.facts[n].unit)}" for n, v in knowledge.known]
    best = made.best(knowledge, among=made.live)
    yield (
        f"Knowing {', '.join(facts) or 'nothing but the brief'}",
        [
            ("best policy", policy_line(best)),
            ("expected", f"{money(float(usd[made.places[best]]))} a quarter"),
            ("by option", "; ".join(f"{o} {money(v)}" for o, v in _by_option(made, usd).items())),
            ("sensible defaults", f"{money(float(usd[made.reference].mean()))} on average"),
            ("explained", f"{held_out(made):.1%} of differences, on worlds held out"),
        ],
    )
    ranked = sorted(information.each.items(), key=lambda item: -item[1].usd)
    rows = [(n, f"{money(w.usd)} ± {money(2 * w.se)}") for n, w in ranked if w.usd or w.se]
    nothing = ", ".join(n for n, w in ranked if not (w.usd or w.se))
    together = f"{', '.join(information.best_names)}: {money(information.best.usd)}"
    yield (
        "What asking is worth, alone and before any answer, ± 2 SE",
        [*rows, ("nothing", nothing or "none"), ("best set", together)],
    )
    found = curve(made, knowledge)
    unit = spec.facts[found.fact].unit
    where = "no crossing in the range"
    if found.crossing is not None:
        where = f"{number(found.crossing, unit)}"
        if found.low is not None and found.high is not None:
            where += f" (90 %: {number(found.low, unit)} to {number(found.high, unit)})"
    yield f"Frontier: {spec.frontier.question}", [(found.fact, where)]
    yield (
        "Assumptions that flip the best option within their range",
        [
            (f.parameter, f"at {f.value:g}, {f.option} beats {f.instead_of} by {money(f.usd)}")
            for f in made.flips
            if f.moves_best
        ]
        or [("none", "of those that were swept")],
    )

"""``whennot roadmap``: from your background, target and hours a week to a dated plan.

The page answers one question first: what do I do this week? Everything else stands below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whennot.cli.arguments import Json
from whennot.cli.output import data, talk, write_json

if TYPE_CHECKING:
    from whennot.roadmap import Roadmap

STARTS = {
    "play": "play",
    "watch": "watch",
    "cases": "cases",
    "brief": "brief",
    "drill": "drill",
    "lesson": "lesson",
    "cards": "cards",
    "round": "interview",
    "kit": "interview",
    "record": "new",
    "monitor": "monitor",
    "export": "export",
}
"""Ability of the product -> the verb that starts it, which may not exist yet."""

PARTS = {"debrief": "play"}
"""Ability -> the verb it is a part of."""


def _complete(table: str) -> Callable[[str], list[str]]:
    """Return a function that completes the names of a table of the contents."""

    def names(incomplete: str) -> list[str]:
        from whennot.roadmap.contents import contents

        return [name for name in getattr(contents(), table) if name.startswith(incomplete)]

    return names


def roadmap(  # noqa: PLR0917 -- typer passes options by position
    background: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="analyst, engineer, consultant or domain-expert.",
            autocompletion=_complete("backgrounds"),
        ),
    ] = None,
    target: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="mid-tier or tier-1.", autocompletion=_complete("targets")
        ),
    ] = "mid-tier",
    hours: Annotated[float, typer.Option(metavar="N", help="Hours a week, 2 to 40.")] = 6.0,
    domain: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="health, finance, logistics or other; what you know best.",
            autocompletion=_complete("domains"),
        ),
    ] = "other",
    start: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="First day, like 2027-01-04; today if not given."),
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="DATE", help="Wished last day, like 2027-08-31.")
    ] = None,
    ics: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the plan to a calendar file.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Every week with all it holds.")] = False,
    as_json: Json = False,
) -> None:
    """Plan the way to AI product manager, with dates: this week first, then months and gates."""
    from whennot import clock
    from whennot.cli.roadmap_page import choice, page
    from whennot.roadmap import build, read_profile
    from whennot.roadmap.model import as_dict

    if background is None and not as_json:
        _print(lambda width: choice(width=width))
        return
    profile = read_profile(
        background or "", target=target, hours=hours, domain=domain, start=start, by=by
    )
    plan = build(profile, today=clock.today(), available=_available())
    if ics is not None:
        _write_calendar(plan, ics)
    if as_json:
        write_json(as_dict(plan))
    else:
        _print(lambda width: page(plan, full=full, width=width))
    notices = list(plan.notices)
    if profile.background == "domain-expert" and profile.domain == "other":
        notices.append("--domain health, finance or logistics brings examples from that field.")
    for notice in notices:
        talk(f"Note: {notice}")


def _available() -> dict[str, str]:
    """Return what the product can do now: ability -> what to type, empty for parts of others."""
    from whennot.cli.verbs import VERBS
    from whennot.shelf import case_names

    verbs = {verb.name for verb in VERBS if verb.exists}
    found = {ability: f"whennot {verb}" for ability, verb in STARTS.items() if verb in verbs}
    found |= {ability: "" for ability, verb in PARTS.items() if verb in verbs}
    return found | {f"case:{name}": "" for name in case_names()}


def _write_calendar(plan: Roadmap, path: Path) -> None:
    """Write the calendar file and say so."""
    from whennot.errors import PlayerError
    from whennot.roadmap.ics import to_ics

    if path.is_file() and not path.read_bytes().startswith(b"BEGIN:VCALENDAR"):
        message = f"ics: {path} is there and is no calendar; name another file"
        raise PlayerError(message)
    try:
        path.write_bytes(to_ics(plan))
    except OSError as error:
        message = f"ics: cannot write {path} ({error.strerror}); name a file in a folder of yours"
        raise PlayerError(message) from error
    talk(f"Wrote {path}. Import it into a calendar of its own.")


def _print(lines: Callable[[int], Iterable[tuple[str, str]]]) -> None:
    """Print lines made for the console's width, without wrapping them."""
    from rich.text import Text

    console = data()
    for text, style in lines(console.width):
        console.print(Text(text, style=style), soft_wrap=True)

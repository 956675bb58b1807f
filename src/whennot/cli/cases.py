"""``whennot cases``: what is on the shelf, and everything one case rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from whennot.cli.arguments import Json, complete_case

if TYPE_CHECKING:
    from rich.console import Console

    from whennot.episode.case import Case


def cases(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Show this one (or the folder of one); without it, the list.",
            autocompletion=complete_case,
        ),
    ] = "",
    *,
    as_json: Json = False,
) -> None:
    """List the cases, or show one with all its numbers: value, range, unit, status and source.

    What a fact is in the world you will meet is not told; you find out by asking.
    """
    from whennot.cli.case_page import as_dict, draw
    from whennot.cli.output import data, talk, write_json
    from whennot.shelf import load_case

    if name:
        case = load_case(name)
        if as_json:
            write_json(as_dict(case))
        else:
            draw(data(), case)
        return
    found, broken = _all()
    if as_json:
        write_json([_entry(case) for case in found])
    else:
        _draw_list(data(), found)
    if broken:
        talk("\n".join(broken))
        raise typer.Exit(1)


def _all() -> tuple[list[Case], list[str]]:
    """Return the cases that load, and what is wrong with the others."""
    from whennot.errors import WhennotError
    from whennot.shelf import case_names, load_case

    found, broken = [], []
    for name in case_names():
        try:
            found.append(load_case(name))
        except WhennotError as error:
            broken.append(str(error))
    return found, broken


def _entry(case: Case) -> dict[str, Any]:
    spec = case.spec
    return {
        "name": case.name,
        "title": spec.title,
        "domain": spec.domain,
        "options": list(spec.option_lever.choices),
        "version": spec.version,
        "company": spec.company,
        "days": spec.days,
        "users": spec.users,
        "minutes": spec.minutes,
    }


def _draw_list(console: Console, found: list[Case]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 1, 0), header_style="dim", width=console.width)
    table.add_column("name", style="bold", no_wrap=True)
    table.add_column("situation and options", ratio=1)
    table.add_column("domain")
    table.add_column("version", justify="right")
    for case in found:
        options = "; ".join(choice.label for choice in case.spec.option_lever.choices.values())
        what = Text.assemble(case.spec.title, "\n", (options, "dim"))
        table.add_row(case.name, what, case.spec.domain, str(case.spec.version))
    console.print(table)
    console.print("One case: whennot cases NAME. Play it: whennot play NAME.", markup=False)

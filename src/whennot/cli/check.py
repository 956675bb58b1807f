"""``whennot check``: whether a case has all that a case must have."""

from __future__ import annotations

from typing import Annotated

import typer

from whennot.cli.arguments import Json, complete_case


def check(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH|NAME]...",
            help="Cases by name, or folders of cases; without any, all on the shelf.",
            autocompletion=complete_case,
        ),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Check cases for all that a case must have; ends with 1 when something is missing.

    Cases from outside are named by their folder and checked in the same way.
    """
    from whennot.cli.output import busy, write_json
    from whennot.shelf import case_names

    found = {}
    for target in targets or case_names():
        with busy(f"Checking {target} ..."):
            found[target] = _findings(target)
    if as_json:
        write_json([{"case": target, "findings": lines} for target, lines in found.items()])
    else:
        for target, lines in found.items():
            typer.echo("\n".join(lines) if lines else f"{target}: nothing found")
    if any(found.values()):
        raise typer.Exit(1)


def _findings(target: str) -> list[str]:
    """Return what is wrong with a case, one sentence each."""
    from whennot.cli.output import talk
    from whennot.errors import CaseError
    from whennot.shelf import load_case

    try:
        case = load_case(target)
    except CaseError as error:
        return str(error).split("\n")
    try:
        from whennot.episode.check import findings
    except ModuleNotFoundError:
        talk(f"{target}: only its file was checked; the simulated checks are not built yet")
        return []
    return [str(finding) for finding in findings(case)]

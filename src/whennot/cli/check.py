"""``whennot check``: whether a case is what a case must be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whennot.cli.arguments import Json, complete_case

if TYPE_CHECKING:
    from uuid import UUID

    from whennot.episode.check import Finding


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
    quick: Annotated[bool, typer.Option("--quick", help="Leave out what simulates.")] = False,
    as_json: Json = False,
) -> None:
    """Check cases for all that a case must have, and tell where and what is amiss.

    Cases from outside are named by their folder and checked in the same way. Ends with 1 when
    there is an error; a note is no error. Without --quick a case takes some seconds.
    """
    from whennot.cli.output import busy, write_json
    from whennot.shelf import case_names

    reports: list[dict[str, Any]] = []
    for target in targets or case_names():
        with busy(f"Checking {target} ..."):
            found = _findings(target, quick=quick)
        reports.append({"case": target, "findings": [asdict(finding) for finding in found]})
        if not as_json:
            typer.echo("\n".join(_lines(target, found)))
    if as_json:
        write_json(reports)
    if any(f["level"] == "error" for report in reports for f in report["findings"]):
        raise typer.Exit(1)


def _findings(target: str, *, quick: bool) -> list[Finding]:
    from whennot.episode.check import check_texts
    from whennot.shelf import read_atlas, read_folder

    folder, on_shelf = _folder(target)
    return check_texts(
        read_folder(folder),
        where=folder.name if on_shelf or not Path(target).name else target,
        quick=quick,
        atlas=read_atlas(folder),
        others=_others(folder),
        data=_digests(folder),
        # An installed shelf has no tests; where one case has its test, all must.
        with_test=not on_shelf or any(folder.parent.glob("*/test_*.py")),
    )


def _folder(target: str) -> tuple[Path, bool]:
    """Return the folder of a case, and whether it is one of ours.

    Raises:
        PlayerError: no case of that name; suggests one.
    """
    from whennot.shelf import SHELVES, case_names, load_case

    if target in case_names():
        return SHELVES / "cases" / target, True
    path = Path(target)
    if os.sep not in target and not path.is_dir():
        load_case(target)
    return path.resolve(), False


def _others(folder: Path) -> dict[UUID, str]:
    """Return the other cases on the shelf, as far as they load, by uuid."""
    from whennot.errors import WhennotError
    from whennot.shelf import SHELVES, case_names, load_case

    others = {}
    for name in case_names():
        if (SHELVES / "cases" / name).resolve() == folder.resolve():
            continue
        try:
            others[load_case(name).spec.uuid] = name
        except WhennotError:
            continue  # its own check tells what is wrong with it
    return others


def _digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of data, by name."""
    files = sorted(path for path in folder.glob("data/*") if path.is_file())
    return {f"data/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _lines(target: str, found: Sequence[Finding]) -> Iterator[str]:
    from whennot.cli.output import counted

    for finding in found:
        level = "" if finding.level == "error" else f" {finding.level}:"
        yield f"{finding.where}: {finding.code}{level} {finding.message}"
    errors = sum(finding.level == "error" for finding in found)
    notes = len(found) - errors
    if errors:
        yield f"{target}: {counted(errors, 'error')}"
    else:
        yield f"{target}: keeps its promises" + (f" ({notes} to note)" if notes else "")

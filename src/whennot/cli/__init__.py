"""The terminal: ``whennot`` and its verbs, one module each.

Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 refused or the answer
is no, 2 the command was not understood, 130 interrupted. `whennot.cli.verbs` lists the verbs.
"""

from __future__ import annotations

from typing import Annotated

import typer

from whennot.cli.verbs import Verbs

app = typer.Typer(
    name="whennot",
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    # Plain help: it appears faster than with boxes, and on every terminal.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        from whennot import __version__

        typer.echo(f"whennot {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def whennot(
    ctx: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Learn when to build with AI, and when not. Alone: the one next thing to do."""
    if ctx.invoked_subcommand is None:
        from whennot.cli.doors import doors

        doors(ctx)


def main() -> None:
    """Run the program on the command line."""
    app(prog_name="whennot")

"""The verbs of ``whennot``: a table, so that help is there before any of them is imported."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from typing import Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

from whennot.errors import WhennotError


@dataclass(frozen=True, slots=True)
class Verb:
    """One command.

    Attributes:
        name: what is typed.
        section: the heading it stands under in the help.
        summary: what it does, on one line of the help.
        where: module and function.
    """

    name: str
    section: str
    summary: str
    where: str

    @property
    def exists(self) -> bool:
        """Whether its module is there."""
        return find_spec(self.where.partition(":")[0]) is not None

    def load(self) -> Callable[..., None]:
        """Import its module and return its function."""
        module, _, function = self.where.partition(":")
        return cast("Callable[..., None]", getattr(import_module(module), function))


def _verb(name: str, section: str, summary: str, *, module: str = "") -> Verb:
    return Verb(name, section, summary, f"whennot.cli.{module or name}:{name}")


VERBS: tuple[Verb, ...] = (
    _verb("web", "Practice", "Open whennot in the browser."),
    _verb("play", "Practice", "Play a case: ask, decide, forecast, read the debrief."),
    _verb("resume", "Practice", "Go on with a play that was left.", module="play"),
    _verb("watch", "Practice", "Watch an expert play a case, with reasons."),
    _verb("cases", "Practice", "List the cases, or show one with all its numbers."),
    _verb("appeal", "Practice", "Contest a number: judge a play with another value."),
    _verb("roadmap", "Plan", "Plan the way to AI product manager, with dates."),
    _verb("brief", "Prove", "Write the decision brief of a play: one page."),
    _verb("replay", "Prove", "Play a stored episode again and print its debrief."),
    _verb("verify", "Prove", "Tell whether a stored episode is untouched."),
    _verb("simulate", "Explore", "Run a quarter under one policy and see what comes of it."),
    _verb("regret", "Explore", "Hold a policy against every other one of its case."),
    _verb("bots", "Explore", "Let simple players play every case: who wins, and where."),
    _verb("atlas", "Build", "Build a case's table of worlds and policies, or show it."),
    _verb("check", "Build", "Check cases for all that a case must have."),
    _verb("warmup", "Care", "Compile the simulator now; the next run starts at once."),
    _verb("doctor", "Care", "Tell what is installed, set and healthy, and what is not."),
    _verb("backup", "Care", "Copy everything you did into the home's backups."),
    _verb("restore", "Care", "Go back to a backup; what it replaces is kept."),
)
"""All verbs, in the order of the help."""


ON_ONE_LINE = "Care"
"""Section whose verbs share a line of the help: rarely typed, and each explains itself."""


class _Loaded(Mapping[str, Any]):
    """The commands by name; each is imported when it is asked for, and stays."""

    def __init__(self) -> None:
        self._verbs = {verb.name: verb for verb in VERBS if verb.exists}
        self._ready: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._ready:
            single = typer.Typer(
                add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
            )
            single.command(name=name)(self._verbs[name].load())
            self._ready[name] = get_command(single)
        return self._ready[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._verbs)

    def __len__(self) -> int:
        return len(self._verbs)

    def __contains__(self, name: object) -> bool:
        return name in self._verbs


class Verbs(TyperGroup):
    """The program: finds verbs late, and ends in one of the ways that scripts can rely on."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = cast("MutableMapping[str, Any]", _Loaded())

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        """Return the names without importing what stands behind them."""
        return list(self.commands)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the verbs and the options: together less than 24 lines."""
        here = [verb for verb in VERBS if verb.name in self.commands]
        formatter.write_paragraph()
        for section, verbs in groupby(here, key=lambda verb: verb.section):
            if section == ON_ONE_LINE:
                listed = " ".join(verb.name for verb in verbs)
                formatter.write(f"  {section:<9} {listed} : keep it quick, whole and safe.\n")
                continue
            for heading, verb in zip(_once(section), verbs, strict=False):
                formatter.write(f"  {heading:<9} {verb.name:<9} {verb.summary}\n")
        formatter.write_paragraph()
        names = [option for p in self.get_params(ctx) for option in p.opts if option[:2] == "--"]
        formatter.write(f"  Options   {', '.join(names)}\n")
        formatter.write("            whennot VERB --help tells more about a verb.\n")

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run a command line; every way to end is here or in typer's own `main`.

        Typer ends wrong usage with 2, Ctrl-C with 130 and a reader that left with 1, all without
        a traceback. What is refused ends with 1 and its reason. All else is a mistake of ours.
        """
        _write_anything()
        try:
            return super().main(*args, **settings)
        except WhennotError as error:
            from whennot.cli.output import talk

            talk(str(error))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                _own_up()
            else:
                _cannot_write(error)
        except Exception:  # noqa: BLE001 - the last one to catch it
            _own_up()
        finally:
            _flush()
        sys.exit(1)


def _once(word: str) -> Iterator[str]:
    """Yield a word, then nothing for ever."""
    yield word
    while True:
        yield ""


def _write_anything() -> None:
    """Let standard output take what its encoding has not: a "?" is better than no screen."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            is_unicode = (stream.encoding or "").lower().startswith("utf")
            # Unicode lacks only what was no text to begin with, such as a strange file name.
            stream.reconfigure(errors="backslashreplace" if is_unicode else "replace")


def _own_up() -> None:
    from whennot import __version__

    traceback.print_exc()
    typer.echo(
        f"\nThis is a mistake in whennot {__version__}, not in what you typed. Please report it "
        "with the lines above, what you typed, and the output of: whennot doctor --json",
        err=True,
    )


def _flush() -> None:
    """Write out what is left; a reader that has gone (`whennot cases | head`) is no fault."""
    try:
        sys.stdout.flush()
    except OSError as error:
        if error.errno != errno.EPIPE:
            _cannot_write(error)
        # At its end Python flushes once more; there must be something that takes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _cannot_write(error: OSError) -> None:
    typer.echo(f"standard output: cannot be written: {error.strerror}", err=True)

"""``whennot`` alone: four doors, and the one next thing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from whennot.home import Home


@dataclass(frozen=True, slots=True)
class Door:
    """One of the four.

    Attributes:
        key: what opens it.
        name: what is behind it.
        verb: the command that opens it.
        says: what one finds there.
        part: a command that does a part of it, until all of it is built.
        part_says: what that part is.
    """

    key: str
    name: str
    verb: str
    says: str
    part: str = ""
    part_says: str = ""

    def told(self, built: Sequence[str]) -> str:
        """Return what is behind it now.

        Args:
            built: the verbs there are.
        """
        if self.verb in built:
            return self.says
        if self.part in built:
            return f"so far {self.part_says}"
        return f"not built yet: {self.says}"


DOORS = (
    Door("1", "Roadmap", "roadmap", "the way to AI product manager, with dates; this week first"),
    Door("2", "Cases", "cases", "situations to decide, and every number they rest on"),
    Door("3", "Interview", "interview", "rounds that probe, and drills under time"),
    Door(
        "4",
        "Portfolio",
        "portfolio",
        "what your decisions leave behind, ready to be read",
        part="brief",
        part_says="the decision brief of a play: whennot brief PLAY",
    ),
)
KEYS = "1-4 open a door, q leaves"


@dataclass(frozen=True, slots=True)
class Next:
    """The one next thing: the words to type after ``whennot``, and what they do."""

    words: tuple[str, ...]
    says: str

    @property
    def command(self) -> str:
        """What to type for it."""
        return " ".join(["whennot", *self.words])


def doors(ctx: typer.Context) -> None:
    """Show the doors and the next thing; on a terminal wait for a key, elsewhere end."""
    from whennot.cli.output import data

    console = data()
    built = _verbs(ctx)
    console.print("[bold]whennot[/]  learn when to build with AI, and when not\n")
    for door in DOORS:
        style = "" if door.verb in built else "dim"
        says = f"{door.name:<10} {door.told(built)}"
        console.print(f"  [bold cyan]{door.key}[/]", says, style=style, soft_wrap=True)
    with _home() as home:
        following = next_thing(home)
    console.print(f"\n[bold]Next[/]  {following.says}", soft_wrap=True)
    if not (sys.stdin.isatty() and console.is_terminal):
        console.print(f"      {following.command}", markup=False, soft_wrap=True)
        return
    wait(following, run=lambda words: _run(ctx, words), built=built, say=console.print)


def wait(
    following: Next,
    *,
    run: Callable[[Sequence[str]], None],
    built: Sequence[str],
    say: Callable[[str], None],
    key: Callable[[], str] = typer.getchar,
) -> None:
    """Do what the keys say until the player starts something or leaves.

    Args:
        following: what Enter starts.
        run: runs a command by its words.
        built: the verbs there are.
        say: prints a line.
        key: returns the next key; replaced in tests.
    """
    by_key = {door.key: door for door in DOORS}
    while True:
        say(f"\n[bold cyan]Enter[/] {following.command}    [dim]{KEYS}[/]")
        try:
            pressed = key()
        except EOFError:
            return
        if pressed in {"\r", "\n"}:
            run(following.words)
            return
        if pressed in {"q", "Q", "\x1b", ""}:
            return
        door = by_key.get(pressed)
        if door is not None and door.verb in built:
            run((door.verb,))
        elif door is not None:
            say(f"{door.name}: {door.told(built)}.")


def next_thing(home: Home | None) -> Next:
    """Return the one next thing, as it is typed.

    Args:
        home: what was played; None before the first play.
    """
    from whennot.practice.next_thing import next_thing as found

    thing = found(home)
    words = {"resume": ("resume", thing.name), "play": ("play", thing.name)}
    return Next(words.get(thing.kind, ("doctor",)), thing.says)


def _home() -> AbstractContextManager[Home | None]:
    """Return the home if there is one; a look at the doors makes none."""
    from whennot.home import Home
    from whennot.home.place import home_folder

    folder = home_folder(os.environ)
    if not folder.is_dir() or not any(folder.iterdir()):
        return nullcontext()
    return Home(folder)


def _verbs(ctx: typer.Context) -> list[str]:
    return list(getattr(ctx.command, "commands", {}))


def _run(ctx: typer.Context, words: Sequence[str]) -> None:
    """Run a command of this program as if it had been typed."""
    commands = getattr(ctx.command, "commands", {})
    with commands[words[0]].make_context(words[0], list(words[1:]), parent=ctx) as inner:
        inner.command.invoke(inner)

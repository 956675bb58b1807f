"""``whennot play``: a quarter in about ten minutes, typed, scripted or played by itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from whennot.home import Home
    from whennot.practice.plays import Play

    Player = Callable[[Any], Any]


WHERE = {
    "framing": "before your decision",
    "committed": "decided, not sealed",
    "operating": "the quarter is running",
    "review": "the quarter is over, before the review",
}


def play(
    case: Annotated[
        str, typer.Argument(help="Which case; by default the next one not played.")
    ] = "",
    *,
    moves: Annotated[Path | None, typer.Option(help="Play the moves of this file.")] = None,
    auto: Annotated[
        bool, typer.Option("--auto", help="Let a sensible built-in player play.")
    ] = False,
    variant: Annotated[int | None, typer.Option(help="Which world to meet (1, 2, ...).")] = None,
    challenge: Annotated[
        str, typer.Option(help="A reviewer's challenge code: another world.")
    ] = "",
    flight: Annotated[
        str,
        typer.Option(help="first (few levers) or full; by default full from your third case on."),
    ] = "",
    full: Annotated[bool, typer.Option("--full", help="Print all parts of the debrief.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where to write the .episode.json.")] = None,
) -> None:
    """Play a case: ask, decide, forecast, run the quarter, read the debrief."""
    from whennot.cli.terminal import open_home, talk

    console = talk()
    with open_home() as home:
        begun = _begin(
            home, case, moves=moves, variant=variant, challenge=challenge, flight=flight
        )
        play_, script = begun
        player = _player(console, script=script, auto=auto)
        finished = run_play(console, home, play_, player, shown=script is not None or auto)
        if finished is not None:
            _end(
                console,
                home,
                finished,
                full=full or None,
                out=out,
                interactive=script is None and not auto,
            )


def _begin(
    home: Home, case: str, *, moves: Path | None, variant: int | None, challenge: str, flight: str
) -> tuple[Play, Any]:
    from whennot.clock import now
    from whennot.episode.table import Setup
    from whennot.practice import plays
    from whennot.practice.script import read_script
    from whennot.shelf import load_case, play_order

    script = None
    if moves is not None:
        script = read_script(_read(moves), where=str(moves))
    played = {k.case for k in plays.kept(home)}
    name = case or next((n for n in play_order() if n not in played), play_order()[0])
    loaded = load_case(name)
    scripted = script.variant if script else None
    number = next((v for v in (variant, scripted) if v is not None), None)
    if number is None:
        number = plays.next_variant(home, loaded)
    form = flight or plays.next_flight(home, scripted=script is not None)
    setup = Setup(variant=number, challenge=challenge, flight=form)  # type: ignore[arg-type]
    source = str(Path(name).resolve()) if os.sep in name else name
    return plays.begin(home, loaded, source=source, setup=setup, now=now()), script


def _read(path: Path) -> str:
    from whennot.errors import PlayerError

    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read: {error}"
        raise PlayerError(message) from None


def _player(console: Console, *, script: Any, auto: bool) -> Player:
    if script is not None:
        return _Scripted(script).next_move
    if auto:
        from whennot.practice.auto import next_move

        return next_move
    from whennot.cli.human import Human
    from whennot.cli.prompts import Prompts

    return Human(Prompts(console)).next_move


class _Scripted:
    """Plays the moves of a file, in order."""

    def __init__(self, script: Any) -> None:
        self.left = list(script.moves)

    def next_move(self, episode: Any) -> Any:
        from whennot.errors import PlayerError

        if not self.left:
            allowed = ", ".join(episode.allowed())
            message = f"the moves end while {episode.state}; allowed next: {allowed}"
            raise PlayerError(message)
        return self.left.pop(0)


def run_play(
    console: Console, home: Home, play_: Play, player: Player, *, shown: bool
) -> Play | None:
    """Return the finished play, or None when the player stopped; the home keeps every move."""
    from whennot.cli import screens
    from whennot.cli.prompts import Stopped
    from whennot.clock import now
    from whennot.episode.move_words import move_words
    from whennot.errors import PlayerError
    from whennot.practice import ahead, plays

    if play_.episode.state == "brief":
        screens.show_brief(console, play_.episode)
    ahead.prepare(play_.episode.case)
    known = ahead.begin(play_.episode)
    while play_.episode.state != "debrief":
        stop = play_.episode.stop
        if stop is not None:
            screens.show_stop(console, play_.episode, stop)
        try:
            move = player(play_.episode)
        except Stopped:
            _tell_stopped(console, play_)
            return None
        if shown:
            console.print(f"▸ {move_words(play_.episode, move)}", style="dim", markup=False)
        try:
            with _progress(console, play_, move):
                play_ = plays.send(home, play_, move, now=now(), ahead=known)
        except PlayerError as error:
            if shown:
                raise
            console.print(str(error), style="yellow", markup=False)
            continue
        known = known or ahead.begin(play_.episode)
        _show_after(console, play_, move)
    return play_


def _show_after(console: Console, play_: Play, move: Any) -> None:
    """Print what a move brought: an answer, a signature, or the end of the quarter."""
    from whennot.cli import screens

    if move.kind in {"ask", "listen"}:
        name = getattr(move, "question", None) or move.stakeholder
        screens.show_heard(console, play_.episode, move.kind, name)
    if move.kind in {"trade", "answer", "escalate"}:
        screens.show_signed(console, play_.episode, move.stakeholder)
    if play_.episode.state == "review":
        screens.show_end(console, play_.episode)


def _tell_stopped(console: Console, play_: Play) -> None:
    from whennot.cli.terminal import program

    console.print(
        f"\nKept as {play_.name}. Go on with: {program()} resume {play_.name}", markup=False
    )


def _progress(console: Console, play_: Play, move: Any) -> Any:
    from contextlib import nullcontext

    if move.kind == "review" and console.is_terminal:
        return console.status(
            "Holding your decision against what could have been known and done ..."
        )
    if move.kind == "forecast" and console.is_terminal:
        return console.status("Sealed. The quarter runs ...")
    return nullcontext(play_)


def _end(
    console: Console,
    home: Home,
    play_: Play,
    *,
    full: bool | None,
    out: Path | None,
    interactive: bool,
) -> None:
    from whennot import __version__
    from whennot.cli import debrief_text
    from whennot.cli.terminal import program
    from whennot.clock import now
    from whennot.practice.keep import keep, write_down

    episode = play_.episode
    write_down(home, play_, now=now())  # first: a window closed while reading loses nothing
    debrief_text.first_screen(
        console, episode, next_command=f"{program()} play {episode.case.name}"
    )
    if full:
        debrief_text.unfolded(console, episode)
    elif interactive:
        _unfold(console, episode)
    path = keep(home, play_, engine=__version__, now=now(), out=out)
    told = f"\nKept: {path}\nDecision brief: {program()} brief {play_.name}"
    console.print(told, soft_wrap=True, markup=False)


def _unfold(console: Console, episode: Any) -> None:
    """Offer the parts behind the first screen, until Enter alone."""
    from rich.text import Text

    from whennot.cli import debrief_text
    from whennot.cli.prompts import Prompts, Stopped

    parts = [
        ("what it teaches", debrief_text.lesson),
        ("quality in two parts", debrief_text.quality),
        ("where it turns", debrief_text.frontier),
        ("every question", debrief_text.questions),
        ("your forecast", debrief_text.forecast),
        ("rubric, flags, hygiene", debrief_text.marks),
        ("the stops", debrief_text.operating),
    ]
    prompts = Prompts(console)
    menu = Text("Read more: ", "bold")
    for i, (label, _) in enumerate(parts, 1):
        menu.append(f"{i} ", "bold cyan").append(f"{label}   ", "none")
    while True:
        console.print(menu)
        try:
            typed = prompts.line("A number, or Enter to finish")
        except Stopped:
            return
        if not typed:
            return
        if typed.isascii() and typed.isdigit() and 1 <= int(typed[:3]) <= len(parts):
            parts[int(typed) - 1][1](console, episode)
        else:
            prompts.refuse(typed, f"Type a number from 1 to {len(parts)}, or Enter.")


def resume(
    name: Annotated[str, typer.Argument(help="Which play; by default the newest.")] = "",
) -> None:
    """Go on with a play that was left."""
    from whennot.cli.terminal import open_home, talk
    from whennot.errors import PlayerError
    from whennot.practice import plays
    from whennot.shelf import load_case

    console = talk()
    with open_home() as home:
        open_plays = [k for k in plays.kept(home) if not k.finished]
        if not name and not open_plays:
            message = "nothing was left half-way. Start with: whennot play"
            raise PlayerError(message)
        play_ = plays.resume(home, name or open_plays[-1].name, find=load_case)
        if play_.episode.state not in {"brief", "debrief"}:
            from whennot.cli import screens

            screens.show_brief(console, play_.episode)
            screens.show_known(console, play_.episode)
            where = f"{play_.name}, where you left it: {WHERE[play_.episode.state]}."
            console.print(where, style="dim", markup=False)
        finished = run_play(
            console, home, play_, _player(console, script=None, auto=False), shown=False
        )
        if finished is not None:
            _end(console, home, finished, full=None, out=None, interactive=True)

"""``whennot watch``: a commented expert run, before one plays."""

from __future__ import annotations

from typing import Annotated

import typer


def watch(
    case: Annotated[str, typer.Argument(help="Which case.")] = "meeting-summarizer",
    *,
    pause: Annotated[bool, typer.Option(help="Wait for Enter after each move.")] = True,
) -> None:
    """Watch an expert play a case, with the reason for every move. Nothing is kept."""
    from rich.markdown import Markdown
    from rich.panel import Panel

    from whennot.cli import debrief_text, screens
    from whennot.cli.prompts import Prompts, Stopped
    from whennot.cli.terminal import program, talk
    from whennot.episode.episode import Episode
    from whennot.episode.judge import advance
    from whennot.episode.move_words import move_words
    from whennot.episode.table import Setup
    from whennot.practice.script import read_script
    from whennot.shelf import load_case

    console = talk()
    loaded = load_case(case)
    script = read_script(loaded.texts["watch.toml"], where=f"{case}/watch.toml")
    episode = Episode(loaded, Setup(variant=script.variant or 1))
    prompts = Prompts(console)
    waiting = pause and console.is_terminal
    screens.show_brief(console, episode)
    for move, comment in zip(script.moves, script.comments, strict=True):
        if episode.stop is not None:
            screens.show_stop(console, episode, episode.stop)
        console.print(
            Panel(
                Markdown(comment or "..."),
                title="why",
                border_style="green",
                width=min(console.width, 100),
            )
        )
        console.print(f"▸ {move_words(episode, move)}", style="bold", markup=False)
        episode = advance(episode, move)
        if move.kind in {"ask", "listen"}:
            name = getattr(move, "question", None) or move.stakeholder
            screens.show_heard(console, episode, move.kind, name)
        if waiting:
            try:
                prompts.line("Enter for the next move")
            except Stopped:
                return
    console.print()
    again = f"{program()} play {loaded.name}"
    debrief_text.first_screen(console, episode, next_command=again)
    debrief_text.lesson(console, episode)

"""``whennot brief``: the decision brief of a finished play, as Markdown and as one page of PDF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from whennot.episode.episode import Episode
    from whennot.home import Home
    from whennot.prove.brief import Brief

PAPERS: dict[str, Literal["a4", "us-letter"]] = {"a4": "a4", "letter": "us-letter"}


@dataclass(frozen=True, slots=True)
class Source:
    """A finished episode, what it is called, and the seal of its file."""

    episode: Episode
    name: str
    seal: str


def brief(
    play: Annotated[
        str,
        typer.Argument(
            help="A play, or the .episode.json of one; by default the newest that is finished."
        ),
    ] = "",
    *,
    pdf: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one page of PDF here.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the Markdown here, not on screen.")
    ] = None,
    paper: Annotated[str, typer.Option(help="Of the PDF: a4 or letter.")] = "a4",
    author: Annotated[str, typer.Option(help="Whose brief it is.")] = "",
) -> None:
    """Write the decision brief of a play: what you decided, why, what came of it.

    It is a draft in your words where you typed some; "[your words: ...]" marks what is left to
    write. The Markdown holds everything, the PDF is cut to one page.
    """
    from whennot import __version__
    from whennot.cli.output import busy, talk
    from whennot.clock import today
    from whennot.prove.brief import compose
    from whennot.prove.markdown import to_markdown

    if paper not in PAPERS:
        raise typer.BadParameter(f"no paper {paper!r}; allowed: {', '.join(PAPERS)}")
    with busy("Playing it again ..."):
        source = _source(play)
    page = compose(
        source.episode,
        play=source.name,
        made=today(),
        seal=source.seal,
        engine=__version__,
        author=author,
    )
    text = to_markdown(page)
    if pdf is None and out is None:
        typer.echo(text, nl=False)
    if out is not None:
        _write_new(out, text.encode())
    if pdf is not None:
        _write_pdf(pdf, page, paper=paper)
    if page.prompts:
        many = len(page.prompts) != 1
        talk(f"{len(page.prompts)} passage{'s' * many} wait{'s' * (not many)} for your words.")


def _source(play: str) -> Source:
    if play.endswith(".json"):
        return _from_file(Path(play))
    from whennot.cli.terminal import open_home

    with open_home() as home:
        return _from_home(home, play)


def _from_file(path: Path) -> Source:
    from whennot.cli.stored import bytes_of, case_words, installed_case
    from whennot.episode.file import load
    from whennot.errors import EpisodeError
    from whennot.practice import record

    try:
        content = load(bytes_of(path))
    except EpisodeError as error:
        faults = "\n".join(f"{path}: {line}" for line in str(error).split("\n"))
        raise EpisodeError(faults) from None
    case = installed_case(content)
    if case is None:
        message = f"{path}: {case_words(content)} is not installed, so it cannot be played again"
        raise EpisodeError(message)
    episode = record.replay(content, case)
    name = path.name.removesuffix(".json").removesuffix(".episode")
    _refuse_unfinished(episode, str(path), "")
    return Source(episode, name, str(content["seal"]["all"]))


def _from_home(home: Home, name: str) -> Source:
    from whennot import __version__
    from whennot.errors import PlayerError
    from whennot.practice import plays
    from whennot.practice.keep import seal_of
    from whennot.shelf import load_case
    from whennot.world.policy import suggest

    kept = plays.kept(home)
    finished = [k.name for k in kept if k.finished]
    if not name and not finished:
        step = (
            f"Finish it first: whennot resume {kept[-1].name}" if kept else "Start: whennot play"
        )
        message = f"no finished play to write about. {step}"
        raise PlayerError(message)
    names = [k.name for k in kept]
    if name and name not in names:
        known = suggest(name, names) if names else "Start: whennot play"
        message = f"no play {name!r}. {known}"
        raise PlayerError(message)
    play = plays.resume(home, name or finished[-1], find=load_case)
    _refuse_unfinished(play.episode, play.name, f" Go on with: whennot resume {play.name}")
    return Source(play.episode, play.name, seal_of(home, play, engine=__version__))


def _refuse_unfinished(episode: Episode, name: str, next_step: str) -> None:
    from whennot.errors import PlayerError

    if episode.findings is None:
        message = f"{name} is not finished: it stands at {episode.state}.{next_step}"
        raise PlayerError(message)


def _write_new(path: Path, content: bytes) -> None:
    """Write a file, but never over one that says something else: it may hold somebody's words."""
    from whennot.errors import PlayerError

    if path.is_file() and path.read_bytes() != content:
        message = (
            f"{path}: exists and says something else; nothing was written. "
            "Name another file, or remove that one first."
        )
        raise PlayerError(message)
    _write(path, content)


def _write_pdf(path: Path, page: Brief, *, paper: str) -> None:
    from whennot.cli.output import talk
    from whennot.errors import PlayerError
    from whennot.prove.pdf import to_pdf

    if path.is_file() and path.read_bytes()[:4] != b"%PDF":
        message = f"{path}: exists and is no PDF; nothing was written. Name another file."
        raise PlayerError(message)
    made = to_pdf(page, paper=PAPERS[paper])
    _write(path, made.pdf)
    if made.cut:
        texts = "1 text was" if made.cut == 1 else f"{made.cut} texts were"
        talk(f"{texts} cut to fit the page; the Markdown has everything.")
    if made.undrawn:
        talk("Some characters have no shape in the PDF's fonts and are drawn as boxes.")


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    from whennot.cli.output import talk
    from whennot.errors import PlayerError

    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise PlayerError(message) from None
    talk(f"Written: {path}")

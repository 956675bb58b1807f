"""``whennot verify``: three questions about a stored episode, answered separately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import typer

from whennot.cli.arguments import Json
from whennot.cli.stored import EpisodeFile


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about a file.

    Attributes:
        seal: what broke, in words; empty when not one byte changed.
        digest: of the content, when the seal is intact.
        content: what the file says, or None when it cannot be read.
        is_installed: whether the very case it was played with is here.
        differences: what came out otherwise when played again; None when that was not tried.
        same_atlas: whether the debrief was judged with the atlas that is installed.
    """

    seal: tuple[str, ...]
    digest: str | None
    content: dict[str, Any] | None
    is_installed: bool
    differences: tuple[str, ...] | None
    same_atlas: bool = True

    @property
    def good(self) -> bool:
        """Whether all three answers are yes."""
        return not self.seal and self.is_installed and self.differences == ()


def verify(file: EpisodeFile, *, as_json: Json = False) -> None:
    """Tell whether an episode's seal is intact, its version installed, and its replay equal.

    A seal shows that nothing changed since the episode was stored, not that it was a first
    attempt. Exits with 0 only if all three answers are yes.
    """
    from whennot.cli.output import busy, write_json
    from whennot.cli.stored import bytes_of

    with busy("Reading the seal and playing it again ..."):
        verdict = _judge(bytes_of(file))
    if as_json:
        write_json({"file": str(file)} | _as_dict(verdict))
    else:
        typer.echo("\n".join([f"{file}", *_lines(verdict)]))
    if not verdict.good:
        raise typer.Exit(1)


def _judge(source: bytes) -> Verdict:
    from whennot.cli.stored import installed_case
    from whennot.episode.file import check_seal, load
    from whennot.errors import EpisodeError

    report = check_seal(source)
    try:
        content = load(source, sealed=False)
    except EpisodeError:
        return Verdict(report.faults, None, None, is_installed=False, differences=None)
    case = installed_case(content)
    if case is None:
        return Verdict(report.faults, report.digest, content, is_installed=False, differences=None)
    again, same = _played_again(content, case)
    return Verdict(report.faults, report.digest, content, True, again, same)


def _played_again(content: dict[str, Any], case: Any) -> tuple[tuple[str, ...], bool]:
    from whennot.errors import WhennotError
    from whennot.practice import record

    try:
        episode = record.replay(content, case)
    except WhennotError as error:
        return (str(error),), True
    return tuple(record.compare(content, episode)), record.same_atlas(content, episode)


def _as_dict(verdict: Verdict) -> dict[str, Any]:
    from whennot import __version__

    content = verdict.content or {}
    tried = verdict.differences is not None
    return {
        "good": verdict.good,
        "seal": {
            "intact": not verdict.seal,
            "faults": list(verdict.seal),
            "digest": verdict.digest,
        },
        "version": {
            "installed": verdict.is_installed,
            "case": content.get("case"),
            "engine": content.get("engine"),
            "this_engine": __version__,
        },
        "resimulated": {
            "tried": tried,
            "equal": verdict.differences == () if tried else None,
            "differences": list(verdict.differences or ()),
            "same_atlas": verdict.same_atlas,
        },
    }


def _lines(verdict: Verdict) -> list[str]:
    return [*_seal(verdict), *_version(verdict), *_again(verdict)]


def _seal(verdict: Verdict) -> list[str]:
    if verdict.seal:
        return ["  seal          BROKEN", *(f"                {fault}" for fault in verdict.seal)]
    return [f"  seal          intact: not one byte changed since it was stored ({verdict.digest})"]


def _version(verdict: Verdict) -> list[str]:
    from whennot import __version__
    from whennot.cli.stored import case_words

    if verdict.content is None:
        return ["  version       unknown: the file cannot be read"]
    words = case_words(verdict.content)
    if not verdict.is_installed:
        return [f"  version       NOT INSTALLED: {words}; that version is not installed"]
    stored = verdict.content["engine"]
    played = "" if stored == __version__ else f"; played with whennot {stored}"
    return [f"  version       installed: {words}{played}"]


def _again(verdict: Verdict) -> list[str]:
    if verdict.differences is None:
        why = "that version is not installed" if verdict.content else "the file cannot be read"
        return [f"  re-simulated  not tried: {why}"]
    if not verdict.differences and not verdict.same_atlas:
        return ["  re-simulated  equal counts; another atlas judged it: verdicts not compared"]
    if not verdict.differences:
        return ["  re-simulated  equal: the same counts and the same numbers in the debrief"]
    told = [f"                {line}" for line in verdict.differences]
    return ["  re-simulated  DIFFERS", *told]

"""The rule about ``watch.toml``: the commented expert run plays through to its debrief."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whennot.episode.conformance.subject import Fault, Subject
from whennot.episode.episode import Episode
from whennot.episode.judge import quarter
from whennot.episode.moves import read_move
from whennot.episode.table import Setup
from whennot.episode.toml import read_toml
from whennot.errors import CaseError, PlayerError

FILE = "watch.toml"


def watch(subject: Subject) -> Iterator[Fault]:
    """``watch.toml`` names its variant, comments every move and reaches the debrief."""
    if FILE not in subject.texts:
        return
    where = f"{subject.folder}/{FILE}"
    try:
        content = read_toml(subject.texts[FILE], where=where)
    except CaseError as error:
        yield Fault(where, str(error).removeprefix(f"{where}: "))
        return
    rows, variant = content.get("moves"), content.get("variant")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield Fault(where, "holds no moves; write them as [[moves]] tables with a `kind`")
        return
    if isinstance(variant, bool) or not isinstance(variant, int):
        yield Fault(
            subject.at("variant", file=FILE),
            f"variant is {variant!r}; it must be a whole number, as the run fits one variant",
        )
        return
    for i, row in enumerate(rows):
        if not str(row.get("comment", "")).strip():
            yield Fault(
                subject.at("moves", i, file=FILE), "has no comment; say why an expert does this"
            )
    yield from _played(subject, rows, variant)


def _played(subject: Subject, rows: list[dict[str, Any]], variant: int) -> Iterator[Fault]:
    episode = Episode(subject.case, Setup(variant=variant))
    for i, row in enumerate(rows):
        try:
            episode = _quarters(episode.send(read_move(row)))
        except PlayerError as error:
            yield Fault(subject.at("moves", i, file=FILE), f"move {i + 1}: {error}")
            return
    if episode.state != "debrief":
        stop = "" if episode.stop is None else f" at the stop {episode.stop.name!r}"
        yield Fault(
            subject.at("moves", len(rows) - 1, file=FILE),
            f"ends while {episode.state}{stop}, before the debrief; "
            f"next would be: {', '.join(episode.allowed())}",
        )


def _quarters(episode: Episode) -> Episode:
    """Return the episode with its quarters run; the judgment after the last move is not needed."""
    while episode.request is not None and episode.request.kind == "quarter":
        episode = episode.receive(quarter(episode.request))
    return episode

"""The seal of an episode: what shows that nothing changed since it was written.

A seal is worked out from the content alone, so it proves no author and no first attempt; whoever
changes a move can seal again. It shows that *these* bytes are still those that were sealed, and
when they are not, where:

- ``links``: one hash a move, each over the link before it and the move's text;
- ``sections``: one hash for every other part, and one for all moves together;
- ``all``: one hash over the whole content. It does not cover the other hashes, because these
  follow from the content; that is how a change of the seal is told from a change of what it seals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from whennot.episode.strict_json import canonical

FORMAT = "whennot.episode/1"
"""Name and version of the file format; the chain of links starts from it."""


def seal_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the seal that belongs to a content; a seal it already has is left out of account."""
    sealed = {name: content[name] for name in sorted(content) if name != "seal"}
    return {
        "all": _digest(canonical(sealed)),
        "links": links_of(sealed["moves"]),
        "sections": {name: _digest(canonical(part)) for name, part in sealed.items()},
    }


def links_of(moves: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the chain of the moves: one sha256 in hexadecimal a move."""
    links: list[str] = []
    for move in moves:
        links.append(_link(links[-1] if links else _digest(FORMAT), move))
    return links


def broken_in(content: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each part that disagrees with the seal; none when it is intact.

    Args:
        content: of the right shape, with its seal.
    """
    seal, true = content["seal"], seal_of(content)
    if seal == true:
        return []
    if seal["all"] == true["all"]:
        return [f"seal itself: {_differences(seal, true)} changed, content intact"]
    faults: list[str] = []
    for name, digest in true["sections"].items():
        if seal["sections"].get(name) == digest:
            continue
        if name == "moves":
            faults += _broken_moves(content["moves"], seal["links"], true["links"])
        else:
            faults.append(f"{name}: changed since it was sealed")
    if (
        seal["sections"].get("moves") == true["sections"]["moves"]
        and seal["links"] != true["links"]
    ):
        faults.append("seal itself: links changed, every move agrees")
    if not faults:
        faults.append(f"seal itself: {_differences(seal, true)} changed, every section agrees")
    return faults


def _broken_moves(
    moves: Sequence[Mapping[str, Any]], links: Sequence[str], true: Sequence[str]
) -> list[str]:
    """Return the moves that changed, numbered from 1 as a player counts them.

    Each move is checked against the *stored* link before it: one changed move is then one
    finding, not one for every move that follows.
    """
    if len(moves) != len(links):
        shared = min(len(links), len(true))
        first = next((i for i in range(shared) if links[i] != true[i]), shared)
        counts = f"{len(links)} were sealed, {len(moves)} are here"
        return [f"move {first + 1}: moves were added or removed from here on ({counts})"]
    before = [_digest(FORMAT), *links]
    faults = [
        f"move {number}: changed since it was sealed"
        for number, (move, link) in enumerate(zip(moves, links, strict=True), start=1)
        if _link(before[number - 1], move) != link
    ]
    return faults or ["seal itself: the hash of the moves changed, every move agrees"]


def _differences(seal: Mapping[str, Any], true: Mapping[str, Any]) -> str:
    """Return the parts of a seal that are not what they should be, as "links, sections"."""
    return ", ".join(sorted(name for name in {*seal, *true} if seal.get(name) != true.get(name)))


def _link(previous: str, move: Mapping[str, Any]) -> str:
    return _digest(f"{previous}\n{canonical(move)}")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

"""The one next thing: an unfinished play, a case not played, or a fresh world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from whennot.home import Home
from whennot.practice import plays
from whennot.practice.plays import Kept
from whennot.shelf import load_case, play_order


@dataclass(frozen=True, slots=True)
class NextThing:
    """What to do next.

    Attributes:
        kind: go on with a play, begin a case, or find out why there is none.
        name: of the play or the case. case: the case's name. says: what it is, in words.
        again: whether the case was played before.
    """

    kind: Literal["resume", "play", "nothing"]
    name: str
    case: str
    says: str
    again: bool = False


def next_thing(home: Home | None) -> NextThing:
    """Return the one next thing.

    Args:
        home: what was played; None before the first play.
    """
    kept = [] if home is None else plays.kept(home)
    left = _unfinished(kept)
    if left is not None:
        title = load_case(left.case).spec.title
        made = {0: "not begun", 1: "1 move made"}.get(left.moves, f"{left.moves} moves made")
        says = f"go on with {title} ({left.name}, {made})"
        return NextThing("resume", left.name, left.case, says)
    names = play_order()
    if not names:
        return NextThing("nothing", "", "", "there is no case on the shelf; find out why")
    played = [k.case for k in kept]
    name = min(names, key=played.count)
    spec = load_case(name).spec
    if name in played:
        says = f"{spec.title} again, in a world you have not seen"
        return NextThing("play", name, name, says, again=True)
    which = "another case" if played else "a case"
    says = f"{which}, about ten minutes. {spec.title}, at {spec.company}"
    return NextThing("play", name, name, says)


def _unfinished(kept: Sequence[Kept]) -> Kept | None:
    """Return the newest play that was left and can still go on."""
    here = play_order()
    for play in reversed(kept):
        if play.finished or play.case not in here:
            continue
        if play.pack_sha256 == load_case(play.case).pack_sha256:
            return play
    return None

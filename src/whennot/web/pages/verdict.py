"""A verdict in the making, in words."""

from __future__ import annotations

from whennot.practice.ahead import ASSESSED, Ahead

VERDICT = 0.4 * ASSESSED


def stage_words(judging: Ahead) -> str:
    """Return what is being worked out now, with the first number as soon as there is one."""
    first = judging.first
    so_far = ""
    if first is not None:
        worlds = f"{first.worlds} worlds"
        so_far = f" So far: {100 * first.share:.0f} % ± {200 * first.share_se:.0f} from {worlds}."
    if judging.share < VERDICT:
        return f"holding your decision against others in worlds that fit what you knew.{so_far}"
    if judging.share < ASSESSED:
        return f"looking for what it hangs on and what cost most.{so_far}"
    return f"telling luck apart from judgment.{so_far}"

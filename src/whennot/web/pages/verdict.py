"""A verdict in the making, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from whennot.practice.ahead import ASSESSED, Ahead

VERDICT = 0.4 * ASSESSED


def stage_words(judging: Ahead) -> str:
    """Return what is being worked out now, with the first number as soon as there is one."""
    first = judging.first
    so_far = ""
    if first is not None:
        so_far = _(" So far: %(share)s %% ± %(se)s from %(worlds)s worlds.") % {
            "share": f"{100 * first.share:.0f}".replace("-", "−"),
            "se": f"{200 * first.share_se:.0f}",
            "worlds": first.worlds,
        }
    if judging.share < VERDICT:
        return _("holding your decision against others in worlds that fit what you knew.") + so_far
    if judging.share < ASSESSED:
        return _("looking for what it hangs on and what cost most.") + so_far
    return _("telling luck apart from judgment.") + so_far

"""The debrief as data for its page: the first screen, then the parts that unfold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from whennot.episode.debrief import (
    compared,
    contested_words,
    findings_of,
    frontier_words,
    hindsight,
    policy_words,
    quarter_of,
    questions_of,
    wrong_statements_heard,
)
from whennot.episode.episode import Episode
from whennot.episode.marks import forecast_report, marks_report, outcome_words
from whennot.episode.promises import promises
from whennot.world.quality import Quality

PAYERS = {
    "business": lambda: _("to the business"),
    "user": lambda: _("to its users"),
    "third party": lambda: _("to third parties"),
}
FIELD = 12
"""Rivals shown beside the player's policy."""


def happened(episode: Episode) -> dict[str, Any]:
    """Return what can be told before the verdict: the quarter and what broke."""
    quarter = quarter_of(episode)
    if not quarter.broke:
        broke = _("Nothing broke. You gave that %(stated)s %%.") % {
            "stated": f"{quarter.stated or 0:g}"
        }
    elif quarter.stated is None:
        broke = _("First to break: %(broke)s (your forecast was not asked about it).") % {
            "broke": quarter.broke
        }
    else:
        broke = _("First to break: %(broke)s. You gave it %(stated)s %%.") % {
            "broke": quarter.broke,
            "stated": f"{quarter.stated:g}",
        }
    guess = next((m.guess_percent for m in episode.moves if m.kind == "review"), None)
    said = promises(episode)
    return {"quarter": quarter, "broke": broke, "guess": guess, "promises": said} | {
        "payers": [(PAYERS[who](), usd) for who, usd in quarter.by_payer.items()],
        "first_words": next((m.first_words for m in episode.moves if m.kind == "begin"), ""),
    }


def _told_gap(quality: Quality) -> float:
    """Return what the decision is worth over building nothing; 0 where that cannot be told."""
    usd = quality.value - quality.by_option["none"]
    return usd if abs(usd) > max(1.0, 2 * quality.choice_se) else 0.0


def judged(episode: Episode) -> dict[str, Any]:
    """Return everything the verdict adds."""
    found = findings_of(episode)
    quality, luck = found.quality, found.luck
    field = compared(episode)
    nothing = quality.by_option.get("none")
    gap = None if nothing is None else _told_gap(quality)
    acted = float(found.final.usd[0]) - luck.usd
    return {
        "found": found,
        "quality": quality,
        "luck": luck,
        "acted": acted if abs(acted) >= 1 else 0.0,
        "acted_verb": _("gained") if acted >= 0 else _("cost"),
        "acted_usd": abs(acted),
        "nothing_usd": nothing,
        "nothing_gap": gap,
        "built": episode.policy is not None and episode.policy["option"] != "none",
        "nothing_loss": -gap if gap is not None else 0.0,
        "off_scale": quality.share <= -1,
        "choice_points": 100 * quality.choice_points,
        "information_points": 100 * quality.information_points,
        "worst": found.assessment.costliest,
        "best_words": policy_words(episode, quality.best),
        "mine_words": policy_words(episode, episode.policy) if episode.policy else [],
        "contested": contested_words(episode),
        "rivals": field[:FIELD],
        "tied": sum(other.tied for other in field),
        "frontier": frontier_words(episode),
        "questions": questions_of(episode),
        "wrong": wrong_statements_heard(episode),
        "forecast_rows": [
            (outcome_words(episode.case, mode), stated, found.first_failures.get(mode, 0.0))
            for mode, stated in episode.forecast
        ],
        "forecast_lines": forecast_report(episode),
        "marks": marks_report(episode),
        "hindsight": hindsight(episode),
        "lesson": episode.case.lesson,
    }

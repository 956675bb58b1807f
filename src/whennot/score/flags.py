"""Red flags a program can raise: shown with the quote, never counted in any score."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from whennot.score import wording
from whennot.score.rubric import MoveRef

EMPTY = "left empty"
_NEGATED = re.compile(r"\b(?:no|not|without|before|instead of|never)\b|n't\b", re.IGNORECASE)
_BEFORE = 4
"""Words before a technology in which a "not" belongs to it."""


@dataclass(frozen=True)
class RedFlag:
    """A red flag.

    Attributes:
        code, title: which. quote: what was said. move: where.
        hint: whether it rests on word lists, which may be wrong.
    """

    code: str
    title: str
    quote: str
    move: MoveRef
    hint: bool = False


def technology_first(first_words: str, *, move: MoveRef) -> RedFlag | None:
    """Return RF1: the first words name a technology as the thing to do.

    A question is no answer, and "not an LLM yet" is no jump: both are passed over.
    """
    for sentence in re.split(r"(?<=[.;!?])\s+|\n+", first_words.strip()):
        if not sentence.endswith("?") and any(
            not _negated(sentence, name) for name in wording.technologies(sentence)
        ):
            return RedFlag(
                "RF1", "Technology before the first question", sentence, move, hint=True
            )
    return None


def _negated(sentence: str, name: str) -> bool:
    before = sentence[: sentence.find(name)].split()[-_BEFORE:]
    return bool(_NEGATED.search(" ".join(before)))


def accuracy_alone(metric: str, *, guardrail: str, move: MoveRef) -> RedFlag | None:
    """Return RF2: the model's accuracy is what success means."""
    if not wording.is_accuracy(metric) or not wording.is_blank(guardrail):
        return None
    return RedFlag("RF2", "Accuracy as the only metric", metric, move)


def nobody_hurt(hurt: str, *, worse_off: str, move: MoveRef) -> RedFlag | None:
    """Return RF4: nobody who can be hurt was named."""
    answers = [answer for answer in (worse_off, hurt) if not wording.is_blank(answer)]
    denied = [answer for answer in answers if wording.names_nobody(answer)]
    if answers and not denied:
        return None
    return RedFlag("RF4", "Nobody can be hurt", denied[0] if denied else EMPTY, move)


def stop_without_number(kill_criterion: str, *, stop_if: str, move: MoveRef) -> RedFlag | None:
    """Return RF8: the rule for stopping holds no number."""
    text = stop_if if wording.is_blank(kill_criterion) else kill_criterion
    if wording.names_number(text):
        return None
    return RedFlag("RF8", "A stop rule without a number", text.strip() or EMPTY, move, hint=True)


def certainty(percent: Mapping[str, float], *, move: MoveRef) -> RedFlag | None:
    """Return RF12: the forecast gives 0 % or 100 % to something."""
    sure = [f"{words}: {p:g} %" for words, p in percent.items() if p <= 0 or p >= 100]
    return RedFlag("RF12", "A claim of certainty", "; ".join(sure), move) if sure else None

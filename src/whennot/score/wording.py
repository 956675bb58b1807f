"""What a program can see in a sentence: a number, a day, a nobody. It never judges the rest.

These find what is *missing*; they grant nothing. Word lists cannot tell a good sentence from one
that uses the same words, so what they find is shown as a hint and never counted.
"""

from __future__ import annotations

import re

_DAY = re.compile(
    r"""\b(?:
        (?:by|on|from|until|after|before|at)\s+day\s+\d+ | day\s+\d+
        | (?:by|on|until|before)\s+(?:\d{1,2}\s+[a-z]{3,9}|[a-z]{3,9}\s+\d{1,2})\b
        | \d{4}-\d{2}-\d{2}
        | (?:after|within|in)\s+(?:an?|one|two|three|four|six|eight|ten|twelve|\d+)
          \s+(?:days?|weeks?|months?)
        | week\s+\d+ | the\s+next\s+day
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WINDOW = re.compile(
    r"\bfor\s+(?:an?|one|two|three|four|five|six|\d+)\s+(?:\w+\s+)?(?:days?|weeks?|months?)\b"
    r"|\b(?:days|times)\s+(?:of|in|out of)\s+(?:an?|any|\d+)\b|\bweekly\b|\bdaily\b",
    re.IGNORECASE,
)
# "quarter" is left out: it is mostly three months. "a quarter lower" is a number.
_NUMBER = re.compile(
    r"\d|\b(?:half|third|two thirds|fifth|tenth|twice|double|zero|two|three|four|five|six|seven"
    r"|eight|nine|ten|twelve|twenty|fifty|hundred|thousand|percent)\b"
    r"|\bquarter (?:lower|higher|less|more|under|over|below|above|fewer)\b",
    re.IGNORECASE,
)
_BLANK = re.compile(r"\W*(?:none|nothing|n/?a|not applicable)?\W*", re.IGNORECASE)
_NOBODY = re.compile(r"\W*(?:nobody|no[ -]one)\b", re.IGNORECASE)
_TECHNOLOGY = re.compile(
    r"\b(?:llms?|gpt(?:-?\d\w*)?|transformers?|embeddings?|neural nets?(?:works?)?|deep learning"
    r"|machine learning|vector (?:store|database|search)s?|rag|fine[- ]?tun(?:e[ds]?|ing)|bert"
    r"|xgboost|gradient boosting|random forests?|classifiers?|chat ?bots?|diffusion"
    r"|collaborative filtering|matrix factori[sz]ation|reinforcement learning)\b",
    re.IGNORECASE,
)
_ACCURACY = re.compile(
    r"\b(?:accuracy|auc|auroc|f1|precision|recall|rmse|perplexity|error rate|word error)\b",
    re.IGNORECASE,
)


def names_day(text: str) -> bool:
    """Return whether a text holds a day, a date or a time by which."""
    return bool(_DAY.search(text))


def names_number(text: str) -> bool:
    """Return whether a text holds a number that is neither part of a day nor of a window."""
    return bool(_NUMBER.search(_WINDOW.sub(" ", _DAY.sub(" ", text))))


def is_blank(text: str) -> bool:
    """Return whether a text is empty or says only "none" and the like."""
    return bool(_BLANK.fullmatch(text))


def names_nobody(text: str) -> bool:
    """Return whether an answer to "who" is blank or "nobody"."""
    return is_blank(text) or bool(_NOBODY.match(text))


def technologies(text: str) -> tuple[str, ...]:
    """Return the technologies a text names, as written; a hint, nothing to count."""
    return tuple(found[0] for found in _TECHNOLOGY.finditer(text))


def is_accuracy(text: str) -> bool:
    """Return whether a metric's name is about being right and not about what being right does."""
    return bool(_ACCURACY.search(text))

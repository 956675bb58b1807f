"""Numbers, texts and persons as a brief writes them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

PERCENT_UNITS = ("share", "probability")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for the eye: what is set large, and what stands beside it.

    Attributes:
        number: with its symbol: ``35 %``, ``$5.11``, ``3``.
        of: the rest of the unit: ``of meetings``, ``per wrong summary``, ``minutes per summary``.
    """

    number: str
    of: str

    def __str__(self) -> str:
        return f"{self.number} {self.of}".strip()


def figure(value: float, unit: str) -> Figure:
    """Return a number with its unit, no more precise than anybody was told.

    Args:
        value: in the unit.
        unit: as cases write it: ``share of meetings``, ``USD per summary``, ``minutes``.
    """
    for kind in PERCENT_UNITS:
        if unit.startswith(kind):
            return Figure(f"{_short(100 * value)} %", unit.removeprefix(kind).strip(" ,"))
    if unit.startswith("USD"):
        return Figure(dollars(value), unit.removeprefix("USD").strip(" ,"))
    return Figure(_number(value), unit)


def _short(percent: float) -> str:
    return f"{percent:.0f}" if percent == 0 or abs(percent) >= 1 else f"{percent:.1g}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def dollars(usd: float) -> str:
    """Return USD: cents under ten dollars, else rounded to what can be told apart."""
    if abs(usd) < 10 and usd != round(usd):
        return f"{'−' if usd < 0 else ''}${abs(usd):.2f}"
    step = 100 if abs(usd) >= 10_000 else 10 if abs(usd) >= 1_000 else 1
    rounded = abs(round(usd / step) * step)
    return f"{'−' if usd < 0 and rounded else ''}${rounded:,.0f}"


def percent(share: float) -> str:
    """Return a share as whole percent."""
    return f"{100 * share:.0f} %".replace("-", "−")


def count(number: int, thing: str) -> str:
    """Return how many, with the thing's plural: ``1 minute``, ``2 minutes``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


_PERSON = {"You": "I", "you": "I", "Your": "My", "your": "my", "yours": "mine"}


def in_first_person(text: str) -> str:
    """Return what a case says to the player as the player would say it.

    Cases use "you" as a subject only ("What you build"), so "I" fits wherever it stands.
    """
    return re.sub(r"\b(You|you|Your|your|yours)\b", lambda found: _PERSON[found[1]], text)


def of_the_team(text: str) -> str:
    """Return what a case says to the player as the company says it; quoted speech stays.

    "at your first customer" becomes "at our first customer".
    """
    parts = re.split(r'("[^"]*"|“[^”]*”)', text)
    swap = {"your": "our", "Your": "Our", "you": "we", "You": "We"}
    parts[::2] = [
        re.sub(r"\b(You|you|Your|your)\b", lambda found: swap[found[1]], part)
        for part in parts[::2]
    ]
    return "".join(parts)


def curly(text: str) -> str:
    """Return a text with typographic quotes and apostrophes."""
    text = re.sub(r'(^|[\s(\[“])"', r"\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s(\[“])'", r"\1‘", text).replace("'", "’")


def plain(markdown: str) -> str:
    """Return a paragraph of a case's Markdown without its marks, on one line."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"(\*\*|\*|`)(.+?)\1", r"\2", text, flags=re.DOTALL)
    return " ".join(text.split())


def clean(typed: str) -> str:
    """Return what somebody typed as one line of printable text, every word kept.

    Control characters and overrides of the writing direction are left out (they could disguise
    what stands around them), line ends become spaces, and what is half a character becomes U+FFFD.
    """
    shown = []
    for letter in typed:
        category = unicodedata.category(letter)
        if category == "Cs":
            shown.append("\N{REPLACEMENT CHARACTER}")
        elif category in {"Zl", "Zp", "Zs"} or letter in "\t\n\r\v\f\x85":
            shown.append(" ")
        elif category not in {"Cc", "Cn"} and letter not in DIRECTION_OVERRIDES:
            shown.append(letter)
    return " ".join("".join(shown).split(" ")).strip()


DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

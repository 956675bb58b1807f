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


def figure(value: float, unit: str, *, exact: bool = False) -> Figure:
    """Return a number with its unit, no more precise than anybody was told.

    Args:
        value: in the unit.
        unit: as cases write it: ``share of meetings``, ``USD per summary``, ``minutes``.
        exact: keep all digits; for limits that somebody set.
    """
    for kind in PERCENT_UNITS:
        if unit.startswith(kind):
            shown = f"{100 * value:g}" if exact else _short(100 * value)
            return Figure(minus(f"{shown} %"), unit.removeprefix(kind).strip(" ,"))
    if unit.startswith("USD"):
        shown = f"{'−' if value < 0 else ''}${abs(value):,.10g}" if exact else dollars(value)
        return Figure(shown, unit.removeprefix("USD").strip(" ,"))
    return Figure(minus(f"{value:,.10g}" if exact else _number(value)), unit)


def _short(percent: float) -> str:
    """Return percent with two digits where one would hide a half of it: 1.4, not 1."""
    return f"{percent:.0f}" if percent == 0 or abs(percent) >= 2 else f"{percent:.2g}"


def _number(value: float) -> str:
    if abs(value) < 1:
        return f"{value:.2g}"
    return f"{value:.1f}".removesuffix(".0") if abs(value) < 10 else f"{value:,.0f}"


def dollars(usd: float) -> str:
    """Return USD: cents under ten dollars, else rounded to what can be told apart."""
    if abs(usd) < 10 and usd != round(usd):
        return f"{'−' if usd < 0 else ''}${abs(usd):.2f}"
    step = 100 if abs(usd) >= 10_000 else 10 if abs(usd) >= 1_000 else 1
    rounded = abs(round(usd / step) * step)
    return f"{'−' if usd < 0 and rounded else ''}${rounded:,.0f}"


def percent(share: float) -> str:
    """Return a share as whole percent."""
    return minus(f"{100 * share:.0f} %").replace("−0 %", "0 %")


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
    """Return a case's text as it is printed: quotes and minus signs, a space before percent."""
    text = minus(re.sub(r"(?<=\d)%", " %", text))
    text = re.sub(r'(^|[\s(\[“])"', r"\1“", text).replace('"', "”")
    opening = "\N{LEFT SINGLE QUOTATION MARK}"
    return re.sub(r"(^|[\s(\[“])'", rf"\1{opening}", text).replace("'", "’")


def plain(markdown: str) -> str:
    """Return a paragraph of a case's Markdown without its marks, on one line."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"(\*\*|\*|`)(.+?)\1", r"\2", text, flags=re.DOTALL)
    return " ".join(text.split())


def clean(typed: str) -> str:
    """Return what somebody typed as one line of printable text, every word kept."""
    return " ".join(printable(" ".join(typed.split())).split())


def printable(line: str) -> str:
    """Return a line without what cannot be printed, its spaces as they are.

    Control characters and overrides of the writing direction are left out (they could disguise
    what stands around them), and marks of byte order, which PDF/UA refuses. Half a character
    becomes U+FFFD.
    """
    shown = []
    for letter in line:
        category = unicodedata.category(letter)
        if category == "Cs":
            shown.append("\N{REPLACEMENT CHARACTER}")
        elif category != "Cc" and letter not in _UNSEEN:
            shown.append(letter)
    return "".join(shown)


_UNSEEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe")

STACKED = 3
"""Combining marks kept on one letter; towers of them would run over other lines."""


def unstacked(text: str) -> str:
    """Return a text without towers of marks."""
    kept, stacked = [], 0
    for letter in text:
        stacked = stacked + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        if stacked <= STACKED:
            kept.append(letter)
    return "".join(kept)


def held(text: str) -> str:
    """Return a text with numbers held to their sign of percent, and to what they vary by."""
    return re.sub(r"(?<=\d) (?=[%±])|(?<=±) ", "\N{NO-BREAK SPACE}", text)


def for_print(text: str) -> str:
    """Return a text that can be set in type: no towers of marks, numbers held together."""
    return re.sub(r"−(?=[$\d])|\+(?=\$)", "\\g<0>\N{WORD JOINER}", held(unstacked(text)))


def minus(text: str) -> str:
    """Return a text whose negative numbers have a minus sign; hyphens and ranges stay."""
    return re.sub(r"(?<![\w)\]−-])-(?=[$€£]?\.?\d)", "−", text)

"""Numbers and labels as charts write them, and how wide they come out."""

from __future__ import annotations

import math

FONT = 14
"""Size of every label, in units of a drawing that is 500 wide."""
LETTER = 0.6
"""Width of a letter in font sizes: on the wide side, so that no browser's font overlaps."""
_THOUSAND, _MILLION, _BILLION = 1e3, 1e6, 1e9


def width_of(text: str, *, size: float = FONT) -> float:
    """Return about how wide a line of text is, in units of the drawing; never too little."""
    return size * sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    """Return the width of a letter in font sizes; capitals and wide scripts take more room."""
    if letter in "MW@" or ord(letter) >= 0x2E80:  # Chinese and Japanese begin there
        return 1.0
    return 0.75 if letter.isupper() else LETTER


NAME = 22
"""Letters in a line of a name beside its row: the drawing must be readable on a phone."""


def wrapped(text: str, *, letters: int = 30, lines: int = 3) -> list[str]:
    """Return a label in lines; what does not fit ends in an ellipsis, the table has it whole.

    Args:
        text: the label.
        letters: room of a line, in ordinary letters.
        lines: most lines.
    """
    room = letters * LETTER * FONT
    done = [""]
    for word in text.split():
        for piece in _pieces(word, room=room):
            joined = f"{done[-1]} {piece}".strip()
            if width_of(joined) <= room:
                done[-1] = joined
            else:
                done.append(piece)
    if len(done) <= lines:
        return done
    last = done[lines - 1]
    while width_of(f"{last} …") > room:
        last = last.rpartition(" ")[0] or last[:-1]
    return [*done[: lines - 1], f"{last} …"]


def _pieces(word: str, *, room: float) -> list[str]:
    """Return a word in pieces that each fit a line."""
    pieces = [""]
    for letter in word:
        if width_of(pieces[-1] + letter) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def percent(share: float, *, sign: bool = False) -> str:
    """Return a share as percent, such as ``62 %``; small ones keep two digits that count."""
    value = 100 * share
    small = 0 < abs(value) < 5 and not sign
    shown = f"{abs(value):.2g}" if small else f"{abs(value):,.0f}"
    minus = "−" if value < 0 and float(shown.replace(",", "")) else "+" if sign and value else ""
    return f"{minus}{shown} %"


def usd(value: float) -> str:
    """Return money such as ``$12,300``, rounded to what can be told apart."""
    size = abs(value)
    if size >= _BILLION:
        shown = (
            f"{size / _BILLION:,.3g} bn"
            if size < _BILLION * 1000
            else f"{size / _BILLION:,.0f} bn"
        )
    elif size >= _MILLION:
        shown = f"{size / _MILLION:.3g} M"
    elif size >= 1:
        step = 100 if size >= 10 * _THOUSAND else 10 if size >= _THOUSAND else 1
        shown = f"{round(size / step) * step:,.0f}"
    else:
        shown = f"{size:.2g}" if size else "0"
    return f"{'−' if value < 0 and shown != '0' else ''}${shown}"


def usd_about(value: float, *, se: float) -> str:
    """Return money with two standard errors, such as ``$1,200 ± $300``."""
    return f"{usd(value)} ± {usd(float(f'{2 * se:.2g}'))}"


def number(value: float, unit: str) -> str:
    """Return a number with its unit; shares and probabilities as percent, USD as money."""
    if unit == "USD":
        return usd(value)
    if unit.startswith(("share", "probability")):
        rest = unit.removeprefix("share").removeprefix("probability").strip()
        return f"{percent(value)} {rest}".strip()
    return f"{plain(value)} {unit}".strip()


def plain(value: float) -> str:
    """Return a number with three digits that count, or with thousands separators from 100."""
    shown = f"{abs(value):,.0f}" if abs(value) >= 100 else f"{abs(value):.3g}"
    return f"{'−' if value < 0 else ''}{shown}"


def counted(count: int, one: str) -> str:
    """Return ``1 policy`` or ``2 policies``."""
    many = f"{one[:-1]}ies" if one.endswith("cy") else f"{one}s"
    return f"{count:,} {one if count == 1 else many}"


def ticks(low: float, high: float, *, count: int = 4) -> list[float]:
    """Return round numbers between low and high, about ``count`` of them."""
    span = high - low
    if not span > 0:
        return [low]
    power = 10.0 ** math.floor(math.log10(span / count))
    step = next(power * s for s in (1, 2, 2.5, 5, 10, 20) if span / (power * s) <= count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]


def top_of(value: float) -> float:
    """Return where an axis from 0 ends: a round number at or above the value, 1 for none."""
    if not value > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10)
    return next(power * s for s in steps if power * s >= value * (1 - 1e-9))


def round_range(values: list[float]) -> tuple[float, float]:
    """Return a range around the values with a little room; wide enough to draw where all agree."""
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room

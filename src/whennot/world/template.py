"""Texts of a case with numbers to fill in: ``"About {value:.0%} of them."``.

`str.format` reads attributes and entries of what it is given (``{value.__class__}``) and
makes texts as wide as a format says. A text from outside may therefore hold only a name, and
beside it how a number is rounded; anything else is refused when the case is loaded.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import Any

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PERCENT = re.compile(r"(\d)%")
_FORMAT = re.compile(r"(?:,?(?:\.[0-9])?[f%g])?")
ALLOWED = "{name} or {name:FORMAT} with a format like .0f, ,.0f, .1% or g"


def fields_in(text: str) -> frozenset[str]:
    """Return the names a text asks for.

    Raises:
        ValueError: a field that is more than a name and a rounding; says what is allowed.
    """
    names = set()
    try:
        fields = list(Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"{error} in {text!r}; allowed: {ALLOWED}") from None
    for _, name, how, conversion in fields:
        if name is None:
            continue
        plain = _NAME.fullmatch(name) and _FORMAT.fullmatch(how or "")
        if conversion or not plain:
            told = f"{name}{'!' + conversion if conversion else ''}{':' + how if how else ''}"
            raise ValueError(f"cannot fill in {{{told}}}; allowed: {ALLOWED}")
        names.add(name)
    return frozenset(names)


def filled(text: str, **numbers: Any) -> str:
    """Return a text with its numbers filled in; percent as everywhere, a space before the sign.

    Raises:
        KeyError, ValueError: the text asks for what there is not.
    """
    return _PERCENT.sub(r"\1 %", text.format(**numbers))


def refuse_fields(text: str, *, only: str = "") -> str:
    """Return the text if it can be filled in safely; for use as a validator.

    Args:
        text: the text.
        only: the one name it may hold; by default any (the case is checked for those later).

    Raises:
        ValueError: see `fields_in`, or another name.
    """
    names = fields_in(text)
    other = sorted(names - {only}) if only else []
    if other:
        raise ValueError(f"cannot fill in {{{other[0]}}}; the only name here is {{{only}}}")
    return text

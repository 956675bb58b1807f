"""One line typed, one decision: every question the terminal asks goes through here."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

KEYS = (
    "Type a number and press Enter. Enter alone takes the marked one. "
    "? for this help, q to stop; everything is kept."
)


class Stopped(Exception):  # noqa: N818 - not an error: the player leaves, the play is kept
    """The player stopped, or there is nobody at the keyboard."""


def _read(prompt: str) -> str:
    return input(prompt)


@dataclass
class Prompts:
    """Asks the player; counts what was decided.

    Attributes:
        console: where to talk.
        read: gets one line; replaced in tests.
        decided: questions answered so far.
    """

    console: Console
    read: Callable[[str], str] = _read
    decided: int = 0
    _help: str = field(default=KEYS, repr=False)

    def line(self, label: str) -> str:
        """Return one line as typed, trimmed.

        Raises:
            Stopped: the player typed q, or the input ended.
        """
        self.console.print(Text.assemble((f"{label} ", "bold"), ("› ", "cyan")), end="")
        try:
            typed = self.read("").strip()
        except (EOFError, KeyboardInterrupt):
            self.console.print()
            raise Stopped from None
        if typed.lower() in {"q", "quit", "exit"}:
            raise Stopped
        return typed

    def free(self, label: str) -> str:
        """Return a sentence, or nothing."""
        typed = self.line(label)
        while typed == "?":
            self.console.print("Write a sentence, or press Enter to leave it out.", style="dim")
            typed = self.line(label)
        self.decided += 1
        return typed[:2000]

    def pick(
        self,
        label: str,
        options: Sequence[str],
        *,
        default: int | None = None,
        taken: frozenset[int] = frozenset(),
    ) -> int:
        """Return the place of the chosen option, from 0; those taken cannot be chosen again."""
        hint = f"1-{len(options)}" + (f", Enter = {default + 1}" if default is not None else "")
        while True:
            typed = self.line(f"{label} ({hint})")
            if not typed and default is not None:
                self.decided += 1
                return default
            number = int(typed[:6]) if typed.isascii() and typed.isdigit() else 0
            if 1 <= number <= len(options) and number - 1 not in taken:
                self.decided += 1
                return number - 1
            if number - 1 in taken:
                self.refuse(typed, "That was asked already. Type another number.")
                continue
            self.refuse(typed, f"Type a number from 1 to {len(options)}.")

    def pick_why(self, label: str, options: Sequence[str]) -> tuple[int, str]:
        """Return the place of the chosen option, from 0, and the reason typed behind it."""
        while True:
            typed = self.line(f"{label} (1-{len(options)}, and why if you like)")
            first, _, why = typed.partition(" ")
            if first.isascii() and first.isdigit() and 1 <= int(first[:6]) <= len(options):
                self.decided += 1
                return int(first[:6]) - 1, why.strip()[:2000]
            self.refuse(typed, f"Type a number from 1 to {len(options)}.")

    def number_if_any(self, label: str, *, low: float, high: float) -> float | None:
        """Return a number between two bounds, or None for Enter alone."""
        while True:
            typed = self.line(f"{label} ({low:g} to {high:g}, Enter = none)")
            value = as_number(typed) if typed else None
            if not typed or (value is not None and low <= value <= high):
                self.decided += 1
                return value
            self.refuse(typed, f"Type a number between {low:g} and {high:g}, or nothing.")

    def refuse(self, typed: str, allowed: str) -> None:
        """Say kindly what would be possible."""
        if typed == "?":
            self.console.print(self._help, style="dim")
        else:
            shown = typed if len(typed) <= 30 else typed[:30] + "…"
            self.console.print(
                Text(
                    f"{shown!r} is not possible here. {allowed}" if typed else allowed,
                    style="yellow",
                )
            )


def as_number(text: str) -> float | None:
    """Return the number typed, with % and decimal comma allowed; None if it is none."""
    try:
        value = float(text.replace("%", "").replace(",", ".").strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def as_percents(text: str, *, count: int) -> list[float] | None:
    """Return that many numbers typed on one line, or None."""
    words = text.replace("%", " ").replace(";", " ").split()
    if len(words) == 1 and count > 1 and text.count(",") == count - 1:
        words = text.split(",")
    values = [as_number(w) for w in words]
    if len(values) != count or any(v is None or v < 0 for v in values):
        return None
    return [v for v in values if v is not None]

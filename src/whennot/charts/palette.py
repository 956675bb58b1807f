"""The few colors of the charts, by what they mean.

A specification names them as light-mode hexes, so that it can be opened anywhere; on a page each
one becomes a CSS variable, and the style sheet decides what light, dark and print look like.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PALETTE: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#1d2329",
        "muted": "#5a646e",
        "grid": "#ddd8cc",
        "accent": "#0b6170",
        "accentband": "#cfe3e4",
        "other": "#7d8790",
        "otherband": "#e4e3df",
        "harm": "#b3261e",
        "amber": "#8a5a00",
        "surface": "#fffefb",
    }
)
"""Hex by role. ``accent`` is the player's decision and nothing else; ``harm`` is harm."""

INK = PALETTE["ink"]
MUTED = PALETTE["muted"]
GRID = PALETTE["grid"]
ACCENT = PALETTE["accent"]
ACCENTBAND = PALETTE["accentband"]
OTHER = PALETTE["other"]
OTHERBAND = PALETTE["otherband"]
HARM = PALETTE["harm"]
AMBER = PALETTE["amber"]
SURFACE = PALETTE["surface"]

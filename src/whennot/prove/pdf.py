"""A decision brief as one page of PDF, made by typst without network and without system fonts.

What people typed reaches typst as data, never as source, so there is nothing to escape: the
template (`brief.typ`) shows it as it is. It also cuts long texts to the page, by measuring. The
same brief gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from whennot.episode.debrief import axis_top
from whennot.prove.parts import FOUND, NO_AUTHOR, SECTIONS, Brief, Line, Mark, Passage
from whennot.prove.wording import clean, for_print, minus, percent

TEMPLATE = Path(__file__).with_name("brief.typ")
Paper = Literal["a4", "us-letter"]
MOST_MARKS = 6
MOST_SETTINGS = 6
NEAR = 0.08
"""Share of the quarter by which two marks must differ to stand side by side."""
UNDRAWN = ("could not be displayed",)
"""How typst says that its fonts lack a letter."""
STRIP_NOTE = "0: average of the options’ sensible defaults. 100 %: best policy. Bar: ± 2 SE."


@dataclass(frozen=True, slots=True)
class Page:
    """A page of PDF.

    Attributes:
        pdf: the file.
        cut: how many texts were cut to fit; the Markdown has them whole.
        undrawn: whether letters are missing from the fonts, so that boxes stand in their place
            and the page is no PDF/UA.
    """

    pdf: bytes
    cut: int
    undrawn: bool


def to_pdf(brief: Brief, *, paper: Paper = "a4") -> Page:
    """Return the brief as one page.

    Args:
        brief: what is on it.
        paper: ``a4`` or ``us-letter``.
    """
    import typst

    how = _how(brief, paper=paper)
    pdf, undrawn = compiled(TEMPLATE, how, made=brief.made)
    cut = json.loads(typst.query(TEMPLATE, "<cut>", **how))
    return Page(pdf, len(cut), undrawn)


def compiled(template: Path, how: dict[str, Any], *, made: date) -> tuple[bytes, bool]:
    """Return a PDF, and whether letters are missing from its fonts so that it is no PDF/UA."""
    import typst

    at = datetime(made.year, made.month, made.day, tzinfo=UTC)
    try:
        pdf = typst.compile(template, format="pdf", timestamp=at, pdf_standards="ua-1", **how)
    except typst.TypstError as error:
        if not any(sign in str(error) for sign in UNDRAWN):
            raise
        return bytes(typst.compile(template, format="pdf", timestamp=at, **how)), True
    return bytes(pdf), False


def to_png(brief: Brief, *, paper: Paper = "a4", ppi: float = 144) -> bytes:
    """Return the same page as a picture."""
    import typst

    return bytes(typst.compile(TEMPLATE, format="png", ppi=ppi, **_how(brief, paper=paper)))


def _how(brief: Brief, *, paper: Paper) -> dict[str, Any]:
    return inputs(_shown(brief, paper=paper))


def inputs(shown: dict[str, Any]) -> dict[str, Any]:
    """Return how typst is called to show some data: on this machine as on any other."""
    told = json.dumps(shown, ensure_ascii=False)
    return {"ignore_system_fonts": True, "sys_inputs": {"brief": told}}


def around(brief: Brief, *, paper: Paper) -> dict[str, Any]:
    """Return what a PDF of the brief has around its texts: paper, dates, metadata, its origin."""
    made = brief.made
    return {
        "paper": paper,
        "made": [made.year, made.month, made.day],
        "made-words": f"{made:%B} {made.day}, {made.year}",
        "title": _plain(brief.title),
        "signed": [] if brief.author == NO_AUTHOR else [_plain(brief.author)],
        "provenance": _plain(" ".join(brief.provenance.sentences)),
    }


def _shown(brief: Brief, *, paper: Paper) -> dict[str, Any]:
    number = brief.number
    return around(brief, paper=paper) | {
        "sections": {name: _plain(title) for name, title in SECTIONS.items()},
        "author": _plain(brief.author),
        "situation": _passages(brief.situation),
        "best": _passages(brief.best),
        "headline": _capital(_plain(brief.headline)),
        "settings": _settings(brief),
        "decision": _passages(brief.decision),
        "number": {
            "number": _plain(number.number),
            "what": _plain(number.what),
            "usual": _plain(f"usually {number.usual}"),
            "passages": _passages(number.passages),
        },
        "hurt": _passages(brief.hurt),
        "watch": _passages(brief.watch),
        "forecast": _forecast(brief),
        "forecast-note": _plain(brief.forecast_note.text),
        "happened": _happened(brief),
        "worth": _worth(brief),
        "wrong": _passages(brief.wrong),
        "belief": _passages(brief.belief),
    }


def _passages(passages: Iterable[Passage]) -> list[dict[str, Any]]:
    return [
        {"lead": p.lead, "text": _plain(p.text), "kind": p.kind, "found": p.lead == FOUND}
        for p in passages
    ]


def _plain(text: str) -> str:
    return for_print(clean(text))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _settings(brief: Brief) -> list[dict[str, str]]:
    rows = [{"label": _plain(s.label), "value": _plain(s.value)} for s in brief.settings]
    if len(rows) <= MOST_SETTINGS:
        return rows
    left = len(rows) - MOST_SETTINGS + 1
    return [*rows[: MOST_SETTINGS - 1], {"label": f"and {left} more", "value": "in the Markdown"}]


def _forecast(brief: Brief) -> list[dict[str, Any]]:
    return [
        {
            "label": _plain(row.label),
            "stated": "not listed" if row.stated is None else _plain(f"{row.stated:g} %"),
            "simulated": _plain(f"{row.simulated:.0f} %"),
            "came": row.came,
        }
        for row in brief.forecast
    ]


def _happened(brief: Brief) -> dict[str, Any]:
    marks = _most_telling(brief.happened.marks)
    return {
        "lines": [_chart(line, marks) for line in brief.happened.lines],
        "marks": [
            {
                "number": number,
                "day": f"day {mark.day}",
                "kind": mark.kind,
                "text": _plain(mark.text),
            }
            for number, mark in enumerate(marks, start=1)
        ],
        "passages": _passages(brief.happened.passages),
    }


def _most_telling(marks: Sequence[Mark]) -> list[Mark]:
    """Return at most `MOST_MARKS`, harm before actions, in order of day."""
    ranked = sorted(range(len(marks)), key=lambda i: (marks[i].kind != "harm", i))
    return [marks[i] for i in sorted(ranked[:MOST_MARKS])]


def _chart(line: Line, marks: Sequence[Mark]) -> dict[str, Any]:
    """Return a series in the unit square, with ticks and marks."""
    days, values = len(line.values), line.values
    top, bottom = axis_top(max(values)), -axis_top(-min(values)) if min(values) < 0 else 0.0
    points = [((day + 1) / days, (v - bottom) / (top - bottom)) for day, v in enumerate(values)]
    levels = [bottom, 0.0, top] if bottom else [0.0, top / 2, top]
    step = next((s for s in (2, 5, 10, 30, 60, 120) if days / s <= 4), 120)
    title = f"{_capital(line.label)}, {line.unit}"
    return {
        "label": _plain(_capital(line.label)),
        "unit": _plain(line.unit),
        "alt": minus(f"{title}: {values[0]:.3g} on day 1, {values[-1]:.3g} on day {days}."),
        "points": points,
        "end": minus(f"{values[-1]:.3g}"),
        "ticks-x": [{"at": d / days, "label": str(d)} for d in range(0, days + 1, step)],
        "ticks-y": [
            {"at": (level - bottom) / (top - bottom), "label": minus(f"{level:g}")}
            for level in levels
        ],
        "marks": _on_the_line(points, marks),
    }


def _on_the_line(
    points: Sequence[tuple[float, float]], marks: Sequence[Mark]
) -> list[dict[str, Any]]:
    """Return marks at their day; those too close to the one before stand over or under it."""
    placed: list[dict[str, Any]] = []
    for number, mark in enumerate(marks, start=1):
        x, y = points[min(max(mark.day - 1, 0), len(points) - 1)]
        near = [m for m in placed if x - m["x"] < NEAR]
        way = 1 if (near[0]["y"] if near else y) < 0.5 else -1
        level = way * len(near)
        placed.append({"number": number, "x": x, "y": y, "kind": mark.kind, "level": level})
    return placed


def _worth(brief: Brief) -> dict[str, Any]:
    mine = brief.worth
    rows = [{"label": "my decision", "share": mine.share, "se": mine.se, "mine": True}]
    rows += [
        {"label": _plain(f"best: {label}"), "share": share, "se": 0.0, "mine": False}
        for label, share in mine.options
    ]
    shown = [row | {"percent": _plain(percent(float(str(row["share"]))))} for row in rows]
    told = ", ".join(f"{row['label']} {row['percent']}" for row in shown)
    return {
        "rows": shown,
        "alt": f"Share of what could be had: {told}.",
        "note": STRIP_NOTE,
        "passages": _passages(mine.passages),
    }

"""A chart as data: what it says in words, its table, and the specification that draws it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Cell = str | float | int | None
"""What stands in a table; None where there is nothing to say."""


@dataclass(frozen=True)
class Chart:
    """One picture and everything a reader needs who cannot see it.

    Attributes:
        name: stem of its file, such as ``luck``; unique on a page.
        title: states what is shown, with the unit.
        description: one to three sentences with the numbers that matter.
        columns: header of the table, with units.
        rows: the table; every row is as long as ``columns``.
        spec: a complete Vega-Lite 5 specification with its data, in light-mode colors.
    """

    name: str
    title: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    spec: Mapping[str, Any]


def csv_text(chart: Chart) -> str:
    """Return the table as comma-separated text with a header; empty where a cell is None.

    Text that a spreadsheet would run as a formula gets an apostrophe in front: labels may come
    from a case somebody else wrote.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_harmless(name) for name in chart.columns])
    writer.writerows([_harmless(cell) for cell in row] for row in chart.rows)
    return text.getvalue()


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{cell}"
    return cell


def specification(chart: Chart) -> str:
    """Return the specification as JSON that opens in any Vega-Lite editor, ending in a newline."""
    return json.dumps(chart.spec, ensure_ascii=False, indent=2, allow_nan=False) + "\n"

"""Where a decision lies among all that could have been decided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from whennot.charts import canvas
from whennot.charts.canvas import Layer, Margin, Span
from whennot.charts.chart import Chart
from whennot.charts.palette import ACCENT, ACCENTBAND, INK, MUTED, OTHER
from whennot.charts.places import clamped
from whennot.charts.words import counted, percent, width_of

_LEFT, _RIGHT = 34.0, 34.0
_TOP, _BASE = 16.0, 64.0  # the ticks' upper and lower ends
_ZERO = ("a sensible try", "of each option")
_ONE = ("best, after the", "best questions")


def strip(
    shares: Sequence[float], *, yours: float, se: float, tied: Sequence[bool], known: float = 1.0
) -> Chart:
    """Return every policy as a tick on the attainable share, with yours and the best.

    Args:
        shares: attainable share of every policy: 1 is the best after the best questions, 0 the
            mean of the options' sensible defaults. Below -1 they are drawn at -1 and counted.
        yours: share of the player's policy.
        se: standard error of that share.
        tied: for every policy, whether it cannot be told from the best.
        known: share of the best policy with what was known, at most 1.
    """
    all_shares, is_tied = np.asarray(shares, float), np.asarray(tied, bool)
    across = Span(-1.0, 1.0, canvas.WIDTH - _LEFT - _RIGHT)
    clipped = int((all_shares < -1).sum())
    policies = counted(len(all_shares), "policy")
    title = f"Share of what was attainable, %: your decision among {policies}"
    description = (
        f"Yours reaches {percent(yours)} ± {percent(2 * se)}; 0 % is a sensible try of each "
        f"option, 100 % the best after the best questions, {percent(known)} the best with what "
        f"you knew. {counted(int(is_tied.sum()), 'policy')} cannot be told from the best."
    )
    if clipped:
        description += f" {counted(clipped, 'policy')} below −100 % drawn at the edge."
    layers = [
        _band(yours, se=se, across=across),
        *_ticks(all_shares, tied=is_tied, across=across),
        *_yours(yours, known=known, across=across),
        *_best(known, across=across),
        *_under(is_tied, all_shares, known=known, clipped=clipped, across=across),
    ]
    order = np.argsort(-all_shares, kind="stable")
    return Chart(
        name="strip",
        title=title,
        description=description,
        columns=("Policy", "Attainable share, %", "Tied with the best"),
        rows=(
            ("yours", round(100 * yours, 1), None),
            *(
                (
                    f"number {i} of {len(order)}",
                    round(100 * float(all_shares[at]), 1),
                    "yes" if is_tied[at] else "no",
                )
                for i, at in enumerate(order, start=1)
            ),
        ),
        spec=canvas.complete(
            canvas.layered(
                layers,
                height=_BASE + 26,
                margin=Margin(top=40, right=_RIGHT, bottom=66, left=_LEFT),
            ),
            title=title,
            description=description,
        ),
    )


def _band(yours: float, *, se: float, across: Span) -> Layer:
    low, high = across.at(yours - 2 * se), across.at(yours + 2 * se)
    return {
        "data": canvas.rows([{"low": yours - 2 * se, "high": yours + 2 * se}]),
        "mark": {"type": "rect", "color": ACCENTBAND},
        "encoding": {
            "x": canvas.spot(low),
            "x2": canvas.spot(max(high, low + 2)),
            "y": canvas.spot(_TOP - 8),
            "y2": canvas.spot(_BASE + 8),
        },
    }


def _ticks(shares: np.ndarray, *, tied: np.ndarray, across: Span) -> list[Layer]:
    shown = [-1.0, -0.5, 0.0, 0.5, 1.0]
    write = "replace(format(100 * datum.value, '+d'), '+0', '0') + ' %'"
    share_axis = canvas.axis(None, values=shown, label=write)

    def ticks(which: np.ndarray, color: str, top: float, width: float, opacity: float) -> Layer:
        return {
            "data": canvas.rows([{"share": round(float(s), 4)} for s in shares[which]]),
            "transform": [{"calculate": "max(-1, min(1, datum.share))", "as": "at"}],
            "mark": {"type": "rule", "color": color, "strokeWidth": width, "opacity": opacity},
            "encoding": {
                "x": canvas.field("at", span=across, shown=share_axis),
                "y": canvas.spot(top),
                "y2": canvas.spot(_BASE),
            },
        }

    return [
        canvas.line(0, _BASE, across.length, _BASE, color=OTHER, strokeWidth=1),
        ticks(~tied, OTHER, _TOP + 12, 1.0, 0.55),
        ticks(tied, ACCENT, _TOP, 1.4, 0.9),
    ]


def _best(known: float, *, across: Span) -> list[Layer]:
    x, y = across.at(known), (_TOP + _BASE) / 2
    said = f"best with what you knew {percent(known)}"
    put = clamped(said, x=x, y=-28, low=-_LEFT + 6, high=across.length + _RIGHT - 8)
    diamond: Layer = {
        "data": canvas.rows([{"hint": said}]),
        "mark": canvas.best(),
        "encoding": {"x": canvas.spot(x), "y": canvas.spot(y), "description": canvas.hint()},
    }
    return [
        canvas.line(x, -18, x, y - 10, color=INK, strokeWidth=1),
        diamond,
        canvas.label(said, x=put.x, y=put.y),
    ]


def _yours(share: float, *, known: float, across: Span) -> list[Layer]:
    x, y = across.at(share), (_TOP + _BASE) / 2
    said = f"you {percent(share)}"
    # On its own line: the best's label keeps the one above, wherever the two lie.
    half, best = width_of(said) / 2, across.at(known)
    # Beside the line that leads to the best one's label, not across it.
    at = min(x, best) - half - 8 if abs(best - x) < half + 6 else x
    put = clamped(said, x=at, y=-6, low=-_LEFT + 6, high=across.length - 14)
    circle: Layer = {
        "data": canvas.rows([{"share": share, "hint": said}]),
        "mark": canvas.yours(),
        "encoding": {"x": canvas.spot(x), "y": canvas.spot(y), "description": canvas.hint()},
    }
    return [circle, canvas.label(said, x=put.x, y=put.y, color=ACCENT, bold=True)]


def _under(
    tied: np.ndarray, shares: np.ndarray, *, known: float, clipped: int, across: Span
) -> list[Layer]:
    """Return what stands under the ticks: the tied set, what was cut off, what 0 and 100 mean."""
    y = _BASE + 14
    layers = []
    if tied.sum() > 1:  # the best alone is tied with nobody
        first = across.at(float(shares[tied].min()))
        layers.append(
            canvas.line(first, _BASE + 5, across.at(known), _BASE + 5, color=ACCENT, strokeWidth=2)
        )
        said = f"{int(tied.sum()):,} tied with the best"
        put = clamped(said, x=across.at(known), y=y + 3, low=0, high=across.length)
        layers.append(canvas.label(said, x=put.x, y=put.y, color=ACCENT))
    if clipped:
        said = f"{clipped:,} further left"
        layers.append(canvas.label(said, x=0, y=y - 72, color=MUTED, align="left"))
    words = [
        canvas.label(_ZERO, x=across.at(0.0), y=_BASE + 60, color=MUTED),
        canvas.label(_ONE, x=across.length + _RIGHT - 4, y=_BASE + 60, color=MUTED, align="right"),
    ]
    return [*layers, *words]

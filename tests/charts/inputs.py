"""Charts with ordinary and with extreme inputs, for the tests of all of them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from whennot import charts
from whennot.charts import Event, Gate, Item, Line, Outcome, Phase
from whennot.score.calibration import Resolved
from whennot.score.calibration import calibration as measured

LONG = (
    "Which share of the wrong summaries do the team leads notice before anything "
    "goes out to clients?"
)
HOSTILE = "<script>alert('x')</script> & \"more\""
START = date(2026, 3, 2)


def _quarter(*, days=90):
    trust = tuple(0.8 - 0.25 * (1 - np.exp(-d / 30)) + 0.02 * np.sin(d) for d in range(days))
    errors = tuple(12 + 6 * np.sin(d / 9) + (8 if d > 40 else 0) for d in range(days))
    lines = (
        Line("Trust of active users", "share", trust, is_share=True),
        Line("Errors per 1,000 summaries", "errors per 1,000", errors, is_share=False),
    )
    events = (
        Event(14, 'First complaints: you chose "keep going"', "stop"),
        Event(41, "The model drifts", "failure"),
        Event(44, 'Errors rise: you chose "narrow the scope"', "action"),
        Event(45, "Press asks", "stop"),
    )
    return charts.quarter(lines, events=events, days=days)


def _quarter_extreme():
    lines = (
        Line(
            LONG,
            "wrong summaries nobody noticed per 1,000",
            (None, 0.0, None) * 30,
            is_share=False,
        ),
        Line("Money", "USD", tuple(-2.4e9 + 5e7 * d for d in range(90)), is_share=False),
        Line("Trust", "share", (None,) * 90, is_share=True),
    )
    kinds = ("stop", "failure", "action")
    events = tuple(Event(90 - n % 3, f"{HOSTILE} {n}", kinds[n % 3]) for n in range(12))
    return charts.quarter(lines, events=events, days=90)


def _quarter_short():
    one = Line("Trust", "share", (1.0,), is_share=True)
    return charts.quarter((one,), events=(), days=1)


def _shares():
    rng = np.random.default_rng(4)
    shares = np.sort(np.clip(rng.normal(0.1, 0.5, 150), None, 1.0))
    shares[-1] = 1.0
    return shares, shares > 0.93


def _strip(yours, *, se=0.06, known=0.9):
    shares, tied = _shares()
    return charts.strip(shares, yours=yours, se=se, tied=tied, known=known)


def _luck(*, scale=1.0, yours=41_000.0, dice=True):
    rng = np.random.default_rng(5)
    worlds = scale * rng.normal(20_000, 30_000, 400)
    rolled = scale * rng.normal(35_000, 9_000, 200) if dice else None
    return charts.luck(worlds, yours=scale * yours, dice=rolled)


def _frontier(**changed):
    values = np.linspace(0.02, 0.6, 101)
    gap = 90_000 * np.tanh(5 * (values - 0.22)) + 12_000
    told = {
        "gap": gap,
        "low": 0.16,
        "high": 0.24,
        "crossing": 0.195,
        "yours": 0.35,
        "truth": 0.11,
        "label": "Share of meetings without a note taker",
        "unit": "share of meetings",
        "options": "build or buy",
    }
    return charts.frontier(values, **{**told, **changed})


def _questions(count=6):
    worth = (5200, 3100, 900, 420, 60, -150, 30, 10, 0, -20, 3, 1)
    texts = (
        "How many wrong summaries do people notice?",
        "How much time does a summary save?",
        "Ana, head of support",
        "What happens to a wrong action item?",
        LONG,
        "Who pays?",
    )
    return charts.questions(
        [
            Item(texts[i % 6], worth[i], 120 + worth[i] / 12, asked=i in {1, 4}, best=i in {0, 1})
            for i in range(count)
        ]
    )


def _forecast():
    return charts.forecast(
        (
            Outcome("Nothing breaks", 0.55, 0.31),
            Outcome("Trust falls after visible errors", 0.25, 0.44),
            Outcome("The model drifts", 0.1, 0.12),
            Outcome("A wrong summary reaches a client and nobody notices", 0.1, 0.1),
        )
    )


def _record(count, *, right=7):
    told = ((0.9, 0.1), (0.7, 0.3), (0.55, 0.45))
    return [
        Resolved(dict(zip("ab", told[i % 3], strict=True)), "a" if i % 10 < right else "b")
        for i in range(count)
    ]


def _roadmap(**changed):
    phases = (
        Phase("Foundations", START, START + timedelta(days=34)),
        Phase("Briefs", START + timedelta(days=35), START + timedelta(days=76)),
        Phase("Interviews", START + timedelta(days=77), START + timedelta(days=104)),
    )
    at = [START + timedelta(days=d) for d in (20, 30, 45, 60, 75, 95, 90, 110, 130)]
    gates = (
        Gate("12 cases played, none repeated", *at[:3]),
        Gate("A brief that two readers would fund", *at[3:6]),
        Gate("Calibrated on 100 forecasts", *at[6:]),
    )
    told = {"gates": gates, "today": START + timedelta(days=24), "weeks": 15}
    return charts.roadmap(changed.pop("phases", phases), **{**told, **changed})


ORDINARY = {
    "quarter": _quarter,
    "strip": lambda: _strip(0.62),
    "luck": _luck,
    "frontier": _frontier,
    "questions": _questions,
    "forecast": _forecast,
    "calibration": lambda: charts.calibration(measured(_record(180), seed=1)),
    "roadmap": _roadmap,
}

EXTREME = {
    "quarter-crowded": _quarter_extreme,
    "quarter-one-day": _quarter_short,
    "strip-worst": lambda: _strip(-1.0, se=0.4, known=-0.9),
    "strip-best": lambda: _strip(1.0, se=0.0, known=1.0),
    "strip-one": lambda: charts.strip([1.0], yours=1.0, se=0.0, tied=[True], known=1.0),
    "strip-clipped": lambda: charts.strip(
        [-7.0, -1.5, 0.0, 1.0], yours=-4.0, se=0.1, tied=[False] * 4, known=-1.0
    ),
    "luck-all-equal": lambda: charts.luck([5.0] * 40, yours=5.0, dice=[5.0] * 40),
    "luck-tiny": lambda: _luck(scale=1e-6),
    "luck-huge": lambda: _luck(scale=3e5, yours=-90_000),
    "luck-alone": lambda: _luck(dice=False, yours=130_000),
    "luck-one-world": lambda: charts.luck([-3.0], yours=0.0, dice=None),
    "frontier-never": lambda: _frontier(
        gap=np.full(101, -3e8), low=None, high=None, crossing=None, yours=None, truth=0.6
    ),
    "frontier-all-zero": lambda: _frontier(
        gap=np.zeros(101), low=None, high=None, crossing=None, yours=0.02, truth=0.02
    ),
    "frontier-together": lambda: _frontier(
        crossing=0.2, yours=0.2, truth=0.2, low=0.2, high=0.2, label=LONG, options=LONG
    ),
    "frontier-minutes": lambda: _frontier(unit="minutes per meeting", label="Time saved"),
    "questions-twelve": lambda: _questions(12),
    "questions-one": lambda: charts.questions([Item(HOSTILE, 0.0, 0.0, asked=True, best=True)]),
    "questions-huge": lambda: charts.questions(
        [
            Item(LONG, 4.2e9, 1e9, asked=False, best=True),
            Item("W" * 90, -1e7, 1e6, asked=True, best=True),
        ]
    ),
    "questions-none": lambda: charts.questions([]),
    "forecast-edges": lambda: charts.forecast(
        [Outcome(HOSTILE, 0.0, 1.0), Outcome(LONG, 1.0, 0.0), Outcome("Sure", 1.0, 1.0)]
        + [Outcome(f"Outcome {n}", 0.0, 0.0) for n in range(9)]
    ),
    "forecast-one": lambda: charts.forecast([Outcome("Nothing breaks", 1.0, 1.0)]),
    "calibration-few": lambda: charts.calibration(measured(_record(9), seed=1)),
    "calibration-none": lambda: charts.calibration(measured([], seed=1)),
    "calibration-wrong": lambda: charts.calibration(measured(_record(400, right=0), seed=1)),
    "roadmap-far": lambda: _roadmap(
        gates=[
            Gate(LONG, START + timedelta(days=40), START + timedelta(days=300), date(2031, 1, 1)),
            Gate(HOSTILE, None, None, None),
            Gate("One date", START + timedelta(days=33), None, None),
            *(Gate(f"Gate {n}", *[START + timedelta(days=9 * n)] * 3) for n in range(9)),
        ],
        today=START - timedelta(days=900),
    ),
    "roadmap-empty": lambda: _roadmap(phases=(), gates=(), weeks=1),
    "roadmap-four-weeks": lambda: _roadmap(
        phases=(Phase(LONG, START, START + timedelta(days=27)),), gates=(), weeks=4, today=START
    ),
}

"""The roadmap as its page shows it: this week first, the rest below."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from whennot import charts
from whennot.charts import Chart
from whennot.clock import now, today
from whennot.errors import PlayerError
from whennot.home import Home
from whennot.practice import plays
from whennot.roadmap import Roadmap, build, read_profile
from whennot.roadmap.contents import contents
from whennot.shelf import case_names, title_of
from whennot.web.pages.figures import figure

PROFILE = "roadmap.profile"
OPENS = {"play": "case", "watch": "watch", "cases": "cases", "brief": "portfolio", "debrief": ""}
"""What the product can do in the browser: ability -> the name of the page that opens it."""


def address_of(command: str) -> str:
    """Return the address that a unit's command stands for: a page's name, and perhaps a case's."""
    page, _, name = command.partition(" ")
    if page in {"case", "watch"}:
        return reverse(page, args=[name.strip()]) if name.strip() else reverse("cases")
    return reverse(page) if page else ""


def named(text: str) -> str:
    """Return a text with each case's title in place of the name its folder has."""
    for name in sorted(case_names(), key=len, reverse=True):
        if name in text:
            text = text.replace(name, f"“{title_of(name)}”")
    return text


def profile_of(home: Home) -> dict[str, Any] | None:
    """Return what was last said about oneself, or None."""
    said = home.events(kind=PROFILE)
    return dict(said[-1].payload) if said else None


def remember(home: Home, profile: dict[str, Any]) -> None:
    """Write down what was said about oneself, unless it was said before."""
    if profile_of(home) != profile:
        home.append(PROFILE, episode=None, payload=profile, now=now())


def plan_of(home: Home, *, start: date | None = None) -> Roadmap | None:
    """Return the plan for who one said one is, from the day one said it.

    Raises:
        PlayerError: what was said makes no plan any more.
    """
    said = home.events(kind=PROFILE)
    if not said:
        return None
    payload = said[-1].payload
    begun = start or said[-1].at.date()
    profile = read_profile(
        str(payload["background"]),
        target=str(payload["target"]),
        hours=float(payload["hours"]),
        domain=str(payload["domain"]),
        start=begun.isoformat(),
    )
    return build(profile, today=min(begun, today()), available=_available())


def _available() -> dict[str, str]:
    return OPENS | {f"case:{name}": "" for name in case_names()}


def page(home: Home) -> dict[str, Any]:
    """Return what the roadmap page shows; only the form before one said who one is."""
    try:
        plan = plan_of(home)
    except PlayerError:
        plan = None
    backgrounds = [
        (name, f"You {text.line[4:]}. To unlearn: {text.habit}.")
        for name, text in contents().backgrounds.items()
    ]
    context: dict[str, Any] = {"plan": plan, "backgrounds": backgrounds}
    if plan is None:
        return context
    day = today()
    week = next((w for w in plan.weeks if w.start <= day <= w.end), plan.weeks[0])
    return context | {
        "week": week,
        "done": {f"case {k.case}" for k in plays.kept(home) if k.finished},
        "late": day > plan.end,
        "gates": sorted(plan.gates, key=lambda gate: gate.due),
        "open_gates": sum(gate.is_open for gate in plan.gates),
        "hours": {way: round(m / 60) for way, m in plan.minutes_by_way().items()},
        "all_hours": round(plan.minutes / 60),
        "waiting": [a for a in plan.abilities if a.command is None],
        "figure": figure("all", _chart(plan, day)),
    }


def chart(home: Home) -> Chart | None:
    """Return the roadmap's chart; None before there is a plan."""
    plan = plan_of(home)
    return None if plan is None else _chart(plan, today())


def _chart(plan: Roadmap, day: date) -> Chart:
    phases = [charts.Phase(p.title, p.start, p.end) for p in plan.phases]
    gates = [
        charts.Gate(g.title, g.due, None, None) for g in sorted(plan.gates, key=lambda g: g.due)
    ]
    weeks = (plan.end + timedelta(days=1) - plan.start).days // 7
    return charts.roadmap(phases, gates=gates, today=day, weeks=weeks)

"""What the player reads between decisions: brief, people, dashboard; for 80 to 100 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from whennot.episode.debrief import in_force_words, number
from whennot.episode.episode import Episode
from whennot.episode.people import reliabilities
from whennot.episode.promises import goal_of, guardrail_of, kill_said, met_on, watched_for_stop
from whennot.episode.stops import CurrentStop
from whennot.world.signals import delay_days

BLOCKS = " ▁▂▃▄▅▆▇█"
ASCII_BLOCKS = " .:-=+*#%@"
ACCENT = "bold cyan"
THOUSAND = 1000


def blocks(console: Console) -> str:
    """Return the characters a small chart is drawn with on this terminal."""
    return BLOCKS if console.encoding.lower().startswith("utf") else ASCII_BLOCKS


def sparkline(series: Sequence[float], *, low: float, high: float, width: int, marks: str) -> str:
    """Return a series as one line of blocks, resampled to width, scaled from low to high."""
    if not series or high <= low:
        return ""
    count = min(width, len(series))
    picked = [series[int(i * len(series) / count)] for i in range(count)]
    top = len(marks) - 1
    scaled = [min(1.0, max(0.0, (v - low) / (high - low))) for v in picked]
    return "".join(marks[max(1, round(s * top))] for s in scaled)


def show_brief(console: Console, episode: Episode) -> None:
    """Print the situation."""
    spec = episode.case.spec
    flight = "first flight" if episode.first_flight else "full panel"
    title = f"{spec.title} · {spec.company} · variant {episode.setup.variant} · {flight}"
    console.print(
        Panel(
            Markdown(episode.case.brief),
            title=Text(title),
            border_style="cyan",
            width=_width(console),
        )
    )


def show_framing(console: Console, episode: Episode) -> list[tuple[str, str]]:
    """Print what can be asked; return the numbered options as (kind, name), asked ones too."""
    spec = episode.case.spec
    options: list[tuple[str, str]] = []
    table = Table(box=None, show_header=False, padding=(0, 1), width=_width(console))
    table.add_column(justify="right", style=ACCENT, no_wrap=True)
    table.add_column()
    table.add_column(justify="right", style="dim", no_wrap=True)
    for name, question in spec.questions.items():
        options.append(("ask", name))
        done = name in episode.asked
        _row(table, len(options), question.text, question.minutes, done=done)
    for name, person in spec.stakeholders.items():
        options.append(("listen", name))
        about = f"Hear {person.name}, {person.role} (cares about {person.cares})"
        _row(table, len(options), about, person.minutes, done=name in episode.heard)
    left = episode.asks_left
    console.print()
    console.print(
        Text.assemble(
            ("Before you decide. ", "bold"),
            f"{episode.minutes_left} minutes: room for {left} more "
            f"{'question' if left == 1 else 'questions'}.",
        )
    )
    console.print(table)
    return options


def _row(table: Table, number: int, text: str, minutes: int, *, done: bool) -> None:
    """Add an option; what was asked keeps its number and says so."""
    style = "dim" if done else ""
    table.add_row(str(number), Text(text, style=style), "asked" if done else f"{minutes} min")


def show_heard(console: Console, episode: Episode, kind: str, name: str) -> None:
    """Print an answer, or what a stakeholder said."""
    spec = episode.case.spec
    if kind == "ask":
        console.print(
            Panel(
                Text(episode.answer_to(name)),
                title=Text(spec.questions[name].text),
                width=_width(console),
            )
        )
        return
    person = spec.stakeholders[name]
    said = [s for s in episode.said if s.stakeholder == name]
    lines: list[Text] = []
    for heard in said:
        # Judged is what could be known, and how far to trust somebody is part of that.
        sure = reliabilities(episode.case)[name, heard.fact]
        lines.append(Text(f'"{heard.text}"'))
        lines.append(Text(f"  What is said here is right {10 * sure:.2g} times in 10.", "dim"))
    console.print(
        Panel(Group(*lines), title=Text(f"{person.name}, {person.role}"), width=_width(console))
    )


def show_signed(console: Console, episode: Episode, name: str) -> None:
    """Print how a refusal ended."""
    person = episode.case.spec.stakeholders[name]
    how = {
        "traded": f"{person.name} signs: you agreed to what was asked for.",
        "answered": f"{person.name} signs: what you found out is the answer.",
        "escalated": f"{person.name} does not sign; it goes ahead over the refusal.",
    }
    console.print(Text(how[dict(episode.settled)[name]], style="green"))


def show_known(console: Console, episode: Episode) -> None:
    """Print what is known and what was said, with the typical range of the rest."""
    spec = episode.case.spec
    table = Table(box=None, padding=(0, 1), width=_width(console), header_style="dim")
    table.add_column("What you know")
    table.add_column("here")
    table.add_column("usually", style="dim")
    for name, fact in spec.facts.items():
        if name in episode.known:
            here = Text(number(episode.known[name], fact.unit), style="bold")
        else:
            heard = [s for s in episode.said if s.fact == name]
            here = Text(
                f"{number(heard[-1].value, fact.unit)} (said)" if heard else "not asked",
                style="dim",
            )
        table.add_row(fact.label, here, fact.typical)
    console.print()
    console.print(table)


def show_stop(console: Console, episode: Episode, stop: CurrentStop) -> None:
    """Print an event stop with the dashboard as a product manager sees it that day."""
    spec = episode.case.spec
    who = spec.stakeholders[stop.who] if stop.who else None
    source = f"{who.name}, {who.role}: " if who else ""
    console.print()
    view = dashboard(console, episode, stop.day)
    force = Text(f"In force: {'; '.join(v for _, v in in_force_words(episode))}.", style="dim")
    parts: list[Any] = [Text(f"{source}{stop.text}")]
    met = met_on(episode, known_on=stop.day)
    if met is not None:
        said = kill_said(episode)
        parts.append(
            Text(f"What you said would stop you has come, on day {met}: {said}.", "yellow")
        )
    inside = Group(*parts, force, Text(""), view)
    title = f"Day {stop.day} of {spec.days} · {stop.title}"
    console.print(Panel(inside, title=Text(title), border_style="yellow", width=_width(console)))


def show_end(console: Console, episode: Episode) -> None:
    """Print the dashboard on the last day: all a product manager sees before the review."""
    days = episode.case.spec.days
    title = f"Day {days} of {days} · The quarter is over"
    view = dashboard(console, episode, days - 1)
    console.print()
    console.print(Panel(view, title=Text(title), border_style="yellow", width=_width(console)))


def dashboard(console: Console, episode: Episode, day: int) -> Table:
    """Return the visible signals up to a day, each with its unit; late ones say how late."""
    spec, run = episode.case.spec, episode.run
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column("Your dashboard")
    table.add_column("day 0 to now")
    table.add_column("now", justify="right")
    table.add_column("unit", style="dim")
    if run is None:
        return table
    goal = goal_of(episode)
    if goal is not None:
        label = f"{goal.label} (you said: {goal.said})"
        row = _series_row(console, goal.days, unit=goal.unit, late=goal.late)
        table.add_row(Text(label, style="bold"), *row)
    holds = guardrail_of(episode)
    if holds is not None:
        row = _series_row(console, holds.days, unit=holds.unit, late=holds.late)
        table.add_row(Text(f"{holds.label} (must hold)"), *row)
    watched = watched_for_stop(episode)
    if watched is not None:
        row = _series_row(console, watched.days, unit=watched.unit, late=watched.late)
        table.add_row(Text(f"{watched.label} (would stop you)"), *row)
    for name, signal in spec.signals.items():
        if signal.visible:
            late = delay_days(episode.world, name)
            seen = [float(v) for v in run.signal(name)[0][: max(0, day + 1 - late)]]
            table.add_row(signal.label, *_series_row(console, seen, unit=signal.unit, late=late))
    return table


def _series_row(
    console: Console, seen: Sequence[float], *, unit: str, late: int
) -> tuple[Text | str, str, str]:
    """Return (line, last value, unit and delay) of a series on the dashboard."""
    share = unit.startswith("share")
    shown = unit.removeprefix("share").strip() if share else unit
    days = "day" if late == 1 else "days"
    if not seen:
        return Text("nothing yet", style="dim"), "-", f"{late} {days} late"
    low, high = min(*seen, 0.0), max(*seen, 1e-9)
    line = sparkline(seen, low=low, high=high, width=24, marks=blocks(console))
    large = f"{seen[-1]:,.0f}" if abs(seen[-1]) >= THOUSAND else f"{seen[-1]:.3g}"
    now = f"{100 * seen[-1]:.1f} %" if share else large
    return line, now, ", ".join(w for w in (shown, f"{late} {days} late" if late else "") if w)


def _width(console: Console) -> int:
    return min(console.width, 100)

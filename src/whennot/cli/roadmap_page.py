"""The roadmap as text: the next thing, this week, the months, the gates, what is missing.

Every line is made here, so that it fits the width and reads the same in a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from textwrap import wrap

from whennot.roadmap import Roadmap
from whennot.roadmap.contents import contents
from whennot.roadmap.model import Ability, Gate, Month, Phase, Piece, Week

Line = tuple[str, str]
"""A line of the page and its style."""


@dataclass(frozen=True)
class Style:
    """How the page is written.

    ``full`` shows every week, ``years`` dates the gates with their year, ``generic`` holds the
    stand-ins that need not be said at every unit.
    """

    width: int
    full: bool = False
    years: bool = False
    generic: frozenset[str] = frozenset()


def page(plan: Roadmap, *, full: bool, width: int) -> Iterator[Line]:
    """Yield the page, the one next thing first."""
    generic = frozenset(a.stand_in for a in plan.abilities if not a.id.startswith("case:"))
    style = Style(width=width, full=full, years=len(plan.months) > 8, generic=generic)
    yield from _next(plan, style)
    yield from _header(plan, style)
    if not full:
        yield from _first_week(plan, style)
    yield from _habit(plan, style)
    yield from _plan(plan, style)
    yield from _gates(plan, style)
    yield from _today(plan, style)
    if full and plan.left_out:
        titles = "; ".join(unit.title for unit in plan.left_out)
        yield from _say(f"Left out at this pace: {titles}.", style, hang=2)
        yield "", ""
    yield from _footer(plan, style)


def _next(plan: Roadmap, style: Style) -> Iterator[Line]:
    step = plan.next
    when = "Next" if step.start == plan.today else f"Next, on {_day(step.start)}"
    title = step.title[0].lower() + step.title[1:]
    yield from _say(f"{when}: {title} ({_minutes(step.minutes)}).", style, bold=True)
    if step.command:
        yield f"      {step.command}", "bold"
    yield from _say(step.do, style, indent=6)
    yield "", ""


def _header(plan: Roadmap, style: Style) -> Iterator[Line]:
    profile = plan.profile
    who = profile.background.replace("-", " ").capitalize()
    field = f" ({profile.domain})" if profile.domain != "other" else ""
    yield from _say(
        f"{who}{field} to AI product manager, {profile.target}, {profile.hours_per_week:g} h a "
        f"week: {len(plan.weeks)} weeks, {_day(plan.start)} to {_day(plan.end)}.",
        style,
    )
    yield "", ""


def _first_week(plan: Roadmap, style: Style) -> Iterator[Line]:
    week = plan.weeks[0]
    name = "This week" if week.start == plan.today else "Your first week"
    yield f"{name}, {_span(week.start, week.end)} ({_minutes(week.minutes)})", "bold"
    first = week.pieces[0]  # explained above, as the next thing
    yield from _say(
        f"{_minutes(first.minutes).ljust(7)} {first.unit.title}", style, indent=2, hang=8
    )
    for piece in week.pieces[1:]:
        yield from _piece_title(piece, style)
        yield from _piece_text(piece, style)
    yield "", ""


def _week(week: Week, style: Style) -> Iterator[Line]:
    title = f"Week {week.number}, {_span(week.start, week.end)} ({_minutes(week.minutes)})"
    yield title, "bold"
    for piece in week.pieces:
        yield from _piece_title(piece, style)
        if piece.part in {"whole", "begin"}:
            yield from _piece_text(piece, style)
    yield "", ""


def _piece_title(piece: Piece, style: Style) -> Iterator[Line]:
    part = {"whole": "", "begin": " (begin)", "continue": " (go on)", "finish": " (finish)"}
    waits = " [by hand for now]" if piece.unit.way == "stand-in" else ""
    text = f"{_minutes(piece.minutes).ljust(7)} {piece.unit.title}{part[piece.part]}{waits}"
    command = piece.unit.command
    if command and len(text) + len(command) + 4 <= style.width:
        text, command = f"{text}: {command}", None
    yield from _say(text, style, indent=2, hang=8)
    if command:
        yield f"          {command}", ""


def _piece_text(piece: Piece, style: Style) -> Iterator[Line]:
    """Yield what to do; the full plan says in one place how to do without a whole ability."""
    unit = piece.unit
    yield from _say(unit.do, style, indent=10)
    if unit.instead and not (style.full and unit.instead in style.generic):
        yield from _say(f"For now: {unit.instead}", style, indent=10)


def _habit(plan: Roadmap, style: Style) -> Iterator[Line]:
    habit = plan.habit
    yield f"To unlearn: {habit.name}", "bold"
    for label, text in (
        ("Shows", habit.shows),
        ("Drill", habit.drill),
        ("Done", habit.done_when),
    ):
        yield from _say(f"{label.ljust(7)} {text}", style, indent=2, hang=8)
    yield "", ""


def _plan(plan: Roadmap, style: Style) -> Iterator[Line]:
    for number, phase in enumerate(plan.phases, 1):
        title = f"Phase {number}: {phase.title}, {phase.weeks} weeks from {_date(phase.start)}"
        yield title, "bold"
        for month in plan.months:
            if month.phase == phase.id:
                yield from _month(month, style, brief=number > 1 and len(plan.months) > 8)
    yield from _say(f"Every week of phases 2 and 3: {_mix(plan.phases[1:])}.", style, indent=2)
    yield "", ""


def _mix(phases: Sequence[Phase]) -> str:
    """Return the planned shares of the streams that these phases have in common."""
    names = contents().streams
    sums: dict[str, int] = {}
    for phase in phases:
        for name, minutes in phase.mix:
            sums[name] = sums.get(name, 0) + minutes
    total = sum(sums.values())
    return ", ".join(f"{100 * part / total:.0f} % {names[name]}" for name, part in sums.items())


def _month(month: Month, style: Style, *, brief: bool) -> Iterator[Line]:
    """Yield one month; ``brief`` keeps a long plan's later months to their titles."""
    dates = _span(month.start, month.end)
    yield from _say(f"{month.number:2}  {dates.ljust(16)}  {month.title}", style, indent=2, hang=4)
    if style.full:
        codes = ", ".join(f"{skill.id} {skill.name}" for skill in month.trains)
        yield from _say(
            f"Trains {codes}. You make: {month.artifact} ({month.file}).", style, indent=6
        )
        yield "", ""
        for week in month.weeks:
            yield from _week(week, style)
    elif not brief:
        names = ", ".join(skill.name for skill in month.trains)
        yield from _say(f"Train: {names}. Make: {month.artifact}.", style, indent=6)


def _gates(plan: Roadmap, style: Style) -> Iterator[Line]:
    still = sum(gate.is_open for gate in plan.gates)
    yield from _say(
        f"{len(plan.gates)} gates, {still} open. Dates are aims; no hours, course or certificate "
        "closes one.",
        style,
        bold=True,
    )
    for gate in sorted(plan.gates, key=lambda gate: gate.due):
        yield from _gate(gate, style)
    yield from _say(
        "Nobody is ready without ratings by people on audience fit and pressure (A1, A2).",
        style,
        indent=2,
    )
    yield "", ""


def _gate(gate: Gate, style: Style) -> Iterator[Line]:
    not_by = f" Not by {gate.not_by}." if style.full else ""
    mark = "[ ]" if gate.is_open else "[x]"
    due = _date(gate.due) if style.years else f"{gate.due.day:2} {gate.due:%b}"
    lacks = " This pace has no room for all of it." if gate.unplanned else ""
    text = f"{mark} {due}  {gate.title}: {gate.closed_by}.{not_by}{lacks}"
    yield from _say(text, style, indent=2, hang=6 + len(due))


def _today(plan: Roadmap, style: Style) -> Iterator[Line]:
    hours = {way: round(minutes / 60) for way, minutes in plan.minutes_by_way().items()}
    yield "What of this the product does today, and what not yet", "bold"
    ready = [a for a in plan.abilities if a.command is not None]
    waiting = [a for a in plan.abilities if a.command is None]
    parts = [
        f"{_ability_names(list(same))} (month {month})"
        for month, same in groupby(waiting, lambda a: _month_number(a.first_needed, plan))
    ]
    run = f"{hours['product']} of {round(plan.minutes / 60)} h run in it"
    yield from _say(
        f"{run}: {_ability_names(ready) or 'nothing yet'}. "
        f"{hours['hand']} h are by hand or with people, and meant so.",
        style,
        indent=2,
    )
    lacks = (
        f"{hours['stand-in']} h wait for what it lacks, by hand until then: {'; '.join(parts)}."
    )
    yield from _say(lacks if parts else "It lacks nothing that this plan uses.", style, indent=2)
    yield from _say(
        "It does not read evidence yet: keep your files; the gates stay open until it does.",
        style,
        indent=2,
    )
    if style.full:
        for ability in waiting:
            if not ability.id.startswith("case:"):
                yield from _say(f"{ability.title}: {ability.stand_in}", style, indent=4, hang=2)
    yield "", ""


def _month_number(day: date, plan: Roadmap) -> int:
    return next(month.number for month in plan.months if month.start <= day <= month.end)


def _ability_names(abilities: list[Ability]) -> str:
    """Return abilities in a phrase, the cases by name at the end."""
    plain = [a.title for a in abilities if not a.id.startswith("case:")]
    cases = [a.id.removeprefix("case:") for a in abilities if a.id.startswith("case:")]
    return ", ".join([*plain, *cases])


def _footer(plan: Roadmap, style: Style) -> Iterator[Line]:
    more = "" if style.full else f"Every week: {_again(plan)} --full. "
    yield from _say(
        f"{more}Keep these dates with --ics roadmap.ics: asked again, the plan starts that day. "
        "Missed weeks are normal: move the dates, keep the gates.",
        style,
    )
    if plan.next.command and plan.next.start == plan.today:
        yield f"Now: {plan.next.command}", "bold"


def _again(plan: Roadmap) -> str:
    """Return the command that asks for the same plan."""
    profile = plan.profile
    words = ["whennot roadmap --background", profile.background]
    if profile.target != "mid-tier":
        words += ["--target", profile.target]
    if profile.hours_per_week != 6:
        words += ["--hours", f"{profile.hours_per_week:g}"]
    if profile.domain != "other":
        words += ["--domain", profile.domain]
    if plan.start != plan.today:
        words += ["--start", f"{plan.start}"]
    if profile.by is not None:
        words += ["--by", f"{profile.by}"]
    return " ".join(words)


# --- the page without a background ---------------------------------------------------------------


def choice(*, width: int) -> list[Line]:
    """Return what to show somebody who has not said where they come from."""
    style = Style(width=width)
    lines = [*_say("Next: run the line that describes you best.", style, bold=True), ("", "")]
    for name, background in contents().backgrounds.items():
        lines += [(f"  whennot roadmap --background {name}", "bold")]
        lines += _say(
            f"You {background.line[4:]}. To unlearn: {background.habit}.", style, indent=6
        )
    lines += [("", "")]
    lines += _say(
        "Add --hours (a week, default 6), --target tier-1 for 12 to 18 months instead of 6 to 9, "
        "--domain health, finance or logistics if that is what you know.",
        style,
    )
    return lines


# --- lines ---------------------------------------------------------------------------------------


def _say(
    text: str, style: Style, *, indent: int = 0, hang: int = 0, bold: bool = False
) -> list[Line]:
    """Return a paragraph as lines that fit; ``hang`` indents all but the first."""
    first, rest = " " * indent, " " * (indent + hang)
    lines = wrap(
        text,
        style.width,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [(line, "bold" if bold else "") for line in lines]


def _minutes(minutes: int) -> str:
    """Return a duration as people say it."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def _day(day: date) -> str:
    return f"{day:%a} {_date(day)}"


def _date(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _span(first: date, last: date) -> str:
    return f"{first.day} {first:%b} to {last.day} {last:%b}"

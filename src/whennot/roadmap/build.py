"""From a profile to a dated plan: span, months, weeks, gates.

This engine plans from hours alone and therefore claims nothing about progress. An engine that
reads evidence can replace ``build`` behind the same signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from whennot.roadmap.contents import (
    BackgroundText,
    Contents,
    MonthText,
    PhaseText,
    TargetText,
    contents,
)
from whennot.roadmap.horizon import cuts, last_day, span, split
from whennot.roadmap.model import (
    Gate,
    Habit,
    Month,
    Phase,
    Piece,
    Roadmap,
    Skill,
    Step,
    Unit,
    Week,
)
from whennot.roadmap.outline import outline, shares
from whennot.roadmap.profile import Profile
from whennot.roadmap.schedule import Laid, lay
from whennot.roadmap.units import Shop, abilities_used

ROOMY = 1.25
"""Planned over needed hours above which a notice says that more shorten nothing (assumed)."""


def build(profile: Profile, *, today: date, available: Mapping[str, str]) -> Roadmap:
    """Return the dated plan for a profile.

    Args:
        profile: who plans, for what, with how many hours a week.
        today: the day on which the plan is asked for.
        available: what the product can do now, as ability -> the command that starts it (empty
            where it is part of another one). ``case:<name>`` stands for an installed case.

    Returns:
        A plan whose weeks begin on the weekday of its start and hold the profile's hours, and
        whose gates are all open.

    Raises:
        PlayerError: the start is more than a year away.
    """
    text = contents()
    target = text.targets[profile.target]
    when = span(profile, target=target, today=today)
    shop = Shop(text=text, domain=text.domains[profile.domain], available=available)
    plan = outline(profile, text=text)
    edges = [when.start + timedelta(weeks=cut) for cut in cuts(when.weeks, len(plan))]
    months, left_out = _months(plan, edges=edges, profile=profile, shop=shop)
    return Roadmap(
        profile=profile,
        today=today,
        start=when.start,
        end=last_day(when.start, weeks=when.weeks),
        next=_next_step(months[0].weeks[0]),
        habit=_habit(text.backgrounds[profile.background]),
        phases=tuple(_phase(phase, months=months) for phase in text.phases),
        months=months,
        gates=_gates(text, months=months, parts=target.parts, left_out=left_out),
        abilities=abilities_used([week for month in months for week in month.weeks], shop=shop),
        left_out=left_out,
        notices=(
            *when.notices,
            *_about_hours(profile, target, weeks=when.weeks, left_out=left_out),
        ),
    )


def _months(
    plan: list[MonthText], *, edges: list[date], profile: Profile, shop: Shop
) -> tuple[tuple[Month, ...], tuple[Unit, ...]]:
    """Return the dated months and the units that found no room."""
    months: list[Month] = []
    left_out: list[Unit] = []
    week = 1
    for number, (written, (begin, end)) in enumerate(zip(plan, pairwise(edges), strict=True), 1):
        weeks = (end - begin).days // 7
        laid = _lay_month(written, weeks=range(week, week + weeks), profile=profile, shop=shop)
        months.append(_month(written, laid, number=number, begin=begin, week=week, shop=shop))
        left_out += [unit for stream in laid for unit in stream.left_out]
        week += weeks
    return tuple(months), tuple(left_out)


def _lay_month(written: MonthText, *, weeks: range, profile: Profile, shop: Shop) -> list[Laid]:
    """Return each stream of a month, laid into its weeks; the standing exercises take turns."""
    phase = next(phase for phase in shop.text.phases if phase.id == written.phase)
    minutes = round(profile.hours_per_week * 60)
    share = shares(phase, profile=profile, text=shop.text)
    return [
        lay(
            [shop.unit(shop.text.units[name], stream=stream) for name in written.units[stream]],
            again=[shop.unit(one, stream=stream) for one in phase.again[stream]],
            weeks=weeks,
            minutes=part,
        )
        for stream, part in split(minutes, tuple(share.items())).items()
    ]


def _month(
    written: MonthText, laid: list[Laid], *, number: int, begin: date, week: int, shop: Shop
) -> Month:
    """Return one dated month."""
    weeks = [
        _week(week + index, [stream.weeks[index] for stream in laid], begin=begin, index=index)
        for index in range(len(laid[0].weeks))
    ]
    return Month(
        number=number,
        id=written.id,
        phase=written.phase,
        title=written.title,
        start=begin,
        end=weeks[-1].end,
        trains=tuple(Skill(one, shop.text.competencies[one]) for one in written.trains),
        artifact=written.artifact,
        file=written.file,
        weeks=tuple(weeks),
    )


def _week(number: int, streams: list[tuple[Piece, ...]], *, begin: date, index: int) -> Week:
    """Return one dated week."""
    start = begin + timedelta(weeks=index)
    pieces = tuple(piece for stream in streams for piece in stream)
    return Week(number=number, start=start, end=start + timedelta(days=6), pieces=pieces)


def _phase(written: PhaseText, *, months: tuple[Month, ...]) -> Phase:
    """Return a dated phase and the minutes it plans for each stream."""
    own = [month for month in months if month.phase == written.id]
    mix: dict[str, int] = {}
    for month in own:
        for week in month.weeks:
            for piece in week.pieces:
                mix[piece.unit.stream] = mix.get(piece.unit.stream, 0) + piece.minutes
    return Phase(
        id=written.id,
        title=written.title,
        start=own[0].start,
        end=own[-1].end,
        weeks=sum(len(month.weeks) for month in own),
        mix=tuple(mix.items()),
    )


def _gates(
    text: Contents, *, months: tuple[Month, ...], parts: int, left_out: tuple[Unit, ...]
) -> tuple[Gate, ...]:
    """Return the checklist, each item due at the end of its month and open."""
    absent = {unit.id for unit in left_out}
    return tuple(
        Gate(
            id=gate.id,
            requirement=gate.requirement,
            title=gate.title,
            due=months[gate.month * parts - 1].end,
            closed_by=gate.closed_by,
            not_by=gate.not_by,
            units=tuple(name for name in gate.units if name not in absent),
            unplanned=tuple(name for name in gate.units if name in absent),
        )
        for gate in text.gates
    )


def _habit(background: BackgroundText) -> Habit:
    """Return what this background has to unlearn."""
    return Habit(
        name=background.habit,
        shows=background.shows,
        drill=background.drill,
        done_when=background.done_when,
    )


def _next_step(week: Week) -> Step:
    """Return the first thing of the first week."""
    piece = week.pieces[0]
    return Step(
        title=piece.unit.title,
        do=piece.unit.instead or piece.unit.do,
        minutes=piece.minutes,
        start=week.start,
        command=piece.unit.command,
    )


def _about_hours(
    profile: Profile, target: TargetText, *, weeks: int, left_out: tuple[Unit, ...]
) -> tuple[str, ...]:
    """Return what too few or very many hours do to the plan."""
    planned = profile.hours_per_week * weeks
    if left_out:
        enough = target.effort_hours / weeks
        notice = (
            f"{profile.hours_per_week:g} h in {weeks} weeks make {planned:.0f} of the "
            f"{target.effort_hours} hours that {target.title} takes, so {len(left_out)} of the "
            f"less important units are left out (--full names them). {enough:.1f} h a week would "
            "hold all of them; the gates stay the same."
        )
        return (notice,)
    if planned > target.effort_hours * ROOMY:
        enough = target.effort_hours / target.least_weeks
        notice = (
            "More hours do not shorten the plan: judgment needs time between attempts. "
            f"Hours above {enough:.0f} a week go to fresh variants and standing exercises."
        )
        return (notice,)
    return ()

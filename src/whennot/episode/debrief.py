"""What an episode has to tell, as data: every shell draws the same parts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.episode.costliest import money
from whennot.episode.episode import Episode
from whennot.episode.findings import Findings
from whennot.errors import PlayerError
from whennot.world.policy import Policy
from whennot.world.quality import Rival


@dataclass(frozen=True)
class Marker:
    """Something that happened on a day of the quarter."""

    day: int
    text: str


@dataclass(frozen=True)
class Asked:
    """One question or conversation: whether it was asked, what it tells here, what it is worth.

    Attributes:
        text: the question, or who was heard. asked: whether it was. minutes: what it took.
        told: what it reveals in this world. matters: whether it reveals anything.
        usd: what asking it alone is worth before any answer, USD a quarter; se: its standard
            error. Both from worlds that the estimate was not made from.
        is_best: whether it belongs to the best set one could have asked.
    """

    text: str
    asked: bool
    minutes: int
    told: str
    matters: bool
    usd: float
    se: float
    is_best: bool


@dataclass(frozen=True)
class Series:
    """A daily series worth drawing, with its label and unit."""

    label: str
    unit: str
    days: tuple[float, ...]


@dataclass(frozen=True)
class Quarter:
    """The quarter as it happened.

    Attributes:
        headlines: the one or two series the case is about.
        trust: mean trust of active users at the end of each day, in [0, 1].
        launch_trust: before the launch.
        markers: stops, actions, failures and events by day.
        by_payer: USD to business, users and third parties.
        usd: all payers together.
        broke: the failure mode that came first, in words, or empty.
        stated: percent the player gave to it; None where the forecast did not ask about it.
    """

    headlines: tuple[Series, ...]
    trust: tuple[float, ...]
    launch_trust: float
    markers: tuple[Marker, ...]
    by_payer: dict[str, float]
    usd: float
    broke: str
    stated: float | None


WHOLE = 100
"""Numbers from here up are told without decimals."""
SMALL_SHARE = 0.05
"""Shares from here up are told in whole percent: what people say is no more precise."""


def findings_of(episode: Episode) -> Findings:
    """Return the findings of a finished episode.

    Raises:
        PlayerError: it has not reached its debrief.
    """
    if episode.findings is None:
        message = f"{episode.case.name}: no debrief before the review"
        raise PlayerError(message)
    return episode.findings


def quarter_of(episode: Episode) -> Quarter:
    """Return the quarter as it happened, with its events; it needs no verdict.

    Raises:
        PlayerError: it is not over.
    """
    final = episode.run
    if final is None or episode.state not in {"review", "debrief"}:
        raise PlayerError(f"{episode.case.name}: the quarter is not over")
    spec = episode.case.spec
    first = final.first_failures[0]
    markers = [
        Marker(s.day, f'{s.title}: you chose "{spec.actions[s.chosen].label.lower()}"')
        for s in episode.visited
    ]
    for mode, onset in final.failures.items():
        if onset[0] < final.days:
            markers.append(Marker(int(onset[0]), spec.failures[mode].label))
    stated = dict(episode.forecast)
    return Quarter(
        headlines=tuple(
            Series(spec.signals[n].label, spec.signals[n].unit, _first(final.signal(n)))
            for n in spec.headlines
        ),
        trust=tuple(float(v) for v in final.mean_trust[0]),
        launch_trust=final.launch_trust,
        markers=tuple(sorted(markers, key=lambda marker: marker.day)),
        by_payer=final.usd_by_payer(),
        usd=float(final.usd[0]),
        broke="" if first == "none" else spec.failures[first].label,
        stated=stated.get(first),
    )


def _first(series: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(v) for v in series[0])


def policy_words(episode: Episode, policy: Policy) -> list[tuple[str, str]]:
    """Return a policy as (lever, value) in the player's words.

    Untouched defaults and levers that change nothing with it are left out.
    """
    spec = episode.case.spec
    idle = spec.idle(policy["option"])
    rows = [
        (
            lever.label if lever.live else f"{lever.label} (set by a sign-off or the full panel)",
            lever.shown(policy[name]),
        )
        for name, lever in spec.levers.items()
        if (lever.live or policy[name] != lever.default) and name not in idle
    ]
    if policy.trigger is not None:
        t = policy.trigger
        label = spec.signals[t.signal].label
        limit = number(t.threshold, spec.signals[t.signal].unit)
        action = spec.actions[t.action].label.lower()
        rows.append(("Trigger", f"{label} {t.comparator} {limit} for {t.for_days} days: {action}"))
    return rows


def in_force_words(episode: Episode) -> list[tuple[str, str]]:
    """Return (lever, value) as they stand at the stop that waits; nothing where none waits."""
    policy, spec = episode.in_force, episode.case.spec
    if policy is None:
        return []
    idle, levers = spec.idle(policy["option"]), spec.levers
    told = [n for n in episode.live_levers if n not in idle]
    return [(levers[n].label, levers[n].shown(policy[n])) for n in told]


@dataclass(frozen=True)
class Compared:
    """A policy the player's was compared with.

    Attributes:
        words: its settings in the player's words.
        rival: what it is worth, and how far it is behind the best.
        tied: whether it cannot be told from the best.
    """

    words: str
    rival: Rival
    tied: bool


def compared(episode: Episode) -> list[Compared]:
    """Return the rivals, best first; those that say the same are one, as they do the same."""
    quality = findings_of(episode).quality
    rows: dict[str, Compared] = {}
    for rival in quality.rivals:
        words = "; ".join(value for _, value in policy_words(episode, rival.policy))
        rows.setdefault(words, Compared(words, rival, rival.policy in quality.tied))
    return list(rows.values())


def questions_of(episode: Episode) -> list[Asked]:
    """Return everything one could ask, what was asked first, then what is worth most."""
    spec, information = episode.case.spec, findings_of(episode).information
    rows = []
    for name, question in spec.questions.items():
        fact = spec.facts.get(question.reveals)
        told = (
            ""
            if fact is None
            else f"{fact.label}: {number(episode.world.value(question.reveals), fact.unit)}"
        )
        rows.append((name, question.text, name in episode.asked, question.minutes, told))
    for name, person in spec.stakeholders.items():
        about = "; ".join(spec.facts[s.fact].label for s in person.statements)
        words = f"{person.name}, {person.role}"
        rows.append((name, words, name in episode.heard, person.minutes, f"speaks of: {about}"))
    asked = [
        Asked(
            text,
            was_asked,
            minutes,
            told,
            bool(told),
            information.each[name].usd,
            information.each[name].se,
            name in information.best_names,
        )
        for name, text, was_asked, minutes, told in rows
    ]
    return sorted(asked, key=lambda row: (not row.asked, -row.usd))


def wrong_statements_heard(episode: Episode) -> list[str]:
    """Return what was said to the player that was not so, and what it cost."""
    spec = episode.case.spec
    cost = {(x.said.stakeholder, x.said.fact): x for x in findings_of(episode).assessment.misled}
    rows = []
    for said in (s for s in episode.said if s.wrong):
        fact, who = spec.facts[said.fact], spec.stakeholders[said.stakeholder].name
        true = number(episode.world.value(said.fact), fact.unit)
        told = f"{who} said {number(said.value, fact.unit)}; it was {true} ({fact.label})"
        found = cost.get((said.stakeholder, said.fact))
        if found is None:
            told += ". You had asked, so it did not count"
        elif found.usd <= 2 * found.se:
            told += ". It cost your decision nothing that can be measured"
        else:
            told += (
                f". Without it you would best have decided otherwise: {money(found.usd)} "
                f"± {money(2 * found.se)} a quarter, with hindsight"
            )
        rows.append(told)
    return rows


def frontier_words(episode: Episode) -> list[str]:
    """Return where building becomes right here, beside what the player said."""
    spec, found = episode.case.spec, findings_of(episode).assessment.frontier
    fact = spec.facts[found.fact]
    names = [spec.option_lever.choices[o].label.lower() for o in spec.frontier.options]
    what = " or ".join(names)
    rows = [spec.frontier.question]
    if found.crossing is None:
        always = "at every value" if found.always else "at no value"
        rows.append(
            f"As far as you knew, {what} would have been best {always} from "
            f"{number(found.values[0], fact.unit)} to {number(found.values[-1], fact.unit)}."
        )
    else:
        between = ""
        if found.low is not None and found.high is not None:
            between = (
                f" (the simulation leaves it open between {number(found.low, fact.unit)} and "
                f"{number(found.high, fact.unit)})"
            )
        rows.append(
            f"As far as you knew, {what} is best {spec.frontier.direction} "
            f"{number(found.crossing, fact.unit)}{between}."
        )
    said = episode.decision.statements.viability if episode.decision else None
    if said is not None:
        true = number(episode.world.value(found.fact), fact.unit)
        rows.append(
            f"You said {spec.frontier.direction} {number(said, fact.unit)}; in this world it was "
            f"{true}."
        )
    return rows


def contested_words(episode: Episode) -> list[str]:
    """Return which assumptions the verdict on the player's option hangs on."""
    spec, rows = episode.case.spec, []
    for flip in findings_of(episode).assessment.contested:
        number_ = spec.parameters[flip.parameter]
        best = spec.option_lever.choices[flip.option].label.lower()
        what = number_.label or flip.parameter.replace("_", " ")
        # What a share is a share of, its name has said.
        unit = "share" if number_.unit.startswith("share") else number_.unit
        rows.append(
            f"{what}: {number_.status} at {number(number_.value, unit)}; at "
            f"{number(flip.value, unit)}, still plausible, {best} would be best by "
            f"{money(flip.usd)}"
        )
    return rows


def number(value: float, unit: str) -> str:
    """Return a number with its unit, shares as percent."""
    if unit.startswith(("share", "probability")):
        rest = unit.removeprefix("share").removeprefix("probability").strip()
        percent = f"{100 * value:.0f}" if value >= SMALL_SHARE else f"{100 * value:.2g}"
        return f"{percent} % {rest}".strip()
    shown = f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:.3g}"
    return f"{shown} {unit}"


def hindsight(episode: Episode) -> list[dict[str, Any]]:
    """Return for each stop what was done and the best other action, valued on fresh draws."""
    rows = []
    for stop in episode.visited:
        here = [a for a in findings_of(episode).alternatives if a.stop == stop]
        best = max(here, key=lambda a: a.usd)
        labels = episode.case.spec.actions
        rows.append(
            {
                "day": stop.day,
                "title": stop.title,
                "chosen": labels[stop.chosen].label,
                "best": labels[best.action].label,
                "usd": best.usd,
                "se": best.se,
                "same": best.action == stop.chosen or best.usd <= 2 * best.se,
            }
        )
    return rows


def axis_top(value: float) -> float:
    """Return where an axis from 0 ends: a round number at or above the value."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 10)
    return next(power * s for s in steps if power * s >= value * (1 - 1e-9))


def place_words(share: float) -> str:
    """Return a place among 100 runs in words."""
    rank = round(100 * float(np.clip(share, 0, 1)))
    return f"better than {rank} of 100"


__all__ = [
    "Asked",
    "Compared",
    "Marker",
    "Quarter",
    "compared",
    "contested_words",
    "findings_of",
    "frontier_words",
    "hindsight",
    "in_force_words",
    "money",
    "number",
    "place_words",
    "policy_words",
    "quarter_of",
    "questions_of",
    "wrong_statements_heard",
]

"""What an episode's moves are worth to the scores: hygiene, rubric, red flags, the forecast.

`written` reads statements and never a lever, a trigger, a sign-off, an operating action or the
review, so replacing what was decided leaves hygiene as it is, to the byte. It knows moves by
kind and not by number: a refused sign-off shifts numbers, and who refuses depends on levers.
The rubric may read all of them (`whennot.episode.seen`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whennot.episode import moves as m
from whennot.episode.case import Case
from whennot.episode.episode import Episode
from whennot.episode.judge import DICE
from whennot.episode.seen import NOTHING, hurt_words, owner_known, seen_in, stated_percent
from whennot.score import flags
from whennot.score.flags import RedFlag
from whennot.score.hygiene import Hygiene, Source, Written, hygiene
from whennot.score.observe import observe
from whennot.score.proper import ForecastDistance, brier, forecast_distance
from whennot.score.rubric import BY_CODE, GROUPS, INSUFFICIENT, Mark, MoveRef, Rubric, rubric

LEAST_RUNS = 16
"""Simulated runs that must be left once those a forecast could not speak about are set aside."""
NOT_ASKED = ("H3", "H4", "H5", "H10", "H13")
"""Items of hygiene that no form of an episode asks for yet."""

Moves = Sequence[Any]
Row = tuple[str, str, str]
Part = tuple[str, str, list[Row]]
"""A part of the debrief: title, note, and rows of (what, mark, reason)."""


# --- hygiene: statements only --------------------------------------------------------------------


def written(case: Case, moves: Moves, *, flight: str = "first") -> Written:
    """Return what was stated before anything ran.

    Args:
        case: gives names their words; no number of its world is read.
        moves: of the episode, as far as it went.
        flight: first or full.
    """
    spec = case.spec
    goal, said, forecast = _objective(moves), _statements(moves), _last(moves, m.Forecast)
    metric = None if goal is None else spec.metrics[goal.metric]
    return Written(
        owner=said.owner,
        owner_known=owner_known(case, said.owner),
        metric=metric.label if metric else "",
        unit=metric.unit if metric else "",
        baseline=metric.baseline if metric else "",
        target=goal.target if goal else "",
        guardrail=goal.guardrail if goal else "",
        worse_off=hurt_words(case, goal.worse_off) if goal else "",
        from_fact=_fact_words(case, said.from_fact),
        from_source=_source(case, moves, said.from_fact),
        from_checked=_checked(case, moves, said.from_fact),
        why=said.why,
        hurt=hurt_words(case, said.hurt),
        stop_if=said.stop_if,
        kill_criterion=spec.kill_criteria.get(said.kill_criterion, ""),
        viability=said.viability,
        viability_of=_fact_words(case, spec.frontier.fact),
        viability_printed=said.viability == spec.facts[spec.frontier.fact].value,
        viability_known=_source(case, moves, spec.frontier.fact) in {"asked", "told"},
        percent=stated_percent(case, forecast, flight=flight) if forecast else {},
        nothing=NOTHING,
        changed_mind=said.changed_mind,
        unasked=dict.fromkeys(NOT_ASKED, _not_asked(flight)),
    )


def _not_asked(flight: str) -> str:
    return "Not asked in first flight." if flight == "first" else "No move of an episode asks it."


def _last(moves: Moves, kind: type[Any]) -> Any:
    return next((move for move in reversed(moves) if isinstance(move, kind)), None)


def _objective(moves: Moves) -> m.Objective | None:
    stated = _last(moves, m.StateObjective)
    return None if stated is None else stated.objective


def _statements(moves: Moves) -> m.Statements:
    """Return the statements that came with the decision; its levers and trigger stay behind."""
    decided = _last(moves, m.Decide)
    return m.Statements() if decided is None else decided.statements


def _fact_words(case: Case, name: str) -> str:
    return case.spec.facts[name].label if name in case.spec.facts else ""


def _source(case: Case, moves: Moves, fact: str) -> Source:
    """Return how a fact was known when deciding; the best way counts.

    Questions and conversations are only possible before the decision.
    """
    spec = case.spec
    if fact not in spec.facts:
        return ""
    if any(spec.questions[x.question].reveals == fact for x in moves if isinstance(x, m.Ask)):
        return "asked"
    if spec.facts[fact].told:
        return "told"
    heard = {x.stakeholder for x in moves if isinstance(x, m.Listen)}
    said = {s.fact for who in heard for s in spec.stakeholders[who].statements}
    return "heard" if fact in said else ""


def _checked(case: Case, moves: Moves, fact: str) -> bool:
    """Return whether a fact was asked for and somebody's word on it was heard as well."""
    told = {
        s.fact
        for x in moves
        if isinstance(x, m.Listen)
        for s in case.spec.stakeholders[x.stakeholder].statements
    }
    return fact in told and _source(case, moves, fact) == "asked"


# --- rubric and red flags: every move ------------------------------------------------------------


def rubric_marks(
    case: Case,
    moves: Moves,
    *,
    known: Mapping[str, float] | None = None,
    simulated: Mapping[str, float] | None = None,
    flight: str = "first",
) -> tuple[Mark, ...]:
    """Return a mark for each sub-criterion, or insufficient evidence.

    Args:
        case: the case that was played.
        moves: of the episode, as far as it went.
        known: facts the player knew for certain when deciding, with their values.
        simulated: how often each outcome of the forecast came first; None if not known.
        flight: first or full.
    """
    return observe(seen_in(case, moves, known=known or {}, simulated=simulated, flight=flight))


def red_flags(case: Case, moves: Moves, *, flight: str = "first") -> tuple[RedFlag, ...]:
    """Return the red flags a program can raise, with quotes; arguments as for `written`."""
    said = written(case, moves, flight=flight)
    raised: list[RedFlag | None] = []
    for number, move in enumerate(moves, start=1):
        at = MoveRef(number, move.kind)
        if isinstance(move, m.Begin):
            raised.append(flags.technology_first(move.first_words, move=at))
        if move is _last(moves, m.StateObjective):
            raised.append(flags.accuracy_alone(said.metric, guardrail=said.guardrail, move=at))
        if move is _last(moves, m.Decide):
            raised.append(flags.nobody_hurt(said.hurt, worse_off=said.worse_off, move=at))
            raised.append(
                flags.stop_without_number(said.kill_criterion, stop_if=said.stop_if, move=at)
            )
        if move is _last(moves, m.Forecast):
            words = {outcome_words(case, n): p for n, p in said.percent.items()}
            raised.append(flags.certainty(words, move=at))
    return tuple(flag for flag in raised if flag is not None)


# --- the forecast --------------------------------------------------------------------------------


def outcome_words(case: Case, outcome: str) -> str:
    """Return what an outcome of a forecast is called."""
    return "Nothing breaks" if outcome == NOTHING else case.spec.failures[outcome].label


def simulated_among(
    stated: Mapping[str, float], first_failures: Mapping[str, float], *, runs: int
) -> dict[str, float] | None:
    """Return how often each outcome of a forecast came first, among runs it could speak about.

    A first flight forecasts a few failure modes. Runs in which another one came first are set
    aside: the player could not name it.

    Args:
        stated: the forecast, by outcome.
        first_failures: share of runs by what came first, over all failure modes.
        runs: number of simulated runs.

    Returns:
        Shares that sum to 1, or None when fewer than `LEAST_RUNS` runs are left.
    """
    listed = {n: float(first_failures.get(n, 0.0)) for n in stated}
    total = sum(listed.values())
    if total * runs < LEAST_RUNS:
        return None
    return {n: share / total for n, share in listed.items()}


def distance_of(episode: Episode) -> ForecastDistance | None:
    """Return how far the forecast is from the simulated probabilities.

    None before the debrief, and when too few runs broke (or held) in a way the forecast listed.
    """
    simulated = _simulated(episode)
    if simulated is None or episode.findings is None:
        return None
    stated = {n: p / 100 for n, p in episode.forecast}
    kept = sum(episode.findings.first_failures.get(n, 0.0) for n in stated)
    return forecast_distance(
        stated,
        simulated,
        outcomes={n: outcome_words(episode.case, n) for n in stated},
        runs=round(kept * len(DICE)),
    )


def _simulated(episode: Episode) -> dict[str, float] | None:
    if episode.findings is None or not episode.forecast:
        return None
    shares = episode.findings.first_failures
    return simulated_among(dict(episode.forecast), shares, runs=len(DICE))


def forecast_report(episode: Episode) -> list[str]:
    """Return what the debrief says about the forecast, line by line."""
    if episode.findings is None or not episode.forecast:
        return []
    found = distance_of(episode)
    if found is None:
        return ["In most runs something came first that was not on your list: no comparison."]
    lines = [found.words, _loss_words(found)]
    unlisted = 1 - sum(episode.findings.first_failures.get(n, 0.0) for n, _ in episode.forecast)
    if unlisted > 0.005:  # half a percentage point is nothing to tell
        lines.append(
            f"Left out: the {100 * unlisted:.0f} % of runs in which something not on your list "
            "came first."
        )
    return [*lines, _brier_words(episode)]


def _loss_words(found: ForecastDistance) -> str:
    return (
        f"{100 * found.total_variation:.0f} of your 100 points are in the wrong place: a squared "
        f"distance of {found.squared:.2f} (0 is perfect; {found.noise:.2f} is simulation noise)."
    )


def _brier_words(episode: Episode) -> str:
    came = "" if episode.findings is None else episode.findings.final.first_failures[0]
    stated = {n: p / 100 for n, p in episode.forecast}
    if came not in stated:
        return "What came first this time was not on your list, so this forecast stays unresolved."
    score = brier(stated, outcome=came)
    return (
        f"Brier score of this forecast: {score:.2f} (0 best, 2 certain and wrong). "
        "One forecast says little: what came first was one draw."
    )


# --- for the debrief -----------------------------------------------------------------------------


def hygiene_of(episode: Episode) -> Hygiene:
    """Return the hygiene of an episode, as far as it went."""
    return hygiene(written(episode.case, episode.moves, flight=episode.setup.flight))


def rubric_of(episode: Episode) -> Rubric:
    """Return the rubric as far as a program can see it in an episode."""
    return rubric(
        rubric_marks(
            episode.case,
            episode.moves,
            known=episode.known,
            simulated=_simulated(episode),
            flight=episode.setup.flight,
        )
    )


def marks_report(episode: Episode) -> list[Part]:
    """Return rubric, red flags and hygiene as parts of the debrief."""
    return [*_rubric_parts(rubric_of(episode)), _flag_part(episode), _hygiene_part(episode)]


def _rubric_parts(result: Rubric) -> list[Part]:
    parts = []
    for letter, (title, weight) in GROUPS.items():
        marks = [mark for mark in result.marks if mark.code[0] == letter]
        seen = [_mark_row(mark) for mark in marks if mark.score is not None]
        unseen = [_mark_row(mark) for mark in marks if mark.score is None]
        note = f"{weight} of 100 weight points; a program marks 0 to 3, people up to 4"
        parts.append((f"Rubric 60/25/15: {title}", note, [*seen, *unseen]))
    return [*parts, ("Rubric together", result.verdict, [])]


def _mark_row(mark: Mark) -> Row:
    criterion = BY_CODE[mark.code]
    shown = INSUFFICIENT if mark.score is None else f"{mark.score:g} of 4"
    rests = "" if mark.move is None else f" ({mark.move})"
    return (f"{mark.code} {criterion.title} ({criterion.weight})", shown, f"{mark.reason}{rests}")


def _flag_part(episode: Episode) -> Part:
    raised = red_flags(episode.case, episode.moves, flight=episode.setup.flight)
    rows = [
        (f"{f.code} {f.title}", "hint" if f.hint else "raised", f'"{f.quote}" ({f.move})')
        for f in raised
    ]
    note = "shown with the quote; they change no score"
    return ("Red flags", note, rows or [("none raised", "", "")])


def _hygiene_part(episode: Episode) -> Part:
    result = hygiene_of(episode)
    note = "from statements only, not from what you chose"
    if result.score is not None:
        held = f", held by {', '.join(result.held_by)} at 0" if result.held_by else ""
        note = f"{result.score:.0f} of 100, {result.band}{held}; {note}"
    rows = [
        (f"{item.code} {item.title}", f"{item.score} of 4", item.reason)
        for item in result.items
        if item.score is not None
    ]
    left = [item for item in result.items if item.score is None]
    for reason in dict.fromkeys(item.reason for item in left):
        names = ", ".join(f"{i.code} {i.title.lower()}" for i in left if i.reason == reason)
        rows.append(("Not applicable", "-", f"{reason.removesuffix('.')}: {names}."))
    return ("Hygiene", note, rows)

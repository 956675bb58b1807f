"""The second half of a brief: the forecast, what happened, and what it taught."""

from __future__ import annotations

import numpy as np

from whennot.episode import moves as m
from whennot.episode.debrief import Series, findings_of, quarter_of
from whennot.episode.episode import Episode
from whennot.episode.findings import Findings
from whennot.episode.judge import DICE
from whennot.prove.draft import lower_first, prompt, sentence, words
from whennot.prove.parts import ForecastRow, Line, Mark, Passage, Quarter, Worth
from whennot.prove.wording import (
    PERCENT_UNITS,
    clean,
    curly,
    dollars,
    figure,
    in_first_person,
    percent,
)
from whennot.world.quality import Quality
from whennot.world.spec import TriggerForm, WorldSpec

PAYERS = {"business": "business", "user": "users", "third party": "third parties"}
NOTHING = "nothing breaks"
UNLISTED = "something not on the list"
MOST_FACTS = 2
CALIBRATION_FLOOR = 100
"""Resolved forecasts under which calibration is no verdict."""


def forecast(episode: Episode) -> tuple[ForecastRow, ...]:
    """Return the forecast beside the simulated probabilities."""
    found, spec = findings_of(episode), episode.case.spec
    came = found.final.first_failures[0]
    stated = dict(episode.forecast)
    rows = []
    for mode, chance in stated.items():
        label = NOTHING if mode == "none" else lower_first(spec.failures[mode].label)
        simulated = 100 * found.first_failures.get(mode, 0.0)
        rows.append(ForecastRow(curly(label), chance, simulated, mode == came))
    unlisted = 100 * sum(p for mode, p in found.first_failures.items() if mode not in stated)
    if unlisted > 0 or came not in stated:
        rows.append(ForecastRow(UNLISTED, None, unlisted, came not in stated))
    return tuple(rows)


def forecast_note() -> Passage:
    """Return how far the simulated column can be trusted, and the stated one."""
    runs = len(DICE)
    worst = 100 * 0.5 / np.sqrt(runs)
    return Passage(
        f"Simulated in {runs} runs of this world (standard error at most {worst:.0f} points). One "
        f"forecast says nothing about calibration; that takes about {CALIBRATION_FLOOR}."
    )


def happened(episode: Episode) -> Quarter:
    """Return the quarter as it was."""
    found = findings_of(episode)
    lines = tuple(_line(s) for s in quarter_of(episode).headlines)
    return Quarter(lines, _marks(episode), tuple(_told(episode, found)))


def _line(series: Series) -> Line:
    """Return a series as it is drawn: shares as percent."""
    for kind in PERCENT_UNITS:
        if series.unit.startswith(kind):
            unit = f"% {series.unit.removeprefix(kind).strip()}".strip()
            return Line(curly(series.label), unit, tuple(100 * v for v in series.days))
    return Line(curly(series.label), series.unit, series.days)


def _marks(episode: Episode) -> tuple[Mark, ...]:
    final, spec = findings_of(episode).final, episode.case.spec
    acted = [x for x in episode.moves if x.kind == "operate"]
    marks = [
        Mark(
            s.day,
            curly(f"{s.title}: {lower_first(spec.actions[s.chosen].label)}"),
            "action",
            clean(move.why),
        )
        for s, move in zip(episode.visited, acted, strict=True)
    ]
    marks += [
        Mark(int(onset[0]), curly(spec.failures[mode].label), "harm")
        for mode, onset in final.failures.items()
        if onset[0] < final.days
    ]
    return tuple(sorted(marks, key=lambda mark: mark.day))


def _told(episode: Episode, found: Findings) -> list[Passage]:
    was, luck, spec = quarter_of(episode), found.luck, episode.case.spec
    first = found.final.first_failures[0]
    gave = f"I had given that {was.stated or 0:g} %."
    broke = f"Nothing broke; {lower_first_word(gave)}"
    if first != "none":
        day = int(found.final.failures[first][0])
        listed = first in dict(episode.forecast)
        gave = gave if listed else "It was not on the list."
        broke = f"First to break, on day {day}: {lower_first(spec.failures[first].label)}. {gave}"
    paid = ", ".join(f"{PAYERS[who]} {dollars(usd)}" for who, usd in was.by_payer.items() if usd)
    ran = "Left alone, the same decision" if episode.changes else "The same decision"
    better = round(100 * luck.world_place)
    return [
        Passage(curly(broke)),
        Passage(f"The quarter came to {dollars(was.usd)} ({paid}): one run, not a measurement."),
        Passage(
            f"{ran} would have done worse in {better} of 100 quarters it could have met "
            f"(standard deviation {dollars(luck.world_sd)}).",
            lead="Luck",
        ),
    ]


def lower_first_word(text: str) -> str:
    """Return a sentence as a clause; "I" stays."""
    return text if text.startswith("I ") else lower_first(text)


def worth(episode: Episode) -> Worth:
    """Return what the decision was worth given what could be known."""
    judged = findings_of(episode).quality
    span = judged.attainable_usd
    labels = episode.case.spec.option_lever.choices
    options = tuple(
        (curly(labels[option].label), float(np.clip((usd - judged.reference_value) / span, -1, 1)))
        for option, usd in judged.by_option.items()
        if span > 0
    )
    return Worth(judged.share, judged.share_se, options, tuple(_worth_told(episode, judged)))


def _worth_told(episode: Episode, judged: Quality) -> list[Passage]:
    fits, guess = f"{judged.worlds} worlds that fit it", f"{_review(episode).guess_percent:g} %"
    if judged.share <= -1:
        said = f"−100 % or worse, the end of the scale ({fits})"
    else:
        se = f"standard error {100 * judged.share_se:.1g} points, {fits}"
        whole = "of what could be had" if judged.share > 0 else "on a scale with the best at 100 %"
        said = f"{percent(judged.share)} {whole} ({se})"
    passages = [
        Passage(f"{said}. I had guessed {guess}.".replace("-", "−")),
        Passage(
            f"Expected {dollars(judged.value)} a quarter; the best with what I knew "
            f"{dollars(judged.best_value)}, sensible defaults {dollars(judged.reference_value)}. "
            f"Left behind by choice {dollars(judged.choice_usd)}, by what I did not ask "
            f"{dollars(judged.information_usd)}."
        ),
    ]
    if judged.is_tied:
        passages.append(Passage("It cannot be told apart from the best."))
    if judged.knife_edge:
        passages.append(Passage("A knife-edge: two halves of the worlds differ by over 2 points."))
    if flips := findings_of(episode).assessment.contested:
        named = episode.case.spec.parameters[flips[0].parameter]
        what = named.label or flips[0].parameter.replace("_", " ")
        passages.append(
            Passage(f"contested, so it does not count: {what} is assumed and decides the option.")
        )
    return passages


def _review(episode: Episode) -> m.Review:
    return next(x for x in episode.moves if isinstance(x, m.Review))


def got_wrong(episode: Episode) -> tuple[Passage, ...]:
    """Return where belief and world parted, in the player's words where there are any."""
    return tuple(
        p
        for p in (
            _cost(episode),
            _cause(episode),
            _missed(episode),
            _misled(episode),
            *_believed(episode),
        )
        if p is not None
    )


def _cost(episode: Episode) -> Passage:
    worst = findings_of(episode).assessment.costliest
    if not worst.chain:
        text = "Nothing I decided cost much. What is left is luck and what I did not ask."
    elif worst.chain.startswith("No single change"):
        # The chain then lists the best policy, which stands under what I now believe.
        text = f"No single choice; several together left {dollars(worst.usd)} a quarter unearned."
    else:
        text = curly(in_first_person(worst.chain))
    return Passage(text, lead="What cost most")


def _cause(episode: Episode) -> Passage | None:
    spec, came = episode.case.spec, findings_of(episode).final.first_failures[0]
    thought = _review(episode).cause
    if thought == came:
        return None
    mine, real = (
        "nothing" if mode == "none" else lower_first(curly(spec.failures[mode].label))
        for mode in (thought, came)
    )
    text = f"Looking back I blamed something else: {mine}."
    if thought == "none":
        text = f"Looking back I saw nothing break. What had: {real}."
    elif came == "none":
        text = f"Looking back I saw a failure where there was none: {mine}."
    return Passage(text, lead="What broke")


def _misled(episode: Episode) -> Passage | None:
    spec, wrong = episode.case.spec, [s for s in episode.said if s.wrong]
    if not wrong:
        return None
    told = []
    for said in wrong:
        fact = spec.facts[said.fact]
        heard, true = (
            figure(said.value, fact.unit),
            figure(episode.world.value(said.fact), fact.unit),
        )
        checked = ", which I checked" if said.fact in episode.known else ""
        who = spec.stakeholders[said.stakeholder].name
        told.append(f"{who} said {heard}; it was {true.number}{checked}.")
    return Passage(" ".join(told), lead="What I was told")


def _believed(episode: Episode) -> tuple[Passage, ...]:
    said, questions = _review(episode), episode.case.spec.questions
    believed = words(
        said.believed, ask="what you believed that was not so", lead="What I believed"
    )
    question = questions.get(said.would_have_told)
    if question is None or question.reveals in _missed_facts(episode):
        return (believed,)
    asked = " I asked it." if said.would_have_told in episode.asked else ""
    return believed, Passage(f"{curly(question.text)}{asked}", lead="What would have told me")


def now_believe(episode: Episode) -> tuple[Passage, ...]:
    """Return what the known world shows, and a prompt for what the player makes of it."""
    ask = "what you now believe, and would do first next time"
    passages = [prompt(ask), _best(episode)]
    frontier = episode.case.spec.frontier
    unit = episode.case.spec.facts[frontier.fact].unit
    here = figure(episode.world.value(frontier.fact), unit).number
    said = episode.decision.statements.viability if episode.decision else None
    if said is not None:
        mine = figure(said, unit, exact=True).number
        text = f"I said {frontier.direction} {mine}; this world has {here}."
        passages.append(Passage(text, lead="Where it turns"))
    return tuple(passages)


def _best(episode: Episode) -> Passage:
    found, spec, mine = findings_of(episode), episode.case.spec, episode.policy
    judged = found.quality
    best, lead = judged.best, "Best with what I knew"
    if mine is None or judged.is_tied:
        return Passage("my decision, or nothing that can be told apart from it.", lead=lead)
    rows = [
        ("" if name == "option" else f"{lower_first(in_first_person(lever.label))}: ")
        + lever.shown(best[name])
        for name, lever in spec.levers.items()
        if best[name] != mine[name]
    ]
    if best.trigger != mine.trigger:
        rows.append(_trigger_words(spec, best.trigger))
    gain = f"{dollars(judged.choice_usd)} ± {dollars(judged.choice_se)} (standard error) a quarter"
    return Passage(curly(f"{'; '.join(rows)}. Worth {gain}."), lead=lead)


def _trigger_words(spec: WorldSpec, trigger: TriggerForm | None) -> str:
    if trigger is None:
        return "no trigger"
    signal = spec.signals[trigger.signal]
    side = "above" if trigger.comparator == ">" else "below"
    limit = figure(trigger.threshold, signal.unit, exact=True).number
    return f"the trigger on {lower_first(signal.label)} {side} {limit}"


def _missed_facts(episode: Episode) -> list[str]:
    """Return the facts behind the questions that were worth asking and were not asked."""
    spec = episode.case.spec
    asked = {spec.questions[q].reveals for q in episode.asked}
    gold = [q.reveals for q in spec.questions.values() if q.gold and q.reveals not in asked]
    return gold[:MOST_FACTS]


def _missed(episode: Episode) -> Passage | None:
    spec = episode.case.spec
    rows = []
    for name in _missed_facts(episode):
        fact = spec.facts[name]
        rows.append(f"{fact.label}: {figure(episode.world.value(name), fact.unit).number}")
    return Passage(sentence(curly("; ".join(rows))), lead="What I did not ask") if rows else None

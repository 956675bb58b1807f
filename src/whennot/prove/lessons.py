"""The second half of a brief: the forecast, what happened, and what it taught."""

from __future__ import annotations

import numpy as np

from whennot.episode.debrief import findings_of, quarter_of
from whennot.episode.episode import Episode
from whennot.episode.judge import DICE, Findings
from whennot.prove.brief import ForecastRow, Mark, Passage, Quarter, Worth
from whennot.prove.draft import lower_first, prompt, sentence, words
from whennot.prove.wording import (
    clean,
    count,
    curly,
    dollars,
    figure,
    in_first_person,
    percent,
)
from whennot.world.regret import FRESH, TIED_SHARE

NOTHING = "nothing breaks"
UNLISTED = "something not on my list"
MOST_FACTS = 3
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
    was, found = quarter_of(episode), findings_of(episode)
    return Quarter(was.trust, was.launch_trust, _marks(episode), tuple(_told(episode, found)))


def _marks(episode: Episode) -> tuple[Mark, ...]:
    final, spec = findings_of(episode).final, episode.case.spec
    acted = [x for x in episode.moves if x.kind == "operate"]
    marks = [
        Mark(s.day, curly(f"{s.title}: {lower_first(spec.actions[s.chosen].label)}"), "action", clean(move.why))
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
    gave = f"I had given that {was.stated:g} %."
    broke = f"Nothing broke; {lower_first_word(gave)}"
    if first != "none":
        day = int(found.final.failures[first][0])
        listed = first in dict(episode.forecast)
        gave = gave if listed else "It was not on my list."
        broke = f"First to break, on day {day}: {lower_first(spec.failures[first].label)}. {gave}"
    paid = ", ".join(f"{who} {dollars(usd)}" for who, usd in was.by_payer.items())
    ran = "Left alone, the same decision" if episode.changes else "The same decision"
    better = round(luck.dice_place * len(DICE))
    return [
        Passage(curly(broke)),
        Passage(f"The quarter came to {dollars(was.usd)} ({paid}). One run; not a measurement."),
        Passage(
            f"{ran} did worse in {better} of {len(DICE)} other runs of this world "
            f"(they spread by {dollars(luck.dice_sd)}, standard deviation).",
            lead="Luck",
        ),
    ]


def lower_first_word(text: str) -> str:
    """Return a sentence as a clause; "I" stays."""
    return text if text.startswith("I ") else lower_first(text)


def is_tied(found: Findings) -> bool:
    """Return whether the decision cannot be told from the best one."""
    judged = found.regret
    span = abs(judged.best_value - judged.reference_value)
    return judged.usd <= max(2 * judged.se, TIED_SHARE * span)


def worth(episode: Episode) -> Worth:
    """Return what the decision was worth against every other one in the known world."""
    found = findings_of(episode)
    judged = found.regret
    span = judged.best_value - judged.reference_value
    labels = episode.case.spec.option_lever.choices
    options = tuple(
        (curly(labels[option].label), float(np.clip((usd - judged.reference_value) / span, -1, 1)))
        for option, usd in judged.by_option.items()
        if span
    )
    return Worth(judged.share, judged.share_se, options, tuple(_worth_told(episode, found)))


def _worth_told(episode: Episode, found: Findings) -> list[Passage]:
    judged = found.regret
    guess = _review(episode).guess_percent
    runs = f"{len(FRESH)} fresh runs"
    if judged.share <= -1:
        said = f"−100 % or worse, the end of the scale ({runs})"
    elif judged.usd == 0:
        said = f"100 % of what could be had: no other of {judged.policies:,} policies did better ({runs})"
    else:
        se = f"standard error {100 * judged.share_se:.1g} points, {runs}"
        said = f"{percent(judged.share)} of what could be had ({se})"
    value = (
        f"{dollars(judged.value)} a quarter on average; the best of {judged.policies:,} policies "
        f"{dollars(judged.best_value)}, the options' sensible defaults "
        f"{dollars(judged.reference_value)}."
    )
    passages = [Passage(f"{said}. I had guessed {guess:g} %.".replace("-", "−")), Passage(curly(value))]
    if is_tied(found) and judged.usd > 0:
        tied = count(len(judged.tied_set), "policy").replace("policys", "policies")
        passages.append(Passage(f"It cannot be told apart from the best ({tied} tie)."))
    return passages


def _review(episode: Episode):  # type: ignore[no-untyped-def]
    return next(x for x in episode.moves if x.kind == "review")


def got_wrong(episode: Episode) -> tuple[Passage, ...]:
    """Return where belief and world parted, in the player's words where there are any."""
    return tuple(
        p
        for p in (
            _cost(episode),
            _cause(episode),
            _guess(episode),
            _misled(episode),
            _believed(episode),
        )
        if p is not None
    )


def _cost(episode: Episode) -> Passage:
    worst = findings_of(episode).costliest
    if not worst.chain:
        text = "Nothing I decided cost much. What is left is luck and what I did not ask."
        return Passage(text, lead="What cost most")
    return Passage(curly(in_first_person(worst.chain)), lead="What cost most")


def _cause(episode: Episode) -> Passage:
    spec, came = episode.case.spec, findings_of(episode).final.first_failures[0]
    thought = _review(episode).cause
    if thought == came:
        if came == "none":
            return Passage("I expected no failure behind the numbers, and there was none.", lead="The cause")
        return Passage("I saw what broke first before I read the score.", lead="The cause")
    mine, real = (
        "nothing" if mode == "none" else f"“{curly(spec.failures[mode].label)}”"
        for mode in (thought, came)
    )
    return Passage(f"I thought {mine} broke first; it was {real}.", lead="The cause")


def _guess(episode: Episode) -> Passage | None:
    share, guess = 100 * findings_of(episode).regret.share, _review(episode).guess_percent
    off = guess - share
    if abs(off) < 10:
        return None
    how = "too sure of it" if off > 0 else "too hard on it"
    return Passage(f"I was {abs(off):.0f} points {how}.", lead="The score")


def _misled(episode: Episode) -> Passage | None:
    spec, wrong = episode.case.spec, [s for s in episode.said if s.wrong]
    if not wrong:
        return None
    told = []
    for said in wrong:
        fact = spec.facts[said.fact]
        heard, true = figure(said.value, fact.unit), figure(episode.world.value(said.fact), fact.unit)
        checked = ", which I checked" if said.fact in episode.known else ""
        told.append(f"{spec.stakeholders[said.stakeholder].name} said {heard}; it was {true.number}{checked}.")
    return Passage(" ".join(told), lead="What I was told")


def _believed(episode: Episode) -> Passage:
    said, questions = _review(episode), episode.case.spec.questions
    believed = words(said.believed, ask="what you believed that was not so", lead="What I believed")
    question = questions.get(said.would_have_told)
    if question is None or believed.kind == "prompt":
        return believed
    end = "" if believed.text.endswith((".", "?", "!")) else "."
    return Passage(f"{believed.text}{end} To ask: {question.text}", "words", believed.lead)


def now_believe(episode: Episode) -> tuple[Passage, ...]:
    """Return what the known world shows, and a prompt for what the player makes of it."""
    passages = [_again(episode)]
    if missed := _missed(episode):
        passages.append(Passage(missed, lead="What I did not ask"))
    frontier = episode.case.spec.frontier
    unit = episode.case.spec.facts[frontier.fact].unit
    true = figure(episode.world.value(frontier.fact), unit).number
    said = episode.decision.statements.viability if episode.decision else None
    if said is not None:
        mine = figure(said, unit).number
        text = f"I put it at {mine}; in this world the {frontier.label} was {true}."
        passages.append(Passage(curly(text), lead="Where it turns"))
    ask = "what you now believe, and what you would do first next time"
    return (*passages, prompt(ask))


def _again(episode: Episode) -> Passage:
    found, spec, mine = findings_of(episode), episode.case.spec, episode.policy
    best = found.regret.best
    if mine is None or is_tied(found):
        return Passage("I would decide the same again.", lead="Knowing this world")
    rows = [
        f"{lower_first(in_first_person(lever.label))}: {lever.shown(best[name])}"
        for name, lever in spec.levers.items()
        if best[name] != mine[name]
    ]
    if best.trigger != mine.trigger:
        t = best.trigger
        rows.append(
            "no trigger"
            if t is None
            else f"trigger: {lower_first(spec.signals[t.signal].label)} {t.comparator} {t.threshold:g}"
        )
    gain = f"{dollars(found.regret.usd)} ± {dollars(found.regret.se)} (standard error) a quarter"
    return Passage(sentence(curly(f"{'; '.join(rows)}. Worth {gain}")), lead="Knowing this world")


def _missed(episode: Episode) -> str:
    """Return the facts behind the questions that were worth asking and were not asked."""
    spec = episode.case.spec
    asked = {spec.questions[q].reveals for q in episode.asked}
    facts = [q.reveals for q in spec.questions.values() if q.gold and q.reveals not in asked]
    rows = []
    for name in facts[:MOST_FACTS]:
        fact = spec.facts[name]
        rows.append(f"{fact.label}: {figure(episode.world.value(name), fact.unit).number}")
    return sentence(curly("; ".join(rows))) if rows else ""

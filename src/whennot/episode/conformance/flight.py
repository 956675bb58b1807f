"""Rules about what is played: few levers, a short clock, people with lines, visible signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from whennot.episode.case import Stakeholder
from whennot.episode.conformance.subject import Fault, Subject
from whennot.episode.table import FIRST_FLIGHT_ASKS
from whennot.world.formula import evaluate, names_in
from whennot.world.spec import WorldSpec

LIVE_LEVERS = 4
FIRST_MODES = 3
COUNTS = {
    # part of the file: fewest, usual, most
    "facts": (6, 8, 10),
    "questions": (8, 10, 12),
    "stakeholders": (3, 4, 5),
    "failures": (4, 5, 6),
}
"""How many of each make a case that is rich enough and still fits one sitting."""
USUAL = ("questions", "stakeholders", "failures")
"""Parts whose usual number the screens are laid out for."""

Setting = Mapping[str, str | float]


def first_flight(subject: Subject) -> Iterator[Fault]:
    """First flight has at most four live levers, three failure modes and room for three asks."""
    spec = subject.case.spec
    live = [name for name, lever in spec.levers.items() if lever.live]
    if not 1 <= len(live) <= LIVE_LEVERS:
        yield Fault(
            subject.at("levers"),
            f"{len(live)} levers are live ({', '.join(live)}); allowed: 1 to {LIVE_LEVERS}. "
            "Take `live = true` from the ones that matter least; they keep their default",
        )
    if "option" not in live:
        yield Fault(subject.at("levers", "option"), "what is built is not live; add `live = true`")
    modes = [name for name, failure in spec.failures.items() if failure.first_flight]
    if len(modes) != FIRST_MODES:
        yield Fault(
            subject.at("failures"),
            f"{len(modes)} failure modes have `first_flight = true` ({', '.join(modes)}); "
            f"there must be {FIRST_MODES}",
        )
    yield from _minutes(subject)


def _minutes(subject: Subject) -> Iterator[Fault]:
    spec = subject.case.spec
    for part in ("questions", "stakeholders"):
        for name, asked in getattr(spec, part).items():
            where = subject.at(part, name, "minutes")
            if asked.minutes * FIRST_FLIGHT_ASKS > spec.minutes:
                yield Fault(
                    where,
                    f"{asked.minutes} minutes of {spec.minutes}: {FIRST_FLIGHT_ASKS} such asks do "
                    f"not fit; allowed: at most {spec.minutes // FIRST_FLIGHT_ASKS}",
                )
            elif asked.minutes * (FIRST_FLIGHT_ASKS + 1) <= spec.minutes:
                yield Fault(
                    where,
                    f"{asked.minutes} minutes of {spec.minutes}: more than {FIRST_FLIGHT_ASKS} "
                    "such asks fit, so minutes are left when first flight stops asking; "
                    f"{spec.minutes // FIRST_FLIGHT_ASKS} would fit",
                    "note",
                )


def counts(subject: Subject) -> Iterator[Fault]:
    """There are as many facts, questions, people and failure modes as one sitting holds."""
    for part, (fewest, usual, most) in COUNTS.items():
        number = len(getattr(subject.case.spec, part))
        if not fewest <= number <= most:
            yield Fault(subject.at(part), f"{number} {part}; allowed: {fewest} to {most}")
        elif part in USUAL and number != usual:
            yield Fault(subject.at(part), f"{number} {part}; {usual} are usual", "note")


def questions(subject: Subject) -> Iterator[Fault]:
    """Some questions are gold and some are decoys; decoys reveal nothing."""
    asked = subject.case.spec.questions
    if not any(q.gold for q in asked.values()):
        yield Fault(subject.at("questions"), "no question is gold; mark the ones worth asking")
    if all(q.reveals for q in asked.values()):
        yield Fault(
            subject.at("questions"),
            'no question is a decoy; add some with reveals = "" that sound useful and are not',
        )
    for name, question in asked.items():
        if question.gold and not question.reveals:
            yield Fault(
                subject.at("questions", name),
                f"{name} is gold and reveals nothing; name the fact in `reveals`",
            )
        if bool(question.reveals) != ("{value" in question.answer):
            yield Fault(
                subject.at("questions", name, "answer"),
                f"{name} reveals {question.reveals or 'nothing'}, so its answer must "
                f"{'hold {value}' if question.reveals else 'not hold {value}'}",
            )


def people(subject: Subject) -> Iterator[Fault]:
    """Every red line refuses some policies and not all, and what is asked for lifts it."""
    spec = subject.case.spec
    revealed = {q.reveals for q in spec.questions.values()}
    revealed |= {name for name, fact in spec.facts.items() if fact.told}
    for who, person in spec.stakeholders.items():
        line = person.red_line
        where = subject.at("stakeholders", who, "red_line", "refuses_if")
        every = list(_settings(spec, person))
        refused = [s for s in every if _refuses(person, s)]
        if len(refused) in {0, len(every)}:
            yield Fault(
                where,
                f"{who} refuses {'no' if not refused else 'every'} policy; a red line "
                f"({line.refuses_if}) must refuse some and not all",
            )
            continue
        stuck = next((s for s in refused if _refuses(person, {**s, **line.trade})), None)
        if stuck is not None:
            yield Fault(
                subject.at("stakeholders", who, "red_line", "trade"),
                f"{who} still refuses after the trade when {_told(stuck)}; "
                f"change `trade` so that {line.refuses_if} no longer holds",
            )
        for fact in line.answered_by:
            if fact not in revealed:
                yield Fault(
                    subject.at("stakeholders", who, "red_line", "answered_by"),
                    f"{who} is answered by {fact}, which no question reveals; "
                    f"allowed: {', '.join(sorted(revealed - {''}))}",
                )


def _settings(spec: WorldSpec, person: Stakeholder) -> Iterator[dict[str, str | float]]:
    """Yield every combination of what a red line reads; the trigger is 0 or 1."""
    read = sorted(names_in(person.red_line.refuses_if))
    axes = [(0.0, 1.0) if name == "trigger" else spec.levers[name].options for name in read]
    for values in product(*axes):
        yield dict(zip(read, values, strict=True))


def _refuses(person: Stakeholder, setting: Setting) -> bool:
    return bool(evaluate(person.red_line.refuses_if, setting))


def _told(setting: Setting) -> str:
    return ", ".join(f"{name} is {value}" for name, value in setting.items())


def signals(subject: Subject) -> Iterator[Fault]:
    """Triggers read only what the dashboard shows."""
    spec = subject.case.spec
    visible = [name for name, signal in spec.signals.items() if signal.visible]
    read = [(("triggers", n, "signal"), t.signal) for n, t in spec.triggers.items()]
    named = {n: p.trigger for n, p in spec.policies.items()}
    read += [(("policies", n, "trigger"), t.signal) for n, t in named.items() if t is not None]
    for path, signal in read:
        if signal not in visible:
            yield Fault(
                subject.at(*path),
                f"reads the signal {signal!r}, which nobody sees; allowed: {', '.join(visible)}",
            )

"""What a program can see of the rubric in one played decision, and what it cannot.

`Seen` is what happened, in plain values; `observe` turns it into marks. Conservative throughout:
typed choices and numbers count, prose does not; a choice that a form offered shows less than one
made unprompted, so most marks end at 2; where the form gave no chance to show something, the
result is insufficient evidence.

The limits in capitals are assumed, and ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from whennot.score import wording
from whennot.score.rubric import CRITERIA, Mark, MoveRef

NEAR = 0.30
"""Total variation to the simulated probabilities up to which a forecast is good."""
FAR = 0.60
"""Beyond it, the ranking points elsewhere."""
LIKELY = 0.05
"""An outcome that comes first this often should not be given less than a fifth of it."""
APART = 0.01
"""Difference between the largest and smallest probability from which modes are ranked."""


@dataclass(frozen=True)
class AskedFact:
    """A question asked before the decision.

    Attributes:
        move: where. fact: what it revealed; empty for a decoy. gold: whether the case counts it
            among those worth asking. provenance: whether it is about labels or where data come
            from. for_counsel: whether counsel's red line can be answered with it.
    """

    move: MoveRef
    fact: str
    gold: bool = False
    provenance: bool = False
    for_counsel: bool = False


@dataclass(frozen=True)
class SignOff:
    """How a refused sign-off was dealt with.

    Attributes:
        move: where. how: traded, answered with evidence, or escalated. why: whether an
            escalation gave its reason.
    """

    move: MoveRef
    how: Literal["trade", "answer", "escalate"]
    why: bool = False


@dataclass(frozen=True)
class Stated:
    """The objective.

    Attributes:
        move: where. target, guardrail, worse_off: as stated.
        informed: first question before it that revealed a fact.
    """

    move: MoveRef
    target: str = ""
    guardrail: str = ""
    worse_off: str = ""
    informed: MoveRef | None = None


@dataclass(frozen=True)
class Decided:
    """The decision, with what was stated about it.

    Attributes:
        move: where. from_fact: the fact it rests on. owner: as stated.
        owner_known: whether the owner is the player or one of the case's people.
        builds: whether anything is built in the end. chose_model: whether a model was chosen.
        viability: where AI becomes worth it. plausible: whether that number lies in the
            variable's printed range. printed: whether it is the one printed beside the
            question. agrees: whether what was chosen agrees with it at the variable's value;
            None where that value was not known.
        trigger: whether there is one. trigger_acts: whether its action changes anything.
        kill_criterion: as chosen.
    """

    move: MoveRef
    from_fact: str = ""
    owner: str = ""
    owner_known: bool = False
    builds: bool = True
    chose_model: bool = True
    viability: float | None = None
    plausible: bool = True
    printed: bool = False
    agrees: bool | None = None
    trigger: bool = False
    trigger_acts: bool = False
    kill_criterion: str = ""

    @property
    def ends(self) -> bool:
        """Whether a number and a date end it."""
        return wording.names_number(self.kill_criterion) and wording.names_day(self.kill_criterion)


@dataclass(frozen=True)
class Forecasted:
    """The forecast.

    Attributes:
        move: where. stated: probability by outcome. nothing: the outcome "nothing breaks".
        silent: failure modes no dashboard shows.
        simulated: how often each outcome came first; None where it is not known.
    """

    move: MoveRef
    stated: Mapping[str, float]
    nothing: str = "none"
    silent: tuple[str, ...] = ()
    simulated: Mapping[str, float] | None = None

    @property
    def modes(self) -> dict[str, float]:
        """What was given to each failure mode."""
        return {name: p for name, p in self.stated.items() if name != self.nothing}


@dataclass(frozen=True)
class Seen:
    """What happened in a played decision, as far as it went.

    Attributes:
        objective, decision, forecast: None where they are still to come.
        asked: questions before the decision. heard: conversations before it.
        counsel: whether anybody in the case speaks for the law.
        counsel_heard: the conversation with that person before the decision.
        sign_offs: refusals dealt with.
    """

    objective: Stated | None = None
    asked: tuple[AskedFact, ...] = ()
    heard: tuple[MoveRef, ...] = ()
    counsel: bool = True
    counsel_heard: MoveRef | None = None
    decision: Decided | None = None
    sign_offs: tuple[SignOff, ...] = ()
    forecast: Forecasted | None = None


Judged = tuple[int | None, str, MoveRef | None]

UNDECIDED: Judged = (None, "Nothing was decided yet.", None)
UNSEEN: Mapping[str, str] = {
    "P6": "No move of an episode says what happens when the model does not know.",
    "T1": "A choice of option does not show what it was compared with.",
    "T2": "No move of an episode promises latency, retraining or freshness.",
    "T3": "No move of an episode designs an evaluation.",
    "A1": "Whether words reach a listener is for a listener to say.",
}
"""Sub-criteria a program cannot see in an episode, whatever was played."""


def observe(seen: Seen) -> tuple[Mark, ...]:
    """Return a mark, or insufficient evidence, for each sub-criterion in the rubric's order."""
    marks = {code: Mark(code, None, reason) for code, reason in UNSEEN.items()}
    for code, judge in _JUDGES.items():
        score, reason, move = judge(seen)
        marks[code] = Mark(code, score, reason, move)
    return tuple(marks[criterion.code] for criterion in CRITERIA)


def _best_means(seen: Seen) -> Judged:
    s = seen.objective
    if s is None:
        return None, "No objective was stated yet.", None
    if wording.is_blank(s.target):
        return 1, "A metric without a target.", s.move
    if wording.is_blank(s.guardrail):
        return 2, "A metric with a target and no guardrail.", s.move
    if wording.names_nobody(s.worse_off):
        return 2, "A metric with target and guardrail, and nobody who pays for errors.", s.move
    if s.informed is None:
        return 2, "Metric, target, guardrail and loser, before any fact was asked for.", s.move
    return 3, "Metric, target, guardrail and loser, after asking for facts.", s.move


def _constraints(seen: Seen) -> Judged:
    d, told = seen.decision, [a for a in seen.asked if a.fact]
    if d is None:
        return UNDECIDED
    if not seen.asked and not seen.heard:
        return 0, "Nothing was asked before the decision.", d.move
    if not told:
        last = seen.asked[-1].move if seen.asked else seen.heard[-1]
        return 1, "No question asked put a number on anything that matters here.", last
    gold = [a for a in told if a.gold]
    binding = next((a for a in gold if a.fact == d.from_fact), None)
    if binding is not None:
        return 3, "Put a number on what matters here, and decided on it.", binding.move
    if gold:
        return (
            2,
            "Put a number on what matters here; the decision rests on something else.",
            gold[0].move,
        )
    return 1, "Put numbers on what decides little here.", told[0].move


def _when_not(seen: Seen) -> Judged:
    d = seen.decision
    if d is None:
        return UNDECIDED
    if d.viability is None:
        return _no_condition(d)
    if d.printed or not d.plausible:
        what = "the number printed beside it" if d.printed else "outside the printed range"
        return 1, f"The condition for AI is {what}.", d.move
    if d.agrees is None:
        return (
            2,
            "A condition for AI that can turn out false; its value here was not asked for.",
            d.move,
        )
    followed = "checked before deciding and followed"
    if not d.agrees:
        return 1, "What was chosen contradicts the condition at the value that was known.", d.move
    return 3, f"A condition for AI that can turn out false, {followed}.", d.move


def _no_condition(d: Decided) -> Judged:
    if d.chose_model:
        why = "A model was chosen, and no condition stated under which it is worth it."
        return 0, why, d.move
    return 1, "No model was chosen, and no condition stated under which one would be.", d.move


def _failure(seen: Seen) -> Judged:
    f = seen.forecast
    if f is None or not f.modes:
        return None, "Nothing was forecast yet.", None
    if max(f.modes.values()) <= 0:
        return 0, "The forecast knows only the happy path.", f.move
    if len(f.modes) < 2 or max(f.modes.values()) - min(f.modes.values()) < APART:
        return 1, "The forecast ranks nothing.", f.move
    if f.simulated is None:
        return (
            2,
            "The forecast ranks what can break; no simulated probabilities to compare with.",
            f.move,
        )
    return _against_truth(f, f.simulated)


def _against_truth(f: Forecasted, simulated: Mapping[str, float]) -> Judged:
    names = {**f.stated, **simulated}
    gap = sum(abs(f.stated.get(n, 0) - simulated.get(n, 0)) for n in names) / 2
    misplaced = f"{gap:.0%} of the probability is in the wrong place".replace("%", " %")
    if gap > FAR:
        return 1, f"The forecast ranks what can break; {misplaced}.", f.move
    if any(f.stated.get(n, 0) <= 0 for n in f.silent):
        return 2, f"The forecast rules out a failure no dashboard shows; {misplaced}.", f.move
    if any(q >= LIKELY and f.stated.get(n, 0) < q / 5 for n, q in simulated.items()):
        return 2, f"The forecast overlooks an outcome that is likely; {misplaced}.", f.move
    if gap > NEAR:
        return 2, f"The forecast ranks what can break; {misplaced}.", f.move
    return 3, f"The forecast ranks what can break, and well; {misplaced}.", f.move


def _provenance(seen: Seen) -> Judged:
    found = next((a for a in seen.asked if a.provenance), None)
    if found is None:
        why = "Nobody was asked about labels or sources; few questions fit, so it proves nothing."
        return None, why, None
    if seen.decision is not None and found.fact and found.fact == seen.decision.from_fact:
        return (
            3,
            "Asked where labels come from or how late they are, and decided on it.",
            found.move,
        )
    return 2, "Asked where labels come from or how late they are.", found.move


def _monitoring(seen: Seen) -> Judged:
    d = seen.decision
    if d is None:
        return UNDECIDED
    if not d.trigger:
        if not d.builds:
            return None, "Nothing was built, so there is nothing to watch.", None
        return 0, "Something was built, and no trigger watches it.", d.move
    if not d.trigger_acts:
        return 1, "The trigger's action changes nothing: that is a dashboard.", d.move
    if not d.owner_known:
        return 2, "A trigger with threshold, window and action, and nobody who owns it.", d.move
    return 3, "A trigger with threshold, window, deadline and action.", d.move


def _pressure(seen: Seen) -> Judged:
    if not seen.sign_offs:
        return None, "Nobody refused to sign, so there was no pressure to see.", None
    # The weakest of several: one does not hold under pressure on average.
    return min((_signed(s) for s in seen.sign_offs), key=lambda judged: judged[0] or 0)


def _signed(s: SignOff) -> Judged:
    if s.how == "answer":
        return 3, "A refusal was answered with evidence that was asked for before.", s.move
    if s.how == "trade":
        return 2, "A refusal was traded; whether that was giving in is for a listener.", s.move
    if s.why:
        return 2, "A refusal was escalated with the reason on record.", s.move
    return 1, "A refusal was escalated without a reason.", s.move


def _ownership(seen: Seen) -> Judged:
    d = seen.decision
    if d is None:
        return UNDECIDED
    if wording.names_nobody(d.owner):
        return 0, "The decision has no owner.", d.move
    if not d.owner_known:
        return 1, "The decision is owned by nobody in particular.", d.move
    if d.trigger and d.ends:
        return (
            3,
            "The decision has an owner, a trigger, and a number and date that end it.",
            d.move,
        )
    lacks = "no number and date that end it" if not d.ends else "no trigger before it ends"
    return 2, f"The decision has an owner and {lacks}.", d.move


def _counsel(seen: Seen) -> Judged:
    right = next((a for a in seen.asked if a.for_counsel), None)
    if right is not None:
        return 3, "Asked early for the fact on which counsel's consent turns.", right.move
    if seen.counsel_heard is not None:
        return 2, "Heard counsel before deciding.", seen.counsel_heard
    if not seen.counsel:
        return None, "Nobody in this case speaks for the law.", None
    return None, "Counsel was not heard; few conversations fit, so it proves nothing.", None


_JUDGES: Mapping[str, Callable[[Seen], Judged]] = {
    "P1": _best_means,
    "P2": _constraints,
    "P3": _when_not,
    "P4": _failure,
    "P5": _provenance,
    "T4": _monitoring,
    "A2": _pressure,
    "A3": _ownership,
    "A4": _counsel,
}

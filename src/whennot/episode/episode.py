"""One quarter, from brief to debrief. Everything a player does goes through `Episode.send`.

Theory of operation. An episode is its list of moves: the same case, variant and moves give the
same episode, on any machine. The machine does no I/O and runs no simulation; where it needs one
it shows a `request`, the shell fulfills it (`whennot.episode.judge.fulfill`) and hands the result
to `receive`. Every transition is in `whennot.episode.table`; a move that is not in the row of the
current state is refused and changes nothing.

::

    brief -> framing -> committed -> operating -> review -> debrief

Two rules live here and nowhere else: nothing is decided before the objective is stated, and
nothing runs before the forecast is sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from whennot.episode import moves as m
from whennot.episode.case import Case
from whennot.episode.findings import Findings
from whennot.episode.people import Said, answer, refuses, statements
from whennot.episode.stops import CurrentStop, change, changing, next_stop
from whennot.episode.table import (
    FIRST_FLIGHT_ASKS,
    FIRST_FLIGHT_SIGN_OFFS,
    FIRST_FLIGHT_STOPS,
    FULL_STOPS,
    TRANSITIONS,
    Request,
    Setup,
    State,
)
from whennot.errors import PlayerError
from whennot.world.policy import Policy, make_policy, suggest, trigger_forms
from whennot.world.simulate import Change, Run
from whennot.world.world import World, uniform


@dataclass(frozen=True)
class Episode:
    """An episode at one moment; `send` returns the next one and leaves this one as it is."""

    case: Case
    setup: Setup
    state: State = "brief"
    moves: tuple[Any, ...] = ()
    minutes_left: int = 0
    asked: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    objective: m.Objective | None = None
    decision: m.Decide | None = None
    policy: Policy | None = None
    settled: tuple[tuple[str, str], ...] = ()
    forecast: tuple[tuple[str, float], ...] = ()
    changes: tuple[Change, ...] = ()
    visited: tuple[CurrentStop, ...] = ()
    run: Run | None = None
    findings: Findings | None = None

    @cached_property
    def key(self) -> str:
        """The words all draws of this variant hash from."""
        return self.case.variant_key(self.setup.variant, challenge=self.setup.challenge)

    @cached_property
    def world(self) -> World:
        """The world of this variant. The player sees only what was asked or said."""
        return self.case.variant(self.setup.variant, challenge=self.setup.challenge)

    @property
    def replicate(self) -> int:
        """Which random run happens."""
        if self.setup.replicate is not None:
            return self.setup.replicate
        return int(uniform(self.key, "replicate") * 2**31)

    @property
    def first_flight(self) -> bool:
        """Whether the few-levers form is played."""
        return self.setup.flight == "first"

    @property
    def asks_left(self) -> int:
        """How many more questions or conversations fit, by minutes and, in first flight, count."""
        cheapest = min(
            [q.minutes for q in self.case.spec.questions.values()]
            + [s.minutes for s in self.case.spec.stakeholders.values()]
        )
        by_minutes = self.minutes_left // cheapest
        if not self.first_flight:
            return by_minutes
        return min(by_minutes, FIRST_FLIGHT_ASKS - len(self.asked) - len(self.heard))

    @property
    def known(self) -> dict[str, float]:
        """Facts the player knows for certain: told in the brief or revealed by a question."""
        spec = self.case.spec
        revealed = {spec.questions[q].reveals for q in self.asked} - {""}
        told = {n for n, f in spec.facts.items() if f.told}
        return {n: self.world.value(n) for n in spec.facts if n in revealed | told}

    @property
    def said(self) -> tuple[Said, ...]:
        """Every statement heard so far."""
        return tuple(
            s for who in self.heard for s in statements(self.case, self.world, self.key, who)
        )

    def answer_to(self, question: str) -> str:
        """Return the answer to a question that was asked."""
        return answer(self.case, self.world, question)

    @property
    def modes(self) -> tuple[str, ...]:
        """Failure modes the forecast is about, ``none`` last."""
        failures = self.case.spec.failures
        shown = [n for n, f in failures.items() if f.first_flight or not self.first_flight]
        return (*shown, "none")

    @property
    def live_levers(self) -> tuple[str, ...]:
        """Levers the player sets herself; the rest stay at their printed defaults."""
        levers = self.case.spec.levers
        return tuple(n for n, lever in levers.items() if lever.live or not self.first_flight)

    @property
    def refusing(self) -> tuple[str, ...]:
        """Stakeholders who have not signed off and were not answered."""
        if self.policy is None or self.decision is None:
            return ()
        people, done = self.case.spec.stakeholders, dict(self.settled)
        against = [
            who
            for who, person in people.items()
            if who not in done and refuses(person, self.decision, self.policy.values)
        ]
        room = FIRST_FLIGHT_SIGN_OFFS - len(done) if self.first_flight else len(against)
        return tuple(against[: max(0, room)])

    @cached_property
    def stop(self) -> CurrentStop | None:
        """The event stop that waits for an action, if any."""
        if self.state != "operating" or self.run is None or self.policy is None or self.over:
            return None
        return next_stop(self.case, self.run, visited=self.visited, trigger=self.policy.trigger)

    @cached_property
    def in_force(self) -> Policy | None:
        """The lever values from tomorrow on, at the stop that waits; None where none waits."""
        if self.stop is None or self.run is None:
            return None
        today = self.stop.day
        policy = [p for since, p in self.run.schedules[0] if since <= today][-1]
        for done in (c for c in self.changes if c.day == today + 1):  # at an earlier stop today
            policy = policy.with_levers(self.case.spec, dict(done.levers))
        return policy

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The actions of the stop that waits which would change something."""
        stop, policy = self.stop, self.in_force
        if stop is None or policy is None:
            return ()
        return changing(self.world, stop.actions, policy)

    @property
    def over(self) -> bool:
        """Whether no stop can come any more: the feature is retired, or enough were handled."""
        actions = self.case.spec.actions
        if any(actions[s.chosen].retires for s in self.visited):
            return True
        return len(self.visited) >= (FIRST_FLIGHT_STOPS if self.first_flight else FULL_STOPS)

    @property
    def request(self) -> Request | None:
        """What has to be simulated before the next move, if anything."""
        if self.policy is None:
            return None
        if self.state == "operating" and self.run is None:
            return Request("quarter", self.world, self.policy, self.replicate, self.changes)
        if self.state == "debrief" and self.findings is None:
            return Request("judgment", self.world, self.policy, self.replicate, self.changes)
        return None

    def allowed(self) -> tuple[str, ...]:
        """Return the kinds of moves that are possible now."""
        if self.request is not None:
            return ()
        kinds = list(TRANSITIONS[self.state])
        if self.state == "framing":
            if self.asks_left <= 0:
                kinds = [k for k in kinds if k not in {"ask", "listen"}]
            if self.objective is None:
                kinds.remove("decide")
            elif self.first_flight:
                kinds.remove("objective")
        if self.state == "committed":
            kinds = ["trade", "answer", "escalate"] if self.refusing else ["forecast"]
        return tuple(kinds)

    def send(self, move: Any) -> Episode:
        """Return the episode after a move.

        Raises:
            PlayerError: the move is not possible now; names what is. Nothing changes.
        """
        if self.request is not None:
            message = f"{self.case.name}: waiting for the {self.request.kind} to be simulated"
            raise PlayerError(message)
        allowed = self.allowed()
        if move.kind not in allowed:
            raise PlayerError(self._refusal(move.kind, allowed))
        after: Episode = _HANDLERS[move.kind](self, move)
        return replace(after, moves=(*self.moves, move))

    def receive(self, result: Any) -> Episode:
        """Return the episode after the shell fulfilled its request.

        Raises:
            PlayerError: nothing was asked for.
        """
        if self.request is None:
            message = f"{self.case.name}: nothing is being simulated"
            raise PlayerError(message)
        if self.request.kind == "judgment":
            return replace(self, findings=result)
        after = replace(self, run=result)
        return after if after.stop is not None else replace(after, state="review")

    def _refusal(self, kind: str, allowed: tuple[str, ...]) -> str:
        options = ", ".join(allowed) or "nothing: it is over"
        name = self.case.name
        if kind == "decide" and self.state == "framing":
            return f"{name}: cannot decide before the objective is stated; allowed: {options}"
        if kind == "forecast" and self.refusing:
            who = ", ".join(self.refusing)
            return f"{name}: cannot forecast while {who} has not signed off; allowed: {options}"
        if kind in {"ask", "listen"} and self.state == "framing":
            return f"{name}: no time left to {kind}; allowed: {options}"
        return f"{name}: cannot {kind} while {self.state}; allowed: {options}"


def _named(name: str, known: Mapping[str, Any] | tuple[str, ...], what: str) -> None:
    if name not in known:
        message = f"no {what} {name!r}. {suggest(name, known)}"
        raise PlayerError(message)


def _begin(episode: Episode, _: m.Begin) -> Episode:
    return replace(episode, state="framing", minutes_left=episode.case.spec.minutes)


def _spend(episode: Episode, minutes: int) -> int:
    if minutes > episode.minutes_left:
        message = (
            f"{episode.case.name}: that takes {minutes} minutes; {episode.minutes_left} are left"
        )
        raise PlayerError(message)
    return episode.minutes_left - minutes


def _ask(episode: Episode, move: m.Ask) -> Episode:
    questions = episode.case.spec.questions
    _named(move.question, questions, "question")
    if move.question in episode.asked:
        message = f"{episode.case.name}: {move.question} was answered already"
        raise PlayerError(message)
    left = _spend(episode, questions[move.question].minutes)
    return replace(episode, asked=(*episode.asked, move.question), minutes_left=left)


def _listen(episode: Episode, move: m.Listen) -> Episode:
    people = episode.case.spec.stakeholders
    _named(move.stakeholder, people, "stakeholder")
    if move.stakeholder in episode.heard:
        message = f"{episode.case.name}: {move.stakeholder} was heard already"
        raise PlayerError(message)
    left = _spend(episode, people[move.stakeholder].minutes)
    return replace(episode, heard=(*episode.heard, move.stakeholder), minutes_left=left)


def _objective(episode: Episode, move: m.StateObjective) -> Episode:
    spec = episode.case.spec
    _named(move.objective.metric, spec.metrics, "metric")
    if move.objective.worse_off:
        _named(move.objective.worse_off, spec.hurt, "answer to who is worse off")
    return replace(episode, objective=move.objective)


def _decide(episode: Episode, move: m.Decide) -> Episode:
    spec, said = episode.case.spec, move.statements
    policy = make_policy(spec, move.levers, trigger=move.trigger)
    if episode.first_flight:
        for name, value in policy.levers:
            if name not in episode.live_levers and value != spec.levers[name].default:
                live = ", ".join(episode.live_levers)
                message = f"lever {name} is at its default in first flight; live: {live}"
                raise PlayerError(message)
        if policy.trigger is not None and policy.trigger not in trigger_forms(spec):
            message = "a first flight takes one of the triggers the case offers, as they are"
            raise PlayerError(message)
    if said.hurt:
        _named(said.hurt, spec.hurt, "answer to who can be hurt")
    if said.from_fact:
        _named(said.from_fact, spec.facts, "fact")
    if said.kill_criterion:
        _named(said.kill_criterion, spec.kill_criteria, "kill criterion")
    return replace(episode, state="committed", decision=move, policy=policy)


def _refuser(episode: Episode, name: str) -> Any:
    _named(name, episode.case.spec.stakeholders, "stakeholder")
    if name not in episode.refusing:
        message = f"{name} has not refused; refusing: {', '.join(episode.refusing)}"
        raise PlayerError(message)
    return episode.case.spec.stakeholders[name]


def _trade(episode: Episode, move: m.Trade) -> Episode:
    person = _refuser(episode, move.stakeholder)
    if episode.policy is None:
        raise PlayerError(episode._refusal(move.kind, episode.allowed()))  # noqa: SLF001 - same module
    policy = episode.policy.with_levers(episode.case.spec, person.red_line.trade)
    return replace(
        episode, policy=policy, settled=(*episode.settled, (move.stakeholder, "traded"))
    )


def _answer(episode: Episode, move: m.Answer) -> Episode:
    person = _refuser(episode, move.stakeholder)
    if move.fact not in person.red_line.answered_by:
        would = ", ".join(person.red_line.answered_by) or "nothing; trade or escalate"
        message = f"{move.stakeholder} is not answered by {move.fact!r}; would be: {would}"
        raise PlayerError(message)
    if move.fact not in episode.known:
        message = (
            f"{move.fact} was not asked for in framing, so it is no evidence; trade or escalate"
        )
        raise PlayerError(message)
    return replace(episode, settled=(*episode.settled, (move.stakeholder, "answered")))


def _escalate(episode: Episode, move: m.Escalate) -> Episode:
    _refuser(episode, move.stakeholder)
    return replace(episode, settled=(*episode.settled, (move.stakeholder, "escalated")))


def _forecast(episode: Episode, move: m.Forecast) -> Episode:
    for mode in move.percent:
        _named(mode, episode.modes, "failure mode")
    stated = tuple((mode, float(move.percent.get(mode, 0))) for mode in episode.modes)
    return replace(episode, state="operating", forecast=stated)


def _operate(episode: Episode, move: m.Operate) -> Episode:
    stop = episode.stop
    if stop is None or move.action not in stop.actions:
        options = () if stop is None else stop.actions
        message = f"no action {move.action!r} here. {suggest(move.action, options)}"
        raise PlayerError(message)
    action = episode.case.spec.actions[move.action]
    made = change(episode.world, action, day=stop.day + 1)
    after = replace(episode, visited=(*episode.visited, replace(stop, chosen=move.action)))
    if made is not None:
        # The rest of the quarter has to be run again; up to this day it is the same run.
        return replace(after, changes=(*episode.changes, made), run=None)
    return after if after.stop is not None else replace(after, state="review")


def _review(episode: Episode, move: m.Review) -> Episode:
    _named(move.cause, (*episode.case.spec.failures, "none"), "failure mode")
    return replace(episode, state="debrief")


_HANDLERS: dict[str, Callable[[Episode, Any], Episode]] = {
    "begin": _begin,
    "ask": _ask,
    "listen": _listen,
    "objective": _objective,
    "decide": _decide,
    "trade": _trade,
    "answer": _answer,
    "escalate": _escalate,
    "forecast": _forecast,
    "operate": _operate,
    "review": _review,
}

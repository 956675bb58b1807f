"""A sensible built-in player: sees what a player sees, asks, then acts on what it knows.

It asks the first questions on the list, takes the policy that would be best if every fact it
does not know had its typical value, and forecasts what the same belief predicts.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from whennot.episode import moves as m
from whennot.episode.episode import Episode
from whennot.world.policy import Policy, settings, trigger_forms
from whennot.world.simulate import simulate
from whennot.world.survey import best_setting
from whennot.world.world import World

BLUR = 0.1
"""Share of the forecast spread evenly: a belief at typical values is surer than it should be."""
REPLICATES = range(500, 532)


def next_move(episode: Episode) -> Any:
    """Return what the built-in player does next."""
    return _NEXT[episode.state](episode)


def believed_world(episode: Episode) -> World:
    """Return the world as the player believes it: known facts, the rest at typical values."""
    return World(episode.case.spec, episode.world.ladder, episode.known)


def _framing(episode: Episode) -> Any:
    spec = episode.case.spec
    if episode.asks_left > 0 and "ask" in episode.allowed():
        return m.Ask(question=next(q for q in spec.questions if q not in episode.asked))
    if episode.objective is None:
        name, metric = next(iter(spec.metrics.items()))
        return m.StateObjective(
            objective=m.Objective(
                metric=name,
                target=metric.target,
                guardrail=metric.guardrail,
                worse_off=next(iter(spec.hurt)),
            )
        )
    return _decide(episode)


def _best_believed(episode: Episode) -> Policy:
    """Return the best live setting in the believed world, one replicate on common draws."""
    world = believed_world(episode)
    spec = world.spec
    defaults = {
        n: lever.default for n, lever in spec.levers.items() if n not in episode.live_levers
    }
    grid = [p for p in settings(spec) if all(p[n] == v for n, v in defaults.items())]
    return best_setting(world, grid, replicates=REPLICATES[:1])


def _decide(episode: Episode) -> m.Decide:
    spec = episode.case.spec
    policy = _best_believed(episode)
    trigger = None
    if policy["option"] != "none":
        first = trigger_forms(spec)[0].signal
        limits = [t for t in trigger_forms(spec) if t.signal == first]
        trigger = limits[len(limits) // 2]
    fact = next(
        (spec.questions[q].reveals for q in episode.asked if spec.questions[q].reveals), ""
    )
    why = (
        f"Best at what I know: {spec.facts[fact].label} is the number it rests on." if fact else ""
    )
    return m.Decide(
        levers={n: policy[n] for n in episode.live_levers},
        trigger=trigger,
        statements=m.Statements(
            why=why,
            from_fact=fact,
            hurt=next(iter(spec.hurt)),
            stop_if=next(iter(spec.kill_criteria.values())),
            kill_criterion=next(iter(spec.kill_criteria)),
            owner="you",
            viability=spec.facts[spec.frontier.fact].value,
        ),
    )


def _committed(episode: Episode) -> Any:
    for who in episode.refusing:
        red = episode.case.spec.stakeholders[who].red_line
        for fact in red.answered_by:
            if fact in episode.known:
                return m.Answer(stakeholder=who, fact=fact)
        return m.Trade(stakeholder=who)
    return m.Forecast(percent=_forecast(episode))


def _forecast(episode: Episode) -> dict[str, float]:
    """Return whole percent that sum to 100."""
    if episode.policy is None:
        return {"none": 100.0}
    believed = simulate(believed_world(episode), episode.policy, replicates=list(REPLICATES))
    counted = Counter(m_ if m_ in episode.modes else "none" for m_ in believed.first_failures)
    even = BLUR / len(episode.modes)
    exact = {n: 100 * ((1 - BLUR) * counted[n] / len(REPLICATES) + even) for n in episode.modes}
    whole = {n: float(int(p)) for n, p in exact.items()}
    largest = max(whole, key=lambda n: whole[n])
    return whole | {largest: whole[largest] + 100 - sum(whole.values())}


def _operate(episode: Episode) -> m.Operate:
    actions = episode.offered or ("hold",)
    action = "hold" if "hold" in actions else actions[0]
    return m.Operate(action=action, why="Nothing here changes what I believe.")


def _review(episode: Episode) -> m.Review:
    cause = max(episode.forecast, key=lambda pair: pair[1])[0]
    hidden = [q for q in episode.case.spec.questions if q not in episode.asked]
    return m.Review(
        cause=cause,
        believed="What I did not ask is as it usually is.",
        would_have_told=hidden[0] if hidden else "",
        guess_percent=60,
    )


_NEXT = {
    "brief": lambda _: m.Begin(),
    "framing": _framing,
    "committed": _committed,
    "operating": _operate,
    "review": _review,
}

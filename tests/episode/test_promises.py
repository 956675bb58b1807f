"""What was promised before the launch comes back: on the dashboard, at a stop, in the debrief."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.episode.plays import changed, play

from whennot.episode.promises import NOT_SET_UP, NOTHING, goal_of, measured, met_on, promises
from whennot.episode.table import Setup
from whennot.practice.auto import next_move
from whennot.shelf import case_names, load_case

CASE = "meeting-summarizer"
OBJECTIVE, DECIDE, FIRST_STOP = 3, 4, 6


def objective(metric: str) -> list[dict[str, Any]]:
    """Return the scripted flight with another objective."""
    return changed(OBJECTIVE, objective={"metric": metric, "worse_off": "attributed"})


def deciding(moves: list[dict[str, Any]], *, levers: dict[str, Any], **said: Any) -> list[Any]:
    """Return moves that decide otherwise."""
    decide = moves[DECIDE]
    other = decide | {
        "levers": decide["levers"] | levers,
        "statements": decide["statements"] | said,
    }
    return [other if i == DECIDE else m for i, m in enumerate(moves)]


def without_trigger(moves: list[Any]) -> list[Any]:
    """Return moves of somebody who has to notice herself."""
    return [m | {"trigger": None} if m["kind"] == "decide" else m for m in moves]


def told(episode: Any) -> dict[str, Any]:
    """Return the promises by their kind."""
    return {promise.kind: promise for promise in promises(episode)}


def test_the_metric_said_to_be_best_is_on_the_dashboard_up_to_today():
    episode = play(load_case(CASE), until=FIRST_STOP)

    goal = goal_of(episode)

    assert goal is not None
    assert goal.label == "minutes saved, net of checking and repair"
    assert goal.said == "2 by day 90"
    assert len(goal.days) == episode.stop.day + 1


def test_a_metric_that_comes_late_is_shown_late():
    episode = play(load_case(CASE), moves=objective("right_used"), until=FIRST_STOP)

    goal = goal_of(episode)

    assert goal.late == 7
    assert len(goal.days) == episode.stop.day + 1 - 7


def test_net_minutes_are_what_the_ledger_says_users_got():
    episode = play(load_case(CASE), until=len(changed(0)) - 1)
    run, names = episode.run, episode.world.names()
    per_day = measured(run, load_case(CASE).spec.metrics["minutes_saved"].measure, window_days=1)

    exposed = run.names["exposed"][0]
    usd = float((per_day * exposed).sum() * names["minute_usd"])
    lines = (
        "time saved by right summaries",
        "acting on wrong summaries",
        "errors caught by checking",
        "checks that were not needed",
        "drafts confirmed by organizers",
        "wrong drafts waved through",
    )
    paid = sum(float(v[0]) for (label, _), v in run.ledger.items() if label in lines)
    # The ledger pays the vendor for each call, too; a metric of minutes does not.
    calls = sum(float(run.names[c].sum()) for c in ("tp", "fp", "caught", "deferred"))
    paid += calls * names["big_call_usd"]
    assert usd == pytest.approx(paid, rel=1e-6)


def test_a_kill_criterion_that_was_met_is_held_before_the_player_at_the_next_stop():
    weak = without_trigger(deciding(changed(0), levers={"option": "rules", "show_above": 1.1}))
    episode = play(load_case(CASE), moves=weak, until=FIRST_STOP + 2)

    assert episode.stop.day == 62
    assert met_on(episode, before=episode.stop.day + 1) == 60
    assert met_on(episode, before=60) is None


def test_going_on_after_it_was_met_is_said_and_so_is_acting():
    weak = without_trigger(deciding(changed(0), levers={"option": "rules", "show_above": 1.1}))
    last = FIRST_STOP + 2
    retired = [m | {"action": "retire"} if i == last else m for i, m in enumerate(weak)]

    went_on = told(play(load_case(CASE), moves=weak, until=last + 1))["kill criterion"]
    acted = told(play(load_case(CASE), moves=retired, until=last + 1))["kill criterion"]

    assert (went_on.came, went_on.held) == ("met on day 60; you went on", False)
    assert acted.held is True
    assert "retire the feature" in acted.came


def test_what_was_switched_off_before_cannot_meet_it():
    rolled_back = changed(FIRST_STOP, action="off")

    episode = play(load_case(CASE), moves=without_trigger(rolled_back), until=9)

    assert told(episode)["kill criterion"].came == "not met"
    assert told(episode)["target"].came == "the feature was gone from day 15 on"


def test_a_target_of_ones_own_is_told_and_not_judged():
    mine = {"metric": "minutes_saved", "target": "7 by day 30", "worse_off": "attributed"}

    target = told(play(load_case(CASE), moves=changed(OBJECTIVE, objective=mine), until=9))[
        "target"
    ]

    assert target.said.endswith("7 by day 30")
    assert target.held is None


def test_who_builds_nothing_promised_nothing():
    nothing = deciding(changed(0), levers={"option": "none"})
    episode = play(load_case(CASE), moves=without_trigger(nothing), until=5)

    assert promises(episode) == []


def through(name: str, metric: str, kill: str) -> Any:
    """Return a case played to its review by the built-in player, with other promises."""
    from whennot.episode import moves as m
    from whennot.episode.episode import Episode
    from whennot.episode.judge import advance

    episode = Episode(load_case(name), Setup(variant=3))
    while episode.state != "review":
        move = next_move(episode)
        if move.kind == "objective":
            move = m.StateObjective(objective=m.Objective(metric=metric, horizon_days=90))
        if move.kind == "decide":
            said = move.statements.model_copy(update={"kill_criterion": kill})
            levers = dict(move.levers) | {"option": "big"}
            move = move.model_copy(update={"statements": said, "levers": levers})
        episode = advance(episode, move)
    return episode


@pytest.mark.parametrize(
    ("name", "metric"),
    [(name, metric) for name in case_names() for metric in load_case(name).spec.metrics],
)
def test_every_metric_of_every_case_can_be_told(name, metric):
    spec = load_case(name).spec
    kill = next(iter(spec.kill_checks), next(iter(spec.kill_criteria)))

    for promise in promises(through(name, metric, kill)):
        assert promise.came
        assert promise.held in {True, False, None}
        if spec.metrics[metric].measure is None and promise.kind == "target":
            assert promise.came == NOTHING


def test_who_holds_no_quiz_is_told_that_nothing_measures_it():
    target = told(through("personalized-learning", "unaided", "quiz"))["target"]

    assert target.came == NOT_SET_UP


def test_what_is_in_force_is_not_offered_again():
    honest = play(load_case(CASE), until=FIRST_STOP)
    silent = play(
        load_case(CASE),
        moves=deciding(changed(0), levers={"framing": "silent", "rollout": 0.1}),
        until=FIRST_STOP,
    )

    assert "draft" in honest.stop.actions
    assert "draft" not in honest.offered
    assert "draft" in silent.offered
    assert "narrow" not in silent.offered
    assert {"hold", "retire"} <= set(silent.offered)


@pytest.mark.parametrize("name", case_names())
def test_levers_said_to_be_idle_without_ai_move_nothing_then(name):
    from whennot.world.policy import make_policy
    from whennot.world.simulate import simulate

    case = load_case(name)
    for lever in case.spec.idle("none"):
        values = case.spec.levers[lever].options
        runs = [
            simulate(
                case.default_world(),
                make_policy(case.spec, {"option": "none", lever: value}),
                replicates=[1],
            )
            for value in values
        ]
        assert len({np.round(run.usd, 6).tobytes() for run in runs}) == 1, lever

"""What was promised before the launch comes back: on the dashboard, at a stop, in the debrief."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.episode.plays import changed, play

from whennot.episode.promises import NOT_SET_UP, NOTHING, goal_of, measured, met_on, promises
from whennot.episode.table import Setup
from whennot.practice.auto import next_move
from whennot.shelf import case_names, load_case
from whennot.world.counters import INDEX

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
    measure = load_case(CASE).spec.metrics["minutes_saved"].measure
    per_day = measured(run, measure.model_copy(update={"window_days": 1}))

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
    assert met_on(episode, known_on=episode.stop.day) == 60
    assert met_on(episode, known_on=59) is None


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


def stops(case: Any, variant: int) -> Any:
    """Yield a play with weekly quizzes and finished answers at each of its stops."""
    from whennot.episode.episode import Episode
    from whennot.episode.judge import advance

    episode = Episode(case, Setup(variant=variant))
    while episode.state != "review":
        if episode.stop is not None:
            yield episode
        move = next_move(episode)
        if move.kind == "decide":
            said = move.statements.model_copy(update={"kill_criterion": "quiz"})
            levers = dict(move.levers) | {"option": "big", "help": "answers", "check": "weekly"}
            levers = {n: v for n, v in levers.items() if n in episode.live_levers}
            move = move.model_copy(update={"statements": said, "levers": levers})
        episode = advance(episode, move)


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


COUNTED = {
    ("meeting-summarizer", "right_used"): ("tp", "exposed"),
    ("meeting-summarizer", "adoption"): ("exposed", "tasks"),
    ("healthcare-triage", "handled"): (("tasks", "-deferred"), "tasks"),
    ("personalized-learning", "practice"): (("tp", "fp", "tn"), "tasks"),
}
"""What some metrics are, as counters of the last week: above, and per what."""


def last_week(run: Any, counters: Any) -> float:
    """Return counters summed over the last week of a quarter."""
    names = (counters,) if isinstance(counters, str) else counters
    return sum(
        (-1 if name.startswith("-") else 1)
        * int(run.totals[0, -7:, INDEX[name.removeprefix("-")]].sum())
        for name in names
    )


@pytest.mark.parametrize(("name", "metric"), COUNTED)
def test_a_share_is_counted_over_the_whole_week_and_not_a_mean_of_days(name, metric):
    episode = through(name, metric, "later")
    above, per = COUNTED[name, metric]

    last = measured(episode.run, episode.case.spec.metrics[metric].measure)[-1]

    assert last == pytest.approx(last_week(episode.run, above) / last_week(episode.run, per))


@pytest.mark.parametrize(
    ("name", "metric"),
    [(name, metric) for name in case_names() for metric in load_case(name).spec.metrics],
)
def test_what_nothing_measures_says_so_and_what_is_measured_gives_a_number(name, metric):
    spec = load_case(name).spec
    target = told(through(name, metric, "later"))["target"]

    if spec.metrics[metric].measure is None:
        assert (target.came, target.held) == (NOTHING, None)
    else:
        assert target.came == NOT_SET_UP or any(letter.isdigit() for letter in target.came)


def test_an_action_that_is_not_what_was_said_does_not_keep_it():
    weak = without_trigger(deciding(changed(0), levers={"option": "rules", "show_above": 1.1}))
    last = FIRST_STOP + 2
    widened = [m | {"action": "widen"} if i == last else m for i, m in enumerate(weak)]

    kill = told(play(load_case(CASE), moves=widened, until=last + 1))["kill criterion"]

    assert (kill.came, kill.held) == ("met on day 60; you went on", False)


def test_who_was_not_asked_after_it_was_met_is_not_blamed():
    weak = without_trigger(deciding(changed(0), levers={"option": "rules", "show_above": 1.1}))
    early = play(load_case(CASE), moves=weak, until=FIRST_STOP + 2)
    nobody_asked = replace(early, visited=early.visited[:2])

    assert told(nobody_asked)["kill criterion"].held is None


def test_days_without_the_feature_meet_nothing():
    moves = without_trigger(deciding(changed(0), levers={"option": "rules", "show_above": 1.1}))
    off_and_on = [
        m | {"action": {FIRST_STOP: "off", FIRST_STOP + 2: "widen"}.get(i, "hold")}
        if m["kind"] == "operate"
        else m
        for i, m in enumerate(moves)
    ]

    episode = play(load_case(CASE), moves=off_and_on, until=FIRST_STOP + 3)

    assert met_on(episode, known_on=89) is None
    assert told(episode)["kill criterion"].came == "not met"


def test_what_comes_late_is_not_told_before_it_is_known():
    def quiz(episode: Any) -> tuple[int | None, int | None]:
        return met_on(episode, known_on=episode.stop.day), met_on(episode, known_on=89)

    case = load_case("personalized-learning")
    late = round(float(case.default_world().value("quiz_delay")))
    seen = [
        (known, ever, episode.stop.day)
        for variant in (2, 6)
        for episode in stops(case, variant)
        for known, ever in [quiz(episode)]
    ]

    assert late > 0
    assert all(ever is None or day < ever + late for known, ever, day in seen if known is None)
    assert all(known + late <= day for known, _, day in seen if known is not None)


def test_nothing_is_shown_of_a_feature_that_was_not_built():
    nothing = without_trigger(deciding(changed(0), levers={"option": "none"}))
    refused = [*nothing[:5], {"kind": "escalate", "stakeholder": "vp", "why": "No."}, *nothing[5:]]

    assert goal_of(play(load_case(CASE), moves=refused, until=7)) is None


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


def test_after_a_roll_back_only_what_brings_it_back_is_a_choice():
    off = without_trigger(changed(FIRST_STOP, action="off"))

    episode = play(load_case(CASE), moves=off, until=FIRST_STOP + 1)

    assert episode.in_force is not None
    assert episode.in_force["rollout"] == 0
    assert "widen" in episode.offered
    assert not {"draft", "confirm", "unasked"} & set(episode.offered)


@pytest.mark.parametrize("name", case_names())
def test_levers_said_to_be_idle_without_ai_move_nothing_then(name):
    from whennot.world.policy import make_policy
    from whennot.world.simulate import simulate

    case = load_case(name)
    for lever in case.spec.idle("none"):
        values = case.spec.levers[lever].options
        runs = [
            simulate(
                case.variant(variant),
                make_policy(case.spec, {"option": "none", lever: value}),
                replicates=[1],
            )
            for variant in (1, 2)
            for value in values
        ]
        for same_world in (runs[: len(values)], runs[len(values) :]):
            assert len({run.usd.tobytes() for run in same_world}) == 1, lever
            assert len({run.totals[..., INDEX["active"]].tobytes() for run in same_world}) == 1

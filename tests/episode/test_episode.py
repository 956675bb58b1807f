"""The episode: what may be done when, and what a decision is measured by."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whennot.episode.episode import Episode
from whennot.episode.judge import advance
from whennot.episode.moves import KINDS, read_move, write_move
from whennot.episode.table import TRANSITIONS, Setup
from whennot.errors import PlayerError, WhennotError
from whennot.shelf import load_case
from whennot.world.counters import INDEX

plays = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("plays.py"))))

CASE = load_case("meeting-summarizer")


@pytest.fixture(scope="module")
def finished():
    return plays.play(CASE)


def test_a_play_goes_from_brief_to_debrief(finished):
    assert finished.state == "debrief"
    assert finished.findings is not None
    assert len(finished.moves) == len(plays.MOVES)


def test_every_state_has_a_row_and_every_row_leads_to_a_state():
    reached = {
        after for row in TRANSITIONS.values() for states in row.values() for after in states
    }

    assert reached | {"brief"} == set(TRANSITIONS)
    assert {k for row in TRANSITIONS.values() for k in row} == set(KINDS)


def test_nothing_is_decided_before_the_objective_is_stated():
    episode = plays.play(CASE, until=3)

    with pytest.raises(PlayerError) as told:
        episode.send(read_move(plays.MOVES[4]))

    assert "before the objective is stated; allowed: ask, listen, objective" in str(told.value)
    assert episode.state == "framing"


def test_nothing_runs_before_the_forecast():
    episode = plays.play(CASE, until=5)

    assert episode.run is None
    with pytest.raises(PlayerError, match="cannot operate while committed"):
        episode.send(read_move({"kind": "operate", "action": "hold"}))


def test_probabilities_that_do_not_sum_to_a_hundred_are_refused_kindly():
    with pytest.raises(PlayerError) as told:
        read_move({"kind": "forecast", "percent": {"leak": 50, "none": 30}})

    assert "sum to 80, not 100" in str(told.value)
    assert "62.5" in str(told.value)


@pytest.mark.parametrize("wrong", [float("nan"), -5, 101, "many"])
def test_absurd_probabilities_are_refused(wrong):
    with pytest.raises(PlayerError):
        read_move({"kind": "forecast", "percent": {"leak": wrong, "none": 100}})


def test_time_for_questions_runs_out():
    episode = plays.play(CASE, until=1)
    for question in ("acts", "mistake", "saved"):
        episode = episode.send(read_move({"kind": "ask", "question": question}))

    with pytest.raises(PlayerError, match="no time left to ask"):
        episode.send(read_move({"kind": "ask", "question": "confirm"}))


def test_a_question_reveals_the_fact_of_this_variant_and_a_decoy_reveals_none():
    episode = plays.play(CASE, until=1)
    asked = episode.send(read_move({"kind": "ask", "question": "acts"}))
    decoy = asked.send(read_move({"kind": "ask", "question": "model_size"}))

    assert asked.known == {"statements": asked.world.value("statements")}
    assert decoy.known == asked.known


def test_a_statement_may_be_wrong_and_never_more_than_two_are():
    from whennot.episode.people import wrong_statements

    counts = [len(wrong_statements(CASE, CASE.variant_key(v))) for v in range(1, 200)]

    assert set(counts) == {0, 1, 2}


def test_a_refused_sign_off_is_traded_answered_or_escalated():
    wide = plays.changed(4, levers={"option": "big", "framing": "honest", "rollout": 1.0})
    episode = plays.play(CASE, moves=wide, until=5)
    assert episode.refusing == ("counsel",)

    traded = episode.send(read_move({"kind": "trade", "stakeholder": "counsel"}))
    escalated = episode.send(read_move({"kind": "escalate", "stakeholder": "counsel"}))

    assert traded.policy["consent"] == "ask"
    assert escalated.policy["consent"] == "notice"
    assert traded.allowed() == escalated.allowed() == ("forecast",)
    with pytest.raises(PlayerError, match="not asked for in framing"):
        episode.send(
            read_move({"kind": "answer", "stakeholder": "counsel", "fact": "external_share"})
        )


def test_a_forecast_waits_for_the_sign_off():
    wide = plays.changed(4, levers={"option": "big", "framing": "honest", "rollout": 1.0})
    episode = plays.play(CASE, moves=wide, until=5)

    with pytest.raises(PlayerError, match="while counsel has not signed off"):
        episode.send(read_move(plays.MOVES[5]))


def test_a_first_flight_sets_four_levers_and_stops_at_most_three_times(finished):
    assert len(finished.live_levers) == 4
    assert len(finished.visited) <= 3
    assert len(finished.modes) == 4


def test_retiring_the_feature_ends_the_stops():
    retiring = plays.changed(6, action="retire")
    episode = plays.play(CASE, moves=retiring, until=7)

    assert episode.state == "review"
    assert episode.run.totals[0, -1, INDEX["exposed"]] == 0


def test_an_action_changes_the_days_after_it_and_none_before():
    held, off = (
        plays.play(CASE, moves=plays.changed(6, action=a), until=7) for a in ("hold", "off")
    )
    day = held.visited[0].day

    assert (held.run.counts[:, : day + 1] == off.run.counts[:, : day + 1]).all()
    assert (held.run.counts[:, day + 1 :] != off.run.counts[:, day + 1 :]).any()


def test_another_outcome_leaves_quality_alone(finished):
    other = plays.play(CASE, setup=Setup(variant=2, replicate=99))

    assert other.findings.final.sha256 != finished.findings.final.sha256
    assert other.findings.quality == finished.findings.quality
    assert other.findings.information == finished.findings.information


def test_rewriting_the_statements_leaves_quality_alone(finished):
    plain = plays.play(CASE, moves=plays.changed(4, statements={}))

    assert plain.findings.quality == finished.findings.quality


def test_a_sent_move_leaves_the_episode_it_was_sent_to_alone():
    before = plays.play(CASE, until=3)
    moves = before.moves
    before.send(read_move(plays.MOVES[3]))

    assert before.moves == moves
    assert before.objective is None


def test_moves_read_back_as_they_were_written(finished):
    for move in finished.moves:
        assert read_move(write_move(move)) == move


@settings(max_examples=60)
@given(st.lists(st.integers(0, len(plays.MOVES) - 1), max_size=8))
def test_moves_in_any_order_are_taken_or_refused_with_what_is_allowed(order):
    episode = Episode(CASE, Setup(variant=2))
    for place in order:
        if plays.MOVES[place]["kind"] in {"forecast", "operate", "review"}:
            continue
        try:
            episode = advance(episode, read_move(plays.MOVES[place]))
        except PlayerError as error:
            assert "allowed" in str(error) or "already" in str(error)  # noqa: PT017 - or taken


@settings(max_examples=80)
@given(
    st.dictionaries(
        st.sampled_from(["kind", "question", "levers", "percent", "action", "cause", "x"]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(max_size=20),
            st.sampled_from(KINDS),
            st.lists(st.integers(), max_size=2),
            st.dictionaries(st.text(max_size=5), st.floats(), max_size=2),
        ),
    )
)
def test_no_move_content_whatsoever_causes_anything_but_a_refusal(content):
    episode = plays.play(CASE, until=1)
    try:
        episode.send(read_move(content))
    except WhennotError as error:
        assert str(error)  # noqa: PT017 - or taken

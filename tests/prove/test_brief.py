"""A brief says what was decided and what came of it, and invents nothing."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from tests.prove.conftest import SEAL, TINY, brief_of, finished
from tests.prove.page import letters

from whennot import advance, load_case
from whennot.episode.episode import Episode
from whennot.episode.moves import read_move
from whennot.episode.table import Setup
from whennot.errors import PlayerError
from whennot.practice.auto import next_move
from whennot.prove.parts import Brief, Passage
from whennot.prove.pdf import to_pdf
from whennot.prove.wording import curly, figure, for_print


def passages_of(part: Any) -> list[Passage]:
    """Return every passage inside a part of a brief."""
    if isinstance(part, Passage):
        return [part]
    if isinstance(part, tuple):
        return [p for inner in part for p in passages_of(inner)]
    if is_dataclass(part):
        return [p for f in fields(part) for p in passages_of(getattr(part, f.name))]
    return []


def told(*parts: Any) -> str:
    """Return all passages of some parts as one text."""
    return " ".join(f"{p.lead} {p.text}" for part in parts for p in passages_of(part))


# --- what is on it -------------------------------------------------------------------------------


def test_the_title_says_the_situation_and_the_decision(brief):
    assert brief.title == f"Live meeting summaries: {brief.headline}"


def test_the_situation_is_the_case_s_without_its_instructions_to_the_player(brief):
    situation = told(brief.situation)

    assert "Lumen Desk sells software for meetings" in situation
    assert "“We need AI in the product this quarter." in situation
    assert "You own the decision" not in situation
    assert "|" not in situation


def test_what_best_meant_has_metric_baseline_target_horizon_and_guardrail(brief):
    best = told(brief.best)

    assert "Right summaries used without rework" in best
    assert "from none today" in best
    assert "judged after 90 days" in best
    assert "Target 85 % by day 90" in best
    assert "Must hold trust of active users" in best


def test_the_number_that_decided_comes_with_its_source_and_its_usual_range(brief):
    number = brief.number

    assert re.fullmatch(r"[\d.]+", number.number)
    assert number.of == "minutes per summary"
    assert number.usual == "half a minute to 4.5 minutes"
    assert "I asked (15 minutes): “By time sheets" in told(number)


def test_where_it_pays_off_is_told_as_the_players_estimate(brief):
    turns = "I put the point above which “written summary” pays off at 2.2 minutes."

    assert turns in told(brief.number)
    assert "worth it here" not in told(brief)
    assert re.search(r"I said above 2\.2; this world has [\d.]+\.", told(brief.belief))


def test_a_turning_point_in_another_number_than_the_one_that_decided_is_named():
    page = brief_of(finished(load_case("card-fraud"), moves=asked("card-fraud", "refusal")))

    assert "pays off at 0.7 % (attempted fraud per payment)." in told(page.number)


def test_who_can_be_hurt_and_what_makes_one_stop_are_named(brief):
    hurt = told(brief.hurt)

    assert "People quoted with something they did not say." in hurt
    assert "Kill criterion Complaints above 25 per 1,000 summaries for a week" in hurt


def test_the_trigger_has_signal_limit_window_action_time_and_owner(brief):
    watch = told(brief.watch)

    assert "Complaints above 25 per 1,000 summaries (7-day mean) for 2 days" in watch
    assert "roll back within 2 days. I own it." in watch


def test_the_same_stop_rule_is_not_told_twice(brief):
    assert told(brief.hurt, brief.watch).count("for a week: off, by day 30") == 1


def test_the_forecast_stands_beside_the_simulated_probabilities(brief):
    assert sum(row.stated for row in brief.forecast if row.stated is not None) == pytest.approx(
        100
    )
    assert sum(row.simulated for row in brief.forecast) == pytest.approx(100)
    assert sum(row.came for row in brief.forecast) == 1


def test_small_samples_are_called_small(brief):
    assert "Simulated in 64 runs" in brief.forecast_note.text
    assert "standard error at most 6 points" in brief.forecast_note.text
    assert "One forecast says nothing about calibration" in brief.forecast_note.text
    assert "one run, not a measurement" in told(brief.happened)


def test_worth_has_its_standard_error_and_the_guess_made_before_it(brief):
    worth = told(brief.worth)

    assert re.search(r"\d+ %( of what could be had \(standard error|: no other)", worth)
    assert re.search(r"\d+ worlds that fit it", worth)
    assert "I had guessed 60 %." in worth
    assert re.search(r"Expected \$[\d,]+ a quarter", worth)


def test_luck_is_told_apart_from_worth(brief):
    assert re.search(
        r"Luck The same decision would have done worse in \d+ of 100 quarters",
        told(brief.happened),
    )


def test_provenance_says_simulated_names_what_was_played_and_what_is_assumed(brief, episode):
    origin = brief.provenance
    sentences = " ".join(origin.sentences)

    assert sentences.startswith("Simulated:")
    assert f"Case meeting-summarizer, version {episode.case.spec.version}, variant 1" in sentences
    assert "measured by what could be known" in sentences
    for fact in episode.case.spec.facts.values():
        assert (fact.label in sentences) == fact.open_to_appeal
    assert origin.seal == SEAL
    assert (
        f"Seal {SEAL[:16]} of its file shows that nothing changed, not that it was a first"
        in sentences
    )


def test_a_challenge_code_is_named():
    episode = Episode(load_case(TINY), Setup(variant=1, challenge="panel-7"))
    while episode.state != "debrief":
        episode = advance(episode, next_move(episode))

    assert "challenge code panel-7" in " ".join(brief_of(episode).provenance.sentences)


# --- whose words it is in ------------------------------------------------------------------------


def test_it_speaks_as_the_player_not_to_the_player(brief, silent):
    for page in (brief, silent):
        for passage in passages_of(page):
            if passage.kind == "drafted":
                own = re.sub(r"“[^”]*”", "", passage.text)
                assert not re.search(r"\b[Yy]our?s?\b", own), own


def test_what_the_player_typed_is_there_word_for_word(episode, brief):
    why = episode.decision.statements.why

    assert Passage(why, "words", "Why") in brief.decision


def test_where_nothing_was_typed_stands_a_prompt_and_nothing_else(silent):
    assert [p for p in passages_of(silent) if p.kind == "words"] == []
    assert len(silent.prompts) == 10
    assert all(p.startswith("[your words: ") and p.endswith("]") for p in silent.prompts)


def test_what_i_now_believe_is_always_left_to_the_player(brief, silent):
    for page in (brief, silent):
        assert page.belief[0].kind == "prompt"


def test_without_a_name_the_author_is_a_placeholder(brief, episode):
    assert brief.author == "[your name]"
    assert brief_of(episode, author="  Ada\x1b[31m ").author == "Ada[31m"


# --- honest about what happened ------------------------------------------------------------------


def played(levers: dict[str, Any], *more: dict[str, Any]) -> Brief:
    """Return the brief of a quarter of the tiny case under some lever values."""
    moves = [
        {"kind": "begin"},
        {"kind": "listen", "stakeholder": "lead"},
        {"kind": "objective", "objective": {"metric": "time_saved"}},
        {"kind": "decide", "levers": levers},
        *more,
    ]
    return brief_of(finished(load_case(TINY), moves=moves))


def test_what_a_stakeholder_said_is_marked_as_said():
    heard = played({"option": "rules"})

    assert re.search(r": \$?[\d.]+[^()]* \(says \w+ \w+, .+\)", told(heard.situation))
    assert "I decided without asking" not in told(heard.situation)


def test_a_question_that_told_nothing_and_a_decision_that_rests_on_no_fact_go_together():
    asked = [{"kind": "ask", "question": name} for name in ("cost", "colors")]
    moves = [
        {"kind": "begin"},
        *asked,
        {"kind": "objective", "objective": {"metric": "time_saved"}},
        {"kind": "decide", "levers": {"option": "rules"}},
    ]

    page = brief_of(finished(load_case(TINY), moves=moves))

    assert "One question told me nothing that mattered: “" in told(page.situation)


CASES = ("meeting-summarizer", "card-fraud", "healthcare-triage", "personalized-learning")


def asked(case: str, *what: str) -> list[dict[str, Any]]:
    """Return the moves of somebody who asks and listens."""
    people = load_case(case).spec.stakeholders
    return [
        {"kind": "begin"},
        *(
            {"kind": "listen", "stakeholder": name}
            if name in people
            else {"kind": "ask", "question": name}
            for name in what
        ),
    ]


@pytest.mark.parametrize("case", CASES)
def test_everything_asked_and_everybody_heard_stands_in_the_brief_with_its_value(case):
    spec = load_case(case).spec
    gold = next(name for name, q in spec.questions.items() if q.reveals)
    idle = next(name for name, q in spec.questions.items() if not q.reveals)
    played = finished(
        load_case(case), moves=asked(case, gold, idle, next(iter(spec.stakeholders)))
    )
    page = brief_of(played)

    found = told(page.situation)
    for name in played.asked:
        fact = spec.questions[name].reveals
        if fact:
            value = figure(played.world.value(fact), spec.facts[fact].unit).number
            assert re.search(
                re.escape(spec.facts[fact].label) + ": " + re.escape(value), found, re.IGNORECASE
            )
        else:
            assert f"told me nothing that mattered: “{curly(spec.questions[name].text)}”" in found
    for said in played.said:
        value = figure(said.value, spec.facts[said.fact].unit).number
        who = spec.stakeholders[said.stakeholder]
        assert re.search(rf"{re.escape(value)}[^;]* \(says {who.name}, ", found)
    shown = letters(to_pdf(page).pdf)
    assert "".join(for_print(page.situation[-1].text).split()) in shown


def test_the_number_that_decided_is_also_among_what_was_found_out():
    moves = asked("meeting-summarizer", "saved", "notice", "vp")
    page = brief_of(finished(load_case("meeting-summarizer"), moves=moves))

    assert page.number.what == "minutes a right summary saves its readers"
    assert f"Minutes a right summary saves its readers: {page.number.number};" in told(
        page.situation
    )


def test_a_decision_far_from_the_best_says_what_would_have_been_better(silent):
    assert silent.worth.share < 0.5
    assert "Best with what I knew" in told(silent.belief)
    assert re.search(r"Worth \$[\d,.]+ ± \$[\d,.]+ \(standard error\)", told(silent.belief))


def test_an_option_that_needs_no_switch_says_so_instead_of_asking_for_one():
    page = played({"option": "none"})

    assert "nothing runs that could be switched off" in told(page.watch)
    assert page.settings == ()


def test_an_unfinished_episode_has_no_brief():
    episode = advance(Episode(load_case(TINY), Setup()), read_move({"kind": "begin"}))

    with pytest.raises(PlayerError, match="tiny-case: no debrief before the review"):
        brief_of(episode)


def test_the_same_episode_gives_the_same_brief(episode, brief):
    assert brief_of(episode) == brief

"""Red flags: raised with their quote, and silent where nothing is wrong."""

from __future__ import annotations

import pytest

from whennot.score import flags
from whennot.score.rubric import MoveRef

AT = MoveRef(1, "begin")


@pytest.mark.parametrize(
    "words",
    ["Let's fine-tune an LLM on our meetings.", "Morning all. We build a chatbot. Who is in?"],
)
def test_a_technology_before_the_first_question_is_quoted(words):
    flag = flags.technology_first(words, move=AT)

    assert flag.code == "RF1"
    assert flag.quote in words
    assert flag.hint


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Who pays when a summary is wrong?",
        "Do we need an LLM for this?",
        "We do not need an LLM yet.",
        "Our business model depends on renewals.",
    ],
)
def test_questions_refusals_and_other_words_raise_nothing(words):
    assert flags.technology_first(words, move=AT) is None


def test_accuracy_as_the_only_metric_is_raised_and_a_product_metric_is_not():
    raised = flags.accuracy_alone("accuracy of the summaries", guardrail="none", move=AT)

    assert (raised.code, raised.quote) == ("RF2", "accuracy of the summaries")
    assert flags.accuracy_alone("minutes saved", guardrail="", move=AT) is None


@pytest.mark.parametrize(
    ("hurt", "worse_off", "quote"),
    [
        ("nobody in particular", "guests", "nobody in particular"),
        ("", "", "left empty"),
        ("guests", "nobody in particular", "nobody in particular"),
    ],
)
def test_nobody_hurt_is_raised(hurt, worse_off, quote):
    assert flags.nobody_hurt(hurt, worse_off=worse_off, move=AT).quote == quote


def test_somebody_hurt_is_not():
    assert flags.nobody_hurt("guests", worse_off="", move=AT) is None


@pytest.mark.parametrize(
    ("rule", "raised"),
    [
        ("we will look at it in the quarterly review", True),
        ("roll back if needed by day 30", True),
        ("", True),
        ("net minutes saved under 1 on day 60: retire", False),
        ("fewer than half of the pilot would miss it on day 45: retire", False),
    ],
)
def test_a_stop_rule_needs_a_number_that_is_not_its_day(rule, raised):
    assert (flags.stop_without_number(rule, stop_if="", move=AT) is not None) == raised


def test_certainty_is_quoted_outcome_by_outcome():
    assert flags.certainty({"A leak": 0, "Nothing": 100}, move=AT).quote == (
        "A leak: 0 %; Nothing: 100 %"
    )
    assert flags.certainty({"A leak": 1, "Nothing": 99}, move=AT) is None

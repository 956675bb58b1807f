"""What a program sees in a sentence, and what it must not see in it."""

from __future__ import annotations

import pytest

from whennot.score import wording

DAYS = [
    "off by day 30",
    "retire on day 45",
    "stop after three weeks",
    "narrow the band the next day",
    "by 2 December",
    "until 2027-01-31",
]
NO_DAYS = [
    "we will look at it in the quarterly review",
    "complaints for a week",
    "monitor closely",
    "some day",
]


@pytest.mark.parametrize("text", DAYS)
def test_a_day_by_which_is_seen(text):
    assert wording.names_day(text)


@pytest.mark.parametrize("text", NO_DAYS)
def test_a_wish_or_a_window_is_no_day(text):
    assert not wording.names_day(text)


@pytest.mark.parametrize(
    "text", ["complaints above 25", "fewer than half would miss it", "a quarter lower by day 90"]
)
def test_a_number_is_seen_as_digits_or_in_words(text):
    assert wording.names_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "by day 30",
        "for two days",
        "in the quarterly review",
        "after three weeks",
        "disputes not below today's list by day 60",
        "if needed",
    ],
)
def test_a_day_or_a_window_is_not_taken_for_the_number(text):
    assert not wording.names_number(text)


@pytest.mark.parametrize("text", ["", "  ", "none", "None.", "n/a", "-", "nothing"])
def test_none_and_the_like_are_blank(text):
    assert wording.is_blank(text)


@pytest.mark.parametrize("text", ["none of the guests", "no refusals", "0", "nobody is refused"])
def test_a_sentence_that_begins_with_no_is_not_blank(text):
    assert not wording.is_blank(text)


@pytest.mark.parametrize("text", ["nobody", "nobody in particular", "No one", "", "none"])
def test_nobody_is_nobody(text):
    assert wording.names_nobody(text)


def test_somebody_is_somebody():
    assert not wording.names_nobody("guests who never agreed to be recorded")


def test_technologies_are_found_as_they_were_written():
    said = "Let us fine-tune an LLM and put the embeddings in a vector store."

    assert wording.technologies(said) == ("fine-tune", "LLM", "embeddings", "vector store")


@pytest.mark.parametrize(
    "said",
    [
        "Before we choose a model: who acts on a summary?",
        "What does a wrong answer cost?",
        "We should ragtag the agenda.",
    ],
)
def test_an_ordinary_word_names_no_technology(said):
    assert wording.technologies(said) == ()


@pytest.mark.parametrize("metric", ["AUC of the score", "accuracy of the summaries", "F1"])
def test_measures_of_being_right_are_known(metric):
    assert wording.is_accuracy(metric)


@pytest.mark.parametrize("metric", ["fraud losses", "minutes saved", "meetings with a summary"])
def test_measures_of_what_being_right_does_are_not_accuracy(metric):
    assert not wording.is_accuracy(metric)

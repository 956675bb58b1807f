"""Numbers carry units and no more digits than anybody was told; texts come out printable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whennot.prove.wording import (
    clean,
    curly,
    dollars,
    figure,
    in_first_person,
    of_the_team,
    plain,
)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.347, "share of meetings", "35 % of meetings"),
        (0.0021, "probability per payment", "0.21 % per payment"),
        (0.0142, "probability per payment", "1.4 % per payment"),
        (-0.05, "share", "−5 %"),
        (2.3449, "USD per wrong summary", "$2.34 per wrong summary"),
        (1.7297, "minutes per summary", "1.7 minutes per summary"),
        (3.0, "statements per summary", "3 statements per summary"),
        (0.75, "tickets per person", "0.75 tickets per person"),
        (62.5, "cases a day", "62 cases a day"),
        (10_000, "users", "10,000 users"),
        (0, "share", "0 %"),
    ],
)
def test_a_figure_has_its_unit_and_two_digits_or_so(value, unit, shown):
    assert str(figure(value, unit)) == shown


def test_a_limit_that_somebody_set_keeps_its_digits():
    assert figure(-1_500_000, "USD", exact=True).number == "−$1,500,000"
    assert figure(0.125, "share of meetings", exact=True).number == "12.5 %"
    assert figure(12.5, "per 1,000 payments", exact=True).number == "12.5"


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        (0, "$0"),
        (2.5, "$2.50"),
        (-2.5, "−$2.50"),
        (-0.2, "−$0.20"),
        (228, "$228"),
        (2546, "$2,550"),
        (460_663, "$460,700"),
        (-1_081_233, "−$1,081,200"),
    ],
)
def test_money_is_rounded_to_what_can_be_told_apart(usd, shown):
    assert dollars(usd) == shown


def test_a_case_s_you_becomes_the_player_s_i_and_the_company_s_we():
    assert (
        in_first_person("You built what you wanted; your call.")
        == "I built what I wanted; my call."
    )
    assert of_the_team('your users say: "you did this"') == 'our users say: "you did this"'


def test_case_texts_lose_their_markup_and_gain_typographic_quotes():
    assert (
        plain('**Lumen Desk** writes: *"Go"* ([more](x.md))') == 'Lumen Desk writes: "Go" (more)'
    )
    assert curly('it\'s "100% right"') == "it’s “100 % right”"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("-$403,700 and -5", "−$403,700 and −5"),
        ("5-10, 2026-11-23, per-user, 7-day", "5-10, 2026-11-23, per-user, 7-day"),
    ],
)
def test_negative_numbers_have_a_minus_sign_and_hyphens_stay(typed, shown):
    assert curly(typed) == shown


@given(st.text())
def test_cleaned_text_is_one_printable_line_that_any_file_can_hold(text):
    shown = clean(text)

    assert shown.encode().decode() == shown
    assert shown == " ".join(shown.split())
    assert not {c for c in shown if ord(c) < 32 or c in "\u202e\u2066\x7f\x85"}
    assert clean(shown) == shown


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_cleaning_keeps_every_letter_digit_and_sign(text):
    assert clean(text) == text

"""Hygiene: words alone earn little, gaps are named, and what is not asked is not held against."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from whennot.score.hygiene import ITEMS, Written, as_bytes, hygiene

NOT_ASKED = dict.fromkeys(("H3", "H4", "H5", "H10"), "Not asked in first flight.")
GOOD = Written(
    owner="you",
    owner_known=True,
    metric="minutes saved, net of checking",
    unit="minutes per meeting",
    baseline="0",
    target="2 by day 90",
    guardrail="complaints under 10 per 1,000",
    worse_off="people quoted with something they did not say",
    from_fact="statements that matter",
    from_source="asked",
    from_checked=True,
    why="Nine in ten is seven in ten once three statements matter.",
    hurt="people quoted with something they did not say",
    stop_if="net minutes saved under 1 on day 60: retire",
    kill_criterion="net minutes saved under 1 on day 60: retire",
    viability=0.3,
    viability_of="statements that matter",
    viability_known=True,
    percent={"leak": 30, "trust": 20, "none": 50},
    changed_mind="I moved from 70 % to 45 % because support showed me the queue.",
    unasked=NOT_ASKED,
)
STUFFED = (
    "baseline metric 30 % 12 weeks p90 n=40 owner rollback threshold guardrail dissent changed "
    "my mind interval outside view base rate kill criterion day 30 below appeal consent premortem "
    "reversible one-way door cost of delay evidence measured assumed calibrated monitoring SLA"
)
# A heap that has a limit, a number, a day and a change of mind in it.
STUFFED_WELL = (
    "kill criterion above 5 % by day 30: off, owner, guardrail. Consent. "
    "I moved from 70 % to 45 % because evidence. "
)
NEUTRAL = " This was written on a quiet afternoon. The team met as usual. Coffee was served."


def scores(written):
    return {item.code: item.score for item in hygiene(written).items}


def test_there_are_thirteen_items_and_each_has_a_reason():
    items = hygiene(GOOD).items

    assert [item.code for item in items] == [f"H{i}" for i in range(1, 14)] == list(ITEMS)
    assert all(item.reason for item in items)


def test_what_is_not_asked_is_not_applicable_and_never_zero():
    found = {item.code: item for item in hygiene(GOOD).items}

    for code in NOT_ASKED:
        assert found[code].score is None
        assert "not asked in first flight" in found[code].reason.lower()


def test_a_well_written_decision_is_strong():
    asked = NOT_ASKED | {"H13": "Not asked in first flight."}
    found = hygiene(replace(GOOD, unasked=asked))

    assert found.band == "strong"
    assert found.held_by == ()


def test_right_for_no_reason_scores_next_to_nothing():
    # What the form forces on everybody: a metric, and a forecast, which may even be a good one.
    for percent in ({"none": 100}, GOOD.percent):
        bare = Written(
            metric="adoption",
            unit="share",
            baseline="0 %",
            percent=percent,
            unasked=NOT_ASKED | {"H13": "Not asked in first flight."},
        )

        assert hygiene(bare).score <= 20
        assert hygiene(bare).band in {"starting", "developing"}


@pytest.mark.parametrize(
    ("code", "gap"),
    [
        ("H2", {"metric": "", "target": "", "worse_off": ""}),
        ("H11", {"kill_criterion": "", "stop_if": ""}),
        ("H12", {"hurt": "nobody in particular", "worse_off": "nobody in particular"}),
        ("H12", {"hurt": "", "worse_off": ""}),
    ],
)
def test_a_gate_at_zero_holds_the_band(code, gap):
    found = hygiene(replace(GOOD, **gap))

    assert found.held_by == (code,)
    assert found.score >= 50
    assert found.band == "developing"


def test_a_flawless_design_that_hurts_nobody_fails_there_only():
    good, blind = scores(GOOD), scores(replace(GOOD, hurt="nobody in particular"))

    assert blind["H12"] <= 1
    assert {c for c in good if good[c] != blind[c]} == {"H12"}


@pytest.mark.parametrize("field", ["why", "changed_mind", "stop_if", "target", "guardrail"])
def test_padding_never_raises_a_score(field):
    for start in (GOOD, replace(GOOD, kill_criterion="")):
        padded = replace(start, **{field: getattr(start, field) + NEUTRAL})
        before, after = scores(start), scores(padded)

        assert all((after[c] or 0) <= (before[c] or 0) for c in before)


@pytest.mark.parametrize("stuffing", [STUFFED, STUFFED_WELL, STUFFED_WELL * 30])
def test_stuffing_everything_that_is_prose_earns_at_most_one_anywhere(stuffing):
    prose = dict.fromkeys(("why", "stop_if", "changed_mind", "owner", "guardrail"), stuffing)

    assert max(s for s in scores(Written(**prose)).values() if s is not None) <= 1


@pytest.mark.parametrize(
    ("code", "stuffed"),
    [
        ("H6", {"why": STUFFED}),
        ("H11", {"stop_if": STUFFED}),
        ("H13", {"changed_mind": STUFFED}),
        ("H2", {"metric": "x", "unit": "y", "baseline": "z", "target": STUFFED}),
    ],
)
def test_keyword_stuffing_earns_at_most_one(code, stuffed):
    assert scores(replace(Written(), **stuffed))[code] <= 1


def test_words_alone_never_earn_the_top_mark():
    typed = {"why", "stop_if", "changed_mind"}
    only_words = replace(
        Written(), **{f: getattr(GOOD, f) for f in typed}, target=GOOD.target, metric=GOOD.metric
    )

    assert max(s for s in scores(only_words).values() if s is not None) <= 2


def test_fours_are_given_for_links_between_moves_only():
    assert [code for code, score in scores(GOOD).items() if score == 4] == ["H6", "H9"]


@pytest.mark.parametrize(
    ("code", "unlinked"),
    [
        ("H6", {"from_checked": False}),
        ("H9", {"from_fact": "something else"}),
    ],
)
def test_the_top_mark_falls_with_the_link_it_rests_on(code, unlinked):
    assert scores(GOOD)[code] == 4
    assert scores(replace(GOOD, **unlinked))[code] == 3


@pytest.mark.parametrize(
    ("gap", "code", "most"),
    [
        ({"from_source": "heard"}, "H6", 2),
        ({"from_source": ""}, "H6", 1),
        ({"from_source": "told"}, "H6", 2),
        ({"from_fact": ""}, "H6", 0),
        ({"why": ""}, "H6", 2),
        ({"percent": {"leak": 0, "none": 100}}, "H7", 0),
        ({"percent": {"leak": 0, "trust": 40, "none": 60}}, "H7", 2),
        ({"percent": {"leak": 0, "none": 100}}, "H8", 0),
        ({"percent": {"leak": 25, "trust": 25, "none": 50}}, "H8", 2),
        ({"kill_criterion": "we will look at it later"}, "H8", 2),
        ({"viability_printed": True}, "H9", 1),
        ({"viability_known": False}, "H9", 2),
        ({"viability": None}, "H9", 0),
        ({"owner": "", "owner_known": False}, "H11", 2),
        ({"kill_criterion": "we will look at it in the quarterly review"}, "H11", 1),
        ({"kill_criterion": ""}, "H11", 1),
        ({"guardrail": "none"}, "H2", 2),
        ({"owner": ""}, "H1", 0),
        ({"owner": "the team", "owner_known": False}, "H1", 1),
        ({"guardrail": "none"}, "H12", 1),
        ({"target": ""}, "H2", 2),
    ],
)
def test_a_gap_caps_its_item(gap, code, most):
    assert scores(replace(GOOD, **gap))[code] <= most < scores(GOOD)[code]


def test_the_same_statements_give_the_same_bytes():
    again = Written(**{f.name: getattr(GOOD, f.name) for f in fields(GOOD)})

    assert as_bytes(hygiene(GOOD)) == as_bytes(hygiene(again))
    assert as_bytes(hygiene(GOOD)) != as_bytes(hygiene(replace(GOOD, from_fact="")))

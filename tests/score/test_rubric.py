"""The rubric's weights, and that what was not seen never becomes a middle mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whennot.errors import WhennotError
from whennot.score.observe import Seen, observe
from whennot.score.rubric import BY_CODE, CRITERIA, GROUPS, Mark, rubric


def marks(score, *codes):
    return [Mark(code, score, "seen") for code in codes]


def test_weights_are_sixty_twenty_five_and_fifteen():
    summed = {g: sum(c.weight for c in CRITERIA if c.code[0] == g) for g in GROUPS}

    assert summed == {"P": 60, "T": 25, "A": 15} == {g: w for g, (_, w) in GROUPS.items()}
    assert sum(c.weight for c in CRITERIA) == 100


def test_nothing_seen_is_insufficient_evidence_everywhere():
    found = rubric(observe(Seen()))

    assert [mark.score for mark in found.marks] == [None] * len(CRITERIA)
    assert (found.observed, found.composite) == (0, None)
    assert found.verdict == "0 of 100 weight points observed: no composite"


def test_there_is_no_composite_under_eighty_points():
    found = rubric(marks(3, "P1", "P2", "P3", "P4", "P5", "P6", "T1", "T2"))  # 74 points

    assert found.composite is None
    assert found.verdict == "74 of 100 weight points observed: no composite"


def test_from_eighty_points_on_the_composite_is_renormalized():
    found = rubric(marks(3, "P1", "P2", "P3", "P4", "P5", "P6", "T1", "T2", "T3"))  # exactly 80

    assert found.observed == 80
    assert found.composite == 75


@pytest.mark.parametrize(
    ("codes", "told"), [(["P1", "P1"], "P1 is marked twice"), (["P7"], "P7 is no criterion")]
)
def test_a_criterion_is_marked_once_and_must_exist(codes, told):
    with pytest.raises(WhennotError, match=told):
        rubric(marks(2, *codes))


@given(st.lists(st.sampled_from(sorted(BY_CODE)), unique=True), st.integers(0, 4))
def test_insufficient_evidence_never_moves_a_composite(seen, score):
    found = rubric(marks(score, *seen))
    spelled_out = rubric(
        [*marks(score, *seen), *[Mark(c, None, "") for c in BY_CODE if c not in seen]]
    )

    assert found.composite == spelled_out.composite
    assert found.composite in {None, 25 * score}
    assert {m.code for m in found.marks if m.score is None} == set(BY_CODE) - set(seen)

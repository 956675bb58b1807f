"""What ships in contents.toml makes sense together."""

from __future__ import annotations

import re
from collections import Counter
from importlib import resources
from math import comb

import pytest

from whennot.errors import CaseError
from whennot.roadmap.contents import FOUNDATIONS, contents, read_contents

TEXT = contents()
MONTHS = [*TEXT.months.values(), *(b.first_month for b in TEXT.backgrounds.values())]
LISTED = Counter(
    [name for month in MONTHS for names in month.units.values() for name in names]
    + [name for b in TEXT.backgrounds.values() for names in b.later.values() for name in names]
)


def test_every_unit_is_used_and_every_used_unit_is_written():
    assert set(LISTED) == set(TEXT.units)


def test_every_need_and_every_case_has_a_way_to_do_without_it():
    for unit in TEXT.units.values():
        assert {*unit.needs, unit.start} - {""} <= set(TEXT.abilities), unit.id
        assert not unit.case or unit.case in TEXT.cases, unit.id
        assert not unit.case or unit.start, f"{unit.id}: a case needs a verb"


def test_every_month_fills_exactly_the_streams_of_its_phase():
    phases = {phase.id: phase for phase in TEXT.phases}
    for month in TEXT.months.values():
        own = set(month.units)
        if month.phase == FOUNDATIONS:
            own.add("unlearn")
            assert all(month.id in b.later for b in TEXT.backgrounds.values())
            assert own == set(TEXT.backgrounds["analyst"].share)
        else:
            assert own == set(phases[month.phase].share), month.id


def test_every_share_of_minutes_sums_to_a_hundred():
    shares = [p.share for p in TEXT.phases if p.share]
    shares += [b.share for b in TEXT.backgrounds.values()]

    assert {sum(share.values()) for share in shares} == {100}


def test_writing_alignment_and_complaints_weigh_as_in_the_job():
    for phase in TEXT.phases[1:]:
        assert phase.share == {"writing": 30, "alignment": 40, "signals": 30}


def test_every_sub_criterion_is_trained_and_those_that_decide_twice():
    core = [m for m in TEXT.months.values() if not m.id.endswith("b")]
    for background in TEXT.backgrounds.values():
        trained = Counter(s for m in [background.first_month, *core] for s in m.trains)
        assert set(trained) >= set(TEXT.competencies) - {"A3", "P6"}
        assert trained["P1"] >= 2
        assert trained["P3"] >= 2
    assert {s for m in MONTHS for s in m.trains} == set(TEXT.competencies)


def test_the_checklist_of_the_brief_is_complete():
    named = {number for gate in TEXT.gates for number in gate.requirement.split(", ")}

    assert len(TEXT.gates) == 7
    assert named == {f"S{number}" for number in range(79, 87)}


def test_no_gate_is_closed_by_hours():
    mocks = next(gate for gate in TEXT.gates if gate.id == "mocks")
    for gate in TEXT.gates:
        assert gate is mocks or "hour" not in gate.closed_by
    assert "with working AI PMs, rated" in mocks.closed_by


def test_every_unit_fits_one_sitting_or_two_evenings():
    for unit in TEXT.units.values():
        assert 15 <= unit.minutes <= 300, unit.id
        assert unit.minutes % 5 == 0, unit.id


def test_titles_fit_a_line_and_no_text_shouts():
    for unit in TEXT.units.values():
        assert len(unit.title) <= 70, unit.title
        assert len(unit.do) <= 190, unit.do
    assert "!" not in resources.files("whennot.roadmap").joinpath("contents.toml").read_text(
        encoding="utf-8"
    )


def test_the_worked_pair_is_worked_right():
    pair = TEXT.units["engineer-pairs"].do
    accurate = 40_000 * (0.06 * 0.30 + 0.04)
    cheaper = 40_000 * (0.09 * 0.30 + 0.002)

    assert f"${accurate:,.0f} a day" in pair
    assert f"B ${cheaper:,.0f}." in pair


def test_the_audit_sample_is_worked_right():
    weeks = 100 * (1 - 0.98**50)

    assert f"in {weeks:.0f} of 100 weeks" in TEXT.units["triage-audit"].do


def test_the_acceptance_rate_is_worked_right():
    def p_at_most(misses, *, n=400, rate=0.05):
        return sum(comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(misses + 1))

    assert "n = 400, at most 12 misses" in TEXT.units["triage-prd"].do
    assert p_at_most(12) < 0.05  # so 12 misses put the lower 95 % bound above 95 %
    assert 388 / 400 >= 0.97 > 387 / 400


@pytest.mark.parametrize("domain", TEXT.domains.values(), ids=TEXT.domains)
def test_every_domain_gets_the_three_core_cases(domain):
    assert set(domain.briefs) == {"card-fraud", "healthcare-triage", "personalized-learning"}


def test_every_alias_leads_to_a_background_and_domain_that_exist():
    for target in TEXT.aliases.values():
        background, _, domain = target.partition(" --domain ")
        assert background in TEXT.backgrounds
        assert not domain or domain in TEXT.domains


def test_no_placeholder_is_left_open():
    open_ones = {m for u in TEXT.units.values() for m in re.findall(r"{(\w+)}", u.do)}

    assert open_ones == {"base_rate", "situation"}


def test_a_misspelled_key_is_named_with_its_table():
    import tomllib

    raw = resources.files("whennot.roadmap").joinpath("contents.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(raw.replace("least_weeks = 26", "least_week = 26"))

    with pytest.raises(CaseError, match=r"target\.mid-tier.*least_week"):
        read_contents(tables)

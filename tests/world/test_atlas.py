"""The atlas: one table, and what follows from it by reweighting."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile

import numpy as np
import pytest

from whennot.episode.knowing import atlas_for
from whennot.errors import CaseError
from whennot.shelf import case_names, load_case
from whennot.world.appeal import contestable, only_prices
from whennot.world.atlas import LARGEST_BYTES, atlas_digest, dump, load
from whennot.world.atlas_build import Size, build_atlas, kept
from whennot.world.compile import compile_settings
from whennot.world.expansion import basis_of
from whennot.world.frontier import curve
from whennot.world.inquiry import Budget, Inquiry, Saying, Source
from whennot.world.knowledge import Hearsay, Knowledge, posterior_worlds
from whennot.world.policy import named_policy
from whennot.world.simulate import simulate
from whennot.world.valuation import values_in
from whennot.world.world import spread_worlds

CASE = load_case("card-fraud")
ATLAS = atlas_for(CASE)
FILE = CASE.atlas_file or b""
NOTHING = Knowledge()


def knowing(**facts: float) -> Knowledge:
    return Knowledge.of(facts)


# --- the table -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", case_names())
def test_every_case_ships_an_atlas_of_its_own_version_that_is_small_enough(name):
    case = load_case(name)

    assert case.atlas is not None
    assert len(case.atlas_file) <= LARGEST_BYTES
    assert case.atlas.usd.shape[0] >= 512


def test_a_policys_entry_is_what_simulating_it_in_that_world_gives():
    worlds = spread_worlds(CASE.spec, CASE.ladder, count=3, key="any")
    policies = [ATLAS.policies[i] for i in (0, 7, 40)]

    table = values_in(worlds, policies, first_replicate=5)

    for w, world in enumerate(worlds):
        for p, policy in enumerate(policies):
            alone = simulate(world, policy, replicates=[5 + w]).usd[0]
            assert table[w, p] == pytest.approx(alone)


def test_a_file_read_back_is_the_same_atlas_and_written_again_the_same_bytes():
    again = load(CASE.atlas_file, CASE.spec)

    assert (again.usd == ATLAS.usd).all()
    assert again.policies == ATLAS.policies
    assert again.flips == ATLAS.flips
    assert dump(again) == CASE.atlas_file


@pytest.mark.parametrize("name", sorted(CASE.spec.parameters)[:6])
def test_a_parameter_that_moves_makes_it_another_atlas(name):
    number = CASE.spec.parameters[name]
    moved = number.model_copy(update={"value": number.value * 1.001 + 1e-9})
    spec = CASE.spec.model_copy(update={"parameters": CASE.spec.parameters | {name: moved}})

    assert atlas_digest(spec, CASE.ladder) != ATLAS.digest


def test_other_words_leave_it_the_same_atlas():
    name, number = next(iter(CASE.spec.parameters.items()))
    said = number.model_copy(update={"source": "somewhere else entirely", "label": "so to speak"})
    spec = CASE.spec.model_copy(
        update={"parameters": CASE.spec.parameters | {name: said}, "title": "Other words"}
    )

    assert atlas_digest(spec, CASE.ladder) == ATLAS.digest


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 nonsense", FILE[:-40], b"x" * (LARGEST_BYTES + 1)]
)
def test_a_damaged_file_is_refused_with_what_to_do(content):
    with pytest.raises(CaseError, match="whennot atlas build"):
        load(content, CASE.spec)


def spoiled(**changes: object) -> bytes:
    """Return the file with entries of its description changed; None takes one away."""
    source, out = io.BytesIO(FILE), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "about.json":
                about = json.loads(content) | changes
                content = json.dumps({k: v for k, v in about.items() if v is not None}).encode()
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        {"digest": None},
        {"first_replicate": "abc"},
        {"policies": []},
        {"flips": [{"parameter": "no_such"}]},
        {"facts": ["label_delay"]},
    ],
)
def test_a_file_that_says_what_cannot_be_is_refused(changes):
    with pytest.raises(CaseError, match="whennot atlas build"):
        load(spoiled(**changes), CASE.spec)


def test_numbers_that_are_none_are_refused():
    for broken in (
        {"usd": np.full_like(ATLAS.usd, np.nan)},
        {"facts": np.full_like(ATLAS.facts, np.inf)},
    ):
        with pytest.raises(CaseError, match="whennot atlas build"):
            load(dump(dataclasses.replace(ATLAS, **broken)), CASE.spec)


def test_an_atlas_of_another_case_is_refused():
    with pytest.raises(CaseError, match="whennot atlas build"):
        load(CASE.atlas_file, load_case("meeting-summarizer").spec)


def test_building_twice_gives_the_same_numbers_and_tells_how_far_it_is():
    tiny = load_case("tests/cases/tiny-case")
    size, told = Size(screened=4, worlds=24, top=4, each=2, average=2, spread=2), []

    one = build_atlas(tiny.spec, tiny.ladder, size=size, progress=lambda *at: told.append(at))
    two = build_atlas(tiny.spec, tiny.ladder, size=size)

    assert (one.usd == two.usd).all()
    assert {what for what, _ in told} == {"screening the grid", "valuing policies"}
    assert told[-1][1] == 1.0


def test_screening_keeps_whoever_is_best_somewhere_and_each_options_best():
    usd = np.array([[9.0, 0, 5, 1], [0, 9.0, 5, 2]])
    groups = [np.array([0, 1]), np.array([2]), np.array([3])]

    found = kept(usd, groups, Size(top=3, each=1, average=0, spread=0))

    assert set(found) == {0, 1, 2, 3}


def test_a_thinned_population_is_worth_what_the_whole_one_is():
    worlds = spread_worlds(CASE.spec, CASE.ladder, count=6, key="thin")
    policies = [named_policy(CASE.spec, n) for n in ("honest", "hold-everything")]

    whole, half = (values_in(worlds, policies, thin=t) for t in (1, 2))

    assert half.mean() == pytest.approx(whole.mean(), rel=0.05)


# --- what is not known is averaged exactly -----------------------------------------------------


@pytest.mark.parametrize("name", sorted(CASE.spec.facts))
def test_a_facts_polynomials_are_orthonormal_under_its_prior(name):
    from whennot.world.world import quantile

    fact = CASE.spec.facts[name]
    values = np.array([quantile(fact, (i + 0.5) / 4001) for i in range(4001)])
    phi = basis_of(fact)(values)

    assert phi.T @ phi / len(phi) == pytest.approx(np.eye(phi.shape[1]), abs=0.02)


def test_the_expected_value_given_a_fact_is_the_mean_of_simulated_worlds_that_have_it():
    known = knowing(fraud_usd=300.0, fraud_rate=0.009)
    worlds = posterior_worlds(CASE.spec, CASE.ladder, known, count=64, key="here")
    policy = named_policy(CASE.spec, "honest")

    money = values_in(worlds, [policy], first_replicate=9000)[:, 0]
    expected = ATLAS.expected(known)[ATLAS.places[policy]]

    assert expected == pytest.approx(money.mean(), abs=4 * money.std() / 8)
    assert abs(expected) > 1.3 * abs(ATLAS.expected(NOTHING)[ATLAS.places[policy]])


def test_knowing_everything_explains_nearly_all_differences_on_worlds_held_out():
    differences = ATLAS.usd - ATLAS.level
    left = differences.copy()
    for rows, expansion in ATLAS.folds:
        left[rows] -= expansion.at(ATLAS.facts[rows])

    assert 1 - left.var() / differences.var() > 0.97


def test_a_sure_statement_is_as_good_as_a_fact_and_an_unsure_one_lies_between():
    fact, value = "fraud_usd", 320.0
    place = ATLAS.places[named_policy(CASE.spec, "honest")]
    prior = ATLAS.expected(NOTHING)[place]
    known = ATLAS.expected(knowing(**{fact: value}))[place]

    for reliability, weight in ((0.999, 0.999), (0.75, 0.75), (0.5, 0.5)):
        said = Knowledge((), (Hearsay(fact, value, reliability),))
        assert ATLAS.expected(said)[place] == pytest.approx(
            prior + weight * (known - prior), rel=1e-3
        )


def test_two_people_who_agree_are_believed_more_than_one():
    one = Knowledge((), (Hearsay("fraud_usd", 320.0, 0.75),))
    two = Knowledge((), (Hearsay("fraud_usd", 320.0, 0.75), Hearsay("fraud_usd", 320.0, 0.6)))

    assert two.belief("fraud_usd")[0][0] > one.belief("fraud_usd")[0][0] == pytest.approx(0.75)


def test_a_fact_that_was_asked_silences_what_was_said_about_it():
    said = (Hearsay("fraud_usd", 320.0, 0.75),)

    assert Knowledge.of({"fraud_usd": 90.0}, said).belief("fraud_usd") == ((1.0, 90.0),)


def test_posterior_worlds_have_what_is_known_and_spread_over_what_is_not():
    said = Knowledge.of({"label_delay": 21.0}, (Hearsay("fraud_usd", 320.0, 0.75),))

    worlds = posterior_worlds(CASE.spec, CASE.ladder, said, count=40, key="x")

    assert {w.value("label_delay") for w in worlds} == {21.0}
    assert sum(w.value("fraud_usd") == 320.0 for w in worlds) == 30
    assert len({w.value("fraud_rate") for w in worlds}) == 40


# --- what asking is worth ------------------------------------------------------------------------


def inquiry(*sources: Source) -> Inquiry:
    return Inquiry(ATLAS, sources, among=ATLAS.live)


GOLD = Source("attempts", 15, reveals=("fraud_rate",))
LOSS = Source("loss", 15, reveals=("fraud_usd",))
DECOY = Source("speed", 15)


def test_what_reveals_nothing_is_worth_exactly_nothing():
    assert inquiry(GOLD, DECOY).worth(["speed"]).usd == 0.0


def test_more_gold_is_worth_more_and_the_best_set_holds_it():
    asking = inquiry(GOLD, LOSS, DECOY)

    assert asking.worth(["attempts", "loss"]).usd > asking.worth(["attempts"]).usd > 0
    assert set(asking.best_set(Budget(45, 3))) == {"attempts", "loss"}
    assert len(asking.best_set(Budget(15, 3))) == 1


def test_a_statement_is_worth_less_than_the_fact_and_the_more_the_surer_it_is():
    def said(reliability: float) -> float:
        person = Source("vp", 15, says=(Saying("fraud_usd", reliability, 0.97),))
        return inquiry(person, LOSS).worth(["vp"]).usd

    assert said(0.55) < said(0.95) < 1.05 * inquiry(LOSS).worth(["loss"]).usd


def test_what_was_not_asked_is_missing_and_what_was_is_not():
    asking = inquiry(GOLD, LOSS, DECOY)
    budget = Budget(30, 2)

    nothing, half, all_ = (
        asking.information(a, budget).missing_usd for a in ((), ("loss",), ("loss", "attempts"))
    )

    assert nothing > half > all_ == 0


# --- where it turns, and what it hangs on --------------------------------------------------------


def test_the_frontier_is_crossed_once_and_its_interval_holds_the_crossing():
    found = curve(ATLAS)

    assert found.low < found.crossing < found.high
    assert found.usd[0] < 0 < found.usd[-1]


def test_parameters_that_only_price_leave_every_row_of_the_kernel_as_it_is():
    world = CASE.default_world()
    policies = [named_policy(CASE.spec, n) for n in ("honest", "default-big")]
    before = compile_settings(world, policies)

    for name in sorted(only_prices(CASE.spec) & set(contestable(CASE.spec))):
        after = compile_settings(
            world.changed(**{name: CASE.spec.parameters[name].high}), policies
        )
        assert (after.pool == before.pool).all(), name
        assert all((after.world[k] == before.world[k]).all() for k in before.world), name


def test_the_sweep_names_parameters_with_a_range_and_another_option():
    for flip in ATLAS.flips:
        number = CASE.spec.parameters[flip.parameter]
        assert flip.value in {number.low, number.high}
        assert flip.turns or flip.usd > 2 * flip.se
    assert any(flip.turns for flip in ATLAS.flips)


def test_dropping_the_flips_changes_no_value():
    assert (load(dump(dataclasses.replace(ATLAS, flips=())), CASE.spec).usd == ATLAS.usd).all()

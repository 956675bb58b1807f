"""What a decision was worth by what could be known: constructed episodes that must differ."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from whennot.episode import moves as m
from whennot.episode.appeal import appeal
from whennot.episode.episode import Episode
from whennot.episode.judge import advance, assess
from whennot.episode.knowing import atlas_for, budget_of, inquiry_of, knowledge_of
from whennot.episode.table import Setup
from whennot.errors import PlayerError
from whennot.practice.auto import next_move
from whennot.shelf import load_case
from whennot.world.inquiry import Worth
from whennot.world.knowledge import Knowledge
from whennot.world.policy import Policy, make_policy
from whennot.world.quality import judgments, simulated
from whennot.world.spec import TriggerForm

CASE = load_case("card-fraud")
ATLAS = atlas_for(CASE)
GOLD = ("attempts", "loss", "labels")
VARIANTS = range(1, 6)


def asked(variant: int, *names: str, replicate: int | None = None) -> Episode:
    """Return an episode after its questions and conversations, the objective stated."""
    episode = Episode(CASE, Setup(variant=variant, replicate=replicate)).send(m.Begin())
    for name in names:
        move = m.Ask(question=name) if name in CASE.spec.questions else m.Listen(stakeholder=name)
        episode = episode.send(move)
    return episode.send(m.StateObjective(objective=m.Objective(metric="cost")))


def sealed(episode: Episode, policy: Policy) -> Episode:
    """Return the episode decided, over every refusal, and sealed."""
    levers = {n: policy[n] for n in episode.live_levers}
    episode = episode.send(m.Decide(levers=levers, trigger=policy.trigger))
    while episode.refusing:
        episode = episode.send(m.Escalate(stakeholder=episode.refusing[0], why="decided"))
    return episode.send(m.Forecast(percent={"none": 100}))


def best_of(episode: Episode) -> Policy:
    return ATLAS.best(knowledge_of(episode), among=ATLAS.live)


@cache
def judged(variant: int, names: tuple[str, ...], *, policy: Policy | None = None):
    """Return the verdict alone; the rest of an assessment is not asked for."""
    episode = asked(variant, *names)
    found = judgments(
        ATLAS,
        CASE.ladder,
        policy or best_of(episode),
        knowledge=knowledge_of(episode),
        information=missing(names),
    )
    return [quality for quality, _ in found][-1]


@cache
def missing(names: tuple[str, ...]) -> Worth:
    budget = budget_of(CASE, first_flight=True)
    found = inquiry_of(CASE, first_flight=True).information(names, budget)
    return Worth(found.missing_usd, found.missing_se)


def test_asking_nothing_and_choosing_the_prior_best_is_full_choice_with_an_information_loss():
    quality = judged(1, ())

    assert quality.is_tied
    assert quality.choice_share == pytest.approx(1, abs=0.02)
    assert 0.05 < quality.information_points < 0.5
    assert quality.share < 0.96


def test_asking_gold_and_acting_on_it_raises_quality_in_expectation():
    gains = [judged(v, GOLD).share - judged(v, ()).share for v in VARIANTS]

    assert np.mean(gains) > 2 * np.std(gains, ddof=1) / len(gains) ** 0.5 > 0
    assert all(judged(v, GOLD).information_usd == 0 for v in VARIANTS)


def test_asking_decoys_leaves_the_whole_information_loss():
    decoys, nothing = judged(2, ("speed", "curve", "signals")), judged(2, ())

    assert decoys.information_usd == nothing.information_usd > 0
    assert decoys.share == nothing.share


def test_asking_gold_and_not_acting_on_it_loses_by_choice_what_it_saves_by_asking():
    """Whoever asks and then does what everybody does pays in the other part."""
    prior = best_of(asked(1))
    losses = []
    for variant in VARIANTS:
        quality = judged(variant, GOLD, policy=prior)
        assert quality.information_usd == 0
        losses.append(quality.choice_usd)

    assert np.mean(losses) > 0.3 * judged(1, ()).information_usd


def wrong_statement() -> tuple[int, str, str]:
    """Return (variant, person, fact) of a wrong statement about what matters."""
    for variant in range(1, 200):
        episode = asked(variant, "counsel")
        if any(s.wrong and episode.world.value(s.fact) == 21 for s in episode.said):
            return variant, "counsel", "label_delay"
    raise AssertionError


def test_trusting_a_wrong_statement_shows_its_price():
    variant, person, fact = wrong_statement()
    episode = asked(variant, person)
    said = next(s for s in episode.said if s.fact == fact)
    fooled = ATLAS.best(knowledge_of(asked(variant)).knowing(fact, said.value), among=ATLAS.live)

    costs = [
        next(x for x in assess(sealed(episode, policy)).misled if x.said.fact == fact)
        for policy in (fooled, best_of(episode), best_of(asked(variant)))
    ]

    assert costs[0].usd > 2 * costs[0].se > 0
    # Whoever weighs it by its reliability may pay, too; who decides as if it were unsaid does not.
    assert costs[0].usd >= costs[1].usd >= costs[2].usd == 0
    assert all(x.instead == best_of(asked(variant)) for x in costs)


def test_a_wrong_statement_about_what_was_asked_costs_nothing():
    variant, person, _ = wrong_statement()
    episode = _finished(
        sealed(asked(variant, person, "labels"), best_of(asked(variant, "labels")))
    )

    assert not any(x.said.fact == "label_delay" for x in episode.findings.assessment.misled)


def _finished(episode: Episode) -> Episode:
    while episode.state != "debrief" or episode.request is not None:
        if episode.request is not None:
            from whennot.episode.judge import fulfill

            episode = episode.receive(fulfill(episode))
            continue
        episode = advance(episode, next_move(episode))
    return episode


def test_quality_is_exactly_equal_whatever_the_dice_of_the_quarter():
    policy = ATLAS.policies[ATLAS.live.nonzero()[0][3]]
    found = [assess(sealed(asked(3, "loss", replicate=r), policy)).quality for r in (1, 2**31)]

    assert found[0] == found[1]


def test_the_order_of_asking_changes_nothing():
    one, two = (asked(4, *names) for names in (GOLD, GOLD[::-1]))

    assert knowledge_of(one) == knowledge_of(two)


def test_a_first_number_comes_before_the_last_and_near_it():
    episode = sealed(asked(1), best_of(asked(1)))
    firsts = []

    final = assess(episode, told=firsts.append).quality

    assert [q.final for q in firsts] == [False, True]
    assert final == firsts[1]
    assert firsts[0].worlds < final.worlds
    assert firsts[0].share == pytest.approx(final.share, abs=0.1)


def test_the_verdict_repeats_over_evaluator_seeds_for_a_policy_the_atlas_does_not_hold():
    """All fifty seeds, in more worlds, are run by `make validity`."""
    levers = {"option": "simple", "decline_above": 0.66, "review_from": 0.3, "labels": "calls"}
    policy = make_policy(CASE.spec, levers)
    assert policy not in ATLAS.places
    found = [
        list(
            judgments(
                ATLAS,
                CASE.ladder,
                policy,
                knowledge=Knowledge(),
                information=missing(()),
                evaluator=seed,
            )
        )[-1][0]
        for seed in range(6)
    ]

    sd = np.std([q.share for q in found], ddof=1)
    assert all(-1 < q.share < 1 for q in found)
    assert sd < 0.06
    # What is said of the error is what is seen of it.
    assert 0.2 < sd / np.mean([q.share_se for q in found]) < 3


def test_equal_quarters_are_worth_exactly_the_same():
    """A trigger that never fires makes a twin."""
    policy = best_of(asked(1)).without_trigger()
    never = TriggerForm(signal="complaint_rate", threshold=1e9, action="loosen")
    field = (policy, replace(policy, trigger=never))

    found = next(iter(simulated(ATLAS, CASE.ladder, field, knowledge=Knowledge(), count=12)))

    assert (found.estimates[:, 0] == found.estimates[:, 1]).all()


# --- appeals -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished() -> Episode:
    return _finished(sealed(asked(1, "loss"), best_of(asked(1, "loss"))))


def test_contesting_a_price_runs_nothing_and_agrees_with_simulating_it_again(
    finished, monkeypatch
):
    from whennot.world import appeal as world_appeal

    changes = {"big_build_usd": CASE.spec.parameters["big_build_usd"].high}
    priced = appeal(finished, changes)
    monkeypatch.setattr(world_appeal, "only_prices", lambda _spec: frozenset())
    run = appeal(finished, changes)

    assert priced.repriced
    assert priced.after.value == pytest.approx(run.after.value)
    assert priced.after.best == run.after.best


def test_contesting_what_moves_users_simulates_again(finished):
    found = appeal(finished, {"trust_start": CASE.spec.parameters["trust_start"].low})

    assert not found.repriced
    assert found.after.value != found.before.value


def test_a_verdict_that_turns_beyond_the_plausible_range_is_not_contested(finished):
    found = appeal(finished, {"big_build_usd": -5e6})

    assert found.after.best["option"] == "big"
    assert not found.inside
    assert not found.contested


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "name a parameter"),
        ({"big_buld_usd": 1.0}, "Did you mean big_build_usd"),
        ({"per_thousand": 2.0}, "open to appeal"),
    ],
)
def test_what_cannot_be_contested_is_refused_with_a_reason(finished, changes, said):
    with pytest.raises(PlayerError, match=said):
        appeal(finished, changes)

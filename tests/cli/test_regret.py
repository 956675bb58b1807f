"""``whennot regret``: what a policy gave up, and what cannot be told from the best."""

from __future__ import annotations

import pytest


@pytest.fixture
def judged(terminal):
    return terminal.json("regret", "tiny-case", "--policy", "naive")


def test_json_says_in_which_world_it_was_measured_and_with_what_error(judged):
    assert judged["measured_in"] == "the known world"
    assert judged["regret"]["usd"] > 2 * judged["regret"]["se"] > 0
    assert -1 <= judged["share"] <= 1
    assert judged["share_se"] > 0
    assert judged["world"]["variant"] is None


def test_the_best_policy_is_in_the_tied_set_and_no_option_beats_it(judged):
    assert judged["best"] in judged["tied_set"]
    assert judged["best"]["levers"]["option"] == "rules"
    assert max(judged["by_option"].values()) == pytest.approx(judged["best_value_usd"])
    assert set(judged["by_option"]) == {"none", "rules", "simple", "big"}


def test_the_work_is_told_beside_what_all_policies_would_have_taken(judged):
    assert judged["policies"] > 10
    assert 0 < judged["user_ticks"] < judged["user_ticks_brute"]


def test_the_best_policy_has_no_regret_that_can_be_told_from_none(terminal, judged, tmp_path):
    path = tmp_path / "best.toml"
    levers = "\n".join(f"{name} = {value!r}" for name, value in judged["best"]["levers"].items())
    path.write_text(f"[levers]\n{levers}\n", encoding="utf-8")

    best = terminal.json("regret", "tiny-case", "--policy", str(path))

    assert best["regret"]["usd"] <= max(2 * best["regret"]["se"], 1e-9)
    assert best["share"] == pytest.approx(1, abs=0.02)


def test_another_world_is_judged_for_itself(terminal, judged):
    other = terminal.json(
        "regret", "tiny-case", "--policy", "naive", "--variant", "3", "--set", "wrong_usd=1"
    )

    assert other["world"] == {
        "variant": 3,
        "challenge": "",
        "set": {"wrong_usd": 1.0},
        "seed": 2026,
    }
    assert other["regret"]["usd"] != judged["regret"]["usd"]


def test_the_text_tells_regret_share_and_the_tied_policies(terminal):
    text = terminal.run("regret", "tiny-case", "--policy", "careful", "--variant", "1")

    assert "variant 1" in text
    assert "known world" in text
    assert "a quarter (se $" in text
    assert "option=rules" in text
    assert "off 1 day after complaint_rate > 15" in text


def test_an_unknown_policy_is_refused(terminal):
    assert not terminal.run("regret", "tiny-case", "--policy", "carefull", code=1)
    assert "Did you mean careful?" in terminal.talk

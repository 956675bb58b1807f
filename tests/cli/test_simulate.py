"""``whennot simulate``: the same quarter whatever runs it, told with units."""

from __future__ import annotations

import pytest

from whennot.world.counters import NAMES

RUN = ("simulate", "tiny-case", "--policy", "naive", "--replicates", "4")


def test_json_holds_policy_trust_money_failures_trigger_and_counters(terminal):
    found = terminal.json(*RUN)

    assert found["case"] == "tiny-case"
    assert found["version"] == 1
    assert found["replicates"] == 4
    assert found["policy"]["levers"] == {"option": "big", "framing": "silent", "rollout": 1.0}
    assert found["policy"]["trigger"] is None
    assert set(found["trust"]) == {
        "launch",
        "final",
        "relative_change",
        "relative_change_all",
        "sd",
    }
    assert set(found["usd"]) == {"mean", "se", "by_payer"}
    assert sum(found["usd"]["by_payer"].values()) == pytest.approx(found["usd"]["mean"])
    assert sum(found["failures_first"].values()) == pytest.approx(1)
    assert found["trigger_days"] == [None] * 4
    assert set(found["counters"]) == {*NAMES, "event.mix_up"}
    assert len(found["sha256"]) == 64


def test_every_task_of_a_quarter_ends_in_exactly_one_way(terminal):
    counters = terminal.json(*RUN)["counters"]
    ways = ("tp", "tn", "fp", "fn", "caught", "deferred")

    assert counters["tasks"] == sum(counters[way] for way in ways) > 0


def test_backends_and_threads_give_the_same_counters(terminal):
    digests = {
        terminal.json(*RUN, *how)["sha256"]
        for how in ((), ("--backend", "numpy"), ("--threads", "1"), ("--threads", "2"))
    }

    assert len(digests) == 1


@pytest.mark.parametrize(
    "change",
    [("--seed", "7"), ("--variant", "2"), ("--set", "big_right=0.95"), ("--replicates", "5")],
)
def test_another_seed_world_fact_or_number_of_replicates_gives_other_counters(terminal, change):
    assert terminal.json(*RUN)["sha256"] != terminal.json(*RUN, *change)["sha256"]


def test_a_challenge_code_gives_another_world_of_the_same_variant(terminal):
    plain = terminal.json(*RUN, "--variant", "2")
    challenged = terminal.json(*RUN, "--variant", "2", "--challenge", "blue heron")

    assert plain["sha256"] != challenged["sha256"]
    assert challenged["world"]["challenge"] == "blue heron"
    terminal.run(*RUN, "--challenge", "blue heron", code=2)
    assert "needs --variant" in terminal.talk


def test_a_trigger_tells_the_day_it_acts_in_each_replicate(terminal):
    found = terminal.json("simulate", "tiny-case", "--policy", "careful", "--replicates", "8")
    days = [day for day in found["trigger_days"] if day is not None]

    assert days
    assert all(0 < day < 14 for day in days)


def test_one_replicate_has_no_standard_error(terminal):
    one = ("simulate", "tiny-case", "--policy", "naive", "--replicates", "1")

    assert terminal.json(*one)["usd"]["se"] is None
    assert "one run has no standard error" in terminal.run(*one)


def test_the_text_has_units_and_a_plot_with_axes(terminal):
    text = terminal.run("simulate", "tiny-case", "--policy", "careful")

    assert "64 replicates of 14 days with 200 users" in text
    assert "% (sd" in text
    assert "a quarter (se $" in text
    assert "Mean trust of active users, 0 to 1" in text
    assert "day 0" in text
    assert "acts in" in text
    assert not terminal.talk


@pytest.mark.parametrize("replicates", ["0", "-1", "1000000000", "4097"])
def test_a_number_of_replicates_out_of_range_is_refused_with_the_range(terminal, replicates):
    terminal.run(
        "simulate", "tiny-case", "--policy", "naive", f"--replicates={replicates}", code=2
    )

    assert f"--replicates': {replicates} is out of range; allowed: 1 to 4096" in terminal.talk


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--policy", "niave"), "Did you mean naive?"),
        (("--policy", "nope.toml"), "nope.toml: cannot be read"),
        (("--policy", "naive", "--set", "big_rigth=1"), "Did you mean big_right?"),
        (("--policy", "naive", "--set", "zzz=1"), "Listed by: whennot cases tiny-case"),
        (("--policy", "naive", "--set", "big_right=lots"), "range 0.7 to 0.97 share of tags"),
        (("--policy", "naive", "--set", "big_right=nan"), "'nan' is not a number"),
    ],
)
def test_a_wrong_name_or_value_is_refused_with_what_would_be_right(terminal, words, said):
    assert not terminal.run("simulate", "tiny-case", *words, code=1)
    assert said in terminal.talk


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--policy", "naive", "--set", "big_right"),
        ("--policy", "naive", "--backend", "abacus"),
        ("--policy", "naive", "--replicates", "many"),
        ("--policy", "naive", "--threads", "0"),
        ("--policy", "naive", "--variant", "0"),
        ("--policy", "naive", "--seed", "-1"),
    ],
)
def test_wrong_usage_ends_with_2(terminal, words):
    assert not terminal.run("simulate", "tiny-case", *words, code=2)


def test_a_value_out_of_its_range_is_run_and_noted(terminal):
    found = terminal.json(*RUN, "--set", "big_right=1", "--set", "notice = 0.5")

    assert found["world"]["set"] == {"big_right": 1.0, "notice": 0.5}
    assert "Note: big_right = 1 is not plausible; range 0.7 to 0.97" in terminal.talk
    assert "notice" not in terminal.talk


def test_all_wrong_values_are_told_at_once(terminal):
    terminal.run(*RUN, "--set", "zzz=1", "--set", "big_right=x", code=1)

    assert len(terminal.talk.splitlines()) == 2


# --- policies in files ---------------------------------------------------------------------------

GOOD = """
[levers]
option = "rules"
rollout = 0.5

[trigger]
signal = "complaint_rate"
threshold = 20
action = "off"
"""

BAD = """
[levers]
optoin = "big"
framing = "slient"
rollout = 3
option = ["big"]

[trigger]
signl = "complaint_rate"
threshold = "high"
action = "off"

[extra]
"""


def test_a_policy_file_is_played_and_left_out_levers_take_their_default(terminal, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")

    policy = terminal.json("simulate", "tiny-case", "--policy", str(path))["policy"]

    assert policy["levers"] == {"option": "rules", "framing": "silent", "rollout": 0.5}
    assert policy["trigger"]["threshold"] == 20


def test_a_wrong_policy_file_lists_all_its_faults_with_file_and_line(terminal, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(BAD, encoding="utf-8")

    terminal.run("simulate", "tiny-case", "--policy", str(path), code=1)

    told = terminal.talk.splitlines()
    assert all(line.startswith(f"{path}:") for line in told)
    for line, said in (
        (3, "no lever 'optoin'. Did you mean option?"),
        (4, "Did you mean silent?"),
        (5, "not between 0 and 1"),
        (6, "one value is needed"),
        (9, "Did you mean signal?"),
        (10, "threshold"),
        (13, "no table 'extra'"),
    ):
        assert any(t.startswith(f"{path}:{line}:") and said in t for t in told), (line, told)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"levers = 3", "must be a table"),
        (b"[levers", "not readable as TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"", "no [levers]"),
        (b"#" * 200_000, "larger than"),
        (b"[levers]\n[trigger]\nsignal = 'trust'\nthreshold = 1\naction = 'off'", "no signal"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_with_its_name(terminal, tmp_path, content, said):
    path = tmp_path / "no.toml"
    path.write_bytes(content)

    terminal.run("simulate", "tiny-case", "--policy", str(path), code=1)

    assert str(path) in terminal.talk
    assert said in terminal.talk

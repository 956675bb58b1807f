"""``whennot atlas``, ``bots`` and ``appeal``: what a case's table says, and what it hangs on."""

from __future__ import annotations

import re

import pytest

from whennot import shelf


def folder():
    return shelf.SHELVES / "cases" / "tiny-case"


def edited(pattern: str, new: str) -> None:
    path = folder() / "case.toml"
    text, count = re.subn(pattern, new, path.read_text(), count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text)
    shelf._load.cache_clear()


def test_the_atlas_shows_what_is_best_by_what_is_known(terminal):
    blind = terminal.json("atlas", "show", "tiny-case")
    dear = terminal.json("atlas", "show", "tiny-case", "--known", "wrong_usd=5.5")

    assert blind["shipped"]
    assert dear["known"] == {"wrong_usd": 5.5}
    assert dear["by_option_usd"]["big"] < blind["by_option_usd"]["big"]


def test_the_text_tells_worth_frontier_and_flips(terminal):
    text = terminal.run("atlas", "show", "tiny-case")

    for words in ("best policy", "What asking is worth", "Frontier", "Assumptions that flip"):
        assert words in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("atlas", "shwo", "tiny-case"), "Did you mean show"),
        (("atlas", "show", "tiny-cas"), "Did you mean tiny-case"),
        (("atlas", "show", "tiny-case", "--known", "wrong_us=2"), "Did you mean wrong_usd"),
        (("atlas", "show", "tiny-case", "--known", "wrong_usd=99"), "outside"),
    ],
)
def test_what_is_misspelled_gets_a_suggestion(terminal, words, said):
    terminal.run(*words, code=1)

    assert said in terminal.talk


def test_a_changed_parameter_makes_the_atlas_stale_and_check_says_what_to_do(terminal):
    assert "CASE26" not in terminal.run("check", "tiny-case", "--quick", code=1)

    edited(r"(\[facts\.wrong_usd\]\n(?:.*\n)*?)value = .*$", r"\g<1>value = 3.5")
    told = terminal.run("check", "tiny-case", "--quick", code=1)

    assert "atlas.npz: CASE26 of another version" in told
    assert "whennot atlas build" in told


def test_a_case_without_an_atlas_is_still_judged_by_a_small_one(terminal):
    (folder() / "atlas.npz").unlink()
    shelf._load.cache_clear()

    shown = terminal.json("atlas", "show", "tiny-case")

    assert not shown["shipped"]
    assert shown["worlds"] < 512
    assert "ships no atlas" in terminal.talk


def test_building_writes_a_file_that_is_then_of_this_version(terminal):
    edited(r"(\[facts\.wrong_usd\]\n(?:.*\n)*?)value = .*$", r"\g<1>value = 3.5")

    built = terminal.json("atlas", "build", "tiny-case")
    shelf._load.cache_clear()

    assert built["bytes"] == (folder() / "atlas.npz").stat().st_size
    assert terminal.json("atlas", "show", "tiny-case")["digest"] == built["digest"]


def test_the_league_is_data_with_a_summary_and_one_verdict(terminal):
    league = terminal.run("bots", "--variants", "8", "--json", code=1)

    assert '"holds": false' in league  # the tiny case is not meant to be a good one
    assert '"summary"' in league


def test_a_finished_play_can_be_contested_and_an_unfinished_one_not(terminal):
    terminal.run("play", "tiny-case", "--auto", "--variant", "1")

    found = terminal.json("appeal", "tiny-case-1", "--set", "big_usd=0")

    assert found["changes"] == {"big_usd": 0.0}
    assert {"before", "after", "contested", "repriced"} <= set(found)
    terminal.run("appeal", "tiny-case-9", "--set", "big_usd=0", code=1)
    assert "no play" in terminal.talk


def test_the_text_of_an_appeal_tells_before_after_and_whether_it_stands(terminal):
    terminal.run("play", "tiny-case", "--auto", "--variant", "1")

    text = terminal.run("appeal", "tiny-case-1", "--set", "big_usd=0")

    for words in ("Changed", "Before", "After", "Verdict", "plausible"):
        assert words in text


def test_the_text_of_the_league_has_a_line_for_every_bot_and_every_claim(terminal):
    from whennot.practice.bots import BOTS

    text = terminal.run("bots", "--variants", "8", code=1)

    for bot in BOTS:
        assert bot in text
    assert "asks" in text
    assert "at default facts. cautious" not in text  # what is worth asking is not told here


def test_the_page_of_a_case_tells_what_its_best_option_hangs_on_and_not_which_wins(terminal):
    page = terminal.json("cases", "tiny-case")
    text = terminal.run("cases", "tiny-case")

    assert "What the best option hangs on" in text
    assert all({"name", "flips_at"} <= set(f) for f in page["sensitivity"])
    assert not any("option" in f for f in page["sensitivity"])

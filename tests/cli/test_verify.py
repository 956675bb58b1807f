"""``whennot verify`` and ``replay``: three questions, answered apart from each other."""

from __future__ import annotations

import json

import pytest

from whennot import shelf
from whennot.episode.file import dump


def test_an_untouched_episode_is_intact_installed_and_equal(terminal, episode_file):
    text = terminal.run("verify", str(episode_file))

    assert "seal          intact" in text
    assert "version       installed: tiny-case, version 1" in text
    assert "re-simulated  equal" in text


def test_json_answers_the_three_questions_separately(terminal, episode_file):
    found = terminal.json("verify", str(episode_file))

    assert found["good"] is True
    assert found["seal"]["intact"] is True
    assert len(found["seal"]["digest"]) == 64
    assert found["version"]["installed"] is True
    assert found["resimulated"] == {
        "tried": True,
        "equal": True,
        "differences": [],
        "same_atlas": True,
    }


def changed(path, before, after):
    content = path.read_bytes()
    assert before in content
    path.write_bytes(content.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (b'"variant": 1', b'"variant": 2', "variant"),
        (b'"action": "hold"', b'"action": "off"', "move 7"),
        (b'"attainable_share"', b'"attainable_shame"', "debrief"),
        (b"\n}\n", b"\n}\n\n", "layout"),
        (b'"links"', b'"lynx"', "seal itself"),
    ],
)
def test_a_changed_file_is_refused_and_what_broke_is_named(
    terminal, episode_file, before, after, named
):
    changed(episode_file, before, after)

    found = terminal.json("verify", str(episode_file), code=1)

    assert found["good"] is False
    assert found["seal"]["intact"] is False
    assert any(fault.startswith(named) for fault in found["seal"]["faults"])


def test_numbers_that_were_sealed_but_never_came_out_are_found_by_playing_again(
    terminal, episode_file
):
    content = json.loads(episode_file.read_bytes())
    content["debrief"]["attainable_share"] = 0.99
    episode_file.write_bytes(dump(content))

    found = terminal.json("verify", str(episode_file), code=1)

    assert found["seal"]["intact"] is True
    assert found["resimulated"]["equal"] is False
    assert found["resimulated"]["differences"][0].startswith(
        "debrief.attainable_share: stored 0.99"
    )
    assert "re-simulated  DIFFERS" in terminal.run("verify", str(episode_file), code=1)


@pytest.mark.parametrize("change", ["replicate", "variant", "moves"])
def test_a_sealed_file_that_cannot_be_played_says_so_instead_of_failing(
    terminal, episode_file, change
):
    content = json.loads(episode_file.read_bytes())
    nonsense = {
        "replicate": -1,
        "variant": -(10**15),
        "moves": [{"kind": "fly"}],
    }
    content[change] = nonsense[change]
    episode_file.write_bytes(dump(content))

    found = terminal.json("verify", str(episode_file), code=1)

    assert found["seal"]["intact"] is True
    assert found["resimulated"]["differences"]


@pytest.mark.parametrize("how", ["gone", "edited"])
def test_without_its_version_an_episode_is_not_played_again_and_that_is_said(
    terminal, episode_file, how
):
    brief = shelf.SHELVES / "cases" / "tiny-case" / "brief.md"
    if how == "gone":
        brief.with_name("case.toml").unlink()
    else:
        brief.write_text("Something else.", encoding="utf-8")

    found = terminal.json("verify", str(episode_file), code=1)
    text = terminal.run("verify", str(episode_file), code=1)

    assert found["seal"]["intact"] is True
    assert found["version"]["installed"] is False
    assert found["resimulated"]["tried"] is False
    assert found["resimulated"]["equal"] is None
    assert "that version is not installed" in text
    assert "not tried" in text


@pytest.mark.parametrize("content", [b"", b"{}", b"[1, 2]", b"\xff", b"{" * 100_000])
def test_what_is_no_episode_is_told_apart_from_a_broken_one(terminal, tmp_path, content):
    path = tmp_path / "no.episode.json"
    path.write_bytes(content)

    found = terminal.json("verify", str(path), code=1)

    assert found["seal"]["faults"]
    assert found["version"]["case"] is None


def test_a_case_name_that_is_a_path_opens_no_folder(terminal, episode_file):
    content = json.loads(episode_file.read_bytes())
    content["case"]["name"] = str(shelf.SHELVES / "cases" / "tiny-case")
    episode_file.write_bytes(dump(content))

    assert terminal.json("verify", str(episode_file), code=1)["version"]["installed"] is False


def test_a_file_that_is_not_there_is_wrong_usage(terminal):
    terminal.run("verify", "nowhere.episode.json", code=2)
    terminal.run("replay", "nowhere.episode.json", code=2)


def test_replay_prints_the_debrief_again(terminal, episode_file):
    assert "Tags for tickets" in terminal.run("replay", str(episode_file))
    stored = json.loads(episode_file.read_bytes())
    assert terminal.json("replay", str(episode_file))["debrief"] == stored["debrief"]


def test_replay_refuses_a_changed_file_and_names_what_broke(terminal, episode_file):
    changed(episode_file, b'"action": "hold"', b'"action": "off"')

    assert not terminal.run("replay", str(episode_file), code=1)
    assert f"{episode_file}: move 7: changed since it was sealed" in terminal.talk


def test_replay_of_a_case_that_is_not_here_says_which_one_it_was(terminal, episode_file):
    (shelf.SHELVES / "cases" / "tiny-case" / "case.toml").unlink()

    assert "attainable share" in terminal.run("replay", str(episode_file))
    assert "tiny-case, version 1" in terminal.talk
    assert "is not installed" in terminal.talk


def test_an_episode_of_a_version_that_is_gone_still_shows_its_own_debrief(terminal, episode_file):
    path = shelf.SHELVES / "cases" / "tiny-case" / "case.toml"
    path.write_text(path.read_text().replace("minutes = 45", "minutes = 46", 1))
    shelf._load.cache_clear()

    shown = terminal.run("replay", str(episode_file))
    kept = terminal.json("replay", str(episode_file))

    assert "is not installed" in terminal.talk
    assert "attainable share" in shown
    assert kept["debrief"]["attainable_share"] == pytest.approx(
        json.loads(episode_file.read_text())["debrief"]["attainable_share"]
    )
    assert "seal          intact" in terminal.run("verify", str(episode_file), code=1)


def test_another_atlas_of_the_same_case_is_told_apart_from_a_forged_debrief(
    terminal, episode_file
):
    folder = shelf.SHELVES / "cases" / "tiny-case"
    (folder / "atlas.npz").unlink()
    shelf._load.cache_clear()

    assert "another atlas judged it" in terminal.run("verify", str(episode_file))

"""``whennot cases``: everything a case rests on can be read before it is played."""

from __future__ import annotations

import pytest

from whennot import load_case, shelf


def test_the_list_says_what_can_be_played(terminal):
    text = terminal.run("cases")

    assert "tiny-case" in text
    assert "Tags for tickets" in text
    assert "keyword rules" in text


def test_the_list_as_json_has_name_title_domain_options_and_version(terminal):
    (entry,) = terminal.json("cases")

    assert entry["name"] == "tiny-case"
    assert entry["title"] == "Tags for tickets"
    assert entry["domain"] == "test bench"
    assert entry["options"] == ["none", "rules", "simple", "big"]
    assert entry["version"] == 1


def test_a_case_shows_every_number_with_value_range_unit_status_and_source(terminal):
    found = terminal.json("cases", "tiny-case")
    spec = load_case("tiny-case").spec

    assert [p["name"] for p in found["parameters"]] == list(spec.parameters)
    assert [f["name"] for f in found["facts"]] == list(spec.facts)
    for number in (*found["parameters"], *found["facts"]):
        assert number["low"] <= number["value"] <= number["high"]
        assert number["unit"]
        assert number["source"]
        assert number["status"] in {"measured", "borrowed", "published", "assumed", "fitted"}


def test_the_page_of_a_case_labels_assumed_numbers_and_gives_typical_ranges(terminal):
    text = terminal.run("cases", "tiny-case")

    assert "24 assumed, 1 borrowed" in text
    assert "typical     70 to 97 % of tags" in text
    assert "fitted      0.1 to 0.4; tuned so that something breaks" in text
    assert "(stands for keyword rules on another desk)" in text


def test_the_page_of_a_case_names_levers_with_defaults_and_policies(terminal):
    found = terminal.json("cases", "tiny-case")
    rollout = found["levers"][2]

    assert rollout["name"] == "rollout"
    assert rollout["default"] == 1.0
    assert rollout["options"][0] == {"value": 0.3, "label": "three tenths of users"}
    assert "* big       big model" in terminal.run("cases", "tiny-case")
    assert {p["name"] for p in found["policies"]} >= {"naive", "careful", "default-none"}


def test_neither_an_answer_nor_the_lesson_is_given_away(terminal):
    text = terminal.run("cases", "tiny-case") + terminal.run("cases", "tiny-case", "--json")

    assert "Rules are enough" not in text
    assert "Nobody minds" not in text
    assert "reliability" not in text


@pytest.mark.parametrize("columns", ["80", "100", "250"])
def test_the_page_is_at_most_as_wide_as_the_terminal(terminal, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)

    assert max(map(len, terminal.run("cases", "tiny-case").splitlines())) <= 100


def test_a_folder_outside_is_shown_like_a_case_on_the_shelf(terminal):
    folder = str(shelf.SHELVES / "cases" / "tiny-case")

    assert terminal.json("cases", folder) == terminal.json("cases", "tiny-case")


def test_one_broken_case_does_not_hide_the_others(terminal):
    (shelf.SHELVES / "cases" / "broken").mkdir()
    (shelf.SHELVES / "cases" / "broken" / "case.toml").write_text("name = 3", encoding="utf-8")

    (entry,) = terminal.json("cases", code=1)

    assert entry["name"] == "tiny-case"
    assert "broken: incomplete folder" in terminal.talk

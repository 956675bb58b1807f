"""The home is where the player says, or where the system keeps user data."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from whennot.home.place import VARIABLES, home_folder, settings, unknown_variables


def test_the_home_is_the_folder_that_whennot_home_names():
    assert home_folder({"WHENNOT_HOME": "/srv/mine"}) == Path("/srv/mine").absolute()


def test_a_tilde_and_a_relative_folder_are_understood(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert home_folder({"WHENNOT_HOME": "~/wn"}) == Path.home() / "wn"
    assert home_folder({"WHENNOT_HOME": "wn"}) == tmp_path / "wn"


def test_without_it_or_with_an_empty_one_the_home_is_the_users_data_folder():
    usual = platformdirs.user_data_path("whennot", appauthor=False)

    assert home_folder({}) == usual
    assert home_folder({"WHENNOT_HOME": ""}) == usual


def test_every_variable_is_documented_and_has_a_value_to_print():
    shown = settings({variable.name: "/srv/mine" for variable in VARIABLES})

    assert [setting.variable for setting in shown] == list(VARIABLES)
    for setting in shown:
        assert setting.variable.name.startswith("WHENNOT_")
        assert setting.variable.meaning.endswith(".")
        assert setting.value
        assert setting.is_set
    assert not settings({})[0].is_set


def test_a_misspelled_variable_is_pointed_out_with_the_right_name():
    found = unknown_variables({"WHENNOT_HOEM": "x", "WHENNOT_ZZZ": "y", "HOME": "/h"})

    assert found == [
        "WHENNOT_HOEM is set, but nothing reads it; did you mean WHENNOT_HOME?",
        "WHENNOT_ZZZ is set, but nothing reads it; known: "
        + ", ".join(variable.name for variable in VARIABLES),
    ]

"""What a career switcher reads in the terminal."""

from __future__ import annotations

import json
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from whennot import clock
from whennot.cli.roadmap import roadmap
from whennot.cli.roadmap_page import choice, page
from whennot.cli.verbs import VERBS
from whennot.errors import PlayerError
from whennot.roadmap.contents import contents


@pytest.fixture
def run(monkeypatch):
    """Return a function that runs the command in a product that can do what it did on day one."""
    verbs = [v for v in VERBS if v.name in {"play", "watch", "cases", "roadmap"}]
    monkeypatch.setattr(clock, "today", lambda: date(2026, 9, 2))
    monkeypatch.setattr("whennot.shelf.case_names", lambda: ("meeting-summarizer",))
    monkeypatch.setattr("whennot.cli.verbs.VERBS", verbs)
    app = typer.Typer()
    app.command()(roadmap)
    return lambda *words: CliRunner().invoke(app, words)


def text(lines):
    return [line for line, _ in lines]


def test_the_first_line_is_the_one_next_thing(run):
    lines = run("--background", "consultant").stdout.splitlines()

    assert lines[0] == (
        "Next: play meeting-summarizer once, before you read anything about it (15 min)."
    )
    assert lines[1].strip() == "whennot play meeting-summarizer"


@pytest.mark.parametrize("background", contents().backgrounds)
def test_the_page_is_short_and_fits_a_hundred_columns(plan, background):
    lines = text(page(plan(background), full=False, width=100))

    assert len(lines) <= 75
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("full", [False, True])
def test_no_line_is_wider_than_the_terminal(plan, width, full):
    for hours in (3, 6, 40):
        lines = text(page(plan(hours_per_week=hours, target="tier-1"), full=full, width=width))
        assert max(map(len, lines)) <= width
        assert not any(line != line.rstrip() for line in lines)


def test_the_page_speaks_plainly(plan):
    for full in (False, True):
        whole = "\n".join(text(page(plan(), full=full, width=100)))
        assert whole.isascii()
        assert "!" not in whole
        assert "{" not in whole


def test_the_page_shows_the_habit_every_month_every_gate_and_what_is_not_there_yet(plan):
    roadmap_ = plan("engineer")
    whole = " ".join(line.strip() for line in text(page(roadmap_, full=False, width=100)))

    assert f"To unlearn: {roadmap_.habit.name}" in whole
    assert roadmap_.habit.drill in whole
    for month in roadmap_.months:
        assert month.title in whole
        assert month.artifact in whole
    for gate in roadmap_.gates:
        assert gate.closed_by in whole
    assert whole.count("[ ]") == 7
    assert "interview rounds" in whole
    assert "the gates stay open until it does" in whole


def test_the_full_page_shows_every_week_with_everything_it_holds(plan):
    roadmap_ = plan("engineer")
    whole = " ".join(line.strip() for line in text(page(roadmap_, full=True, width=100)))

    for week in roadmap_.weeks:
        assert f"Week {week.number}," in whole
    for piece in roadmap_.pieces:
        assert piece.unit.title in whole
        assert piece.unit.do in whole


def test_a_plan_that_starts_later_says_on_which_day(run):
    out = run("--background", "analyst", "--start", "2027-01-04").stdout

    assert out.startswith("Next, on Mon 4 Jan 2027: play")
    assert "Your first week, 4 Jan to 10 Jan" in out


def test_a_past_start_is_told_beside_the_page_and_not_in_it(run):
    result = run("--background", "analyst", "--start", "2020-01-01")

    assert result.exit_code == 0
    assert "2020-01-01 is past" in result.stderr
    assert "2020" not in result.stdout


def test_without_a_background_the_four_are_offered_with_the_line_to_run(run):
    out = run().stdout

    assert out.startswith("Next: run the line")
    for name, background in contents().backgrounds.items():
        assert f"whennot roadmap --background {name}" in out
        assert background.habit in " ".join(text(choice(width=200)))


def test_verbs_and_cases_that_exist_are_found_and_not_believed(run):
    plan = json.loads(run("--background", "analyst", "--json").stdout)
    ready = {a["id"] for a in plan["abilities"] if a["command"] is not None}

    assert ready == {"play", "watch", "debrief", "case:meeting-summarizer"}


def test_json_goes_to_standard_output_alone(run, tmp_path):
    result = run("--background", "analyst", "--json", "--ics", str(tmp_path / "plan.ics"))

    assert json.loads(result.stdout)["profile"]["background"] == "analyst"
    assert "plan.ics" in result.stderr


def test_the_calendar_file_is_written_and_may_be_written_again(run, tmp_path):
    path = tmp_path / "plan.ics"
    run("--background", "analyst", "--ics", str(path))
    first = path.read_bytes()
    run("--background", "analyst", "--ics", str(path))

    assert path.read_bytes() == first
    assert first.startswith(b"BEGIN:VCALENDAR")


def test_a_file_that_is_no_calendar_is_left_alone(run, tmp_path):
    path = tmp_path / "diary.txt"
    path.write_text("Dear diary", encoding="utf-8")
    result = run("--background", "analyst", "--ics", str(path))

    assert isinstance(result.exception, PlayerError)
    assert path.read_text(encoding="utf-8") == "Dear diary"


def test_a_folder_that_is_not_there_is_named(run, tmp_path):
    result = run("--background", "analyst", "--ics", str(tmp_path / "no" / "plan.ics"))

    assert isinstance(result.exception, PlayerError)
    assert "No such file" in str(result.exception)


@pytest.mark.parametrize("words", [("--hours", "nan"), ("--hours", "200"), ("--target", "2025")])
def test_what_makes_no_plan_is_refused_and_prints_no_page(run, words):
    result = run("--background", "analyst", *words)

    assert isinstance(result.exception, PlayerError)
    assert result.stdout == ""


def test_the_footer_repeats_what_was_asked(run):
    words = ["--background", "analyst", "--hours", "8", "--target", "tier-1", "--domain", "health"]
    out = " ".join(run(*words).stdout.split())

    assert (
        "whennot roadmap --background analyst --target tier-1 --hours 8 --domain health --full"
        in out
    )


def test_the_footer_keeps_a_start_ahead_and_drops_a_past_one(run):
    ahead = run("--background", "analyst", "--start", "2027-01-04").stdout
    past = run("--background", "analyst", "--start", "2020-01-04").stdout

    assert "--start 2027-01-04 --full" in " ".join(ahead.split())
    assert "--start" not in past

"""``whennot brief``: a page from a play of the home or from an episode's file."""

from __future__ import annotations

import pytest

from whennot import clock
from whennot.episode.file import check_seal


@pytest.fixture
def played(terminal):
    """Return the terminal after one play that is finished."""
    terminal.run("play", "tiny-case", "--auto")
    return terminal


def test_the_markdown_of_the_newest_finished_play_is_printed(played):
    text = played.run("brief")

    assert text.startswith('---\nid: "decision-brief-tiny-case-1"\ntype: decision-brief\n')
    assert f'date: "{clock.today()}"' in text
    assert "# Tags for tickets: " in text
    assert played.talk == "1 passage waits for your words.\n"


def test_a_play_has_the_seal_of_its_file_and_the_file_gives_the_same_page(played, home):
    (file,) = (home / "episodes").glob("*.episode.json")

    text = played.run("brief", "tiny-case-1")

    assert f'seal: "{check_seal(file.read_bytes()).digest}"' in text
    assert played.run("brief", str(file)) == text


def test_files_are_written_where_asked_and_the_screen_stays_free(played, tmp_path):
    pdf, markdown = tmp_path / "new" / "page.pdf", tmp_path / "page.md"

    printed = played.run("brief", "--pdf", str(pdf), "--out", str(markdown), "--author", "Ada")

    assert printed == ""
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert 'author: "Ada"' in markdown.read_text(encoding="utf-8")
    assert f"Written: {pdf}" in played.talk
    assert f"Written: {markdown}" in played.talk


def test_a_brief_that_was_edited_is_never_overwritten(played, tmp_path):
    markdown = tmp_path / "page.md"
    played.run("brief", "--out", str(markdown))
    played.run("brief", "--out", str(markdown))
    markdown.write_text("my own words", encoding="utf-8")

    played.run("brief", "--out", str(markdown), code=1)

    assert markdown.read_text(encoding="utf-8") == "my own words"
    assert "exists and says something else; nothing was written" in played.talk


def test_a_pdf_is_never_written_over_something_else(played, tmp_path):
    thesis = tmp_path / "thesis.tex"
    thesis.write_text("years of work", encoding="utf-8")

    played.run("brief", "--pdf", str(thesis), code=1)

    assert thesis.read_text(encoding="utf-8") == "years of work"
    assert "exists and is no PDF" in played.talk


def test_a_place_that_cannot_be_written_is_told(played, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    played.run("brief", "--pdf", str(tmp_path / "file" / "page.pdf"), code=1)

    assert "cannot be written" in played.talk


def test_an_unfinished_play_says_how_to_go_on(terminal, tmp_path):
    moves = tmp_path / "moves.toml"
    moves.write_text('[[moves]]\nkind = "begin"\n', encoding="utf-8")
    terminal.run("play", "tiny-case", "--moves", str(moves), code=1)

    terminal.run("brief", "tiny-case-1", code=1)
    assert terminal.talk == (
        "tiny-case-1 is not finished: it stands at framing. "
        "Go on with: whennot resume tiny-case-1\n"
    )
    terminal.run("brief", code=1)
    assert terminal.talk == (
        "no finished play to write about. Finish it first: whennot resume tiny-case-1\n"
    )


def test_an_empty_home_says_where_to_start(terminal):
    terminal.run("brief", code=1)

    assert terminal.talk == "no finished play to write about. Start: whennot play\n"


def test_a_misspelled_play_gets_the_right_name(played):
    played.run("brief", "tiny-cas-1", code=1)

    assert "no play 'tiny-cas-1'. Did you mean tiny-case-1?" in played.talk


def test_a_changed_episode_file_gets_no_page(terminal, episode_file):
    content = episode_file.read_bytes()
    episode_file.write_bytes(content.replace(b'"option": "rules"', b'"option": "big"', 1))

    terminal.run("brief", str(episode_file), code=1)

    assert str(episode_file) in terminal.talk
    assert "changed since it was sealed" in terminal.talk


def test_a_file_that_is_not_there_is_told(terminal, tmp_path):
    terminal.run("brief", str(tmp_path / "none.episode.json"), code=1)

    assert "cannot be read" in terminal.talk


def test_an_unknown_paper_is_wrong_usage(terminal):
    terminal.run("brief", "--paper", "a5", code=2)

    assert "allowed: a4, letter" in terminal.talk

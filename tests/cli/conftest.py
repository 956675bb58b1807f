"""The terminal in tests: a shelf with one tiny case, and one call a command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from whennot import advance, load_case, shelf
from whennot.cli import app
from whennot.episode.episode import Episode
from whennot.episode.file import dump
from whennot.episode.table import Setup
from whennot.practice import record
from whennot.practice.script import read_script

TINY = Path(__file__).parents[1] / "cases" / "tiny-case"


class Terminal:
    """Runs command lines in this process; keeps the last result for the rest of a sentence."""

    def run(self, *words: str, code: int = 0) -> str:
        """Return what a command line printed as data, after checking how it ended."""
        self.result = CliRunner().invoke(app, list(words))
        assert self.result.exit_code == code, self.result.output
        return self.result.stdout

    def json(self, *words: str, code: int = 0) -> Any:
        """Return the JSON that a command line printed; it must print nothing else."""
        return json.loads(self.run(*words, "--json", code=code))

    @property
    def talk(self) -> str:
        """What the last command line said on standard error."""
        return self.result.stderr


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    """Return a terminal on a shelf that holds nothing but the tiny case."""
    shutil.copytree(TINY, tmp_path / "shelves" / "cases" / "tiny-case")
    monkeypatch.setattr(shelf, "SHELVES", tmp_path / "shelves")
    return Terminal()


@pytest.fixture(scope="session")
def episode_bytes() -> bytes:
    """Return the file of a finished episode of the tiny case."""
    case = load_case(TINY)
    script = read_script(case.texts["watch.toml"], where="watch.toml")
    episode = Episode(case, Setup(variant=1))
    for move in script.moves:
        episode = advance(episode, move)
    return dump(record.content(episode, engine="0.1.0"))


@pytest.fixture
def episode_file(episode_bytes: bytes, tmp_path: Path) -> Path:
    """Return an untouched episode file."""
    path = tmp_path / "mine.episode.json"
    path.write_bytes(episode_bytes)
    return path

"""The browser in tests: Django set up once, a home of its own for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.test import Client, override_settings
from tests.web.pages.browser import CASE, TINY, begin, played, signed_in

from whennot import shelf
from whennot.practice import ahead
from whennot.practice.desk import Desk

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture(scope="session", autouse=True)
def _django(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Set Django up as on a laptop, unless another test did."""
    if apps.ready:
        return
    with pytest.MonkeyPatch.context() as patch:
        # The settings look at the environment once, and then are what they are.
        patch.setenv("WHENNOT_HOME", str(tmp_path_factory.mktemp("settings")))
        patch.setenv("DJANGO_SETTINGS_MODULE", "whennot.web.settings")
        patch.delenv("WHENNOT_URL", raising=False)
        django.setup()


def stop(desk: Desk) -> None:
    """End what is being judged and wait until it has ended, then close the home."""
    judging = list(desk._judging.values())
    desk.close()
    for found in judging:
        found._pool.shutdown(wait=True)


@pytest.fixture
def served(home: Path, _django: None) -> Iterator[Path]:
    """Serve the test's own home, with nothing open from another test."""
    from whennot.web import desk

    before, desk._open[:] = list(desk._open), []
    with override_settings(HOME=home):
        home.mkdir(mode=0o700)
        yield home
        while desk._open:
            stop(desk._open.pop())
    desk._open[:] = before


@pytest.fixture
def client(served: Path) -> Client:
    """Return a browser that is signed in to an empty home."""
    return signed_in(served)


@pytest.fixture
def unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no verdict be worked out on the side: what is tested comes before it."""
    monkeypatch.setattr(ahead, "begin", lambda _: None)


@pytest.fixture(scope="session")
def small_shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return shelves with the tiny case, whose verdict takes no time, and the newcomer's case."""
    shelves = tmp_path_factory.mktemp("shelves")
    (shelves / "cases").mkdir()
    shutil.copytree(CASES / TINY, shelves / "cases" / TINY)
    shutil.copytree(shelf.SHELVES / "cases" / CASE, shelves / "cases" / CASE)
    return shelves


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, small_shelf: Path) -> str:
    """Put the tiny case on the shelf; return its name."""
    monkeypatch.setattr(shelf, "SHELVES", small_shelf)
    return TINY


@pytest.fixture(scope="session")
def finished_desk(
    tmp_path_factory: pytest.TempPathFactory, small_shelf: Path, _django: None
) -> Iterator[tuple[Path, Desk, str]]:
    """Play the tiny case to its end, once for all tests that only look."""
    from whennot.web import desk

    home = tmp_path_factory.mktemp("finished")
    before, desk._open[:] = list(desk._open), []
    with override_settings(HOME=home), pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "SHELVES", small_shelf)
        browser = signed_in(home)
        name = begin(browser, TINY)
        played(browser, name)
        kept = desk.desk()
        kept.settled(name)
        desk._open[:] = before
    yield home, kept, name
    stop(kept)


@pytest.fixture
def finished(finished_desk: tuple[Path, Desk, str], tiny: str) -> Iterator[tuple[Client, str]]:
    """Return a browser on a home with one finished play, and the play's name; only look."""
    from whennot.web import desk

    home, kept, name = finished_desk
    assert name.startswith(tiny)
    before, desk._open[:] = list(desk._open), [kept]
    with override_settings(HOME=home):
        yield signed_in(home), name
    desk._open[:] = before

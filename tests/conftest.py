"""What all tests share: how Hypothesis searches, and a home that is not the reader's own."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from whennot.episode import costliest, judge
from whennot.world import quality

# No deadline: on a busy laptop a slow example says nothing about the product. Continuous
# integration repeats the same examples, so that a red run is red for everyone.
settings.register_profile("laptop", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=100,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "laptop")


# A verdict in fewer worlds: every law holds there, and what its precision is, `make validity`
# measures. Set here and not by a fixture, so that what is made once for many tests agrees.
quality.USER_DAYS = 60_000_000
judge.CONTEST_WORLDS = 4
costliest.CHAIN_WORLDS = 4
judge.MISLED_WORLDS = 12


class Alone:
    """Lets a test marked `alone` run while no other process of pytest-xdist runs one.

    Args:
        lock: an empty SQLite file, of which only the locks are used, as `home.gate` does.
    """

    def __init__(self, lock: Path) -> None:
        self._lock = lock

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Hold the lock for as long as a test and its fixtures take: shared, or exclusive."""
        with closing(sqlite3.connect(self._lock, timeout=3600, isolation_level=None)) as room:
            if item.get_closest_marker("alone"):
                room.execute("BEGIN EXCLUSIVE")
            else:
                room.execute("BEGIN")
                room.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Register it for all tests, those on the shelves too, where there are several processes."""
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Alone(Path(config.option.basetemp).parent / "alone.lock"))


@pytest.fixture(scope="session", autouse=True)
def _unmeasured() -> None:
    """Measure what tests run themselves, not the programs that they start and kill."""
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test away from the reader's own records."""
    folder = tmp_path / "home"
    monkeypatch.setenv("WHENNOT_HOME", str(folder))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "99")
    return folder

"""What all tests share: how Hypothesis searches, and a home that is not the reader's own."""

from __future__ import annotations

import os
from pathlib import Path

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


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test away from the reader's own records."""
    folder = tmp_path / "home"
    monkeypatch.setenv("WHENNOT_HOME", str(folder))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "99")
    return folder

"""A plan for a test: today is a Wednesday, and the product can do what it does on day one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from whennot.roadmap import Profile, Roadmap, build

TODAY = date(2026, 9, 2)
DAY_ONE = {
    "play": "whennot play",
    "watch": "whennot watch",
    "cases": "whennot cases",
    "roadmap": "whennot roadmap",
    "debrief": "",
    "brief": "whennot brief",
    "case:meeting-summarizer": "",
}


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY


@pytest.fixture(scope="session")
def day_one() -> dict[str, str]:
    return dict(DAY_ONE)


@pytest.fixture(scope="session")
def plan() -> Callable[..., Roadmap]:
    """Return a function from profile words to a roadmap."""

    def make(
        background: str = "consultant",
        *,
        available: Mapping[str, str] = DAY_ONE,
        today: date = TODAY,
        **words: object,
    ) -> Roadmap:
        profile = Profile(background=background, **words)  # type: ignore[arg-type]
        return build(profile, today=today, available=available)

    return make

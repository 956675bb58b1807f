"""Judging while the player still works: a decision's worth is fixed once it is sealed."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from whennot.episode.case import Case
from whennot.episode.episode import Episode
from whennot.episode.findings import Assessment
from whennot.episode.judge import assess
from whennot.episode.knowing import weigh


class Ahead:
    """The assessment of one sealed decision, under way in a thread of its own."""

    def __init__(self, episode: Episode) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="whennot-judge")
        self._future: Future[Assessment] = self._pool.submit(assess, episode)
        self._pool.shutdown(wait=False)

    def result(self) -> Assessment | None:
        """Return the assessment, waiting for it; None where it failed: then it is tried again."""
        with suppress(Exception):  # whatever it was shows itself when it is tried again
            return self._future.result()
        return None


def begin(episode: Episode) -> Ahead | None:
    """Start judging an episode whose decision is sealed; None where it is not."""
    sealed = episode.policy is not None and episode.state in {"operating", "review"}
    return Ahead(episode) if sealed else None


def prepare(case: Case) -> None:
    """Start reading the atlas and weighing questions, while the player reads the brief."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="whennot-atlas")
    pool.submit(weigh, case)
    pool.shutdown(wait=False)

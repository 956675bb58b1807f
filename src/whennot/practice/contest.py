"""An appeal under way: the same decision judged again with another value of what was assumed."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from whennot.episode.appeal import Appeal, appeal
from whennot.episode.episode import Episode
from whennot.practice.work import Work


class Contest(Work):
    """One appeal in a thread of its own; prices take milliseconds, all else about two seconds."""

    def __init__(self, episode: Episode, changes: Mapping[str, float]) -> None:
        super().__init__()
        pool = ThreadPoolExecutor(1, thread_name_prefix="whennot-appeal")
        self._again: Future[Appeal] = pool.submit(appeal, episode, changes, progress=self._at)
        self._follow(self._again)
        pool.shutdown(wait=False)

    def result(self) -> Appeal:
        """Return what came of it, waiting for it.

        Raises:
            PlayerError: a number that is not open to appeal.
        """
        return self._again.result()

    @property
    def done(self) -> bool:
        """Whether it came to its end, good or bad."""
        return self._again.done()

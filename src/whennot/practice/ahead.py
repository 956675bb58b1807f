"""Judging while the player still works: a decision's worth is fixed once it is sealed."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock

from whennot.episode.case import Case
from whennot.episode.episode import Episode
from whennot.episode.findings import Assessment, Findings
from whennot.episode.judge import assess, fulfill
from whennot.episode.knowing import weigh
from whennot.practice.work import Work
from whennot.world.quality import Quality
from whennot.world.run import warm

ASSESSED = 0.75
"""Share of the whole work that is done when the decision is assessed; luck and stops are left."""

_AT_WORK = Lock()
"""Each judgment uses all processors; several at once would only all be late."""


class Ahead(Work):
    """The judgment of one sealed decision, under way in a thread of its own.

    Attributes:
        first: the verdict so far: after a few worlds, then the final one.
    """

    def __init__(self, episode: Episode) -> None:
        super().__init__()
        self.first: Quality | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="whennot-judge")
        self._findings: Future[Findings] | None = None
        self._assessment: Future[Assessment] = self._pool.submit(self._assess, episode)
        self._follow(self._assessment)

    def result(self) -> Assessment | None:
        """Return the assessment, waiting for it; None where it failed: then it is tried again."""
        with suppress(Exception, CancelledError):  # whatever it was shows itself the next time
            return self._assessment.result()
        return None

    def conclude(self, episode: Episode) -> Future[Findings]:
        """Return what the debrief needs, as it will be: begun at the first call, in line after.

        Args:
            episode: the same play in its debrief, with the judgment asked for.
        """
        with self._changed:
            if self._findings is None:
                self._findings = self._pool.submit(self._judge, episode)
                self._follow(self._findings)
                self._pool.shutdown(wait=False)
            return self._findings

    def cancel(self) -> None:
        """End the work at its next step; what is not there then never will be."""
        super().cancel()
        self._pool.shutdown(wait=False)

    def _assess(self, episode: Episode) -> Assessment:
        with _AT_WORK:
            self._at(0.0)  # it may have been canceled while it waited
            return assess(
                episode, told=self._tell, progress=lambda share: self._at(ASSESSED * share)
            )

    def _judge(self, episode: Episode) -> Findings:
        with _AT_WORK:
            found: Findings = fulfill(
                episode,
                ahead=self._assessment.result(),
                progress=lambda share: self._at(ASSESSED + (1 - ASSESSED) * share),
            )
        return found

    def _tell(self, quality: Quality) -> None:
        self.first = quality


def begin(episode: Episode) -> Ahead | None:
    """Start judging an episode whose decision is sealed; None where it is not."""
    sealed = episode.policy is not None and episode.state in {"operating", "review", "debrief"}
    return Ahead(episode) if sealed else None


def prepare(case: Case) -> None:
    """Start what the play will need, while the player reads the brief.

    That is the atlas with the worth of its questions, and the simulator: on a machine that never
    ran it, compiling takes ten seconds.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="whennot-atlas")
    pool.submit(weigh, case)
    pool.submit(warm)
    pool.shutdown(wait=False)

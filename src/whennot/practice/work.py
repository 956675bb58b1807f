"""Work in a thread of its own: how far it is, and how it is ended."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from threading import Condition
from typing import Any


class Work:
    """Something that takes seconds and is waited for by looking at it.

    Attributes:
        share: how much of it is done, in [0, 1].
    """

    def __init__(self) -> None:
        self.share = 0.0
        self._changed = Condition()
        self._ended = False
        self._parts: list[Future[Any]] = []

    def cancel(self) -> None:
        """End the work at its next step; what is not there then never will be."""
        self._ended = True
        self._wake(None)

    @property
    def stopped(self) -> bool:
        """Whether it was canceled or failed: nothing more will come of it."""
        return self._ended or any(p.done() and p.exception() is not None for p in self._parts)

    @property
    def failed(self) -> bool:
        """Whether it went wrong, and would again."""
        ended = [p.exception() for p in self._parts if p.done() and not p.cancelled()]
        return any(e is not None and not isinstance(e, CancelledError) for e in ended)

    def wait(self, *, beyond: float, seconds: float) -> float:
        """Return the share done, waiting until it is beyond a share or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.share > beyond or self.stopped, timeout=seconds)
            return self.share

    def _follow(self, part: Future[Any]) -> None:
        """Let whoever waits know when a part ends, also when it fails."""
        self._parts.append(part)
        part.add_done_callback(self._wake)

    def _wake(self, _part: object) -> None:
        with self._changed:
            self._changed.notify_all()

    def _at(self, share: float) -> None:
        if self._ended:
            raise CancelledError
        with self._changed:
            self.share = max(self.share, share)
            self._changed.notify_all()

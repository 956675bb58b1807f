"""Briefs as PDF, each made in a process of its own.

The typesetter keeps what it set for the pages to come: measured, a dozen long briefs left five
gigabytes with the server. A process that ends gives everything back, for half a second a PDF.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from threading import Lock

from whennot.prove import edited, pdf
from whennot.prove.parts import Brief
from whennot.prove.pdf import Paper

_lock = Lock()
_pools: list[ProcessPoolExecutor] = []


def made(brief: Brief, *, paper: Paper) -> bytes:
    """Return the page of a brief as it was made."""
    return pdf.to_pdf(brief, paper=paper).pdf


def of_text(text: str, *, brief: Brief, paper: Paper) -> bytes:
    """Return the pages of an edited text."""
    return edited.to_pdf(text, brief=brief, paper=paper).pdf


def apart(text: str | None, *, brief: Brief, paper: Paper) -> bytes:
    """Return a brief as PDF without keeping anything here: the edited text, or None as made."""
    try:
        return _submitted(text, brief=brief, paper=paper)
    except BrokenProcessPool:  # somebody ended the process; a new one may do it
        return _submitted(text, brief=brief, paper=paper)


def _submitted(text: str | None, *, brief: Brief, paper: Paper) -> bytes:
    pool = _pool()
    try:
        if text is None:
            return pool.submit(made, brief, paper=paper).result()
        return pool.submit(of_text, text, brief=brief, paper=paper).result()
    except BrokenProcessPool:
        _forget(pool)
        raise


def _pool() -> ProcessPoolExecutor:
    with _lock:
        if not _pools:
            # Spawned: a copy of a server with threads may hang on a lock that nobody holds.
            spawn = get_context("spawn")
            _pools.append(ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1))
        return _pools[0]


def _forget(pool: ProcessPoolExecutor) -> None:
    with _lock:
        if pool in _pools:
            _pools.remove(pool)
    pool.shutdown(wait=False)

"""Run worlds: tables in, counts out, the same bytes whatever runs them.

``run`` picks the compiled backend where numba can be imported and the NumPy one elsewhere; their
counts are equal bit for bit, over any number of threads and any tile size. Importing this module
imports neither; the first run does.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from whennot.errors import WorldError
from whennot.world.counters import COUNTERS, INDEX
from whennot.world.lanes import Lanes
from whennot.world.rows import default_row
from whennot.world.tables import Tables

__all__ = ["Lanes", "Tables", "digest", "run", "warm"]

INT32_USERS = 32_000
"""Largest segment whose counts of one tick surely fit int32."""

Counts = NDArray[np.int32] | NDArray[np.int64]


def run(
    tables: Tables,
    *,
    replicates: Sequence[int],
    seed: int,
    lanes: Lanes | None = None,
    per_tick: bool = True,
    backend: str | None = None,
    threads: int | None = None,
    tile: int = 16,
) -> Counts:
    """Return what was counted in every replicate of every lane.

    Args:
        tables: worlds, policies and dynamics; checked before anything runs.
        replicates: which random populations and draws, each in 0..2**32 - 1.
        seed: Philox key, in 0..2**32 - 1.
        lanes: what to play; by default every policy over all ticks.
        per_tick: whether to keep ticks apart or to add them up.
        backend: "numba", "numpy", or None for numba where it can be imported.
        threads: for the numba backend; by default as many as the process may use.
        tile: lanes that share draws in one job of the numba backend; changes speed only.

    Returns:
        Shape (replicates, lanes, ticks or 1, segments, counters), in the order of
        `whennot.world.counters.COUNTERS`; zeros where a lane does not play. int32 per tick while
        no segment has more than 32,000 users and no cross is built on trust_sum; else int64.

    Raises:
        WorldError: tables, lanes or options cannot run; the message lists what is wrong.
    """
    tables.validate()
    lanes = Lanes.full(tables.policies, tables.ticks) if lanes is None else lanes
    lanes.validate(policies=tables.policies, ticks=tables.ticks)
    _check_words(seed, replicates)
    if tile < 1 or (threads is not None and threads < 1):
        raise WorldError(f"tile and threads must be at least 1, are {tile} and {threads}")
    kernel = _kernel(backend)
    counts = _room(tables, len(replicates), len(lanes), per_tick=per_tick)
    if kernel is None:
        _run_numpy(tables, lanes, replicates, seed, counts)
    else:
        jobs = _jobs(
            kernel,
            tables=tables,
            lanes=lanes,
            replicates=replicates,
            seed=seed,
            counts=counts,
            size=tile,
        )
        _do(list(jobs), threads or cores())
    return counts


def warm() -> None:
    """Compile the numba backend, or load it from its cache, so that the next run starts at once.

    Takes about ten seconds the first time on a machine and half a second later; does nothing
    where numba is missing. Sums and counts by tick share the one compiled function.
    """
    row = default_row()[None, None]
    tables = Tables(
        pool=row,
        plan=np.zeros((1, 1, 7), dtype=np.int64),
        share=np.zeros((1, 1, 1), dtype=np.int64),
        rates=np.zeros((1, 1, 1, 2), dtype=np.int64),
        clock=np.zeros((1, 3), dtype=np.int64),
        people=np.ones((1, 1, 4), dtype=np.int64),
        edges=np.array([0, 1], dtype=np.int64),
        enrolled_by=np.ones((1, 1), dtype=np.int64),
    )
    run(tables, replicates=[0], seed=0)


def digest(counts: NDArray[np.integer]) -> str:
    """Return a SHA-256 of shape and values, the same for int32 and int64 counts."""
    little = np.ascontiguousarray(counts, dtype="<i8")
    return hashlib.sha256(repr(little.shape).encode() + little.tobytes()).hexdigest()


def _check_words(seed: int, replicates: Sequence[int]) -> None:
    if not all(0 <= word < 2**32 for word in (seed, *replicates)):
        raise WorldError("seed and replicates must be whole numbers in 0..4294967295")


def _room(tables: Tables, replicates: int, lanes: int, *, per_tick: bool) -> Counts:
    shape = (replicates, lanes, tables.ticks if per_tick else 1, tables.segments, len(COUNTERS))
    sums_trust = (tables.cross[:, 0] == INDEX["trust_sum"]).any()
    small = tables.sizes.max() <= INT32_USERS and not sums_trust
    if per_tick and small:
        return np.zeros(shape, dtype=np.int32)
    return np.zeros(shape, dtype=np.int64)


def _kernel(backend: str | None) -> ModuleType | None:
    """Return the compiled backend, or None for the NumPy one."""
    if backend not in {None, "numba", "numpy"}:
        raise WorldError(f"backend {backend!r} is unknown; use 'numba', 'numpy' or None")
    if backend == "numpy":
        return None
    try:
        from whennot.world import kernel_numba
    except ImportError as missing:
        if backend == "numba":
            raise WorldError(
                "backend 'numba': numba cannot be imported; install it (pip install numba), or"
                " leave the backend out: NumPy gives the same counts, only slower"
            ) from missing
        return None
    return kernel_numba


def _run_numpy(
    tables: Tables, lanes: Lanes, replicates: Sequence[int], seed: int, counts: Counts
) -> None:
    from whennot.world.kernel_numpy import simulate

    for replicate, room in zip(replicates, counts, strict=True):
        simulate(tables, lanes=lanes, replicate=int(replicate), seed=int(seed), counts=room)


def _jobs(
    kernel: ModuleType,
    *,
    tables: Tables,
    lanes: Lanes,
    replicates: Sequence[int],
    seed: int,
    counts: Counts,
    size: int,
) -> Iterator[Callable[[], None]]:
    """Yield one call for each tile of each replicate; they may run in any order at once."""
    arrays, tiles = kernel.arrays_of(tables), kernel.branches_of(tables, lanes, size)
    narrow, wide = np.zeros((0,) * 4, dtype=np.int32), np.zeros((0,) * 4, dtype=np.int64)
    per_tick = counts.shape[2] > 1
    for replicate, room in zip(replicates, counts, strict=True):
        rooms = (room, wide) if counts.dtype == np.int32 else (narrow, room)
        for tile in tiles:
            yield partial(kernel.tile, arrays, tile, int(replicate), int(seed), per_tick, *rooms)


def _do(jobs: list[Callable[[], None]], threads: int) -> None:
    if min(threads, len(jobs)) < 2:
        for job in jobs:
            job()
        return
    with ThreadPoolExecutor(min(threads, len(jobs))) as pool:
        try:
            for done in [pool.submit(job) for job in jobs]:
                done.result()
        except BaseException:
            # Ctrl-C ends what runs now and none of what waits.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def cores() -> int:
    """Return how many processors this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

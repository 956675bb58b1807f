"""Counter-based random numbers: the same draws for every policy, in any order, on any machine.

Philox4x32-10 turns a 128-bit counter and a 64-bit key into 128 random bits. The counter says
whose draw it is, the key is the seed, so nothing is consumed and nothing depends on how many
users there are or on which thread asks:

=======  ======================  ====  =========  ==========================================
stream   word 0                  tick  replicate  gives
=======  ======================  ====  =========  ==========================================
0 TICK   segment << 24 | index   t     r          eight 16-bit draws of a user in a tick
1 USER   segment << 24 | index   0     r          tolerance and tenure of a user
2 EVENT  event                   t     r          whether an event happens (word 0)
=======  ======================  ====  =========  ==========================================

Source:
    Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from whennot.world.tables import Tables

TICK, USER, EVENT = 0, 1, 2
"""Streams: the last word of the counter."""

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
WORD = 0xFFFFFFFF

NEW_DAYS = 14
"""How long a user counts as new; assumed."""
TENURE_DAYS = 180
"""Users who are there at the start joined up to so many days ago, evenly; assumed."""

Words = NDArray[np.uint32]
Ints = NDArray[np.int64]


def philox(
    first: NDArray[np.integer],
    *,
    tick: int,
    replicate: int,
    stream: int,
    seed: int,
    key_high: int = 0,
) -> tuple[Words, Words, Words, Words]:
    """Return the four Philox4x32-10 words of each counter (first, tick, replicate, stream).

    Args:
        first: word 0 of the counters, any shape, each in 0..2**32 - 1.
        tick: word 1.
        replicate: word 2.
        stream: word 3.
        seed: low word of the key.
        key_high: high word of the key.

    Returns:
        Four arrays of the same shape, uint32.
    """
    word, high = np.uint64(WORD), np.uint64(32)
    x0 = first.astype(np.uint64)
    x1, x2, x3 = (np.full(first.shape, w, dtype=np.uint64) for w in (tick, replicate, stream))
    k0, k1 = seed, key_high
    for _ in range(ROUNDS):
        left = x0 * np.uint64(MULTIPLIERS[0])
        right = x2 * np.uint64(MULTIPLIERS[1])
        x0, x1 = (right >> high) ^ x1 ^ np.uint64(k0), right & word
        x2, x3 = (left >> high) ^ x3 ^ np.uint64(k1), left & word
        k0, k1 = (k0 + KEY_STEPS[0]) & WORD, (k1 + KEY_STEPS[1]) & WORD
    return tuple(x.astype(np.uint32) for x in (x0, x1, x2, x3))  # type: ignore[return-value]


def user_counters(segment: int, start: int, stop: int) -> NDArray[np.uint64]:
    """Return counter word 0 of users start..stop - 1 of a segment, shape (stop - start,)."""
    return np.arange(start, stop, dtype=np.uint64) | np.uint64(segment << 24)


def event_draws(events: int, *, tick: int, replicate: int, seed: int) -> list[int]:
    """Return one 32-bit draw for each event of the tick, length `events`."""
    numbers = np.arange(events, dtype=np.uint64)
    words = philox(numbers, tick=tick, replicate=replicate, stream=EVENT, seed=seed)
    return [int(w) for w in words[0]]


def static_words(tables: Tables, *, replicate: int, seed: int) -> Words:
    """Return what never changes about each user, packed in one word.

    The low half is tolerance in Q15, 16384..49151 (0.5 to 1.5): how much more or less than
    others the user loses trust. The high half is the first day on which the user is no longer
    new. Both are assumed distributions; the same users meet every policy.

    Args:
        tables: only edges, enrolled_by and clock are read.
        replicate: which random population.
        seed: Philox key.

    Returns:
        Shape (users,), uint32.
    """
    parts = [_static_of(tables, g, replicate=replicate, seed=seed) for g in range(tables.segments)]
    return np.concatenate(parts)


def _static_of(tables: Tables, segment: int, *, replicate: int, seed: int) -> Words:
    size = int(tables.sizes[segment])
    ids = user_counters(segment, 0, size)
    words = philox(ids, tick=0, replicate=replicate, stream=USER, seed=seed)
    low = [(w & np.uint32(0xFFFF)).astype(np.int64) for w in words[:2]]
    tolerance = 16384 + (low[0] >> 1)
    tenure = (low[1] * TENURE_DAYS) >> 16
    new_until = np.maximum(NEW_DAYS - tenure, 0)
    arrival = np.searchsorted(tables.enrolled_by[:, segment], np.arange(size), side="right")
    later = (arrival > 0) & (arrival < tables.ticks)
    new_until[later] = tables.clock[arrival[later], 0] + NEW_DAYS
    packed: Words = (tolerance | new_until << 16).astype(np.uint32)
    return packed

"""What can be wrong with tables, found all at once and said in words.

Ranges are wide enough for any case and narrow enough that no product or sum in the kernel
leaves 32 bits (per user) or 64 bits (per tick). Indices are checked because the compiled
backend reads without bounds checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.world.counters import BASE, INDEX, MAX_CROSSES, MAX_EVENTS, MAX_STATES
from whennot.world.rows import FIELDS, ONE

MAX_SEGMENTS = 8
MAX_SEGMENT_USERS = 1 << 24
"""The user's index shares a 32-bit Philox word with the segment."""
MAX_DAY = 65_000
"""Day + 14 has to fit 16 bits."""
MAX_STATE = 1 << 46
"""A state times 65536 has to fit 64 bits."""
MAX_RATE = 1 << 31
"""Bound of couplings' add and scale."""
MAX_HAZARD = 1 << 32

Ints = NDArray[np.int64]
Arrays = Mapping[str, Any]

SHAPES: dict[str, tuple[str | int, ...]] = {
    "pool": ("R", "G", len(FIELDS)),
    "plan": ("P", "T", 7),
    "share": ("P", "T", "G"),
    "rates": ("W", "T", "G", 2),
    "clock": ("T", 3),
    "people": ("W", "G", 4),
    "edges": ("G + 1",),
    "enrolled_by": ("T", "G"),
    "state": ("D", "S", 6),
    "update": ("D", "S", BASE),
    "couplings": ("C", 6),
    "couplings_of": ("D", 2),
    "events": ("D", "E", 7),
    "cross": ("X", 2),
}
"""Axes by letter; the same letter is the same length everywhere."""

_AT_LEAST_ONE = ("R", "G", "P", "T", "W", "D")
_AT_MOST = {"G": MAX_SEGMENTS, "S": MAX_STATES, "E": MAX_EVENTS, "X": MAX_CROSSES}


def faults_of(arrays: Arrays) -> list[str]:
    """Return every fault of the tables as a sentence, shapes first.

    Args:
        arrays: the arrays of `Tables` by name.

    Returns:
        Empty if the tables can run. Ranges are looked at only when all shapes are right.
    """
    lengths: dict[str, int] = {}
    faults = list(_shape_faults(arrays, lengths))
    if faults:
        return faults
    return [
        *_row_and_plan_faults(arrays, lengths),
        *_people_faults(arrays, lengths),
        *_dynamics_faults(arrays, lengths),
    ]


def _shape_faults(arrays: Arrays, lengths: dict[str, int]) -> Iterator[str]:
    for name, axes in SHAPES.items():
        array = arrays[name]
        if not isinstance(array, np.ndarray) or array.dtype != np.int64:
            yield f"{name}: must be an int64 array, is {getattr(array, 'dtype', type(array))}"
            continue
        if array.ndim != len(axes):
            yield f"{name}: must have {len(axes)} axes {axes}, has shape {array.shape}"
            continue
        for axis, length in zip(axes, array.shape, strict=True):
            yield from _axis_faults(name, axis, length, lengths)
    for axis in _AT_LEAST_ONE:
        if lengths.get(axis, 1) < 1:
            yield f"axis {axis} is empty; it needs at least one entry"
    for axis, most in _AT_MOST.items():
        if lengths.get(axis, 0) > most:
            yield f"axis {axis} has {lengths[axis]} entries; the kernel has room for {most}"


def _axis_faults(
    name: str, axis: str | int, length: int, lengths: dict[str, int]
) -> Iterator[str]:
    if isinstance(axis, int):
        if length != axis:
            yield f"{name}: an axis must have length {axis}, has {length}"
        return
    if axis == "G + 1":
        axis, length = "G", length - 1
    known = lengths.setdefault(axis, length)
    if known != length:
        yield f"{name}: axis {axis} has length {length}, elsewhere it has {known}"


def _outside(name: str, values: Ints, low: int, high: int) -> Iterator[str]:
    """Name the first value outside [low, high]."""
    if values.size and (values.min() < low or values.max() > high):
        wrong = (values < low) | (values > high)
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        yield (
            f"{name}: {int(wrong.sum())} values outside {low}..{high},"
            f" first {int(values[first])} at {first}"
        )


def _row_and_plan_faults(arrays: Arrays, lengths: dict[str, int]) -> Iterator[str]:
    plan, rows = arrays["plan"], lengths["R"]
    yield from _outside("pool", arrays["pool"], 0, ONE)
    yield from _outside("plan, rows a and b", plan[..., :2], 0, rows - 1)
    yield from _outside("plan, weight", plan[..., 2], 0, ONE)
    yield from _outside("plan, unexposed rows a and b", plan[..., 3:5], 0, rows - 1)
    yield from _outside("plan, dynamics", plan[..., 5], 0, lengths["D"] - 1)
    yield from _outside("share", arrays["share"], 0, ONE)
    yield from _outside("plan, world", plan[..., 6], 0, lengths["W"] - 1)


def _people_faults(arrays: Arrays, lengths: dict[str, int]) -> Iterator[str]:
    people, edges, enrolled = arrays["people"], arrays["edges"], arrays["enrolled_by"]
    yield from _outside("rates", arrays["rates"], 0, ONE)
    yield from _outside("clock, day", arrays["clock"][:, 0], 0, MAX_DAY)
    yield from _outside("clock, leaving and feed", arrays["clock"][:, 1:], 0, 1)
    yield from _outside("people, trust", people[..., 0], 1, ONE - 1)
    yield from _outside("people, critical trust", people[..., 1], 0, ONE - 1)
    yield from _outside("people, leaving", people[..., 2:], 0, ONE)
    if edges[0] != 0:
        yield f"edges: must begin with 0, begins with {int(edges[0])}"
    sizes = np.diff(edges)
    yield from _outside("edges, users of a segment", sizes, 0, MAX_SEGMENT_USERS)
    yield from _outside("enrolled_by", enrolled, 0, MAX_SEGMENT_USERS)
    if (enrolled > sizes).any():
        yield "enrolled_by: more users arrived than the segment has"
    if lengths["T"] > 1 and (np.diff(enrolled, axis=0) < 0).any():
        yield "enrolled_by: must not fall from tick to tick; users who leave are not taken off"


def _dynamics_faults(arrays: Arrays, lengths: dict[str, int]) -> Iterator[str]:
    yield from _state_faults(arrays)
    yield from _coupling_faults(arrays, lengths)
    yield from _event_faults(arrays, lengths)
    yield from _outside("cross, base counter", arrays["cross"][:, 0], 0, BASE - 1)
    yield from _outside("cross, state", arrays["cross"][:, 1], 0, lengths["S"] - 1)


def _state_faults(arrays: Arrays) -> Iterator[str]:
    state, update = arrays["state"], arrays["update"]
    yield from _outside("state, initial", state[..., 0], 0, MAX_STATE)
    yield from _outside("state, drift", state[..., 1], -MAX_STATE, MAX_STATE)
    yield from _outside("state, decay", state[..., 2], 0, ONE)
    yield from _outside("state, full, cap and reset", state[..., 3:], 0, MAX_STATE)
    if (state[..., 0] > state[..., 4]).any():
        yield "state: an initial value is over its cap"
    # The largest count of each base counter in one tick: every user, or every user's full trust.
    users = max(int(arrays["edges"][-1]), 1)
    most = np.full(BASE, users, dtype=np.float64)
    most[INDEX["trust_sum"]] *= ONE
    moved = (np.abs(update.astype(np.float64)) * most).sum(axis=-1)
    if moved.size and moved.max() > 2.0**61:
        yield "update: one tick could add more than 2**61 to a state; use a larger unit"


def _coupling_faults(arrays: Arrays, lengths: dict[str, int]) -> Iterator[str]:
    couplings, spans = arrays["couplings"], arrays["couplings_of"]
    count = lengths["C"]
    yield from _outside("couplings, dynamics", couplings[:, 0], 0, lengths["D"] - 1)
    yield from _outside("couplings, segment", couplings[:, 1], -1, lengths["G"] - 1)
    yield from _outside("couplings, state", couplings[:, 2], 0, lengths["S"] - 1)
    yield from _outside("couplings, field", couplings[:, 3], 0, len(FIELDS) - 1)
    yield from _outside("couplings, add and scale", couplings[:, 4:], -MAX_RATE, MAX_RATE)
    yield from _outside("couplings_of", spans, 0, count)
    owners = np.arange(lengths["D"])
    first = np.searchsorted(couplings[:, 0], owners, side="left")
    last = np.searchsorted(couplings[:, 0], owners, side="right")
    if (np.diff(couplings[:, 0]) < 0).any():
        yield "couplings: must be sorted by dynamics"
    elif ((spans[:, 1] - spans[:, 0]) != last - first).any() or (
        (spans[:, 0] != first) & (last > first)
    ).any():
        yield "couplings_of: does not say where the couplings of each dynamics are"


def _event_faults(arrays: Arrays, lengths: dict[str, int]) -> Iterator[str]:
    events = arrays["events"]
    yield from _outside("events, hazard", events[..., 0], 0, MAX_HAZARD)
    yield from _outside("events, hazard state", events[..., 1], -1, lengths["S"] - 1)
    yield from _outside("events, hazard slope", events[..., 2], -MAX_HAZARD, MAX_HAZARD)
    yield from _outside("events, trust factor", events[..., 3], 0, ONE)
    yield from _outside("events, impulse state", events[..., 4], -1, lengths["S"] - 1)
    yield from _outside("events, impulse", events[..., 5], -MAX_STATE, MAX_STATE)

"""Everything the kernel knows about a product, as integer arrays.

A case compiles its world, levers and options into these tables; both backends and the oracle in
the tests read nothing else. Q16 means 65536 = 1.0. Axes: P policies, T ticks, G segments (at
most 8), R rows, F fields of a row, W worlds, D dynamics, S states, E events, C couplings,
X crosses, B base counters. What the values mean in a tick is told in ``tests/world/oracle.py``,
plainly and in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from whennot.errors import WorldError
from whennot.world.counters import BASE
from whennot.world.table_faults import faults_of

Ints = NDArray[np.int64]


def _none(*shape: int) -> Ints:
    return np.zeros(shape, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Tables:
    """The worlds, policies and dynamics of one run; every array is int64.

    The last six have defaults that mean "one set of dynamics, with nothing in it".

    Attributes:
        pool: rows, shape (R, G, F), Q16; see `whennot.world.rows`.
        plan: shape (P, T, 7): row a, row b, weight (Q16), unexposed row a, unexposed row b,
            dynamics index, world index. The row used is ``a + (b - a) * weight``, exposed or not.
        share: shape (P, T, G), Q16: share of the segment's arrived users that the rollout
            reaches. The index of a user inside the segment is the rollout rank.
        rates: shape (W, T, G, 2), Q16: P(a user brings a task), P(truth is yes).
        clock: shape (T, 3): day, 1 where users may leave, 1 where the data feed is alive.
        people: shape (W, G, 4): trust on arrival (1..65535), critical trust (0..65535), flat
            hazard of leaving (Q16), slope of that hazard under critical trust (Q16).
        edges: shape (G + 1,): users of segment g are edges[g]..edges[g + 1] - 1.
        enrolled_by: shape (T, G): users of the segment who have arrived by tick t; those below
            enrolled_by[0] are there from the start.
        state: shape (D, S, 6): initial, drift a tick, decay a tick (Q16), full (the value at
            which the level is 1.0; 0 means the level is always 0), cap, value at which it is
            set back to 0 (0 means never). Values are Q16 of the state's own unit.
        update: shape (D, S, B): added to the state for each counted thing, all segments.
        couplings: shape (C, 6): dynamics, segment (-1 means all), state, field, add, scale
            (signed Q16 at level 1.0); sorted by dynamics.
        couplings_of: shape (D, 2): the couplings of dynamics d are rows [first, last).
        events: shape (D, E, 7): hazard a tick (2**32 is certain), state that moves the hazard
            (-1 none), slope of the hazard at level 1.0, factor on everybody's trust (Q16),
            state that takes an impulse (-1 none), size of the impulse, unused.
        cross: shape (X, 2): base counter, state; counts ``counter * level``.
    """

    pool: Ints
    plan: Ints
    share: Ints
    rates: Ints
    clock: Ints
    people: Ints
    edges: Ints
    enrolled_by: Ints
    state: Ints = field(default_factory=lambda: _none(1, 0, 6))
    update: Ints = field(default_factory=lambda: _none(1, 0, BASE))
    couplings: Ints = field(default_factory=lambda: _none(0, 6))
    couplings_of: Ints = field(default_factory=lambda: _none(1, 2))
    events: Ints = field(default_factory=lambda: _none(1, 0, 7))
    cross: Ints = field(default_factory=lambda: _none(0, 2))

    @property
    def policies(self) -> int:
        """Number of policies."""
        return int(self.plan.shape[0])

    @property
    def ticks(self) -> int:
        """Number of ticks."""
        return int(self.plan.shape[1])

    @property
    def segments(self) -> int:
        """Number of segments."""
        return int(self.edges.shape[0]) - 1

    @property
    def users(self) -> int:
        """Number of users in all segments, arrived or not."""
        return int(self.edges[-1])

    @property
    def sizes(self) -> Ints:
        """Users in each segment, shape (G,)."""
        return np.diff(self.edges)

    def validate(self) -> None:
        """Check everything the backends rely on: shapes, ranges, and that no sum overflows.

        Raises:
            WorldError: with every fault found, one a line.
        """
        faults = faults_of({f.name: getattr(self, f.name) for f in fields(self)})
        if faults:
            raise WorldError("these tables cannot run:\n  " + "\n  ".join(faults))

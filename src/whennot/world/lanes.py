"""Lanes: which policy plays which ticks, and from whose past.

A lane with a parent begins at its first tick as a copy of the parent as it stands there, trust
and states. That is how a trigger that fires on day 40, or next week's alternatives, are played
without playing the first 40 days again: the parent is the checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whennot.errors import WorldError

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lanes:
    """Stretches of ticks to play, each by one policy.

    Attributes:
        policy: shape (L,): index of the policy in the plan.
        parent: shape (L,): the lane it branches from, earlier in the list; -1 for none.
        start: shape (L,): first tick.
        stop: shape (L,): tick after the last one.
    """

    policy: Ints
    parent: Ints
    start: Ints
    stop: Ints

    @classmethod
    def full(cls, policies: int, ticks: int) -> Lanes:
        """Return one lane for each policy over all ticks."""
        everyone = np.arange(policies, dtype=np.int64)
        zeros = np.zeros_like(everyone)
        return cls(policy=everyone, parent=zeros - 1, start=zeros, stop=zeros + ticks)

    def __len__(self) -> int:
        """Return the number of lanes."""
        return int(self.policy.shape[0])

    def validate(self, *, policies: int, ticks: int) -> None:
        """Check that these lanes can be played.

        Args:
            policies: number of policies in the plan.
            ticks: number of ticks in the plan.

        Raises:
            WorldError: with every fault found, one a line.
        """
        faults = list(self._faults(policies, ticks))
        if faults:
            raise WorldError("these lanes cannot be played:\n  " + "\n  ".join(faults))

    def _faults(self, policies: int, ticks: int) -> Iterator[str]:
        arrays = (self.policy, self.parent, self.start, self.stop)
        if any(a.dtype != np.int64 or a.shape != (len(self),) for a in arrays):
            yield "policy, parent, start and stop must be int64 arrays of one length"
            return
        if not len(self):
            yield "there is no lane"
            return
        if self.policy.min() < 0 or self.policy.max() >= policies:
            yield f"policy: must be in 0..{policies - 1}"
        if (self.start < 0).any() or (self.start >= self.stop).any() or self.stop.max() > ticks:
            yield f"start and stop: must be 0 <= start < stop <= {ticks}"
        if self.parent.min() < -1 or (self.parent >= np.arange(len(self))).any():
            yield "parent: must be an earlier lane or -1"
            return
        child = np.flatnonzero(self.parent >= 0)
        parent, start = self.parent[child], self.start[child]
        if (start < self.start[parent]).any() or (start > self.stop[parent]).any():
            yield "start: a lane must branch while its parent plays, or right after"

    def tiles(self, size: int) -> list[Ints]:
        """Group lanes so that they share draws and every parent is with its children.

        Args:
            size: lanes to a group; a group may be larger where a family is.

        Returns:
            Lane indices of each group, in rising order; each lane is in one group.
        """
        tiles: list[list[int]] = []
        for family in self._families():
            if tiles and len(tiles[-1]) + len(family) <= size:
                tiles[-1].extend(family)
            else:
                tiles.append(list(family))
        return [np.array(sorted(tile), dtype=np.int64) for tile in tiles]

    def _families(self) -> list[list[int]]:
        root: list[int] = []
        families: dict[int, list[int]] = {}
        for lane, parent in enumerate(self.parent.tolist()):
            root.append(lane if parent < 0 else root[parent])
            families.setdefault(root[lane], []).append(lane)
        return list(families.values())

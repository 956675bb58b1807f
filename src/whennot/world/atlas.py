"""The atlas of a case: many drawn worlds times many policies, simulated once.

Everything asked of it afterwards is a reweighting of one table: the best policy given what is
known, what a question is worth, the frontier. `whennot.world.atlas_build` makes one.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.errors import CaseError
from whennot.world.digest import world_digest
from whennot.world.expansion import Expansion, fit
from whennot.world.knowledge import Knowledge
from whennot.world.ladder import LadderTable
from whennot.world.policy import Policy, make_policy, sensible_defaults
from whennot.world.spec import TriggerForm, WorldSpec

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FORMAT = "whennot.atlas/2"
"""Part of the digest: an atlas made another way is another atlas."""
FOLDS = 4
"""Parts of the worlds; each part is judged by what the others taught."""
FEWEST_WORLDS = 16
LARGEST_BYTES = 1_500_000


@dataclass(frozen=True)
class Flip:
    """An end of a parameter's plausible range at which the verdict on some option turns.

    Attributes:
        parameter: its name. value: that end of its range.
        option: the best option there. instead_of: the best one at the declared value.
        usd: how much better it is there, USD a quarter. se: standard error.
        status: of the parameter.
        turns: options that are right at one of the two values only; a tie counts as right.
    """

    parameter: str
    value: float
    option: str
    instead_of: str
    usd: float
    se: float
    status: str
    turns: tuple[str, ...] = ()

    @property
    def moves_best(self) -> bool:
        """Whether the best option itself is another one there, beyond two standard errors."""
        return self.option != self.instead_of and self.usd > 2 * self.se


def atlas_digest(spec: WorldSpec, ladder: LadderTable | None) -> str:
    """Return the digest of everything an atlas of this case depends on."""
    return world_digest(spec, ladder, FORMAT)


@dataclass(frozen=True, eq=False)
class Atlas:
    """The value table of one case version; W worlds, P policies.

    Attributes:
        spec: the case's world.
        digest: of what it was built from; see `atlas_digest`.
        policies: what was simulated, in a fixed order.
        facts: value of every fact in each world, shape (W, facts).
        usd: money of every policy in each world, one replicate, shape (W, P).
        flips: ends of ranges at which the verdict on some option turns.
        first_replicate: random run of the first world; the next world has the next one.
    """

    spec: WorldSpec
    digest: str
    policies: tuple[Policy, ...]
    facts: Floats
    usd: Floats
    flips: tuple[Flip, ...] = ()
    first_replicate: int = 0

    @cached_property
    def level(self) -> Floats:
        """Mean over policies in each world, shape (W, 1): what the world does to all of them."""
        return np.asarray(self.usd.mean(1, keepdims=True))

    @cached_property
    def differences(self) -> Expansion:
        """Each policy against the mean over policies, expanded in the facts."""
        return fit(self.spec, self.facts, self.usd - self.level)

    @cached_property
    def levels(self) -> Expansion:
        """That mean, expanded in the facts."""
        return fit(self.spec, self.facts, self.level)

    @cached_property
    def folds(self) -> tuple[tuple[NDArray[np.int64], Expansion], ...]:
        """(held-out worlds, differences fitted without them) pairs."""
        number = np.arange(len(self.facts)) % FOLDS
        return tuple(
            (
                np.flatnonzero(number == k),
                fit(self.spec, self.facts[number != k], (self.usd - self.level)[number != k]),
            )
            for k in range(FOLDS)
        )

    def expected(self, knowledge: Knowledge) -> Floats:
        """Return expected USD of every policy given what is known, shape (P,)."""
        level = self.levels.expected(knowledge)
        return np.asarray(self.differences.expected(knowledge) + level)

    def at(self, facts: Floats) -> Floats:
        """Return expected USD of every policy in worlds of which all is known, shape (n, P)."""
        return np.asarray(self.differences.at(facts) + self.levels.at(facts))

    def option(self, name: str) -> Bools:
        """Return which policies build this option, shape (P,)."""
        return np.array([p["option"] == name for p in self.policies])

    @cached_property
    def live(self) -> Bools:
        """Which policies a first flight can take: levers that are not live at their defaults."""
        fixed = {n: v.default for n, v in self.spec.levers.items() if not v.live}
        return np.array([all(p[n] == d for n, d in fixed.items()) for p in self.policies])

    @cached_property
    def places(self) -> Mapping[Policy, int]:
        """Column of each policy."""
        return {p: i for i, p in enumerate(self.policies)}

    def best(self, knowledge: Knowledge, *, among: Bools | None = None) -> Policy:
        """Return the policy to take given what is known; see `Expansion.surely`.

        Args:
            knowledge: what is known.
            among: which policies may be taken; by default all.
        """
        allowed = np.ones(len(self.policies), bool) if among is None else among
        beliefs = self.differences.beliefs(knowledge)
        return self.policies[int(self.differences.surely(beliefs, 1, among=allowed)[0])]

    @cached_property
    def content(self) -> str:
        """Digest of the table itself: what a verdict was reached with."""
        said = repr([p.as_dict() for p in self.policies]).encode()
        table = np.asarray(self.usd, "<f4").tobytes() + np.asarray(self.facts, "<f8").tobytes()
        return sha256(said + table).hexdigest()[:16]

    @cached_property
    def reference(self) -> NDArray[np.int64]:
        """Columns of each option's sensible default: their mean is the zero of the scale."""
        return np.array([self.places[p] for p in sensible_defaults(self.spec).values()])


def dump(atlas: Atlas) -> bytes:
    """Return the file of an atlas; the same atlas gives the same bytes."""
    about = {
        "format": FORMAT,
        "digest": atlas.digest,
        "policies": [p.as_dict() for p in atlas.policies],
        "facts": list(atlas.spec.facts),
        "flips": [asdict(flip) for flip in atlas.flips],
        "first_replicate": atlas.first_replicate,
    }
    parts = {
        "facts.npy": _npy(atlas.facts),
        "usd.npy": _npy(np.asarray(atlas.usd, np.float32)),
        "about.json": json.dumps(about, separators=(",", ":")).encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            # A fixed date, so that building again gives the same bytes.
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, content)
    return out.getvalue()


def _npy(array: NDArray[Any]) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, np.ascontiguousarray(array), allow_pickle=False)
    return out.getvalue()


def load(source: bytes, spec: WorldSpec) -> Atlas:
    """Return the atlas in a file.

    Raises:
        CaseError: the file is damaged, or holds policies the case does not have.
    """
    try:
        if len(source) > LARGEST_BYTES:
            raise ValueError(f"{len(source):,} bytes; at most {LARGEST_BYTES:,}")  # noqa: TRY301
        with zipfile.ZipFile(io.BytesIO(source)) as file:
            if sum(i.file_size for i in file.infolist()) > 10 * LARGEST_BYTES:
                raise ValueError("unpacks to more than it may")  # noqa: TRY301
            about = json.loads(file.read("about.json"))
            facts = _array(file.read("facts.npy"))
            usd = _array(file.read("usd.npy"))
        policies = tuple(_policy(spec, p) for p in about["policies"])
        flips = tuple(Flip(**flip | {"turns": tuple(flip["turns"])}) for flip in about["flips"])
        worlds = len(facts)
        if facts.shape != (worlds, len(about["facts"])) or usd.shape != (worlds, len(policies)):
            raise ValueError("its tables do not fit together")  # noqa: TRY301
        finite = np.isfinite(usd).all() and np.isfinite(facts).all()
        if about["facts"] != list(spec.facts) or not finite or worlds < FEWEST_WORLDS:
            raise ValueError("it is of another case, or holds what is no number")  # noqa: TRY301
        defaults = set(sensible_defaults(spec).values())
        if len(set(policies)) < len(policies) or not defaults <= set(policies):
            raise ValueError("its policies are not those of the case")  # noqa: TRY301
        if any(flip.parameter not in spec.parameters for flip in flips):
            raise ValueError("it sweeps a parameter the case has not")  # noqa: TRY301
        digest, first = str(about["digest"]), int(about["first_replicate"])
    except Exception as error:
        raise CaseError(
            f"atlas.npz cannot be used: {error}. Build it again: whennot atlas build"
        ) from error
    return Atlas(spec, digest, policies, facts, usd, flips, first)


def _array(source: bytes) -> Floats:
    return np.asarray(np.lib.format.read_array(io.BytesIO(source), allow_pickle=False), np.float64)


def _policy(spec: WorldSpec, content: Mapping[str, Any]) -> Policy:
    trigger = content["trigger"]
    form = None if trigger is None else TriggerForm.model_validate(trigger)
    return make_policy(spec, content["levers"], trigger=form)

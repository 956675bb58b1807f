"""``expected.toml``: what must stay true of a case, as bounds on what named policies come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Self

from pydantic import Field, ValidationError, model_validator

from whennot.episode.conformance.outcomes import Outcome
from whennot.episode.conformance.subject import Fault, Subject
from whennot.episode.lines import line_index
from whennot.episode.schema_faults import offer, schema_faults
from whennot.episode.toml import read_toml
from whennot.errors import CaseError
from whennot.world.policy import named_policy
from whennot.world.spec import Strict, WorldSpec

FILE = "expected.toml"
REPLICATES = 32


class Reference(Strict):
    """The policy, and the facts, that a measure is divided by."""

    policy: str
    set: dict[str, float] = Field(default={})


class Bound(Strict):
    """One claim about a policy, with the limits within which it holds.

    Attributes:
        claim: what it says, in a sentence.
        policy: a named policy of the case.
        measure: see `measures`.
        low, high: limits of the measure, or of its ratio to that of `relative_to`.
        set: facts and parameters at other than their declared values.
        relative_to: what to divide by.
        replicates: quarters to average over.
    """

    claim: str = Field(min_length=10)
    policy: str
    measure: str
    low: float
    high: float
    set: dict[str, float] = Field(default={})
    relative_to: Reference | None = None
    replicates: int = Field(default=REPLICATES, ge=2, le=512)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not self.low <= self.high:
            message = f"low {self.low:g} is above high {self.high:g}; exchange them"
            raise ValueError(message)
        return self


class Expected(Strict):
    """The content of ``expected.toml``."""

    version: int = Field(ge=1)
    bounds: tuple[Bound, ...] = Field(min_length=1)


def bounds_digest(text: str) -> str:
    """Return what a history entry says in `bounds` about the ``expected.toml`` of its version."""
    return sha256(text.encode()).hexdigest()


def measures(spec: WorldSpec) -> tuple[str, ...]:
    """Return what can be bounded in a case.

    Both changes of trust are relative to launch; ``relative_change`` is over users still active,
    ``relative_change_all`` counts leavers as 0. ``usd`` is the mean value of the quarter to all
    payers together. ``failures.<mode>`` is the share of quarters in which the mode came first.
    """
    modes = [f"failures.{mode}" for mode in (*spec.failures, "none")]
    return ("trust.relative_change", "trust.relative_change_all", "usd", *modes)


def read_expected(text: str, *, where: str) -> Expected:
    """Return the bounds in an ``expected.toml``.

    Raises:
        CaseError: every fault at once, each with its line.
    """
    content = read_toml(text, where=where)
    try:
        return Expected.model_validate(content)
    except ValidationError as error:
        faults = schema_faults(error, model=Expected, lines=line_index(text))
        raise CaseError("\n".join(f"{where}:{line}: {said}" for line, said in faults)) from None


def _read(subject: Subject) -> Expected | None:
    """Return the bounds, or None where they cannot be read; `readable` tells why."""
    try:
        return read_expected(subject.texts.get(FILE, ""), where=FILE)
    except CaseError:
        return None


def readable(subject: Subject) -> Iterator[Fault]:
    """``expected.toml`` can be read, is of the case's version and names only what there is."""
    if FILE not in subject.texts:
        return
    try:
        expected = read_expected(subject.texts[FILE], where=f"{subject.folder}/{FILE}")
    except CaseError as error:
        for told in str(error).splitlines():
            where, _, said = told.partition(": ")
            yield Fault(where, said)
        return
    version = subject.case.spec.version
    if expected.version != version:
        yield Fault(
            subject.at("version", file=FILE),
            f"version is {expected.version}, the case's is {version}; bounds belong to a version. "
            "Check that they still hold and write the case's version here",
        )
    for i, bound in enumerate(expected.bounds):
        for key, said in _unknown(subject.case.spec, bound):
            yield Fault(subject.at("bounds", i, key, file=FILE), said)


def _unknown(spec: WorldSpec, bound: Bound) -> Iterator[tuple[str, str]]:
    other = bound.relative_to
    named = [("policy", bound.policy)] + ([("relative_to", other.policy)] if other else [])
    for key, policy in named:
        if policy not in spec.policies:
            yield key, f"no policy {policy!r}; {offer(policy, spec.policies)}"
    if bound.measure not in measures(spec):
        yield "measure", f"no measure {bound.measure!r}; {offer(bound.measure, measures(spec))}"
    numbers = spec.facts | spec.parameters
    for key, values in (("set", bound.set), ("relative_to", other.set if other else {})):
        for name, value in values.items():
            if name not in numbers:
                yield key, f"no fact or parameter {name!r}; {offer(name, numbers)}"
                continue
            low, high = numbers[name].low, numbers[name].high
            if not low <= value <= high:
                yield key, f"{name} = {value:g} is out of range; allowed: {low:g} to {high:g}"


def bounds(subject: Subject) -> Iterator[Fault]:
    """Every bound holds."""
    expected = _read(subject)
    for i, bound in enumerate(expected.bounds if expected else ()):
        if any(_unknown(subject.case.spec, bound)):
            continue  # `readable` tells
        value = _value(subject, bound)
        if not bound.low <= value <= bound.high:
            yield Fault(
                subject.at("bounds", i, file=FILE),
                f"{bound.claim} ({_told(bound)}): measured {value:.4g}, allowed {bound.low:g} to "
                f"{bound.high:g}. Mend the case; or, if the new value is right, change the bound "
                "and raise the version",
            )


def _value(subject: Subject, bound: Bound) -> float:
    value = _measured(subject, bound, policy=bound.policy, values=bound.set)
    if bound.relative_to is None:
        return value
    other = bound.relative_to
    divisor = _measured(subject, bound, policy=other.policy, values=other.set)
    return value / divisor if divisor else float("nan")


def _measured(
    subject: Subject, bound: Bound, *, policy: str, values: Mapping[str, float]
) -> float:
    chosen = named_policy(subject.case.spec, policy)
    came = subject.quarters.outcome(chosen, replicates=bound.replicates, values=values)
    return _pick(came, bound.measure)


def _pick(came: Outcome, measure: str) -> float:
    kind, _, rest = measure.partition(".")
    if kind == "trust":
        return came.trust[rest]
    return came.first[rest] if kind == "failures" else came.usd


def _told(bound: Bound) -> str:
    """Return what a bound measures, like ``usd of naive at accuracy = 0.8``."""
    told = f"{bound.measure} of {bound.policy}{_at(bound.set)}"
    other = bound.relative_to
    return told if other is None else f"{told} over that of {other.policy}{_at(other.set)}"


def _at(values: Mapping[str, float]) -> str:
    return "".join(f" at {name} = {value:g}" for name, value in values.items())


def pinned(subject: Subject) -> Iterator[Fault]:
    """History pins the bounds of each version, so that they cannot change without a new one."""
    if FILE not in subject.texts:
        return
    history = subject.case.spec.history
    right = bounds_digest(subject.texts[FILE])
    if history[-1].bounds != right:
        yield Fault(
            subject.at("history", len(history) - 1, "bounds"),
            f"version {history[-1].version} was pinned to other bounds than {FILE} holds. If that "
            "version is out, raise `version` in both files and add a history entry; either way "
            f'its last entry needs: bounds = "{right}"',
        )
    seen: dict[str, int] = {}
    for i, entry in enumerate(history):
        if entry.bounds in seen:
            yield Fault(
                subject.at("history", i, "bounds"),
                f"versions {seen[entry.bounds]} and {entry.version} are pinned to one "
                f"{FILE}; each has its own, as the file names its version",
            )
        seen[entry.bounds] = entry.version

"""A case: the situation, what can be asked, who must agree, and the world behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Literal
from uuid import UUID

from pydantic import Field, ValidationError, field_validator

from whennot.episode.lines import line_index, line_of
from whennot.episode.references import dangling
from whennot.episode.schema_faults import schema_faults
from whennot.episode.toml import read_toml
from whennot.errors import CaseError
from whennot.world.atlas import Atlas, atlas_digest
from whennot.world.atlas import load as load_atlas
from whennot.world.ladder import LadderTable, read_ladder
from whennot.world.spec import Comparator, Formula, Strict, WorldSpec
from whennot.world.template import refuse_fields
from whennot.world.world import World, drawn_world

FILES = (
    "case.toml",
    "brief.md",
    "debrief.md",
    "ladder.json",
    "datasheet.md",
    "expected.toml",
    "watch.toml",
)
"""The files a case folder holds, beside its ``ladder.py`` and test."""


class Question(Strict):
    """Something the player may ask; it reveals a fact, or nothing that matters (a decoy)."""

    text: str
    minutes: int = Field(ge=1, le=60)
    reveals: str
    answer: str
    gold: bool = False

    @field_validator("answer")
    @classmethod
    def _safe(cls, answer: str) -> str:
        return refuse_fields(answer, only="value")


class Statement(Strict):
    """What a stakeholder says about a fact; true with a reliability."""

    fact: str
    reliability: float = Field(ge=0.5, le=1)
    text: str
    when_wrong: float = Field(ge=0, le=1)

    @field_validator("text")
    @classmethod
    def _safe(cls, text: str) -> str:
        return refuse_fields(text, only="value")


class RedLine(Strict):
    """What a stakeholder will not sign: a predicate on the policy's lever values."""

    refuses_if: Formula
    text: str
    trade: dict[str, str | float] = Field(min_length=1)
    answered_by: tuple[str, ...] = ()


class Stakeholder(Strict):
    """Somebody in the company: what she says, and what she will not sign."""

    name: str
    role: str
    minutes: int = Field(ge=1, le=60)
    cares: str
    red_line: RedLine
    statements: tuple[Statement, ...] = Field(min_length=1)


class Measure(Strict):
    """A number of a quarter: `of` summed over the last days, per `per` summed over the same days.

    With `per` left at 0 it is the mean over those days. Where another `per` sums to 0 there is
    nothing to measure. Where `measured_if` is 0 the player set nothing up that would measure it.
    """

    of: Formula
    per: Formula = "0"
    window_days: int = Field(default=7, ge=1, le=90)
    delay_days: Formula = "0"
    measured_if: Formula = "1"


class Check(Measure):
    """A condition that can be looked up in a quarter: beyond a limit, for so many days.

    With a `label` the dashboard shows what is checked, in `unit`. `done_by` names the actions
    that do what was said would follow.
    """

    comparator: Comparator
    limit: float
    for_days: int = Field(default=1, ge=1, le=60)
    from_day: int = Field(default=0, ge=0)
    by_day: int | None = Field(default=None, ge=0)
    label: str = ""
    unit: str = ""
    done_by: tuple[str, ...] = ()


class Metric(Strict):
    """A candidate for what "best" means; without `measure` nothing in the world says what came."""

    label: str
    unit: str
    baseline: str
    target: str
    guardrail: str
    measure: Measure | None = None
    goal: float | None = None
    better: Literal["lower", "higher"] = "higher"
    broken_if: Check | None = None


class Stop(Strict):
    """A moment at which the quarter stops and asks for a decision."""

    title: str
    text: str
    who: str = ""
    day: int | None = None
    signal: str = ""
    comparator: Literal[">", "<"] = ">"
    threshold: Formula = "0"
    for_days: int = 3
    actions: tuple[str, ...] = Field(min_length=2)


class History(Strict):
    """One version of the case and what changed in it."""

    version: int = Field(ge=1)
    date: date
    change: str
    bounds: str


class CaseFile(WorldSpec):
    """The whole of ``case.toml``."""

    name: str
    uuid: UUID
    title: str
    domain: str
    company: str
    version: int = Field(ge=1)
    order: int = Field(default=100, ge=1, le=1000)
    minutes: int = Field(ge=15, le=240)
    spoilers: tuple[str, ...] = Field(min_length=1)
    history: tuple[History, ...] = Field(min_length=1)
    questions: dict[str, Question] = Field(min_length=3)
    stakeholders: dict[str, Stakeholder] = Field(min_length=1)
    metrics: dict[str, Metric] = Field(min_length=2)
    hurt: dict[str, str] = Field(min_length=2)
    kill_criteria: dict[str, str] = Field(min_length=2)
    kill_checks: dict[str, Check] = Field(default={})
    stops: dict[str, Stop] = Field(min_length=1)
    headlines: tuple[str, ...] = Field(min_length=1, max_length=2)
    after_trigger: tuple[str, ...] = Field(min_length=2)


@dataclass(frozen=True, eq=False)
class Case:
    """A loaded case: its file, texts and measured ladder. What is made from one is kept by it.

    Attributes:
        spec: the content of ``case.toml``.
        texts: the other files of the folder, by name.
        pack_sha256: digest of every file of the case that can change a result or a text.
        atlas_file: content of ``atlas.npz``, which is made from the others; None without one.
    """

    spec: CaseFile
    texts: Mapping[str, str]
    pack_sha256: str
    atlas_file: bytes | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The case's name, the same as its folder."""
        return self.spec.name

    @cached_property
    def ladder(self) -> LadderTable | None:
        """Measured score distributions, or None if the case does not use them."""
        return read_ladder(self.texts["ladder.json"]) if self.spec.ladder else None

    @cached_property
    def atlas(self) -> Atlas | None:
        """The shipped atlas; None where there is none, or only one of another version.

        Raises:
            CaseError: the file is damaged.
        """
        if self.atlas_file is None:
            return None
        shipped = load_atlas(self.atlas_file, self.spec)
        return shipped if shipped.digest == atlas_digest(self.spec, self.ladder) else None

    @property
    def brief(self) -> str:
        """The situation, as the player reads it."""
        return self.texts["brief.md"]

    @property
    def lesson(self) -> str:
        """What the case is there to teach, told after."""
        return self.texts["debrief.md"]

    def default_world(self) -> World:
        """Return the world at default facts."""
        return World(self.spec, self.ladder)

    def variant(self, number: int, *, challenge: str = "") -> World:
        """Return the world of a variant; a challenge code gives another one."""
        return drawn_world(
            self.spec, self.ladder, key=self.variant_key(number, challenge=challenge)
        )

    def variant_key(self, number: int, *, challenge: str = "") -> str:
        """Return the words that fix a variant: all its draws hash from them."""
        return f"{self.spec.uuid}/{self.spec.version}/{number}/{challenge}"


def read_case(texts: Mapping[str, str], *, where: str, atlas_file: bytes | None = None) -> Case:
    """Return the case in a folder's texts.

    Args:
        texts: file contents by name; must hold `FILES`.
        where: what to call ``case.toml`` in messages.
        atlas_file: content of ``atlas.npz``, if there is one.

    Raises:
        CaseError: every fault of the folder at once, with line numbers and what is allowed.
    """
    missing = [name for name in FILES if name not in texts]
    if missing:
        folder = where.removesuffix("case.toml").rstrip("/")
        message = f"{folder}: incomplete folder, missing {', '.join(missing)}"
        raise CaseError(message)
    content = read_toml(texts["case.toml"], where=where)
    lines = line_index(texts["case.toml"])
    faults = [(line_of(lines, p), f"{'.'.join(map(str, p))}: {m}") for p, m in dangling(content)]
    spec = None
    try:
        spec = CaseFile.model_validate(content)
    except ValidationError as error:
        faults += schema_faults(error, model=CaseFile, lines=lines)
    if spec is None or faults:
        told = [f"{where}:{line}: {text}" for line, text in sorted(faults)]
        raise CaseError("\n".join(told))
    digest = sha256()
    for name in sorted(texts):
        if name.startswith(("test_", "data/")) or name.endswith(".py"):
            continue
        digest.update(f"{name}\0{texts[name]}\0".encode())
    return Case(spec, dict(texts), digest.hexdigest(), atlas_file)

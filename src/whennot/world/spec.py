"""What a case says about its world: the typed content of ``case.toml``.

``WorldSpec`` is data, checked once when a case is loaded. Everything that is a
number about the world is a `Number` with unit, status, source and range; everything
that depends on one is a formula (see `whennot.world.formula`).
"""

from __future__ import annotations

from math import prod
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from whennot.errors import CaseError
from whennot.world.formula import names_in
from whennot.world.template import refuse_fields

Status = Literal["measured", "borrowed", "published", "assumed", "fitted"]
Comparator = Literal[">", "<"]
Payer = Literal["business", "user", "third party"]

MOST_POLICIES = 20_000
"""Every policy of a case is simulated to find the best one; this many take minutes."""


def _readable(text: str | float) -> str:
    try:
        names_in(str(text))
    except CaseError as error:
        raise ValueError(str(error)) from None
    return str(text)


Formula = Annotated[str, AfterValidator(_readable)]


class Strict(BaseModel):
    """A table of the case file: unknown keys are faults, values are finite and stay."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False
    )


class Number(Strict):
    """A number about the world, with where it comes from and how far it may be off."""

    value: float
    low: float
    high: float
    unit: str = Field(min_length=1)
    status: Status
    source: str = Field(min_length=3)
    stands_for: str | None = None
    label: str = ""

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if not self.low <= self.value <= self.high:
            message = f"value {self.value} lies outside its range {self.low} to {self.high}"
            raise ValueError(message)
        if self.status == "borrowed" and not self.stands_for:
            message = "status is borrowed: say in `stands_for` what it stands for"
            raise ValueError(message)
        return self

    @property
    def open_to_appeal(self) -> bool:
        """Whether a player may contest it: assumed and fitted numbers only."""
        return self.status in {"assumed", "fitted"}


class Fact(Number):
    """A number that differs between variants and is hidden until asked."""

    label: str = Field(min_length=3)
    typical: str = Field(min_length=3)
    prior: Literal["uniform", "triangular", "log-uniform", "choices"] = "triangular"
    choices: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    told: bool = False

    @model_validator(mode="after")
    def _check_prior(self) -> Self:
        if self.prior == "choices":
            if not self.choices:
                message = "prior is choices: list them in `choices`"
                raise ValueError(message)
            if self.weights and len(self.weights) != len(self.choices):
                message = "`weights` and `choices` differ in length"
                raise ValueError(message)
        if self.prior == "log-uniform" and self.low <= 0:
            message = "prior is log-uniform: low must be above 0"
            raise ValueError(message)
        return self


class Segment(Strict):
    """A group of users who behave alike. All entries but the share are formulas."""

    name: str
    label: str
    share: float = Field(gt=0, le=1)
    tasks_per_day: Formula
    p_yes: Formula
    trust: Formula
    critical_trust: Formula
    leave_per_day: Formula
    leave_slope: Formula
    arrivals_per_day: Formula = "0"
    knobs: dict[str, Formula] = {}


class Choice(Strict):
    """One setting of a lever that is chosen by name."""

    label: str
    explains: str
    knobs: dict[str, Formula] = {}


class Lever(Strict):
    """Something the player decides."""

    label: str
    explains: str
    default: str | float
    live: bool = False
    unit: str = ""
    choices: dict[str, Choice] = {}
    values: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    chain: str = ""
    idle_without_ai: bool = False

    @field_validator("chain")
    @classmethod
    def _safe(cls, chain: str) -> str:
        return refuse_fields(chain)

    @field_validator("values")
    @classmethod
    def _sorted(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if list(values) != sorted(values):
            message = "`values` must rise"
            raise ValueError(message)
        return values

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.choices) == bool(self.values):
            message = "a lever has either `choices` or `values`"
            raise ValueError(message)
        if self.values and len(self.labels) != len(self.values):
            message = "a numeric lever needs a label in `labels` for each of its `values`"
            raise ValueError(message)
        if self.choices and self.default not in self.choices:
            message = f"default {self.default!r} is not among its choices"
            raise ValueError(message)
        if self.values and (self.low is None or self.high is None or not self.unit):
            message = "a numeric lever needs `low`, `high` and `unit`"
            raise ValueError(message)
        return self

    def shown(self, value: str | float) -> str:
        """Return a value as a player reads it."""
        if self.choices:
            return self.choices[str(value)].label
        if value in self.values:
            return self.labels[self.values.index(float(value))]
        return f"{value:g} ({self.unit})"

    @property
    def options(self) -> tuple[str | float, ...]:
        """What a player may pick in first flight, in order."""
        return tuple(self.choices) if self.choices else self.values


class State(Strict):
    """A quantity of the product that builds up and fades: backlog, habit, staleness."""

    label: str
    unit: str
    full: Formula
    initial: Formula = "0"
    drift_per_day: Formula = "0"
    decay_per_day: Formula = "0"
    cap: Formula = ""
    reset_at: Formula = "0"
    per: dict[str, Formula] = {}


class Coupling(Strict):
    """How a state at its full level moves a row field: by an amount, or by a share of it."""

    state: str
    field: str
    add: Formula = "0"
    scale: Formula = "0"
    segment: str = ""


class Event(Strict):
    """Something that may happen to the product on a day: press, regulator, breach."""

    label: str
    per_day: Formula
    by_state: str = ""
    by_state_per_day: Formula = "0"
    trust_factor: Formula = "1"
    impulse: str = ""
    amount: Formula = "0"
    duty: str = ""


class Price(Strict):
    """What one counted thing is worth (positive) or costs (negative), and to whom."""

    per: str
    usd: Formula
    who: Payer
    label: str


class Cost(Strict):
    """A cost that does not depend on counts: once, or for each day in force."""

    usd: Formula
    who: Payer
    label: str
    each: Literal["quarter", "day"] = "quarter"


class Signal(Strict):
    """A daily series made from counters, as a dashboard would show it."""

    label: str
    formula: Formula
    unit: str
    better: Literal["lower", "higher"] = "lower"
    visible: bool = True
    window_days: int = Field(default=7, ge=1, le=90)
    delay_days: Formula = "0"


class Failure(Strict):
    """A way in which the product breaks: a predicate on a signal that persists."""

    label: str
    signal: str
    comparator: Comparator
    threshold: Formula
    for_days: int = Field(ge=1, le=60)
    first_flight: bool = False
    story: str


class TriggerForm(Strict):
    """The trigger form: signal, comparator, threshold, window, for, action, deadline."""

    signal: str
    comparator: Comparator = ">"
    threshold: float
    window_days: int = Field(default=7, ge=1, le=60)
    for_days: int = Field(default=2, ge=1, le=60)
    deadline_days: int = Field(default=2, ge=0, le=60)
    action: str


class TriggerGrid(Strict):
    """A trigger offered to the player, with the limits she can choose between."""

    label: str
    usual: str = ""
    signal: str
    comparator: Comparator = ">"
    thresholds: tuple[float, ...] = Field(min_length=1)
    window_days: int = 7
    for_days: int = 2
    deadline_days: int = 2
    action: str


class Action(Strict):
    """What can be done while the quarter runs: lever changes and a one-off cost."""

    label: str
    explains: str
    set: dict[str, str | float] = {}
    usd: Formula = "0"
    retires: bool = False


class NamedPolicy(Strict):
    """A policy the case names; levers left out take their default."""

    label: str
    levers: dict[str, str | float] = {}
    trigger: TriggerForm | None = None


class Ladder(Strict):
    """How the measured score distributions enter: which lever, thresholds, context, drift."""

    option: str = "option"
    positive_above: Formula
    negative_below: Formula
    context: Formula = ""
    late_from_day: Formula
    late_over_days: Formula


class Frontier(Strict):
    """The variable along which the right option changes: on one side one of `options` is best."""

    fact: str
    label: str
    question: str = Field(min_length=10)
    hint: str = ""
    direction: Literal["above", "below"] = "above"
    options: tuple[str, ...] = ("simple", "big")


class Rows(Strict):
    """Row fields as formulas, for users who have the feature and for those who do not."""

    exposed: dict[str, Formula]
    unexposed: dict[str, Formula]


class WorldSpec(Strict):
    """Everything of a case that the simulator needs."""

    days: int = Field(ge=7, le=366)
    users: int = Field(ge=100, le=100_000)
    scale: Formula = "1"
    share: Formula
    segments: tuple[Segment, ...] = Field(min_length=1, max_length=8)
    facts: dict[str, Fact] = Field(min_length=1)
    parameters: dict[str, Number]
    derived: dict[str, Formula] = {}
    levers: dict[str, Lever]
    ladder: Ladder | None = None
    rows: Rows
    states: dict[str, State] = Field(default={}, max_length=4)
    couplings: tuple[Coupling, ...] = ()
    events: dict[str, Event] = Field(default={}, max_length=4)
    prices: tuple[Price, ...]
    costs: tuple[Cost, ...] = ()
    signals: dict[str, Signal]
    failures: dict[str, Failure] = Field(min_length=1)
    triggers: dict[str, TriggerGrid] = Field(min_length=1)
    actions: dict[str, Action]
    policies: dict[str, NamedPolicy]
    frontier: Frontier

    @model_validator(mode="after")
    def _shares(self) -> Self:
        total = sum(s.share for s in self.segments)
        if abs(total - 1) > 1e-9:
            message = f"segment shares sum to {total:g}, not 1"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _few_policies(self) -> Self:
        settings = prod(len(lever.options) for lever in self.levers.values())
        limits = sum(len(grid.thresholds) for grid in self.triggers.values())
        if settings * (1 + limits) > MOST_POLICIES:
            message = (
                f"levers make {settings:,} settings, and with {limits} trigger limits "
                f"{settings * (1 + limits):,} policies; allowed: at most {MOST_POLICIES:,}. "
                "Take away options, values or `thresholds`"
            )
            raise ValueError(message)
        return self

    def idle(self, option: object) -> frozenset[str]:
        """Return the levers that change nothing while this option is built."""
        if option != "none":
            return frozenset()
        return frozenset(name for name, lever in self.levers.items() if lever.idle_without_ai)

    @property
    def option_lever(self) -> Lever:
        """The lever that says what is built: no AI, rules, simple, big."""
        return self.levers["option"]

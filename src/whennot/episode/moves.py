"""Moves: everything a player can send to an episode. An episode is its list of moves.

What is decided (lever values, trigger) and what is stated (why, who, when, from which fact)
are separate fields from the start: decision quality reads only the first, hygiene only the
second.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from whennot.errors import PlayerError
from whennot.world.policy import suggest
from whennot.world.spec import TriggerForm

WORDS = 2000
"""Longest text a move may hold, in characters: a page, not an upload."""


def _clean(text: str) -> str:
    """Return text that every file can hold: a terminal may give half characters."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


Text = Annotated[str, Field(max_length=WORDS), AfterValidator(_clean)]
Name = Annotated[str, Field(max_length=80), AfterValidator(_clean)]


class Form(BaseModel):
    """Something the player fills in: unknown fields are refused, values stay as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Objective(Form):
    """What "best" means, and who pays for it. Statement only."""

    metric: Name
    target: Text = ""
    guardrail: Text = ""
    horizon_days: int = Field(default=90, ge=1, le=730)
    worse_off: Name = ""


class Statements(Form):
    """How the decision was made and written: who, when, why, from which fact."""

    why: Text = ""
    from_fact: Name = ""
    hurt: Name = ""
    stop_if: Text = ""
    kill_criterion: Name = ""
    owner: Name = ""
    viability: float | None = Field(default=None, allow_inf_nan=False)
    changed_mind: Text = ""


class Begin(Form):
    """Start framing; the first words may already name a technology (it is noted)."""

    kind: Literal["begin"] = "begin"
    first_words: Text = ""


class Ask(Form):
    """Ask a question: costs minutes, reveals a fact or nothing that matters."""

    kind: Literal["ask"] = "ask"
    question: Name


class Listen(Form):
    """Hear a stakeholder out: statements, which may be wrong."""

    kind: Literal["listen"] = "listen"
    stakeholder: Name


class StateObjective(Form):
    """Say what "best" means before deciding anything."""

    kind: Literal["objective"] = "objective"
    objective: Objective


class Decide(Form):
    """Commit to lever values and a trigger, with the statements that go with them."""

    kind: Literal["decide"] = "decide"
    levers: dict[str, str | Annotated[float, Field(strict=True, allow_inf_nan=False)]]
    trigger: TriggerForm | None = None
    statements: Statements = Statements()


class Trade(Form):
    """Give a refusing stakeholder what she asks for: levers change."""

    kind: Literal["trade"] = "trade"
    stakeholder: Name


class Answer(Form):
    """Answer a refusal with a fact that was bought in framing."""

    kind: Literal["answer"] = "answer"
    stakeholder: Name
    fact: Name


class Escalate(Form):
    """Take a refusal to somebody who can overrule it, on the record."""

    kind: Literal["escalate"] = "escalate"
    stakeholder: Name
    why: Text = ""


class Forecast(Form):
    """Say what breaks first: percent for each failure mode and ``none``; sums to 100; seals."""

    kind: Literal["forecast"] = "forecast"
    percent: dict[str, float]

    @field_validator("percent")
    @classmethod
    def _percent(cls, percent: dict[str, float]) -> dict[str, float]:
        wrong = {m: p for m, p in percent.items() if not 0 <= p <= 100}
        if wrong:
            message = f"percent between 0 and 100 are needed, not {wrong}"
            raise ValueError(message)
        total = sum(percent.values())
        if abs(total - 100) > 1e-6:
            scaled = {m: round(100 * p / total, 1) for m, p in percent.items()} if total else {}
            hint = f"; scaled to 100 they would be {scaled}" if scaled else ""
            message = f"the probabilities sum to {total:g}, not 100{hint}"
            raise ValueError(message)
        return percent


class Operate(Form):
    """Act at an event stop: hold, change something, or retire the feature."""

    kind: Literal["operate"] = "operate"
    action: Name
    why: Text = ""


class Review(Form):
    """Before any score: why did it break, what did you believe, what would have told you?"""

    kind: Literal["review"] = "review"
    cause: Name
    believed: Text = ""
    would_have_told: Name = ""
    guess_percent: float = Field(ge=-100, le=100)


Move = Annotated[
    Begin
    | Ask
    | Listen
    | StateObjective
    | Decide
    | Trade
    | Answer
    | Escalate
    | Forecast
    | Operate
    | Review,
    Field(discriminator="kind"),
]
_MOVES: TypeAdapter[Any] = TypeAdapter(Move)
KINDS = (
    "begin",
    "ask",
    "listen",
    "objective",
    "decide",
    "trade",
    "answer",
    "escalate",
    "forecast",
    "operate",
    "review",
)


def read_move(content: Mapping[str, Any]) -> Any:
    """Return the move in plain data, as files and scripts hold it.

    Raises:
        PlayerError: an unknown kind or field, or a value out of range; says what is allowed.
    """
    content = {k: v for k, v in content.items() if k != "comment"}
    kind = content.get("kind")
    if kind not in KINDS:
        message = f"no move {kind!r}. {suggest(str(kind), KINDS)}"
        raise PlayerError(message)
    try:
        return _MOVES.validate_python(content)
    except ValidationError as error:
        said = []
        for detail in error.errors():
            place = ".".join(str(p) for p in detail["loc"][1:])
            said.append(f"{kind} {place}: {detail['msg'].removeprefix('Value error, ')}".strip())
        raise PlayerError("; ".join(said)) from None


def write_move(move: Form) -> dict[str, Any]:
    """Return a move as plain data; reading it back gives an equal move."""
    return move.model_dump(mode="json")

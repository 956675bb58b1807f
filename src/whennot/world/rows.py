"""The fields of a row: every probability that one tick of one user can depend on.

A row holds integers in Q16 (65536 is 1.0). A case compiles its options, levers and drift into
rows; the kernel knows nothing else about a product. A product that generates uses the same
fields: truth is "the output would be right", positive is "shown", negative is "withheld".

Probabilities and shares may use the whole range 0..65536: in the kernel they are compared with
a 16-bit draw or multiplied by a 16-bit number, and 65535 * 65536 still fits 32 bits. Only the
sizes of trust moves, ``loss_*`` and ``gain_*``, stop at 65535 (a loss is scaled by tolerance
and must be cut there anyway; both then fit half a word each).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

ONE = 65536
"""1.0 in Q16."""

CLASSES = ("tp", "tn", "fp", "fn", "dr", "dw")
"""What can become of a task: four automatic outcomes, deferred and right, deferred and wrong."""

Unit = Literal["probability", "share of trust", "share of the gap to full trust"]


@dataclass(frozen=True)
class Field:
    """One number of a row.

    Attributes:
        name: as used in case files and in `INDEX`.
        meaning: one sentence in plain words.
        unit: what 65536 stands for.
        default: as a fraction; what a row holds that does not mention the field.
    """

    name: str
    meaning: str
    unit: Unit
    default: float


_CLASS_WORDS = {
    "tp": "an automatic yes that is right",
    "tn": "an automatic no that is right",
    "fp": "an automatic yes that is wrong",
    "fn": "an automatic no that is wrong",
    "dr": "a deferred task that the fallback got right",
    "dw": "a deferred task that the fallback got wrong",
}


def _per_class(kind: str, meaning: str, unit: Unit) -> tuple[Field, ...]:
    return tuple(
        Field(f"{kind}_{c}", meaning.format(words), unit, 0.0) for c, words in _CLASS_WORDS.items()
    )


_P: Unit = "probability"

FIELDS: tuple[Field, ...] = (
    Field("positive_no", "P(the option says yes | the truth is no)", _P, 0.0),
    Field("positive_yes", "P(the option says yes | the truth is yes)", _P, 0.0),
    Field("negative_no", "P(the option says no | the truth is no)", _P, 0.0),
    Field("negative_yes", "P(the option says no | the truth is yes)", _P, 0.0),
    Field("fallback_no", "P(the fallback is right | the truth is no)", _P, 1.0),
    Field("fallback_yes", "P(the fallback is right | the truth is yes)", _P, 1.0),
    *_per_class("notice", "P(the user notices {}, without overriding it)", _P),
    *_per_class("loss", "trust lost when noticing {}, before tolerance", "share of trust"),
    *_per_class(
        "gain", "trust gained by {} that is not noticed", "share of the gap to full trust"
    ),
    *_per_class("complain", "P(complaint | noticed {}, not caught)", _P),
    Field("override_base", "P(the user overrides an automatic outcome) at full trust", _P, 0.0),
    Field("override_slope", "what P(override) gains from full trust to none", _P, 0.0),
    Field("complain_slope", "what P(complaint) gains from full trust to none", _P, 0.0),
    Field("erode_auto", "trust worn away by each automatic task (latency)", "share of trust", 0.0),
    Field("erode_wait", "trust worn away by each deferred task (waiting)", "share of trust", 0.0),
    Field("audit", "P(an automatic outcome is labeled by an audit)", _P, 0.0),
)
"""All fields; a row is an integer array in this order."""

INDEX: dict[str, int] = {field.name: i for i, field in enumerate(FIELDS)}
"""Position of a field in a row, by name."""


def q16(fraction: ArrayLike) -> NDArray[np.int64]:
    """Return fractions as Q16 integers, rounded to nearest and cut to 0..65536.

    Args:
        fraction: any shape; 1.0 becomes 65536.

    Returns:
        Same shape.
    """
    scaled = np.round(np.asarray(fraction, dtype=np.float64) * ONE)
    return np.clip(scaled, 0, ONE).astype(np.int64)


def default_row() -> NDArray[np.int64]:
    """Return the row in which every field has its default: everything is deferred, nothing felt.

    Returns:
        Shape (fields,), Q16.
    """
    return q16([field.default for field in FIELDS])

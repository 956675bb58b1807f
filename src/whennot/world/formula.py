"""Formulas: the arithmetic of case files, evaluated without running code.

A case is data. Wherever it needs a number that depends on facts or levers it
writes a formula (``"accuracy ** statements"``), evaluated by simpleeval over the
names in scope. Names may stand for NumPy arrays (one entry per setting), so one
evaluation serves a whole grid of policies.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from simpleeval import DEFAULT_OPERATORS, InvalidExpression, SimpleEval

from whennot.errors import CaseError

FREE_LITERALS = frozenset({0, 1, 2})
"""Numbers a formula may hold without a name: they carry no claim about the world."""

# simpleeval's own power and product guard against huge strings by comparing operands, which
# fails on arrays; our formulas hold no strings but choices, so the plain operators are safe.
OPERATORS = DEFAULT_OPERATORS | {
    ast.Pow: operator.pow,
    ast.Mult: operator.mul,
    ast.Add: operator.add,
}


def _functions() -> dict[str, Any]:
    import numpy as np

    return {
        "min": np.minimum,
        "max": np.maximum,
        "exp": np.exp,
        "log": np.log,
        "where": np.where,
        "abs": np.abs,
        "total": lambda daily: np.cumsum(daily, axis=-1),
    }


FUNCTION_NAMES = frozenset({"min", "max", "exp", "log", "where", "abs", "total"})


@lru_cache(maxsize=4096)
def _parse(text: str) -> ast.AST:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        message = f"formula {text!r} cannot be read: {error.msg}"
        raise CaseError(message) from None


def names_in(text: str) -> frozenset[str]:
    """Return the names a formula reads, functions left out.

    Raises:
        CaseError: the formula is not well-formed arithmetic.
    """
    nodes = ast.walk(_parse(text))
    return frozenset(n.id for n in nodes if isinstance(n, ast.Name)) - FUNCTION_NAMES


def literals_in(text: str) -> tuple[float, ...]:
    """Return the bare numbers in a formula that should have a name, unit and source."""
    found = (n.value for n in ast.walk(_parse(text)) if isinstance(n, ast.Constant))
    return tuple(v for v in found if isinstance(v, int | float) and v not in FREE_LITERALS)


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """Return the value of a formula.

    Args:
        text: the formula, e.g. ``"loss * loss_factor"``.
        names: what each name stands for; numbers, arrays of one shape, or choices (strings).

    Raises:
        CaseError: an unknown name, an operation formulas do not have, or a division by zero.
    """
    machine = SimpleEval(operators=OPERATORS, functions=_functions(), names=dict(names))
    try:
        return machine.eval(text, previously_parsed=_parse(text))
    except (InvalidExpression, ZeroDivisionError, TypeError, ValueError) as error:
        message = f"formula {text!r}: {error}"
        raise CaseError(message) from None

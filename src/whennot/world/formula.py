"""Formulas: the arithmetic of case files, evaluated without running code.

A case is data. Wherever it needs a number that depends on facts or levers it
writes a formula (``"accuracy ** statements"``). Names may stand for NumPy arrays (one
entry per setting), so one evaluation serves a whole grid of policies.

A formula is parsed by Python and then read by us, node by node: what is not in the short
list below is refused when the case is loaded, before anything is evaluated. There are no
attributes, so the methods of an array (some of which write files) cannot be reached.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from whennot.errors import CaseError

FREE_LITERALS = frozenset({0, 1, 2})
"""Numbers a formula may hold without a name: they carry no claim about the world."""

LONGEST = 500
"""Characters of a formula; what is longer needs a name for a part of it."""
DEEPEST = 30
"""Levels of nesting, counting every operation of a chain such as ``a + b + c``."""

ARITY = {"min": 2, "max": 2, "exp": 1, "log": 1, "where": 3, "abs": 1, "total": 1}
"""How many arguments each function takes: exactly, as more may mean "write here" to NumPy."""
FUNCTION_NAMES = frozenset(ARITY)

ALLOWED = (
    "names, numbers, + - * / **, comparisons (text only there), and, or, not, "
    f"A if B else C, and the functions {', '.join(sorted(ARITY))}"
)

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

FAILURES = (ArithmeticError, MemoryError, RecursionError, TypeError, ValueError)
"""What arithmetic on unfit values raises: division by zero, overflow, an array as a truth."""


@cache
def _functions() -> dict[str, Callable[..., Any]]:
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


# --- reading -----------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _parse(text: str) -> ast.expr:
    if len(text) > LONGEST:
        message = f"formula {text[:40]!r}... has {len(text):,} characters; allowed: {LONGEST}"
        raise CaseError(message)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        message = f"formula {text!r} cannot be read: {error.msg}"
        raise CaseError(message) from None
    except (MemoryError, RecursionError, ValueError) as error:
        message = f"formula {text!r} cannot be read: {error}"
        raise CaseError(message) from None
    fault = _fault(tree, depth=1)
    if fault:
        message = f"formula {text!r} {fault}; allowed: {ALLOWED}"
        raise CaseError(message)
    return tree


def _fault(node: ast.expr, *, depth: int, compared: bool = False) -> str:
    """Return what in a tree formulas do not have, or nothing."""
    if depth > DEEPEST:
        return f"is nested more than {DEEPEST} deep; name its parts"
    if isinstance(node, ast.Constant):
        return _constant_fault(node.value, compared=compared)
    if isinstance(node, ast.Name):
        return f"has the function {node.id} without (...)" if node.id in ARITY else ""
    if isinstance(node, ast.Call):
        fault = _call_fault(node)
    else:
        fault = "" if _known(node) else f"has what formulas do not ({_kind(node)})"
    if fault:
        return fault
    for inner in _operands(node):
        fault = _fault(inner, depth=depth + 1, compared=isinstance(node, ast.Compare))
        if fault:
            return fault
    return ""


def _constant_fault(value: object, *, compared: bool) -> str:
    if type(value) is str:
        return "" if compared else "has text outside a comparison"
    if type(value) not in {int, float}:
        return f"has {value!r}, which is no number"
    try:
        finite = math.isfinite(float(value))  # type: ignore[arg-type]
    except OverflowError:
        finite = False
    return "" if finite else "has a number that is too large"


def _call_fault(node: ast.Call) -> str:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in ARITY:
        return f"calls {name or 'what is no function name'}"
    if node.keywords or len(node.args) != ARITY[name]:
        return f"calls {name} with other than {ARITY[name]} plain argument(s)"
    return ""


def _known(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return type(node.op) in BINARY
    if isinstance(node, ast.UnaryOp):
        return type(node.op) in SIGNS or isinstance(node.op, ast.Not)
    if isinstance(node, ast.Compare):
        return all(type(op) in COMPARISONS for op in node.ops)
    return isinstance(node, ast.BoolOp | ast.IfExp)


def _kind(node: ast.expr) -> str:
    return type(getattr(node, "op", node)).__name__


def _operands(node: ast.expr) -> list[ast.expr]:
    inner = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
    return [n for n in inner if isinstance(n, ast.expr)]


def names_in(text: str) -> frozenset[str]:
    """Return the names a formula reads, functions left out.

    Raises:
        CaseError: the formula is not well-formed arithmetic; says what is allowed.
    """
    nodes = ast.walk(_parse(text))
    return frozenset(n.id for n in nodes if isinstance(n, ast.Name)) - FUNCTION_NAMES


def literals_in(text: str) -> tuple[float, ...]:
    """Return the bare numbers in a formula that should have a name, unit and source."""
    found = (n.value for n in ast.walk(_parse(text)) if isinstance(n, ast.Constant))
    return tuple(v for v in found if isinstance(v, int | float) and v not in FREE_LITERALS)


# --- evaluating --------------------------------------------------------------------------------


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """Return the value of a formula.

    Args:
        text: the formula, e.g. ``"loss * loss_factor"``.
        names: what each name stands for; numbers, arrays of one shape, or choices (strings).

    Raises:
        CaseError: an unknown name, what formulas do not have, a division by zero, or a single
            number that is not finite. Arrays follow NumPy, as ``where`` may drop such entries.
    """
    import numpy as np

    tree = _parse(text)
    try:
        if isinstance(tree, ast.Constant | ast.Name):  # nearly half of a case; nothing can warn
            value = _value(tree, names)
        else:
            with np.errstate(all="ignore"):
                value = _value(tree, names)
        if isinstance(value, float) and not math.isfinite(value):
            raise OverflowError(f"comes to {value}, which is no finite number")
    except FAILURES as error:
        message = f"formula {text!r}: {error}"
        raise CaseError(message) from None
    return value


def _number(value: Any) -> Any:
    """Return an operand of arithmetic: whole numbers as floats, whose powers end at once."""
    if isinstance(value, str):
        raise TypeError(f"{value!r} is text; it can only be compared")
    return float(value) if isinstance(value, int) else value


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """Return the value of a tree that `_parse` let pass."""
    return _EVALUATE[type(node)](node, names)


def _constant(node: ast.Constant, _: Mapping[str, Any]) -> Any:
    return node.value if isinstance(node.value, str) else _number(node.value)


def _name(node: ast.Name, names: Mapping[str, Any]) -> Any:
    if node.id not in names:
        raise ValueError(f"unknown name {node.id!r}")
    value = names[node.id]
    return float(value) if type(value) is int else value


def _binary(node: ast.BinOp, names: Mapping[str, Any]) -> Any:
    left, right = _number(_value(node.left, names)), _number(_value(node.right, names))
    try:
        value = BINARY[type(node.op)](left, right)
    except OverflowError:
        raise OverflowError("a number grows too large") from None
    if isinstance(value, complex):
        raise ValueError("a root of a negative number")  # noqa: TRY004 (the value, not its type)
    return value


def _unary(node: ast.UnaryOp, names: Mapping[str, Any]) -> Any:
    value = _value(node.operand, names)
    if isinstance(node.op, ast.Not):
        return not value
    return SIGNS[type(node.op)](_number(value))


def _compare(node: ast.Compare, names: Mapping[str, Any]) -> Any:
    values = [_value(n, names) for n in (node.left, *node.comparators)]
    result: Any = True
    for i, op in enumerate(node.ops):
        held = COMPARISONS[type(op)](values[i], values[i + 1])
        result = held if i == 0 else result & held
    return result


def _logic(node: ast.BoolOp, names: Mapping[str, Any]) -> Any:
    stops_at = isinstance(node.op, ast.Or)
    value: Any = not stops_at
    for inner in node.values:
        value = _value(inner, names)
        if bool(value) is stops_at:
            break
    return value


def _choice(node: ast.IfExp, names: Mapping[str, Any]) -> Any:
    return _value(node.body if _value(node.test, names) else node.orelse, names)


def _call(node: ast.Call, names: Mapping[str, Any]) -> Any:
    function = _functions()[node.func.id]  # type: ignore[attr-defined]
    return function(*(_value(n, names) for n in node.args))


_EVALUATE: dict[type[ast.expr], Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.IfExp: _choice,
    ast.Call: _call,
}

"""Formulas of a pack from a stranger: arithmetic is computed, everything else is refused."""

import warnings
from time import thread_time

import numpy as np
import pytest

from whennot.errors import CaseError
from whennot.world.formula import ARITY, FUNCTION_NAMES, evaluate, literals_in, names_in

NAMES = {
    "x": np.array([1.0, 4.0]),
    "n": np.array([0, 3]),
    "rollout": np.array([0.3, 1.0]),
    "a": 2.5,
    "k": 9,
    "option": "big",
}

NOT_ARITHMETIC = [
    'rollout.tofile("x")',
    'x.dump("x")',
    "x.fill(0)",
    "x.T",
    "exp(x, x)",
    "log(x, x)",
    "min(x, x, x)",
    "where(x > 1, x)",
    "exp(x, out=x)",
    "exp(*x)",
    "min(**x)",
    "exp(a)(a)",
    "(exp)(a).real",
    "exp",
    "exp + 1",
    "open('x')",
    "__import__('os')",
    "total(x, 0)",
    "'a' * 20000000000",
    "'a' + 'b'",
    "-'a'",
    "'a' and 1",
    "where(x > 1, 'a', 'b')",
    "f'{a}'",
    "option == f'{a:>99999999}'",
    "b'a' == a",
    "1j",
    "True",
    "None",
    "...",
    "1 << 70",
    "1 >> 1",
    "~1",
    "k // 2",
    "k % 2",
    "k | 2",
    "k & 2",
    "k ^ 2",
    "x @ x",
    "lambda: 1",
    "[y for y in x]",
    "(y for y in x)",
    "{y: 1 for y in x}",
    "(y := 1)",
    "x[0]",
    "x[:]",
    "[1, 2]",
    "(1, 2)",
    "{1}",
    "1 in x",
    "a is a",
    "await x",
    "(yield)",
    "*x",
    "1e999",
    "1" + "0" * 400,
    "a; a",
    "a = 1",
    "import os",
    "",
    "\0",
    "-" * 5000 + "1",
    "-" * 400 + "1",
    "(" * 400 + "1" + ")" * 90,
    " + ".join(["a"] * 200),
    "a" * 501,
]

NO_NUMBER = [
    "9 ** 9 ** 9 ** 9",
    "k ** k ** k ** k",
    "9.0 ** 9 ** 9 ** 9",
    "10.0 ** 400 * x",
    "** ".join(["((1 < 2) + (1 < 2))"] * 8),
    "exp(a * 1000)",
    "log(a - a)",
    "1 / 0",
    "a / (a - a)",
    "exp(a) / (exp(a) - exp(a))",
    "(0 - a) ** (1 / 2)",
    "(0 - exp(a)) ** (1 / 2)",
    "option * 2",
    "option + option",
    "2 * option",
    "-option",
    "option < 1",
    "unknown + 1",
    "1 if x else 2",
    "x and x",
    "not x",
]


def quickly(text):
    started = thread_time()
    with pytest.raises(CaseError) as caught:
        evaluate(text, NAMES)
    assert thread_time() - started < 0.5
    return str(caught.value)


@pytest.mark.parametrize("text", NOT_ARITHMETIC)
def test_what_is_no_arithmetic_is_refused_when_a_case_is_read(text):
    with pytest.raises(CaseError, match="formula"):
        names_in(text)
    with pytest.raises(CaseError, match="formula"):
        literals_in(text)
    quickly(text)


@pytest.mark.parametrize("text", NO_NUMBER)
def test_what_comes_to_no_number_ends_at_once_and_names_the_formula(text):
    assert text in quickly(text)


def test_a_refusal_says_what_is_allowed():
    with pytest.raises(CaseError, match=r"Attribute.*allowed: names, numbers.*where"):
        names_in("x.T")


def test_no_file_is_written_and_no_array_changed(tmp_path):
    target = tmp_path / "stolen"
    before = {name: np.copy(value) for name, value in NAMES.items()}

    for text in (f'rollout.tofile("{target}")', f'x.dump("{target}")', "exp(x, x)", "x.fill(0)"):
        quickly(text)

    assert not target.exists()
    assert all(np.array_equal(NAMES[name], value) for name, value in before.items())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1 / 2", 0.5),
        (" a * 2 ", 5),
        ("2 ** 3 ** 2", 512),
        ("-a + +a", 0),
        ("k - 1", 8),
        ("min(a, 2)", 2),
        ("max(a, 2)", 2.5),
        ("abs(0 - a)", 2.5),
        ("log(exp(a))", 2.5),
        ("where(a > 1, 2, 0)", 2),
        ("1 if option == 'big' else 2", 1),
        ("1 if option != 'big' else 2", 2),
        ("option == 'big' and a > 2", True),
        ("option == 'none' or a >= 2.5", True),
        ("not option == 'big'", False),
        ("option == 'big' and a / 0 > 1 if a < 1 else 1", 1),
        ("1 < a < 2", False),
        ("1 < a <= 2.5 < k", True),
    ],
)
def test_a_formula_over_numbers_and_choices_comes_to(text, value):
    assert evaluate(text, NAMES) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x * a", [2.5, 10]),
        ("x ** 2", [1, 16]),
        ("x > 1", [False, True]),
        ("0 < x < 2", [True, False]),
        ("x == 4", [False, True]),
        ("where(n > 0, x / n, 0)", [0, 4 / 3]),
        ("x / max(n, 1)", [1, 4 / 3]),
        ("total(n)", [0, 3]),
        ("(x > 1) * a + (x > 0)", [1, 3.5]),
    ],
)
def test_a_formula_over_arrays_comes_to_an_array_without_a_warning(text, value):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = evaluate(text, NAMES)

    assert isinstance(found, np.ndarray)
    assert found.tolist() == pytest.approx(value)


def test_one_number_stays_a_number():
    assert isinstance(evaluate("a * 2 + 1", NAMES), float)
    assert isinstance(evaluate("exp(a)", NAMES), float)
    assert isinstance(evaluate("option == 'big'", NAMES), bool)


def test_names_and_bare_numbers_are_listed_without_functions():
    assert names_in("min(a, x) ** k if option == 'big' else 2") == {"a", "x", "k", "option"}
    assert sorted(literals_in("0 + 1 + 2 + 3 * a + 0.5")) == [0.5, 3]
    assert frozenset(ARITY) == FUNCTION_NAMES

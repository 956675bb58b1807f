"""Every comparison of the NumPy kernel matters: turned around, the oracle notices."""

import ast
import inspect
import sys
from types import ModuleType

import numpy as np
from tests.world import oracle
from tests.world.random_tables import random_lanes, random_tables

from whennot.world import kernel_numpy
from whennot.world.counters import COUNTERS

SOURCE = inspect.getsource(kernel_numpy)
OPPOSITE = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def places(tree):
    """Yield each comparison operator of a module: its node and its place in the chain."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for i in range(len(node.ops)):
                yield node, i


def mutant(number):
    """Return the kernel with one comparison turned around, and where it is."""
    tree = ast.parse(SOURCE)
    node, i = list(places(tree))[number]
    original = ast.unparse(node)
    node.ops[i] = OPPOSITE[type(node.ops[i])]()
    kernel = sys.modules["mutant"] = ModuleType("mutant")  # dataclasses look for their module
    exec(compile(tree, "mutant", "exec"), kernel.__dict__)  # noqa: S102 - our own source
    return kernel, f"line {node.lineno}: {original}"


def cases():
    """Yield tables, lanes and the right counts, by the oracle for small ones."""
    for seed in range(60):
        tables = random_tables(seed)
        lanes = random_lanes(seed, tables.policies, tables.ticks)
        yield tables, lanes, np.array(oracle.count(tables, lanes, replicate=seed, seed=1))


def survives(kernel, known):
    for replicate, (tables, lanes, expected) in enumerate(known):
        counts = np.zeros((len(lanes), tables.ticks, tables.segments, len(COUNTERS)), np.int64)
        how = {"lanes": lanes, "replicate": replicate, "seed": 1, "counts": counts}
        try:
            kernel.simulate(tables, **how)
        except (IndexError, ValueError, KeyError, OverflowError):
            return False
        if (counts != expected).any():
            return False
    return True


def test_every_comparison_turned_around_is_caught_by_the_oracle():
    known = list(cases())
    assert survives(kernel_numpy, known)

    count = len(list(places(ast.parse(SOURCE))))
    mutants = [mutant(number) for number in range(count)]
    survivors = [where for kernel, where in mutants if survives(kernel, known)]

    assert count > 20
    assert survivors == []

"""Unsigned 32-bit arithmetic and all-ones masks for the compiled kernel.

Numba widens ``uint32 * uint32`` to 64 bits, and wrapping it in ``np.uint32()`` does not help:
where LLVM can prove that a product fits 32 bits it drops the wrap, the loop becomes 64 bits
wide and loses half its speed. Comparisons that yield booleans end up in the few mask registers
of AVX-512 and spill. These operations emit plain 32-bit instructions and keep truth values in
ordinary registers: true is 0xFFFFFFFF, false is 0, so ``both`` gates a value with a mask, and
subtracting a mask counts it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir  # type: ignore[import-untyped] # it ships none
from numba import types
from numba.extending import intrinsic as numba_intrinsic

F = TypeVar("F", bound=Callable[..., Any])

# Numba's own annotations forget what a decorated function takes.
njit = cast("Callable[[F], F]", numba.njit)
"""Compile a function when it is called from compiled code."""
intrinsic = cast("Callable[[Callable[..., Any]], Callable[..., Any]]", numba_intrinsic)
"""Make a function that writes instructions callable from compiled code."""

_TWO = types.uint32(types.uint32, types.uint32)
_THREE = types.uint32(types.uint32, types.uint32, types.uint32)

# The parameters of an intrinsic are Numba types; numba and llvmlite ship no annotations.


def _bits(number: int) -> Any:
    return ir.Constant(ir.IntType(32), number)


@intrinsic
def plus(_context: Any, a: Any, b: Any) -> Any:
    """Return a + b."""
    return _TWO, lambda _c, build, _s, args: build.add(*args)


@intrinsic
def minus(_context: Any, a: Any, b: Any) -> Any:
    """Return a - b, wrapping."""
    return _TWO, lambda _c, build, _s, args: build.sub(*args)


@intrinsic
def both(_context: Any, a: Any, b: Any) -> Any:
    """Return a & b."""
    return _TWO, lambda _c, build, _s, args: build.and_(*args)


@intrinsic
def either(_context: Any, a: Any, b: Any) -> Any:
    """Return a | b."""
    return _TWO, lambda _c, build, _s, args: build.or_(*args)


@intrinsic
def but(_context: Any, a: Any, b: Any) -> Any:
    """Return a ^ b: on masks, a but not b where b is part of a."""
    return _TWO, lambda _c, build, _s, args: build.xor(*args)


@intrinsic
def halved(_context: Any, a: Any, b: Any) -> Any:
    """Return a >> b."""
    return _TWO, lambda _c, build, _s, args: build.lshr(*args)


@intrinsic
def below(_context: Any, a: Any, b: Any) -> Any:
    """Return the mask of a < b; both must be less than 2**31."""
    return _TWO, lambda _c, build, _s, args: build.ashr(build.sub(*args), _bits(31))


@intrinsic
def times(_context: Any, a: Any, b: Any) -> Any:
    """Return a * b; the caller knows that it fits."""
    return _TWO, lambda _c, build, _s, args: build.mul(*args)


@intrinsic
def share(_context: Any, a: Any, b: Any) -> Any:
    """Return a * b >> 16: b in Q16 of a, or the other way round."""
    return _TWO, lambda _c, build, _s, args: build.lshr(build.mul(*args), _bits(16))


@intrinsic
def less(_context: Any, a: Any, b: Any) -> Any:
    """Return the smaller of two."""
    return _TWO, lambda _c, build, _s, args: build.select(
        build.icmp_unsigned("<", *args), args[0], args[1]
    )


@intrinsic
def more(_context: Any, a: Any, b: Any) -> Any:
    """Return the larger of two."""
    return _TWO, lambda _c, build, _s, args: build.select(
        build.icmp_unsigned(">", *args), args[0], args[1]
    )


@intrinsic
def pick(_context: Any, mask: Any, a: Any, b: Any) -> Any:
    """Return a where the mask is set and b where it is not."""

    def blend(_c: Any, build: Any, _s: Any, args: Any) -> Any:
        chosen, yes, no = args
        return build.xor(no, build.and_(chosen, build.xor(yes, no)))

    return _THREE, blend


# Two counters share an accumulator: one counts in the low 16 bits, one in the high ones, which
# is enough for a chunk of users. Fewer accumulators leave registers for everything else.
_LOW_HALF = 0xFFFF


@intrinsic
def pair(_context: Any, low: Any, high: Any) -> Any:
    """Return a mark that counts the masks low and high in the two halves of a tally."""

    def blend(_c: Any, build: Any, _s: Any, args: Any) -> Any:
        first = build.and_(args[0], _bits(_LOW_HALF))
        return build.or_(first, build.and_(args[1], _bits(_LOW_HALF << 16)))

    return _TWO, blend


@intrinsic
def nested(_context: Any, mask: Any, inner: Any) -> Any:
    """Return a mark that counts mask in the low half and mask & inner in the high half."""
    return _TWO, lambda _c, build, _s, args: build.and_(
        args[0], build.or_(args[1], _bits(_LOW_HALF))
    )

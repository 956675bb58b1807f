"""The two loops over users that take all the time: making draws and living a tick.

Written so that LLVM turns each into straight vector code: contiguous slices indexed from 0
(a start index would keep Python's wraparound and forbid vectors), no branches, 32-bit masks, and
everything that is the same for all users read into a local variable before the loop.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whennot.world.counters import INDEX as COUNT
from whennot.world.draws import KEY_STEPS, MULTIPLIERS, ROUNDS
from whennot.world.masks import (
    below,
    both,
    but,
    either,
    halved,
    less,
    minus,
    more,
    nested,
    njit,
    pair,
    pick,
    plus,
    share,
    times,
)
from whennot.world.rows import FIELDS
from whennot.world.rows import INDEX as FIELD

U = np.uint32
Words = NDArray[np.uint32]

CHUNK = 4096
"""Users whose draws are kept at a time: four words each, 64 KB."""

# A setting is a row with what else the loop needs behind it: all that users of one segment and
# one side share in one tick.
RATES = len(FIELDS)
PEOPLE = RATES + 2
SETTING = PEOPLE + 3

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_M0, _M1 = (np.uint64(m) for m in MULTIPLIERS)
_K0, _K1 = (np.uint64(k) for k in KEY_STEPS)

_POSITIVE, _NEGATIVE = FIELD["positive_no"], FIELD["negative_no"]
_FALLBACK = FIELD["fallback_no"]
_NOTICE, _COMPLAIN = FIELD["notice_tp"], FIELD["complain_tp"]
# In a setting the loss of a class has its gain in the upper half: what is not used for a loss
# is used for a gain, and one choice of class serves both.
_STEP = FIELD["loss_tp"]
_OVERRIDE, _OVERRIDE_SLOPE = FIELD["override_base"], FIELD["override_slope"]
_COMPLAIN_SLOPE, _AUDIT = FIELD["complain_slope"], FIELD["audit"]
_ERODE_AUTO, _ERODE_WAIT = FIELD["erode_auto"], FIELD["erode_wait"]

_ACTIVE, _TASKS = COUNT["active"], COUNT["tasks"]
_TP, _TN, _FP, _FN = COUNT["tp"], COUNT["tn"], COUNT["fp"], COUNT["fn"]
_DEFERRED = COUNT["deferred"]
_DEFERRED_FP, _DEFERRED_FN = COUNT["deferred_fp"], COUNT["deferred_fn"]
_NOTICED, _NOTICED_WRONG = COUNT["noticed"], COUNT["noticed_wrong"]
_CAUGHT, _OVERRIDDEN_RIGHT = COUNT["caught"], COUNT["overridden_right"]
_COMPLAINTS, _LEFT = COUNT["complaints"], COUNT["left"]
_LABELLED, _LABELLED_WRONG = COUNT["labelled"], COUNT["labelled_wrong"]
_TRUST_SUM, _EXPOSED, _ENROLLED = COUNT["trust_sum"], COUNT["exposed"], COUNT["enrolled"]

# Parameters of compiled functions are numba's business; `Any` here is a uint32.


@njit
def _round(x0: Any, x1: Any, x2: Any, x3: Any, k0: Any, k1: Any) -> Any:
    """Return the words after one round of Philox.

    Words live in 64-bit lanes whose upper halves are garbage: the multiplication reads only the
    lower ones, so nothing needs to be cut until the end.
    """
    left, right = (x0 & _LOW) * _M0, (x2 & _LOW) * _M1
    return (right >> _HALF) ^ x1 ^ k0, right, (left >> _HALF) ^ x3 ^ k1, left


@njit
def draw(
    words: Words, size: Any, first: Any, tick: Any, replicate: Any, stream: Any, seed: Any
) -> None:
    """Fill words[0..3, :size] with the Philox words of counters first, first + 1, ...

    A round waits for the one before it, so two halves are made side by side; if size is odd,
    both make the counter in the middle.
    """
    half = (size + 1) // 2
    rest = size - half
    out0, out1, out2, out3 = words[0, :half], words[1, :half], words[2, :half], words[3, :half]
    also0, also1 = words[0, rest:size], words[1, rest:size]
    also2, also3 = words[2, rest:size], words[3, rest:size]
    for i in range(out0.shape[0]):
        x0, y0 = np.uint64(U(U(first) + U(i))), np.uint64(U(U(first + rest) + U(i)))
        x1, x2, x3 = np.uint64(tick), np.uint64(replicate), np.uint64(stream)
        y1, y2, y3 = x1, x2, x3
        k0, k1 = np.uint64(seed), np.uint64(0)
        for _ in range(ROUNDS):
            x0, x1, x2, x3 = _round(x0, x1, x2, x3, k0, k1)
            y0, y1, y2, y3 = _round(y0, y1, y2, y3, k0, k1)
            k0, k1 = (k0 + _K0) & _LOW, (k1 + _K1) & _LOW
        out0[i], out1[i], out2[i], out3[i] = U(x0), U(x1), U(x2), U(x3)
        also0[i], also1[i], also2[i], also3[i] = U(y0), U(y1), U(y2), U(y3)


@njit
def _six(setting: Any, first: Any) -> Any:
    """Return the six numbers of a kind: tp, tn, fp, fn, deferred right, deferred wrong."""
    return (
        U(setting[first]),
        U(setting[first + 1]),
        U(setting[first + 2]),
        U(setting[first + 3]),
        U(setting[first + 4]),
        U(setting[first + 5]),
    )


@njit
def _of_class(six: Any, auto: Any, yes: Any, wrong: Any) -> Any:
    """Return the number of the outcome's class."""
    tp, tn, fp, fn, dr, dw = six
    bad = pick(auto, pick(yes, fn, fp), dw)
    good = pick(auto, pick(yes, tp, tn), dr)
    return pick(wrong, bad, good)


@njit
def _halves(tally: Any) -> Any:
    """Return what was counted in the low and in the high half of a tally.

    A mark is 0x0000FFFF for the low counter plus 0xFFFF0000 for the high one, so the tally is
    -low in its low half and low - high - 1 or low - high in its high half, modulo 65536.
    """
    low = (-np.int64(tally)) & 0xFFFF
    high = (low - ((np.int64(tally) + low) >> 16)) & 0xFFFF
    return low, high


@njit
def live(
    trust_of: Any, static_of: Any, words: Any, settings: Any, counts: Any, day: Any, where: Any
) -> None:
    """Let users of one lane, segment and side live one tick, and count them.

    Whole arrays and indices come in, and slices are made here: a slice that is made by the
    caller costs two atomic operations.

    Args:
        trust_of: trust, shape (lanes, users), uint16; changed in place.
        static_of: tolerance and last new day, shape (users,), uint32.
        words: the four Philox words of a chunk, shape (4, CHUNK), uint32.
        settings: effective row, rates and people, shape (lanes, 2, SETTING), int64.
        counts: counters of the tick, shape (lanes, G, K), int64; added to.
        day: of the tick.
        where: lane, side (0 for users whom the rollout reaches, 1 for the rest), segment, first
            user, user after the last, place of the first user in the chunk.
    """
    lane, side, segment, low, high, skip = where
    trusts, statics = trust_of[lane, low:high], static_of[low:high]
    setting, row = settings[lane, side], counts[lane, segment]
    stop = skip + high - low
    # Slices of rows, not rows of slices: only those are known to be contiguous.
    w0, w1 = words[0, skip:stop], words[1, skip:stop]
    w2, w3 = words[2, skip:stop], words[3, skip:stop]
    none, one, shift, full, every = U(0), U(1), U(16), U(65535), U(0xFFFFFFFF)
    today = U(day)
    p_task, p_yes = U(setting[RATES]), U(setting[RATES + 1])
    critical, flat, slope = U(setting[PEOPLE]), U(setting[PEOPLE + 1]), U(setting[PEOPLE + 2])
    positive_no, positive_yes = U(setting[_POSITIVE]), U(setting[_POSITIVE + 1])
    # Scores from here on are negative.
    from_no, from_yes = U(65536 - setting[_NEGATIVE]), U(65536 - setting[_NEGATIVE + 1])
    fallback_no, fallback_yes = U(setting[_FALLBACK]), U(setting[_FALLBACK + 1])
    notice, complain = _six(setting, _NOTICE), _six(setting, _COMPLAIN)
    step = _six(setting, _STEP)
    override, override_slope = U(setting[_OVERRIDE]), U(setting[_OVERRIDE_SLOPE])
    complain_slope, audit = U(setting[_COMPLAIN_SLOPE]), U(setting[_AUDIT])
    erode_auto, erode_wait = U(setting[_ERODE_AUTO]), U(setting[_ERODE_WAIT])

    here = wrongs = deferreds = overs = yeses = noticeds = labels = parted = none
    positives = trust_sum = none

    for i in range(trusts.shape[0]):
        trust = U(trusts[i])
        static = statics[i]
        d0, d1, d2, d3 = w0[i], w1[i], w2[i], w3[i]
        gap = minus(full, trust)

        alive = below(none, trust)
        task = both(alive, below(both(d0, full), p_task))
        yes = below(halved(d0, shift), p_yes)
        score = both(d1, full)
        positive = both(task, below(score, pick(yes, positive_yes, positive_no)))
        deferred = both(but(task, positive), below(score, pick(yes, from_yes, from_no)))
        auto = but(task, deferred)
        fallback_right = below(halved(d1, shift), pick(yes, fallback_yes, fallback_no))
        wrong = both(task, pick(auto, but(positive, yes), but(fallback_right, every)))

        r4 = both(d2, full)
        over = both(auto, below(r4, plus(override, share(override_slope, gap))))
        caught = both(wrong, over)
        heeded = below(r4, _of_class(notice, auto, yes, wrong))
        noticed = both(task, either(caught, heeded))
        angry = plus(_of_class(complain, auto, yes, wrong), share(complain_slope, gap))
        complains = both(but(noticed, caught), below(halved(d2, shift), angry))

        moved = _of_class(step, auto, yes, wrong)
        lost = halved(times(both(moved, full), both(static, full)), U(15))
        new = below(today, halved(static, shift))
        lost = less(plus(lost, both(new, halved(lost, one))), full)
        lost = both(noticed, share(pick(caught, halved(lost, U(2)), lost), trust))
        won = both(but(task, noticed), share(halved(moved, shift), gap))
        after = minus(plus(trust, won), lost)
        worn = share(pick(auto, erode_auto, erode_wait), after)
        after = more(minus(after, both(task, worn)), one)

        missing = minus(more(critical, after), after)
        hazard = plus(flat, share(slope, share(missing, missing)))
        left = both(alive, below(both(d3, full), hazard))
        after = both(but(alive, left), after)
        trusts[i] = np.uint16(after)
        labelled = both(auto, below(halved(d3, shift), audit))

        here = plus(here, pair(alive, task))
        wrongs = plus(wrongs, nested(wrong, yes))
        deferreds = plus(deferreds, nested(deferred, wrong))
        overs = plus(overs, nested(over, wrong))
        yeses = plus(yeses, both(both(wrong, yes), pair(deferred, over)))
        noticeds = plus(noticeds, nested(noticed, wrong))
        labels = plus(labels, nested(labelled, wrong))
        parted = plus(parted, pair(left, complains))
        positives = minus(positives, positive)
        trust_sum = plus(trust_sum, after)

    n_active, n_tasks = _halves(here)
    n_wrong, n_wrong_yes = _halves(wrongs)
    n_deferred, n_deferred_wrong = _halves(deferreds)
    n_over, n_caught = _halves(overs)
    n_deferred_fn, n_caught_fn = _halves(yeses)
    n_noticed, n_noticed_wrong = _halves(noticeds)
    n_labelled, n_labelled_wrong = _halves(labels)
    n_left, n_complaints = _halves(parted)
    n_deferred_fp = n_deferred_wrong - n_deferred_fn
    n_positive_wrong = n_wrong - n_wrong_yes - n_deferred_fp
    n_tp = np.int64(positives) - n_positive_wrong
    n_fn = n_wrong_yes - n_caught_fn - n_deferred_fn
    n_fp = n_positive_wrong - (n_caught - n_caught_fn)
    row[_ACTIVE] += n_active
    row[_TASKS] += n_tasks
    row[_TP] += n_tp
    row[_TN] += n_tasks - n_tp - n_fp - n_fn - n_caught - n_deferred
    row[_FP] += n_fp
    row[_FN] += n_fn
    row[_DEFERRED] += n_deferred
    row[_DEFERRED_FP] += n_deferred_fp
    row[_DEFERRED_FN] += n_deferred_fn
    row[_NOTICED] += n_noticed
    row[_NOTICED_WRONG] += n_noticed_wrong
    row[_CAUGHT] += n_caught
    row[_OVERRIDDEN_RIGHT] += n_over - n_caught
    row[_COMPLAINTS] += n_complaints
    row[_LEFT] += n_left
    row[_LABELLED] += n_labelled
    row[_LABELLED_WRONG] += n_labelled_wrong
    row[_TRUST_SUM] += trust_sum
    if side == 0:
        row[_EXPOSED] += n_tasks
        row[_ENROLLED] += n_active

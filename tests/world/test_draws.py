"""Random numbers: the published Philox, and the same draws for everyone who asks."""

import numpy as np
import pytest
from tests.world import oracle
from tests.world.random_tables import random_tables

from whennot.world.draws import TICK, USER, event_draws, philox, static_words, user_counters

WORD = 2**32 - 1

# Source: known-answer vectors of Random123 for philox4x32-10.
KNOWN = {
    "zeros": ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    "ones": ((WORD,) * 4, (WORD, WORD), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    "pi": (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
}


def by_numpy(counter, key):
    first = np.array([counter[0]], dtype=np.uint64)
    words = philox(
        first,
        tick=counter[1],
        replicate=counter[2],
        stream=counter[3],
        seed=key[0],
        key_high=key[1],
    )
    return tuple(int(w[0]) for w in words)


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("source", [by_numpy, oracle.philox])
def test_philox_gives_the_published_answers(source, name):
    counter, key, answer = KNOWN[name]

    assert source(counter, key) == answer


def by_numba(count, first, *, tick, replicate, stream, seed):
    user_loop = pytest.importorskip("whennot.world.user_loop")
    words = np.zeros((4, count + 1), dtype=np.uint32)
    user_loop.draw(words, count, first, tick, replicate, stream, seed)
    assert (words[:, count] == 0).all()
    return words[:, :count]


def test_the_compiled_philox_gives_the_published_answer_for_zeros():
    words = by_numba(1, 0, tick=0, replicate=0, stream=0, seed=0)

    assert tuple(words[:, 0].tolist()) == KNOWN["zeros"][2]


def test_the_compiled_philox_equals_the_other_on_thousands_of_counters():
    # The last counters wrap around: word 0 is 32 bits wide.
    where = {"tick": 89, "replicate": WORD, "stream": 1, "seed": 3_141_592_653}
    first = 2**32 - 2_500
    counters = (np.arange(4_999, dtype=np.uint64) + first) & WORD

    assert (by_numba(4_999, first, **where) == np.stack(philox(counters, **where))).all()


def test_a_user_has_the_same_draws_in_a_small_and_in_a_large_population():
    where = {"tick": 3, "replicate": 1, "stream": TICK, "seed": 9}
    few = philox(user_counters(2, 0, 10), **where)
    many = philox(user_counters(2, 0, 10_000), **where)

    assert all((a == b[:10]).all() for a, b in zip(few, many, strict=True))


def test_streams_segments_ticks_replicates_and_seeds_do_not_share_draws():
    def correlation(**other):
        here = {"tick": 3, "replicate": 1, "stream": TICK, "seed": 9, "segment": 0}
        words = [
            np.concatenate(philox(user_counters(w.pop("segment"), 0, 20_000), **w))
            for w in (dict(here), here | other)
        ]
        return abs(np.corrcoef(*(w.astype(float) for w in words))[0, 1])

    others = [{"tick": 4}, {"replicate": 2}, {"stream": USER}, {"seed": 10}, {"segment": 1}]

    # 80,000 pairs: five standard errors are 0.018.
    assert max(correlation(**other) for other in others) < 0.018


def test_tolerance_is_between_half_and_one_and_a_half_and_new_users_were_there_two_weeks():
    tables = random_tables(5)
    words = static_words(tables, replicate=7, seed=8).astype(np.int64)
    lane = oracle.Lane(tables, 0, replicate=7, seed=8)

    assert [u.tolerance for u in lane.users] == (words & 0xFFFF).tolist()
    # Nobody is drawn who never comes.
    comes = [u.index < tables.enrolled_by[-1, u.segment] for u in lane.users]
    new = [
        (u.new_until, int(w)) for u, w, c in zip(lane.users, words >> 16, comes, strict=True) if c
    ]
    assert all(mine == theirs for mine, theirs in new)
    assert (words & 0xFFFF).min() >= 16384
    assert (words & 0xFFFF).max() < 49152


def test_events_have_draws_of_their_own_that_depend_on_the_event_alone():
    four = event_draws(4, tick=2, replicate=3, seed=4)

    assert event_draws(2, tick=2, replicate=3, seed=4) == four[:2]
    assert four == [oracle.philox((e, 2, 3, 2), (4, 0))[0] for e in range(4)]

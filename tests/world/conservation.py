"""What must add up in every run, whatever the tables."""

import numpy as np

from whennot.world.counters import BASE, COUNTERS, INDEX
from whennot.world.run import run


def play(tables, **how):
    """Run tables per tick, check that everything adds up, and return the counts."""
    counts = run(tables, **how)
    assert_conserved(tables, counts, how.get("lanes"))
    return counts


def assert_conserved(tables, counts, lanes=None):
    """Check counts by tick, shape (replicates, lanes, ticks, segments, K)."""
    of = {c.name: counts[..., i].astype(np.int64) for i, c in enumerate(COUNTERS)}
    assert_tasks_add_up(of)
    assert_people_add_up(of, tables, lanes)
    levels = counts[..., :1, INDEX["state_0"] : INDEX["state_0"] + 4].astype(np.int64)
    assert (levels >= 0).all()
    assert (levels <= 65536).all()
    events = counts[..., INDEX["event_0"] : INDEX["event_0"] + 4]
    assert set(np.unique(events)) <= {0, 1}
    for x, (base, state) in enumerate(tables.cross):
        assert base < BASE
        assert (of[f"cross_{x}"] == counts[..., base] * levels[..., state]).all()


def assert_tasks_add_up(of):
    auto = of["tasks"] - of["deferred"]
    auto_wrong = of["fp"] + of["fn"] + of["caught"]
    wrong = auto_wrong + of["deferred_fp"] + of["deferred_fn"]
    assert (of["tp"] + of["tn"] + auto_wrong == auto).all()
    assert (of["deferred_fp"] + of["deferred_fn"] <= of["deferred"]).all()
    assert (of["noticed"] <= of["tasks"]).all()
    assert (of["noticed_wrong"] <= np.minimum(of["noticed"], wrong)).all()
    assert (of["caught"] <= of["noticed_wrong"]).all()
    assert (of["overridden_right"] <= of["tp"] + of["tn"]).all()
    assert (of["complaints"] <= of["noticed"] - of["caught"]).all()
    assert (of["labelled"] <= auto).all()
    assert (of["labelled_wrong"] <= np.minimum(of["labelled"], auto_wrong)).all()
    assert all((values >= 0).all() for values in of.values())


def assert_people_add_up(of, tables, lanes):
    stay = of["active"] - of["left"]
    assert (of["tasks"] <= of["active"]).all()
    assert (of["exposed"] <= of["tasks"]).all()
    assert (of["enrolled"] <= of["active"]).all()
    assert (stay <= of["trust_sum"]).all()
    assert (of["trust_sum"] <= stay * 65535).all()
    came = np.diff(tables.enrolled_by, axis=0)
    following = of["active"][:, :, 1:] == stay[:, :, :-1] + came
    if lanes is not None:
        ticks = np.arange(1, tables.ticks)
        inside = (ticks > lanes.start[:, None]) & (ticks < lanes.stop[:, None])
        following |= ~inside[None, :, :, None]
    assert following.all()

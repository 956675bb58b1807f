"""whennot: learn when to build with AI, and when not.

The public API, loaded only when used::

    import whennot as wn

    case = wn.load_case("meeting-summarizer")
    world = case.default_world()                 # or case.variant(3)
    policy = wn.named_policy(case.spec, "naive")  # or wn.make_policy(case.spec, {...})
    run = wn.simulate(world, policy, replicates=64)
    run.trust_change()["relative_change"]
    wn.regret(world, policy).usd
"""

from __future__ import annotations

from importlib import import_module  # noqa: TID251 - the lazy public API, fixed table below
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whennot.episode.case import Case
    from whennot.episode.episode import Episode
    from whennot.episode.judge import advance
    from whennot.episode.table import Setup
    from whennot.shelf import case_names, load_case
    from whennot.world.policy import Policy, make_policy, named_policy
    from whennot.world.regret import Regret, regret
    from whennot.world.simulate import Run, simulate
    from whennot.world.world import World

__version__ = "0.1.0"

_WHERE = {
    "Case": "whennot.episode.case",
    "Episode": "whennot.episode.episode",
    "Policy": "whennot.world.policy",
    "Regret": "whennot.world.regret",
    "Run": "whennot.world.simulate",
    "Setup": "whennot.episode.table",
    "World": "whennot.world.world",
    "advance": "whennot.episode.judge",
    "case_names": "whennot.shelf",
    "load_case": "whennot.shelf",
    "make_policy": "whennot.world.policy",
    "named_policy": "whennot.world.policy",
    "regret": "whennot.world.regret",
    "simulate": "whennot.world.simulate",
}

__all__ = [
    "Case",
    "Episode",
    "Policy",
    "Regret",
    "Run",
    "Setup",
    "World",
    "__version__",
    "advance",
    "case_names",
    "load_case",
    "make_policy",
    "named_policy",
    "regret",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    message = f"module 'whennot' has no attribute {name!r}"
    raise AttributeError(message)

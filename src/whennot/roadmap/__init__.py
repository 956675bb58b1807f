"""The dated plan from a background to a first day as an AI product manager.

``build(profile, today=..., available=...)`` is the whole engine: a pure function from who you are
to a frozen ``Roadmap``. It knows nothing of what you did; hours never close a gate. What the plan
says is in ``contents.toml``; how it looks is the business of the shells.
"""

from whennot.roadmap.build import build
from whennot.roadmap.model import Roadmap
from whennot.roadmap.profile import Profile, read_profile

__all__ = ["Profile", "Roadmap", "build", "read_profile"]

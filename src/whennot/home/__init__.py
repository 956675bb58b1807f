"""What persists: one folder with an append-only log of everything the player did.

Start with `whennot.home.log`; the other modules keep its file whole: `database` opens it,
`schema` gives it its shape, `drafts` holds what is being typed, `backups` copies and restores it,
`inspection` looks for damage, `gate` keeps two programs from working against each other.
"""

from whennot.home.backups import Restored, restore
from whennot.home.drafts import Draft
from whennot.home.event import EpisodeTrace, Event
from whennot.home.log import Home, check

__all__ = ["Draft", "EpisodeTrace", "Event", "Home", "Restored", "check", "restore"]

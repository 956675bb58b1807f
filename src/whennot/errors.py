"""Every error that whennot raises on purpose.

::

    WhennotError
    ├── CaseError      a case, rule or other item on a shelf is written wrongly
    ├── WorldError     the simulator was asked for something it cannot run
    ├── PlayerError    a move or a decision is not possible; the player can do otherwise
    ├── EpisodeError   a stored episode is damaged or does not replay
    └── HomeError      the folder that keeps the player's work cannot be read or written

Messages name the thing, say what is wrong and what would be right:
``meeting-summarizer: cannot run while framing; allowed: ask, decide``.
"""


class WhennotError(Exception):
    """Anything that whennot refuses to do; catch this to catch them all."""


class CaseError(WhennotError):
    """An item on a shelf is written wrongly; its author has to change it."""


class WorldError(WhennotError):
    """The simulator was given tables, lanes or options that it cannot run."""


class PlayerError(WhennotError):
    """A move or a decision is not possible now; the message says what is."""


class EpisodeError(WhennotError):
    """A stored episode is damaged, or replaying it gives something else."""


class HomeError(WhennotError):
    """The folder that keeps the player's work is missing, locked or unreadable."""

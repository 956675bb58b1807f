"""The names of the files in a home, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Files:
    """Where things lie in a home.

    Attributes:
        directory: the home itself, as an absolute path.
    """

    directory: Path

    @classmethod
    def of(cls, path: Path | str) -> Files:
        """Return the files of the home at a path, which need not exist."""
        return cls(Path(path).absolute())

    @property
    def database(self) -> Path:
        """The event log; while it is open SQLite keeps ``-wal`` and ``-shm`` beside it."""
        return self.directory / "whennot.sqlite3"

    @property
    def companions(self) -> tuple[Path, ...]:
        """The files that belong to the database while it is open or after a crash."""
        return tuple(self.database.with_name(self.database.name + end) for end in ("-wal", "-shm"))

    @property
    def lock(self) -> Path:
        """An empty file that programs lock; see `whennot.home.gate`."""
        return self.directory / "home.lock"

    @property
    def backups(self) -> Path:
        """Copies, numbered in the order they were made."""
        return self.directory / "backups"

    @property
    def set_aside(self) -> Path:
        """What a restore replaced, numbered; nothing in here is ever deleted by whennot."""
        return self.directory / "set-aside"

    @property
    def building(self) -> Path:
        """A database on its way to its place; a leftover holds nothing that is not elsewhere."""
        return self.directory / "whennot.sqlite3.building"


def next_number(folder: Path) -> int:
    """Return 1 + the largest number that a name in the folder starts with.

    Numbers, not dates: home reads no clock, and the file system keeps the date anyway.
    """
    if not folder.is_dir():
        return 1
    starts = [entry.name.partition("-")[0] for entry in folder.iterdir()]
    return 1 + max((int(start) for start in starts if start.isdecimal()), default=0)

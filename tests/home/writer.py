"""Append numbered events to a home and say each number once its event is saved.

Run as ``python writer.py HOME COUNT``; the numbers go on from what is there.
"""

import os
import sys
from datetime import UTC, datetime

from whennot.home import Home

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def main(path: str, count: int) -> None:
    """Append `count` events."""
    with Home(path) as home:
        start = len(home.events())
        for number in range(start, start + count):
            home.append("numbered", episode="a", payload={"number": number}, now=NOW)
            # One small write to a pipe arrives whole or not at all, also when we are killed.
            os.write(1, f"{number}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

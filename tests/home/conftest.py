"""A second program that writes to a home, for tests of what happens between programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import whennot

Start = Callable[[Path, int], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_writer() -> Iterator[Start]:
    """Return a function that starts `writer.py` on a home; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []
    source = str(Path(whennot.__file__).parents[1])

    def start(path: Path, count: int) -> subprocess.Popen[bytes]:
        # -S: home needs the standard library alone, and so starts three times as fast.
        words = [sys.executable, "-S", str(Path(__file__).with_name("writer.py"))]
        process = subprocess.Popen(
            [*words, str(path), str(count)],
            bufsize=0,  # or what readline has read ahead is lost to communicate
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": source},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()

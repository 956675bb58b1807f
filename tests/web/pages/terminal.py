"""``whennot web`` as a program of its own, where the thing under test is the server."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

PATIENCE_SECONDS = 60


class Program:
    """A running ``whennot web``; stops when the block ends.

    Attributes:
        link: the first line it printed. host, port: where it listens.
    """

    def __init__(self, home: Path, *words: str) -> None:
        self._command = [sys.executable, "-m", "whennot", "web", "--no-browser", *words]
        self._home = home

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self._command,
            env=os.environ | {"WHENNOT_HOME": str(self._home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.link = self.process.stdout.readline().strip()
        place = self.link.removeprefix("http://").split("/")[0]
        self.host, _, port = place.rpartition(":")
        self.port = int(port)
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                if self.ask("/healthz")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"{self.link} does not answer")

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=PATIENCE_SECONDS)

    def ask(self, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
        """Return status, headers and text of what the server answers."""
        asked = http.client.HTTPConnection(self.host, self.port, timeout=30)
        asked.request("GET", path, headers=headers)
        answer = asked.getresponse()
        text = answer.read(100_000).decode("utf-8", "replace")
        asked.close()
        return answer.status, answer.headers, text

    def sign_in(self) -> str:
        """Use the link; return the session's cookie."""
        status, headers, _ = self.ask(self.link.partition(str(self.port))[2])
        assert status == 302
        cookies = [c.split(";")[0] for c in headers.get_all("Set-Cookie") or ()]
        return "; ".join(cookies)


def run(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Return how a command line ended."""
    return subprocess.run(
        [sys.executable, "-m", "whennot", *words],
        env=os.environ | {"WHENNOT_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

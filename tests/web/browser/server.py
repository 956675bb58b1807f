"""A real server for browser tests: its own process, its own home, killed like one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

PROGRAM = [sys.executable, str(Path(__file__).with_name("program.py"))]
PATIENCE_SECONDS = 60


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a program that uses a home."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"WHENNOT_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "99"} | more


class Server:
    """``whennot web`` on a free port of this machine.

    Args:
        home: what it serves. program: how whennot is started. more: environment variables.
    """

    def __init__(self, home: Path, *, program: list[str] = PROGRAM, **more: str) -> None:
        self.home, self._program = home, program
        # With the design page on, files may be edited while tests run.
        self._more = {"WHENNOT_DESIGN": "1"} | more
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = home.parent / f"{home.name}.log"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it, on the same port each time; return the link that signs a browser in."""
        command = [*self._program, "web", "--no-browser", "--port", str(self.port)]
        with self._log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                command,
                env=environment(self.home, **self._more),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        link = self._process.stdout.readline().strip()
        assert link.startswith(self.address), link or "the server did not start"
        self._wait()
        return link

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                with urlopen(f"{self.address}/healthz", timeout=1) as answer:  # noqa: S310 - ours
                    if answer.read() == b"ok\n":
                        return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"{self.address} does not answer")

    def another_link(self) -> str:
        """Return a fresh link, as ``whennot web`` gives in a second terminal."""
        return self.run("web", "--no-browser").splitlines()[0]

    def run(self, *words: str) -> str:
        """Return what the program prints in this home."""
        done = subprocess.run(
            [*self._program, *words],
            env=environment(self.home),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def complaints(self) -> str:
        """Return what it printed about itself: our own mistakes, and nothing else."""
        said = self._log.read_text(encoding="utf-8")
        return said.replace("Ctrl-C ends it; everything is kept.\n", "")

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

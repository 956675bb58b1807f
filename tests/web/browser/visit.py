"""A browser's visit: signed in, and watched for whatever a page must never do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
# The last is what htmx says of a stream that broke off.
AWAY = (
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_CONNECTION_RESET",
    "[object Event]",
)


class Visit:
    """One browser profile, open at one server.

    Args:
        browser: Chromium.
        address: of the server; a request to anywhere else is a fault.
        statuses: answers that this story provokes on purpose, such as 409.
        away: whether this story takes the server away.
        look: what the browser is: size, touch, theme, cookies.

    Attributes:
        faults: what went wrong so far, in words.
    """

    def __init__(
        self,
        browser: Any,
        address: str,
        *,
        statuses: tuple[int, ...] = (),
        away: bool = False,
        **look: Any,
    ) -> None:
        self.address, self._statuses, self._away = address, statuses, away
        self.faults: list[str] = []
        self.context = browser.new_context(reduced_motion="reduce", base_url=address, **look)
        # Whatever a person waits for is there in seconds; nothing here takes Playwright's thirty.
        self.context.set_default_timeout(15_000)
        self.context.on("request", self._request)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))

    def page(self, path: str = "") -> Any:
        """Return a new tab, empty or with a page in it."""
        page = self.context.new_page()
        if path:
            page.goto(path)
        return page

    def close(self) -> None:
        """End the visit; nothing may have gone wrong in it."""
        self.context.close()
        assert not self.faults, "\n".join(self.faults)

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        ours = f"{parts.scheme}://{parts.netloc}" == self.address
        if not ours and parts.scheme not in {"data", "blob"}:
            self.faults.append(f"asked another machine: {request.url}")

    def _console(self, message: Any) -> None:
        if message.type not in {"error", "warning"}:
            return
        status = STATUS.match(message.text)
        if status and int(status[1]) in self._statuses:
            return
        if self._away and any(word in message.text for word in AWAY):
            return
        self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

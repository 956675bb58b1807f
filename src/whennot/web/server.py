"""The server: ordinary pages in threads, streams on the event loop, one process.

Django under ASGI alone serves two to four times fewer pages here, and WSGI alone no streams;
together they do both (measured with the prototype of this module).
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from whennot.errors import HomeError
from whennot.web.secret import write_private

PAGE_THREADS = 8
LIVE = "/live/"
PORT = 8421
TRIED_PORTS = 20
ADDRESS = "web.address"
MARK = secrets.token_hex(8)
"""Of this process: after a crash another home's server may have got the same port."""
MARKED = "X-Whennot"
"""The header that /healthz tells it in."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def application() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return the ASGI application of both halves."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whennot.web.settings")
    from a2wsgi import WSGIMiddleware
    from django.core.asgi import get_asgi_application
    from django.core.wsgi import get_wsgi_application

    # Their own types disagree on what an environment is; both follow the standard.
    streams: Any = get_asgi_application()
    wsgi: Any = get_wsgi_application()
    pages: Any = WSGIMiddleware(wsgi, workers=PAGE_THREADS)

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        half = streams if scope["path"].startswith(LIVE) else pages
        await half(scope, receive, send)

    return both


def is_loopback(host: str) -> bool:
    """Return whether a host is one of the names under which this machine answers itself alone."""
    return host in {"localhost", "127.0.0.1", "::1"}


def bind(host: str, *, port: int | None) -> socket.socket:
    """Return a socket that listens: on the port asked for, else on the first free one.

    Args:
        host: an address of this machine.
        port: which; None tries a few from 8421 on, then any.

    Raises:
        HomeError: it is taken, or not allowed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    tried = [port] if port is not None else [*range(PORT, PORT + TRIED_PORTS), 0]
    for number in tried:
        found = socket.socket(family, socket.SOCK_STREAM)
        # On Windows the same option lets two programs share a port; there another forbids it.
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, number))
            found.listen()  # until then somebody else could get the same port
        except (OSError, OverflowError) as error:
            found.close()
            if number == tried[-1]:
                why = str(error).rstrip(".")
                message = f"cannot listen on {host}:{number}: {why}. Name another: --port"
                raise HomeError(message) from None
            continue
        return found
    raise HomeError(f"cannot listen on {host}")


@contextmanager
def announced(home: Path, address: str) -> Iterator[None]:
    """Let a second start find this server while the block runs."""
    path = home / ADDRESS
    with suppress(OSError):
        write_private(path, f"{address}\n{MARK}\n")
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()


def running(home: Path) -> str:
    """Return the address of the server that has this home open, or nothing."""
    try:
        address, mark = (home / ADDRESS).read_text(encoding="ascii").split()
        host, _, _ = address.removeprefix("http://").rpartition(":")
        if not is_loopback(host.strip("[]")):
            return ""
        # Straight there: a proxy that the environment names cannot reach this machine's ports.
        ask = build_opener(ProxyHandler({})).open
        with ask(f"{address}/healthz", timeout=1) as answer:
            return address if answer.headers[MARKED] == mark else ""
    except (OSError, ValueError):
        return ""


def serve(listening: socket.socket) -> None:
    """Serve until Ctrl-C; what is being judged then ends at its next step."""
    import uvicorn

    config = uvicorn.Config(
        application(),
        log_level="error",
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=2,
        proxy_headers=False,
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        from whennot.web.desk import put_away

        put_away()

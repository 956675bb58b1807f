"""Signing in on a laptop: a link that works once, as its one user.

The link's token lies in the home, readable by its owner only: who can read it could read the home
as well. Using it takes it away. The server listens on this machine alone, and a request under any
other name or from any other address is refused before it gets here (see `whennot.web.server`).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from whennot.errors import HomeError
from whennot.web.secret import write_private

NAME = "web.token"
OPEN_PATHS = ("/sign-in/", "/healthz", "/static/", "/favicon.ico")
USER = "local"


def new_token(home: Path) -> str:
    """Return a fresh token, kept in the home until it is used; an older one stops working.

    Raises:
        HomeError: the home cannot be written.
    """
    token = secrets.token_urlsafe(24)
    try:
        write_private(home / NAME, token)
    except OSError as error:
        raise HomeError(
            f"{home}: the link to sign in by cannot be kept there: {error.strerror or error}. "
            "Make the folder writable, or set WHENNOT_HOME to another one."
        ) from None
    return token


def use_token(home: Path, token: str) -> bool:
    """Return whether a token is the one in the home; it is gone afterwards."""
    path = home / NAME
    try:
        kept = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False
    if not hmac.compare_digest(kept.encode(), token.encode("utf-8", "replace")):
        return False
    # Whoever takes the file away is the one who signed in; of two at once only one can.
    taken = path.with_name(f".{NAME}.{secrets.token_hex(4)}")
    try:
        path.rename(taken)
    except OSError:
        return False
    taken.unlink(missing_ok=True)
    return True


def from_this_machine(request: HttpRequest) -> bool:
    """Return whether a request comes from this machine."""
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class SignedIn:
    """Middleware: every page but the way in needs the one user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the page, or the one that says how to sign in."""
        if request.path.startswith(OPEN_PATHS) or self._known(request):
            return self.get_response(request)
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"error": "signed out"}, status=401)
        return render(request, "sign_in.html", {"used": False}, status=401)

    def _known(self, request: HttpRequest) -> bool:
        return not settings.SERVED and request.session.get("user") == USER

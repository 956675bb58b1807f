"""Middleware: what the product refuses becomes a page that says what to do next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from whennot.errors import CaseError, EpisodeError, HomeError, PlayerError


class Refusals:
    """Turns our own errors into pages; everything else is a mistake of ours and stays one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the page; where a page takes no such request, one that says so."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            page = refusal(request, "method", request.method or "", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for an error that has one."""
        if isinstance(error, HomeError | sqlite3.Error):
            return refusal(request, "home", str(error), status=503)
        if isinstance(error, EpisodeError):
            return refusal(request, "play", str(error), status=409, typed=typed_in(request))
        if isinstance(error, CaseError):
            return refusal(request, "case", str(error), status=500)
        if isinstance(error, PlayerError):
            return refusal(request, "unknown", str(error), status=404)
        return None


WORDS = ("first_words", "why", "believed", "changed_mind", "text")
"""Fields that hold sentences: what was typed there is shown when it could not be taken."""


def typed_in(request: HttpRequest) -> list[str]:
    """Return the sentences that came with a request."""
    return [text for name in WORDS if (text := request.POST.get(name, "").strip())]


def refusal(
    request: HttpRequest, kind: str, message: str, *, status: int, typed: Sequence[str] = ()
) -> HttpResponse:
    """Return a page that says what cannot be done, and what can."""
    match = request.resolver_match
    play = match.kwargs.get("name", "") if match and match.route.startswith("plays/") else ""
    context = {"kind": kind, "message": message, "name": play, "typed": typed}
    return render(request, "refusal.html", context, status=status)

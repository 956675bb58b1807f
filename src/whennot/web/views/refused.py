"""Pages for what cannot be answered: each says what to do next."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from whennot.web.refusals import refusal


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that is none, such as one under a foreign name: with little."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return refusal(request, "long", "", status=413)
    text = "This request cannot be answered. Open the address that whennot printed.\n"
    return HttpResponse(text, status=400, content_type="text/plain")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what is not allowed."""
    return refusal(request, "forbidden", str(exception or ""), status=403)


@requires_csrf_token
def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old."""
    return refusal(request, "old", reason, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address where nothing is."""
    _ = exception
    return refusal(request, "nowhere", request.path[:200], status=404)


def our_mistake(request: HttpRequest) -> HttpResponse:
    """Own up."""
    return render(request, "our_mistake.html", status=500)

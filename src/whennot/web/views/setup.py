"""Signing in, settings, about, and whether the server lives."""

from __future__ import annotations

import os

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from whennot.home.place import settings as environment
from whennot.web import signin
from whennot.web.context import KEYS, THEME, THEMES
from whennot.web.pages import licenses
from whennot.web.server import MARK, MARKED

YEAR = 60 * 60 * 24 * 365


@require_safe
def health(_: HttpRequest) -> HttpResponse:
    """Say that the server answers."""
    return HttpResponse("ok\n", content_type="text/plain", headers={MARKED: MARK})


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by the link that works once; on this machine only."""
    token = request.GET.get("token", "")
    # A link that is only looked at, as previews do, is not used.
    here = signin.from_this_machine(request) and not settings.SERVED and request.method == "GET"
    if here and token and signin.use_token(settings.HOME, token):
        request.session.cycle_key()
        request.session["user"] = signin.USER
        return redirect("home")
    if request.session.get("user") == signin.USER and not settings.SERVED:
        return redirect("home")
    return render(request, "sign_in.html", {"used": bool(token)}, status=401)


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show and take the settings of this browser; show where everything is kept."""
    if request.method == "POST":
        theme = request.POST.get("theme", "")
        if theme not in THEMES:
            return _settings(
                request, error=gettext("That is not one of the looks. Pick one of these.")
            )
        response = redirect(f"{reverse('settings')}?saved=1")
        _set(response, THEME, theme)
        _set(response, KEYS, "on" if request.POST.get("single_keys") == "on" else "off")
        return response
    return _settings(request)


def _settings(request: HttpRequest, *, error: str = "") -> HttpResponse:
    context = {
        "themes": THEMES,
        "home": settings.HOME,
        "environment": environment(os.environ),
        "error": error,
        "saved": "saved" in request.GET,
    }
    return render(request, "setup/settings.html", context, status=422 if error else 200)


def _set(response: HttpResponse, name: str, value: str) -> None:
    secure = settings.SERVED
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Show what this is, what it does not claim, and whose work it contains."""
    return render(request, "setup/about.html", {"packages": licenses.packages(), **licenses.own()})

"""Watching: an expert's run of a case, with the reason for every move."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from whennot.shelf import load_case
from whennot.web.pages.watch import watched


@require_safe
def watch(request: HttpRequest, name: str) -> HttpResponse:
    """Show the run; nothing is kept of it."""
    case = load_case(name)
    return render(request, "cases/watch.html", watched(case))

"""The way in: four doors and the one next thing; what was played; calibration over all of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from whennot.practice.next_thing import next_thing
from whennot.shelf import load_case
from whennot.web.desk import desk
from whennot.web.pages import general


@require_safe
def doors(request: HttpRequest) -> HttpResponse:
    """Show the doors and what to do next."""
    home = desk().home
    following = next_thing(home)
    spec = load_case(following.case).spec if following.case else None
    context = {"next": following, "spec": spec, "recent": general.recent(home)}
    return render(request, "home.html", context)


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Show every play of this home, the newest first."""
    return render(request, "history.html", {"plays": general.history(desk().home)})


@require_safe
def calibration(request: HttpRequest) -> HttpResponse:
    """Show how well the forecasts of all plays hold up."""
    return render(request, "calibration.html", general.calibrated(desk().home))


@require_safe
def interview(request: HttpRequest) -> HttpResponse:
    """Say what the interview door will hold."""
    return render(request, "interview.html")

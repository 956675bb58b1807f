"""The shelf: all cases, one case with every number it rests on, and beginning one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from whennot.episode.table import Setup
from whennot.practice import plays
from whennot.shelf import load_case
from whennot.web.desk import desk
from whennot.web.pages import cases as pages


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show all cases in the order a newcomer should meet them."""
    context = {"cases": pages.catalogue(desk().home), "broken": pages.broken()}
    return render(request, "cases/catalogue.html", context)


@require_safe
def case(request: HttpRequest, name: str) -> HttpResponse:
    """Show one case: what is decided, what differs, every number with its source."""
    return render(request, "cases/case.html", pages.page(load_case(name), desk().home))


@require_POST
def play(_: HttpRequest, name: str) -> HttpResponse:
    """Begin a case in a world that was not met before."""
    found, home = load_case(name), desk().home
    setup = Setup(variant=plays.next_variant(home, found), flight=plays.next_flight(home))
    begun = desk().begin(found, setup=setup)
    return redirect("play", name=begun.name)

"""The roadmap: who you are, this week, the months, the gates."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from whennot.errors import PlayerError
from whennot.web.desk import desk
from whennot.web.forms.profile import ProfileForm
from whennot.web.pages import plan as pages


@require_http_methods(["GET", "HEAD", "POST"])
def roadmap(request: HttpRequest) -> HttpResponse:
    """Show the plan; before there is one, or to change it, ask four questions."""
    home = desk().home
    if request.method == "POST":
        form = ProfileForm(request.POST)
        if form.is_valid():
            pages.remember(home, form.cleaned_data)
            return redirect("roadmap")
        context = pages.page(home) | {"form": form, "asking": True}
        return render(request, "plan/roadmap.html", context, status=422)
    context = pages.page(home)
    said = pages.profile_of(home)
    context |= {
        "form": ProfileForm(initial=said or {}),
        "asking": context["plan"] is None or "change" in request.GET,
    }
    return render(request, "plan/roadmap.html", context)


@require_safe
def calendar(_: HttpRequest) -> HttpResponse:
    """Return the plan as a calendar file."""
    from whennot.roadmap.ics import to_ics

    plan = pages.plan_of(desk().home)
    if plan is None:
        raise PlayerError("there is no plan yet; say who you are on the roadmap page first")
    response = HttpResponse(to_ics(plan), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="roadmap.ics"'
    return response

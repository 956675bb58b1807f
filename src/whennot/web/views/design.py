"""The design page: every component in every state, for those who change how pages look."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from whennot.web.pages.specimen import specimens


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Show the components; only where ``WHENNOT_DESIGN=1`` asks for it."""
    if not settings.DESIGN_PAGE:
        raise Http404
    return render(request, "design.html", specimens())

"""The least a page can be, to hold ours against: one query, a template of one line.

``/bare/`` is served beside the product's own pages, by the same server in the same process. Used
by ``bench/web.py`` alone, which puts this module in the place of the product's addresses.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from whennot.web import urls as ours
from whennot.web.desk import desk

PAGE = Template("<!doctype html><title>{{ title }}</title><p>{{ title }}: {{ many }}</p>")


def bare(_: HttpRequest) -> HttpResponse:
    """Return a page with one number from the home."""
    many = desk().home.draft("nothing").version
    return HttpResponse(PAGE.render(Context({"title": "Drafts", "many": many})))


urlpatterns = [path("bare/", bare), *ours.urlpatterns]
handler400, handler403 = ours.handler400, ours.handler403
handler404, handler500 = ours.handler404, ours.handler500

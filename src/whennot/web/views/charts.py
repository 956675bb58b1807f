"""The files of a chart: the picture, its data, and how it is made."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from whennot import charts as draw_charts
from whennot.charts import Chart
from whennot.shelf import case_names, load_case
from whennot.web.desk import desk
from whennot.web.drawn import draw
from whennot.web.pages import figures, general
from whennot.web.pages.watch import WATCH, watch_chart

FORMS = ("svg", "png", "csv", "json")
GENERAL = "all"
"""Name in the address of charts that belong to no play."""


@require_safe
def chart(request: HttpRequest, name: str, chart: str, form: str) -> HttpResponse:
    """Return a chart as SVG (to save, or inline to be put into a page), PNG, CSV or Vega-Lite."""
    found = general.chart_of(desk().home, chart) if name == GENERAL else _of_play(name, chart)
    if found is None or form not in FORMS:
        raise Http404
    if form == "svg" and "inline" in request.GET:
        return HttpResponse(draw(found), content_type="text/html; charset=utf-8")
    return _file(found, form)


def _of_play(name: str, chart: str) -> Chart | None:
    if name.removeprefix(WATCH) in case_names() and name.startswith(WATCH):
        return watch_chart(load_case(name.removeprefix(WATCH)), chart)
    return figures.chart_of(desk().play(name), chart)


def _file(found: Chart, form: str) -> HttpResponse:
    content: str | bytes
    if form == "png":
        content, kind = draw_charts.png(found), "image/png"
    elif form == "svg":
        content, kind = draw_charts.svg_file(found), "image/svg+xml"
    elif form == "csv":
        content, kind = draw_charts.csv_text(found), "text/csv; charset=utf-8"
    else:
        content, kind = draw_charts.specification(found), "application/json"
    response = HttpResponse(content, content_type=kind)
    name = f"{found.name}.{'vl.json' if form == 'json' else form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

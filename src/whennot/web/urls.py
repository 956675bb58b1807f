"""Every page and where it is."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from whennot.web.views import (
    briefs,
    cases,
    charts,
    debrief,
    design,
    drafts,
    home,
    live,
    plan,
    plays,
    refused,
    setup,
    watch,
)


class Name(StringConverter):
    """A play or a case, whatever its folder is called.

    Only a forged name holds a slash; its link leads nowhere, but the page it is on is shown.
    """

    regex = r"[^/\\]+"

    def to_python(self, value: str) -> str:
        """Return the name in an address, unless it means a folder."""
        if value in {".", ".."}:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """Return the name as a piece of an address."""
        return value.replace("/", "-").replace("\\", "-") or "-"


register_converter(Name, "name")

urlpatterns: list[URLPattern] = [
    path("", home.doors, name="home"),
    path("sign-in/", setup.sign_in, name="sign-in"),
    path("healthz", setup.health, name="health"),
    path("favicon.ico", require_safe(RedirectView.as_view(url="/static/whennot/mark.svg"))),
    path("cases/", cases.catalogue, name="cases"),
    path("cases/<name:name>/", cases.case, name="case"),
    path("cases/<name:name>/play/", cases.play, name="begin"),
    path("cases/<name:name>/watch/", watch.watch, name="watch"),
    path("plays/", home.history, name="history"),
    path("plays/<name:name>/", plays.room, name="play"),
    path("plays/<name:name>/framing/", plays.framing, name="framing"),
    path("plays/<name:name>/ask/", plays.ask, name="ask"),
    path("plays/<name:name>/objective/", plays.objective, name="objective"),
    path("plays/<name:name>/decide/", plays.decide, name="decide"),
    path("plays/<name:name>/sealed/", plays.sealed, name="sealed"),
    path("plays/<name:name>/debrief/", debrief.page, name="debrief"),
    path("plays/<name:name>/debrief/parts/", debrief.parts, name="debrief-parts"),
    path("plays/<name:name>/debrief/stop/", debrief.stop, name="debrief-stop"),
    path("plays/<name:name>/appeal/", debrief.appeal, name="appeal"),
    path("plays/<name:name>/appeal/stop/", debrief.drop_appeal, name="drop-appeal"),
    path("plays/<name:name>/episode.json", debrief.file, name="episode-file"),
    path("plays/<name:name>/brief/", briefs.brief, name="brief"),
    path("plays/<name:name>/brief.pdf", briefs.pdf, name="brief-pdf"),
    path("plays/<name:name>/brief.md", briefs.text, name="brief-text"),
    path("charts/<name:name>/<slug:chart>.<slug:form>", charts.chart, name="chart"),
    path("live/<name:name>/", live.progress, name="live"),
    path("live/<name:name>/appeal/", live.appeal, name="live-appeal"),
    path("drafts/", drafts.save, name="drafts"),
    path("calibration/", home.calibration, name="calibration"),
    path("roadmap/", plan.roadmap, name="roadmap"),
    path("roadmap.ics", plan.calendar, name="roadmap-ics"),
    path("interview/", home.interview, name="interview"),
    path("portfolio/", briefs.portfolio, name="portfolio"),
    path("settings/", setup.settings_page, name="settings"),
    path("about/", setup.about, name="about"),
    path("design/", design.design, name="design"),
]
handler400 = refused.bad_request
handler403 = refused.forbidden
handler404 = refused.not_found
handler500 = refused.our_mistake

"""Every page and where it is."""

from __future__ import annotations

from django.urls import URLPattern, path
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

urlpatterns: list[URLPattern] = [
    path("", home.doors, name="home"),
    path("sign-in/", setup.sign_in, name="sign-in"),
    path("healthz", setup.health, name="health"),
    path("favicon.ico", RedirectView.as_view(url="/static/whennot/mark.svg")),
    path("cases/", cases.catalogue, name="cases"),
    path("cases/<slug:name>/", cases.case, name="case"),
    path("cases/<slug:name>/play/", cases.play, name="begin"),
    path("cases/<slug:name>/watch/", watch.watch, name="watch"),
    path("plays/", home.history, name="history"),
    path("plays/<slug:name>/", plays.room, name="play"),
    path("plays/<slug:name>/framing/", plays.framing, name="framing"),
    path("plays/<slug:name>/ask/", plays.ask, name="ask"),
    path("plays/<slug:name>/objective/", plays.objective, name="objective"),
    path("plays/<slug:name>/decide/", plays.decide, name="decide"),
    path("plays/<slug:name>/sealed/", plays.sealed, name="sealed"),
    path("plays/<slug:name>/debrief/", debrief.page, name="debrief"),
    path("plays/<slug:name>/debrief/parts/", debrief.parts, name="debrief-parts"),
    path("plays/<slug:name>/debrief/stop/", debrief.stop, name="debrief-stop"),
    path("plays/<slug:name>/appeal/", debrief.appeal, name="appeal"),
    path("plays/<slug:name>/episode.json", debrief.file, name="episode-file"),
    path("plays/<slug:name>/brief/", briefs.brief, name="brief"),
    path("plays/<slug:name>/brief.pdf", briefs.pdf, name="brief-pdf"),
    path("plays/<slug:name>/brief.md", briefs.text, name="brief-text"),
    path("charts/<slug:name>/<slug:chart>.<slug:form>", charts.chart, name="chart"),
    path("live/<slug:name>/", live.progress, name="live"),
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

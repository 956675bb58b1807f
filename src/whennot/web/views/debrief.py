"""The debrief: what happened at once, what it was worth as soon as it is known."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from whennot.errors import CaseError, PlayerError, WorldError
from whennot.practice.ahead import Ahead
from whennot.practice.keep import file_of
from whennot.practice.plays import Play
from whennot.web import kept
from whennot.web.desk import desk
from whennot.web.forms.appeal import AppealForm
from whennot.web.pages import debrief as pages
from whennot.web.pages import figures
from whennot.web.pages.appeal import told
from whennot.web.pages.rooms import room
from whennot.web.pages.verdict import stage_words
from whennot.world.appeal import only_prices

CANNOT_RUN = (
    "The simulation cannot run with that value. Try one nearer to what it is now, or to its "
    "plausible range."
)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show the debrief; while the verdict is worked out, the quarter and how far it is."""
    play = desk().play(name)
    if play.episode.state != "debrief":
        return redirect("play", name=name)
    if "stopped" not in request.GET:
        desk().judging(name, again="again" in request.GET)
    return _debrief(request, name, "debrief/page.html")


@require_safe
def parts(request: HttpRequest, name: str) -> HttpResponse:
    """Return the inside of the debrief alone, for a page that waited; it begins nothing."""
    if desk().play(name).episode.state != "debrief":
        return redirect("play", name=name)
    return _debrief(request, name, "debrief/parts.html")


@require_POST
def stop(_: HttpRequest, name: str) -> HttpResponse:
    """End the working out of a verdict; looking at the debrief again starts it again."""
    play = desk().play(name)
    if play.episode.state != "debrief" or play.episode.findings is not None:
        return redirect("play", name=name)
    desk().cancel(name)
    return HttpResponseRedirect(f"{reverse('debrief', args=[name])}?stopped=1")


def _debrief(request: HttpRequest, name: str, template: str) -> HttpResponse:
    judging, play = desk().under_way(name), desk().play(name)
    partial = template.endswith("parts.html")
    if play.episode.findings is None:
        return render(request, template, _waiting(play, judging) | {"partial": partial})
    shown = figures.of_play(play)

    def context() -> dict[str, Any]:
        all_of_it = room(play) | pages.happened(play.episode) | pages.judged(play.episode)
        return all_of_it | {"figures": shown, "partial": partial}

    drawn = tuple(bool(figure.svg) for figure in shown.values())
    return kept.page(request, template, play.episode, context, besides=(play.written, drawn))


def _waiting(play: Play, judging: Ahead | None) -> dict[str, Any]:
    context = room(play) | pages.happened(play.episode)
    return context | {
        "share": round(100 * (0.0 if judging is None else judging.share)),
        "stage": "" if judging is None else stage_words(judging),
        "failed": judging is not None and judging.failed,
        "stopped": judging is None or (judging.stopped and not judging.failed),
        "figures": figures.quarter_only(play),
    }


@require_safe
def appeal(request: HttpRequest, name: str) -> HttpResponse:
    """Contest a number that is only assumed or fitted: the same decision, judged again.

    What is asked for stands in the address, so that a reload finds the same work under way.
    """
    play = desk().settled(name)
    form = AppealForm(play.episode, request.GET if "parameter" in request.GET else None)
    context: dict[str, Any] = room(play) | {"form": form, "query": request.GET.urlencode()}
    if form.is_bound and form.is_valid():
        try:
            context |= _contested(play, form.changes())
        except PlayerError as error:
            form.add_error(None, str(error))
        except (CaseError, WorldError):
            form.add_error("value", CANNOT_RUN)
    status = 422 if form.errors else 200
    return render(request, "debrief/appeal.html", context, status=status)


def _contested(play: Play, changes: dict[str, float]) -> dict[str, Any]:
    """Return the verdict after an appeal, or how far it is."""
    contest = desk().contest(play.name, changes)
    if set(changes) <= only_prices(play.episode.case.spec) or contest.done:
        return {"again": told(play.episode, contest.result())}
    return {"working": True, "share": round(100 * contest.share)}


@require_POST
def drop_appeal(_: HttpRequest, name: str) -> HttpResponse:
    """End an appeal that is under way."""
    desk().drop_contests(name)
    return redirect("appeal", name=name)


@require_safe
def file(_: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """Return the sealed file of a finished play."""
    path = file_of(desk().home, desk().play(name).name)
    if not path.is_file():
        desk().settled(name)  # writes it; a full disk may have kept it from being there
    if not path.is_file():
        raise PlayerError(f"{name} has no file yet; look at its debrief first")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)

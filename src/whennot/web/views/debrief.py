"""The debrief: what happened at once, what it was worth as soon as it is known."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from whennot.errors import CaseError, PlayerError, WorldError
from whennot.practice.keep import file_of
from whennot.practice.plays import Play
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
    return render(request, "debrief/page.html", _context(play, again="again" in request.GET))


@require_safe
def parts(request: HttpRequest, name: str) -> HttpResponse:
    """Return the inside of the debrief alone, to be put into a page that waited for it."""
    play = desk().play(name)
    if play.episode.state != "debrief":
        return redirect("play", name=name)
    return render(request, "debrief/parts.html", _context(play))


@require_POST
def stop(request: HttpRequest, name: str) -> HttpResponse:
    """End the working out of a verdict; looking at the debrief again starts it again."""
    play = desk().play(name)
    if play.episode.state != "debrief" or play.episode.findings is not None:
        return redirect("play", name=name)
    desk().cancel(name)
    context = room(play) | pages.happened(play.episode) | {"stopped": True}
    context |= {"figures": figures.quarter_only(play)}
    return render(request, "debrief/page.html", context)


def _context(play: Play, *, again: bool = False) -> dict[str, Any]:
    judging = desk().judging(play.name, again=again)
    play = desk().play(play.name)
    context = room(play) | pages.happened(play.episode)
    if play.episode.findings is None:
        share = 0.0 if judging is None else judging.share
        words = "" if judging is None else stage_words(judging)
        return context | {
            "share": round(100 * share),
            "stage": words,
            "failed": judging is not None and judging.failed,
            "figures": figures.quarter_only(play),
        }
    return context | pages.judged(play.episode) | {"figures": figures.of_play(play)}


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
    desk().drop_contest(name)
    return redirect("appeal", name=name)


@require_safe
def file(_: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """Return the sealed file of a finished play."""
    desk().settled(name)
    path = file_of(desk().home, name)
    if not path.is_file():
        raise PlayerError(f"{name} has no file yet; look at its debrief first")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)

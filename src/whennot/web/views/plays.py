"""A play, room by room. Every room is one form; what is typed becomes one move."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from whennot.errors import EpisodeError, PlayerError
from whennot.practice.plays import Play
from whennot.web import kept
from whennot.web.desk import desk
from whennot.web.forms import moves as forms
from whennot.web.pages import rooms
from whennot.web.pages.drafts import done_with, initial_of

ROOMS: dict[str, tuple[type[forms.MoveForm], str]] = {
    "brief": (forms.BeginForm, "play/brief.html"),
    "sign-off": (forms.SignOffForm, "play/sign_off.html"),
    "forecast": (forms.ForecastForm, "play/forecast.html"),
    "operating": (forms.OperateForm, "play/operate.html"),
    "review": (forms.ReviewForm, "play/review.html"),
}


WITHIN = {"play/objective.html": "Objective", "play/decide.html": "Decide"}
"""Rooms that are entered while framing goes on, with their station."""


@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, name: str) -> HttpResponse:
    """Show a play where it stands, and take the move that is made there."""
    play = desk().play(name)
    where = rooms.room_of(play.episode)
    if where == "debrief":
        return redirect("debrief", name=name)
    if where == "framing":
        return redirect("framing", name=name)
    form, template = ROOMS[where]
    after = "sealed" if where == "forecast" else "play"
    return _room(request, play, where, form, template, after=after)


@require_safe
def framing(request: HttpRequest, name: str) -> HttpResponse:
    """Show the framing room: what can be asked, who can be heard, what is known."""
    play = desk().play(name)
    if play.episode.state != "framing":
        return redirect("play", name=name)
    return kept.page(
        request,
        "play/framing.html",
        play.episode,
        lambda: rooms.room(play) | {"form": forms.AskForm(play)},
        besides=play.written,
    )


@require_POST
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """Ask a question or hear somebody, and come back to the framing room."""
    play = desk().play(name)
    if play.episode.state != "framing":
        return redirect("play", name=name)
    form = forms.AskForm(play, request.POST)
    sent = _send(play, form)
    if sent is None:
        return _page(request, play, "play/framing.html", form=form, status=422)
    what = form.cleaned_data["what"].partition(":")[2]
    return HttpResponseRedirect(f"{reverse('framing', args=[name])}#{what}")


@require_http_methods(["GET", "HEAD", "POST"])
def objective(request: HttpRequest, name: str) -> HttpResponse:
    """Say what "best" means, before anything is decided."""
    play = desk().play(name)
    if "objective" not in play.episode.allowed():
        return _too_late(request, play)
    return _room(
        request, play, "objective", forms.ObjectiveForm, "play/objective.html", after="decide"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, name: str) -> HttpResponse:
    """Commit to a decision."""
    play = desk().play(name)
    if "decide" not in play.episode.allowed():
        return _too_late(request, play)
    return _room(request, play, "decide", forms.DecideForm, "play/decide.html", after="play")


@require_safe
def sealed(request: HttpRequest, name: str) -> HttpResponse:
    """Show the moment of sealing: what stands now, and cannot be changed."""
    play = desk().play(name)
    if play.episode.state not in {"operating", "review", "debrief"}:
        return redirect("play", name=name)
    return _page(request, play, "play/sealed.html", seal=rooms.seal_of(play.episode))


def _room(
    request: HttpRequest,
    play: Play,
    where: str,
    kind: type[forms.MoveForm],
    template: str,
    *,
    after: str,
) -> HttpResponse:
    """Show one form of a play, or take what was typed into it."""
    document = rooms.document_of(play, where)
    if request.method != "POST":
        form = kind(play, initial=initial_of(desk().home, document))
        return _page(request, play, template, form=form, document=document)
    form = kind(play, request.POST)
    if _send(play, form) is None:
        more: dict[str, Any] = {"document": document, "unsaved": True}
        return _page(request, play, template, form=form, status=422, **more)
    done_with(desk().home, document)
    return redirect(after, name=play.name)


def _send(play: Play, form: forms.MoveForm) -> Play | None:
    """Return the play after the form's move; None where the form says what is wrong."""
    valid, seen = form.is_valid(), form.cleaned_data.get("seen")
    if seen is not None and seen != play.written:
        raise _overtaken(play)
    if not valid:
        return None
    try:
        move = form.move()
        return desk().send(play.name, move, seen=play.written if seen is None else seen)
    except EpisodeError:
        raise
    except (PlayerError, ValueError) as error:
        form.add_error(None, str(error))
        return None


def _too_late(request: HttpRequest, play: Play) -> HttpResponse:
    """Go where the play stands; what was typed for a room that is gone is shown, not dropped."""
    if request.method == "POST":
        raise _overtaken(play)
    return redirect("play", name=play.name)


def _overtaken(play: Play) -> EpisodeError:
    return EpisodeError(
        f"{play.name} went on in another window. Nothing was lost: this is where it stands now."
    )


def _page(
    request: HttpRequest, play: Play, template: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = rooms.room(play) | more
    if template in WITHIN:
        context["steps"] = list(rooms.steps(play.episode, at=WITHIN[template]))
    if more.get("document"):
        context["draft"] = desk().home.draft(more["document"])
    return render(request, template, context, status=status)

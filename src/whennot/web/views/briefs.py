"""The portfolio: the decision brief of every finished play, to edit, print and save."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from whennot.practice.plays import Play
from whennot.prove.pdf import Paper
from whennot.web.desk import desk
from whennot.web.forms.brief import BriefForm
from whennot.web.pages import brief as pages
from whennot.web.pages import general
from whennot.web.pages.drafts import fields_of

PAPERS: dict[str, Paper] = {"a4": "a4", "us-letter": "us-letter"}


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """Show the finished plays, each with its brief."""
    rows = [row for row in general.history(desk().home) if row.finished]
    return render(request, "prove/portfolio.html", {"plays": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def brief(request: HttpRequest, name: str) -> HttpResponse:
    """Show the brief as a page, with its text below it to be edited."""
    play = _finished(name)
    if play is None:
        return redirect("debrief", name=name)
    if request.method == "POST":
        return _edit(request, play)
    return render(request, "prove/brief.html", pages.page(desk().home, play))


def _edit(request: HttpRequest, play: Play) -> HttpResponse:
    """Save what was typed; beside what another window saved meanwhile, never over it."""
    form, home = BriefForm(request.POST), desk().home
    text, errors, theirs, status = request.POST.get("text", ""), [], "", 422
    if form.is_valid():
        try:
            kept, mine = pages.save(home, play.name, text, base=form.cleaned_data["base"] or 0)
        except ValueError as error:
            errors = [str(error)]
        else:
            if mine:
                return redirect("brief", name=play.name)
            theirs, status = str(fields_of(kept).get("text", "")), 409
    else:
        errors = [str(message) for field in form.errors.values() for message in field]
    context = pages.page(home, play) | {"text": text, "body": pages.body_of(text)}
    context |= {"prompts": pages.prompts_in(text)}
    context |= {"errors": errors, "theirs": theirs, "unsaved": True}
    context["base"] = form.cleaned_data.get("base") or 0
    return render(request, "prove/brief.html", context, status=status)


@require_safe
def pdf(request: HttpRequest, name: str) -> HttpResponse:
    """Return the brief as PDF, with what was edited."""
    play = _finished(name)
    if play is None:
        return redirect("debrief", name=name)
    paper = request.GET.get("paper", "a4")
    content = pages.pdf_of(desk().home, play, paper=PAPERS.get(paper, "a4"))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}-brief.pdf"'
    return response


@require_safe
def text(_: HttpRequest, name: str) -> HttpResponse:
    """Return the brief's text as it was edited, as Markdown."""
    play = _finished(name)
    if play is None:
        return redirect("debrief", name=name)
    content = pages.text_of(desk().home, play)
    response = HttpResponse(content, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-brief.md"'
    return response


def _finished(name: str) -> Play | None:
    """Return a play whose verdict is there; None where its debrief has to work it out first."""
    play = desk().play(name)
    return None if play.episode.findings is None else play

"""The portfolio: the decision brief of every finished play, to edit, print and save."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from whennot import __version__
from whennot.clock import today
from whennot.practice.keep import seal_of
from whennot.practice.plays import Play
from whennot.prove.brief import Brief, compose
from whennot.prove.markdown import to_markdown
from whennot.web.desk import desk
from whennot.web.forms.fields import words
from whennot.web.pages import general
from whennot.web.pages.brief import body_of

LONGEST = 60_000
PAPERS = {"a4", "us-letter"}


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """Show the finished plays, each with its brief."""
    rows = [row for row in general.history(desk().home) if row.finished]
    return render(request, "prove/portfolio.html", {"plays": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def brief(request: HttpRequest, name: str) -> HttpResponse:
    """Show the brief as a page, with its text beside it to be edited."""
    play = desk().settled(name)
    document = f"{name}/brief"
    made = _made(play)
    draft = desk().home.draft(document)
    field = words("Your text", rows=24, most=LONGEST)
    text, errors, status = _text(play, made), [], 200
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            field.clean(text)
            _save(document, text)
        except ValidationError as error:
            errors, status = error.messages, 422
        except ValueError as error:
            errors, status = [str(error)], 422
        else:
            return redirect("brief", name=name)
    context: dict[str, Any] = {
        "play": play,
        "spec": play.episode.case.spec,
        "made": made,
        "text": text,
        "body": body_of(text),
        "document": document,
        "draft": draft,
        "errors": errors,
        "edited": text != to_markdown(made),
        "prompts": len(made.prompts),
    }
    return render(request, "prove/brief.html", context, status=status)


@require_safe
def pdf(request: HttpRequest, name: str) -> HttpResponse:
    """Return the brief as one page of PDF."""
    from whennot.prove.pdf import to_pdf

    paper = request.GET.get("paper", "a4")
    made = to_pdf(_made(desk().settled(name)), paper=paper if paper in PAPERS else "a4")  # type: ignore[arg-type]
    response = HttpResponse(made.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}-brief.pdf"'
    return response


@require_safe
def text(_: HttpRequest, name: str) -> HttpResponse:
    """Return the brief's text as it was edited, as Markdown."""
    play = desk().settled(name)
    response = HttpResponse(_text(play, _made(play)), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-brief.md"'
    return response


def _made(play: Play) -> Brief:
    seal = seal_of(desk().home, play, engine=__version__)
    return compose(play.episode, play=play.name, made=today(), seal=seal, engine=__version__)


def _text(play: Play, made: Brief) -> str:
    """Return the text as it was last edited, else as it was made."""
    from whennot.web.pages.drafts import initial_of

    edited = initial_of(desk().home, f"{play.name}/brief").get("text")
    return str(edited) if edited else to_markdown(made)


def _save(document: str, text: str) -> None:
    import json

    from whennot.clock import now

    home = desk().home
    base = home.draft(document).version
    home.save_draft(document, json.dumps({"text": text}, ensure_ascii=False), base=base, now=now())

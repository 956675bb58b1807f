"""The decision brief of a play: as it was made, as it was edited, and what its page shows."""

from __future__ import annotations

import json
import re
from typing import Any

from whennot import __version__
from whennot.clock import now, today
from whennot.home import Draft, Home
from whennot.practice.keep import seal_of
from whennot.practice.plays import Play
from whennot.prove.blocks import PROMPT
from whennot.prove.brief import Brief, compose
from whennot.prove.markdown import divided, to_markdown
from whennot.prove.parts import NO_AUTHOR
from whennot.prove.pdf import Paper
from whennot.web.pages.drafts import fields_of


def document_of(name: str) -> str:
    """Return what the edited text of a play's brief is called among the drafts."""
    return f"{name}/brief"


def made(home: Home, play: Play) -> Brief:
    """Return the brief as it comes of the play."""
    seal = seal_of(home, play, engine=__version__)
    return compose(play.episode, play=play.name, made=today(), seal=seal, engine=__version__)


def text_of(home: Home, play: Play) -> str:
    """Return the text as it was last edited, else as it was made."""
    edited = str(fields_of(home.draft(document_of(play.name))).get("text") or "")
    own = to_markdown(made(home, play))
    if not edited.strip():
        return own
    # What is for files and not for readers is not typed by anybody; it is added again here.
    return edited if divided(edited)[0] else f"{own[: len(own) - len(divided(own)[1])]}{edited}"


def save(home: Home, name: str, text: str, *, base: int) -> tuple[Draft, bool]:
    """Save an edited text; see `Home.save_draft`."""
    content = json.dumps({"text": text}, ensure_ascii=False)
    return home.save_draft(document_of(name), content, base=base, now=now())


def pdf_of(home: Home, play: Play, *, paper: Paper) -> bytes:
    """Return the brief as PDF: one page as it was made, or the text as it was edited."""
    from whennot.web.printed import apart  # the typesetter is heavy, and most pages need none

    own, text = made(home, play), text_of(home, play)
    return apart(text if is_edited(text, own) else None, brief=own, paper=paper)


def is_edited(text: str, own: Brief) -> bool:
    """Return whether a text says something else than the brief as it was made.

    The day it was made is not compared, nor how a browser ends lines.
    """
    return _undated(text) != _undated(to_markdown(own))


def _undated(text: str) -> tuple[str, str]:
    front, body = divided(text)
    return re.sub(r"^date: .*$", "", front, flags=re.MULTILINE), body.rstrip()


def page(home: Home, play: Play) -> dict[str, Any]:
    """Return what the page of a brief shows."""
    own, text = made(home, play), text_of(home, play)
    return {
        "play": play,
        "spec": play.episode.case.spec,
        "text": body_of(text).lstrip("\n"),
        "body": body_of(text),
        "document": document_of(play.name),
        "draft": home.draft(document_of(play.name)),
        "edited": is_edited(text, own),
        "prompts": prompts_in(text),
    }


def body_of(text: str) -> str:
    """Return a Markdown text without its front matter, which is for files and not for readers."""
    return divided(text)[1]


def prompts_in(text: str) -> int:
    """Return how many places of a text, as it is shown, still wait for words."""
    body = body_of(text)
    return len(PROMPT.findall(body)) + body.count(NO_AUTHOR)

"""The decision brief of a play: as it was made, as it was edited, and what its page shows."""

from __future__ import annotations

import json
from typing import Any

from whennot import __version__
from whennot.clock import now, today
from whennot.home import Draft, Home
from whennot.practice.keep import seal_of
from whennot.practice.plays import Play
from whennot.prove.brief import Brief, compose
from whennot.prove.markdown import to_markdown
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
    edited = fields_of(home.draft(document_of(play.name))).get("text")
    return str(edited) if edited else to_markdown(made(home, play))


def save(home: Home, name: str, text: str, *, base: int) -> tuple[Draft, bool]:
    """Save an edited text; see `Home.save_draft`."""
    content = json.dumps({"text": text}, ensure_ascii=False)
    return home.save_draft(document_of(name), content, base=base, now=now())


def page(home: Home, play: Play) -> dict[str, Any]:
    """Return what the page of a brief shows."""
    own, text = made(home, play), text_of(home, play)
    return {
        "play": play,
        "spec": play.episode.case.spec,
        "text": text,
        "body": body_of(text),
        "document": document_of(play.name),
        "draft": home.draft(document_of(play.name)),
        "edited": text != to_markdown(own),
        "prompts": len(own.prompts),
    }


def body_of(text: str) -> str:
    """Return a Markdown text without its front matter, which is for files and not for readers."""
    lines = text.split("\n")
    if lines and lines[0].strip() == "---":
        for place, line in enumerate(lines[1:], 1):
            if line.strip() == "---":
                return "\n".join(lines[place + 1 :])
    return text

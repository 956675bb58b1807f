"""An edited brief as PDF: the text as it stands now, over as many pages as it takes.

The template (`edited.typ`) looks like the made brief's and is fed as that one is: what people
typed reaches typst as data (`blocks`), never as source.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from whennot.prove.blocks import blocks_of
from whennot.prove.markdown import divided
from whennot.prove.parts import Brief
from whennot.prove.pdf import Page, Paper, around, compiled, inputs
from whennot.prove.wording import clean

TEMPLATE = Path(__file__).with_name("edited.typ")


def to_pdf(text: str, *, brief: Brief, paper: Paper = "a4") -> Page:
    """Return an edited text as PDF; nothing is cut.

    Args:
        text: Markdown. Of its front matter, which is for files, only the author is used.
        brief: as it was made, whose title, date and provenance stay.
        paper: ``a4`` or ``us-letter``.
    """
    front, body = divided(text)
    mine = replace(brief, author=_author(front) or brief.author)
    shown = around(mine, paper=paper) | {"blocks": blocks_of(body), "undrawn": False}
    pdf, undrawn = compiled(TEMPLATE, inputs(shown), made=brief.made)
    if undrawn:
        # A player may write in letters that typst's own fonts lack, and this machine's have.
        how = inputs(shown | {"undrawn": True}) | {"ignore_system_fonts": False}
        pdf, undrawn = compiled(TEMPLATE, how, made=brief.made)
    return Page(pdf, 0, undrawn)


def _author(front: str) -> str:
    """Return the author in a front matter: quoted as our own files quote, or bare."""
    found = re.search(r"^author:(.*)$", front, re.MULTILINE)
    typed = found[1].strip() if found else ""
    try:
        return clean(str(json.loads(typed))) if typed.startswith('"') else clean(typed)
    except ValueError:
        return clean(typed.strip('"'))

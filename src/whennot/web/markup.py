"""Markdown to HTML that can hold nothing but text: no scripts, no styles, no pictures."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape
from typing import Any

TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
HEADINGS_START = 2
_LEAD = re.compile(r"<p>([^<]*)</p>\s*$")
"""A page has one first-level heading, its own; those of a text begin below it."""


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def brief_html(text: str, *, fold: str) -> str:
    """Return a case's brief as HTML without its heading, its last table, the ranges, folded.

    Args:
        text: Markdown.
        fold: what the folded table is called; plain text.
    """
    opens = f'<details class="aside"><summary>{escape(fold)}</summary><table>'
    made = html_of(text, titled=False)
    before, table, after = made.rpartition("<table>")
    if not table:
        return made
    # The sentence that leads to the table becomes what opens it; a colon before nothing is none.
    lead = _LEAD.search(before)
    if lead:
        before = before[: lead.start()]
        opens = opens.replace(escape(fold), f"{lead[1].strip().removesuffix(':')}. {escape(fold)}")
    return f"{before}{opens}{after.replace('</table>', '</table></details>')}"


@lru_cache(maxsize=48)
def html_of(text: str, *, titled: bool = True) -> str:
    """Return Markdown as HTML; what is not plain text, lists, tables and links is left out.

    Args:
        text: Markdown.
        titled: False leaves out a heading it begins with, for a page that has said it already.
    """
    import nh3

    tokens = _parser().parse(text)
    if not titled and tokens and tokens[0].type == "heading_open":
        tokens = tokens[3:]
    least = min((int(t.tag[1]) for t in tokens if t.type == "heading_open"), default=1)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) - least + HEADINGS_START)}"
    for opens, inside, closes in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opens.type == "th_open" and not inside.content:
            opens.tag = closes.tag = "td"  # an empty corner is the heading of nothing
    made = _parser().renderer.render(tokens, _parser().options, {})
    tags = TAGS | {"h5", "h6"}
    return nh3.clean(made, tags=tags, attributes={"a": {"href"}}, link_rel="noreferrer")

"""A Markdown text as plain data to be set in type: blocks, and in them runs of text.

Whatever was typed becomes a string in this data; raw HTML and what is no Markdown stay text. It
holds no text but what a reader sees, and nests no deeper than a page can show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any

from whennot.prove.wording import for_print, printable, unstacked

Runs = list[dict[str, Any]]
Blocks = list[dict[str, Any]]

PROMPT = re.compile(r"\[your words: [^\[\]]*\]")
"""What stands where words are still to be written."""
DEEPEST = 5
"""Lists and quotes in one another; what lies deeper stands beside its parent."""
DEEPEST_READ = 100
"""Lists and quotes that are read at all. The parser leaves out the rest; its own limit is 20."""
MOST_COLUMNS = 12
"""Of a table; a wider one is shown row by row, as text."""


@cache
def _parser(*, inline: bool) -> Any:
    """Return the parser of blocks, or of the text in them, as pages use it (web/markup.py)."""
    from markdown_it import MarkdownIt

    if inline:
        return MarkdownIt("commonmark", {"html": False})
    deep = {"html": False, "maxNesting": DEEPEST_READ}
    return MarkdownIt("commonmark", deep).enable("table").disable("inline")


def blocks_of(markdown: str) -> Blocks:
    """Return what a text consists of, each block with its ``kind`` and what belongs to it.

    ``paragraph`` and ``heading`` have runs, ``code`` a text, ``quote`` blocks, ``list`` and
    ``enum`` items of blocks, ``table`` a head and rows of cells; ``rule`` has nothing.
    """
    from markdown_it.tree import SyntaxTreeNode

    env: dict[str, Any] = {}
    tokens = _parser(inline=False).parse(markdown, env)
    return _Reader(env).blocks(SyntaxTreeNode(tokens), depth=0)


class _Reader:
    """Reads one text: knows its link addresses and how deep its last heading was."""

    def __init__(self, env: dict[str, Any]) -> None:
        self.env = env
        self.level = 0

    def blocks(self, parent: Any, *, depth: int) -> Blocks:
        return [block for node in parent.children for block in self.block(node, depth=depth)]

    def block(self, node: Any, *, depth: int) -> Iterator[dict[str, Any]]:
        match node.type:
            case "paragraph":
                yield {"kind": "paragraph", "runs": self.runs(node)}
            case "heading":
                yield from self.heading(node)
            case "fence" | "code_block":
                yield {"kind": "code", "text": _lines(node.content)}
            case "hr":
                yield {"kind": "rule"}
            case "table":
                yield from self.table(node)
            case "blockquote":
                inside = self.blocks(node, depth=depth + 1)
                yield from inside if depth >= DEEPEST else [{"kind": "quote", "blocks": inside}]
            case "bullet_list" | "ordered_list":
                yield from self.list(node, depth=depth)

    def heading(self, node: Any) -> Iterator[dict[str, Any]]:
        runs, depth = self.runs(node), int(node.tag[1])
        if any(run.get("text", "").strip() for run in runs):
            self.level = min(depth, self.level + 1)
            yield {"kind": "heading", "depth": depth, "level": self.level, "runs": runs}

    def list(self, node: Any, *, depth: int) -> Iterator[dict[str, Any]]:
        ordered = node.type == "ordered_list"
        start = int(node.attrs.get("start", 1)) if ordered else 1
        items = [self.blocks(item, depth=depth + 1) for item in node.children]
        if depth >= DEEPEST:
            for number, item in enumerate(items, start):
                yield from _marked(item, f"{number}. " if ordered else "• ")
            return
        tight = all(
            p.hidden for item in node.children for p in item.children if p.type == "paragraph"
        )
        yield {
            "kind": "enum" if ordered else "list",
            "start": start,
            "tight": tight,
            "items": items,
        }

    def table(self, node: Any) -> Iterator[dict[str, Any]]:
        rows = [row.children for part in node.children for row in part.children]
        align = [_side(cell) for cell in rows[0]]
        cells = [[{"runs": self.runs(cell)} for cell in row] for row in rows]
        if len(align) > MOST_COLUMNS:
            bar = {"kind": "text", "text": " | "}
            for row in cells:
                filled = [cell["runs"] for cell in row if cell["runs"]]
                runs = [run for cell in filled for run in (bar, *cell)]
                yield {"kind": "paragraph", "runs": runs[1:]}
            return
        head = [cell["runs"] for cell in cells[0]]
        yield {"kind": "table", "align": align, "head": head, "rows": cells[1:]}

    def runs(self, node: Any) -> Runs:
        """Return the text in a block, cut where its style changes."""
        content = "\n".join(child.content for child in node.children if child.type == "inline")
        tokens: list[Any] = []
        parser = _parser(inline=True)
        parser.inline.parse(content, parser, self.env, tokens)
        return list(_joined(_runs(tokens)))


def _marked(item: Blocks, mark: str) -> Blocks:
    """Return an item's blocks, the mark of the list before its first words."""
    run: dict[str, Any] = {"kind": "text", "text": mark}
    if not item or "runs" not in item[0]:
        return [{"kind": "paragraph", "runs": [run]}, *item]
    return [{**item[0], "runs": [run, *item[0]["runs"]]}, *item[1:]]


def _runs(tokens: list[Any]) -> Iterator[dict[str, Any]]:
    style: dict[str, int] = {"em": 0, "strong": 0}
    address, words = "", ""
    for token in tokens:
        if token.tag in style:
            style[token.tag] += token.nesting
            continue
        shown, kind = token.content, "text"
        match token.type:
            case "code_inline":
                kind = "code"
            case "softbreak":
                shown = " "
            case "hardbreak":
                yield {"kind": "break"}
                continue
            case "image":
                shown = f"{token.content} ({token.attrs['src']})"
            case "link_open":
                address, words = str(token.attrs["href"]), ""
                continue
            case "link_close":
                shown = "" if _same(address, words) else f" ({address})"
        words += shown
        styles = {"emphasis": style["em"] > 0, "strong": style["strong"] > 0}
        yield {"kind": kind, "text": shown} | {name: True for name, on in styles.items() if on}


def _same(address: str, words: str) -> bool:
    """Return whether a link says its own address, so that it need not stand there twice."""
    return address.removeprefix("mailto:") in {words, ""}


def _joined(runs: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield runs with neighbors of one style made one, cleaned, and prompts set apart."""
    for style, alike in groupby(runs, key=lambda run: {**run, "text": ""}):
        text = set_text("".join(str(run.get("text", "")) for run in alike))
        at = 0
        if style["kind"] == "break":
            yield {"kind": "break"}
            continue
        for found in PROMPT.finditer(text) if style["kind"] == "text" else ():
            yield from _part(style, text[at : found.start()])
            yield {"kind": "prompt", "text": found[0]}
            at = found.end()
        yield from _part(style, text[at:])


def _part(run: dict[str, Any], text: str) -> Iterator[dict[str, Any]]:
    if text:
        yield {**run, "text": text}


def set_text(text: str) -> str:
    """Return a line as it is set: printable, spaces single, numbers held together."""
    return for_print(printable(re.sub(r"[ \t\n]+", " ", text)))


def _lines(code: str) -> str:
    lines = (unstacked(printable(line.expandtabs(4))) for line in code.rstrip("\n").split("\n"))
    return "\n".join(lines)


def _side(cell: Any) -> str:
    style = str(cell.attrs.get("style", ""))
    return style.removeprefix("text-align:") or "left"

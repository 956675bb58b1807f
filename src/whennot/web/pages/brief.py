"""The text of a brief as a page: its front matter is for files, not for readers."""

from __future__ import annotations


def body_of(text: str) -> str:
    """Return a Markdown text without its YAML front matter."""
    lines = text.split("\n")
    if lines and lines[0].strip() == "---":
        for place, line in enumerate(lines[1:], 1):
            if line.strip() == "---":
                return "\n".join(lines[place + 1 :])
    return text

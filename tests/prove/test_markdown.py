"""The Markdown is a record to edit: typed fields in front, nothing cut, nothing read as markup."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from whennot.prove.markdown import escape, to_markdown
from whennot.prove.parts import SECTIONS
from whennot.prove.wording import clean

HOSTILE = [
    "# heading",
    "--- \n# more",
    "| a | b |\n| - | - |",
    "<script>alert(1)</script>",
    "**bold** _it_ `code` [link](http://x) ![img](x)",
    "1. one\n2. two",
    "- item",
    "> quote",
    "&lt; &copy; & co",
    "$x^2$ costs $5",
    "~~gone~~ \\ back\\slash",
    "C# and F#",
    "=== ===",
    ": definition",
    "مرحبا 👩‍👩‍👧 Ünï",
]


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)


def fields_of(markdown: str) -> dict[str, object]:
    """Return the front matter's plain fields; what is quoted there is quoted as in JSON."""
    front = markdown.split("---\n")[1]
    found = {}
    for name, value in re.findall(r"^([a-z_]+): (.+)$", front, re.MULTILINE):
        found[name] = json.loads(value) if re.match(r'["\d]|null|\[', value) else value
    return found


def test_the_front_matter_makes_it_a_record(brief, episode):
    fields = fields_of(to_markdown(brief))

    assert fields == {
        "id": "decision-brief-a-play-1",
        "type": "decision-brief",
        "title": brief.title,
        "author": "[your name]",
        "status": "draft",
        "date": "2026-11-23",
        "version": 1,
        "provenance": "simulated",
        "case": "meeting-summarizer",
        "case_version": episode.case.spec.version,
        "variant": 1,
        "challenge": None,
        "flight": "first",
        "engine": "0.1.0",
        "seal": brief.provenance.seal,
        "reviewers": [],
    }
    assert '  - relation: rests-on\n    to: "episode:a-play-1"\n' in to_markdown(brief)


def test_every_section_is_there_once_in_order(brief):
    headings = re.findall(r"^## (.+)$", to_markdown(brief), re.MULTILINE)

    assert headings == list(SECTIONS.values())


def test_percent_is_held_to_its_number_and_nothing_negative_has_a_hyphen(brief, silent):
    for page in (brief, silent):
        body = to_markdown(page).split("---\n", 2)[2]

        assert re.search(r"\d\u00a0%", body)
        assert not re.search(r"\d ?%", body)
        assert not re.search(r"(?<![\w|:])-[$\d]", body)


def test_prompts_read_as_they_stand(silent):
    page = to_markdown(silent)

    assert all(prompt in page for prompt in silent.prompts)
    assert "[your words: what you now believe" in html.unescape(rendered(page))


def test_nothing_is_cut_however_long_it_is(typed):
    long = " ".join(f"word{i}" for i in range(300))

    assert to_markdown(typed(long)).count(long) >= 12


@pytest.mark.parametrize("text", HOSTILE)
def test_what_was_typed_never_becomes_markup(typed, brief, text):
    shown = clean(text)
    page = to_markdown(typed(shown))
    body = rendered(page.split("---\n", 2)[2])

    plain = rendered(to_markdown(brief).split("---\n", 2)[2])
    for tag in (
        "<h1",
        "<h2",
        "<table",
        "<em",
        "<code",
        "<a ",
        "<s>",
        "<script",
        "<ol",
        "<blockquote",
    ):
        assert body.count(tag) == plain.count(tag), tag
    assert shown in html.unescape(re.sub(r"</?strong>", "", body))
    assert fields_of(page)["author"] == shown


@given(st.one_of(st.sampled_from(HOSTILE), st.text(), st.text("#*_`[]<>|~&$\\-+=:.) 1aé")))
def test_escaped_text_renders_to_the_same_text(text):
    shown = clean(text)
    found = re.fullmatch(r"<p>(.*)</p>\n|", rendered(escape(shown)), re.DOTALL)

    assert found
    assert html.unescape(found[1] or "") == shown

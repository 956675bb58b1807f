"""The PDF of an edited brief holds what stands in the text, whatever that is, as text."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.prove.page import fonts, letters, pages

from whennot.prove import pdf
from whennot.prove.blocks import blocks_of
from whennot.prove.edited import to_pdf
from whennot.prove.markdown import to_markdown

LONGEST = 60_000
RICH = """# Mine

We do **not** build *it*, says `model.run()` and [the note](https://example.org/note).

1. one
2. two
   - under two

> said by a customer

| who | share |
|:--|--:|
| sales | 40 % |
| ragged |
| too | many | cells |

---

```
def f(x): return "#eval(1)"
```
"""
ENORMOUS = {
    "one word": "x" * LONGEST,
    "emoji": "🙃" * LONGEST,
    "brackets": "[" * LONGEST,
    "quotes in quotes": ("> " * 40 + "deep\n\n") * 600,
    "lists in lists": "".join(" " * (2 * i) + f"- level{i}\n" for i in range(200)),
    "one wide table": "|a" * 3000 + "|\n" + "|-" * 3000 + "|\n" + "|b" * 3000,
    "ragged rows": "|a|b|c|\n|-|:-:|--:|\n" + "|1|\n|1|2|3|4|5|\n||\n" * 200,
    "an unclosed fence": "~~~js\n" + "let a = 1 // #eval\n" * 2000,
    "headings out of order": "###### a\n# b\n### c\n#\n" * 300,
    "towers of marks": ("Z" + "\u0300" * 40) * 1400,
}
AS_TYPED = (
    '#eval("1")', "$x$", "@ref", '#panic("no")', "<label>", "<script>alert(1)</script>", "= h",
    "#pagebreak()", '#import "@preview/cetz:0.3.0": *', "// no comment", "/* nor this */", "--",
    "...",
)  # fmt: skip


def words(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def shown(text: str, brief) -> str:
    return letters(to_pdf(text, brief=brief).pdf).replace("\u200b", "")


def text_of(part) -> str:
    """Return all text in blocks."""
    if isinstance(part, str):
        return ""
    if isinstance(part, dict):
        return part.get("text", "") + "".join(text_of(p) for p in part.values())
    return "".join(text_of(p) for p in part) if isinstance(part, list) else ""


def test_what_was_edited_stands_in_the_pdf_and_what_was_taken_out_does_not(brief):
    made = to_markdown(brief)
    edited = made.replace("## Situation", "## How it stood").replace("Lumen Desk", "Our company")
    page = shown(edited, brief)

    assert words("HOW IT STOOD") in page
    assert words("Our company sells software for meetings") in page
    assert words("Lumen Desk sells") not in page


def test_the_front_matter_is_not_shown_and_the_seal_is(brief):
    page = shown(to_markdown(brief), brief)

    assert "provenance:simulated" not in page
    assert "reviewers" not in page
    assert page.count(words(brief.provenance.sentences[-1])) >= 2


def test_every_kind_of_markdown_is_set_as_what_it_is(brief):
    kinds = [block["kind"] for block in blocks_of(RICH)]
    page = shown(RICH, brief)

    assert kinds == ["heading", "paragraph", "enum", "quote", "table", "rule", "code"]
    assert words("We do not build it, says model.run() and the note") in page
    assert words("(https://example.org/note)") in page
    for text in ("2.two", "undertwo", "saidbyacustomer", "40%", "ragged", 'return"#eval(1)"'):
        assert text in page
    assert "**" not in page


def test_links_and_pictures_are_text_that_leads_nowhere(brief):
    made = to_pdf("[a](https://example.org) ![b](c.png) <https://d.example>", brief=brief)

    assert "a(https://example.org)b(c.png)https://d.example" in letters(made.pdf)
    assert b"/URI" not in made.pdf


def test_what_still_waits_for_words_is_set_apart():
    (block,) = blocks_of("Before [your words: why] and\n[your words: what else] after.")

    assert [run["text"] for run in block["runs"] if run["kind"] == "prompt"] == [
        "[your words: why]",
        "[your words: what else]",
    ]


def test_title_language_and_author_are_in_the_metadata(brief):
    text = to_markdown(brief)
    named = to_pdf(text.replace('author: "[your name]"', "author: Ada"), brief=brief).pdf

    assert b"/Lang(en)" in named
    assert b"/Title" in named
    assert b"/Author(Ada)" in named
    assert b"/Author" not in to_pdf(text, brief=brief).pdf
    assert b"pdfuaid:part" in named


def test_it_has_as_many_pages_as_it_takes_and_they_are_numbered(brief):
    made = to_pdf("a paragraph\n\n" * 400, brief=brief)

    assert pages(made.pdf) > 3
    assert f"1/{pages(made.pdf)}" in letters(made.pdf)
    assert letters(made.pdf).count("aparagraph") == 400
    assert made.cut == 0


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_it_is_of_the_paper_asked_for_and_the_same_text_gives_the_same_bytes(brief, paper):
    size = {"a4": b"[0 0 595.2756 841.8898]", "us-letter": b"[0 0 612 792]"}[paper]
    made = to_pdf(RICH, brief=brief, paper=paper)

    assert b"/MediaBox" + size in made.pdf
    assert to_pdf(RICH, brief=brief, paper=paper) == made
    assert fonts(made.pdf) <= {"LibertinusSerif", "DejaVuSansMono"}


# --- whatever was typed --------------------------------------------------------------------------


@pytest.mark.parametrize("typed", AS_TYPED)
def test_code_for_typst_or_a_browser_stays_text(brief, typed):
    assert words(f"a {typed} z") in shown(f"a {typed} z", brief)


@pytest.mark.parametrize("name", ENORMOUS)
def test_an_enormous_text_gives_a_pdf(brief, name):
    made = to_pdf(ENORMOUS[name][:LONGEST], brief=brief)

    assert pages(made.pdf) >= 1


def test_what_lies_deep_in_lists_and_quotes_is_not_lost(brief):
    text = "".join(" " * (2 * i) + f"- level{i}\n" for i in range(30))
    page = shown(text + "\n" + "> " * 60 + "deepest", brief)

    assert all(f"level{i}" in page for i in range(30))
    assert "deepest" in page


def test_a_table_too_wide_for_a_page_is_shown_as_text(brief):
    row = "|" + "|".join(f"cell{i}" for i in range(40)) + "|"
    page = shown(f"{row}\n{'|-' * 40}|\n{row}", brief)

    assert page.count("cell39") == 2


def test_letters_that_the_fonts_lack_are_told_in_the_page_and_break_nothing(brief):
    made = to_pdf("no font has this: \U000f0000", brief=brief)

    assert made.undrawn
    assert words("Some characters have no shape") in letters(made.pdf)


@pytest.mark.parametrize(
    "text", ["", "  \n", "\ufeff", "---\n", "---\na: b\n---\n", "\x00\ud800", "#"]
)
def test_a_text_of_nothing_gives_a_page(brief, text):
    assert pages(to_pdf(text, brief=brief).pdf) == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("abc 12", max_size=200))
def test_plain_words_are_kept_letter_by_letter(text):
    read = text_of(blocks_of(text))

    assert words(re.sub(r"^\s*\d+[.)] ", "", text)) == words(read)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text('#$*_@<[]>`\\"/=+-~{}()%&^|:. \n\t1aé\u05d0\u0301\u200d👩', max_size=300))
def test_any_text_gives_a_pdf(brief, text):
    assert to_pdf(text, brief=brief).pdf.startswith(b"%PDF")


def test_the_made_brief_and_the_edited_one_have_the_same_foot(brief):
    foot = words(" ".join(brief.provenance.sentences))

    assert letters(pdf.to_pdf(brief).pdf).count(foot) == 1
    assert shown(RICH, brief).count(foot) == 1

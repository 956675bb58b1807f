"""The PDF is one page whatever anybody typed, and what is typed is text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.prove.page import fonts, letters, pages

from whennot.prove import pdf
from whennot.prove.markdown import to_markdown
from whennot.prove.parts import SECTIONS, Setting
from whennot.prove.pdf import to_pdf
from whennot.prove.wording import clean

PAPERS = ("a4", "us-letter")
HOSTILE = {
    "typst": '#set page(height: 1cm) $x$ *a* _b_ @c <d> [e] ]] // \\ "q" `r` = h #pagebreak()',
    "a package from the network": '#import "@preview/cetz:0.3.0": *',
    "a program": '#{ let x = sys.inputs; panic("no") } #eval("1")',
    "control characters": "a\x00\x1b[31mred\u202egnp.exe \ud800",
    "minus signs": "−1" * 300,
    "towers of marks": ("Z" + "\u0300" * 40) * 40,
    "one long word": "x" * 2000,
    "right to left": "מה השתנה הלילה הזה " * 20,
    "Arabic": "ماذا حدث هنا؟ " * 20,
    "no-break spaces": "a\u00a0" * 500,
    "marks of byte order": "\ufeffwords\ufeff\ufffe",
}


def words(text: str) -> str:
    return "".join(text.split())


def fit_of(brief, paper="a4"):
    """Return what the template says about how the page was filled."""
    how = pdf._how(brief, paper=paper)
    return json.loads(typst.query(pdf.TEMPLATE, "<fit>", **how))[0]["value"]


# --- what is on it -------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS)
def test_it_is_one_page_of_the_paper_asked_for(brief, paper):
    made = to_pdf(brief, paper=paper)
    size = {"a4": b"[0 0 595.2756 841.8898]", "us-letter": b"[0 0 612 792]"}[paper]

    assert pages(made.pdf) == 1
    assert b"/MediaBox" + size in made.pdf
    assert fit_of(brief, paper)["fits"]


def test_an_ordinary_brief_is_not_cut(brief, silent):
    for page in (brief, silent):
        assert to_pdf(page).cut == 0


def test_everything_that_matters_can_be_read_from_it(brief):
    shown = letters(to_pdf(brief).pdf)

    for title in SECTIONS.values():
        if title != SECTIONS["provenance"]:
            assert words(title.upper()) in shown
    for passage in (*brief.situation, *brief.watch, *brief.wrong, *brief.worth.passages):
        assert words(passage.text) in shown
    for row in brief.forecast:
        assert words(f"{row.stated:g} %{row.simulated:.0f} %") in shown
    for label, _ in brief.worth.options:
        assert words(f"best: {label}") in shown
    assert words(brief.title) in shown
    assert words("day of the quarter") in shown
    assert words("% of launch trust") in shown
    assert words(brief.provenance.sentences[-1]) in shown


def test_it_is_marked_up_for_screen_readers_with_words_for_the_drawings(brief):
    made = to_pdf(brief)

    assert b"pdfuaid:part" in made.pdf
    assert made.pdf.count(b"/Alt") == len(brief.happened.lines) + 1
    assert not made.undrawn


def test_the_same_brief_gives_the_same_bytes_and_another_day_others(brief):
    later = replace(brief, made=brief.made.replace(day=24))

    assert to_pdf(brief).pdf == to_pdf(brief).pdf
    assert to_pdf(later).pdf != to_pdf(brief).pdf


def test_only_fonts_that_come_with_typst_are_used(brief, typed):
    mixed = typed("Ünï ☺ ماذا ∑")

    assert fonts(to_pdf(brief).pdf) <= {"LibertinusSerif", "DejaVuSansMono"}
    assert fonts(to_pdf(mixed).pdf) <= {"LibertinusSerif", "DejaVuSansMono"}


def test_the_templates_ask_for_nothing_from_anywhere_but_each_other():
    for template in pdf.TEMPLATE.parent.glob("*.typ"):
        source = template.read_text(encoding="utf-8").replace('#import "look.typ": *', "")

        assert "@preview" not in source
        assert not any(
            word in source for word in ("import", "include", "read(", "image(", "eval(")
        )


# --- whatever was typed --------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stays_text_on_one_page(brief, name):
    text = clean(HOSTILE[name])
    page = replace(
        brief,
        author=text,
        decision=tuple(replace(p, text=text, kind="words") for p in brief.decision),
    )
    made = to_pdf(page)

    assert pages(made.pdf) == 1
    assert fit_of(page)["fits"]
    assert not made.undrawn
    if text.isascii():
        assert words(text)[:40] in letters(made.pdf)


@pytest.mark.parametrize("paper", PAPERS)
def test_long_texts_everywhere_are_cut_in_the_pdf_and_nowhere_else(typed, paper):
    long = " ".join(f"word{i}" for i in range(280))
    page = typed(long)
    made = to_pdf(page, paper=paper)
    shown = letters(made.pdf)

    assert pages(made.pdf) == 1
    assert fit_of(page, paper)["fits"]
    assert made.cut > 10
    assert "word0word1" in shown
    assert "word279" not in shown
    assert "…" in shown
    assert words(page.provenance.sentences[-1]) in shown
    assert long in to_markdown(page)


def test_one_long_text_is_cut_less_than_many(brief, typed):
    long = " ".join(f"word{i}" for i in range(280))
    why = tuple(replace(p, text=long) if p.lead == "Why" else p for p in brief.decision)
    one, many = replace(brief, decision=why), typed(long)

    assert fit_of(one)["most"]["decision"][1] > fit_of(many)["most"]["decision"][1]


def test_the_players_own_words_keep_more_lines_than_what_was_drafted(typed):
    drafted, own = fit_of(typed(" ".join(f"word{i}" for i in range(120))))["most"]["decision"]

    assert drafted < own < 20


def test_a_series_below_zero_keeps_inside_its_chart(brief):
    line = replace(brief.happened.lines[0], values=(3.0, -14.0, 0.0))
    chart = pdf._chart(line, [])

    assert all(0 <= y <= 1 for _, y in chart["points"])
    assert [tick["label"] for tick in chart["ticks-y"]] == ["−15", "0", "3"]


def test_more_levers_and_events_than_fit_are_counted_not_squeezed_in(brief):
    levers = tuple(Setting(f"lever {i}", f"value {i}") for i in range(14))
    events = brief.happened.marks * 6
    page = replace(brief, settings=levers, happened=replace(brief.happened, marks=events))
    shown = letters(to_pdf(page).pdf)

    assert "and9moreintheMarkdown" in shown
    assert "value4" in shown
    assert "value5" not in shown
    assert fit_of(page)["fits"]
    assert "value 13" in to_markdown(page)


def test_letters_that_the_fonts_lack_are_told_and_break_nothing(brief):
    made = to_pdf(replace(brief, author="李 👩‍👩‍👧‍👦 🔥"))

    assert made.undrawn
    assert pages(made.pdf) == 1


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=120),
    st.text('#$*_@<[]>`\\"/=+-~{}()%&^ \n\u05d0\u0627\u0301\u200d👩1', max_size=80),
)
def test_any_text_gives_one_page(silent, first, second):
    belief = replace(silent.belief[0], text=clean(first), kind="words")
    page = replace(silent, author=clean(second) or "x", belief=(belief,))
    made = to_pdf(page)

    assert pages(made.pdf) == 1
    if not made.undrawn and clean(second).isascii():
        assert words(clean(second))[:60] in letters(made.pdf)

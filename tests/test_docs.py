"""The pages say what the program does, all of it, and nothing that it does not."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import typer.main

from whennot.cli import app
from whennot.shelf import case_names, load_case

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
WRITTEN = [
    *(ROOT / f"{page}.md" for page in ("README", "CONTRIBUTING", "ARCHITECTURE")),
    *(p for p in DOCS.rglob("*.md") if "_build" not in p.parts),
]

# The words of the product: one word for one thing.
WORDS = """
    case, brief, fact, question, stakeholder, statement, sign-off, red line, lever, option,
    policy, trigger, decision, forecast, failure mode, variant, replicate, world, atlas, tick,
    segment, counter, state, quarter, attainable share, tied set, frontier, luck, hindsight,
    debrief, record, decision brief, finding, monitoring plan, roadmap, unit, round, probe, drill,
    card, lesson, rating, rater, evidence, knowledge, information, knife-edge, contested, bot,
    gold question, decoy, appeal, reliability
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every generated page."""
    folder = tmp_path_factory.mktemp("reference")
    runpy.run_path(str(DOCS / "generate.py"))["write"](folder)
    return folder


def commands() -> dict[str, Any]:
    """Return every command of the terminal by its words, `monitor check` and the like too."""

    def walk(command, words):
        inner = getattr(command, "commands", {})
        if not inner:
            yield words, command
        for name, child in inner.items():
            if not child.hidden:
                yield from walk(child, f"{words} {name}".strip())

    return dict(walk(typer.main.get_command(app), ""))


# --- reference -----------------------------------------------------------------------------------


def test_every_command_has_a_section_in_the_reference(reference):
    page = (reference / "cli.md").read_text(encoding="utf-8")

    assert [c for c in commands() if f"## whennot {c}\n" not in page] == []


def test_every_command_and_option_says_what_it_does():
    silent = [name for name, command in commands().items() if not command.help]
    silent += [
        f"{name} {parameter.name}"
        for name, command in commands().items()
        for parameter in command.params
        if not getattr(parameter, "help", "") and parameter.name != "help"
    ]

    assert silent == []


def test_every_case_has_a_page_in_the_reference(reference):
    index = (reference / "cases" / "index.md").read_text(encoding="utf-8")

    assert case_names()
    assert [n for n in case_names() if not (reference / "cases" / f"{n}.md").is_file()] == []
    assert [n for n in case_names() if f"\n{n}\n" not in index] == []


@pytest.mark.parametrize("name", case_names())
def test_a_case_page_gives_away_neither_answers_nor_the_lesson(reference, name):
    page = (reference / "cases" / f"{name}.md").read_text(encoding="utf-8").lower()
    case = load_case(name)
    secrets = [q.answer for q in case.spec.questions.values()]
    secrets += [case.lesson.strip().splitlines()[-1]]

    assert [s for s in secrets if s.lower() in page] == []


def test_every_page_that_is_made_from_the_code_is_left_out_of_git(reference):
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    made = {p.relative_to(reference).parts[0] for p in reference.rglob("*.md")}

    assert [
        m for m in made if not {f"docs/reference/{m}", f"docs/reference/{m}/"} & set(ignored)
    ] == []


@pytest.mark.parametrize("word", [w.strip() for w in WORDS.split(",")])
def test_the_glossary_explains_every_word_of_the_product(word):
    glossary = (DOCS / "reference" / "glossary.md").read_text(encoding="utf-8")

    assert re.search(rf"^{re.escape(word)}\n  \S", glossary, re.MULTILINE)


# --- what pages tell people to type --------------------------------------------------------------


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_page_names_only_make_targets_that_exist(page):
    targets = re.findall(
        r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    named = re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)

    assert set(named) <= set(targets)


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_page_names_only_commands_that_exist(page):
    text = page.read_text(encoding="utf-8")
    shells = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    named = re.findall(r"`whennot ([a-z]+)", text)
    named += re.findall(r"^ *whennot ([a-z]+)", shells, re.MULTILINE)
    named += re.findall(r'make run ARGS="([a-z]+)', text)

    assert set(named) <= {c.split()[0] for c in commands()}


def test_the_readme_starts_and_tests_the_product_as_continuous_integration_does():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert "\nmake run\n" in readme
    assert "\nmake test\n" in readme
    assert "\nmake test\n" in ci


# --- decisions -----------------------------------------------------------------------------------

SECTIONS = [
    "Context",
    "Options considered",
    "Decision",
    "What we give up and who pays",
    "What breaks first",
    "Confirmation",
]


@pytest.mark.parametrize("record", DECISIONS, ids=lambda p: p.stem)
def test_a_decision_record_says_who_pays_what_breaks_first_and_when_to_look_again(record):
    _, front, body = record.read_text(encoding="utf-8").split("---\n", 2)
    keys = [line.split(":")[0] for line in front.splitlines()]

    assert keys[:4] == ["status", "date", "deciders", "revisit"]
    assert re.findall(r"^## (.+)$", body, re.MULTILINE) == SECTIONS
    assert f"# {record.stem[:4]} " in body


@pytest.mark.parametrize("record", DECISIONS, ids=lambda p: p.stem)
def test_doing_nothing_is_always_an_option(record):
    assert "1. *Do nothing" in record.read_text(encoding="utf-8")


def test_decision_records_are_numbered_without_gaps():
    assert [int(r.name[:4]) for r in DECISIONS] == list(range(1, len(DECISIONS) + 1))

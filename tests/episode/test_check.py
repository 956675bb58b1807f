"""A case keeps every promise of a case, and each promise notices when it is broken."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from whennot.episode.check import Finding, bounds_digest, check_texts, findings
from whennot.shelf import SHELVES, case_names, load_case, read_folder

NAME = "meeting-summarizer"
SMALL = {"worlds": 6, "replicates": 48}
Texts = dict[str, str]


def folder(name: str) -> Path:
    return SHELVES / "cases" / name


def digests(name: str) -> dict[str, str]:
    files = folder(name).glob("data/*")
    return {f"data/{f.name}": hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


# --- the shelf -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", case_names())
def test_a_case_on_the_shelf_keeps_every_promise(name):
    others = {load_case(n).spec.uuid: n for n in case_names() if n != name}

    found = findings(load_case(name), others=others, data=digests(name))

    assert [f for f in found if f.level == "error"] == []


# --- a broken copy for each promise --------------------------------------------------------------


@cache
def sound() -> Texts:
    """Return the texts of a real case with a tenth of its users, each counted ten times."""
    texts = read_folder(folder(NAME)) | {"test_meeting_summarizer.py": ""}
    users = re.search(r"^users = (\d+)$", texts["case.toml"], re.MULTILINE)
    assert users is not None
    texts["case.toml"] = texts["case.toml"].replace(
        users.group(), f'users = {int(users.group(1)) // 10}\nscale = "each"'
    )
    texts["case.toml"] += (
        '\n[parameters.each]\nvalue = 10\nlow = 10\nhigh = 10\nunit = "users"\n'
        'status = "published"\nsource = "a unit, not an estimate"\n'
    )
    return pinned(texts)


def pinned(texts: Texts) -> Texts:
    """Return texts whose history pins the bounds they hold."""
    right = f'bounds = "{bounds_digest(texts["expected.toml"])}"'
    return texts | {"case.toml": re.sub(r"^bounds = .*$", right, texts["case.toml"], flags=re.MULTILINE)}


def edit(file: str, old: str, new: str) -> Callable[[Texts], Texts]:
    """Return a change of the first place in a file where a pattern matches."""

    def changed(texts: Texts) -> Texts:
        text, count = re.subn(old, new, texts[file], count=1, flags=re.MULTILINE)
        assert count == 1, f"{file} holds no {old!r}"
        return pinned(texts | {file: text}) if file == "expected.toml" else texts | {file: text}

    return changed


def without(file: str) -> Callable[[Texts], Texts]:
    return lambda texts: {name: text for name, text in texts.items() if name != file}


def unbounded(measure: str) -> Callable[[Texts], Texts]:
    """Return a change that drops every bound on a measure."""

    def changed(texts: Texts) -> Texts:
        blocks = texts["expected.toml"].split("[[bounds]]")
        kept = [b for b in blocks if f'measure = "{measure}"' not in b]
        assert len(kept) < len(blocks)
        return pinned(texts | {"expected.toml": "[[bounds]]".join(kept)})

    return changed


def found_in(texts: Texts, **how: object) -> list[Finding]:
    return check_texts(texts, where=NAME, data=digests(NAME), **{**SMALL, **how})  # type: ignore[arg-type]


BROKEN = {
    "a status that is none": ("CASE01", edit("case.toml", 'status = "assumed"', 'status = "ok"')),
    "a number outside its range": ("CASE01", edit("case.toml", "^low = 0.80$", "low = 0.95")),
    "no data sheet": ("CASE02", without("datasheet.md")),
    "no script": ("CASE02", without("ladder.py")),
    "no test": ("CASE02", without("test_meeting_summarizer.py")),
    "no expert run": ("CASE02", without("watch.toml")),
    "the name of another folder": (
        "CASE03",
        lambda texts: edit("case.toml", NAME, "meeting-notes")(texts)
        | {"test_meeting_notes.py": ""}
        | {"ladder.json": texts["ladder.json"].replace(NAME, "meeting-notes", 1)},
    ),
    "a version without history": (
        "CASE03",
        lambda texts: edit("expected.toml", "^version = 1", "version = 2")(
            edit("case.toml", "^version = 1", "version = 2")(texts)
        ),
    ),
    "a ladder without seed": ("CASE04", edit("ladder.json", r'"seed": \d+', '"seed": null')),
    "a ladder of other data": ("CASE04", edit("ladder.json", '("data/.*": ")........', r"\g<1>00000000")),
    "a ladder by a script that is not there": (
        "CASE04",
        edit("ladder.json", '"script": "ladder.py"', '"script": "notebook.py"'),
    ),
    "a ladder that cannot be read": ("CASE04", edit("ladder.json", r"\A\{", "[")),
    "a data sheet without uses": ("CASE05", edit("datasheet.md", "^## 5. Uses$", "## 5. Other")),
    "a bare number": ("CASE06", edit("case.toml", "^gain_dr = .*$", 'gain_dr = "gain * 0.5"')),
    "a parameter without use": (
        "CASE07",
        edit(
            "case.toml",
            r"^\[parameters.gain\]",
            "[parameters.spare]\nvalue = 1\nlow = 0\nhigh = 2\n"
            'unit = "days"\nstatus = "assumed"\nsource = "ours"\n\n[parameters.gain]',
        ),
    ),
    "a fact the brief is silent about": ("CASE08", edit("brief.md", r"^\| cost of acting .*$", "")),
    "a fact without range in the brief": (
        "CASE08",
        edit("brief.md", r"^(\| cost of acting .* \|) .*$", r"\1 it depends |"),
    ),
    "a lesson told in the brief": ("CASE09", edit("brief.md", "The demo", "One in\nten is wrong. The demo")),
    "a lesson told in a lever": (
        "CASE09",
        edit("case.toml", "Clean and confident.", "Sets the *expectation* high."),
    ),
    "a debrief without its lesson": ("CASE10", edit("debrief.md", "an expectation", "a label")),
    "no lesson": ("CASE10", lambda texts: texts | {"debrief.md": "\n"}),
    "a sentence with a number nobody has": ("CASE11", edit("case.toml", "{noticed_wrong:", "{noticd:")),
    "a statement without number": ("CASE11", edit("case.toml", r"about \{value:.0%\} of statements", "all statements")),
    "a fifth live lever": (
        "CASE12",
        edit("case.toml", r"^\[levers.consent\]$", "[levers.consent]\nlive = true"),
    ),
    "a fourth failure mode in first flight": (
        "CASE12",
        edit("case.toml", r"^\[failures.consent\]$", "[failures.consent]\nfirst_flight = true"),
    ),
    "a question too long for the clock": (
        "CASE12",
        edit("case.toml", r"(\[questions.languages\]\ntext = .*\nminutes = )15", r"\g<1>20"),
    ),
    "too few people": (
        "CASE13",
        lambda texts: _without_people(texts, "engineer", "support"),
    ),
    "no gold": (
        "CASE14",
        lambda texts: texts | {"case.toml": texts["case.toml"].replace("gold = true", "gold = false")},
    ),
    "a decoy that reveals": (
        "CASE14",
        edit("case.toml", r'(\[questions.latency\]\n.*\n.*\n)reveals = ""', r'\1reveals = "notice"'),
    ),
    "a red line nobody crosses": (
        "CASE15",
        edit("case.toml", "refuses_if = \"option == 'none'\"", 'refuses_if = "rollout > 2"'),
    ),
    "a red line everybody crosses": (
        "CASE15",
        edit("case.toml", "refuses_if = \"option == 'none'\"", "refuses_if = \"option != 'maybe'\""),
    ),
    "a trade that does not lift the line": (
        "CASE15",
        edit("case.toml", 'trade = { framing = "honest" }', "trade = { show_above = 0.7 }"),
    ),
    "a trigger on what nobody sees": (
        "CASE16",
        edit("case.toml", 'signal = "audit_wrong"\nthresholds', 'signal = "silent_wrong"\nthresholds'),
    ),
    "few policies": ("CASE17", edit("case.toml", r"thresholds = \[12, .*\]", "thresholds = [18]")),
    "a price for building nothing": (
        "CASE19",
        edit("case.toml", r"(offered = 0, .*)build_usd = 0", r'\1build_usd = "message_usd"'),
    ),
    "an option that is always right": (
        "CASE20",
        edit("case.toml", r"(parameters.rules_value\]\n)value = .*\nlow = .*\nhigh = .*$", r"\1value = 4\nlow = 4\nhigh = 4"),
    ),
    "a failure mode that never comes first": (
        "CASE21",
        lambda texts: edit("case.toml", r"(parameters.silent_limit\]\n)value = .*\nlow = .*\nhigh = .*$", r"\1value = 900\nlow = 50\nhigh = 900")(
            unbounded("failures.silent_errors")(texts)
        ),
    ),
    "an expert run that stops early": (
        "CASE22",
        lambda texts: texts | {"watch.toml": texts["watch.toml"].rpartition("[[moves]]")[0]},
    ),
    "an expert run without a reason": ("CASE22", edit("watch.toml", "^comment = .*$", 'comment = " "')),
    "an expert run with a wrong move": ("CASE22", edit("watch.toml", '^question = .*$', 'question = "weather"')),
    "an expert run of no variant": ("CASE22", edit("watch.toml", "^variant = .*$", "")),
    "bounds of another version": ("CASE23", edit("expected.toml", "^version = 1", "version = 2")),
    "a bound on a policy that is not there": ("CASE23", edit("expected.toml", 'policy = "naive"', 'policy = "nave"')),
    "a bound without limit": ("CASE23", edit("expected.toml", "^high = .*$", "")),
    "a bound that does not hold": ("CASE24", edit("expected.toml", "^low = -0.45", "low = -0.36")),
    "bounds that history does not know": (
        "CASE25",
        lambda texts: texts | {"expected.toml": texts["expected.toml"] + "\n# loosened\n"},
    ),
}  # fmt: skip


def _without_people(texts: Texts, *names: str) -> Texts:
    text = texts["case.toml"]
    for name in names:
        text = re.sub(rf"^\[stakeholders.{name}\]$.*?(?=^\[\w+\.(?!{name})\w+\]$)", "", text, flags=re.MULTILINE | re.DOTALL)
    return texts | {"case.toml": re.sub(r'^who = "support"$', "", text, flags=re.MULTILINE)}


def test_the_sound_copy_keeps_every_promise():
    assert found_in(sound()) == []


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_promise_is_noticed_and_no_other(what):
    code, broken = BROKEN[what]

    found = found_in(broken(sound()))

    assert {f.code for f in found} == {code}, found

"""A case keeps every promise of a case, and each promise notices when it is broken."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from whennot.episode.case import read_case
from whennot.episode.check import RULES, Finding, bounds_digest, check_texts, findings
from whennot.episode.conformance import knowing, outcomes, worlds
from whennot.episode.conformance.expected import Expected, read_expected
from whennot.episode.conformance.subject import Subject
from whennot.errors import CaseError
from whennot.shelf import SHELVES, case_names, load_case, read_folder
from whennot.world.atlas import atlas_digest, dump
from whennot.world.atlas import load as load_atlas

NAME = "meeting-summarizer"
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

    # What asking is worth and where it turns takes half a minute a case: `make check` does it.
    found = findings(load_case(name), others=others, data=digests(name), worlds=8, fresh=0)

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
    return texts | {
        "case.toml": re.sub(r"^bounds = .*$", right, texts["case.toml"], flags=re.MULTILINE)
    }


def edit(file: str, old: str, new: str) -> Callable[[Texts], Texts]:
    """Return a change of the first place in a file where a pattern matches."""

    def changed(texts: Texts) -> Texts:
        text, count = re.subn(old, new, texts[file], count=1, flags=re.MULTILINE)
        assert count == 1, f"{file} holds no {old!r}"
        return pinned(texts | {file: text}) if file == "expected.toml" else texts | {file: text}

    return changed


def without(file: str) -> Callable[[Texts], Texts]:
    return lambda texts: {name: text for name, text in texts.items() if name != file}


def number(name: str, value: float, *, high: float) -> Callable[[Texts], Texts]:
    """Return a change of a parameter's value and of the top of its range."""
    entry = rf"(\[parameters\.{name}\]\n)value = .*\n(low = .*\n)high = .*$"
    return edit("case.toml", entry, rf"\g<1>value = {value}\n\g<2>high = {high}")


def unbounded(measure: str) -> Callable[[Texts], Texts]:
    """Return a change that drops every bound on a measure."""

    def changed(texts: Texts) -> Texts:
        blocks = texts["expected.toml"].split("[[bounds]]")
        kept = [b for b in blocks if f'measure = "{measure}"' not in b]
        assert len(kept) < len(blocks)
        return pinned(texts | {"expected.toml": "[[bounds]]".join(kept)})

    return changed


def fewer_people(texts: Texts, *names: str) -> Texts:
    text = texts["case.toml"]
    for name in names:
        text = re.sub(
            rf"^\[stakeholders.{name}\]$.*?(?=^\[\w+\.(?!{name})\w+\]$)",
            "",
            text,
            flags=re.MULTILINE | re.DOTALL,
        )
    return texts | {"case.toml": re.sub(r'^who = "support"$', "", text, flags=re.MULTILINE)}


def refitted(texts: Texts, change: Callable[[Any], None]) -> Texts:
    """Return texts with a change of what the ladder says of its options."""
    ladder = json.loads(texts["ladder.json"])
    change(ladder["options"])
    return texts | {"ladder.json": json.dumps(ladder)}


def _without_big(options: Any) -> None:
    del options["big"]


def _two_segments(options: Any) -> None:
    for option in options.values():
        option["counts"] = [[phase[:2] for phase in context] for context in option["counts"]]


def found_in(texts: Texts, **how: Any) -> list[Finding]:
    """Return what a copy lacks, but for its atlas: a copy with other users has none."""
    terms = {"data": digests(NAME), "worlds": 8, "replicates": 32, **how}
    found = check_texts(texts, where=NAME, **terms)
    return [f for f in found if f.code != "CASE26"] if "atlas" not in how else found


BROKEN = {
    "a status that is none": ("CASE01", edit("case.toml", 'status = "assumed"', 'status = "ok"')),
    "a number outside its range": ("CASE01", edit("case.toml", "^low = 0.80$", "low = 0.95")),
    "no data sheet": ("CASE02", without("datasheet.md")),
    "no script": ("CASE02", without("ladder.py")),
    "no test": ("CASE02", without("test_meeting_summarizer.py")),
    "no expert run": ("CASE02", without("watch.toml")),
    "the name of another folder": (
        "CASE03",
        lambda texts: (
            edit("case.toml", NAME, "meeting-notes")(texts)
            | {"test_meeting_notes.py": ""}
            | {"ladder.json": texts["ladder.json"].replace(NAME, "meeting-notes", 1)}
        ),
    ),
    "a version without history": (
        "CASE03",
        lambda texts: edit("expected.toml", "^version = 1", "version = 2")(
            edit("case.toml", "^version = 1", "version = 2")(texts)
        ),
    ),
    "a ladder without seed": ("CASE04", edit("ladder.json", r'"seed": \d+', '"seed": null')),
    "a ladder of other data": (
        "CASE04",
        edit("ladder.json", '("data/.*": ")........', r"\g<1>00000000"),
    ),
    "a ladder by a script that is not there": (
        "CASE04",
        edit("ladder.json", '"script": "ladder.py"', '"script": "notebook.py"'),
    ),
    "a ladder of another case": (
        "CASE04",
        edit("ladder.json", f'"case": "{NAME}"', '"case": "x"'),
    ),
    "a ladder with half a hash": (
        "CASE04",
        edit("ladder.json", '("data/.*": ")[0-9a-f]{32}', r"\1"),
    ),
    "a ladder without the big option": ("CASE04", lambda texts: refitted(texts, _without_big)),
    "a ladder of two segments": ("CASE04", lambda texts: refitted(texts, _two_segments)),
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
    "a fact the brief is silent about": (
        "CASE08",
        edit("brief.md", r"^\| cost of acting .*$", ""),
    ),
    "a fact without range in the brief": (
        "CASE08",
        edit("brief.md", r"^(\| cost of acting .* \|) .*$", r"\1 it depends |"),
    ),
    "a lesson told in the brief": (
        "CASE09",
        edit("brief.md", "The demo", "One in\nten is wrong. The demo"),
    ),
    "a lesson told in a lever": (
        "CASE09",
        edit("case.toml", "Clean and confident.", "Sets the *expectation* high."),
    ),
    "a debrief without its lesson": ("CASE10", edit("debrief.md", "an expectation", "a label")),
    "no lesson": ("CASE10", lambda texts: texts | {"debrief.md": "\n"}),
    "a sentence with a number nobody has": (
        "CASE11",
        edit("case.toml", "{noticed_wrong:", "{noticd:"),
    ),
    "a statement without number": (
        "CASE11",
        edit("case.toml", r"about \{value:.0%\} of statements", "all statements"),
    ),
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
        edit("case.toml", r"(\[questions.competitor\]\n(?:\w.*\n)*minutes = )15", r"\g<1>20"),
    ),
    "too few people": (
        "CASE13",
        lambda texts: fewer_people(texts, "engineer", "support"),
    ),
    "no gold": (
        "CASE14",
        lambda texts: (
            texts | {"case.toml": texts["case.toml"].replace("gold = true", "gold = false")}
        ),
    ),
    "a decoy that reveals": (
        "CASE14",
        edit(
            "case.toml",
            r'(\[questions.model_size\]\n(?:\w.*\n)*)reveals = ""',
            r'\1reveals = "notice"',
        ),
    ),
    "a red line nobody crosses": (
        "CASE15",
        edit("case.toml", "refuses_if = \"option == 'none'\"", 'refuses_if = "rollout > 2"'),
    ),
    "a red line everybody crosses": (
        "CASE15",
        edit(
            "case.toml", "refuses_if = \"option == 'none'\"", "refuses_if = \"option != 'maybe'\""
        ),
    ),
    "a trade that does not lift the line": (
        "CASE15",
        edit("case.toml", 'trade = { framing = "honest" }', "trade = { show_above = 0.7 }"),
    ),
    "a trigger on what nobody sees": (
        "CASE16",
        edit(
            "case.toml",
            'signal = "audit_wrong"\nthresholds',
            'signal = "silent_wrong"\nthresholds',
        ),
    ),
    "few policies": ("CASE17", edit("case.toml", r"thresholds = \[12, .*\]", "thresholds = [18]")),
    "a price for building nothing": (
        "CASE19",
        edit("case.toml", r"(offered = 0, .*)build_usd = 0", r'\1build_usd = "message_usd"'),
    ),
    "an option that is always right": (
        "CASE20",
        lambda texts: number("rules_value", 4, high=4)(unbounded("usd")(texts)),
    ),
    "a failure mode that never comes first": (
        "CASE21",
        lambda texts: number("silent_limit", 900, high=900)(
            unbounded("failures.silent_errors")(texts)
        ),
    ),
    "an expert run that stops early": (
        "CASE22",
        lambda texts: texts | {"watch.toml": texts["watch.toml"].rpartition("[[moves]]")[0]},
    ),
    "an expert run without a reason": (
        "CASE22",
        edit("watch.toml", "^comment = .*$", 'comment = " "'),
    ),
    "an expert run with a wrong move": (
        "CASE22",
        edit("watch.toml", "^question = .*$", 'question = "weather"'),
    ),
    "an expert run that is no TOML": ("CASE22", edit("watch.toml", "^variant = .*$", "variant =")),
    "an expert run without moves": ("CASE22", lambda texts: texts | {"watch.toml": "variant = 1"}),
    "an expert run of no variant": ("CASE22", edit("watch.toml", "^variant = .*$", "")),
    "bounds of another version": ("CASE23", edit("expected.toml", "^version = 1", "version = 2")),
    "a bound on a policy that is not there": (
        "CASE23",
        edit("expected.toml", 'policy = "naive"', 'policy = "nave"'),
    ),
    "a bound without limit": ("CASE23", edit("expected.toml", "^high = .*$", "")),
    "a bound that does not hold": ("CASE24", edit("expected.toml", "^low = -0.45", "low = -0.36")),
    "bounds that history does not know": (
        "CASE25",
        lambda texts: texts | {"expected.toml": texts["expected.toml"] + "\n# loosened\n"},
    ),
    "a measure that gives no number": (
        "CASE30",
        edit("case.toml", r'of = "offered \* tp"', 'of = "tp / (exposed - exposed)"'),
    ),
}


def test_the_sound_copy_keeps_every_promise():
    assert found_in(sound()) == []


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_promise_is_noticed_and_no_other(what):
    code, broken = BROKEN[what]

    found = found_in(broken(sound()))

    assert {f.code for f in found} == {code}, found
    assert [f for f in found if not f.where.startswith(f"{NAME}/") or not f.message] == []


def test_every_promise_has_its_broken_copy():
    # No text of a case can make a quarter come out differently; four need an atlas, see below.
    by_hand = {"CASE18", "CASE26", "CASE27", "CASE28", "CASE29"}

    assert {code for code, _ in BROKEN.values()} | by_hand == {rule.code for rule in RULES}


def test_every_promise_has_a_code_of_its_own_and_says_what_it_is():
    codes = [rule.code for rule in RULES]

    assert codes == sorted(set(codes))
    assert [rule.code for rule in RULES if not rule.promise.endswith(".")] == []


def test_a_quarter_that_comes_out_differently_is_noticed(monkeypatch):
    runs = iter(range(10))
    monkeypatch.setattr(
        worlds, "simulate", lambda *_, **__: SimpleNamespace(sha256=str(next(runs)))
    )

    assert {f.code for f in found_in(sound())} == {"CASE18"}


@pytest.mark.parametrize(
    ("unusual", "said"),
    [
        (lambda texts: fewer_people(texts, "engineer"), "4 are usual"),
        (
            edit("case.toml", r"(\[questions.competitor\]\n(?:\w.*\n)*minutes = )15", r"\g<1>10"),
            "15 would fit",
        ),
    ],
)
def test_what_is_unusual_and_still_playable_is_only_noted(unusual, said):
    (finding,) = found_in(unusual(sound()), quick=True)

    assert finding.level == "note"
    assert said in finding.message


# --- what is around a case -----------------------------------------------------------------------


def test_a_uuid_that_another_case_has_is_refused():
    uuid = UUID(load_case(NAME).spec.uuid.hex)

    (finding,) = found_in(sound(), others={uuid: "card-fraud"}, quick=True)

    assert finding.code == "CASE03"
    assert finding.where.startswith(f"{NAME}/case.toml:")
    assert "that of card-fraud" in finding.message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "is not in the folder"),
        ({"data/more.csv.gz": "0" * 64}, "not in `data_sha256`"),
        ({"data/terms.csv.gz": "0" * 64}, "not the file the ladder was fitted on"),
    ],
)
def test_data_other_than_the_ladder_was_fitted_on_is_noticed(data, said):
    there = digests(NAME) | data if data else {}

    found = found_in(sound(), data=there, quick=True)

    assert {f.code for f in found} == {"CASE04"}
    assert all(said in f.message for f in found)


def test_where_nobody_looked_at_the_data_only_their_names_are_checked():
    assert found_in(sound(), data=None, quick=True) == []


def test_a_package_without_tests_is_complete():
    bare = without("test_meeting_summarizer.py")(sound())

    assert found_in(bare, with_test=False, quick=True) == []


def test_a_quick_check_runs_no_quarter(monkeypatch):
    def never(*_, **__):
        raise AssertionError("a quarter was run")

    monkeypatch.setattr(worlds, "simulate", never)
    monkeypatch.setattr(outcomes, "simulate", never)

    assert found_in(sound(), quick=True) == []


def test_a_folder_without_case_file_is_no_case():
    (finding,) = check_texts({"brief.md": "Hello."}, where="packs/mine/")

    assert (finding.code, finding.where) == ("CASE02", "packs/mine/case.toml")


def test_a_formula_that_fails_while_it_runs_is_a_finding_and_no_crash():
    broken = number("habit_days", 0, high=60)(sound())
    broken["case.toml"] = broken["case.toml"].replace("low = 14", "low = 0")

    found = found_in(broken)

    assert any("division by zero" in f.message for f in found)


# --- faults of the file itself -------------------------------------------------------------------


def test_five_different_faults_are_told_at_once_with_line_and_what_is_allowed():
    texts = sound()
    for old, new in (
        ('^status = "assumed"$', 'status = "guess"'),
        (r"^value = 0.80\nlow = 0.55$", "value = 1.80\nlow = 0.55"),
        ('^state = "fatigue"$', 'state = "fatige"'),
        ('framing = "silent", show_above', 'framing = "silnt", show_above'),
        ('^unit = "share of meetings"\n', ""),
    ):
        texts = edit("case.toml", old, new)(texts)

    found = {f.message.split(";")[0]: f for f in found_in(texts)}

    lines = texts["case.toml"].splitlines()
    told = {
        "facts.accuracy.status is 'guess'": ("'measured', 'borrowed', 'published'", "status"),
        "facts.notice: value 1.8 lies outside its range 0.55 to 0.95": ("0.55 to 0.95", "value"),
        "couplings.2.state: no state 'fatige'": ("did you mean fatigue?", "state"),
        "policies.naive.levers.framing: no choice of framing 'silnt'": (
            "allowed: honest, silent",
            "levers",
        ),
        "facts.confirm_share.unit is missing": ("allowed: text in quotes", "[facts.confirm_share"),
    }
    assert set(found) == set(told)
    for text, (allowed, key) in told.items():
        file, _, line = found[text].where.rpartition(":")
        assert found[text].code == "CASE01"
        assert file == f"{NAME}/case.toml"
        assert lines[int(line) - 1].startswith(key), text
        assert allowed in found[text].message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("^minutes = 45$", 'minutes = "many"', "minutes is 'many'; allowed: a whole number"),
        ("^minutes = 45$", "minutes = 5", "minutes is 5; allowed: at least 15"),
        (
            "^minutes = 45$",
            "minutes = 45\nspoiler = 1",
            "spoiler: no key 'spoiler' here; did you mean spoilers?",
        ),
        ("^title = .*$", "title = []", "title is a list; allowed: text in quotes"),
        ("^spoilers = .*$", "spoilers = []", "spoilers is a list; allowed: at least 1 entries"),
        ('^date = ".*"', 'date = "soon"', "history.0.date is 'soon'; allowed: a date like"),
        ('^uuid = ".*"', 'uuid = "?"', "uuid is '?'; allowed: a UUID like"),
        ('^who = "user"$', 'who = "we"', "'business', 'user' or 'third party'"),
        ("rollout = 0.3 }$", "rollout = 3 }", "3 is no setting of this lever; allowed: 0 to 1"),
        ("^version = 1$", "version = ", "not readable as TOML"),
    ],
)
def test_a_fault_of_the_case_file_says_what_is_allowed(old, new, said):
    found = found_in(edit("case.toml", old, new)(sound()))

    assert {f.code for f in found} == {"CASE01"}
    assert all(re.fullmatch(rf"{NAME}/case.toml:\d+", f.where) for f in found)
    assert any(said in f.message for f in found), found


# --- bounds --------------------------------------------------------------------------------------


def test_the_finding_on_unpinned_bounds_holds_the_line_to_paste():
    texts = sound() | {"expected.toml": sound()["expected.toml"] + "\n# loosened\n"}
    (finding,) = found_in(texts, quick=True)
    line = re.search(r'bounds = "[0-9a-f]{64}"', finding.message)
    assert line is not None

    mended = re.sub("^bounds = .*$", line.group(), texts["case.toml"], flags=re.MULTILINE)

    assert found_in(texts | {"case.toml": mended}, quick=True) == []


def test_two_versions_cannot_be_pinned_to_the_same_bounds():
    texts = sound()
    for file in ("case.toml", "expected.toml"):
        texts = edit(file, "^version = 1$", "version = 2")(texts)
    second = re.sub("version = 1", "version = 2", _history(texts["case.toml"]))
    texts = edit("case.toml", r"^# --- who uses it", f"{second}# --- who uses it")(texts)
    (finding,) = found_in(pinned(texts), quick=True)

    assert finding.code == "CASE25"
    assert "versions 1 and 2" in finding.message


def _history(text: str) -> str:
    found = re.search(r"^\[\[history\]\]\n(?:\w.*\n)+", text, re.MULTILINE)
    assert found is not None
    return found.group()


def test_faults_of_a_bound_are_told_with_their_lines():
    text = (
        "version = 1\n[[bounds]]\n"
        'claim = "Short, but long enough."\npolicy = 3\nmeasure = "usd"\nlow = 2\nhigh = 1\n'
        "replicates = 1\n"
    )

    with pytest.raises(CaseError) as caught:
        read_expected(text, where="x.toml")

    assert str(caught.value).splitlines() == [
        "x.toml:8: bounds.0.replicates is 1; allowed: at least 2",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('measure = "usd"', 'measure = "use"', "did you mean usd?"),
        ("accuracy = 0.80", "acuracy = 0.80", "did you mean accuracy?"),
        ("accuracy = 0.80", "accuracy = 0.2", "allowed: 0.8 to 0.97"),
        ('policy = "default-none"', 'policy = "default-non"', "did you mean default-none?"),
    ],
)
def test_a_bound_on_what_is_not_there_says_what_is(old, new, said):
    (finding,) = found_in(edit("expected.toml", old, new)(sound()), quick=True)

    assert finding.code == "CASE23"
    assert said in finding.message
    assert re.fullmatch(rf"{NAME}/expected.toml:\d+", finding.where)


def test_the_lesson_of_the_summarizer_is_bounded_at_three_accuracies():
    expected = Expected.model_validate(tomllib.loads(sound()["expected.toml"]))
    trust = [b for b in expected.bounds if b.measure == "trust.relative_change"]

    for policy in ("naive", "honest"):
        own = [b for b in trust if b.policy == policy and b.relative_to is None]
        by_accuracy = {b.set.get("accuracy", 0.9): (b.low, b.high) for b in own}
        assert sorted(by_accuracy) == [0.8, 0.9, 0.97]
        assert sorted(by_accuracy.values()) == [by_accuracy[a] for a in sorted(by_accuracy)]


# --- what needs the atlas ------------------------------------------------------------------------


CARDS = folder("card-fraud")


def about(rule: Any, texts: Texts, atlas: bytes | None, *, fresh: int = 160) -> list[str]:
    """Return what one rule says of a copy of card-fraud, of its shipped atlas, or of another."""
    case = read_case(texts, where=CARDS.name, atlas_file=atlas)
    subject = Subject(
        case=case,
        texts=texts,
        folder=CARDS.name,
        others={},
        data=None,
        with_test=False,
        worlds=4,
        replicates=8,
        fresh=fresh,
    )
    return [fault.message for fault in rule(subject)]


def cards() -> Texts:
    return read_folder(CARDS)


SHIPPED = (CARDS / "atlas.npz").read_bytes()


@pytest.mark.parametrize("content", [None, SHIPPED[:-30], b"no zip"])
def test_a_missing_or_damaged_atlas_is_noticed_with_what_to_do(content):
    (message,) = about(knowing.atlas, cards(), content)

    assert "whennot atlas build" in message


def test_any_parameter_that_moves_makes_the_atlas_stale():
    moved = number("escalate_usd", 1501, high=4000)(cards())

    assert about(knowing.atlas, cards(), SHIPPED) == []
    assert "of another version" in about(knowing.atlas, moved, SHIPPED)[0]


def test_the_other_rules_are_silent_about_a_stale_atlas():
    moved = number("escalate_usd", 1501, high=4000)(cards())

    for rule in (knowing.worth_asking, knowing.frontier, knowing.repeats):
        assert about(rule, moved, SHIPPED) == []


def test_gold_is_worth_asking_and_decoys_are_worth_nothing_in_fresh_worlds():
    assert about(knowing.worth_asking, cards(), SHIPPED) == []


def test_a_decoy_called_gold_and_a_gold_question_called_decoy_are_noticed():
    gold = edit(
        "case.toml", r"(\[questions\.speed\]\n(?:.*\n)*?answer = .*\n)", r"\g<1>gold = true\n"
    )
    decoy = edit("case.toml", r"(\[questions\.loss\]\n(?:.*\n)*?)gold = true\n", r"\g<1>")

    told = about(knowing.worth_asking, decoy(gold(cards())), SHIPPED)

    assert len(told) == 2
    assert any(m.startswith("gold, but worth 0 ± 0") for m in told)
    assert any(m.startswith("a decoy, but worth") for m in told)


def test_fresh_worlds_confirm_the_frontier():
    assert about(knowing.frontier, cards(), SHIPPED) == []


def test_a_frontier_that_nothing_crosses_is_noticed():
    texts = edit("case.toml", r'^options = \["big"\]$', 'options = ["rules", "simple", "big"]')(
        cards()
    )
    case = read_case(texts, where=CARDS.name)
    made = load_atlas(SHIPPED, case.spec)
    other = dump(replace(made, digest=atlas_digest(case.spec, case.ladder)))

    assert "best along fraud_rate" in about(knowing.frontier, texts, other)[0]


def test_an_atlas_that_another_engine_made_is_noticed():
    made = load_atlas(SHIPPED, read_case(cards(), where=CARDS.name).spec)
    other = dump(replace(made, usd=made.usd * 1.01))

    assert about(knowing.repeats, cards(), SHIPPED) == []
    assert "not what this engine simulates" in about(knowing.repeats, cards(), other)[0]

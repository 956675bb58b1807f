"""A case folder from a stranger: what could harm is refused when it is read, with its line."""

from pathlib import Path
from time import thread_time

import pytest

from whennot.cli.arguments import policy_of
from whennot.episode.case import read_case
from whennot.episode.lines import line_index
from whennot.episode.toml import LARGEST, LONGEST_LINE, read_toml
from whennot.errors import CaseError, PlayerError
from whennot.practice.script import read_script
from whennot.shelf import read_folder
from whennot.world.ladder import read_ladder
from whennot.world.template import fields_in

TINY = Path(__file__).parents[1] / "cases" / "tiny-case"


def tiny(old="", new=""):
    texts = read_folder(TINY)
    assert old in texts["case.toml"]
    return texts | {"case.toml": texts["case.toml"].replace(old, new, 1) if old else ""}


def refusal(old, new):
    with pytest.raises(CaseError) as caught:
        read_case(tiny(old, new), where="tiny-case/case.toml")
    return str(caught.value)


def line_with(new, old):
    return next(
        i for i, line in enumerate(tiny(old, new)["case.toml"].split("\n"), 1) if new in line
    )


def test_the_case_these_tests_break_is_sound():
    case = read_case(read_folder(TINY), where="tiny-case/case.toml")

    assert case.name == "tiny-case"


# --- texts to fill in ----------------------------------------------------------------------------

UNSAFE = [
    "{value.real}",
    "{value.__class__.__mro__}",
    "{value[0]}",
    "{value!r}",
    "{value:{value}}",
    "{value:999999999}",
    "{value:>99}",
    "{value:.10f}",
    "{value:.2000000000f}",
    "{value:d}",
    "{value:e}",
    "{value:c}",
    "{}",
    "{0}",
    "{ value }",
    "{value",
    "value}",
]


@pytest.mark.parametrize("field", UNSAFE)
@pytest.mark.parametrize(
    "sentence",
    [
        "About {value:.2f} USD for each one that stands.",
        "A wrong tag costs us about {value:.2f} USD.",
        "You gave it to {yours}; {alternative} would have been {usd} better.",
    ],
)
def test_a_field_beyond_a_name_and_a_rounding_is_refused_with_its_line(sentence, field):
    said = refusal(sentence, f"Oh {field}!")

    assert said.startswith(f"tiny-case/case.toml:{line_with(f'Oh {field}!', sentence)}: ")
    assert "allowed: {name} or {name:FORMAT}" in said


def test_an_answer_knows_one_name():
    said = refusal("{value:.2f} a day.", "{values:.2f} a day.")

    assert "cannot fill in {values}; the only name here is {value}" in said


def test_plain_fields_are_read():
    text = "{{x}} {usd}, {fp:,.0f} {share:.1%} {trust_alternative:.2f} {a:g} {b:,} {c:f}"

    with pytest.raises(ValueError, match=r"cannot fill in \{b:,\}"):
        fields_in(text)
    assert fields_in(text.replace(" {b:,}", "")) == {
        "usd",
        "fp",
        "share",
        "trust_alternative",
        "a",
        "c",
    }


# --- characters that command a terminal ----------------------------------------------------------


@pytest.mark.parametrize("escape", [r"\u001b[2J", r"\u0007", r"\r", r"\b", r"\u009b", r"\u007f"])
def test_an_escaped_control_character_is_refused_with_its_line(escape):
    said = refusal("Which color should tags have?", f"Which color{escape}?")

    line = line_with(escape, "Which color should tags have?")
    assert said.startswith(f"tiny-case/case.toml:{line}: questions.colors.text holds")
    assert said.isprintable()


def test_a_control_character_in_a_name_is_refused_and_not_repeated():
    said = refusal("nobody = ", r'"a\u001b]0;b" = ')

    assert "control character in its name" in said
    assert said.isprintable()


@pytest.mark.parametrize("character", ["\x1b", "\x00", "\x7f", "\x85", "\x9b", "\r"])
def test_a_control_character_in_a_file_is_refused_with_file_and_line(tmp_path, character):
    (tmp_path / "brief.md").write_bytes(f"one\ntwo{character}x\n".encode())

    with pytest.raises(CaseError, match=rf"brief.md:2: .* U\+{ord(character):04X}"):
        read_folder(tmp_path)


def test_lines_and_tabs_are_text_however_a_system_ends_a_line(tmp_path):
    (tmp_path / "brief.md").write_bytes(b"one\r\n\ttwo\n")

    assert read_folder(tmp_path) == {"brief.md": "one\n\ttwo\n"}


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["inf", "-inf", "nan", "1e999", "9" * 400, "9" * 5000])
@pytest.mark.parametrize("key", ["value = 4", "values = [0.3, ", "share = 0.6", "rollout = 0.3"])
def test_a_number_must_be_finite(key, number):
    written = f"values = [{number}, " if "[" in key else f"{key.split(' =')[0]} = {number}"

    said = refusal(key, written)

    assert "finite number" in said or "too large" in said or "a line of" in said


def test_numbers_that_are_not_finite_are_refused_by_the_model_too():
    case = read_case(read_folder(TINY), where="tiny-case/case.toml")
    number = case.spec.parameters["leave"]

    with pytest.raises(ValueError, match="finite"):
        type(number).model_validate(number.model_dump() | {"high": float("inf")})


def test_a_case_with_too_many_policies_is_refused_in_words():
    values = [i / 10_000 for i in range(4, 1_000)]
    labels = ",\n".join(f'"{v}"' for v in values)
    grid = ",\n".join(map(str, values))

    said = refusal(
        'values = [0.3, 1.0]\nlabels = ["three tenths of users", "everybody"]',
        f"values = [{grid}, 0.3, 1.0]\nlabels = [{labels}, 'a', 'b']",
    )

    assert "levers make 7,984 settings" in said
    assert "23,952 policies; allowed: at most 20,000" in said


# --- TOML that is made to hurt -------------------------------------------------------------------

HEAVY = {
    "nested lists": "a = " + "[" * 900 + "]" * 900,
    "deeply nested lists": "a = [\n" * 50_000,
    "nested tables": "a = " + "{b = " * 300 + "1" + "}" * 300,
    "a key of many parts": ".".join("a" * 5_000) + " = 1",
    "a key of some parts": ".".join("a" * 900) + " = 1",
    "a huge number": "a = " + "9" * 1_900,
    "a huge number over many digits": "a = 1" + "_0" * 900,
    "a long line": "a = '" + "x" * (LONGEST_LINE + 1) + "'",
    "a large file": "# x\n" * (LARGEST // 4 + 1),
    "no TOML": "a = ",
    "a date that is none": "a = 2026-13-45",
    "an infinite number": "a = inf",
}


@pytest.mark.parametrize("what", HEAVY)
def test_toml_that_is_made_to_hurt_is_refused_soon(what):
    started = thread_time()

    with pytest.raises(CaseError, match=r"^x\.toml"):
        read_toml(HEAVY[what], where="x.toml")

    assert thread_time() - started < 2


@pytest.mark.parametrize("what", HEAVY)
def test_a_case_a_moves_file_and_a_policy_refuse_it_each_in_its_way(what, tmp_path):
    case = read_case(read_folder(TINY), where="tiny-case/case.toml")
    policy = tmp_path / "policy.toml"
    policy.write_text(HEAVY[what], encoding="utf-8")

    with pytest.raises(CaseError):
        read_case(tiny() | {"case.toml": HEAVY[what]}, where="x.toml")
    with pytest.raises(PlayerError):
        read_script(HEAVY[what], where="x.toml")
    with pytest.raises(PlayerError):
        policy_of(case, str(policy))


def test_lines_are_found_soon_whatever_a_line_holds():
    started = thread_time()

    line_index("[" + " " * 20_000 + "x" + "\n[[" * 1_000 + "a\n" + '["' + " ]" * 10_000)

    assert thread_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"options": {"a": {"counts": [1' + "0" * 400 + ']}}, "context": {"values": [0]}}',
        '{"options": {"a": {"counts": [1e999]}}, "context": {"values": [0]}}',
        '{"options": {"a": {"counts": [NaN]}}, "context": {"values": [0]}}',
        '{"options": {"a": {"counts": [[[[[[1]]]]]]}}, "context": {"values": [1e999]}}',
        '{"options": {"a": {"counts": [[[[[-1, 2]]]]]}}, "context": {"values": [0]}}',
        "[]",
        "9" * 5_000,
    ],
)
def test_a_ladder_that_is_made_to_hurt_is_refused(text):
    with pytest.raises(CaseError, match=r"ladder\.json"):
        read_ladder(text)

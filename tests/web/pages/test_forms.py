"""Whatever is typed: it is answered on the page, what was typed is still there, nothing moved."""

from __future__ import annotations

import html
import json
import math
import time
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.web.pages.browser import (
    CASE,
    FIRST,
    PLAY,
    ROOMS,
    STATED,
    edit_brief,
    form_of,
    scripted,
    send,
    signed_in,
    text_of,
    walk,
)

from whennot.episode.moves import read_move
from whennot.episode.table import Setup
from whennot.shelf import load_case
from whennot.web.desk import desk

pytestmark = pytest.mark.usefixtures("unjudged")

SCRIPT = "<script>alert(1)</script>"
LONG = 3_000
FAR_TOO_LONG = 2_000_000
WHERE = {"objective": "objective/", "decide": "decide/", "framing": "ask/"}
"""Where the form of a room is sent to, below its play."""
ABSURD = ("nan", "inf", "-inf", "1e999", "-1", "1e400", "many", "0x10", "\u0661x", "1,5", "--")
STRANGE = {
    "emoji": "🧑\u200d🚒 wrong 🙃",
    "right to left": "\u202eabc\u202c مرحبا",
    "combining": "Z\u0335\u0321\u0353a\u0301lgo" * 5,
    "a byte order mark": "\ufeffbegin",
    "controls": "a\x01b\x1bc\x7f",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a template": "{{ request }}{% url 'home' %}",
    "quotes": "\"'`&amp;<>",
    "newlines": "one\r\ntwo\n\nthree\u2028four",
}
TEXTS = {
    "brief": "first_words",
    "decide": "why",
    "sign-off": "why",
    "operating": "why",
    "review": "believed",
}
"""A free text in each room that has one."""


def sent_to(name: str, room: str) -> str:
    """Return where the form of a room goes."""
    return f"/plays/{name}/{WHERE.get(room, '')}"


def right(name: str) -> dict[str, str]:
    """Return what the form of the play's room should hold."""
    episode = desk().play(name).episode
    return form_of(name, read_move(scripted(episode)), episode)[1]


def moves_of(name: str) -> int:
    """Return how many moves the home holds."""
    return len(desk().home.events(name, kind="play.moved"))


def is_refused(answer, *messages: str, statuses=(422,)) -> None:
    """Check that a form came back with messages, on a page."""
    text = text_of(answer)
    assert answer.status_code in statuses, text
    assert 'role="alert"' in answer.content.decode()
    for message in messages:
        assert message in text


# --- every room ----------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [r for r in ROOMS if r != "brief"])
def test_an_empty_form_is_told_and_the_play_stays_where_it_is(client, room):
    name = walk(client, to=room)
    before = moves_of(name)

    answer = client.post(sent_to(name, room), {})

    is_refused(answer)
    assert moves_of(name) == before


def test_the_first_sentence_may_be_left_out(client):
    name = walk(client, to="brief")

    assert client.post(f"/plays/{name}/", {}).status_code == 302
    assert moves_of(name) == 1


CHOICES = [
    ("framing", "what"),
    ("objective", "metric"),
    ("objective", "worse_off"),
    ("decide", "lever_option"),
    ("decide", "lever_rollout"),
    ("decide", "trigger"),
    ("decide", "kill_criterion"),
    ("decide", "from_fact"),
    ("sign-off", "answer"),
    ("operating", "action"),
    ("review", "cause"),
    ("review", "would_have_told"),
]


@pytest.mark.parametrize(("room", "field"), CHOICES)
def test_a_choice_that_there_is_not_is_told_beside_its_question(client, room, field):
    name = walk(client, to=room)
    before = moves_of(name)
    for wrong in (
        "nothing",
        "<script>alert(1)</script>",
        "1e999",
        "-1",
        "\x00",
        "x" * LONG,
        "\u0663",
    ):
        answer = client.post(sent_to(name, room), right(name) | {field: wrong})

        is_refused(answer)
        assert "<script>alert" not in answer.content.decode()
        assert any(
            told in text_of(answer) for told in ("not one of the choices", "Select a valid choice")
        )
    assert moves_of(name) == before


@pytest.mark.parametrize(("room", "field"), [*TEXTS.items()])
def test_a_text_that_is_too_long_is_told_and_comes_back_whole(client, room, field):
    name = walk(client, to=room)
    before = moves_of(name)
    typed = "<b>because</b> " * (LONG // 15)

    answer = client.post(sent_to(name, room), right(name) | {field: typed})

    is_refused(answer, "longer than 2,000 characters")
    assert html.escape(typed) in answer.content.decode()
    assert moves_of(name) == before


@pytest.mark.parametrize("room", ROOMS)
def test_two_million_characters_are_refused_in_a_sentence(client, room):
    name = walk(client, to=room)
    before = moves_of(name)
    typed = {TEXTS.get(room, "more"): "x" * FAR_TOO_LONG}

    answer = client.post(sent_to(name, room), right(name) | typed)

    # A browser sends forms as urlencoded, which counts; parts of a multipart form count alike.
    assert answer.status_code == 413
    assert "too much at once" in text_of(answer)
    assert moves_of(name) == before


def test_a_form_with_a_thousand_fields_is_refused_in_a_sentence(client):
    name = walk(client, to="brief")

    answer = client.post(f"/plays/{name}/", {f"f{i}": "x" for i in range(1000)})

    assert answer.status_code == 413
    assert moves_of(name) == 0


@pytest.mark.parametrize(("room", "field"), [*TEXTS.items()])
def test_any_text_is_taken_or_told_and_never_becomes_markup(client, room, field):
    name = walk(client, to=room)
    before = moves_of(name)
    faulty = {"brief": "seen", "decide": "viability", "review": "guess_percent"}.get(room, "")
    wrong = {faulty: "x"} if faulty else {"action": "x", "answer": "x"}
    for typed in STRANGE.values():
        answer = client.post(sent_to(name, room), right(name) | {field: typed} | wrong)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert html.escape(typed).replace("\r\n", "\n") in page.replace("\r\n", "\n")
    assert moves_of(name) == before

    everything = " ".join(STRANGE.values())
    assert client.post(sent_to(name, room), right(name) | {field: everything}).status_code == 302
    assert "<script>alert" not in client.get(f"/plays/{name}/", follow=True).content.decode()


@pytest.mark.parametrize(("room", "field"), [*TEXTS.items()])
def test_a_zero_byte_is_told(client, room, field):
    name = walk(client, to=room)

    answer = client.post(sent_to(name, room), right(name) | {field: "a\x00b"})

    is_refused(answer, "Null characters are not allowed")


@pytest.mark.parametrize("raw", ["%ED%A0%80", "%FF%FE", "%C0%AF", "%", "%u0041", "%00"])
def test_bytes_that_are_no_text_are_taken_or_told(client, raw):
    name = walk(client, to="brief")

    answer = client.post(
        f"/plays/{name}/", f"first_words=a{raw}b", content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code in {302, 422}
    assert client.get("/plays/").status_code == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"nonsense"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data; boundary=\xe9", b""),
        ("application/json", b'{"first_words": "x"}'),
        ("application/x-www-form-urlencoded; charset=nonsense", b"first_words=x"),
        ("text/plain", b"first_words=x"),
        ("", b"\xff"),
    ],
)
def test_a_body_that_is_no_form_is_none_of_our_mistakes(client, kind, body):
    name = walk(client, to="decide")
    before = moves_of(name)

    answer = client.generic("POST", f"/plays/{name}/decide/", body, content_type=kind)

    assert answer.status_code in {400, 415, 422}
    assert moves_of(name) == before


@pytest.mark.parametrize("room", ROOMS)
def test_a_field_that_is_sent_twice_counts_once(client, room):
    name = walk(client, to=room)
    before = moves_of(name)
    twice = [(k, v) for k, v in right(name).items() for _ in range(2)]

    answer = client.post(
        sent_to(name, room), urlencode(twice), content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 302
    assert moves_of(name) == before + 1


@pytest.mark.parametrize("seen", ["x", "-1", "1e3", "9" * 5000, "\x00", "nan"])
def test_a_count_of_moves_that_is_none_moves_nothing(client, seen):
    name = walk(client, to="brief")

    answer = client.post(f"/plays/{name}/", {"first_words": "kept", "seen": seen})

    is_refused(answer)
    assert "kept" in answer.content.decode()
    assert moves_of(name) == 0


@pytest.mark.parametrize("room", ROOMS)
def test_a_form_that_another_window_overtook_says_so_and_moves_nothing(client, room):
    name = walk(client, to=room)
    before = moves_of(name)
    for typed in (right(name), {}):
        answer = client.post(sent_to(name, room), typed | {"seen": before + 1})

        assert answer.status_code == 409
        assert "went on in another window. Nothing was lost" in text_of(answer)
        assert f'href="/plays/{name}/"' in answer.content.decode()
    assert moves_of(name) == before


# --- numbers -------------------------------------------------------------------------------------

NUMBERS = [("decide", "viability"), ("forecast", "mode_none"), ("review", "guess_percent")]


@pytest.mark.parametrize(("room", "field"), NUMBERS)
def test_a_number_that_is_none_is_told_with_the_range(client, room, field):
    name = walk(client, to=room)
    before = moves_of(name)
    for typed in (*ABSURD, "1e6", "9" * 5000):
        if room == "review" and typed == "-1":
            continue  # worse than any sensible try: a guess one may make
        answer = client.post(sent_to(name, room), right(name) | {field: typed})

        is_refused(answer, " to ")
        assert html.escape(typed) in answer.content.decode()
    assert moves_of(name) == before


@pytest.fixture(scope="module")
def sealing(tmp_path_factory):
    """Return a browser and a play that waits for its forecast, for many examples."""
    yield from _open_at("forecast", tmp_path_factory)


@pytest.fixture(scope="module")
def deciding(tmp_path_factory):
    """Return a browser and a play that waits for its decision, for many examples."""
    yield from _open_at("decide", tmp_path_factory)


def _open_at(room, tmp_path_factory):
    from django.test import override_settings

    from whennot.web import desk as desks

    home = tmp_path_factory.mktemp(room)
    before, desks._open[:] = list(desks._open), []
    with override_settings(HOME=home):
        browser = signed_in(home)
        name = walk(browser, to=room)
    kept, desks._open[:] = list(desks._open), before

    def post(path: str, typed: dict[str, str]):
        mine, desks._open[:] = list(desks._open), kept
        try:
            with override_settings(HOME=home):
                return browser.post(f"/plays/{name}/{path}", typed), moves_of(name)
        finally:
            desks._open[:] = mine

    def fields() -> dict[str, str]:
        mine, desks._open[:] = list(desks._open), kept
        try:
            return right(name)
        finally:
            desks._open[:] = mine

    yield post, fields
    for one in kept:
        one.close()


PERCENTS = st.dictionaries(
    st.sampled_from([f"mode_{m}" for m in STATED]),
    st.one_of(
        st.floats().map(repr),
        st.integers(-200, 200).map(str),
        st.text(max_size=12),
        st.just(""),
    ),
    max_size=4,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=PERCENTS)
@example(typed={"mode_none": "100.00001"})
@example(typed={"mode_none": "-0"})
@example(typed={"mode_leak": "5e-324"})
@example(typed={f"mode_{m}": "33.33" for m in ("leak", "none", "silent_errors")})
def test_whatever_is_forecast_it_sums_to_a_hundred_or_nothing_is_sealed(sealing, typed):
    post, _ = sealing
    if _sums(typed):
        return  # that one is taken, and the play would be over

    answer, moves = post("", typed)

    is_refused(answer)
    assert moves == 6
    for value in typed.values():
        if value.strip() and "\x00" not in value and "\r" not in value:
            assert html.escape(value) in answer.content.decode()


def _sums(typed: dict[str, str]) -> bool:
    try:
        shares = [float(v.strip() or 0) for v in typed.values()]
    except ValueError:
        return False
    return all(0 <= s <= 100 for s in shares) and math.isclose(sum(shares), 100, abs_tol=1e-6)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.one_of(st.floats().map(repr), st.text(max_size=20), st.integers().map(str)))
@example(typed="1_0")
def test_whatever_is_said_of_viability_it_is_taken_or_told(deciding, typed):
    post, fields = deciding

    # The kill criterion is missing, so that the play stays where it is whatever the number.
    sent = fields() | {"viability": typed}
    del sent["kill_criterion"]
    answer, moves = post("decide/", sent)

    is_refused(answer)
    assert moves == 4


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({}, "At least one of them needs more than 0"),
        ({"mode_none": "50"}, "They sum to 50, not 100"),
        ({"mode_none": "60", "mode_leak": "60"}, "about 0, 0, 50, 50"),
        ({"mode_none": "101"}, "from 0 to 100 %"),
    ],
)
def test_a_forecast_that_does_not_sum_is_told_with_what_it_would_be(client, stated, message):
    name = walk(client, to="forecast")

    answer = client.post(f"/plays/{name}/", stated)

    assert answer.status_code == 422
    assert message in text_of(answer)
    assert moves_of(name) == 6


def test_building_nothing_needs_no_trigger_and_no_other_lever(client):
    name = walk(client, to="decide")
    typed = {"lever_option": "none", "kill_criterion": "minutes", "viability": "1.5"}

    assert client.post(f"/plays/{name}/decide/", typed).status_code == 302
    assert desk().play(name).episode.policy is not None


def test_minutes_that_are_not_left_cannot_be_spent(client):
    name = walk(client, to="framing")
    questions = desk().play(name).episode.case.spec.questions
    refused = 0
    for question in questions:
        answer = client.post(f"/plays/{name}/ask/", {"what": f"ask:{question}"})
        refused += answer.status_code == 422
    twice = client.post(f"/plays/{name}/ask/", {"what": f"ask:{next(iter(questions))}"})

    assert refused
    is_refused(twice)


OWN = {
    "trigger": "own", "own_signal": "complaint_rate", "own_side": ">", "own_threshold": "18",
    "own_window": "7", "own_days": "2", "own_deadline": "2", "own_action": "off",
}  # fmt: skip


@pytest.mark.parametrize("field", [f for f in OWN if f != "trigger"])
def test_a_trigger_of_ones_own_with_a_fault_is_told_beside_it(client, field):
    case = load_case(CASE)
    name = desk().begin(case, setup=Setup(variant=1, flight="full")).name
    for move in FIRST[:4]:
        send(client, name, move)
    levers = {f"lever_{n}": str(x.default) for n, x in case.spec.levers.items()}
    rest = {"lever_option": "big", "kill_criterion": "minutes", "viability": "1.5", "why": "So."}
    for wrong in ("nan", "1e999", "-1e10", "many", "<script>alert(1)</script>", "\x00"):
        answer = client.post(f"/plays/{name}/decide/", levers | rest | OWN | {field: wrong})

        is_refused(answer)
        assert "<script>alert" not in answer.content.decode()
    assert moves_of(name) == 4

    assert client.post(f"/plays/{name}/decide/", levers | rest | OWN).status_code in {302, 422}


# --- forms outside of a play ---------------------------------------------------------------------


@pytest.mark.parametrize("field", ["background", "target", "hours", "domain"])
@pytest.mark.parametrize("wrong", ["", "<script>alert(1)</script>", "nan", "1e999", "\x00", "-1"])
def test_a_profile_with_a_fault_is_told_and_not_remembered(client, field, wrong):
    answer = client.post("/roadmap/", _profile() | {field: wrong})

    is_refused(answer)
    assert "<script>alert" not in answer.content.decode()
    assert desk().home.events(kind="roadmap.profile") == []


def _profile() -> dict[str, str]:
    from whennot.roadmap.contents import contents

    known = contents()
    return {
        "background": next(iter(known.backgrounds)),
        "target": next(iter(known.targets)),
        "hours": "6",
        "domain": next(iter(known.domains)),
    }


@pytest.mark.parametrize("hours", ["2", "2.25", "6.3333333333333333", "39.999", "40"])
def test_any_number_of_hours_within_the_range_makes_a_plan(client, hours):
    assert client.post("/roadmap/", _profile() | {"hours": hours}).status_code == 302

    page = client.get("/roadmap/")
    assert page.status_code == 200
    assert "This week" in text_of(page)


@pytest.mark.parametrize("theme", ["", "neon", "<script>alert(1)</script>", "\x00", "dark" * 999])
def test_a_look_that_there_is_not_is_told(client, theme):
    answer = client.post("/settings/", {"theme": theme})

    is_refused(answer, "not one of the looks")
    assert "whennot_theme" not in answer.cookies


@pytest.mark.parametrize("cookie", ["neon", "<script>", "dark; x", "a" * 3000, '"><script>'])
def test_a_look_that_was_written_into_the_cookie_by_hand_is_ignored(client, cookie):
    client.cookies["whennot_theme"] = cookie

    answer = client.get("/")

    assert answer.status_code == 200
    assert 'data-theme="system"' in answer.content.decode()


def contest(browser: Client, name: str, **given: str):
    """Return the page that judges a play again."""
    return browser.get(f"/plays/{name}/appeal/", given)


@pytest.mark.parametrize("value", [*ABSURD, "", "1e13", "<script>alert(1)</script>", "x" * LONG])
def test_a_number_contested_in_nonsense_is_told(finished, value):
    browser, name = finished

    answer = contest(browser, name, parameter="saved_usd", value=value)

    if value == "-1":
        assert answer.status_code == 200  # what saves nothing may well cost something
    else:
        is_refused(answer)
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("parameter", ["", "none", "simple_right", "\x00", SCRIPT])
def test_a_number_that_is_not_open_to_appeal_is_told(finished, parameter):
    browser, name = finished

    answer = contest(browser, name, parameter=parameter, value="1")

    is_refused(answer)
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("critical_trust", "-1e9"), ("habit_days", "0"), ("habit_days", "0.5")],
)
def test_a_number_contested_beyond_what_can_run_is_told(finished, parameter, value):
    browser, name = finished

    is_refused(_judged(browser, name, parameter, value), "cannot run with that value")


@pytest.mark.parametrize(("parameter", "value"), [("saved_usd", "9"), ("habit_days", "20")])
def test_a_number_contested_beyond_its_range_is_judged(finished, parameter, value):
    browser, name = finished

    page = text_of(_judged(browser, name, parameter, value))

    assert "instead of" in page
    assert "Before" in page


def _judged(browser: Client, name: str, parameter: str, value: str):
    """Return the page of an appeal when it is done."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = contest(browser, name, parameter=parameter, value=value)
        if "Judging it again" not in text_of(answer):
            return answer
        time.sleep(0.05)
    raise AssertionError("the appeal is not done")


def test_a_briefs_text_that_is_too_long_is_told_and_comes_back(finished):
    browser, name = finished
    for typed in ("<b>" * 20_001, "🙃" * 60_001):
        answer = edit_brief(browser, name, typed)

        is_refused(answer, "longer than 60,000 characters")
        assert html.escape(typed) in answer.content.decode()


@pytest.mark.parametrize("typed", ["🙃" * 60_000, '"' * 60_000, "\n" * 59_000, "\x01" * 60_000])
def test_a_briefs_text_that_just_fits_is_kept_or_told(finished, typed):
    browser, name = finished

    answer = edit_brief(browser, name, f"a{typed[1:]}")

    assert answer.status_code in {302, 422}
    assert browser.get(f"/plays/{name}/brief/").status_code == 200
    assert edit_brief(browser, name, "").status_code == 302


@pytest.mark.parametrize("typed", STRANGE.values(), ids=STRANGE)
def test_a_briefs_text_is_kept_as_typed_and_shown_without_its_markup(finished, typed):
    browser, name = finished
    assert edit_brief(browser, name, f"a {typed}").status_code == 302

    page = browser.get(f"/plays/{name}/brief/").content.decode()
    kept = browser.get(f"/plays/{name}/brief.md").content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert kept.startswith("---\n")  # what is for files stands above it
    assert kept.endswith(f"a {typed}")
    edit_brief(browser, name, "")


def test_a_briefs_text_that_another_window_saved_is_shown_beside_mine_and_not_overwritten(
    finished,
):
    browser, name = finished
    assert edit_brief(browser, name, "theirs, saved first").status_code == 302

    answer = browser.post(f"/plays/{name}/brief/", {"text": "mine, too late", "base": "0"})

    assert answer.status_code == 409
    assert "theirs, saved first" in text_of(answer)
    assert "mine, too late" in text_of(answer)
    assert browser.get(f"/plays/{name}/brief.md").content.decode().endswith("theirs, saved first")
    for base in ("x", "-1", "1e999", "9" * 5000, "\x00"):
        answer = browser.post(f"/plays/{name}/brief/", {"text": "mine", "base": base})
        assert answer.status_code in {409, 422}
    edit_brief(browser, name, "")


# --- drafts --------------------------------------------------------------------------------------

GOOD = {"document": f"{PLAY}/brief", "base": 0, "fields": {"first_words": "why"}}


def save(client: Client, body) -> object:
    """Send a draft as the page's script does."""
    sent = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post("/drafts/", sent, content_type="application/json")


def test_a_draft_is_kept_and_is_there_when_the_page_is_opened_again(client):
    name = walk(client, to="brief")

    answer = save(client, GOOD)

    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert ">\nwhy</textarea>" in client.get(f"/plays/{name}/").content.decode()


def test_another_windows_draft_is_handed_back_and_not_overwritten(client):
    save(client, GOOD)

    answer = save(client, GOOD | {"fields": {"first_words": "mine"}})

    assert answer.status_code == 409
    assert answer.json()["fields"] == {"first_words": "why"}


NO_DRAFTS = [
    "",
    "{",
    "null",
    "[]",
    "1",
    '"x"',
    b"\xff\xfe",
    "[" * 100_000,
    '{"a":' * 5_000,
    {},
    GOOD | {"base": None},
    GOOD | {"base": "x"},
    GOOD | {"base": []},
    json.dumps(GOOD).replace('"base": 0', '"base": Infinity'),
    json.dumps(GOOD).replace('"base": 0', '"base": NaN'),
    json.dumps(GOOD).replace('"base": 0', '"base": 1e999'),
    json.dumps(GOOD).replace('"base": 0', f'"base": {"9" * 5000}'),
    GOOD | {"fields": []},
    GOOD | {"fields": {"a": 1}},
    GOOD | {"fields": {"a": {"b": "c"}}},
    GOOD | {"fields": "x"},
    GOOD | {"document": 1},
    GOOD | {"document": ""},
    GOOD | {"document": "../../etc/passwd"},
    GOOD | {"document": "a/b/c"},
    GOOD | {"document": "a" * 300 + "/brief"},
    GOOD | {"document": "a\x00b/brief"},
]


@pytest.mark.parametrize("body", NO_DRAFTS, ids=[str(n) for n in range(len(NO_DRAFTS))])
def test_what_is_no_draft_is_refused_as_json(client, body):
    answer = save(client, body)

    assert answer.status_code == 400
    assert answer.json() == {"error": "That is no draft."}


@pytest.mark.parametrize("typed", [*STRANGE.values(), "\x00", "\ud800"])
def test_any_text_can_be_a_draft(client, typed):
    name = walk(client, to="brief")

    answer = save(client, GOOD | {"fields": {"first_words": typed, typed: "x"}})

    assert answer.status_code == 200
    page = client.get(f"/plays/{name}/")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("size", [200_001, 999_000, FAR_TOO_LONG])
def test_a_draft_that_is_too_long_is_refused_and_nothing_is_overwritten(client, size):
    save(client, GOOD)

    answer = save(client, GOOD | {"base": 1, "fields": {"first_words": "x" * size}})

    assert answer.status_code == 413
    assert desk().home.draft(GOOD["document"]).version == 1


@pytest.mark.parametrize("kept", ["", "{", "[]", "1", '{"first_words": 1}', '{"seen": "7"}'])
def test_a_draft_that_cannot_be_read_does_not_keep_its_page_from_opening(client, kept):
    from whennot.clock import now

    name = walk(client, to="brief")
    desk().home.save_draft(f"{name}/brief", kept, base=0, now=now())

    assert client.get(f"/plays/{name}/").status_code == 200
    assert save(client, GOOD | {"base": 9}).status_code in {200, 409}


# --- the wrong way of asking ---------------------------------------------------------------------

ONLY_SENT = (
    "/cases/{case}/play/",
    "/plays/{play}/ask/",
    "/plays/{play}/debrief/stop/",
    "/drafts/",
)
ONLY_READ = (
    "/", "/cases/", "/cases/{case}/", "/cases/{case}/watch/", "/plays/", "/plays/{play}/framing/",
    "/plays/{play}/sealed/", "/plays/{play}/debrief/", "/plays/{play}/debrief/parts/",
    "/plays/{play}/episode.json", "/plays/{play}/brief.pdf", "/plays/{play}/brief.md",
    "/charts/{play}/quarter.svg", "/live/{play}/", "/calibration/", "/roadmap.ics", "/interview/",
    "/portfolio/", "/about/", "/sign-in/", "/healthz", "/favicon.ico", "/design/",
)  # fmt: skip
BOTH = ("/plays/{play}/", "/plays/{play}/objective/", "/plays/{play}/decide/", "/roadmap/",
        "/settings/")  # fmt: skip
WRONG = [
    *((path, "get") for path in ONLY_SENT),
    *((path, "head") for path in ONLY_SENT),
    *((path, "post") for path in ONLY_READ),
    *((path, "put") for path in (*ONLY_SENT, *ONLY_READ, *BOTH)),
    *((path, "delete") for path in BOTH),
]


@pytest.mark.parametrize(("path", "method"), WRONG)
def test_what_is_not_asked_for_like_that_says_so_on_a_page(client, path, method):
    name = walk(client, to="framing")
    before = moves_of(name)

    answer = getattr(client, method)(path.format(case=CASE, play=name))

    assert answer.status_code == 405
    assert answer["Allow"]
    if method != "head":
        assert "This address answers something else" in text_of(answer)
        assert "<h1>" in answer.content.decode()
    assert moves_of(name) == before
    assert len(desk().home.episodes()) == 1


@pytest.mark.parametrize("path", [p for p in (*ONLY_READ, *BOTH) if "live" not in p])
def test_headers_alone_can_be_asked_for(client, path):
    name = walk(client, to="framing")

    answer = client.head(path.format(case=CASE, play=name))

    assert answer.status_code in {200, 302, 404, 409, 401}
    assert not answer.content


def test_the_forms_of_a_play_are_sent_as_the_moves_they_are(client):
    name = walk(client, to="brief")
    for number, move in enumerate(FIRST, 1):
        play = send(client, name, move)
        assert len(play.episode.moves) == number
    assert quote(name) == name

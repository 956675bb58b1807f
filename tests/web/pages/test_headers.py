"""What every answer carries so that a browser runs and loads nothing but our own files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from tests.web.pages.browser import CASE, ROOMS, signed_in, walk

from whennot.web.signin import new_token

ROOT = Path(__file__).parents[3]
GENERAL = (
    "/", "/cases/", f"/cases/{CASE}/", f"/cases/{CASE}/watch/", "/plays/", "/calibration/",
    "/roadmap/", "/interview/", "/portfolio/", "/settings/", "/about/", "/nowhere/",
    "/plays/none-1/", "/cases/none/",
)  # fmt: skip
OF_A_PLAY = ("debrief/", "debrief/parts/", "appeal/", "brief/", "sealed/")
LOADS = {
    "src", "srcset", "poster", "data", "action", "formaction", "background", "hx-get", "hx-post",
    "sse-connect", "ping", "xlink:href",
}  # fmt: skip
"""Attributes whose address a browser asks for, or sends to, by itself or on a click."""


class Looked(HTMLParser):
    """What a page holds that a strict policy forbids, and every address it asks for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.asked_for: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.forbidden.append(f"<{tag}>")
        if tag in {"iframe", "object", "embed", "base"}:
            self.forbidden.append(f"<{tag}>")
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.forbidden.append(f"{tag} {name}={value}")
            if (value or "").strip().lower().startswith(("javascript:", "data:")):
                self.forbidden.append(f"{tag} {name}={value}")
            if name in LOADS or (name == "href" and tag in {"link", "image", "use"}):
                self.asked_for.append(value or "")

    handle_startendtag = handle_starttag


def is_guarded(answer) -> None:
    """Check the headers of one answer."""
    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["img-src"] == policy["font-src"] == policy["connect-src"] == "'self'"
    assert policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert not re.search(r"unsafe|\*|http|data:|blob:|nonce", str(policy))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in answer


def is_clean(answer) -> None:
    """Check that a page runs and loads nothing from elsewhere, or from within itself."""
    looked = Looked(answer.content.decode())
    assert looked.forbidden == []
    assert [a for a in looked.asked_for if re.match(r"\s*([a-z]+:|//)", a, re.IGNORECASE)] == []
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", GENERAL)
def test_a_page_holds_nothing_that_a_strict_policy_forbids(client, path):
    answer = client.get(path)

    is_guarded(answer)
    is_clean(answer)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_holds_nothing_that_a_strict_policy_forbids(client, room):
    name = walk(client, to=room)
    last = {"framing": "framing/", "objective": "objective/", "decide": "decide/"}.get(room, "")

    answer = client.get(f"/plays/{name}/{last}")

    assert answer.status_code == 200
    is_guarded(answer)
    is_clean(answer)


@pytest.mark.parametrize("page", OF_A_PLAY)
def test_a_page_of_a_finished_play_holds_nothing_that_a_strict_policy_forbids(finished, page):
    browser, name = finished

    answer = browser.get(f"/plays/{name}/{page}")

    assert answer.status_code == 200
    is_guarded(answer)
    is_clean(answer)


@pytest.mark.parametrize(
    "chart", ["quarter", "strip", "luck", "frontier", "questions", "forecast"]
)
def test_a_picture_that_is_put_into_a_page_holds_no_style_and_no_script(finished, chart):
    browser, name = finished

    answer = browser.get(f"/charts/{name}/{chart}.svg?inline=1")

    assert answer.status_code == 200
    is_guarded(answer)
    is_clean(answer)


def test_refusals_forms_with_faults_and_redirects_are_guarded_too(client):
    name = walk(client, to="forecast")
    client.cookies["whennot_theme"] = "dark"
    for answer in (
        client.post(f"/plays/{name}/", {}),
        client.post(f"/plays/{name}/framing/"),
        client.get(f"/plays/{name}/framing/"),
        client.get("/favicon.ico"),
        client.get("/", headers={"host": "evil.example"}),
        client.post("/drafts/", "{}", content_type="application/json"),
    ):
        is_guarded(answer)


def test_files_are_guarded_too(client):
    for path in ("/static/whennot/mark.svg", "/static/vendor/htmx/htmx.min.js", "/healthz"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        is_guarded(answer)
        answer.close()


def test_the_session_cannot_be_read_by_scripts_nor_sent_from_other_sites(served):
    browser = signed_in(served)
    browser.get("/settings/")
    browser.post("/settings/", {"theme": "dark", "single_keys": "on"})

    session, csrf, theme = (
        browser.cookies[n]
        for n in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "whennot_theme")
    )
    assert session["httponly"]
    assert theme["httponly"]
    assert session["samesite"] == csrf["samesite"] == theme["samesite"] == "Lax"
    assert session["domain"] == csrf["domain"] == ""
    assert int(session["max-age"]) == 60 * 60 * 24 * 30


def test_a_session_says_nothing_but_that_there_is_one_user(served):
    from django.core import signing

    browser = signed_in(served)

    value = browser.cookies[settings.SESSION_COOKIE_NAME].value
    salt = "django.contrib.sessions.backends.signed_cookies"
    assert signing.loads(value, salt=salt, max_age=60) == {"user": "local"}


def as_a_server(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=os.environ | {"WHENNOT_HOME": str(home), "WHENNOT_URL": "https://practice.example"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_django_finds_nothing_to_warn_of_before_it_serves_others(home):
    ended = as_a_server(home, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout


SERVED = """
import django
from django.conf import settings
from django.test import Client
from whennot.web.signin import new_token
django.setup()
settings.HOME.mkdir(parents=True, exist_ok=True)
plain = Client(SERVER_NAME="practice.example")
answer = plain.get("/settings/")
assert (answer.status_code, answer["Location"]) == (301, "https://practice.example/settings/")
browser = Client(SERVER_NAME="practice.example", headers={"x-forwarded-proto": "https"})
answer = browser.get("/", secure=True)
assert answer.status_code == 401
assert answer["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
link = {"token": new_token(settings.HOME)}
assert browser.get("/sign-in/", link, secure=True).status_code == 401
assert settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
assert Client(SERVER_NAME="127.0.0.1").get("/", secure=True).status_code == 400
"""


def test_as_a_server_it_wants_tls_and_no_link_of_a_laptop_opens_it(home):
    ended = as_a_server(
        home,
        "-c",
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'whennot.web.settings'" + SERVED,
    )

    assert ended.returncode == 0, ended.stderr


def test_on_a_laptop_nothing_asks_for_tls_that_is_not_there(served):
    answer = signed_in(served).get("/sign-in/", {"token": new_token(served)})

    assert answer.status_code == 302
    assert not answer.cookies[settings.SESSION_COOKIE_NAME]["secure"]
    assert "Strict-Transport-Security" not in answer

"""Who may come in: one browser at a time, by a link that works once, from this machine."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings
from tests.web.pages.browser import HERE, signed_in, text_of
from tests.web.pages.terminal import Program

from whennot.web.secret import secret_key
from whennot.web.signin import NAME, new_token, use_token

PAGES = ("/", "/cases/", "/plays/", "/roadmap/", "/settings/", "/about/", "/live/x/", "/nowhere/")


def stranger(**more) -> Client:
    """Return a browser that is not signed in."""
    return Client(SERVER_NAME=HERE, raise_request_exception=False, **more)


def test_the_link_signs_in_and_leads_home(served):
    browser = stranger()

    answer = browser.get("/sign-in/", {"token": new_token(served)})

    assert (answer.status_code, answer.url) == (302, "/")
    assert browser.get("/").status_code == 200


def test_a_link_works_once_and_the_page_says_how_to_get_another(served):
    token = new_token(served)
    assert stranger().get("/sign-in/", {"token": token}).status_code == 302

    second = stranger().get("/sign-in/", {"token": token})

    assert second.status_code == 401
    assert "That link was used already" in text_of(second)
    assert "whennot web" in text_of(second)
    assert not (served / NAME).exists()


def test_of_two_browsers_with_the_same_link_one_gets_in(served):
    token = new_token(served)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: use_token(served, token), range(16)))

    assert taken.count(True) == 1


def test_a_fresh_link_puts_the_older_one_out_of_use(served):
    older, newer = new_token(served), new_token(served)

    assert stranger().get("/sign-in/", {"token": older}).status_code == 401
    assert stranger().get("/sign-in/", {"token": newer}).status_code == 302


def test_a_wrong_token_does_not_use_up_the_right_one(served):
    token = new_token(served)
    for wrong in ("x", token[:-1], "%C3%A9", "%ED%A0%80", "%00", "", token * 100):
        assert stranger().get(f"/sign-in/?token={wrong}").status_code == 401

    assert stranger().get("/sign-in/", {"token": token}).status_code == 302


def test_a_link_that_is_only_previewed_is_not_used_up(served):
    token = new_token(served)

    assert stranger().head("/sign-in/", {"token": token}).status_code == 401
    assert stranger().get("/sign-in/", {"token": token}).status_code == 302


@pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.7", "::2", "", "nonsense"])
def test_the_link_works_on_this_machine_only(served, address):
    token = new_token(served)

    answer = stranger(REMOTE_ADDR=address).get("/sign-in/", {"token": token})

    assert answer.status_code == 401
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert stranger(REMOTE_ADDR="::1").get("/sign-in/", {"token": token}).status_code == 302


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("path", PAGES)
def test_without_signing_in_every_page_says_how_to(path):
    answer = stranger().get(path)

    assert answer.status_code == 401
    assert "This browser is not signed in" in text_of(answer)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_what_is_sent_without_signing_in_has_no_effect(served, method):
    answer = getattr(stranger(), method)("/cases/meeting-summarizer/play/")

    assert answer.status_code == 401
    assert "There is none yet" in text_of(signed_in(served).get("/plays/"))


@pytest.mark.usefixtures("served")
def test_a_program_that_is_not_signed_in_gets_json():
    answer = stranger().post(
        "/drafts/", "{}", content_type="application/json", headers={"accept": "application/json"}
    )

    assert answer.status_code == 401
    assert answer.json() == {"error": "signed out"}


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("path", ["/healthz", "/sign-in/", "/static/whennot/whennot.css"])
def test_what_is_needed_to_sign_in_is_open_to_all(path):
    answer = stranger().get(path)

    assert answer.status_code == (401 if path == "/sign-in/" else 200)
    answer.close()


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("path", ["/static/../", "/sign-in/x/", "/healthz/../plays/"])
def test_nothing_else_is_open_that_only_begins_like_it(path):
    answer = stranger().get(path)

    assert answer.status_code in {401, 404}
    assert "Everything you played" not in text_of(answer)


def test_a_session_that_another_key_signed_is_refused(served):
    browser = stranger()
    with override_settings(SECRET_KEY="another" * 10):
        browser.get("/sign-in/", {"token": new_token(served)})
        assert browser.get("/").status_code == 200

    assert browser.get("/").status_code == 401


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("cookie", ["", "x", "e30:1:2", "a" * 4000, '{"user": "local"}', ".e:."])
def test_a_cookie_made_by_hand_is_refused(cookie):
    browser = stranger()
    browser.cookies[settings.SESSION_COOKIE_NAME] = cookie

    assert browser.get("/").status_code == 401


def test_a_form_that_another_site_sends_is_refused_and_the_page_says_what_to_do(served):
    browser = signed_in(served, enforce_csrf_checks=True)

    answer = browser.post("/cases/meeting-summarizer/play/")

    assert answer.status_code == 403
    assert "This page was open for too long" in text_of(answer)
    assert "There is none yet" in text_of(browser.get("/plays/"))


@pytest.mark.skipif(sys.platform == "win32", reason="files there have no mode")
def test_the_key_and_the_token_are_readable_by_their_owner_only(tmp_path):
    before = os.umask(0)
    try:
        key = secret_key(tmp_path / "new")
        new_token(tmp_path / "new")
    finally:
        os.umask(before)

    modes = {p.name: p.stat().st_mode & 0o777 for p in (tmp_path / "new").iterdir()}
    assert modes == {"web.key": 0o600, "web.token": 0o600}
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert secret_key(tmp_path / "new") == key


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64])
def test_a_key_that_cannot_be_used_is_made_again(tmp_path: Path, content: bytes):
    (tmp_path / "web.key").write_bytes(content)

    key = secret_key(tmp_path)

    assert len(key) >= 48
    assert secret_key(tmp_path) == key


def test_a_real_server_refuses_foreign_names_everywhere(tmp_path):
    with Program(tmp_path / "home", "--port", "0") as server:
        cookie = server.sign_in()
        paths = (*PAGES, "/healthz", "/sign-in/", "/static/whennot/whennot.css", "/favicon.ico")
        for path in paths:
            for name in ("evil.example", f"evil.example:{server.port}", "127.0.0.1.evil.example"):
                status, _, text = server.ask(path, Host=name, Cookie=cookie)
                assert status == 400, (path, name)
                assert "whennot" not in text or "Open the address" in text
        assert server.ask("/", Cookie=cookie)[0] == 200
        assert server.ask("/", Host=f"localhost:{server.port}", Cookie=cookie)[0] == 200
        assert server.ask("/static/whennot/whennot.css")[0] == 200
        assert server.ask("/live/nothing/", Cookie=cookie)[0] == 404
        assert server.ask("/live/nothing/")[0] == 401

"""What browser tests share: one Chromium, servers that they start and stop themselves."""

from __future__ import annotations

import os
from contextlib import contextmanager

import pytest
from tests.web.browser.server import Server
from tests.web.browser.visit import CHROMIUM, FLAGS, Visit


@pytest.fixture(scope="module")
def chromium():
    """Chromium, started once a file; without one these tests are left out, but not where CI runs.

    Not once for all: an open browser keeps an event loop that other tests would stumble over.
    """
    if not CHROMIUM.exists():
        missing = f"no {CHROMIUM}: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(browser, home, **more):
    """A server with a browser signed in at it; it has nothing to complain about at the end."""
    found = Server(home, **more)
    try:
        found.cookies = signed_in(browser, found, found.start())
        yield found
    finally:
        found.stop()
    assert not found.complaints()


def signed_in(browser, server, link):
    """Return the cookies of a browser that used the link."""
    way_in = Visit(browser, server.address)
    way_in.page(link)
    cookies = way_in.context.storage_state()
    way_in.close()
    return cookies


@pytest.fixture(scope="module")
def server(chromium, tmp_path_factory):
    """A server with a home that the tests fill; each starts plays of its own."""
    with served(chromium, tmp_path_factory.mktemp("web") / "home") as found:
        yield found


@pytest.fixture
def visit(chromium, server):
    """Open a signed-in browser: ``visit(statuses=(409,), viewport=...)``; checked at the end."""
    opened = []

    def opens(at=server, **look):
        look.setdefault("storage_state", at.cookies)
        opened.append(Visit(chromium, at.address, **look))
        return opened[-1]

    yield opens
    for one in opened:
        one.close()

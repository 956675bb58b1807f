"""``whennot web``: what it says before it serves, and to whom it does not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest
from tests.web.pages.terminal import Program, run

from whennot.errors import HomeError
from whennot.web import server

ELSEWHERE = ["0.0.0.0", "::", "192.168.1.7", "practice.example"]  # noqa: S104 - to be refused


@pytest.mark.parametrize("host", ELSEWHERE)
def test_another_address_than_this_machine_is_refused_with_a_way(terminal, host):
    terminal.run("web", "--no-browser", "--host", host, code=1)

    assert f"--host {host}" in terminal.result.output
    assert "this machine only" in terminal.result.output
    assert "SSH tunnel" in terminal.result.output


def test_serving_several_people_is_refused_until_there_are_accounts(terminal, monkeypatch):
    monkeypatch.setenv("WHENNOT_URL", "https://practice.example")

    terminal.run("web", "--no-browser", code=1)

    assert "WHENNOT_URL is set" in terminal.result.output
    assert "Unset it" in terminal.result.output


def test_a_port_that_is_taken_is_named_with_what_to_do(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = run(home, "web", "--no-browser", "--port", str(port))

    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("port", [-1, 65536, 10**30])
def test_a_port_that_is_none_is_refused_in_a_sentence(port):
    with pytest.raises(HomeError, match=r"cannot listen on 127\.0\.0\.1:-?\d+: .*[a-z0-9]\. Name"):
        server.bind("127.0.0.1", port=port)


def test_without_a_port_the_first_free_one_is_taken():
    with server.bind("127.0.0.1", port=None) as first, server.bind("127.0.0.1", port=None) as more:
        ports = [s.getsockname()[1] for s in (first, more)]

    assert ports[0] != ports[1]
    assert ports[0] >= server.PORT


def test_an_address_of_another_machine_cannot_be_listened_on():
    with pytest.raises(HomeError, match=r"cannot listen on 192\.0\.2\.1:8421"):
        server.bind("192.0.2.1", port=8421)


def test_a_second_start_prints_a_link_to_the_server_that_runs_proxy_or_not(home):
    with Program(home, "--port", "0") as first:
        second = run(home, "web", "--no-browser", http_proxy="http://127.0.0.1:9")

        link = second.stdout.strip()
        assert second.returncode == 0
        assert "running already" in second.stderr
        assert link.startswith(f"http://127.0.0.1:{first.port}/sign-in/?token=")
        assert link != first.link
        assert first.ask(first.link.partition(str(first.port))[2])[0] == 401
        assert first.ask(link.partition(str(first.port))[2])[0] == 302
    assert not (home / server.ADDRESS).exists()


def test_after_a_crash_another_homes_server_on_the_same_port_is_not_taken_for_ours(home, tmp_path):
    with Program(home, "--port", "0") as crashed:
        crashed.process.send_signal(signal.SIGKILL)
        crashed.process.wait()
        assert (home / server.ADDRESS).exists()
        assert server.running(home) == ""

        with Program(tmp_path / "other", "--port", str(crashed.port)):
            assert server.running(home) == ""


@pytest.mark.parametrize(
    "kept",
    ["", "x", "http://evil.example:80\nx", "http://127.0.0.1:1\nx", "\x00", "file:///etc\nx"],
)
def test_an_address_that_makes_no_sense_is_no_running_server(tmp_path, kept):
    (tmp_path / server.ADDRESS).write_text(kept)

    assert server.running(tmp_path) == ""


def test_a_damaged_home_is_told_and_served_all_the_same(home):
    home.mkdir()
    (home / "whennot.sqlite3").write_bytes(b"notes" * 1000)
    with Program(home, "--port", "0") as served:
        status, _, text = served.ask("/", Cookie=served.sign_in())

        assert status == 503
        assert "not a database" in text
        assert "whennot restore" in text


def test_a_home_that_cannot_be_made_is_refused_in_a_sentence(terminal, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WHENNOT_HOME", str(tmp_path / "file" / "home"))

    terminal.run("web", "--no-browser", code=1)

    assert "WHENNOT_HOME" in terminal.talk + terminal.result.output


def test_ctrl_c_ends_it_in_peace(home):
    with Program(home, "--port", "0") as served:
        served.process.send_signal(signal.SIGINT)
        _, said = served.process.communicate(timeout=30)

    assert served.process.returncode in {0, 130, -signal.SIGINT}
    assert "Traceback" not in said


def test_help_loads_nothing_of_the_server():
    code = (
        "import sys; sys.argv = ['whennot', '--help']\n"
        "from whennot.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(*[n for n in ('django', 'uvicorn', 'a2wsgi') if n in sys.modules], file=sys.stderr)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=True
    )

    assert said.stderr.strip() == ""

"""``whennot web``: the same home in the browser, on this machine alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Timer
from typing import Annotated

import typer


def web(
    *,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the browser.")
    ] = True,
    port: Annotated[
        int | None, typer.Option(help="Where to listen; by default the first free from 8421.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address of this machine.")] = "127.0.0.1",
) -> None:
    """Open whennot in the browser: play, read debriefs, print briefs.

    The link works once and signs this browser in for a month. While it runs, typing the command
    again opens another link. Ctrl-C ends it; everything is kept.
    """
    from whennot.cli.output import talk
    from whennot.errors import PlayerError
    from whennot.home.place import home_folder
    from whennot.web import server
    from whennot.web.signin import new_token

    if os.environ.get("WHENNOT_URL"):
        raise PlayerError(
            "WHENNOT_URL is set, but serving several people needs accounts, which are not built "
            "yet. Unset it to use whennot on this machine."
        )
    if not server.is_loopback(host):
        raise PlayerError(
            f"--host {host}: without accounts whennot listens on this machine only: 127.0.0.1, "
            "::1 or localhost. From elsewhere, use an SSH tunnel."
        )
    home = home_folder(os.environ)
    _open_home(home)
    address = server.running(home)
    if address:
        talk("It is running already; here is another link for it.")
        _show(address, new_token(home), browser=browser, after=0.0)
        return
    with server.bind(host, port=port) as listening:
        number = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{number}"
        with server.announced(home, address):
            _show(address, new_token(home), browser=browser, after=0.6)
            talk("Ctrl-C ends it; everything is kept.")
            server.serve(listening)


def _open_home(home: Path) -> None:
    """Make or migrate the home now, so that what is wrong with it is told here.

    A damaged home is no reason not to serve: the page says what to do, as this does.
    """
    from whennot.cli.output import talk
    from whennot.errors import HomeError
    from whennot.home import Home

    try:
        Home(home).close()
    except HomeError as error:
        talk(str(error))


def _show(address: str, token: str, *, browser: bool, after: float) -> None:
    link = f"{address}/sign-in/?token={token}"
    typer.echo(link)
    sys.stdout.flush()
    if browser:
        import webbrowser

        timer = Timer(after, lambda: webbrowser.open(link))
        timer.daemon = True
        timer.start()
        if not after:
            timer.join()

"""``whennot doctor``: what is installed, set and healthy, and what is not."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer

from whennot.cli.arguments import Json

PACKAGES = (
    "a2wsgi",
    "django",
    "django-csp",
    "icalendar",
    "markdown-it-py",
    "nh3",
    "numba",
    "numpy",
    "platformdirs",
    "pydantic",
    "rich",
    "typer",
    "typst",
    "uvicorn",
    "vl-convert-python",
    "whitenoise",
)
"""What whennot is installed with."""
OPTIONAL = ("numba",)
"""Packages whose absence only costs speed."""


def doctor(*, as_json: Json = False) -> None:
    """Tell what is installed, set and healthy; ends with 1 when something needs attention."""
    from whennot.cli.output import data, write_json, write_rows

    report = _report(os.environ)
    if as_json:
        write_json(report)
    else:
        console = data()
        for heading, rows in _sections(report):
            console.print(f"[bold cyan]{heading}[/]")
            write_rows(console, rows, indent=2, label=16, style="")
            console.print()
        console.print("All is well." if report["ok"] else "Needs attention:", markup=False)
        write_rows(console, [("-", fault) for fault in report["faults"]], indent=2, label=2)
    if not report["ok"]:
        raise typer.Exit(1)


def _report(environment: Mapping[str, str]) -> dict[str, Any]:
    from whennot import __version__
    from whennot.home.place import home_folder, settings, unknown_variables

    packages = {name: _version(name) for name in PACKAGES}
    home = _home(home_folder(environment))
    missing = [n for n, found in packages.items() if found is None and n not in OPTIONAL]
    faults = [f"{name} is not installed" for name in missing]
    faults += [*home["faults"], *unknown_variables(environment)]
    return {
        "ok": not faults,
        "faults": faults,
        "whennot": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "packages": packages,
        "backend": "numba" if find_spec("numba") else "numpy",
        "browser": "any of the last two years, for whennot web; the terminal needs none",
        "home": home,
        "settings": [
            {
                "name": setting.variable.name,
                "value": setting.value,
                "is_set": setting.is_set,
                "meaning": setting.variable.meaning,
                "default": setting.variable.default,
            }
            for setting in settings(environment)
        ],
        "terminal": _terminal(environment),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _home(folder: Path) -> dict[str, Any]:
    """Return the state of the home; one that is not there yet is not made."""
    from whennot.home import check
    from whennot.home.files import Files

    files = Files.of(folder)
    try:
        is_new = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
        backups = sorted(files.backups.glob("*.sqlite3"), reverse=True)
    except OSError as error:
        return {"path": str(folder), "state": "unreadable", "faults": [str(error)], "backups": 0}
    faults = [] if is_new else check(folder)
    state = "not made yet; the first play makes it" if is_new else "healthy"
    return {
        "path": str(folder),
        "state": "damaged" if faults else state,
        "faults": faults,
        "backups": len(backups),
        "newest_backup": str(backups[0]) if backups else None,
    }


def _terminal(environment: Mapping[str, str]) -> dict[str, Any]:
    from rich.console import Console

    console = Console()
    return {
        "stdin_is_terminal": sys.stdin.isatty(),
        "stdout_is_terminal": console.is_terminal,
        "columns": console.width,
        "lines": console.height,
        "encoding": console.encoding,
        "colors": None if console.no_color else console.color_system,
        "type": environment.get("TERM"),
        "no_color": bool(environment.get("NO_COLOR")),
    }


Rows = list[tuple[str, str]]


def _sections(report: Mapping[str, Any]) -> Iterator[tuple[str, Rows]]:
    counts = {"numba": "compiled", "numpy": "NumPy: the same counts, slower"}[report["backend"]]
    yield (
        "Program",
        [
            ("whennot", report["whennot"]),
            ("Python", f"{report['python']} on {report['system']}"),
            ("simulator", f"{report['backend']} backend ({counts})"),
            ("browser", report["browser"]),
        ],
    )
    packages = report["packages"].items()
    yield "Packages", [(name, found or "not installed") for name, found in packages]
    home = report["home"]
    newest = f", newest {home['newest_backup']}" if home.get("newest_backup") else ""
    yield (
        "Home",
        [
            ("folder", home["path"]),
            ("state", home["state"]),
            ("backups", f"{home['backups']}{newest}"),
        ],
    )
    yield "Settings", [row for setting in report["settings"] for row in _setting(setting)]
    yield "Terminal", _terminal_rows(report["terminal"])


def _setting(setting: Mapping[str, Any]) -> Rows:
    told = f"{setting['value']} (set)"
    if not setting["is_set"]:
        same = setting["value"] == setting["default"]
        told = f"not set; {setting['default']}"
        told = told if same else f"{setting['value']} (not set; default: {setting['default']})"
    return [
        (setting["name"], told),
        (" ", setting["meaning"]),
    ]


def _terminal_rows(terminal: Mapping[str, Any]) -> Rows:
    def told(is_terminal: bool) -> str:
        return "a terminal" if is_terminal else "not a terminal"

    colors = "off, NO_COLOR is set" if terminal["no_color"] else terminal["colors"] or "none"
    return [
        ("input", told(terminal["stdin_is_terminal"])),
        ("output", told(terminal["stdout_is_terminal"])),
        ("size", f"{terminal['columns']} columns, {terminal['lines']} lines"),
        ("characters", terminal["encoding"]),
        ("colors", f"{colors} (TERM is {terminal['type'] or 'not set'})"),
    ]

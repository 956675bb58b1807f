"""Whose work the product contains: vendored files and installed packages, with their licenses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Any

from whennot import __version__

VENDORED = Path(__file__).parents[1] / "static" / "vendor" / "vendor.json"


@dataclass(frozen=True)
class Package:
    """Somebody else's work: name, version, license, and whether its files are in ours."""

    name: str
    version: str
    license: str
    vendored: bool


@cache
def packages() -> tuple[Package, ...]:
    """Return everything that runs or is served, by name."""
    return tuple(sorted([*_vendored(), *_installed()], key=lambda p: p.name.lower()))


def own() -> dict[str, Any]:
    """Return what there is to say about ourselves."""
    return {"own_version": __version__}


def _vendored() -> list[Package]:
    listed = json.loads(VENDORED.read_text(encoding="utf-8"))
    return [
        Package(p["package"], p["version"], p["licence"], vendored=True)
        for p in listed
        if any(f["to"].startswith("src/") for f in p["files"])
    ]


def _installed() -> list[Package]:
    found = []
    for need in requires("whennot") or ():
        name = need.split(";")[0].strip()
        for sign in "[<>=!~ (":
            name = name.split(sign)[0]
        try:
            about: Any = metadata(name)
        except PackageNotFoundError:
            continue
        told = about.get("License-Expression") or _classified(about) or about.get("License") or ""
        found.append(Package(name, about["Version"], told.split("\n")[0][:60], vendored=False))
    return found


def _classified(about: Any) -> str:
    names = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or () if "License ::" in c]
    return ", ".join(n for n in names if n != "OSI Approved")

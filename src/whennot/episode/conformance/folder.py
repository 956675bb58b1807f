"""Rules about the folder of a case: what it holds, who it is, what it rests on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from whennot.episode.case import FILES
from whennot.episode.conformance.subject import Fault, Subject

SECTIONS = (
    "motivation",
    "composition",
    "collection",
    "preprocessing",
    "uses",
    "distribution",
    "maintenance",
)
"""Headings of a data sheet.

Source: Gebru and others, Datasheets for Datasets (2021).
"""

_HASH = re.compile(r"[0-9a-f]{64}")


def test_name(case: str) -> str:
    """Return what the test in a case's folder is called."""
    return f"test_{case.replace('-', '_')}.py"


def complete(subject: Subject) -> Iterator[Fault]:
    """The folder holds every file of a case, its script and its test."""
    wanted = [*FILES, "ladder.py"]
    if subject.with_test:
        wanted.append(test_name(subject.case.name))
    for name in wanted:
        if name not in subject.texts:
            yield Fault(
                f"{subject.folder}/{name}",
                f"the folder has no {name}; a case holds {', '.join(wanted)}. "
                "Write it; docs/how-to/add-a-case tells how",
            )


def identity(subject: Subject) -> Iterator[Fault]:
    """Name, uuid and history say which case and version this is."""
    spec = subject.case.spec
    folder = subject.folder.rstrip("/").rpartition("/")[2]
    if spec.name != folder:
        yield Fault(
            subject.at("name"), f"name is {spec.name!r} in a folder {folder!r}; make them agree"
        )
    if spec.uuid in subject.others:
        yield Fault(
            subject.at("uuid"),
            f"uuid is that of {subject.others[spec.uuid]}; every case needs its own. "
            'Make one: python -c "import uuid; print(uuid.uuid4())"',
        )
    versions = [entry.version for entry in spec.history]
    if versions != sorted(set(versions)):
        yield Fault(
            subject.at("history", 0), f"history has versions {versions}; they must rise, each once"
        )
    if versions[-1] != spec.version:
        yield Fault(
            subject.at("version"),
            f"version is {spec.version}, the last entry of history is of {versions[-1]}; "
            "add an entry that says what changed",
        )
    dates = [entry.date for entry in spec.history]
    if dates != sorted(dates):
        yield Fault(
            subject.at("history", 0), "dates in history go back; put the latest entry last"
        )


def ladder(subject: Subject) -> Iterator[Fault]:
    """``ladder.json`` fits the case and names the script, seed and data it was made from."""
    where = f"{subject.folder}/ladder.json"
    if "ladder.json" not in subject.texts or subject.case.spec.ladder is None:
        return
    if subject.ladder_fault:
        yield Fault(where, f"{subject.ladder_fault}. Fit it again: tools/refit_ladders.py --write")
        return
    content: dict[str, Any] = json.loads(subject.texts["ladder.json"])
    if content.get("case") != subject.case.name:
        yield Fault(where, f"`case` is {content.get('case')!r}; it must be {subject.case.name!r}")
    if content.get("script") not in {*subject.texts, "ladder.py"}:  # `complete` misses that one
        yield Fault(
            where,
            f"`script` is {content.get('script')!r}; name the script in this folder that fits it",
        )
    seed = content.get("seed")
    if isinstance(seed, bool) or not isinstance(seed, int):
        yield Fault(
            where, f"`seed` is {seed!r}; it must be the whole number the script draws from"
        )
    for message in _data(content.get("data_sha256"), subject.data):
        yield Fault(where, message)


def _data(named: object, found: Mapping[str, str] | None) -> Iterator[str]:
    if not isinstance(named, dict) or not all(
        isinstance(digest, str) and _HASH.fullmatch(digest) for digest in named.values()
    ):
        yield (
            "`data_sha256` must be a table of data files, each with 64 hexadecimal digits; "
            "leave it empty where the script makes its own data"
        )
        return
    if found is None:
        return
    for name in sorted({*named, *found}):
        if name not in found:
            yield f"{name} is not in the folder; put it back or fit the ladder again"
        elif name not in named:
            yield f"{name} is in the folder, but not in `data_sha256`; remove it or name it"
        elif named[name] != found[name]:
            yield (
                f"{name} is not the file the ladder was fitted on: its SHA-256 is {found[name]}. "
                "Put the old one back, or fit again and raise the version"
            )


def datasheet(subject: Subject) -> Iterator[Fault]:
    """``datasheet.md`` has the seven sections of a data sheet."""
    if "datasheet.md" not in subject.texts:
        return
    text = subject.texts["datasheet.md"]
    headings = [line.casefold() for line in text.splitlines() if line.startswith("#")]
    missing = [s for s in SECTIONS if not any(s in heading for heading in headings)]
    if missing:
        yield Fault(
            f"{subject.folder}/datasheet.md",
            f"has no section on {', '.join(missing)}; a data sheet has headings for "
            f"{', '.join(SECTIONS)}",
        )

"""Finds what is on the shelves. Nothing is registered by hand: a folder is an item."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from whennot.episode.case import Case, read_case
from whennot.episode.toml import control_characters
from whennot.errors import CaseError, PlayerError, WhennotError
from whennot.world.policy import suggest

SHELVES = Path(__file__).parent / "shelves"
ATLAS = "atlas.npz"
LARGEST_FILE = 5_000_000
"""Bytes; a case file beyond this is a mistake, not a case."""


def case_names() -> tuple[str, ...]:
    """Return the names of all cases on the shelf, in order."""
    return tuple(sorted(p.parent.name for p in (SHELVES / "cases").glob("*/case.toml")))


def play_order() -> tuple[str, ...]:
    """Return the names of all sound cases in the order a newcomer should meet them."""
    sound = [name for name in case_names() if not fault_of(name)]
    return tuple(sorted(sound, key=lambda name: (load_case(name).spec.order, name)))


def fault_of(name: str) -> str:
    """Return what is wrong with a case on the shelf, or nothing: one must not hide the others."""
    try:
        load_case(name)
    except CaseError as error:
        return str(error)
    return ""


def read_folder(folder: Path) -> dict[str, str]:
    """Return the text files of a case folder by name.

    Raises:
        CaseError: no folder, or a file that is too large, not UTF-8 text, or not printable.
    """
    if not folder.is_dir():
        message = f"{folder}: no such folder"
        raise CaseError(message)
    texts: dict[str, str] = {}
    faults = []
    for path in sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")):
        if path.suffix not in {".toml", ".md", ".json", ".py"}:
            continue
        if path.stat().st_size > LARGEST_FILE:
            faults.append(f"{path.name}: larger than {LARGEST_FILE:,} bytes")
            continue
        try:
            text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
        except (UnicodeDecodeError, OSError) as error:
            faults.append(f"{path.name}: not readable as UTF-8 text ({error})")
            continue
        texts[path.name] = text
        for line, code in control_characters(text):
            faults.append(f"{path.name}:{line}: holds the control character {code}; remove it")
    if faults:
        raise CaseError("\n".join(f"{folder}: {fault}" for fault in faults))
    return texts


def read_atlas(folder: Path) -> bytes | None:
    """Return the content of a case folder's ``atlas.npz``, or None where there is none.

    Raises:
        CaseError: it is too large to be one.
    """
    path = folder / ATLAS
    if not path.is_file():
        return None
    if path.stat().st_size > LARGEST_FILE:
        raise CaseError(f"{path}: larger than {LARGEST_FILE:,} bytes; build it again")
    return path.read_bytes()


def title_of(name: str) -> str:
    """Return a case's title; its name where it cannot be loaded or is not installed."""
    try:
        return load_case(name).spec.title
    except WhennotError:
        return name


def load_case(name: str | os.PathLike[str]) -> Case:
    """Return a case from the shelf by name, or from a folder outside by path.

    Raises:
        PlayerError: no case of that name; suggests one.
        CaseError: the folder is no valid case; lists every fault with its line.
    """
    text = os.fspath(name)
    if os.sep in text or text in {".", ".."}:
        return _load(Path(text).resolve())
    if text not in case_names():
        message = (
            f"no case {text!r}. {suggest(text, case_names())} `whennot cases` lists them all."
        )
        raise PlayerError(message)
    return _load(SHELVES / "cases" / text)


@cache
def _load(folder: Path) -> Case:
    where = f"{folder.name}/case.toml"
    case = read_case(read_folder(folder), where=where, atlas_file=read_atlas(folder))
    if case.name != folder.name:
        message = (
            f"{folder.name}/case.toml: name is {case.name!r}, its folder {folder.name!r}; "
            "they must agree"
        )
        raise CaseError(message)
    return case

"""Hold the files of other projects that are shipped as they were published.

``python tools/vendor.py`` compares every file named in vendor.json with its recorded hash, without
network and without npm, and exits 1 with one line per complaint: a file that is missing or
differs, one that nobody recorded, a folder without its licence. ``--update`` fetches the recorded
versions with ``npm pack``, from whatever index npm is configured for, and writes the files and
their hashes; to move to another version, change it in vendor.json first.

vendor.json is a list of packages: ``package`` and ``version`` as npm knows them, ``licence`` as an
SPDX expression, and ``files``, each ``from`` a path in the package ``to`` a path in this
repository, with its ``sha256`` (empty until the first ``--update``). A licence is a file like any
other, called LICENSE, in the folder of what it licenses.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parents[1]
RECORD = Path("src", "whennot", "web", "static", "vendor", "vendor.json")
LICENCE = "LICENSE"

# Written as a call because `from` is a keyword.
File = TypedDict("File", {"from": str, "to": str, "sha256": str})


class Package(TypedDict):
    """One package at one version, and what is taken from it."""

    package: str
    version: str
    licence: str
    files: list[File]


def read(root: Path) -> list[Package]:
    """Return what vendor.json under ``root`` records."""
    packages: list[Package] = json.loads((root / RECORD).read_text(encoding="utf-8"))
    return packages


def render(packages: list[Package]) -> str:
    """Return the text of vendor.json."""
    return json.dumps(packages, indent=2, ensure_ascii=False) + "\n"


def check(root: Path) -> list[str]:
    """Return one sentence for everything under ``root`` that is not as recorded."""
    packages = read(root)
    files = [file for package in packages for file in package["files"]]
    complaints = [line for file in files for line in _differs(file, root=root)]
    complaints += [line for package in packages for line in _unlicensed(package)]
    return complaints + _strays({file["to"] for file in files}, root=root)


def _differs(file: File, *, root: Path) -> list[str]:
    path = root / file["to"]
    if not path.is_file():
        return [f"{file['to']}: missing; run tools/vendor.py --update"]
    found = _sha256(path.read_bytes())
    if found == file["sha256"]:
        return []
    return [f"{file['to']}: sha256 is {found}, {RECORD.name} says {file['sha256'] or 'nothing'}"]


def _unlicensed(package: Package) -> list[str]:
    paths = {Path(file["to"]) for file in package["files"]}
    bare = sorted({path.parent for path in paths if path.parent / LICENCE not in paths})
    return [f"{package['package']}: no {LICENCE} in {folder.as_posix()}" for folder in bare]


def _strays(recorded: set[str], *, root: Path) -> list[str]:
    """Return a sentence per file that lies in a vendored folder and is not recorded.

    Files beside vendor.json itself are our own.
    """
    folders = {(root / name).parent for name in recorded}
    folders |= {path for path in (root / RECORD).parent.glob("*") if path.is_dir()}
    found = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    names = sorted(path.relative_to(root).as_posix() for path in found)
    return [f"{name}: not in {RECORD.name}" for name in names if name not in recorded]


def update(root: Path) -> list[str]:
    """Fetch every package, write its files and their hashes; return what changed.

    Nothing is written when a package cannot be had as recorded.

    Raises:
        SystemExit: npm is missing or failed, a package lacks a file, or names another licence.
    """
    packages = read(root)
    contents: dict[str, bytes] = {}
    changed = []
    for package in packages:
        published = contents_of(package)
        for file in package["files"]:
            contents[file["to"]] = published[file["from"]]
            digest = _sha256(published[file["from"]])
            if digest != file["sha256"]:
                changed.append(f"{file['to']}: sha256 is now {digest}")
            file["sha256"] = digest
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (root / RECORD).write_text(render(packages), encoding="utf-8", newline="\n")
    return changed


def contents_of(package: Package) -> dict[str, bytes]:
    """Return the bytes of the recorded files by their path in the package.

    Raises:
        SystemExit: as ``update`` says.
    """
    label = f"{package['package']}@{package['version']}"
    with tempfile.TemporaryDirectory() as folder:
        packed = pack(label, folder=Path(folder))
        with tarfile.open(packed) as archive:
            declared = json.loads(_member(archive, "package.json", label=label)).get("license")
            contents = {
                file["from"]: _member(archive, file["from"], label=label)
                for file in package["files"]
            }
    if declared is not None and declared != package["licence"]:
        raise SystemExit(f"{label}: is {declared}, {RECORD.name} says {package['licence']}")
    return contents


def _member(archive: tarfile.TarFile, name: str, *, label: str) -> bytes:
    """Return one file of a package; nothing else of the archive touches the disk."""
    try:
        opened = archive.extractfile(f"package/{name}")
    except KeyError:
        opened = None
    if opened is None:
        raise SystemExit(f"{label}: has no file {name}")
    return opened.read()


def pack(label: str, *, folder: Path) -> Path:
    """Return the archive of ``name@version``, fetched by npm into ``folder``.

    Raises:
        SystemExit: npm is missing or failed; it has said why.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed for --update, and only for it")
    words = [npm, "pack", "--ignore-scripts", "--loglevel=error", label]
    done = subprocess.run(words, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SystemExit(f"{label}: npm pack ended with {done.returncode}")
    (packed,) = folder.glob("*.tgz")
    return packed


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main(arguments: list[str], *, root: Path = ROOT) -> int:
    """Check what is vendored, after fetching it with ``--update``; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--update", action="store_true", help="fetch the recorded versions")
    if parser.parse_args(arguments).update:
        for line in update(root):
            print(line)
    complaints = check(root)
    for line in complaints:
        print(line)
    packages = read(root)
    files = sum(len(package["files"]) for package in packages)
    print(f"{len(packages)} packages, {files} files, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

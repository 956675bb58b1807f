"""The house keeps its shape, and every fence around it is proven to bite."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "whennot"
MODULES = sorted(SOURCE.rglob("*.py"))
LINES_A_MODULE = 400
LINES_A_FUNCTION = 50
LINES_A_TICK = 150
# A tick of a kernel is read from top to bottom, and cut into functions it is slower or no longer
# compiles to vector instructions.
TICKS = ("world/kernel_numpy.py", "world/kernel_numba.py", "world/user_loop.py")
HEAVY = {"numpy", "numba", "django", "altair"}


def run(
    *words: str, cwd: Path = ROOT, text: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Return what a command said; its exit code is the test's to judge."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


# --- sizes ---------------------------------------------------------------------------------------


def test_no_module_is_longer_than_400_lines():
    sizes = {name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}

    assert {n: size for n, size in sizes.items() if size > LINES_A_MODULE} == {}


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's statements.

    Its docstring and arguments do not count: explaining more is never too long, and a command's
    arguments are a table of options.
    """
    said = ast.get_docstring(function) is not None and len(function.body) > 1
    return (function.end_lineno or 0) - function.body[1 if said else 0].lineno + 1


def test_no_function_is_longer_than_50_lines_but_for_the_kernels():
    too_long: dict[str, int] = {}
    for path in MODULES:
        allowed = LINES_A_TICK if name(path) in TICKS else LINES_A_FUNCTION
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > allowed:
                too_long[f"{name(path)}:{node.name}"] = length(node)

    assert too_long == {}


# --- who imports whom ----------------------------------------------------------------------------

LINT_IMPORTS = (
    "-c",
    "from importlinter.cli import lint_imports_command as c; c()",
    "--no-cache",
    "--no-logo",
)

# For each contract, files that break it and the line of the report that must name the fault.
BREAKS = {
    "Imports point downwards": {
        "world/upward.py": "import whennot.episode",
        "score/sideways.py": "import whennot.world",
        "prove/pillar.py": "import whennot.practice",
        "attic.py": "",
    },
    "An item imports the engines, never another item": {
        "shelves/cases/__init__.py": "",
        "shelves/cases/first_item/__init__.py": "",
        "shelves/cases/second_item/__init__.py": "from whennot.shelves.cases import first_item",
    },
    "Items are found by the shelf, never imported by name": {
        "practice/by_name.py": "import whennot.shelves.cases.first_item",
    },
    "Disk, network and screen have one room each": {
        "world/network.py": "import socket",
        "cli/database.py": "import sqlite3",
        "home/screen.py": "import rich",
    },
    "Only the shelf looks for modules": {"practice/dynamic.py": "import pkgutil"},
    "No cycles between siblings": {
        "world/egg.py": "import whennot.world.hen",
        "world/hen.py": "import whennot.world.egg",
    },
}
NAMED = (
    "whennot.world is not allowed to import whennot.episode",
    "whennot.score is not allowed to import whennot.world",
    "whennot.prove is not allowed to import whennot.practice",
    "- whennot.attic",
    "whennot.shelves.cases.second_item -> whennot.shelves.cases.first_item",
    "whennot.practice.by_name -> whennot.shelves.cases.first_item",
    "whennot.world.network -> socket",
    "whennot.cli.database -> sqlite3",
    "whennot.home.screen -> rich",
    "whennot.practice.dynamic -> pkgutil",
    "- .hen -> .egg",
)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the report on a copy of the house in which every contract is broken once."""
    copy = tmp_path_factory.mktemp("broken")
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copytree(
        SOURCE, copy / "whennot", ignore=shutil.ignore_patterns("__pycache__", "cases")
    )
    for files in BREAKS.values():
        for path, text in files.items():
            target = copy / "whennot" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            (target.parent / "__init__.py").touch()
            target.write_text(text + "\n", encoding="utf-8")
    return run(*LINT_IMPORTS, cwd=copy).stdout


def test_imports_point_downwards_and_every_contract_is_kept():
    report = run(*LINT_IMPORTS)

    assert report.returncode == 0, report.stdout + report.stderr


@pytest.mark.parametrize("contract", BREAKS)
def test_a_broken_import_contract_is_noticed(broken, contract):
    assert f"{contract} BROKEN" in broken


@pytest.mark.parametrize("fault", NAMED)
def test_the_report_names_the_import_at_fault(broken, fault):
    assert fault in broken


FORBIDDEN_BELOW_THE_SHELLS = """
import datetime, importlib, os, random, time
import numpy as np

print(datetime.datetime.now(), datetime.date.today(), time.time())
print(random.random(), np.random.default_rng(), os.environ, os.getenv("HOME"))
print(importlib.import_module("whennot"), eval("1"))
"""


def faults(module: str) -> list[str]:
    """Return what ruff finds in the forbidden lines, as if they stood in `module`."""
    place = ("--stdin-filename", f"src/whennot/{module}", "-")
    rules = ("--select", "TID251,S307", "--output-format", "json", "--no-cache")
    report = run("-m", "ruff", "check", *rules, *place, text=FORBIDDEN_BELOW_THE_SHELLS)
    found = json.loads(report.stdout)
    return [f["message"].split("`")[1] if f["code"] == "TID251" else f["code"] for f in found]


def test_clock_chance_and_environment_are_out_of_reach_below_the_shells():
    assert set(faults("world/anything.py")) == {
        "datetime.datetime.now",
        "datetime.date.today",
        "importlib.import_module",
        "numpy.random",
        "os.environ",
        "os.getenv",
        "random",
        "time.time",
        "S307",
    }


def test_a_shell_may_ask_the_time():
    assert faults("cli/anything.py") == ["S307"]


# --- what a first second costs -------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["import whennot", "import sys; sys.argv[1:] = ['--help']; import whennot.cli as c; c.main()"],
)
def test_help_appears_before_anything_heavy_is_loaded(words):
    after = (
        "import atexit, sys\n"
        "names = lambda: {module.split('.')[0] for module in sys.modules}\n"
        "atexit.register(lambda: print('LOADED', *names()))\n"
    )

    report = run("-c", after + words)

    assert report.returncode == 0, report.stderr
    loaded = set(report.stdout.rsplit("LOADED", 1)[1].split())
    assert loaded & HEAVY == set()
    assert "whennot" in loaded


# --- what is shipped -----------------------------------------------------------------------------


def test_the_wheel_holds_every_file_of_the_package_but_no_test(tmp_path):
    """Tests lie beside the shelf's items, so a build has to leave them out itself."""
    report = run("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    assert report.returncode == 0, report.stderr

    (wheel,) = tmp_path.glob("*.whl")
    shipped = {n for n in zipfile.ZipFile(wheel).namelist() if n.startswith("whennot/")}

    package = (p for p in tracked() if p.is_relative_to(SOURCE))
    expected = {f"whennot/{name(p)}" for p in package if not p.name.startswith("test_")}
    assert shipped == expected


# --- what the repository must not say ------------------------------------------------------------

# In two halves, so that this file does not name them either.
HOSTS = [
    "".join(halves)
    for halves in (
        ("pypi.", "org"),
        ("python", "hosted"),
        ("registry.npm", "js"),
        ("crates.", "io"),
        ("deb.", "debian"),
        ("conda.", "anaconda"),
    )
]
PLACES = re.compile(rb"(?<![\w.])/(?:root|work|home/\w+|Users/\w+)/")


def tracked() -> list[Path]:
    report = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if report.returncode:
        pytest.skip("not a git repository: " + report.stderr.strip())
    return [ROOT / line for line in report.stdout.split("\0") if line and (ROOT / line).is_file()]


def test_no_file_names_a_package_index_or_a_place_on_somebodys_machine():
    found = []
    for path in tracked():
        content = path.read_bytes()
        found += [f"{path.relative_to(ROOT)}: {h}" for h in HOSTS if h.encode() in content]
        found += [f"{path.relative_to(ROOT)}: {m.decode()}" for m in PLACES.findall(content)]

    assert found == []


def test_every_locked_package_is_pinned_by_hash():
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        pins = re.split(r"\n(?=[a-z])", lock.read_text(encoding="utf-8"))[1:]

        assert pins, lock.name
        assert [p for p in pins if "--hash=sha256:" not in p or "==" not in p] == []

"""Which backend runs, where numba is missing, and where its cache goes."""

import ast
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.world.random_tables import eventful_tables

import whennot
from whennot.world.run import digest, run, warm

ROOT = Path(__file__).parents[2]
SOURCE = Path(whennot.__file__).parent


def python(code, *, path=SOURCE.parent, **environment):
    """Return what a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | {"PYTHONPATH": f"{path}{os.pathsep}{ROOT}"} | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_simulator_loads_no_backend():
    loaded = python("import sys, whennot.world.run; print(*sys.modules)").split()

    assert "whennot.world.tables" in loaded
    assert [name for name in loaded if "numba" in name or "kernel" in name] == []


NO_NUMBA = """
import sys
sys.modules["numba"] = None  # as if it could not be imported
from tests.world.random_tables import eventful_tables
from whennot.errors import WorldError
from whennot.world.run import digest, run, warm
warm()
print(digest(run(eventful_tables(), replicates=[0], seed=1)))
try:
    run(eventful_tables(), replicates=[0], seed=1, backend="numba")
except WorldError as refusal:
    print(refusal)
"""


def test_without_numba_the_same_counts_come_from_numpy_and_asking_for_numba_says_what_to_do():
    counted, refused = python(NO_NUMBA).splitlines()

    assert counted == digest(run(eventful_tables(), replicates=[0], seed=1, backend="numba"))
    assert "install it (pip install numba), or leave the backend out" in refused


WHERE = """
from whennot.world.kernel_numba import tile
print(tile.stats.cache_path)
"""


@pytest.fixture
def installed(tmp_path):
    """Return a folder with a copy of the package in which nothing compiled can be kept."""
    copy = tmp_path / "lib" / "whennot"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SOURCE / "world", copy / "world", ignore=ignore)
    for name in ("__init__.py", "errors.py"):
        shutil.copy(SOURCE / name, copy / name)
    for folder in (copy, copy / "world"):
        (folder / "__pycache__").write_text("in the way")
    return copy.parent


def test_a_read_only_install_compiles_into_the_cache_of_the_user(installed, tmp_path):
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "mine")}

    assert python(WHERE, path=installed, **home).startswith(str(tmp_path / "mine"))


def test_the_cache_goes_where_the_user_says(installed, tmp_path):
    said = python(WHERE, path=installed, NUMBA_CACHE_DIR=str(tmp_path / "said"))

    assert said.startswith(str(tmp_path / "said"))


def test_where_nothing_can_be_written_the_kernel_is_kept_in_memory(installed, tmp_path):
    nowhere = tmp_path / "file"
    nowhere.write_text("not a folder")
    places = ("HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR")

    assert python(WHERE, path=installed, **dict.fromkeys(places, str(nowhere))) == "None"


def test_a_changed_source_is_never_served_from_the_cache_of_the_old_one(installed):
    code = "from whennot.world.kernel_numba import tile; print(tile.py_func.__qualname__)"
    before = python(code, path=installed)
    with (installed / "whennot" / "world" / "masks.py").open("a") as source:
        source.write("# changed\n")

    assert python(code, path=installed) != before


def test_the_cache_watches_every_source_that_is_compiled():
    kernel = pytest.importorskip("whennot.world.kernel_numba")
    seen, waiting = set(), {"kernel_steps", "user_loop"}
    while waiting:
        seen.add(name := waiting.pop())
        text = (SOURCE / "world" / f"{name}.py").read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module == "whennot.world":
                waiting |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module.startswith("whennot.world."):
                waiting.add(node.module.split(".")[2])
        waiting -= seen | {"tables"}  # draws names it for type checkers alone

    assert seen == set(kernel.COMPILED)


def test_two_threads_of_a_server_may_run_worlds_at_once():
    pytest.importorskip("numba")
    tables = eventful_tables()
    expected = digest(run(tables, replicates=range(8), seed=1, threads=1))

    with ThreadPoolExecutor(2) as server:
        asked = [
            server.submit(run, tables, replicates=range(8), seed=1, threads=2, tile=1)
            for _ in range(6)
        ]
        assert {digest(a.result()) for a in asked} == {expected}


def test_warming_up_twice_is_harmless():
    warm()
    warm()

"""``whennot warmup``: compile ahead, so that nobody waits in the middle of a case."""

from __future__ import annotations

import time
from importlib.util import find_spec

from whennot.cli.arguments import Json


def warmup(*, as_json: Json = False) -> None:
    """Compile the simulator now, so that the next run starts at once."""
    from whennot.cli.output import busy, talk, write_json
    from whennot.world.run import warm

    backend = "numba" if find_spec("numba") else "numpy"
    start = time.perf_counter()
    with busy("Compiling the simulator; the first time on a machine takes a while ..."):
        warm()
    seconds = time.perf_counter() - start
    if as_json:
        write_json({"backend": backend, "seconds": round(seconds, 2)})
    elif backend == "numba":
        talk(f"The simulator is compiled and ready ({seconds:.1f} s).")
    else:
        talk("numba is not installed; NumPy needs no compiling and counts the same, slower.")

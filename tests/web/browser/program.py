"""whennot as its users start it, except that verdicts come from fewer worlds, as in all tests.

Usage: program.py VERB ... in place of ``whennot VERB ...``.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

import tests.conftest  # noqa: F401 - sets how many worlds a verdict takes

from whennot.cli import main

if __name__ == "__main__":
    main()

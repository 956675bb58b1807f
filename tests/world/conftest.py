"""What the simulator's tests share: their own helpers can be imported by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

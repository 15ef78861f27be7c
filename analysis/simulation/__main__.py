"""``python -m analysis.simulation [FILE]``: draw everything anew and write the kept table."""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.simulation.results import KEPT, run, write

if __name__ == "__main__":
    write(run(), Path(sys.argv[1]) if len(sys.argv) > 1 else KEPT)

"""Write the returns that are made by rule: ``python -m survey.demo [PROGRAMME] [TARGET]``.

Invented ones, calibrated to published totals; for a programme with printed.yaml the figures that a bulletin
printed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from survey.demo.bulletins import PRINTED, write_printed
from survey.demo.return_files import write_demonstration
from survey.programme import DEFAULT, open_programme


def main(arguments: list[str]) -> int:
    """Write the returns into the programme's folder, or into a copy of it at TARGET."""
    programme = open_programme(arguments[0] if arguments else DEFAULT)
    write = write_printed if (programme.folder / PRINTED).exists() else write_demonstration
    written = write(programme, Path(arguments[1]) if len(arguments) > 1 else None)
    for wave, count in written.items():
        sys.stdout.write(f"{wave}: {count} workbooks\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

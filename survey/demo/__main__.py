"""Write the demonstration returns: ``python -m survey.demo [PROGRAMME] [TARGET]``."""

from __future__ import annotations

import sys
from pathlib import Path

from survey.demo.returns import write_demonstration
from survey.programme import DEFAULT, open_programme


def main(arguments: list[str]) -> int:
    """Write the returns into the programme's folder, or into a copy of it at TARGET."""
    programme = open_programme(arguments[0] if arguments else DEFAULT)
    written = write_demonstration(programme, Path(arguments[1]) if len(arguments) > 1 else None)
    for wave, count in written.items():
        sys.stdout.write(f"{wave}: {count} workbooks\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

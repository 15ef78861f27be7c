"""Write the draws that R and Python packages are asked about: `python draws.py FOLDER`.

Panel 7/20/50, no turnover (neither package takes members that change stratum as the same cluster), three
ways to answer, three variables, 500 draws each: one row for each member heard in a wave.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.simulation import PANELS, SCENARIOS, VARIABLES, draw, seed

PANEL, WAYS, NAMES, DRAWS = 1, (4, 5, 6), ("share 0.1", "share 0.5", "amount even"), 500


def main(folder: Path) -> None:
    """Write draws.csv."""
    panel, parts = PANELS[PANEL], []
    for way in WAYS:
        for place, variable in enumerate(VARIABLES):
            if variable.name not in NAMES:
                continue
            found = draw(
                panel, SCENARIOS[way], variable, DRAWS, np.random.default_rng(seed(PANEL, way, place))
            )
            for wave in (0, 1):
                stratum = found.stratum[wave]
                size = np.bincount(stratum)
                heard = np.array([found.seen[wave][0][stratum == h].sum() for h in range(len(size))])
                r, member = np.nonzero(found.seen[wave])
                parts.append(
                    pd.DataFrame(
                        {
                            "way": way, "variable": variable.name, "draw": r, "wave": wave + 1, "member": member,
                            "stratum": stratum[member], "size": size[stratum[member]],
                            "weight": (size / heard)[stratum[member]], "y": found.y[wave][r, member],
                        }
                    )
                )  # fmt: skip
    pd.concat(parts).to_csv(folder / "draws.csv", index=False, float_format="%.15g")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

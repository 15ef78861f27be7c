"""Hold what the packages gave against the coded formula: `python compare.py FOLDER`, r.csv and svy.csv.

Writes the table that ships with the simulation (analysis/simulation/packages.csv) and, for the test, the first
draws themselves (stacked.csv).
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from draws import DRAWS, NAMES, PANEL, WAYS
from scipy import stats

from analysis.simulation import PANELS, SCENARIOS, VARIABLES, draw, seed
from analysis.simulation.results import PACKAGES
from analysis.simulation.tally import stacked

HERE = Path(__file__).parent
STORED = 5


def formula() -> pd.DataFrame:
    """Work out the same draws by the coded formula, with the truth."""
    parts = []
    for way in WAYS:
        for place, variable in enumerate(VARIABLES):
            if variable.name not in NAMES:
                continue
            rng = np.random.default_rng(seed(PANEL, way, place))
            found = draw(PANELS[PANEL], SCENARIOS[way], variable, DRAWS, rng)
            truth = found.y[1].mean(axis=1) - found.y[0].mean(axis=1)
            for corrected in (True, False):
                _, se, half = stacked(found, "mean", found.stratum >= 0, change=True, corrected=corrected)
                columns = {"way": way, "variable": variable.name, "draw": np.arange(DRAWS)}
                columns |= {"corrected": corrected, "truth": truth, "coded_se": se, "coded_half": half}
                parts.append(pd.DataFrame(columns))
    return pd.concat(parts)


def main(folder: Path) -> None:
    """Write packages.csv and stacked.csv."""
    coded, rows, first = formula(), [], []
    for name in ("r.csv", "svy.csv"):
        theirs = pd.read_csv(folder / name).merge(coded, on=["way", "variable", "draw", "corrected"])
        first.append(theirs[theirs["draw"] < STORED])
        half = stats.t.ppf(0.975, theirs["df"]) * theirs["se"]
        error = theirs["estimate"] - theirs["truth"]
        theirs = theirs.assign(error=error, half=half, hit=error.abs() <= half + 1e-12)
        for (way, variable, corrected), cell in theirs.groupby(["way", "variable", "corrected"]):
            true = np.sqrt((cell["error"] ** 2).mean())
            rows.append(
                {
                    "panel": PANELS[PANEL].name,
                    "response": SCENARIOS[way].response,
                    "correlation": SCENARIOS[way].correlation,
                    "variable": variable,
                    "tool": f"{cell['package'].iloc[0]}, {'with' if corrected else 'without'} fpc",
                    "draws": len(cell),
                    "se_ratio": np.sqrt((cell["se"] ** 2).mean()) / true,
                    "coverage": cell["hit"].mean(),
                    "width": 2 * cell["half"].mean(),
                    # in units of the largest: some errors are nothing, and dust of rounding over nothing is not
                    "difference": ((cell["se"] - cell["coded_se"]).abs().max() / cell["se"].max()).round(8),
                }
            )
    table = pd.DataFrame(rows).sort_values(["variable", "response", "correlation", "tool"])
    table.to_csv(PACKAGES, index=False, float_format="%.4g", lineterminator="\n")
    columns = ["package", "way", "variable", "draw", "corrected", "estimate", "se", "df"]
    pd.concat(first)[columns].to_csv(
        HERE / "stacked.csv", index=False, float_format="%.12g", lineterminator="\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))

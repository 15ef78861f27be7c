"""Ask Python svy for the change of the stacked file: `python stacked_svy.py FOLDER`, draws.csv -> svy.csv."""

import sys
from pathlib import Path

import polars as pl
import svy


def change(rows: pl.DataFrame, *, corrected: bool) -> tuple[float, float, float]:
    """Return the change of the mean, its standard error and degrees of freedom."""
    design = svy.Design(stratum="stratum", psu="member", wgt="weight", pop_size="size" if corrected else None)
    means = svy.Sample(rows, design).estimation.mean("y", by="wave")
    moved = means.contrast(svy.estd("2") - svy.estd("1"))
    table = moved.to_polars()
    return float(table["est"][0]), float(table["se"][0]), float(means.design_df)


def main(folder: Path) -> None:
    """Write svy.csv."""
    draws = pl.read_csv(
        folder / "draws.csv", schema_overrides={"y": pl.Float64, "weight": pl.Float64}
    ).with_columns(
        pl.col("wave").cast(pl.String), pl.col("stratum").cast(pl.String), pl.col("member").cast(pl.String)
    )
    out = []
    for (way, variable, draw), rows in draws.group_by(["way", "variable", "draw"], maintain_order=True):
        for corrected in (True, False):
            estimate, se, df = change(rows, corrected=corrected)
            out.append((way, variable, draw, corrected, estimate, se, df))
    names = ["way", "variable", "draw", "corrected", "estimate", "se", "df"]
    table = pl.DataFrame(out, schema=names, orient="row").with_columns(
        package=pl.lit(f"svy {svy.__version__}")
    )
    table.sort("way", "variable", "draw", "corrected").write_csv(folder / "svy.csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

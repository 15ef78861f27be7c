"""Every figure that R ``survey`` printed for the school samples, worked out anew: all 273 rows."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.inference.independence import rao_scott, wald
from analysis.inference.sample import weighted_sample
from analysis.model.weights import post_stratify, rake

HERE = Path(__file__).parent
TOLERANCE = 1e-8
#: The README of the data names the sizes of high and middle schools the other way round; R used these.
TYPES = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}
#: Standard errors that are zero in truth: shares of a stratum or of a calibration margin. R's are what its
#: rounding, or its raking stopped early, leaves of zero: up to 1.1e-10 there, and we are held to as little.
NOTHING = 2e-10

#: What of the rows is held in which way; the sum is the whole file.
HELD = {
    "mean": 36,
    "total": 24,
    "ratio": 6,
    "proportion": 60,
    "domain mean": 42,
    "domain total": 42,
    "svychisq F": 6,
    "svychisq Chisq": 6,
    "svychisq adjWald": 6,
    "svyttest two-sample difference": 6,
    "svycontrast domain difference": 3,
    "deff": 12,
    "quantile 0.25": 6,
    "quantile 0.5": 6,
    "quantile 0.75": 6,
    "sum of weights": 6,
}
#: Estimators left out, with the reason: none.
NOT_HELD = {}


@cache
def schools(dataset):
    return pd.read_csv(HERE / f"{dataset}.csv", keep_default_na=False)


def reference():
    rows = pd.read_csv(HERE / "r_survey.csv", keep_default_na=False, dtype=str)
    return rows.apply(lambda column: column.str.strip())


@cache
def sample(dataset, name):
    """Make the six designs; raked ones with R's unweighted residuals."""
    data = schools(dataset)
    kind, wide, w = data["stype"], data["sch.wide"], data["pw"].to_numpy(dtype=float)
    stratified = (TYPES[k] / n for k, n in zip(kind, kind.map(kind.value_counts()), strict=True))
    margins = {"stype": kind, "sch.wide": wide}, {"stype": TYPES, "sch.wide": WIDE}
    r_way = {"residuals": "unweighted"}
    if name == "SRS, fpc=6194":
        return weighted_sample(w, None, 6194)
    if name == "stratified SRS strata=stype weights=pw no fpc":
        return weighted_sample(w, kind)
    if name == "stratified SRS strata=stype, weights implied by fpc (exact N_h/n_h)":
        return weighted_sample(None, kind, TYPES)
    if name == "SRS fpc post-stratified on stype(4421/755/1018)":
        return weighted_sample(post_stratify(w, kind, TYPES), None, 6194, **r_way)
    if name == "SRS fpc raked stype(4421/755/1018), sch.wide(No 1072/Yes 5122)":
        return weighted_sample(rake(w, *margins), None, 6194, **r_way)
    assert name == "stratified fpc raked stype, sch.wide(No 1072/Yes 5122)"
    return weighted_sample(rake(list(stratified), *margins), kind, TYPES, **r_way)


def close(got, wanted, floor=0.0):
    assert got == pytest.approx(float(wanted), rel=TOLERANCE, abs=floor)


def domain_of(row, data):
    if not row.domain or " - " in row.domain:
        return None
    name, value = row.domain.removesuffix(" (subset)").split("==")
    return (data[name] == value).to_numpy()


def hold_mean(row, data, drawn):
    domain = domain_of(row, data)
    estimator = row.estimator.removeprefix("domain ")
    if estimator == "proportion":
        name = next(n for n in ("sch.wide", "stype") if row.variable.startswith(n))
        figure = drawn.mean(data[name] == row.variable.removeprefix(name))
    elif estimator == "ratio":
        figure = drawn.ratio(*(data[v] for v in row.variable.split("/")))
    else:
        figure = getattr(drawn, estimator)(data[row.variable], domain)
    floor = NOTHING if estimator == "proportion" and float(row.se) < NOTHING else 0.0
    close(figure.value[0], row.estimate)
    close(figure.se[0], row.se, floor)
    if row.lower:
        bounds = figure.interval(df=float(row.df))
        close(bounds.lower[0], row.lower)
        close(bounds.upper[0], row.upper)
    if row.df not in {"", "Inf"}:
        assert figure.df == int(row.df)


def hold_test(row, data, drawn):
    sides = data["sch.wide"], data["stype"]
    if row.estimator == "svychisq adjWald":
        found = wald(drawn, *sides)
    else:
        found = rao_scott(drawn, *sides, corrected=row.estimator == "svychisq F")
    close(found.statistic, row.estimate)
    close(found.p_value, row.note.removeprefix("p="))
    for got, wanted in zip((found.df, found.denominator_df), row.df.split(","), strict=False):
        close(got, wanted)


def hold_difference(row, data, drawn):
    if row.estimator.startswith("svycontrast"):
        kinds = data["stype"].to_numpy()[:, None] == np.array(["E", "H", "M"])
        figure = drawn.mean(data["api00"].to_numpy()[:, None], kinds).contrast([1, 0, -1])
        close(figure.value[0], row.estimate)
        close(figure.se[0], row.se)
        return
    figure = drawn.mean_difference(data["enroll"], data["awards"] == "Yes")
    t, p = re.fullmatch(r"t=\s*(\S+) p=\s*(\S+)", row.note).groups()
    bounds = figure.interval()
    close(figure.value[0], row.estimate)
    close(bounds.lower[0], row.lower)
    close(bounds.upper[0], row.upper)
    close(figure.value[0] / figure.se[0], t)
    close(2 * stats.t.sf(abs(figure.value[0] / figure.se[0]), figure.df), p)
    assert figure.df == int(row.df)


def hold_quantile(row, data, drawn):
    value, se, bounds = drawn.quantile(data[row.variable], float(row.estimator.removeprefix("quantile ")))
    close(value, row.estimate)
    close(se, row.se)
    close(bounds.lower.item(), row.lower)
    close(bounds.upper.item(), row.upper)


def hold_weights(row, data, drawn):
    if row.estimator == "deff":
        close(drawn.design_effect(data[row.variable]), row.estimate)
        return
    close(drawn.weights.sum(), row.estimate)
    assert row.note == f"degf={drawn.df} n={len(data)}"


def holder(estimator):
    for begin, hold in (
        ("svychisq", hold_test), ("svyttest", hold_difference), ("svycontrast", hold_difference),
        ("quantile", hold_quantile), ("deff", hold_weights), ("sum of weights", hold_weights),
    ):  # fmt: skip
        if estimator.startswith(begin):
            return hold
    return hold_mean


@pytest.mark.parametrize("estimator", sorted(HELD))
def test_rows_of_an_estimator(estimator):
    rows = reference()
    for row in rows[rows["estimator"] == estimator].itertuples():
        holder(estimator)(row, schools(row.dataset), sample(row.dataset, row.design))


def test_no_row_is_left_out():
    rows = reference()
    assert Counter(rows["estimator"]) == HELD | NOT_HELD
    assert sum(HELD.values()) + sum(NOT_HELD.values()) == len(rows) == 273
    assert rows["design"].nunique() == 6

"""A second oracle beside R: the Python package svy, on the school samples."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.inference.sample import weighted_sample

HERE = Path(__file__).parent
TYPES = {"E": 4421, "H": 755, "M": 1018}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["simple random", "stratified"])
def both(request):
    """Give the schools, svy's sample and ours, with finite population correction."""
    why = "svy is absent: pip install the dependency group 'oracle' (svy)"
    svy = pytest.importorskip("svy", reason=why)
    pl = pytest.importorskip("polars", reason=why)
    stratified = request.param == "stratified"
    data = pd.read_csv(HERE / f"{'apistrat' if stratified else 'apisrs'}.csv", keep_default_na=False)
    sizes = data["stype"].map(TYPES) if stratified else pd.Series(6194, index=data.index)
    weights = sizes / (data["stype"].map(data["stype"].value_counts()) if stratified else len(data))
    columns = {name: data[name].astype(float).tolist() for name in ("api00", "enroll", "api.stu")}
    columns["wide"] = (data["sch.wide"] == "Yes").astype(float).tolist()
    columns |= {"stype": data["stype"].tolist(), "N": sizes.astype(float).tolist(), "w": weights.tolist()}
    layout = {"wgt": "w", "pop_size": "N"} | ({"stratum": "stype"} if stratified else {})
    theirs = svy.Sample(pl.DataFrame(columns), svy.Design(**layout)).estimation
    ours = weighted_sample(None, data["stype"], TYPES) if stratified else weighted_sample(weights, None, 6194)
    return pd.DataFrame(columns), theirs, ours


def agree(figure, estimate):
    (theirs,) = estimate.estimates
    assert figure.value[0] == pytest.approx(theirs.est, rel=1e-10)
    assert figure.se[0] == pytest.approx(theirs.se, rel=1e-10)
    bounds = figure.interval()
    assert (bounds.lower[0], bounds.upper[0]) == pytest.approx((theirs.lci, theirs.uci), rel=1e-10)


@pytest.mark.parametrize("variable", ["api00", "enroll", "wide"])
def test_means_agree(both, variable):
    data, theirs, ours = both
    agree(ours.mean(data[variable]), theirs.mean(variable))


@pytest.mark.parametrize("variable", ["enroll", "api.stu"])
def test_totals_agree(both, variable):
    data, theirs, ours = both
    agree(ours.total(data[variable]), theirs.total(variable))


def test_ratios_agree(both):
    data, theirs, ours = both
    agree(ours.ratio(data["api.stu"], data["enroll"]), theirs.ratio("api.stu", "enroll"))


def test_means_of_domains_agree(both):
    data, theirs, ours = both
    found = {one.by_level[0]: one for one in theirs.mean("api00", by="stype").estimates}
    assert set(found) == set(TYPES)
    for kind, one in found.items():
        figure = ours.mean(data["api00"], data["stype"] == kind)
        assert figure.value[0] == pytest.approx(one.est, rel=1e-10)
        assert figure.se[0] == pytest.approx(one.se, rel=1e-10)

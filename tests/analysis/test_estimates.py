from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.inference import estimate, read_answers
from analysis.inference.estimates import ESTIMATE_COLUMNS, ingredients
from analysis.inference.intervals import effective_share, hypergeometric, stratified_share, t_interval
from analysis.model import Design, DesignError, FrameError, Measure, MeasureError

REFERENCE = Path(__file__).parents[1] / "reference"
POPULATION = {"E": 4421, "H": 755, "M": 1018}
STRATIFIED = "stratified SRS strata=stype, weights implied by fpc (exact N_h/n_h)"
TOLERANCE = 1e-8


def _schools(name):
    return pd.read_csv(REFERENCE / f"{name}.csv", keep_default_na=False).rename(columns={"cds": "member_id"})


def _held_rows():
    rows = pd.read_csv(REFERENCE / "r_survey.csv", keep_default_na=False)
    wanted = rows["estimator"].isin(["mean", "total", "ratio", "proportion", "domain mean", "domain total"])
    return rows[wanted & rows["design"].isin(["SRS, fpc=6194", STRATIFIED])]


def _school_design(schools, *, stratified):
    """Make the schools respondents of a frame of 6,194 whose other members fill the strata up."""
    own = schools[["member_id", "stype"]].assign(member_id=schools["member_id"].astype(str))
    counts = own["stype"].value_counts() if stratified else None
    rest = []
    for stype, size in POPULATION.items() if stratified else [("E", 6194 - len(own))]:
        missing = size - counts[stype] if stratified else size
        rest += [{"member_id": f"{stype}-{i}", "stype": stype} for i in range(missing)]
    frame = pd.concat([own, pd.DataFrame(rest)]).assign(wave="2000")
    frame["stratum"] = frame["stype"] if stratified else "all"
    return Design(frame, own[["member_id"]].assign(wave="2000"), stratum="stratum")


def _measurements(schools, row):
    """Domains are known of the respondents alone: those outside are routed out."""
    y, x = np.ones(len(schools)), np.ones(len(schools))
    if row.estimator == "proportion":
        name = "sch.wide" if row.variable.startswith("sch.wide") else "stype"
        y = (schools[name] == row.variable.removeprefix(name)).to_numpy(dtype=float)
    elif row.estimator == "ratio":
        y, x = (schools[v].to_numpy(dtype=float) for v in row.variable.split("/"))
    else:
        y = schools[row.variable].to_numpy(dtype=float)
    asked = np.ones(len(schools), dtype=bool)
    if row.domain:
        name, value = row.domain.removesuffix(" (subset)").split("==")
        asked = (schools[name] == value).to_numpy()
    return pd.DataFrame(
        {
            "indicator": "q", "wave": "2000", "member_id": schools["member_id"].astype(str),
            "asked": asked, "y": np.where(asked, y, np.nan), "x": x,
        }
    )  # fmt: skip


def test_reference_rows_of_r_survey():
    """Every mean, total, ratio, proportion and domain row of both designs, to a relative 1e-8."""
    held, errors = 0, []
    for (dataset, design_name), rows in _held_rows().groupby(["dataset", "design"]):
        schools = _schools(dataset)
        design = _school_design(schools, stratified=design_name == STRATIFIED)
        for row in rows.itertuples():
            kind = {"mean": "mean", "total": "total", "ratio": "ratio", "proportion": "share"}[
                row.estimator.removeprefix("domain ")
            ]
            got = estimate(_measurements(schools, row), [Measure("q", kind, "members", "")], design).iloc[0]
            assert got["estimate"] == pytest.approx(float(row.estimate), rel=TOLERANCE)
            assert got["se"] == pytest.approx(float(row.se), rel=TOLERANCE, abs=1e-12)
            errors.append(abs(got["estimate"] / float(row.estimate) - 1))
            if float(row.se) > 1e-12:
                errors.append(abs(got["se"] / float(row.se) - 1))
            if row.lower:
                bounds = t_interval(got["estimate"], got["se"], float(row.df))
                assert bounds.lower.item() == pytest.approx(float(row.lower), rel=TOLERANCE)
                assert bounds.upper.item() == pytest.approx(float(row.upper), rel=TOLERANCE)
            if (
                row.lower
                and row.df not in {"Inf", ""}
                and row.estimator in {"mean", "total"}
                and not row.domain
            ):
                # the design's own degrees of freedom are ours too where everybody is in the domain
                assert got["lower"] == pytest.approx(float(row.lower), rel=TOLERANCE)
                assert got["upper"] == pytest.approx(float(row.upper), rel=TOLERANCE)
            held += 1
    assert held == 70
    assert max(errors) < TOLERANCE


def test_domains_of_the_frame_agree_with_domains_by_routing():
    """A segment of the frame gives R's domain mean as well: the same linearisation."""
    schools = _schools("apistrat")
    design = _school_design(schools, stratified=True)
    rows = _held_rows()
    rows = rows[(rows["design"] == STRATIFIED) & rows["domain"].str.startswith("stype")]
    for row in rows.itertuples():
        data = _measurements(schools, row._replace(domain=""))
        kind = "mean" if row.estimator == "domain mean" else "total"
        got = estimate(data, [Measure("q", kind, "members", "")], design, ("stype",)).set_index("segment")
        assert got.loc[row.domain[-1], "estimate"] == pytest.approx(float(row.estimate), rel=TOLERANCE)
        assert got.loc[row.domain[-1], "se"] == pytest.approx(float(row.se), rel=TOLERANCE)


def _school_answers(schools, y):
    return pd.DataFrame(
        {
            "indicator": "q", "wave": "2000", "member_id": schools["member_id"].astype(str),
            "asked": True, "y": np.asarray(y, dtype=float), "x": 1.0,
        }
    )  # fmt: skip


@pytest.mark.parametrize(("dataset", "name"), [("apisrs", "SRS, fpc=6194"), ("apistrat", STRATIFIED)])
def test_quantiles_are_those_of_r(dataset, name):
    """All three quartiles of both designs, with Woodruff's bounds: a measure like any other."""
    schools = _schools(dataset)
    design = _school_design(schools, stratified=dataset == "apistrat")
    rows = pd.read_csv(REFERENCE / "r_survey.csv")
    rows = rows[(rows["design"] == name) & rows["estimator"].str.startswith("quantile")]
    assert len(rows) == 3
    for row in rows.itertuples():
        measure = Measure("q", "quantile", "members", "", p=float(row.estimator.split()[1]))
        got = estimate(_school_answers(schools, schools["api00"]), [measure], design).iloc[0]
        wanted = [row.estimate, row.se, row.lower, row.upper]
        assert got[["estimate", "se", "lower", "upper"]].tolist() == pytest.approx(wanted, rel=TOLERANCE)
        assert got["method"] == f"Woodruff, t({int(float(row.df))})"


@pytest.mark.parametrize(
    ("name", "margins"),
    [
        ("SRS fpc post-stratified on stype(4421/755/1018)", ("stype",)),
        ("SRS fpc raked stype(4421/755/1018), sch.wide(No 1072/Yes 5122)", ("stype", "wide")),
    ],
)
def test_raked_levels_are_those_of_r(name, margins):
    """Means and totals by weights raked to the frame; R's ten rounds leave 1e-8 of its errors."""
    schools = _schools("apisrs")
    own = pd.DataFrame(
        {
            "member_id": schools["member_id"].astype(str),
            "stype": schools["stype"],
            "wide": schools["sch.wide"],
        }
    )
    kinds, wide = ([k for k, size in sizes.items() for _ in range(size - (own[c] == k).sum())]
                   for c, sizes in (("stype", POPULATION), ("wide", {"No": 1072, "Yes": 5122})))  # fmt: skip
    rest = pd.DataFrame({"member_id": [f"r{i}" for i in range(len(kinds))], "stype": kinds, "wide": wide})
    frame = pd.concat([own, rest]).assign(wave="2000", stratum="all")
    design = Design(frame, own[["member_id"]].assign(wave="2000"), stratum="stratum", margins=margins)
    rows = pd.read_csv(REFERENCE / "r_survey.csv")
    rows = rows[(rows["design"] == name) & rows["estimator"].isin(["mean", "total"])]
    rows = rows[(rows["df"] == "199") & rows["domain"].isna()]
    assert len(rows) == 4
    for row in rows.itertuples():
        measure = Measure("q", row.estimator, "members", "")
        got = estimate(_school_answers(schools, schools[row.variable]), [measure], design).iloc[0]
        wanted = [row.estimate, row.se, row.lower, row.upper]
        assert got[["estimate", "se", "lower", "upper"]].tolist() == pytest.approx(wanted, rel=1e-7)
        assert got["method"] == "linearisation, t(199); raked to " + " x ".join(margins)
        assert got["N"] == 6194


def _one(data, kind="mean", dimension="total", segment="all", estimand="members", **settings):
    frame, respondents, measurements = data
    measure = Measure("q", kind, estimand, "", **settings)
    rows = estimate(measurements, [measure], Design(frame, respondents), (dimension,))
    return rows.set_index("segment").loc[segment]


def test_stratified_mean_by_hand(small):
    # large 2 of 2: 10, 20; city 2 of 6: 1, 3. Weights 1 and 3: (30 + 12) / 8 = 5.25
    # V = (6/8)^2 (1 - 2/6) * 2 / 2 = 0.5625 * 0.6667 = 0.375
    data = small([10, 20, 1, 3], types=["large", "large", "city", "city"], members={"large": 2, "city": 6})
    got = _one(data)
    assert got["estimate"] == pytest.approx(5.25)
    assert got["se"] == pytest.approx(np.sqrt(0.375))
    assert (got["n"], got["N"], got["status"]) == (4, 8, "released")
    # Kish's size is 8^2 / 20, of weights 1, 1, 3 and 3
    assert got["n_effective"] == pytest.approx(64 / 20)
    plain = _one(data, estimand="respondents")
    assert plain["estimate"] == 8.5
    assert np.isnan(plain["lower"])
    assert plain["method"] == "describes respondents"


def test_item_non_response_is_a_smaller_sample(small):
    # 4 of 10 returned, 3 answered: as 3 of 10. mean 4, s2 = 4, V = (1 - 3/10) * 4 / 3
    got = _one(small([2, 4, 6, np.nan], members={"large": 10}))
    assert got["estimate"] == 4.0
    assert got["se"] == pytest.approx(np.sqrt(0.7 * 4 / 3))
    assert got["n"] == 3
    # all returned, one left the item blank: not certain any more
    blank = _one(small([2, 4, 6, np.nan]))
    assert blank["se"] == pytest.approx(np.sqrt((1 - 3 / 4) * 4 / 3))
    total = _one(small([2, 4, 6, np.nan]), "total")
    assert total["estimate"] == pytest.approx(16.0)  # 12 * 4/3
    assert total["se"] == pytest.approx(4 * np.sqrt((1 - 3 / 4) * 4 / 3))


def test_share_in_a_stratum_is_exact(small):
    data = small([1, 1, 1, 0, 0, 0, 0, 0], members={"large": 10})
    got = _one(data, "share", scale=100.0)
    exact = hypergeometric(3, 8, 10)
    assert (got["lower"], got["upper"]) == (100 * exact.lower.item(), 100 * exact.upper.item())
    assert got["method"] == "exact hypergeometric (clopper-pearson)"


def test_share_over_strata_uses_the_exact_tails(small):
    types = ["large"] * 3 + ["city"] * 5
    got = _one(small([1, 1, 0, 0, 0, 1, 0, 0], types=types, members={"large": 4, "city": 12}), "share")
    bounds = stratified_share([2, 1], [3, 5], [4, 12])
    assert (got["lower"], got["upper"]) == pytest.approx((bounds.lower.item(), bounds.upper.item()))


def test_a_segment_through_strata_has_no_more_answers_than_its_design(small):
    # strata that agree within themselves but for one: the variance seen is small, the design's is not
    types = ["large"] * 8 + ["city"] * 8
    frame, respondents, measurements = small(
        [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1], types=types, members={"large": 16, "city": 16}
    )
    frame["centre_kind"] = np.where(frame["member_id"].str[-1].isin(["0", "9"]), "debit", "credit")
    got = _one((frame, respondents, measurements), "share", "centre_kind", "credit")
    # 14 answers of weight 2: (28)^2 / (14 * 2 * 1) = 28
    bounds = effective_share(got["estimate"], 28.0)
    assert got["method"] == "Clopper-Pearson at the effective size"
    assert (got["lower"], got["upper"]) == pytest.approx((bounds.lower.item(), bounds.upper.item()))


def test_none_of_a_routed_item_is_not_certainty(small):
    got = _one(small([0, 0, np.nan, np.nan], asked=[True, True, False, False], members={"large": 8}), "share")
    assert got["estimate"] == 0.0
    assert got["upper"] > 0.3
    known = _one(small([0, 0, np.nan, np.nan], asked=[True, True, False, False]), "share")
    assert known["upper"] == 0.0


@pytest.mark.parametrize(
    ("values", "members", "method"),
    [
        ([5.0, np.nan], 4, "one answer: no interval"),
        ([5.0, 5.0, 5.0], 9, "no variation among the answers: no interval"),
    ],
)
@pytest.mark.parametrize("kind", ["mean", "total"])
def test_no_interval_of_zero_width_without_everybody(small, values, members, method, kind):
    got = _one(small(values, members={"large": members}), kind)
    assert np.isnan(got["lower"])
    assert np.isnan(got["upper"])
    assert got["method"].startswith(method)
    assert got["status"] == "released"


def test_a_segment_without_answers_is_empty(small):
    types = ["large"] * 2 + ["city"] * 3
    data = small([1, 2, np.nan, np.nan, np.nan], types=types, asked=[True, True, False, False, False])
    got = _one(data, dimension="stratum", segment="city")
    assert (got["status"], got["n"], got["N"], got["method"]) == ("empty", 0, 3, "no answers")
    assert np.isnan(got[["estimate", "se", "lower", "upper"]].astype(float)).all()


def test_joined_strata_are_reported(small):
    types = ["large"] * 3 + ["city"] * 4
    data = small([1, 2, 3, 4, 5, 6, 7], types=types, members={"large": 3, "city": 8, "rural": 9})
    got = _one(data)
    assert got["method"].endswith("strata joined: city+rural")
    # city and rural: 4 of 17 answered, weight 17/4; large 1
    assert got["estimate"] == pytest.approx((6 + 17 / 4 * 22) / 20)


def test_an_item_blank_in_a_whole_stratum_joins_it(small):
    types = ["large"] * 3 + ["city"] * 4 + ["rural"] * 4
    data = small([1, 2, 3, 4, 5, 6, 7, *[np.nan] * 4], types=types)
    got = _one(data)
    assert got["method"].endswith("strata joined: city+rural")
    assert got["estimate"] == pytest.approx((6 + 2 * 22) / 11)


def test_ratio_of_parts_to_wholes_stays_inside(small):
    got = _one(small([99, 50, 100, 98], x=[100, 50, 100, 99], members={"large": 40}), "ratio")
    assert got["upper"] <= 1.0
    total = _one(small([1, 0, 30, 2], members={"large": 5}), "total")
    assert total["lower"] >= 33.0


def test_a_median_by_hand(small):
    # 5 of 8: answers 1, 2, 3, 9, 30; the median is the third, F(3) = 0.6
    data = small([3, 1, 30, 2, 9], members={"large": 8})
    got = _one(data, "quantile")
    se = np.sqrt(0.6 * 0.4 / 4 * (1 - 5 / 8))
    ends = t_interval(0.6, se, 4)
    assert (ends.lower.item(), ends.upper.item()) == (
        pytest.approx(0.1836, abs=1e-4),
        pytest.approx(1.0164, abs=1e-4),
    )
    # 0.18 is reached by the first answer of five, 1.02 by none: cut at the largest
    assert got[["estimate", "lower", "upper"]].tolist() == [3, 1, 30]
    assert _one(data, "quantile", p=0.75)["estimate"] == 9
    assert _one(data, "quantile", estimand="respondents", p=0.2)["estimate"] == 1
    everybody = _one(small([3, 1, 30, 2, 9]), "quantile")
    assert everybody[["estimate", "se", "lower", "upper"]].tolist() == [3, 0, 3, 3]
    assert everybody["method"] == "all answered"


def test_a_median_of_weighted_strata(small):
    # large 2 of 2 with weight 1, city 2 of 6 with weight 3: of 8, city's 1 reaches 3, its 3 reaches 6
    data = small([10, 20, 1, 3], types=["large", "large", "city", "city"], members={"large": 2, "city": 6})
    assert _one(data, "quantile")["estimate"] == 3
    assert _one(data, "quantile", estimand="respondents")["estimate"] == 3
    assert _one(data, "quantile", p=0.8)["estimate"] == 10


@pytest.mark.parametrize(
    ("values", "method"),
    [
        ([5.0, 5.0, 5.0], "no variation among the answers: no interval"),
        ([5.0, np.nan, np.nan], "one answer: no interval"),
    ],
)
def test_a_quantile_has_no_interval_of_zero_width_without_everybody(small, values, method):
    got = _one(small(values, members={"large": 9}), "quantile")
    assert (got["estimate"], got["method"]) == (5.0, method)
    assert np.isnan(got[["lower", "upper"]].astype(float)).all()


def test_joined_strata_vary_between_one_another_too(small):
    # rural's one answer of 9 joins city's four of 8: 5 of 17 with values 4, 5, 6, 7 and 100; large is complete
    types = ["large"] * 3 + ["city"] * 4 + ["rural"]
    data = small([1, 2, 3, 4, 5, 6, 7, 100], types=types, members={"large": 3, "city": 8, "rural": 9})
    spread = np.var([4, 5, 6, 7, 100], ddof=1)
    assert _one(data, "total")["se"] == pytest.approx(np.sqrt(17**2 * (1 / 5 - 1 / 17) * spread))


def test_the_rule_by_which_strata_stand_together_is_named(small):
    types = ["large"] * 3 + ["city"] * 4
    data = small([1, 2, 3, 4, 5, 6, 7], types=types, members={"large": 3, "city": 8, "rural": 9})
    assert _one(data)["method"] == (
        "linearisation, t(5); interval may be too narrow: fewer than ten answers behind the error; "
        "rule of the next smaller, strata joined: city+rural"
    )


def test_changes_and_comparisons_refuse_what_they_do_not_know(small):
    frame, respondents, measurements = small([1, 2, 3], members={"large": 9})
    with pytest.raises(MeasureError) as caught:
        read_answers(
            measurements, [Measure("q", "quantile", "members", "")], Design(frame, respondents), ("total",)
        )
    assert str(caught.value) == (
        "measure 'q': expected a share, mean, total or ratio for a change or a comparison, got a quantile; "
        "estimate its level, or compare the shares above a threshold."
    )
    raked = Design(frame, respondents, margins=("stratum",))
    with pytest.raises(DesignError) as caught:
        read_answers(measurements, [Measure("q", "mean", "members", "")], raked, ("total",))
    assert str(caught.value) == (
        "design: expected weights N_h / n_h for a change or a comparison, got given or raked weights; "
        "pass the design without 'weight' and 'margins'."
    )


def test_a_large_frame_takes_the_interval_at_the_effective_size(small):
    # 300 of 6,000, 90 yes: exact tails are not counted there; (1 - f) enters as n / (1 - n/N)
    data = small([1.0] * 90 + [0.0] * 210, members={"large": 6000})
    got = _one(data, "share")
    bounds = effective_share(0.3, min(300 / 0.95, 0.3 * 0.7 / (0.95 * 0.21 * 300 / 299 / 300)))
    assert got["method"] == "Clopper-Pearson at the effective size"
    assert (got["lower"], got["upper"]) == pytest.approx((bounds.lower.item(), bounds.upper.item()))


def test_a_ratio_without_denominator_is_empty(small):
    got = _one(small([0.0, 3.0], x=[0.0, 0.0], members={"large": 5}), "ratio")
    assert (got["status"], got["method"], got["n"]) == ("empty", "undefined: divided by zero", 2)
    assert np.isnan(got[["estimate", "se", "lower", "upper"]].astype(float)).all()


def test_one_member_in_the_frame_that_answered_is_known(small):
    got = _one(small([5.0]))
    assert (got["estimate"], got["se"], got["lower"], got["upper"]) == (5.0, 0.0, 5.0, 5.0)


def test_columns_types_and_order(survey):
    design, measurements, measures = survey
    rows = estimate(measurements, measures, design, ("total", "stratum", "stratum*centre_kind"))
    assert {c: str(t) for c, t in rows.dtypes.items()} == ESTIMATE_COLUMNS
    keys = rows[["indicator", "wave", "dimension", "segment"]]
    assert not keys.duplicated().any()
    assert keys.equals(keys.sort_values(list(keys.columns), ignore_index=True))
    bounded = rows[rows["lower"].notna()]
    assert (bounded["lower"] <= bounded["estimate"] + 1e-9).all()
    assert (bounded["upper"] >= bounded["estimate"] - 1e-9).all()
    assert len(estimate(measurements, measures[:1], design)) == 3


def test_ingredients_redo_the_estimate(survey):
    design, measurements, measures = survey
    for measure in measures:
        parts = ingredients(measurements, measure, design, "2023", dimension="stratum", segment="city")
        row = estimate(measurements, [measure], design, ("stratum",)).query(
            "wave == '2023' and segment == 'city'"
        )
        below = 1.0 if measure.kind == "total" else parts["weighted_sum_x"].sum()
        assert measure.scale * parts["weighted_sum_y"].sum() / below == pytest.approx(row["estimate"].item())
        if measure.estimand == "members":
            se = measure.scale * np.sqrt(parts["adds_to_variance"].sum())
            assert se == pytest.approx(row["se"].item())


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda m: m.assign(y=2.0),
            (
                "measurements, indicator q: expected 0 or 1 for a share, got other numbers; "
                "set the measure's kind to 'mean'."
            ),
        ),
        (
            lambda m: m.head(3),
            (
                "measurements, indicator q, wave 2023: expected one row for each respondent, got 1 missing; "
                "mark those routed out asked=False, leave a blank NaN."
            ),
        ),
        (
            lambda m: pd.concat([m, m.head(2)]),
            (
                "measurements, indicator q, wave 2023: expected one row for each respondent, got 2 repeated; "
                "mark those routed out asked=False, leave a blank NaN."
            ),
        ),
        (
            lambda m: m.assign(asked=False),
            (
                "measurements, indicator q: expected no answer where asked is False, got 4 answers; "
                "edit the routing before estimating."
            ),
        ),
        (
            lambda m: m.assign(member_id=["x", *m["member_id"][1:]]),
            (
                "measurements: expected respondents of the wave alone, got 1 rows of others, "
                "first q in wave 2023; add the member to the respondents or remove the rows."
            ),
        ),
        (
            lambda m: m.assign(asked=[None, True, True, True]),
            (
                "measurements, column 'asked': expected True or False in every row, got 1 rows without; "
                "say of each respondent whether the item was put to it."
            ),
        ),
        (
            lambda m: m.assign(indicator="other"),
            (
                "measurements: expected rows for every measure, got none for q; "
                "derive the indicator first or leave the measure out."
            ),
        ),
        (
            lambda m: m.drop(columns="x"),
            (
                "measurements: expected the columns indicator, wave, member_id, asked, y, x, "
                "got a table without x; add the columns or pass the right table."
            ),
        ),
    ],
)
def test_measurements_that_do_not_fit_are_refused(small, spoil, message):
    frame, respondents, measurements = small([1, 0, 1, 1], members={"large": 6})
    with pytest.raises(FrameError) as caught:
        estimate(spoil(measurements), [Measure("q", "share", "members", "%")], Design(frame, respondents))
    assert str(caught.value) == message

"""Ways to the same figure agree: counted out by cells, by influences of a sample, from arrays and from sheets."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis.inference import estimate, linearise, read_answers
from analysis.inference.estimates import Sheet, estimate_sheet
from analysis.inference.sample import weighted_sample
from analysis.model import Design, Measure

#: A quarter of the profile's examples, for each is a survey.
FEW = settings(
    max_examples=settings().max_examples // 4, deadline=None, phases=[Phase.explicit, Phase.generate]
)
SIZES = {"large": 6, "city": 14, "rural": 25}
DIMENSIONS = ("total", "stratum", "centre_kind", "stratum*centre_kind")
MEASURES = [
    Measure("s.members", "share", "members", "%", 100),
    Measure("m.members", "mean", "members", "", source="t"),
    Measure("t.members", "total", "members", ""),
    Measure("r.members", "ratio", "members", "%", 100),
    Measure("q.members", "quantile", "members", "", source="t", p=0.4),
]
PLAIN = [
    Measure(m.indicator[0], m.kind, "respondents", m.unit, m.scale, source=m.source, p=m.p) for m in MEASURES
]


@st.composite
def sheets(draw, *, routed=True):
    """Draw a frame of two waves, its respondents, and a sheet of answers with blanks and routing."""
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    blank, answering = draw(st.sampled_from([0.0, 0.1])), draw(st.sampled_from([0.5, 0.8, 1.0]))
    frame = pd.DataFrame(
        [
            (wave, f"{kind}{i}", kind, str(rng.choice(["credit", "debit"])))
            for wave in ("2022", "2023")
            for kind, size in SIZES.items()
            for i in range(size - (wave == "2022"))
        ],
        columns=["wave", "member_id", "stratum", "centre_kind"],
    )
    number = frame["member_id"].str.extract(r"(\d+)$")[0].astype(int)
    there = frame[(rng.random(len(frame)) < answering) | (number < 3)]
    n = len(there)
    sheet = there[["wave", "member_id"]].assign(
        s=(rng.random(n) < 0.5).astype(float),
        t=np.round(rng.lognormal(3, 1, n)),
        r=np.round(rng.uniform(0, 50, n)),
        below=np.round(rng.uniform(50, 90, n)),
        put=rng.random(n) < (0.8 if routed else 1.1),
    )
    for column in ("s", "t", "r"):
        sheet.loc[rng.random(n) < blank, column] = np.nan
    sheet.loc[~sheet["put"], "s"] = np.nan
    return frame, Sheet(sheet.sample(frac=1, random_state=1), {"r": "below"}, {"s": "put"})


def long(sheet):
    """Write a sheet as measurements."""
    answers = sheet.answers
    tables = [
        answers[["wave", "member_id"]].assign(
            indicator=name, asked=answers["put"] if name == "s" else True, y=answers[name],
            x=answers["below"] if name == "r" else 1.0,
        )
        for name in ("s", "t", "r")
    ]  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def design(frame, sheet, **settings):
    return Design(frame, sheet.answers[["wave", "member_id"]], **settings)


@FEW
@given(sheets(), st.sampled_from([(), ("stratum",), ("stratum", "centre_kind")]))
def test_a_sheet_and_measurements_give_the_same_levels(data, margins):
    frame, sheet = data
    drawn = design(frame, sheet, margins=margins)
    wide = estimate_sheet(sheet, MEASURES + PLAIN, drawn, DIMENSIONS)
    narrow = estimate(long(sheet), MEASURES + PLAIN, drawn, DIMENSIONS)
    # a sheet is too long for the signs by which an interval's width is doubted
    told = narrow["method"].str.replace(r"; interval may be too narrow: [^;]+", "", regex=True)
    pd.testing.assert_frame_equal(wide, narrow.assign(method=told), check_exact=False, rtol=1e-10)


@FEW
@given(sheets())
def test_counting_by_cells_and_dense_linearisation_agree(data):
    frame, sheet = data
    drawn = design(frame, sheet)
    measures = [m for m in MEASURES if m.kind != "quantile"]
    answers = read_answers(long(sheet), measures, drawn, DIMENSIONS)
    rows = estimate(long(sheet), measures, drawn, DIMENSIONS).set_index(
        ["indicator", "wave", "dimension", "segment"]
    )
    for w, wave in enumerate(answers.waves):
        for dimension in DIMENSIONS:
            line = linearise(answers, w, dimension)
            for p, measure in enumerate(measures):
                for k, segment in enumerate(answers.segments[dimension].names):
                    if not answers.segments[dimension].inside[w, k].any():
                        continue
                    row = rows.loc[(measure.indicator, wave, dimension, segment)]
                    found = measure.scale * np.array([line.figure[p, k], np.sqrt(line.variance[p, k])])
                    assert row["estimate"] == pytest.approx(found[0], rel=1e-10, nan_ok=True)
                    assert row["se"] == pytest.approx(found[1], rel=1e-8, abs=1e-10, nan_ok=True)


@FEW
@given(sheets(routed=False))
def test_counting_by_cells_and_influences_of_a_sample_agree(data):
    """Where nobody is routed out, those who answered are a smaller sample of the same strata."""
    frame, sheet = data
    rows = estimate(long(sheet), MEASURES, design(frame, sheet), ("total", "centre_kind"))
    rows = rows[(rows["wave"] == "2023") & ~rows["method"].str.contains("joined")]
    home = frame[frame["wave"] == "2023"].set_index("member_id")
    for row in rows.itertuples():
        measure = next(m for m in MEASURES if m.indicator == row.indicator)
        answers = sheet.answers[(sheet.answers["wave"] == "2023") & sheet.answers[measure.source].notna()]
        places = home.loc[answers["member_id"]]
        drawn = weighted_sample(None, places["stratum"], SIZES)
        y, x = answers[measure.source].to_numpy(), answers["below"].to_numpy()
        domain = (
            np.ones(len(y), bool)
            if row.segment == "all"
            else (places["centre_kind"] == row.segment).to_numpy()
        )
        if measure.kind == "quantile":
            assert row.estimate == drawn.quantile(y, measure.p, domain)[0]
            continue
        figure = {
            "share": drawn.mean(y, domain),
            "mean": drawn.mean(y, domain),
            "total": drawn.total(y, domain),
            "ratio": drawn.ratio(y, x, domain),
        }[measure.kind]
        assert row.estimate == pytest.approx(measure.scale * figure.value[0], rel=1e-10)
        assert row.se == pytest.approx(measure.scale * figure.se[0], rel=1e-8, abs=1e-10)


@FEW
@given(sheets())
def test_weights_given_as_members_over_respondents_change_no_figure_of_means(data):
    """Given weights that are N_h / n_h say the same; without blanks and routing so do their errors."""
    frame, sheet = data
    plain = design(frame, sheet)
    weights = plain.weights()[["wave", "member_id", "weight"]]
    given_weights = Design(frame, weights, weight="weight")
    first = estimate(long(sheet), MEASURES, plain, DIMENSIONS)
    second = estimate(long(sheet), MEASURES, given_weights, DIMENSIONS)
    # strata joined for an item are weighed anew there, given weights are not
    alone = ~first["method"].str.contains("joined")
    first, second = first[alone], second[alone]
    assert second["estimate"].to_numpy() == pytest.approx(
        first["estimate"].to_numpy(), rel=1e-10, nan_ok=True
    )
    unrouted = (first["indicator"] == "t.members") | (first["indicator"] == "m.members")
    first, second = first[unrouted & first["se"].notna()], second[unrouted & first["se"].notna()]
    assert second["se"].to_numpy() == pytest.approx(first["se"].to_numpy(), rel=1e-8, abs=1e-8)


@FEW
@given(sheets())
def test_a_quantile_of_everybody_is_a_point_and_bounds_enclose_the_rest(data):
    frame, sheet = data
    rows = estimate(long(sheet), MEASURES[-1:], design(frame, sheet), DIMENSIONS)
    bounded = rows[rows["lower"].notna()]
    assert (bounded["lower"] <= bounded["estimate"]).all()
    assert (bounded["upper"] >= bounded["estimate"]).all()
    sure = rows[rows["n"] == rows["N"]]
    whole = sure["dimension"].isin(["stratum", "stratum*centre_kind"])
    assert (sure.loc[whole, "lower"] == sure.loc[whole, "upper"]).all()
    unsure = rows[(rows["n"] < rows["N"]) & rows["lower"].notna()]
    assert (unsure["se"] >= 0).all()

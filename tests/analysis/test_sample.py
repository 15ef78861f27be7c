import numpy as np
import pytest

from analysis.inference.independence import rao_scott
from analysis.inference.sample import weighted_quantile, weighted_sample
from analysis.model import ArgumentError, DesignError
from analysis.model.weights import post_stratify, rake

Y = np.array([10.0, 20.0, 1.0, 3.0])
STRATA = ["large", "large", "city", "city"]


def test_stratified_mean_total_and_ratio_by_hand():
    # large 2 of 2, city 2 of 6, weights 1 and 3: mean 42/8, V = (6/8)^2 (1 - 1/3) * 2/2
    drawn = weighted_sample(None, STRATA, {"large": 2, "city": 6})
    mean = drawn.mean(Y)
    assert (mean.value[0], mean.se[0], mean.df) == (pytest.approx(5.25), pytest.approx(np.sqrt(0.375)), 2)
    assert drawn.total(Y).value[0] == pytest.approx(42)
    assert drawn.total(Y).se[0] == pytest.approx(8 * np.sqrt(0.375))
    assert drawn.ratio(Y, 2 * Y).value[0] == pytest.approx(0.5)
    assert drawn.ratio(Y, 2 * Y).se[0] == pytest.approx(0.0, abs=1e-15)


def test_without_sizes_there_is_no_finite_population_correction():
    assert weighted_sample([1, 1, 3, 3], STRATA).mean(Y).se[0] == pytest.approx(
        np.sqrt((2 * 50 + 2 * 18) / 64)
    )


def test_domain_means_are_one_figure_with_a_covariance():
    drawn = weighted_sample(None, STRATA, {"large": 4, "city": 6})
    both = drawn.mean(Y[:, None], np.array(STRATA)[:, None] == np.array(["large", "city"]))
    assert both.value == pytest.approx([15, 2])
    difference = both.contrast([1, -1])
    assert difference.value[0] == pytest.approx(13)
    # strata are independent: variances add
    assert difference.se[0] == pytest.approx(np.hypot(*both.se))
    assert drawn.mean_difference(Y, np.array(STRATA) == "large").value[0] == pytest.approx(13)


def test_post_stratified_share_of_the_post_strata_is_certain():
    groups = ["a", "a", "b", "b", "b"]
    drawn = weighted_sample(post_stratify(np.ones(5), groups, {"a": 10, "b": 5}), None, 15)
    share = drawn.mean(np.array(groups) == "a")
    assert share.value[0] == pytest.approx(2 / 3)
    assert share.se[0] == pytest.approx(0.0, abs=1e-12)


def test_residuals_of_calibrated_weights_are_weighted_unless_said():
    # two margins, unequal base weights: the two ways differ, both explain the margins themselves
    rng = np.random.default_rng(3)
    a, b = rng.choice(["x", "y"], 60), rng.choice(["u", "v", "w"], 60)
    base, y = rng.uniform(1, 5, 60), rng.normal(size=60) + (a == "x")
    size = base.sum()
    raked = rake(
        base,
        {"a": a, "b": b},
        {"a": {"x": 0.4 * size, "y": 0.6 * size}, "b": {"u": size / 2, "v": size / 4, "w": size / 4}},
    )
    ways = [weighted_sample(raked, residuals=way) for way in ("weighted", "unweighted")]
    first, second = (drawn.total(y).se[0] for drawn in ways)
    assert first != pytest.approx(second, rel=1e-6)
    for drawn in ways:
        assert drawn.total((b == "u").astype(float)).se[0] == pytest.approx(0.0, abs=1e-4)
    # by hand: w times the residual of the regression on dummies weighted by the base
    dummies = np.column_stack([a == "x", a == "y", b == "u", b == "v"]).astype(float)
    root = np.sqrt(base)[:, None]
    slope = np.linalg.lstsq(dummies * root, y * root[:, 0], rcond=None)[0]
    u = raked.weights * (y - dummies @ slope)
    assert first == pytest.approx(np.sqrt(60 / 59 * ((u - u.mean()) ** 2).sum()))


@pytest.mark.parametrize(
    ("p", "expected"), [(0.2, 1.0), (0.25, 2.0), (0.5, 2.0), (0.61, 3.0), (0.75, 3.0), (0.99, 4.0)]
)
def test_a_quantile_is_the_first_answer_to_reach_its_order(p, expected):
    # weights 1, 2, 1 and 1 of 1, 2, 3 and 4: reached 0.2, 0.6, 0.8, 1
    y, w = np.array([3.0, 1.0, 2.0, 4.0]), np.array([1.0, 1.0, 2.0, 1.0])
    assert weighted_quantile(y, w, np.array([p]))[0] == expected


def test_a_sum_of_floats_does_not_carry_a_quantile_over_its_step():
    assert weighted_quantile(np.arange(10.0), np.full(10, 0.1), np.array([0.3]))[0] == 2.0


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (
            lambda: weighted_sample([1, -1, 2]),
            ArgumentError,
            "weights: expected a number of at least 0 for each respondent, got 1 negative; "
            "correct the weights or leave these respondents out.",
        ),
        (
            lambda: weighted_sample([0, 0]),
            ArgumentError,
            "weights: expected at least one above 0, got 2 weights, all 0; pass the weights of the respondents.",
        ),
        (
            lambda: weighted_sample([1, np.nan]),
            ArgumentError,
            "weights: expected a number of at least 0 for each respondent, got 1 missing or infinite; "
            "correct the weights or leave these respondents out.",
        ),
        (
            weighted_sample,
            ArgumentError,
            "weights: expected weights, or strata with sizes, got neither; pass one of them.",
        ),
        (
            lambda: weighted_sample(None, ["a", "a", "b"], {"a": 5, "b": 2}),
            DesignError,
            "strata: expected two respondents in every stratum not taken whole, got one in b; "
            "join the stratum to a neighbour first (join_strata).",
        ),
        (
            lambda: weighted_sample(None, ["a", "a"], {"a": 1}),
            DesignError,
            "sizes: expected for every stratum a frame of at least its respondents, got none or fewer for a; "
            "count the strata on the list of members.",
        ),
        (
            lambda: weighted_sample([1, 1], ["a"]),
            ArgumentError,
            "strata: expected one for each of 2 respondents, got 1; pass the respondents' own.",
        ),
        (
            lambda: weighted_sample([1, 1]).mean([1, 2], [False, False]),
            ArgumentError,
            "domain: expected respondents with a weight in it, got none; choose another domain or join segments.",
        ),
        (
            lambda: weighted_sample([1, 1]).mean([1, np.nan]),
            ArgumentError,
            "y: expected an answer of every respondent in the domain, got 1 without; leave them out of the domain.",
        ),
        (
            lambda: weighted_sample([1, 1]).mean([1, 2, 3]),
            ArgumentError,
            "y, domain: expected one entry for each of 2 respondents, got 3; pass the columns of the same respondents.",
        ),
        (
            lambda: weighted_sample([1, 1]).ratio([1, 2], [0, 0]),
            ArgumentError,
            "x: expected denominators that do not add up to 0, got 0; choose another denominator.",
        ),
        (
            lambda: weighted_sample([1, 1]).quantile([1, 2], 1.0),
            ArgumentError,
            "p: expected a number between 0 and 1, neither included, got 1; use 0.5 for the median.",
        ),
        (
            lambda: weighted_quantile(np.array([]), np.array([]), np.array([0.5])),
            ArgumentError,
            "y: expected at least one answer with a weight, got none; choose another domain.",
        ),
        (
            lambda: weighted_sample([1, 1]).mean([1, 2]).contrast([1, -1]),
            ArgumentError,
            "coefficients: expected one for each of 1 estimates, got 2; give 0 for estimates that do not count.",
        ),
        (
            lambda: rao_scott(weighted_sample([1, 1, 1]), ["a", "b", "a"], ["c", "c", "c"]),
            ArgumentError,
            "rows, columns: expected at least two categories of each, got 2 and 1; choose another classification.",
        ),
    ],
)
def test_errors_name_the_argument_and_the_remedy(do, error, message):
    with pytest.raises(error) as caught:
        do()
    assert str(caught.value) == message

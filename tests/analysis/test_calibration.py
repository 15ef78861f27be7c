import numpy as np
import pytest

from analysis.model import ArgumentError, DesignError
from analysis.model.weights import kish_design_effect, post_stratify, rake

A = ["x", "x", "y", "y"]
B = ["u", "v", "u", "v"]


def test_post_stratification_by_hand():
    # x holds 9 members and weights of 3, y 4 and 2: factors 3 and 2
    fitted = post_stratify([1, 2, 1, 1], ["x", "x", "y", "y"], {"x": 9, "y": 4})
    assert fitted.weights == pytest.approx([3, 6, 2, 2])
    assert fitted.factor == pytest.approx([3, 3, 2, 2])
    shown = fitted.ingredients().set_index("category")
    assert shown.loc["x"].to_dict() == {
        "margin": "post-stratum", "members": 9.0, "respondents": 2, "sum_of_base_weights": 3.0,
        "sum_of_final_weights": 9.0, "smallest_factor": 3.0, "largest_factor": 3.0,
    }  # fmt: skip


def test_raking_of_a_two_by_two_table_by_hand():
    # base 1 each; margins 6:4 and 5:5. Independence is kept: 3, 3, 2, 2
    fitted = rake([1, 1, 1, 1], {"a": A, "b": B}, {"a": {"x": 6, "y": 4}, "b": {"u": 5, "v": 5}})
    assert fitted.weights == pytest.approx([3, 3, 2, 2])
    assert fitted.gap < 1e-12


def test_raking_keeps_the_odds_ratio():
    rng = np.random.default_rng(1)
    a, b, w = rng.choice(["x", "y"], 50), rng.choice(["u", "v"], 50), rng.uniform(1, 4, 50)
    fitted = rake(w, {"a": a, "b": b}, {"a": {"x": 70, "y": 30}, "b": {"u": 20, "v": 80}})

    def odds(weights):
        cell = {(i, j): weights[(a == i) & (b == j)].sum() for i in "xy" for j in "uv"}
        return cell["x", "u"] * cell["y", "v"] / (cell["x", "v"] * cell["y", "u"])

    assert odds(fitted.weights) == pytest.approx(odds(w), rel=1e-9)
    assert fitted.weights[a == "x"].sum() == pytest.approx(70, rel=1e-11)
    assert fitted.weights[b == "v"].sum() == pytest.approx(80, rel=1e-11)


def test_kish_design_effect_by_hand():
    # three weights whose squares add up to 6 and whose sum is 4
    assert kish_design_effect([1, 1, 2]) == pytest.approx(18 / 16)
    assert kish_design_effect([5, 5]) == 1.0


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (
            lambda: post_stratify([1, 1], ["x", "x"], {"x": 4, "y": 2}),
            DesignError,
            "margin 'post-stratum': expected respondents in every category of the frame, got none in y; "
            "join the category to a neighbour or leave the margin out.",
        ),
        (
            lambda: post_stratify([0, 0, 1], ["x", "x", "y"], {"x": 4, "y": 2}),
            DesignError,
            "margin 'post-stratum': expected respondents in every category of the frame, got none in x; "
            "join the category to a neighbour or leave the margin out.",
        ),
        (
            lambda: post_stratify([1, 1], ["x", "z"], {"x": 4}),
            DesignError,
            "margin 'post-stratum': expected a total for every category of the respondents, got none for z; "
            "add the totals of the frame.",
        ),
        (
            # everyone of x is u, so that u cannot hold fewer members than x
            lambda: rake(
                [1, 1, 1],
                {"a": ["x", "x", "y"], "b": ["u", "u", "v"]},
                {"a": {"x": 6, "y": 4}, "b": {"u": 5, "v": 5}},
            ),
            DesignError,
            "margins a, b: expected weights that fit all of them within 1000 rounds, got a relative gap of 0.25; "
            "the margins contradict the combinations that answered: join categories or leave a margin out.",
        ),
        (
            lambda: rake([1] * 4, {"a": A, "b": B}, {"a": {"x": 6, "y": 4}, "b": {"u": 5, "v": 6}}),
            DesignError,
            "totals: expected positive totals that add up to the same frame for every margin, got a 10, b 11; "
            "count all margins on one list of members.",
        ),
        (
            lambda: rake([1, -1], {"a": ["x", "y"]}, {"a": {"x": 6, "y": 4}}),
            ArgumentError,
            "weights: expected a number of at least 0 for each respondent, got 1 negative; "
            "correct the weights or leave these respondents out.",
        ),
        (
            lambda: rake([1, 1], {"a": ["x"]}, {"a": {"x": 6}}),
            ArgumentError,
            "margin 'a': expected a category for each of 2 respondents, got 1; pass one entry for each respondent.",
        ),
        (
            lambda: rake([1], {"a": ["x"]}, {}),
            ArgumentError,
            "groups, totals: expected the same margins in both, got ['a'] and []; name each margin in both.",
        ),
    ],
)
def test_errors_name_the_margin_and_the_remedy(do, error, message):
    with pytest.raises(error) as caught:
        do()
    assert str(caught.value) == message

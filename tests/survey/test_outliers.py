"""Robust limits, held against statsmodels and figures by hand."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.stattools import medcouple as reference

from survey.editing.edits import hidiroglou_berthelot, mad, medcouple, skewed_boxplot


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("size", [7, 20, 51])
def test_the_medcouple_is_that_of_statsmodels(seed, size):
    values = np.random.default_rng(seed).lognormal(size=size)
    assert medcouple(values) == pytest.approx(float(reference(values, use_fast=False)), abs=1e-12)


def test_the_medcouple_of_values_tied_with_the_median():
    values = np.array([1.0, 2.0, 2.0, 2.0, 3.0, 7.0, 9.0])
    assert medcouple(values) == pytest.approx(float(reference(values, use_fast=False)), abs=1e-12)
    assert medcouple(np.array([1.0, 2.0, 3.0, 4.0, 5.0])) == 0.0


def test_ratios_to_last_year_by_hand():
    """Ratios 0.9 1 1.1 1 1.2 1 and 5; median 1; effects weighed by the root of the size."""
    before = np.array([100.0] * 7)
    now = np.array([90.0, 100, 110, 100, 120, 100, 500])
    effect = np.array([(1 - 1 / 0.9) * 10, 0, 0.1 * 110**0.5, 0, 0.2 * 120**0.5, 0, 4 * 500**0.5])
    q3 = np.quantile(effect, 0.75)
    inside = effect <= 4 * q3
    found = hidiroglou_berthelot(now, before, c=4.0)
    assert found.tolist() == [False, True, True, True, True, True, False]
    assert inside.tolist() == [True, True, True, True, True, True, False]
    assert hidiroglou_berthelot(before, before) is None


def test_the_median_absolute_deviation_by_hand():
    values = np.array([1.0, 2, 3, 4, 5, 6, 100])
    # median 4, absolute deviations 3 2 1 0 1 2 96, their median 2: the limit is 3.5 * 1.4826 * 2 = 10.4
    assert mad(values, c=3.5).tolist() == [True] * 6 + [False]
    assert mad(np.array([3.0, 3, 3, 3, 9]), c=3.5) is None


def test_the_skewed_boxplot_lets_a_long_tail_be():
    tail = np.exp(np.linspace(0, 4, 40))
    low, high = np.quantile(tail, [0.25, 0.75])
    assert (tail > high + 1.5 * (high - low)).any()
    assert skewed_boxplot(tail).all()
    assert not skewed_boxplot(np.append(tail, 5000.0))[-1]
    assert not skewed_boxplot(-np.append(tail, 5000.0))[-1]
    assert skewed_boxplot(np.array([2.0, 2, 2, 2])) is None

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.inference import decompose
from analysis.model import ArgumentError

REFERENCE = Path(__file__).parents[1] / "reference"


def test_kitagawas_headship_rates_as_published():
    ages = pd.read_csv(REFERENCE / "kitagawa_eg5.1_headship.csv")
    then, now = ages[ages["pop"] == 1970], ages[ages["pop"] == 1985]
    got = decompose(then["age_group"].tolist(), then["size_pct"], now["size_pct"], then["rate"], now["rate"])
    assert round(got.composition_effect, 4) == 1.2269
    assert round(got.rate_effect, 4) == 1.7403
    assert round(got.change, 4) == 2.9672


def test_two_segments_by_hand():
    # shares 1/2, 1/2 -> 1/4, 3/4; rates 40, 60 -> 60, 60: overall 50 -> 60
    got = decompose(["large", "city"], [5, 5], [5, 15], [40.0, 60.0], [60.0, 60.0])
    assert got.rate_effect == pytest.approx((0.5 + 0.25) / 2 * 20)
    assert got.composition_effect == pytest.approx(50 * -0.25 + 60 * 0.25)
    assert got.change == pytest.approx(10.0)
    assert got.segments["rate_effect"].tolist() == pytest.approx([7.5, 0.0])


def test_a_segment_that_appears_counts_in_the_mix_alone():
    got = decompose(["large", "new"], [10, 0], [10, 10], [40.0, np.nan], [40.0, 80.0])
    assert got.rate_effect == 0.0
    assert got.composition_effect == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("sizes", "rates"),
    [([1, -1], [1.0, 2.0]), ([0, 0], [1.0, 2.0]), ([1, 1], [1.0, np.nan]), ([1], [1.0, 2.0])],
)
def test_contradictions_are_refused(sizes, rates):
    with pytest.raises(ArgumentError):
        decompose(["a", "b"], sizes, [1, 1], rates, [1.0, 2.0])

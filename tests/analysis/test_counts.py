"""A count of members that said yes has the interval of their share, times their number."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.inference import estimate
from analysis.model import Design, Measure

ANSWERS = [1.0] * 7 + [1.0] * 9 + [0.0] * 5
TYPES = ["large"] * 7 + ["city"] * 14


@pytest.mark.parametrize("dimension", ["total", "stratum"])
def test_a_count_has_the_bounds_of_the_share(small, dimension):
    frame, respondents, rows = small(ANSWERS, types=TYPES, members={"large": 8, "city": 20})
    measures = [Measure("q", "total", "members", ""), Measure("q.members", "share", "members", "%", 1.0)]
    table = estimate(rows, measures, Design(frame, respondents), [dimension]).set_index("indicator")
    count, share = table.loc[["q"]], table.loc[["q.members"]]
    for column in ("estimate", "lower", "upper"):
        assert (share[column] * share["N"]).to_numpy() == pytest.approx(count[column].to_numpy())
    assert count["method"].tolist() == share["method"].tolist()


def test_a_sum_of_amounts_keeps_its_own(small):
    frame, respondents, rows = small([2.0, *ANSWERS[1:]], types=TYPES, members={"large": 8, "city": 20})
    measure = Measure("q", "total", "members", "")
    found = estimate(rows, [measure], Design(frame, respondents), ["total"]).iloc[0]
    assert found["method"].startswith("linearisation")
    assert np.isfinite(found["upper"])

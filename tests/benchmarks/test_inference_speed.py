"""A whole report's numbers in the time one waits for: 40 indicators, both estimands, five waves."""

import time

import numpy as np
import pandas as pd
import pytest

from analysis.design import Design, Measure
from analysis.estimates import estimate
from analysis.segments import compare
from analysis.trends import changes

DIMENSIONS = ("total", "bank_type", "centre_kind", "bank_type*centre_kind")
WAVES = ("2019", "2020", "2021", "2022", "2023")


@pytest.fixture(scope="module")
def report():
    rng = np.random.default_rng(40)
    names = [f"m{i:03d}" for i in range(100)]
    one = pd.DataFrame({"member_id": names})
    one["bank_type"] = np.repeat(["large", "joint_stock", "city", "rural"], [7, 20, 30, 43])
    one["centre_kind"] = rng.choice(["debit", "credit", "combined"], 100)
    frame = pd.concat([one.assign(wave=wave) for wave in WAVES])
    answered = frame[rng.random(len(frame)) < 0.8]
    tables = []
    for i in range(40):
        y = (rng.random(len(answered)) < 0.6).astype(float) if i < 25 else rng.lognormal(4, 1, len(answered))
        tables.append(answered[["wave", "member_id"]].assign(indicator=f"q{i:02d}", asked=True, y=y, x=1.0))
    kinds = ["share"] * 25 + ["mean"] * 8 + ["total"] * 7
    measures = [Measure(f"q{i:02d}", kinds[i], "respondents", "") for i in range(40)]
    measures += [Measure(f"q{i:02d}.members", kinds[i], "members", "") for i in range(40)]
    return pd.concat(tables), measures, Design(frame, answered[["wave", "member_id"]])


def test_levels_of_a_report(report):
    start = time.perf_counter()
    rows = estimate(*report, DIMENSIONS)
    assert time.perf_counter() - start < 2.0
    assert len(rows) == 80 * 5 * (1 + 4 + 3 + 12)


def test_changes_of_a_report(report):
    start = time.perf_counter()
    changes(*report, [("2022", "2023"), ("2021", "2022"), ("2019", "2023")], DIMENSIONS)
    assert time.perf_counter() - start < 2.0


def test_comparisons_of_a_report(report):
    start = time.perf_counter()
    for dimension in ("bank_type", "centre_kind"):
        compare(*report, "2023", dimension)
    assert time.perf_counter() - start < 2.0

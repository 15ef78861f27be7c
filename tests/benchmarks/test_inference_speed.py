"""A whole report's numbers in the time one waits for: 40 indicators, both estimands, five waves."""

import time

import numpy as np
import pandas as pd
import pytest

from analysis.inference import changes, compare, estimate
from analysis.model import Design, Measure

pytestmark = pytest.mark.slow  # many runs of one thing, which tell more when nothing runs beside them

DIMENSIONS = ("total", "stratum", "centre_kind", "stratum*centre_kind")
WAVES = ("2019", "2020", "2021", "2022", "2023")


@pytest.fixture(scope="module")
def report():
    rng = np.random.default_rng(40)
    names = [f"m{i:03d}" for i in range(100)]
    one = pd.DataFrame({"member_id": names})
    one["stratum"] = np.repeat(["large", "joint_stock", "city", "rural"], [7, 20, 30, 43])
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


MOST = 2.5  # times as long for twice the indicators: growth stays linear, with room for a busy machine


def halves(report):
    """Give half of the report's indicators, and the whole."""
    measurements, measures, design = report
    half = {f"q{i:02d}" for i in range(0, 40, 2)}
    fewer = [measure for measure in measures if measure.source in half]
    return (measurements[measurements["indicator"].isin(half)], fewer, design), report


def ratio(work, report):
    """Say how much longer the whole report takes than half of it: the best of three each, in one run."""
    seconds = []
    for numbers in halves(report):
        spent = []
        for _ in range(3):
            start = time.process_time()
            work(*numbers)
            spent.append(time.process_time() - start)
        seconds.append(min(spent))
    print(f"{work.__name__}: {seconds[0]:.2f} s for half, {seconds[1]:.2f} s for all")  # noqa: T201
    return seconds[1] / seconds[0]


def levels(measurements, measures, design):
    return estimate(measurements, measures, design, DIMENSIONS)


def moves(measurements, measures, design):
    return changes(measurements, measures, design, [("2022", "2023"), ("2019", "2023")], DIMENSIONS)


def differences(measurements, measures, design):
    return compare(measurements, measures, design, "2023", "stratum")


def test_a_report_has_all_its_levels(report):
    assert len(levels(*report)) == 80 * 5 * (1 + 4 + 3 + 12)


@pytest.mark.parametrize("work", [levels, moves, differences])
def test_twice_the_indicators_take_about_twice_the_time(work, report):
    assert ratio(work, report) < MOST

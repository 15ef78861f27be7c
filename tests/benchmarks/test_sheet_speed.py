"""Many respondents: time grows with them, memory stays near that of the data, an oracle is no faster.

Ratios within one run, so that a slow or busy machine changes nothing. The sizes end in seconds; a million
respondents by a hundred indicators are reached by ``SURVEY_BENCHMARK=1000000x100``.
"""

import os
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from analysis.inference.estimates import Sheet, estimate_sheet
from analysis.model import Design, Measure

TYPES = ["large", "joint_stock", "city", "rural"]
KINDS = ("mean", "share", "total", "quantile", "share")
MOST = 2.6  # times as long for twice the respondents: linear, with room for caches and a busy machine


def made(n, indicators, kinds=KINDS):
    """Make n respondents of a frame a quarter larger, every fifth indicator with blanks."""
    rng = np.random.default_rng(n)
    size = n + n // 4
    frame = pd.DataFrame({"member_id": [f"m{i}" for i in range(size)]}, dtype="str")
    frame["stratum"] = pd.Series(rng.choice(TYPES, size, p=[0.1, 0.2, 0.3, 0.4]), dtype="str")
    frame["wave"] = pd.Series("2023", index=frame.index, dtype="str")
    there = np.sort(rng.choice(size, n, replace=False))
    respondents = frame.loc[there, ["wave", "member_id"]].reset_index(drop=True)
    answers = np.asfortranarray(np.empty((n, indicators)))
    for j in range(indicators):
        answers[:, j] = rng.random(n) < 0.4 if kinds[j % len(kinds)] == "share" else rng.lognormal(3, 1, n)
        if j % 5 == 0:
            answers[rng.random(n) < 0.03, j] = np.nan
    table = pd.DataFrame(answers, columns=[f"q{j}" for j in range(indicators)], copy=False)
    table = pd.concat([respondents, table], axis=1)
    measures = [Measure(f"q{j}.members", kinds[j % len(kinds)], "members", "") for j in range(indicators)]
    return Sheet(table), measures, Design(frame, respondents)


def seconds(work, *arguments):
    spent = []
    for _ in range(3):
        start = time.process_time()
        work(*arguments)
        spent.append(time.process_time() - start)
    return min(spent)


@pytest.mark.slow
def test_twice_the_respondents_take_about_twice_the_time():
    half, whole = (seconds(estimate_sheet, *made(n, 20), ("stratum",)) for n in (100_000, 200_000))
    print(f"{half:.2f} s for 100,000 respondents x 20 indicators x 4 segments, {whole:.2f} s for 200,000")  # noqa: T201
    assert whole / half < MOST


PEAK = """
import sys
sys.path.insert(0, {folder!r})
from test_sheet_speed import estimate_sheet, made
def peak():
    # the high-water mark of this process alone: getrusage's is inherited
    lines = open("/proc/self/status", encoding="utf-8").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024
start = peak()
sheet, measures, design = made({n}, {indicators}, ("mean", "share"))
estimate_sheet(sheet, measures, design, ("stratum",))
print((peak() - start) / ({n} * {indicators} * 8))
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is read from /proc")
def test_memory_stays_under_three_times_the_data():
    """The peak of a process of its own, data included, above what the packages take."""
    n, indicators = (int(part) for part in os.environ.get("SURVEY_BENCHMARK", "200000x100").split("x"))
    program = PEAK.format(folder=os.path.dirname(__file__), n=n, indicators=indicators)  # noqa: PTH120
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    print(f"peak {float(done.stdout):.2f} times the data")  # noqa: T201
    assert float(done.stdout) < 3.0


@pytest.mark.slow
def test_no_slower_than_svy():
    pl = pytest.importorskip("polars", reason="svy is absent: install the dependency group 'oracle'")
    svy = pytest.importorskip("svy", reason="svy is absent: install the dependency group 'oracle'")
    sheet, measures, design = made(100_000, 20, ("mean",))
    names = [m.source for m in measures]
    rows = sheet.answers.merge(design.frame[["member_id", "stratum"]], on="member_id")
    data = pl.DataFrame(
        {name: rows[name].fillna(0.0).to_numpy() for name in names} | {"h": rows["stratum"].tolist()}
    )
    sizes = design.frame["stratum"].value_counts()
    data = data.with_columns(N=pl.Series([float(sizes[h]) for h in rows["stratum"]]))
    data = data.with_columns(w=pl.col("N") / pl.len().over("h"))

    def theirs():
        drawn = svy.Sample(data, svy.Design(stratum="h", wgt="w", pop_size="N"))
        drawn.estimation.mean(names, by="h")

    own, other = seconds(estimate_sheet, sheet, measures, design, ("stratum",)), seconds(theirs)
    print(f"{own:.2f} s, svy {other:.2f} s")  # noqa: T201
    assert own <= other

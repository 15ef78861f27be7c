"""A cell knows all that is known of one released figure."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.model import AnalysisError, Estimand, Measure, Status
from analysis.words import Cells, Lexicon, Text

SHARE = Measure("app", "share", "respondents", "%", scale=100.0, digits=1, change_digits=1)
WHOLE = Measure("app.members", "share", "members", "%", scale=100.0, digits=1, change_digits=1)


def estimates():
    rows = [
        ("app", "2023", "total", "all", 58.333, math.nan, math.nan, 72, 100, "released"),
        ("app", "2022", "total", "all", 50.0, math.nan, math.nan, 70, 100, "released"),
        ("app.members", "2023", "total", "all", 57.8, 49.24, 66.35, 72, 100, "released"),
        ("app", "2023", "kind", "small", math.nan, math.nan, math.nan, 2, 3, "suppressed"),
    ]
    columns = ["indicator", "wave", "dimension", "segment", "estimate", "lower", "upper", "n", "N", "status"]
    return pd.DataFrame(rows, columns=columns)


def changes():
    rows = [("app", "2023", "2022", "total", "all", 8.333, "percentage points", math.nan, math.nan, True)]
    columns = ["indicator", "wave", "base_wave", "dimension", "segment", "change", "unit", "lower", "upper"]
    return pd.DataFrame(rows, columns=[*columns, "comparable"])


@pytest.fixture
def cells():
    lexicon = Lexicon(
        measures={"app": SHARE, "app.members": WHOLE},
        labels={"app": Text("开通APP的占比", "the share with an app")},
        segments={"small": Text("小型", "small ones")},
    )
    return Cells(estimates(), lexicon, changes())


def test_a_cell_says_what_is_printed_and_where_it_comes_from(cells):
    cell = cells.cell("app", "2023")
    assert (cell.key, cell.text.zh, cell.text.en) == ("2023/app/total/all", "58.3%", "58.3%")
    assert (cell.base, cell.population, cell.base_number.text.en) == (72, 100, "72 members")
    assert (cell.status, cell.estimand, cell.interval) == (Status.RELEASED, Estimand.RESPONDENTS, None)
    assert cell.number.value == 58.333


def test_the_figure_of_all_members_stands_beside_that_of_the_respondents(cells):
    whole = cells.cell("app", "2023").members
    assert whole is not None
    assert (whole.estimand, whole.interval_text.en) == (Estimand.MEMBERS, "49.2% to 66.4%")
    assert whole.label.en == "the share with an app"


def test_a_change_is_found_from_its_cell(cells):
    moved = cells.cell("app", "2023").changed_since("2022")
    assert moved is not None
    assert (moved.key, moved.text.en) == ("2023-2022/app/total/all", "+8.3 percentage points")
    assert cells.cell("app", "2023").changed_since("2016") is None


def test_a_withheld_cell_has_no_number(cells):
    (held,) = cells.cell("app", "2023").by("kind", ["small", "large"])
    assert (held.is_released, held.segment_name.en) == (False, "small ones")
    with pytest.raises(AnalysisError, match="finite number"):
        _ = held.text


def test_a_cell_that_is_not_there_is_named(cells):
    with pytest.raises(AnalysisError, match="2021/app/total/all"):
        cells.cell("app", "2021")

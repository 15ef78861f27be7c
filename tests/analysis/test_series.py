import pandas as pd
import pytest

from analysis.inference.changes import Streak, series, streak
from analysis.model import ArgumentError, Measure


def _rows(values, breaks=(), indicator="q"):
    return pd.DataFrame(
        {
            "indicator": indicator,
            "wave": list(values),
            "estimate": list(values.values()),
            "break_before": [w in breaks for w in values],
        }
    )


RISING = {"2018": 60.0, "2019": 70.0, "2020": 69.0, "2021": 75.0, "2022": 80.0, "2023": 81.0}


@pytest.mark.parametrize(
    ("rule", "threshold", "breaks", "splice", "expected"),
    [
        ("rising", None, (), False, Streak(3, "2021", "2023")),
        ("rising", None, ("2022",), False, Streak(1, "2023", "2023")),
        ("rising", None, ("2022",), True, Streak(3, "2021", "2023", ("2022",))),
        ("above", 69.0, (), False, Streak(3, "2021", "2023")),
        ("at least", 69.0, (), False, Streak(5, "2019", "2023")),
        ("at least", 69.0, ("2021",), False, Streak(3, "2021", "2023")),
        ("at least", 69.0, ("2021",), True, Streak(5, "2019", "2023", ("2021",))),
        ("at least", 75.0, ("2021",), True, Streak(3, "2021", "2023")),  # ends at the break: nothing spliced
        ("at least", 0.0, (), False, Streak(6, "2018", "2023")),
        ("below", 50.0, (), False, Streak(0, "", "")),
        ("falling", None, (), False, Streak(0, "", "")),
    ],
)
def test_streaks_are_counted_back_from_the_last_wave(rule, threshold, breaks, splice, expected):
    assert streak(_rows(RISING, breaks), rule, threshold, splice=splice) == expected


def test_a_missing_year_ends_a_streak():
    gap = {w: v for w, v in RISING.items() if w != "2021"}
    assert streak(_rows(gap), "at least", 60.0) == Streak(2, "2022", "2023")
    assert streak(_rows(gap), "rising") == Streak(1, "2023", "2023")
    assert streak(_rows(gap), "at least", 60.0, waves=list(gap)).length == 5


def test_equal_figures_do_not_rise():
    assert streak(_rows({"2022": 99.0, "2023": 99.0}), "rising").length == 0


@pytest.mark.parametrize(
    ("rows", "rule", "threshold", "argument"),
    [
        (_rows(RISING), "soaring", None, "rule"),
        (_rows(RISING), "above", None, "threshold"),
        (_rows(RISING), "rising", 3.0, "threshold"),
        (pd.concat([_rows(RISING), _rows(RISING, indicator="z")]), "rising", None, "rows"),
    ],
)
def test_streak_refuses_what_it_cannot_count(rows, rule, threshold, argument):
    with pytest.raises(ArgumentError) as caught:
        streak(rows, rule, threshold)
    assert caught.value.argument == argument


def _estimates():
    return pd.DataFrame(
        {
            "indicator": ["q", "q", "q"],
            "wave": ["2022", "2023", "2023"],
            "dimension": ["total", "total", "stratum"],
            "segment": ["all", "all", "large"],
            "estimate": [80.0, 81.0, 90.0],
            "lower": [78.0, 79.0, 80.0],
            "upper": [82.0, 83.0, 95.0],
            "n": [78, 85, 8],
            "status": "released",
        }
    )


def test_series_joins_published_figures_and_marks_breaks():
    published = pd.DataFrame(
        {"indicator": "q", "wave": ["2019", "2021", "2022"], "value": [50.0, 75.0, 79.9]}
    )
    rows = series(
        _estimates(), published, [Measure("q", "share", "respondents", "%", 100, breaks=("2020", "2022"))]
    )
    assert rows["wave"].tolist() == ["2019", "2021", "2022", "2023"]
    assert rows["estimate"].tolist() == [50.0, 75.0, 80.0, 81.0]
    assert rows["source"].tolist() == ["published", "published", "archive", "archive"]
    # the break of 2020 shows at 2021, the first wave there is after it
    assert rows["break_before"].tolist() == [False, True, True, False]
    assert rows.loc[2, "break_note_en"] == "Definition changed in 2022: not comparable with before"
    assert rows["n"].isna().tolist() == [True, True, False, False]


def test_series_without_archive_or_publication():
    nothing = pd.DataFrame({"indicator": pd.Series(dtype="str"), "wave": pd.Series(dtype="str"), "value": []})
    measure = Measure("q", "share", "respondents", "%", 100)
    assert len(series(_estimates(), nothing, [measure])) == 2
    assert len(series(_estimates(), nothing, [Measure("z", "share", "respondents", "%", 100)])) == 0

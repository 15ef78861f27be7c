"""From clean answers to measurements, by hand: who was asked, who did not answer, what counts."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.inference.recoding import bands
from survey.editing import wide_answers, wide_statuses
from survey.figures.measurements import available, measure_wave
from survey.programme import Indicator, Wording
from survey.programme.indicators import Distribution

WORDS = Wording(zh="题", en="item")
COLUMNS = ["wave", "member_id", "question", "option", "value", "status"]


def indicator(of, kind="share", **more):
    return Indicator(
        code="made",
        label=WORDS,
        phrase=WORDS,
        short=WORDS,
        definition=WORDS,
        section="main",
        kind=kind,
        of=of,
        unit="%",
        digits=0,
        **more,
    )


def answers(small, *rows):
    """Return responses: (member, item, value, status); every other item of the three members is blank."""
    questionnaire = small.programme.questionnaire("2023")
    given = {(member, item): (value, status) for member, item, value, status in rows}
    table = [
        ("2023", member, item.question, item.option, *given.get((member, item.code), ("", "blank")))
        for member in ("A1", "B2", "C3")
        for item in questionnaire.items
    ]
    return pd.DataFrame(table, columns=COLUMNS, dtype="str"), questionnaire


def measured(small, made, *rows):
    """Return (asked, y, x) of A1, B2 and C3, None for a missing number."""
    table = measure_wave(*answers(small, *rows), [made])
    assert table.columns.tolist() == ["indicator", "wave", "member_id", "asked", "y", "x"]
    assert table[["indicator", "wave"]].drop_duplicates().to_numpy().tolist() == [["made", "2023"]]
    assert table["member_id"].tolist() == ["A1", "B2", "C3"]
    told = [
        tuple(None if isinstance(v, float) and math.isnan(v) else v for v in row)
        for row in table[["asked", "y", "x"]].itertuples(index=False, name=None)
    ]
    return dict(zip(("A1", "B2", "C3"), told, strict=True))


APP = "channels.app"


def test_a_share_of_ticks(small):
    rows = [("A1", APP, "1", "ok"), ("B2", APP, "0", "corrected"), ("C3", APP, "", "blank")]
    assert measured(small, indicator(APP), *rows) == {
        "A1": (True, 1.0, 1.0),
        "B2": (True, 0.0, 1.0),
        "C3": (True, None, None),
    }


@pytest.mark.parametrize(
    ("status", "asked"),
    [("blank", True), ("refused", True), ("unreadable", True), ("nulled", True), ("not_applicable", False)],
)
def test_who_was_asked_follows_the_status(small, status, asked):
    assert measured(small, indicator(APP), ("A1", APP, "", status))["A1"] == (asked, None, None)


def test_a_mean_and_a_total_read_the_value(small):
    rows = [("A1", "staff_total", "120", "ok"), ("B2", "staff_total", "0", "ok")]
    for kind in ("mean", "total"):
        assert measured(small, indicator("staff_total", kind), *rows) == {
            "A1": (True, 120.0, 1.0),
            "B2": (True, 0.0, 1.0),
            "C3": (True, None, None),
        }


def test_a_ratio_needs_both_sides(small):
    made = indicator("calls_handled", "ratio", per="calls_requested")
    rows = [
        ("A1", "calls_handled", "900", "ok"), ("A1", "calls_requested", "1000", "ok"),
        ("B2", "calls_handled", "900", "ok"), ("B2", "calls_requested", "", "nulled"),
        ("C3", "calls_handled", "", "not_applicable"), ("C3", "calls_requested", "", "not_applicable"),
    ]  # fmt: skip
    assert measured(small, made, *rows) == {
        "A1": (True, 900.0, 1000.0),
        "B2": (True, None, None),
        "C3": (False, None, None),
    }


def test_where_restricts_the_base_and_an_unknown_gate_is_not_of_it(small):
    made = indicator("mk_channels.phone", where="marketing == yes")
    rows = [
        ("A1", "marketing", "yes", "ok"), ("A1", "mk_channels.phone", "1", "ok"),
        ("B2", "marketing", "no", "ok"), ("B2", "mk_channels.phone", "1", "ok"),
        ("C3", "mk_channels.phone", "1", "ok"),
    ]  # fmt: skip
    assert measured(small, made, *rows) == {
        "A1": (True, 1.0, 1.0),
        "B2": (False, None, None),
        "C3": (False, None, None),
    }


# one of the two answers missing: true or unknown is true, false or unknown is unknown
@pytest.mark.parametrize(
    ("of", "app", "sms", "expected"),
    [
        ("channels.app or channels.sms", "1", "", (True, 1.0, 1.0)),
        ("channels.app or channels.sms", "0", "", (True, None, None)),
        ("channels.app and channels.sms", "0", "", (True, 0.0, 1.0)),
        ("channels.app and channels.sms", "1", "", (True, None, None)),
        ("count(channels.app, channels.sms) >= 1", "1", "", (True, None, None)),
        ("any_of(channels.app, channels.sms)", "1", "", (True, 1.0, 1.0)),
        ("not channels.app", "", "1", (True, None, None)),
    ],
)
def test_a_missing_part_makes_only_what_hangs_on_it_unknown(small, of, app, sms, expected):
    rows = [("A1", f"channels.{o}", v, "ok") for o, v in (("app", app), ("sms", sms)) if v]
    assert measured(small, indicator(of), *rows)["A1"] == expected


def test_a_wave_gives_the_indicators_it_asked_for(small):
    programme = small.programme
    for wave, codes in (
        ("2022", ["staff_total", "connect_rate", "ch_app"]),
        ("2023", ["staff_total", "connect_rate", "ch_app", "mk_phone"]),
    ):
        given = available(programme.indicators.values(), programme.questionnaire(wave))
        assert [i.code for i in given] == codes


def test_the_wide_table_is_typed_and_holds_values_alone(small):
    responses, questionnaire = answers(
        small,
        ("A1", "staff_total", "120", "ok"),
        ("B2", "staff_total", "130", "nulled"),
        ("A1", APP, "1", "ok"),
        ("A1", "marketing", "yes", "corrected"),
    )
    wide = wide_answers(responses, questionnaire)
    assert wide["staff_total"].dtype == "Float64"
    assert wide[APP].dtype == "boolean"
    assert wide["marketing"].dtype == "string"
    assert wide.loc["A1", ["staff_total", APP, "marketing"]].tolist() == [120.0, True, "yes"]
    assert wide["staff_total"].isna().tolist() == [False, True, True]
    assert wide.columns.tolist() == [item.code for item in questionnaire.items]
    assert wide_statuses(responses).loc["B2", "staff_total"] == "nulled"


STAFF = {
    "code": "staff_band", "label": WORDS, "phrase": WORDS, "definition": WORDS, "section": "main",
    "of": "staff_total", "amount": Wording(zh="{}人", en="{} staff"),
}  # fmt: skip


def test_a_distribution_has_a_band_between_any_two_edges_and_two_open_ones(small):
    made = Distribution(edges=(100, 1000), **STAFF).bands()
    assert [(band.code, band.short.zh, band.short.en) for band in made] == [
        ("staff_band_1", "不足100人", "under 100 staff"),
        ("staff_band_2", "100人至不足1,000人", "100 to under 1,000 staff"),
        ("staff_band_3", "1,000人及以上", "1,000 staff or more"),
    ]
    rows = [("A1", "staff_total", "100", "ok"), ("B2", "staff_total", "99", "ok")]
    table = measure_wave(*answers(small, *rows), made)
    # an edge belongs to the band above; who left the question blank is in none
    assert table["y"].fillna(-1).tolist() == [0, 1, -1, 1, 0, -1, 0, 0, -1]


def test_bands_are_those_of_the_analysis(small):
    rows = [("A1", "staff_total", "1000", "ok"), ("B2", "staff_total", "999", "ok")]
    table, questionnaire = answers(small, *rows)
    made = Distribution(edges=(100, 1000), **STAFF).bands()
    ours = measure_wave(table, questionnaire, made)
    amounts = measure_wave(table, questionnaire, [indicator("staff_total", kind="total")])
    theirs = bands(amounts, "made", [-math.inf, 100, 1000, math.inf])
    assert ours["y"].tolist()[:2] == theirs["y"].tolist()[:2]
    pd.testing.assert_series_equal(ours["y"], theirs["y"], check_names=False)


def test_edges_that_do_not_rise_are_refused():
    with pytest.raises(ValueError, match="distribution staff_band: edges must rise; sort them, each once"):
        Distribution(edges=(100, 100), **STAFF)


def test_quantiles_and_single_bands_are_not_tested():
    assert not indicator("staff_total", kind="quantile").is_compared
    assert not Distribution(edges=(100,), **STAFF).bands()[0].is_compared
    assert indicator("staff_total", kind="mean").is_compared
    assert [m.p for m in indicator("staff_total", kind="quantile", p=0.25).measures()] == [0.25, 0.25]

"""The back-test on the shipped waves: nothing missed, the impossible shown by its arithmetic."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from survey.figures import BACKTEST, Figures, backtest

NONE_BEFORE = "there is no figure before"
OWN_FIGURE = "a single bank's own figure, which the questionnaire does not ask"

IMPOSSIBLE = {
    "2016": [
        (
            "avg_speed_of_answer_streak", "全行业", "6 年", "0",
            "15 in 2015 and in 2016: no change in that year, so no streak of 6",
        ),
        (
            "customer_satisfaction_streak_rising", "全行业", "6 年", "3",
            f"3 of 6 years can be shown: {NONE_BEFORE} 2013",
        ),
    ],
    "2017": [
        (
            "marketing_outbound", "全国性股份制商业银行", "50 %", "48",
            "no whole number of 21 gives it: 10/21 = 48 %, 11/21 = 52 %; of 20 it would be 10/20",
        ),
        (
            "marketing_outbound", "城市商业银行", "44 %", "46",
            "no whole number of 24 gives it: 10/24 = 42 %, 11/24 = 46 %; of 25 it would be 11/25",
        ),
        (
            "mk_nchannels_4plus", "开展营销的客服中心", "4 %", "3",
            "no whole number of 31 gives it: 1/31 = 3 %, 2/31 = 6 %; of 28 it would be 1/28",
        ),
    ],
    "2021": [
        (
            "remote_customer_mgmt.change", "客服中心与远程银行", "+12 个百分点(较2020年)", "",
            "no figure of 2020 was published and no returns of it exist: nothing to change from",
        ),
    ],
    "2022": [
        (
            "creditcard_connect_streak_gt90", "信用卡客服专线", "10 年", "1",
            f"1 of 10 years can be shown: {NONE_BEFORE} 2022",
        ),
    ],
    "2023": [
        ("grcb_robot_outbound", "广州农商银行", ">20 万", "", OWN_FIGURE),
        ("grcb_robot_reach_rate", "广州农商银行", "≈50 %", "", OWN_FIGURE),
    ],
}  # fmt: skip
#: Two waves in every run, the others where there is time.
WAVES = ("2017", "2023", *(pytest.param(wave, marks=pytest.mark.slow) for wave in ("2016", "2021", "2022")))
ATTAINED = {"2016": 25, "2017": 76, "2021": 25, "2022": 34, "2023": 37}


def figures_of(shipped, clean_waves, wave):
    return Figures(shipped, wave, {w: clean for w, clean in clean_waves.items() if w <= wave})


@pytest.fixture(scope="module")
def tested(shipped, clean_waves):
    """Return the back-test of a wave, made once."""
    made = {}

    def of(wave):
        if wave not in made:
            made[wave] = backtest(figures_of(shipped, clean_waves, wave))
        return made[wave]

    return of


@pytest.mark.parametrize("wave", WAVES)
def test_every_printed_figure_is_attained_or_shown_to_be_impossible(tested, shipped, wave):
    table = tested(wave)
    assert table.columns.tolist()[: len(BACKTEST)] == list(BACKTEST)
    assert table[table["verdict"] == "missed"].to_numpy().tolist() == []
    impossible = table[table["verdict"] == "impossible"]
    told = impossible[["indicator", "segment", "published", "computed", "reason"]]
    assert [tuple(row) for row in told.to_numpy().tolist()] == IMPOSSIBLE[wave]
    assert (table["verdict"] == "attained").sum() == ATTAINED[wave]
    assert not (impossible["reason_zh"] == "").any()
    ledger = shipped.published[shipped.published["year"] == wave]
    levels = table[~table["indicator"].str.endswith(".change")]
    assert levels["indicator"].tolist() == ledger["indicator"].tolist()


def test_figures_of_2023_that_readers_know(tested):
    table = tested("2023").set_index(["indicator", "segment"])
    told = {
        code: table.loc[code, ["published", "computed", "verdict"]].to_numpy().tolist()[0]
        for code in (
            "human_connect_rate",
            "customer_satisfaction_rate",
            "ch_app",
            "elder_auto_identify",
            "llm_exploring",
        )
    }
    assert told == {
        "human_connect_rate": ["92.88 %", "92.88", "attained"],
        "customer_satisfaction_rate": ["99.46 %", "99.46", "attained"],
        "ch_app": ["94 %", "94", "attained"],
        "elder_auto_identify": ["72 %", "72", "attained"],
        "llm_exploring": ["29 %", "29", "attained"],
    }


def with_one_no(clean, question, option):
    """Return a clean wave in which the first member that says yes says no."""
    rows = clean.responses.copy()
    own = (rows["question"] == question) & (rows["option"] == option) & (rows["value"] == "1")
    rows.loc[rows.index[own][0], "value"] = "0"
    return replace(clean, responses=rows)


def test_one_changed_answer_makes_a_figure_missed(shipped, clean_waves):
    changed = {**clean_waves, "2023": with_one_no(clean_waves["2023"], "channels_offered", "app")}
    figures = figures_of(shipped, changed, "2023")
    table = backtest(figures)
    row = table[(table["indicator"] == "ch_app") & (table["verdict"] == "missed")]
    # a share's arithmetic is shown as the count behind it
    assert row[["segment", "published", "computed"]].to_numpy().tolist()[0][1:] == ["94 %", "92"]
    base = int(figures.estimate("ch_app").n)
    assert row["reason"].tolist() == [f"{round(0.92 * base + 0.2)}/{base}"]


def test_a_printed_change_that_follows_from_levels_is_judged_on_its_own(tested):
    table = tested("2017")
    changes = table[table["indicator"].str.endswith(".change")]
    assert len(changes) > 0
    assert set(changes["verdict"]) <= {"attained", "impossible"}


def test_a_count_printed_in_points_is_named(tested):
    """A change of a count printed as percentage points is attained, and the slip of unit is told."""
    rows = pd.concat([tested(wave) for wave in ATTAINED])
    told = rows[
        rows["reason"].str.contains("a count changes in per cent|a share changes in percentage points")
    ]
    rows = told[["indicator", "published", "verdict", "reason"]].to_numpy().tolist()
    calls = "printed as percentage points, a count changes in per cent"
    share = "printed as per cent, a share changes in percentage points"
    assert [tuple(row) for row in rows] == [
        (
            "calls_handled_human_change",
            "-1.42 个百分点(原文)",
            "attained",
            f"10.45 against 10.6 in 2015; {calls}",
        ),
        (
            "calls_handled_human.change",
            "+2.68 个百分点(原文;较2016年)",
            "attained",
            f"10.73 against 10.45 in 2016; {calls}",
        ),
        (
            "calls_handled_human_change",
            "2.68 个百分点(原文)",
            "attained",
            f"10.73 against 10.45 in 2016; {calls}",
        ),
        (
            "employee_satisfaction_gt95.change",
            "+3 %(原文;较2016年)",
            "attained",
            f"50 against 47 in 2016; {share}",
        ),
        ("employee_satisfaction_gt95_change", "3 %(原文)", "attained", f"50 against 47 in 2016; {share}"),
    ]

"""What twelve years of printed figures can be proved to be by hand, with the arithmetic."""

import time

import pandas as pd
import pytest

from analysis.consistency import FINDING_COLUMNS, VERDICTS, attainable_bases

PROVED = [
    # 10/21 = 47.6, 11/21 = 52.4
    (
        "2017",
        "marketing_outbound",
        "全国性股份制商业银行",
        "attainable",
        "impossible",
        "10/21 = 47.6 %, 11/21 = 52.4 %: no whole number of 21 gives 50 %",
        "10/20 = 50 %",
    ),
    # 10/24 = 41.7, 11/24 = 45.8
    (
        "2017",
        "marketing_outbound",
        "城市商业银行",
        "attainable",
        "impossible",
        "10/24 = 41.7 %, 11/24 = 45.8 %: no whole number of 24 gives 44 %",
        "11/25 = 44 %",
    ),
    (
        "2017",
        "marketing_outbound",
        "接受调研的单位合计",
        "partition",
        "base",
        "100/50/44/45 % of 8/21/24/20",
        "8/20/25/20 close: 8/8, 10/20, 11/25, 9/20, 38/73 = 52 %",
    ),
    (
        "2017",
        "employee_satisfaction_measured",
        "客服中心",
        "attainable",
        "impossible",
        "30/73 = 41.096 %, 31/73 = 42.466 %",
        "28/67 = 41.79 %",
    ),
    # 14 + 6 + 0 + 3 + 5 = 28
    ("2017", "employee_satisfaction_gt95", "测评的客服中心", "parts", "holds", "closes on 28", ""),
    # 88 + 7 + 5 = 100
    ("2017", "post_front_share", "从业人员", "parts", "holds", "88 + 7 + 5 = 100 %", ""),
    ("2017", "mk_nchannels_1", "开展营销的客服中心", "parts", "rounding", "65 + 19 + 13 + 4 = 101 %", ""),
    # 10/73 = 13.7 prints as 14, 9/73 = 12.3 as 12
    ("2017", "org_level1_department", "客服中心", "attainable", "rounding", "9/73 = 12.3 %", "9/72 = 13 %"),
    # 33/88 = 37.5 prints as 38
    ("2021", "ch_email", "客服中心与远程银行", "attainable", "rounding", "33/88 = 37.5 %", "33/89 = 37 %"),
    (
        "2016",
        "calls_handled_human_change",
        "全行业",
        "change_unit",
        "unit",
        "changes in per cent, not in percentage points",
        "10.45 / 10.6 − 1 = -1.42 %",
    ),
    (
        "2017",
        "calls_handled_human",
        "全行业",
        "change_unit",
        "unit",
        "per cent",
        "10.73 / 10.45 − 1 = +2.68 %",
    ),
    ("2017", "employee_satisfaction_gt95", "测评的客服中心", "change_unit", "unit", "percentage points", ""),
    ("2015", "human_connect_rate", "全行业", "change", "holds", "91.56 − 90.57 = +0.99", ""),
    ("2016", "staff_total", "全行业", "change", "holds", "5.36 / 4.95 − 1 = +8.3 %", ""),
    # 5.12 / 5.36 = 0.9552
    ("2017", "staff_total", "全行业", "change", "holds", "5.12 / 5.36 − 1 = -4 %", ""),
    ("2021", "smart_service_share", "全行业", "change", "holds", "46.69 − 42.91 = +3.78", ""),
    # 67/77 = 87.0, less 9 points leads to 69/88 = 78.4
    ("2022", "elder_service", "参与调研成员单位", "former_share", "holds", "67/77 = 87 %, 69/88 = 78 %", ""),
    ("2023", "renamed_share", "银行", "ratio", "holds", "31 / 78 = 40 %", ""),
    ("2023", "rename_plan_share", "银行", "ratio", "holds", "12 / 78 = 15 %", ""),
    ("2021", "human_connect_streak_gt90", "全行业", "streak", "holds", "9 of 9 years can be shown", ""),
    (
        "2016",
        "avg_speed_of_answer_streak",
        "全行业",
        "streak",
        "streak",
        "15 in both 2015 and 2016",
        "it is 0",
    ),
    (
        "2022",
        "creditcard_connect_streak_gt90",
        "信用卡客服专线",
        "streak",
        "streak",
        "the 9 years of 2021 were of human connect rate, 88.28 in 2022: not above 90",
        "another indicator",
    ),
    (
        "2022",
        "customer_satisfaction_streak_gt99",
        "全行业",
        "streak",
        "definition",
        "it runs over the change of definition in 2022",
        "",
    ),
    ("2021", "customer_satisfaction_streak_gt98", "全行业", "streak", "definition", "8 of 8 years", ""),
    ("2022", "n_consecutive_reports", "报告元数据", "numbering", "holds", "2021: 9, 2022: 10", ""),
    (
        "2021",
        "calls_handled_human",
        "全行业",
        "definition",
        "definition",
        "10.58 亿通; 2021: 7.14 亿人次",
        "",
    ),
    ("2024", "customer_satisfaction_rate", "全行业", "duplicate", "suspicious", "99.46 is also", "check"),
    ("2017", "human_connect_rate", "全行业", "repeat", "holds", "91.22 % in both places", ""),
]
PROVED_BULLETIN = [
    (
        "outsourced_share",
        "2022Q1 信用卡呼入",
        "ratio",
        "contradiction",
        "8.55 / 20.91 = 40.89 %, printed 43.88 %",
        "9.18 / 20.91 or 8.55 / 19.48",
    ),
    ("outsourced_share", "2022Q1 综合呼入", "ratio", "rounding", "14.65 / 31.94 = 45.87 %", ""),
    ("connect_rate", "2022Q1 综合呼入", "ratio", "holds", "31.94 / 33.78 = 94.55 %", ""),
    (
        "kb_items_total",
        "2022Q1 知识库维护",
        "total",
        "contradiction",
        "42 + 648 = 690, not 510",
        "468 for 648",
    ),
    ("video_wealth_share", "2022Q1 视频客服", "ratio", "base", "444 / 2972 = 14.94 %", "444 / 751 = 59.12 %"),
    (
        "video_fan_lead_share",
        "2022Q1 视频客服",
        "ratio",
        "base",
        "5 / 2972 = 0.17 %",
        "a share of 751, not of 2972",
    ),
    ("video_wealth_share", "2022Q1 视频客服", "parts", "holds", "= 100.00 %", ""),
    (
        "training_sessions",
        "2022Q1 员工培训",
        "former_count",
        "impossible",
        "616 / 1.2127 = 507.96: no whole number a year before gives +21.27 %",
        "616 / 507 − 1 = +21.50 %, 616 / 508 − 1 = +21.26 %",
    ),
    (
        "training_hours_per_head",
        "2022Q1 员工培训",
        "per_head",
        "holds",
        "4141.99 / 6.24 = 663.8, that is 664",
        "",
    ),
    (
        "connect_rate",
        "2022Q1 综合呼入",
        "duplicate",
        "suspicious",
        "94.55 is also very satisfied rate",
        "check",
    ),
    (
        "complaint_tickets",
        "2022Q1 工单",
        "paired_change",
        "holds",
        "151 − (-137) = 288, 151 / 288 − 1 = -47.57 %",
        "",
    ),
    ("complaints", "2022Q1 工单", "total", "holds", "2411 + 151 = 2562", ""),
    ("complaint_tickets", "2022Q1 工单", "total", "holds", "71 + 80 = 151", ""),
    ("smart_sessions", "2022Q1 智慧客服", "total", "rounding", "18.99 + 5.75 = 24.74, printed 24.73", ""),
    ("tickets", "2022Q1 工单", "former_count", "holds", "34309 / 31", ""),
]


def one(findings, indicator, segment, check, year="2022"):
    rows = findings[
        (findings["year"] == year)
        & (findings["indicator"] == indicator)
        & (findings["segment"] == segment)
        & (findings["check"] == check)
    ]
    assert len(rows), (indicator, segment, check)
    return rows.iloc[0]


@pytest.mark.parametrize("proof", PROVED, ids=lambda p: "-".join((p[0], p[1], p[3])))
def test_what_is_proved_of_the_reports(ledger_findings, proof):
    year, indicator, segment, check, verdict, arithmetic, reconciles = proof
    row = one(ledger_findings, indicator, segment, check, year)
    assert (row["verdict"], arithmetic in row["arithmetic_en"]) == (verdict, True), row["arithmetic_en"]
    assert reconciles in row["reconciles_en"]


@pytest.mark.parametrize("proof", PROVED_BULLETIN, ids=lambda p: "-".join((p[0], p[2])))
def test_what_is_proved_of_the_bulletin(bulletin_findings, proof):
    indicator, segment, check, verdict, arithmetic, reconciles = proof
    row = one(bulletin_findings, indicator, segment, check)
    assert (row["verdict"], arithmetic in row["arithmetic_en"]) == (verdict, True), row["arithmetic_en"]
    assert reconciles in row["reconciles_en"]


def test_all_shares_of_2022_fit_77(ledger_findings):
    rows = ledger_findings[(ledger_findings["year"] == "2022") & (ledger_findings["check"] == "attainable")]
    rows = rows[rows["segment"].isin(["参与调研成员单位", "客服中心与远程银行"])]
    assert len(rows) == 14
    assert set(rows["verdict"]) == {"holds"}


def test_marketing_channels_do_not_fit_the_38_centres_that_market(ledger_findings):
    """52 % of 73 are 38, but the seven shares printed of them need at least 48."""
    assert attainable_bases(["92", "33", "17", "65", "19", "13", "4"], 80)[0] == 48
    row = one(ledger_findings, "mk_channel_sms", "开展营销的客服中心", "bases", "2017")
    assert row["verdict"] == "base"
    assert "from 48 on" in row["arithmetic_en"]
    assert row["arithmetic_en"].endswith("but marketing outbound is 38/73 = 52 %, that is 38 respondents")


def test_voice_self_service_of_all_lies_among_the_kinds_of_centre(ledger_findings):
    row = one(ledger_findings, "ivr_self_share", "全行业", "pooled", "2017")
    assert (row["verdict"], row["arithmetic_en"]) == ("holds", "segments 81, 71, 48, in all 69: among them")


def test_nothing_else_is_called_impossible_or_a_contradiction(ledger_findings, bulletin_findings):
    """Keep the gravest verdicts for what is proved above."""
    grave = ("impossible", "contradiction")
    reports = ledger_findings[ledger_findings["verdict"].isin(grave)]
    assert set(reports["indicator"]) == {"marketing_outbound", "employee_satisfaction_measured"}
    assert len(reports) == 3
    bulletin = bulletin_findings[bulletin_findings["verdict"].isin(grave)]
    assert sorted(bulletin["indicator"]) == [
        "kb_items_total",
        "outsourced_share",
        "training_sessions",
        "training_sessions_change",
    ]


def test_findings_are_text_in_the_agreed_columns_and_order(ledger_findings, bulletin_findings):
    for findings in (ledger_findings, bulletin_findings):
        assert tuple(findings.columns) == FINDING_COLUMNS
        assert set(findings["verdict"]) <= set(VERDICTS)
        assert (findings[["arithmetic_zh", "arithmetic_en"]] != "").all(axis=None)
        assert ((findings["reconciles_zh"] == "") == (findings["reconciles_en"] == "")).all()
        assert findings["year"].is_monotonic_increasing


def test_the_whole_ledger_audits_in_under_two_seconds_and_alike_each_time(
    audit_ledger, printed, ledger_findings
):
    start = time.perf_counter()
    again = audit_ledger(printed)
    assert time.perf_counter() - start < 2
    pd.testing.assert_frame_equal(again, ledger_findings)

"""The two real collections of printed figures, with what their indicators mean."""

from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from analysis.consistency import WHOLES, Meaning, audit

FIGURES = Path(__file__).parent / "figures"
EVERYBODY = WHOLES | {
    "客服中心",
    "参与调研成员单位",
    "接受调研的单位合计",
    "客服中心与远程银行",
    "参与调研的客服中心与远程银行",
    "银行业金融机构",
    "银行业金融机构(据不完全统计)",
    "银行",
    "从业人员",
}
BASES = {
    (2017, "客服中心"): 73,
    (2017, "接受调研的单位合计"): 73,
    (2017, "开展调查的62家"): 62,
    (2017, "大型商业银行及邮储银行"): 8,
    (2017, "全国性股份制商业银行"): 21,
    (2017, "城市商业银行"): 24,
    (2017, "农村商业银行和农村信用社"): 20,
}


def ledger_meanings():
    """Describe the indicators of the association's reports."""
    members = "n_members_surveyed"
    found = [
        Meaning("staff_total", "total", "percent", (2019, 2022)),
        Meaning("calls_handled_human", "total", "percent", (2021,)),
        Meaning("calls_handled_human_change", "ratio", change_of="calls_handled_human"),
        Meaning("human_connect_rate", "ratio", breaks=(2022,)),
        Meaning("human_connect_rate_change", "ratio", change_of="human_connect_rate"),
        Meaning("creditcard_connect_rate", "ratio"),
        Meaning("customer_satisfaction_rate", "ratio", breaks=(2016, 2022)),
        Meaning("avg_speed_of_answer", "mean", "own"),
        Meaning("ivr_self_share", "ratio"),
        Meaning("smart_service_share", "ratio"),
        Meaning("smart_service_share_change", "ratio", change_of="smart_service_share"),
        Meaning("self_service_diversion_rate", "ratio"),
        Meaning("self_service_diversion_rate_change", "ratio", change_of="self_service_diversion_rate"),
        Meaning("elder_service_change", "ratio", change_of="elder_service"),
        Meaning("renamed_share", "share", base=members, numerator="renamed_count", denominator=members),
        Meaning("renamed_share_change", "ratio", change_of="renamed_share"),
        Meaning(
            "rename_plan_share", "share", base=members, numerator="rename_plan_count", denominator=members
        ),
        Meaning("rename_plan_share_change", "ratio", change_of="rename_plan_share"),
        Meaning("staff_age_gt28_share", "ratio"),
        Meaning("n_consecutive_reports", "streak"),
        Meaning("staff_streak_rising", "streak", streak_of="staff_total", streak_rule="rising"),
        Meaning(
            "avg_speed_of_answer_streak", "streak", streak_of="avg_speed_of_answer", streak_rule="falling"
        ),
        Meaning(
            "creditcard_connect_streak_gt90", "streak", streak_of="creditcard_connect_rate", threshold=90
        ),
        Meaning("human_connect_streak_gt90", "streak", streak_of="human_connect_rate", threshold=90),
        Meaning("employee_satisfaction_gt95_change", "ratio", change_of="employee_satisfaction_gt95"),
        *(
            Meaning(
                f"customer_satisfaction_streak_gt{limit}",
                "streak",
                streak_of="customer_satisfaction_rate",
                threshold=limit,
            )
            for limit in (98, 99)
        ),
        Meaning(
            "customer_satisfaction_streak_rising",
            "streak",
            streak_of="customer_satisfaction_rate",
            streak_rule="rising",
        ),
        *(
            Meaning(code, "count", "percent")
            for code in (
                members,
                "n_centres_surveyed",
                "n_centres_ivr_satisfaction",
                "renamed_count",
                "rename_plan_count",
            )
        ),
        *(
            Meaning(f"employee_satisfaction_{part}", "share", parts_of="employee_satisfaction")
            for part in ("gt95", "90_95", "85_90", "80_85", "lt80")
        ),
        *(Meaning(f"post_{part}_share", "ratio", parts_of="posts") for part in ("front", "middle", "back")),
        *(
            Meaning(f"mk_nchannels_{part}", "share", base="marketing_outbound", parts_of="mk_nchannels")
            for part in ("1", "2", "3", "4plus")
        ),
        *(
            Meaning(f"mk_channel_{part}", "share", base="marketing_outbound")
            for part in ("phone", "sms", "wechat")
        ),
        *(
            Meaning(f"mk_product_{part}", "share")
            for part in ("wealth", "loan", "fund", "asset_allocation", "partner_goods", "insurance")
        ),
        *(
            Meaning(f"ch_{part}", "share", base=members, breaks=(2019,))
            for part in ("app", "wechat", "online", "sms", "email", "video", "weibo", "5g_message")
        ),
        *(
            Meaning(code, "share", base=members)
            for code in (
                "human_connect_gt90_share",
                "human_connect_gt95_share",
                "customer_satisfaction_gt98_share",
                "customer_satisfaction_gt99_share",
                "marketing_outbound",
                "org_level1_department",
                "org_level2_department",
                "employee_satisfaction_measured",
                "elder_service",
                "elder_auto_identify",
                "elder_direct_human",
                "elder_priority_queue",
                "military_disabled_service",
                "voice_robot",
                "text_robot",
                "data_dashboard",
                "unstructured_data_analytics",
                "vector_database",
                "llm_exploring",
                "remote_customer_mgmt",
                "smart_tech_use_share",
                "smart_knowledge_base",
            )
        ),
    ]
    return {meaning.indicator: meaning for meaning in found}


def bulletin_meanings():
    """Describe the indicators of a member's quarterly bulletin."""
    parts = ("wealth", "mobile_cert", "id_update", "assisted_cert", "online_reg", "fan_lead")
    found = [
        Meaning("connect_rate", "ratio", numerator="connected", denominator="requests"),
        Meaning("online_connect_rate", "ratio", numerator="online_connected", denominator="online_requests"),
        Meaning("outsourced_share", "ratio", numerator="outsourced_calls", denominator="connected"),
        *(
            Meaning(code, "total", "percent")
            for code in (
                "requests",
                "connected",
                "outsourced_calls",
                "survey_participants",
                "outbound_calls",
                "smart_sessions",
                "online_requests",
                "online_connected",
                "sms_notices",
                "training_attendance",
                "training_hours",
            )
        ),
        *(
            Meaning(code, "total", "percent", parts_of="smart_sessions")
            for code in ("bot_sessions", "voice_nav_sessions")
        ),
        *(
            Meaning(code, "ratio")
            for code in (
                "service_level_20s",
                "very_satisfied_rate",
                "overall_satisfied_rate",
                "smart_diversion_rate",
                "bot_standard_reply_rate",
                "text_diversion_rate",
                "voice_nav_recognition_rate",
                "video_satisfaction",
                "online_service_level_20s",
                "online_satisfaction",
            )
        ),
        *(
            Meaning(f"{code}_change", "ratio", change_of=code)
            for code in (
                "outbound_calls",
                "smart_sessions",
                "smart_diversion_rate",
                "bot_sessions",
                "online_requests",
                "tickets",
                "training_sessions",
                "complaint_tickets",
                "complaint_tickets_branch",
                "complaint_tickets_hq",
            )
        ),
        *(
            Meaning(f"{code}_change_rate", "ratio", change_of=code)
            for code in ("complaint_tickets", "complaint_tickets_branch", "complaint_tickets_hq")
        ),
        *(
            Meaning(code, "count", "percent")
            for code in (
                "outbound_items",
                "video_calls",
                "tickets",
                "complaints",
                "training_sessions",
                "sms_items",
                "feedback_items",
                "kb_items_total",
            )
        ),
        *(
            Meaning(code, "count", "percent", parts_of="complaints")
            for code in ("complaints_converted", "complaint_tickets")
        ),
        *(
            Meaning(code, "count", "percent", parts_of="complaint_tickets")
            for code in ("complaint_tickets_branch", "complaint_tickets_hq")
        ),
        *(
            Meaning(code, "count", "percent", parts_of="feedback_items")
            for code in ("feedback_optimised", "feedback_planned")
        ),
        *(
            Meaning(code, "count", "percent", parts_of="kb_items_total")
            for code in ("kb_items_a", "kb_items_b")
        ),
        *(Meaning(f"video_{part}_n", "count", "percent") for part in parts),
        *(
            Meaning(
                f"video_{part}_share",
                "share",
                parts_of="video",
                numerator=f"video_{part}_n",
                denominator="video_calls",
            )
            for part in parts
        ),
        Meaning("training_hours_per_head", "mean", "percent", numerator="training_hours"),
    ]
    return {meaning.indicator: meaning for meaning in found}


def read(name):
    return pd.read_csv(FIGURES / name, dtype="str", keep_default_na=False)


@pytest.fixture(scope="session")
def printed():
    return read("published.csv")


@pytest.fixture(scope="session")
def audit_ledger():
    """Audit figures as those of the reports."""
    return partial(audit, meanings=ledger_meanings(), bases=BASES, wholes=frozenset(EVERYBODY))


@pytest.fixture(scope="session")
def ledger_findings(audit_ledger, printed):
    return audit_ledger(printed)


@pytest.fixture(scope="session")
def bulletin_findings():
    return audit(read("operations_2022Q1.csv"), bulletin_meanings())

"""The press-release exercise: all figures confirmed, ten planted errors found, and no other."""

from __future__ import annotations

import json
from pathlib import Path

import pypandoc
import pytest

from survey.production.audit import audit_draft
from survey.production.drafts import DraftError, read_draft
from survey.programme import open_programme

HERE = Path(__file__).parent
RELEASE = (HERE / "release_2022.zh.md").read_text(encoding="utf-8")
ENGLISH = (HERE / "release_2022.en.md").read_text(encoding="utf-8")

# what is planted -> the indicator and the words of the reason by which it must be found
PLANTED = {
    "order of a list": (
        "依次占92%、88%、83%",
        "依次占92%、83%、88%",
        "ch_wechat",
        "order is not that of the names",
    ),
    "digits swapped": ("6.41亿人次", "6.14亿人次", "calls_handled_human", "out of order"),
    "per cent for points": ("提升3.44个百分点", "提升3.44%", "smart_service_share", "percentage points"),
    "another base year": (
        "为71.04%，较2021年",
        "为71.04%，较2020年",
        "self_service_diversion_rate",
        "since 2021",
    ),
    "another year's figure": ("达99.43%", "达99.30%", "customer_satisfaction_rate", "figure of 2021"),
    "another year's base": ("77家成员单位", "88家成员单位", "n_members_surveyed", "figure of 2021"),
    "streak": ("连续十年高于90%", "连续九年高于90%", "creditcard_connect_rate", "number of years"),
    "words for a number": ("近九成单位开通微信服务", "近九成单位开通短信服务", "ch_sms", "do not cover"),
    "another item's share": ("35%制定", "22%制定", "elder_priority_queue", "Services for the military"),
    "magnitude": ("4.38万人", "4.38亿人", "staff_total", "magnitude"),
}
ALONE = {
    "a number missing": ("、45%和21%", "和45%", "", "7 names and 6 numbers"),
    "a number too many": ("分别占70%和84%", "分别占70%、84%和92%", "", "2 names and 3 numbers"),
    "indicator switched": (
        "人工电话平均接通率为88.28％",
        "人工电话平均接通率为88.28％，连续十年高于90%",
        "human_connect_rate",
        "88.28",
    ),
    "direction": ("下降5.87个百分点", "提升5.87个百分点", "human_connect_rate", "not the difference"),
}


@pytest.fixture(scope="module")
def programme():
    return open_programme()


def audited(programme, folder, text, name="draft.md"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return audit_draft(programme, path)


def planted(text, *names):
    known = PLANTED | ALONE
    for name in names:
        before, after, *_ = known[name]
        assert text.count(before) == 1, name
        text = text.replace(before, after)
    return text


def test_every_published_figure_of_the_rewritten_release_is_confirmed(programme, tmp_path):
    rows = audited(programme, tmp_path, RELEASE)
    assert set(rows["verdict"]) == {"confirmed"}
    ledger = programme.published
    printed = ledger[(ledger["year"] == "2022") & ~ledger["indicator"].str.endswith(("_change", "_date"))]
    streaks = {"customer_satisfaction_streak_gt99", "creditcard_connect_streak_gt90"}
    assert set(printed["indicator"]) - streaks <= set(rows["indicator"])
    assert (rows["kind"] == "streak").sum() == 1 + len(streaks)


def test_the_english_release_is_confirmed(programme, tmp_path):
    rows = audited(programme, tmp_path, ENGLISH)
    assert set(rows["verdict"]) == {"confirmed"}
    assert len(rows) > 20


def test_ten_planted_errors_are_ten_findings_and_no_other(programme, tmp_path):
    rows = audited(programme, tmp_path, planted(RELEASE, *PLANTED))
    wrong = rows[rows["verdict"] == "contradicted"]
    assert len(wrong) == len(PLANTED) == 10
    assert set(wrong["indicator"]) == {indicator for _, _, indicator, _ in PLANTED.values()}
    assert set(rows["verdict"]) == {"contradicted", "confirmed"}


@pytest.mark.parametrize("name", [*PLANTED, *ALONE])
def test_each_error_alone_is_one_finding_with_its_reason(programme, tmp_path, name):
    rows = audited(programme, tmp_path, planted(RELEASE, name))
    wrong = rows[rows["verdict"] == "contradicted"]
    _, _, indicator, reason = (PLANTED | ALONE)[name]
    assert len(wrong) == 1
    assert wrong["indicator"].iloc[0] == indicator
    assert reason in wrong["reason_en"].iloc[0]


@pytest.mark.parametrize("ending", ["html", "docx", "ipynb"])
def test_other_kinds_of_file_give_the_same_findings(programme, tmp_path, ending):
    text, path = planted(RELEASE, "streak", "digits swapped"), tmp_path / f"draft.{ending}"
    if ending == "ipynb":
        cells = [{"cell_type": "markdown", "metadata": {}, "source": [text]}]
        path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    else:
        pypandoc.convert_text(text, ending, format="markdown", outputfile=str(path))
    rows = audit_draft(programme, path)
    wrong = rows[rows["verdict"] == "contradicted"]
    assert sorted(wrong["indicator"]) == ["calls_handled_human", "creditcard_connect_rate"]
    assert (rows["verdict"] == "confirmed").sum() > 30


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("2022年，近九成单位提供微信服务。", "confirmed"),
        ("2017年，接近九成中心提供微信服务。", "contradicted"),  # 75 %
        ("2016年，六成以上中心提供短信服务。", "confirmed"),
        ("2017年，接通率高于95%的客服中心超过三成。", "confirmed"),
        ("2021年，九成单位提供微信服务。", "contradicted"),  # 83 %
        ("2021年，八成以上单位提供微信服务，2022年为88%。", "confirmed"),
        ("2022年，５０．１３％为智能服务占比。", "confirmed"),
        ("接通率由2021年的94.15%降至2022年的88.28%。", "confirmed"),
        ("2022年，某行自有渠道接待客户1.2亿人次，占比37%。", "unknown"),
        ("2025年，智能服务占比为61.20%。", "unknown"),
        ("2021年，接通率较2020年提升1.11个百分点。", "confirmed"),
        ("2021年，接通率连续九年高于90%。", "confirmed"),
        ("2021年，接通率连续十年高于90%。", "contradicted"),
        ("2023年，已有31家单位更名为远程银行，占比40%，较上年提高10个百分点。", "confirmed"),
        ("2017年，开展营销类外呼项目的大型商业银行、股份制商业银行分别占100%和50%。", "confirmed"),
        ("In 2023, 94% offered service in the mobile app.", "confirmed"),
        ("In 2023, the share of smart services was 94%.", "unknown"),
    ],
)
def test_single_sentences(programme, tmp_path, sentence, verdict):
    rows = audited(programme, tmp_path, sentence)
    assert len(rows)
    if verdict == "confirmed":
        assert set(rows["verdict"]) == {"confirmed"}
    elif verdict == "contradicted":
        assert "contradicted" in set(rows["verdict"])
    else:
        assert "contradicted" not in set(rows["verdict"])
        assert "unknown" in set(rows["verdict"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("draft.odt", b"x", "a draft is one of"),
        ("draft.docx", b"no zip", "is no Word document"),
        ("draft.md", b"\xff\xfe\xfa", "not UTF-8"),
        ("draft.md", b"  \n", "holds no text"),
        ("draft.ipynb", b"{", "is no notebook"),
        ("draft.pdf", b"no pdf at all", "cannot be read as PDF"),
    ],
)
def test_a_draft_that_cannot_be_read_is_told_in_one_line(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DraftError, match=message) as raised:
        read_draft(path)
    assert "\n" not in str(raised.value)


def test_a_missing_draft_is_named(tmp_path):
    with pytest.raises(DraftError, match=r"gone\.md does not exist"):
        read_draft(tmp_path / "gone.md")

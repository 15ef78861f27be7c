"""The press-release exercise: all figures confirmed, ten planted errors found, and no other."""

from __future__ import annotations

import json
from pathlib import Path

import pypandoc
import pytest
import typst

from survey.production.audit import audit_draft
from survey.production.drafts import DraftError, read_draft
from survey.programme import open_programme
from survey.publication.fonts import font_files

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
ENGLISH_PLANTED = {
    "order of a list": (
        "64%, 52%, 45% and 21%",
        "52%, 64%, 45% and 21%",
        "ch_sms",
        "order is not that of the names",
    ),
    "digits swapped": ("641 million", "614 million", "calls_handled_human", "out of order"),
    "per cent for points": ("down 5.87 percentage points", "down 5.87%", "human_connect_rate", "not the difference"),
    "another base year": ("higher than in 2021", "higher than in 2020", "smart_service_share", "since 2021"),
    "another year's figure": ("stood at 99.43%", "stood at 99.30%", "customer_satisfaction_rate", "figure of 2021"),
    "another year's base": ("77 members", "88 members", "n_members_surveyed", "figure of 2021"),
    "streak": ("ten consecutive years", "nine consecutive years", "creditcard_connect_rate", "number of years"),
    "words for a number": ("Nearly nine in ten", "Nearly eight in ten", "elder_service", "do not cover"),
    "another item's share": ("text robots at 84%", "text robots at 70%", "text_robot", "Voice robot"),
    "magnitude": ("43,800", "438,000", "staff_total", "magnitude"),
}  # fmt: skip
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


def saved(folder, text, ending):
    """Save a draft written in Markdown as another kind of file."""
    path = folder / f"draft.{ending}"
    if ending == "md":
        path.write_text(text, encoding="utf-8")
    elif ending == "ipynb":
        cells = [{"cell_type": "markdown", "metadata": {}, "source": [text]}]
        path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    elif ending == "pdf":
        source = '#set text(font: ("Noto Serif SC",))\n' + pypandoc.convert_text(text, "typst", format="markdown")
        fonts = [str(file.parent) for file in font_files().values()]
        path.write_bytes(typst.compile(source.encode(), font_paths=fonts, ignore_system_fonts=True))
    else:
        pypandoc.convert_text(text, ending, format="markdown", outputfile=str(path))
    return path


@pytest.mark.parametrize("ending", ["md", "html", "docx", "ipynb", "pdf"])
@pytest.mark.parametrize(
    ("text", "errors"), [(RELEASE, PLANTED), (ENGLISH, ENGLISH_PLANTED)], ids=["zh", "en"]
)
class TestEveryKindOfFile:
    """The exercise in each kind of file, in both languages."""

    def test_nothing_right_is_contradicted(self, programme, tmp_path, text, errors, ending):
        rows = audit_draft(programme, saved(tmp_path, text, ending))
        assert "contradicted" not in set(rows["verdict"])
        assert (rows["verdict"] == "confirmed").sum() >= 20

    def test_ten_planted_errors_are_ten_findings(self, programme, tmp_path, text, errors, ending):
        for before, after, *_ in errors.values():
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        rows = audit_draft(programme, saved(tmp_path, text, ending))
        wrong = rows[rows["verdict"] == "contradicted"]
        assert sorted(wrong["indicator"]) == sorted(indicator for _, _, indicator, _ in errors.values())
        for _, _, indicator, reason in errors.values():
            assert any(reason in r for r in wrong.loc[wrong["indicator"] == indicator, "reason_en"])


TABLE = """# 2022年主要指标

表 1 提供服务渠道的单位占比（%）

| 渠道 | 2021年 | 2022年 | 变化 |
|------|-------:|-------:|-----:|
| APP服务 | 86 | 92 | +6 |
| 微信服务 | 83 | 88 | +5 |
| 短信服务 | 56 | 64 | +8 |

表 2 规模

| 年度 | 客服从业人员（万人） | 人工处理来电（亿人次） |
|------|-----:|-----:|
| 2021 | 5.02 | 7.14 |
| 2022 | 4.38 | 6.41 |

表 3 2017年明确开展营销类外呼项目的占比

| 银行类型 | 占比 |
|------|-----:|
| 大型商业银行 | 100% |
| 城市商业银行 | 44% |
"""


@pytest.mark.parametrize("ending", ["md", "html", "docx", "ipynb"])
def test_tables_are_held_by_their_headings(programme, tmp_path, ending):
    rows = audit_draft(programme, saved(tmp_path, TABLE, ending))
    told = rows[rows["verdict"] == "confirmed"]
    assert len(told) == 6 + 4 + 2
    assert "contradicted" not in set(rows["verdict"])
    wrong = (
        TABLE.replace("| 83 | 88 |", "| 88 | 83 |").replace("| 4.38 |", "| 4.83 |").replace("| 44% |", "| 50% |")
    )
    rows = audit_draft(programme, saved(tmp_path, wrong, ending))
    found = rows[rows["verdict"] == "contradicted"]
    assert [tuple(row) for row in found[["year", "indicator", "printed", "right"]].itertuples(index=False)] == [
        ("2021", "ch_wechat", "88", "83%"),
        ("2022", "ch_wechat", "83", "88%"),
        ("2022", "staff_total", "4.83", "4.38 万人"),
        ("2017", "marketing_outbound", "50%", "44%"),
    ]
    assert found["place"].iloc[0] == "table 1, row 3, column 2" or ending == "ipynb"


def test_a_table_of_changes_or_estimates_is_left_alone(programme, tmp_path):
    text = """表 1 接通率的变化

| 指标 | 2022年 | 推及全体成员 |
|---|---|---|
| 接通率 | 4.60 | 93.11% |
"""
    assert set(audited(programme, tmp_path, text)["verdict"]) == {"unknown"}


def test_spans_of_a_page_are_laid_out(programme, tmp_path):
    text = """<table><caption>提供服务的单位占比</caption>
<thead><tr><th rowspan=2>指标</th><th colspan=2>2022年</th></tr><tr><th>占比</th><th>答复单位数</th></tr></thead>
<tbody><tr><th>APP</th><td>29%</td><td>77</td></tr></tbody></table>"""
    rows = audited(programme, tmp_path, text, "draft.html")
    assert rows[["year", "indicator", "verdict", "right"]].values.tolist() == [
        ["2022", "ch_app", "contradicted", "92%"]
    ]


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

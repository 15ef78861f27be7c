"""The press release: what the real one of 2022 said, in its order; both languages alike; held by the audit."""

from __future__ import annotations

import re

import pytest

from survey.audit.audit import audit_draft
from survey.figures import backtest, compute_figures

#: Printed of 2022, and yet not in the release: why.
NOT_TO_BE_SHOWN = {
    "creditcard_connect_streak_gt90": "1 of 10 years can be shown: there is no figure before 2022",
}
#: Right, but not read by the audit: 100 % "among large and joint-stock banks", its name in the clause before.
NUMERALS = "一二三四五"
#: One wave in every run, the others where there is time.
WAVES = (
    "2022",
    *(pytest.param(wave, marks=pytest.mark.slow) for wave in ("2016", "2017", "2021", "2023")),
)


def printed_2022(shipped):
    """Return the figures of the real release as (code, digits as it prints them), in its order."""
    ledger = shipped.published
    rows = ledger[ledger["year"] == "2022"]
    units = {"%": "%", "个百分点": "个百分点", "年": "年", "家": "家", "万人": "万人", "亿人次": "亿人次"}
    return [
        (row.indicator, row.value + units.get(row.unit, ""))
        for row in rows.itertuples()
        if row.indicator not in NOT_TO_BE_SHOWN
    ]


def test_the_release_of_2022_states_the_real_ones_figures_in_its_order(article, shipped):
    text, at, lost = article("press", "2022").texts["zh"], 0, []
    for code, figure in printed_2022(shipped):
        found = re.compile(rf"(?<![\d.]){re.escape(figure)}").search(text, at)
        if found is None:
            lost.append((code, figure))
        else:
            at = found.end()
    assert lost == []
    assert len(printed_2022(shipped)) == 31


def test_what_it_leaves_out_no_answer_can_give(shipped_archive):
    tested = backtest(compute_figures(shipped_archive, "2022"))
    impossible = tested[tested["verdict"] == "impossible"]
    assert dict(zip(impossible["indicator"], impossible["reason"], strict=True)) == NOT_TO_BE_SHOWN


@pytest.mark.parametrize("wave", WAVES)
def test_both_languages_print_the_same_figures_in_the_same_order(article, wave):
    made = article("press", wave)
    assert made.keys("zh") == made.keys("en")
    assert len(made.keys("zh")) > 15


HEADLINES = {
    "2016": "接通率90.21%，连续4年高于90%，客户满意度98.60%，连续3年高于98%",
    "2017": "59%的单位在手机APP中提供服务，52%的单位开展营销类外呼",
    "2021": "接通率升至94.15%，78%的单位提供适老、助老服务",
    "2022": "智能服务占比升至50.13%，52%的单位提供视频服务",
    "2023": "接通率升至92.88%，29%的单位探索应用大模型技术",
}


@pytest.mark.parametrize("wave", WAVES)
def test_the_skeleton(article, wave):
    """Date, report, row of years, authors, chapters; three to five sections; outlook; editor's note; notice."""
    lines = [line for line in article("press", wave).texts["zh"].splitlines() if line]
    heads = [line for line in lines if line.startswith("#")]
    assert heads[0] == f"# {HEADLINES[wave]}"
    assert [head[3:5] for head in heads[1:]] == [f"{n}、" for n in NUMERALS[: len(heads) - 1]]
    assert 4 <= len(heads) <= 6
    theme = "坚持以人民为中心，强化金融为民理念" if wave == "2023" else "服务规模与质量"
    assert heads[1] == f"## 一、{theme}"
    assert lines[0] == lines[-1] == "> 演示数据：按已公布总数校准的虚构答卷，不代表任何真实机构"
    places = [lines.index(next(line for line in lines if part in line)) for part in (
        "这是该报告连续第", "报告分为", heads[1], "由高到低依次为", "下一步，", "> 编者注：",
    )]  # fmt: skip
    assert places == sorted(places)


def test_a_sentence_follows_the_test_and_names_breaks(article):
    zh, en = (article("press", "2022").texts[lang] for lang in ("zh", "en"))
    told = {
        zh: (
            "全年人工处理来电为6.41亿人次，较上年减少10.22%。",
            "智能技术综合使用率为88%，较上年未见明显变化（+3个百分点），其中大型和股份制商业银行为100%。",
            "客户满意度为99.43%，连续3年高于99%（自2022年起口径有调整，此前年份按原口径计）；",
            "客服从业人员为4.38万人（自2022年起口径有调整，与上年不可比）。",
            "> - 自2022年起，名称由自助语音客户满意度改为人工电话客户满意度（客户满意度）",
            "编者注：文中数字描述作答单位，各项指标有59至77家作答",
        ),
        en: (
            "The number of calls handled by agents fell to 641 million, down 10.22% on the year before.",
            "he share of members using any smart technology was 88%, with no change shown since the year before "
            "(+3 percentage points), and 100% among large and joint-stock banks.",
            "customer satisfaction was 99.43%, the 3rd year in a row above 99% (on a new definition since "
            "2022; earlier years are counted by the former one);",
            "26 July 2023 — The Committee on Customer Service and Remote Banking today published the Customer "
            "Service and Remote Banking Report (2022), the 10th edition in as many years.",
            "that of members giving older customers a direct line to an agent was 58%;",
        ),
    }
    assert [part for text, parts in told.items() for part in parts if part not in text] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("wave", ["2022", pytest.param("2023", marks=pytest.mark.slow)])
def test_the_audit_finds_nothing_against_it(article, shipped, shipped_archive, tmp_path, wave, lang):
    path = tmp_path / f"press.{lang}.md"
    path.write_text(article("press", wave).texts[lang], encoding="utf-8")
    compute_figures(
        shipped_archive, shipped.waves[-1]
    )  # the audit reads the archive's estimates where they are kept
    rows = audit_draft(shipped, path, archive=shipped_archive)
    assert rows[rows["verdict"] == "contradicted"].empty
    confirmed = rows[rows["verdict"] == "confirmed"]
    assert len(confirmed) >= 20
    if wave == "2022":
        levels = {code for code, _ in printed_2022(shipped) if code in shipped.indicators}
        assert levels - set(confirmed["indicator"]) == set()


def test_a_figure_changed_by_hand_is_found(article, shipped, tmp_path):
    path = tmp_path / "press.zh.md"
    text = article("press", "2022").texts["zh"]
    path.write_text(text.replace("为88.28%", "为88.82%"), encoding="utf-8")
    rows = audit_draft(shipped, path)
    assert rows.loc[rows["verdict"] == "contradicted", "printed"].tolist() == ["88.82%"]

"""The press-release exercise: all figures confirmed, ten planted errors found, and no other."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pypandoc
import pytest
import typst
from pypdf import PdfWriter

from survey.audit.audit import audit_draft
from survey.audit.drafts import DraftError, read_draft, run_together
from survey.documents import font_files
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
        book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(book), encoding="utf-8")
    elif ending == "pdf":
        source = '#set text(font: ("Noto Serif SC",))\n' + pypandoc.convert_text(
            text, "typst", format="markdown"
        )
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

    def test_nothing_right_is_contradicted(self, programme, tmp_path, text, errors, ending):  # noqa: ARG002 - one set of parameters for both
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
        TABLE.replace("| 83 | 88 |", "| 88 | 83 |")
        .replace("| 4.38 |", "| 4.83 |")
        .replace("| 44% |", "| 50% |")
    )
    rows = audit_draft(programme, saved(tmp_path, wrong, ending))
    found = rows[rows["verdict"] == "contradicted"]
    assert [
        tuple(row) for row in found[["year", "indicator", "printed", "right"]].itertuples(index=False)
    ] == [
        ("2021", "ch_wechat", "88", "83%"),
        ("2022", "ch_wechat", "83", "88%"),
        ("2022", "staff_total", "4.83", "4.38 万人"),
        ("2017", "marketing_outbound", "50%", "44%"),
    ]
    place = "cell 1" if ending == "ipynb" else "table 1, row 3, column 2"
    assert found["place"].iloc[0] == place


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


def locked():
    """Make a PDF that opens with a password only."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(99, 99)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(file)
    return file.getvalue()


def blank():
    """Make a PDF without a word."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(99, 99)
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "draft.odt",
            b"x",
            "draft.odt: a draft is one of .md, .txt, .html, .htm, .docx, .pdf, .ipynb; save it as one of these",
        ),
        ("draft.docx", b"no zip", "draft.docx is no Word document; open it in Word and save it as .docx"),
        (
            "draft.docx",
            b"PK\x03\x04half",
            "draft.docx is no Word document; open it in Word and save it as .docx",
        ),
        ("draft.md", b"\xff\xfe\xfa", "draft.md is not UTF-8 at byte 0; save it as UTF-8"),
        ("draft.md", b"  \n", "draft.md holds no text; a scanned page needs its words recognised first"),
        ("draft.html", b"", "draft.html holds no page; open it and save it again as HTML"),
        ("draft.ipynb", b"{", "draft.ipynb is no notebook: its JSON is broken; restore the file"),
        ("draft.ipynb", b"[]", "draft.ipynb is no notebook: its JSON is broken; restore the file"),
        ("draft.pdf", b"no pdf", "draft.pdf cannot be read as PDF; print it to a new PDF and try again"),
        (
            "draft.pdf",
            b"%PDF-1.7 cut",
            "draft.pdf cannot be read as PDF; print it to a new PDF and try again",
        ),
        ("draft.pdf", locked(), "draft.pdf is locked with a password; save a copy without one and try again"),
        ("draft.pdf", blank(), "draft.pdf holds no text; a scanned page needs its words recognised first"),
    ],
)
def test_a_draft_that_cannot_be_read_is_told_in_one_line(tmp_path, capfd, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DraftError) as raised:
        read_draft(path)
    assert str(raised.value) == message
    assert capfd.readouterr() == ("", "")


def test_lines_of_a_printed_page_are_put_together_but_not_its_axes_rows_and_contents():
    full = "2023年，客户满意度为99.46%，与上年基本持平；各单位的数字见下图，图中所列为推及全体成员的结"
    contents, row = "6.4 变化从何而来 . . . . . . . . . 11", "从业人员（万人） 4.17 78 1.88 8 1.67 18"
    chart = "图 2 2023年客户满意度：大型商业银行最高\n99.2% 99.3% 99.4%\n全体成员 99.45%"
    page = f"{chart}\n{contents}\n{full}\n果。\n{row}\n7"
    told = list(run_together([page]))
    assert [text for _, text, loose in told if not loose] == [f"{full}果。"]
    assert [text for _, text, loose in told if loose] == [
        "图2 2023年客户满意度：大型商业银行最高",
        "全体成员99.45%",
    ]


def test_a_missing_draft_is_named(tmp_path):
    with pytest.raises(DraftError, match=r"gone\.md does not exist"):
        read_draft(tmp_path / "gone.md")


@pytest.mark.parametrize(
    "text",
    [
        "从业人员由5.44到4.17。",
        "接通率从88.28升至92.88，客户满意度从99.43到99.60。",
        "Staff went from 5.44 to 4.17 (in ten thousands) since 2020.",
        "Satisfaction and the connection rate went from 99 to 93.",
        "提供APP服务的单位占比年均提高4个百分点（95%置信区间为1至7）。",
        "The share offering an app rose by 4 percentage points a year (95% confidence interval 1 to 7).",
    ],
)
def test_what_is_said_of_no_one_year_is_never_given_to_an_indicator(programme, tmp_path, text):
    rows = audited(programme, tmp_path, f"2023年。{text}")
    assert "confirmed" not in set(rows["verdict"])
    assert "contradicted" not in set(rows["verdict"])


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("自2020年以来，从业人员由5.44万人减少到4.17万人。", ["confirmed", "confirmed"]),
        ("2020年以来，从业人员由5.44万人减少到4.17万人。", ["confirmed", "confirmed"]),
        ("2020年以来，从业人员由5.44万人减少到4.71万人。", ["confirmed", "contradicted"]),
        ("从业人员由5.44万人减少到4.17万人。", ["unknown", "confirmed"]),
    ],
)
def test_from_and_to_are_of_the_years_told(programme, tmp_path, text, verdicts):
    path = tmp_path / "draft.md"
    path.write_text(text, encoding="utf-8")
    assert audit_draft(programme, path, "2023")["verdict"].tolist() == verdicts


@pytest.mark.parametrize(
    ("head", "values", "verdicts"),
    [
        ("人工处理来电，亿通（至2018年）、亿人次", ("10.73", "7.23"), ["confirmed", "confirmed"]),
        ("人工处理来电（亿人次）", ("10.73", "7.23"), ["contradicted", "confirmed"]),
        ("人工处理来电", ("10.73亿通", "7.23亿人次"), ["confirmed", "confirmed"]),
        ("人工处理来电", ("10.73亿人次", "7.23亿通"), ["contradicted", "contradicted"]),
        (
            "Calls handled, million calls (up to 2018), million contacts",
            ("1,073", "723"),
            ["confirmed", "confirmed"],
        ),
        ("Calls handled (million contacts)", ("1,073", "723"), ["contradicted", "confirmed"]),
        ("Calls handled", ("1,073 million contacts", "723 million contacts"), ["contradicted", "confirmed"]),
    ],
)
def test_the_unit_of_a_cell_is_that_of_its_year(programme, tmp_path, head, values, verdicts):
    path = tmp_path / "draft.md"
    path.write_text(
        f"| 指标 | 2017 | 2023 |\n|---|---|---|\n| {head} | {values[0]} | {values[1]} |\n", encoding="utf-8"
    )
    assert audit_draft(programme, path)["verdict"].tolist() == verdicts


PAGE = """<html><body><nav><p>2016年的目录</p></nav><header><h1>2022年的服务</h1></header>
<main><p>APP服务占92%<sup>1</sup>。</p><dl><div><dt>微信服务</dt><dd>88%</dd></div></dl>
<p data-notebook="02-trends" data-cell="7">短信服务占64%。</p><p>邮箱服务占<del>45%</del>46%。</p>
<script>var x = "99%"</script><pre>98%</pre></main><footer><p>印制于2023年</p></footer></body></html>"""


def test_all_that_a_page_says_is_read_and_nothing_that_it_does_not(tmp_path):
    path = tmp_path / "draft.html"
    path.write_text(PAGE, encoding="utf-8")
    said = [(paragraph.place, paragraph.text) for paragraph in read_draft(path).paragraphs]
    assert said == [
        ("paragraph 1", "2022年的服务"),
        ("paragraph 2", "APP服务占92%。"),
        ("paragraph 3", "微信服务"),
        ("paragraph 4", "88%"),
        ("02-trends, cell 7", "短信服务占64%。"),
        ("paragraph 6", "邮箱服务占46%。"),
        ("paragraph 7", "印制于2023年"),
    ]


def test_html_within_markdown_and_notes_are_read_in_their_place(tmp_path):
    path = tmp_path / "draft.md"
    path.write_text(
        "---\ntitle: 99%\n---\n\n甲占1%。[^1]\n\n<p>乙占2%。</p>\n\n```\n98%\n```\n\n- 丙占\n  3%。\n\n[^1]: 注占4%。\n",
        encoding="utf-8",
    )
    assert [p.text for p in read_draft(path).paragraphs] == ["甲占1%。", "注占4%。", "乙占2%。", "丙占3%。"]


def test_an_output_of_a_notebook_is_read_once_with_its_cell(tmp_path):
    shown = {"text/html": ["<p>APP服务占92%。</p>"], "text/plain": ["APP服务占92%。"]}
    output = {"output_type": "display_data", "metadata": {}, "data": shown}
    code = {"cell_type": "code", "metadata": {}, "source": ["99"], "outputs": [output], "execution_count": 1}
    text = {"cell_type": "markdown", "metadata": {}, "source": ["2022年。"]}
    book = {"cells": [text, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "draft.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    said = [(paragraph.place, paragraph.text) for paragraph in read_draft(path).paragraphs]
    assert said == [("cell 1", "2022年。"), ("cell 2", "APP服务占92%。")]


class TestHostileDrafts:
    """A draft comes from anybody: it reaches no file, and too much of it is an error of one line."""

    def test_no_file_is_reached(self, tmp_path):
        secret = tmp_path / "secret.md"
        secret.write_text("机密数字为77.77%。", encoding="utf-8")
        path = tmp_path / "draft.html"
        path.write_text(
            f'<p>甲占1%。</p><iframe src="{secret}"></iframe><object data="{secret}"></object>',
            encoding="utf-8",
        )
        assert "77.77" not in " ".join(paragraph.text for paragraph in read_draft(path).paragraphs)

    def test_a_file_too_large_is_refused_before_it_is_read(self, tmp_path):
        path = tmp_path / "draft.md"
        with path.open("wb") as file:
            file.truncate(21 * 2**20)
        with pytest.raises(DraftError, match=r"^draft\.md is larger than 20 MB; leave out its pictures"):
            read_draft(path)

    def test_a_draft_that_takes_too_long_is_stopped(self, tmp_path, monkeypatch):
        monkeypatch.setattr("survey.pandoc_program.SECONDS", 0.001)
        path = tmp_path / "draft.md"
        path.write_text("甲占1%。", encoding="utf-8")
        with pytest.raises(DraftError) as raised:
            read_draft(path)
        assert str(raised.value) == "draft.md asks for more time or memory than a draft may; split it"

    @pytest.mark.parametrize("ending", ["html", "md"])
    def test_parts_within_parts_without_end_are_an_error_of_one_line(self, tmp_path, ending):
        path = tmp_path / f"draft.{ending}"
        text = "<div>" * 3000 + "甲占1%。" if ending == "html" else "> " * 3000 + "甲占1%。"
        path.write_text(text, encoding="utf-8")
        said = []
        with contextlib.suppress(DraftError):
            said = [paragraph.text for paragraph in read_draft(path).paragraphs]
        assert said in ([], ["甲占1%。"])

"""The calls of the command that the transcript is made of, and the faults planted for them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BANKING = "programmes/remote-banking"


@dataclass(frozen=True)
class Change:
    """A change of one file: a text replaced, or with nothing to replace the whole content; None removes it."""

    path: str
    new: str | bytes | None
    old: str = ""

    def make(self, folder: Path) -> None:
        """Make the change below a folder; the text to replace must be there."""
        path = folder / self.path
        if self.new is None:
            path.unlink()
            return
        if self.old:
            text = path.read_text(encoding="utf-8")
            if self.old not in text:
                raise ValueError(f"{self.path} does not hold {self.old!r}")
            path.write_text(text.replace(self.old, str(self.new), 1), encoding="utf-8")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.new if isinstance(self.new, bytes) else self.new.encode())


@dataclass(frozen=True)
class Call:
    """A call of the command, on programmes with some files changed, with folders moved by the environment."""

    arguments: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    what: str = ""
    moved: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the call is filed under."""
        return " ".join(("survey", *self.arguments)) + (f"  # {self.what}" if self.what else "")


def _calls(*lines: str) -> list[Call]:
    return [Call(tuple(line.split())) for line in lines]


def _faulty(line: str, *changes: Change, what: str = "", **moved: str) -> Call:
    what = what or "; ".join(f"{c.path.removeprefix(BANKING + '/')}: {str(c.new)[:60]}" for c in changes)
    return Call(tuple(line.split()), changes, what.replace("\n", " / "), moved)


def _of(name: str, new: str | bytes | None, old: str = "") -> Change:
    return Change(f"{BANKING}/{name}", new, old)


COMMANDS = ("run", "check", "release", "recognise", "form", "trace", "audit", "lab", "doctor")

USAGE = _calls(
    "", "--help", "--version", "publish", "--speed", *(f"{command} --help" for command in COMMANDS),
    "run --speed", "run --edition draft", "run --lang", "run --programme", "check", "check 2016 2017",
    "check 2016 --sent 15.3.2024", "check 2016 --sent", "form", "form 2016 --lang fr", "form 2016 2017", "recognise",
    "recognise programmes", "trace", "trace a b", "audit a b", "audit --lang fr", "audit --html programmes",
    "release", "release 2016 --edition draft", "doctor now", "lab now",
)  # fmt: skip

NOT_THERE = _calls(
    "run 2019", "run 2016 2019", "run 2016 --programme large", "run --programme large", "run 2016 --lang fr",
    "run 2016 --lang zh,fr", "run 2016 --lang ,", "run 2021Q1 --programme operations", "check 2019",
    "check 2016 --programme large", "check 2016 --programme operations", "form 2019", "form 2016 --programme large",
    "form 2016 --member C01 --all", "form 2016 --member C99", "form 2016 --member bank",      "release 2016", "release 2016 --edition internal", "release 2019",
    "release 2022Q1 --programme operations", "release 2016 --programme large", "audit --programme large",
    "audit nothing.md", "audit nothing.csv", "audit nothing.xyz", "recognise nothing.xlsx", "recognise nothing.csv",
)  # fmt: skip

TRACED = _calls(
    "trace human_conect_rate",
    "trace zzz",
    "trace 2016/human_connect_rate/total/every",
    "trace 2019/human_connect_rate/total/all",
    "trace staff_total --programme large",
)

WORKING = _calls(
    "check 2016", "check 2016 --json", "check 2017", "check 2022Q1 --programme operations",
    "check 2022Q1 --programme operations --json", "form 2016", "form 2017 --lang en", "form 2017 --member C01",
    "form 2017 --member C01 --member L01 --lang en", "form 2017 --output <here>/forms",
    "form 2022Q1 --programme operations", "trace human_connect_rate", "trace human_connect_rate --json",
    "trace 2016/staff_total/total/all", "trace 2016/ch_app/bank_type/large", "trace 2017-2016/staff_total/total/all",
    "trace 2017-2016/human_connect_rate/total/all --json", "trace 2016/ch_app/bank_type/rural",
    "recognise programmes/remote-banking/2016/returns/2016_C01.xlsx",
    "recognise programmes/remote-banking/2016/returns/2016_C01.xlsx --json",
    "recognise programmes/remote-banking/published.csv",
)  # fmt: skip

DRAFT = """\
# 2016年度报告

2016年，人工电话平均接通率为90.21%，客户满意度为98.60%，较上年提高3个百分点。客服从业人员5.36万人。
接近90%的单位开通了微信渠道，超过42%的单位提供手机客户端。

In 2016 the average connection rate of calls to agents was 91.5%, with 53,600 staff. About 1,045 million calls
were handled by agents, and nearly 90% of members served customers on WeChat.
"""
TABLE = "year,indicator,label_zh,segment,value,unit,change,change_unit,source\n"
ROWS = "2016,ch_app,手机客户端,全行业,42.42,%,,,a\n2016,respondents,答卷单位,全行业,66,家,,,a\n"
AUDITED = [
    _faulty("audit draft.md", Change("draft.md", DRAFT), what="a draft"),
    _faulty("audit draft.md --json", Change("draft.md", DRAFT), what="a draft"),
    _faulty("audit draft.md --all", Change("draft.md", DRAFT), what="a draft"),
    _faulty(
        "audit draft.md --year 2015 --all", Change("draft.md", DRAFT.replace("2016", "")), what="no year"
    ),
    _faulty(
        "audit draft.html --all",
        Change("draft.html", f"<html><body><p>{DRAFT}</p></body></html>"),
        what="a page",
    ),
    _faulty("audit draft.md --html page.html", Change("draft.md", DRAFT), what="to a page"),
    _faulty("audit draft.md --html page.html --lang en", Change("draft.md", DRAFT), what="to a page"),
    _faulty("audit draft.md --html no/page.html", Change("draft.md", DRAFT), what="to no folder"),
    _faulty("audit table.csv", Change("table.csv", TABLE + ROWS), what="a table"),
    _faulty(
        "audit table.csv --all", Change("table.csv", TABLE + ROWS.replace("42.42", "42.4")), what="a table"
    ),
    _faulty(
        "audit table.csv --json",
        Change("table.csv", TABLE + ROWS.replace("42.42", "42.44")),
        what="impossible",
    ),
    _faulty("audit table.csv --html page.html", Change("table.csv", TABLE + ROWS), what="a table to a page"),
]
UNREADABLE_DRAFTS = [
    _faulty("audit draft.md", Change("draft.md", "  \n"), what="empty"),
    _faulty("audit draft.md", Change("draft.md", b"\xff\xfe\xba"), what="not UTF-8"),
    _faulty("audit draft.md", Change("draft.md/x", "x"), what="a folder"),
    _faulty("audit draft.html", Change("draft.html", ""), what="empty page"),
    _faulty("audit draft.docx", Change("draft.docx", "no document"), what="no document"),
    _faulty("audit draft.pdf", Change("draft.pdf", "no document"), what="no document"),
    _faulty("audit draft.pdf", Change("draft.pdf", "%PDF-1.7\nbroken"), what="broken"),
    _faulty("audit draft.ipynb", Change("draft.ipynb", "{"), what="broken"),
    _faulty("audit draft.ipynb", Change("draft.ipynb", "[1]"), what="no notebook"),
    _faulty("audit draft.doc", Change("draft.doc", "x"), what="another format"),
    _faulty("audit table.csv", Change("table.csv", ""), what="empty"),
    _faulty("audit table.csv", Change("table.csv", b"\xff\xfe\xba"), what="not UTF-8"),
    _faulty(
        "audit table.csv", Change("table.csv", TABLE.replace(",value", "") + ROWS), what="a column missing"
    ),
    _faulty("audit table.csv", Change("table.csv", TABLE + "2016,ch_app\n"), what="cells missing"),
    _faulty(
        "audit table.csv", Change("table.csv", TABLE + ROWS.replace("2016,ch", "next,ch")), what="no year"
    ),
    _faulty("audit table.csv", Change("table.csv", TABLE + ROWS.replace("42.42", "many")), what="no number"),
    _faulty(
        "audit table.csv", Change("table.csv", TABLE + ROWS + ROWS.replace("66", "67")), what="two bases"
    ),
    _faulty(
        "audit table.csv",
        Change("table.csv", TABLE.replace("source", "threshold") + ROWS.replace(",a\n", ",high\n")),
        what="no threshold",
    ),
]
UNREADABLE_FILES = [
    _faulty("recognise file.xlsx", Change("file.xlsx", ""), what="empty"),
    _faulty("recognise file.xlsx", Change("file.xlsx", "no workbook"), what="no workbook"),
    _faulty("recognise file.xls", Change("file.xls", "no workbook"), what="no workbook"),
    _faulty("recognise file.sav", Change("file.sav", "$FL2 no data"), what="no data file"),
    _faulty("recognise file.csv", Change("file.csv", b"\xff\xff\x00"), what="no text"),
    _faulty("recognise file.csv", Change("file.csv", 'a,b\n"c'), what="a quote left open"),
    _faulty("recognise file.csv", Change("file.csv", ""), what="empty"),
    _faulty(
        "recognise file.csv", Change("file.csv", "序号,1、性别,2、年龄\n1,男,33\n2,女,41\n"), what="a table"
    ),
    _faulty(
        "recognise file.csv --json", Change("file.csv", "序号,1、性别,2、年龄\n1,男,33\n"), what="a table"
    ),
]

HEADING = "date,member_id,question,option,value,reason,author\n"
CORRECTIONS = [
    _faulty("check 2016", _of("2016/corrections.csv", text), what=f"corrections.csv: {what}")
    for what, text in {
        "a column missing": "date,member_id\n",
        "no member": HEADING + "2017-03-10,Q09,staff_total,,5,reason,author\n",
        "no question": HEADING + "2017-03-10,R09,staff,,5,reason,author\n",
        "no option": HEADING + "2017-03-10,R09,channels_offered,pigeon,是,reason,author\n",
        "no reason": HEADING + "2017-03-10,R09,staff_total,,5,,author\n",
        "no day": HEADING + ",R09,staff_total,,5,reason,author\n",
        "unreadable": HEADING + "2017-03-10,R09,staff_total,,many,reason,author\n",
        "fields missing": HEADING + "2017-03-10,R09\n",
        "empty": "",
    }.items()
]
SHEET = "2016/questionnaire.yaml"
DEFINITIONS = [
    _faulty("check 2016", change)
    for change in (
        _of(SHEET, 'wave: "2015"', 'wave: "2016"'),
        _of(SHEET, "type: number", "type: count"),
        _of(SHEET, "check: calls_handled_human <=", "check: calls_handled_human <= calls_requested"),
        _of(SHEET, "check: calls <= calls_requested", "check: calls_handled_human <= calls_requested"),
        _of(SHEET, "severity: fatal", "severity: hard"),
        _of(SHEET, "range: [60000, 1]", "range: [1, 60000]"),
        _of(SHEET, "id: connect_rate_low", "id: handled_le_requested"),
        _of(SHEET, "ask_if: measured == yes", "ask_if: employee_satisfaction_measured == yes"),
        _of(SHEET, "code: staff_total", "code: staff_mean_age"),
        _of(SHEET, 'title: "2016"', 'title: {zh: "2016年度客户服务与远程银行调查问卷", en: "Questionnaire 2016: customer service and remote banking"}'),
        _of(SHEET, "sections: [", "sections:"),
        _of(SHEET, b"\xff\xfe"),
        _of(SHEET, ""),
        _of("programme.yaml", "levels: 0.95", "level: 0.95"),
        _of("programme.yaml", "level: high", "level: 0.95"),
        _of("programme.yaml", "level: 95", "level: 0.95"),
        _of("programme.yaml", "stratum: region", "stratum: bank_type"),
        _of("programme.yaml", "dominance_share: 75", "dominance_share: 0.75"),
        _of("programme.yaml", "minimum_base: none", "minimum_base: 3"),
        _of("programme.yaml", "languages: [zh, fr]", "languages: [zh, en]"),
        _of("programme.yaml", "members: [large, joint]", "members: [large, joint_stock]"),
        _of("programme.yaml", None),
        _of("members.csv", "member_id,title", "member_id,name"),
        _of("members.csv", "L01,样本机构 L01,,large,combined,2013,\nL01", "L01"),
        _of("members.csv", "L01;样本机构", "L01,样本机构"),
        _of("members.csv", None),
    )
]  # fmt: skip
FIGURE_DEFINITIONS = [
    _faulty("trace staff_total", change)
    for change in (
        _of("indicators.yaml", "kind: sum", "kind: total"),
        _of("indicators.yaml", "of: staff", "of: staff_total"),
        _of("indicators.yaml", "digit: 2", "digits: 2"),
        _of("indicators.yaml", "code: calls_handled_human", "code: staff_total"),
        _of("indicators.yaml", None),
        _of("published.csv", "year,indicator,label", "year,indicator,label_zh"),
        _of("published.csv", None),
    )
]
REGISTER = "query_id,wave,member_id,question,cell,rule,text_zh,text_en,suspected,fits,items,sent\n"
OF_RETURNS = [
    _faulty("check 2016", _of("2016/returns/2016_C01.xlsx", ""), what="an empty return"),
    _faulty("check 2016", _of("2016/returns/2016_C01.xlsx", "no workbook"), what="a return that is no workbook"),
    _faulty("check 2016", _of("2016/returns/notes.docx", "x"), what="a file that is no return"),
    _faulty("check 2016", _of("2016/queries.csv", "query_id\n"), what="a register without columns"),
    _faulty("check 2016 --sent 2024-03-15", _of("2016/replies/.keep", ""), what="queries sent"),
    _faulty("check 2017 --sent 2024-03-15 --json", _of("2017/replies/.keep", ""), what="queries sent"),
    _faulty("check 2015", _of("2015/questionnaire.yaml", 'wave: "2015"\n'), what="a wave begun"),
    _faulty("run 2016", Change("output", "a file"), what="the output folder is a file"),
    _faulty("check 2016", Change("output", "a file"), what="the output folder is a file"),
    _faulty("form 2016", Change("output", "a file"), what="the output folder is a file"),
    _faulty("form 2016 --output file/forms", Change("file", "x"), what="the folder is below a file"),
    _faulty("form 2016 --output file", Change("file", "x"), what="the folder is a file"),
    _faulty("doctor", Change("output", "a file"), what="the output folder is a file"),
    _faulty("doctor", Change("none/x", "x"), what="no notebooks", SURVEY_NOTEBOOKS="none"),
    _faulty("doctor", Change("output/.keep", ""), what="all is well"),
]  # fmt: skip
NO_RETURNS = [
    Call(
        ("check", "2018"),
        (Change(f"{BANKING}/2018/questionnaire.yaml", 'wave: "2018"\n'),),
        "half a questionnaire",
    ),
]

#: Calls that are refused at once.
ERRORS: list[Call] = [*USAGE, *NOT_THERE, *UNREADABLE_DRAFTS, *UNREADABLE_FILES]
#: Calls that read returns and figures, and publish nothing.
CALLS: list[Call] = [
    *WORKING, *TRACED, *AUDITED, *CORRECTIONS, *DEFINITIONS, *FIGURE_DEFINITIONS, *OF_RETURNS, *NO_RETURNS,
]  # fmt: skip


def _planted(source: str, kind: str, tag: str) -> Change:
    """Return the change that puts a cell before the first code cell of the annex that is no parameters cell."""
    cell = {"cell_type": kind, "id": "planted", "metadata": {"tags": [tag] if tag else []}, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return Change(
        "notebooks/05-annex.ipynb", f' "cells": [\n  {json.dumps(cell, ensure_ascii=False)},', ' "cells": ['
    )


# the annex alone, so that a planted fault is met within seconds
REPORT = """\
    - {notebook: 04-report}
    - {notebook: 02-trends}
    - {notebook: 03-segments}
    - {notebook: 01-clean}
    - {notebook: 05-annex}
  slides:                 # cut by the slide-show marks of the cells
    - {notebook: slides}
  press:
    - {notebook: press}
  digest:
    - {notebook: digest}
"""
ANNEX = _of("programme.yaml", "    - {notebook: 05-annex}\n", REPORT)
OWN = "notebooks"
#: Calls that publish; those without a wave publish the latest.
RUNS: list[Call] = [
    *_calls("audit", "audit --json", "audit --all"),
    _faulty("run", ANNEX, what="the latest wave"),
    _faulty("run 2016 --quiet --lang en", ANNEX, what="one language"),
    _faulty("run 2016 2017 --json", ANNEX, what="two waves"),
    _faulty("run 2016 --timings --edition internal --lang zh", ANNEX, what="internal"),
    _faulty("run --programme operations --quiet", ANNEX, what="the bulletin"),
    _faulty("run --quiet", ANNEX, _planted("raise ValueError('planted')", "code", ""), what="a cell raises", SURVEY_NOTEBOOKS=OWN),
    _faulty("run --quiet", ANNEX, _planted("In 2016 it was 87.3%.", "markdown", "en"), what="a number by hand", SURVEY_NOTEBOOKS=OWN),
    _faulty("run --quiet", ANNEX, _planted("{{2017/no_such_rate/total/all}}", "markdown", "en"), what="no such figure", SURVEY_NOTEBOOKS=OWN),
    _faulty("run --quiet", ANNEX, _planted("![](picture.png)", "markdown", "en"), what="no alternative text", SURVEY_NOTEBOOKS=OWN),
    _faulty("run --quiet", ANNEX, _planted("<script>alert(1)</script>", "markdown", "en"), what="a script", SURVEY_NOTEBOOKS=OWN),
    _faulty("run --quiet", ANNEX, Change("notebooks/05-annex.ipynb", "{"), what="no notebook", SURVEY_NOTEBOOKS=OWN),
    _faulty("run --quiet", ANNEX, Change("notebooks/05-annex.ipynb", None), what="notebook missing", SURVEY_NOTEBOOKS=OWN),
    _faulty("run --quiet", ANNEX, Change("notebooks/05-annex.ipynb", '"other"', '"parameters"'), what="no parameters", SURVEY_NOTEBOOKS=OWN),
]  # fmt: skip

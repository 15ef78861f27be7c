"""The ledger's audit through the programme: meanings, bases, the command, the page, the gate."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis.words import Number, Text
from survey.audit import audit_ledger
from survey.audit.audit import bases, meanings
from survey.cli import main
from survey.edition import AUDIT, Request, audit_page, publish
from survey.edition.audit_chapter import ledger_figures
from survey.errors import UsageError
from survey.gate import cells_of, check_numbers
from survey.programme import open_programme

HEAD = "year,indicator,label_zh,segment,value,unit,change,change_unit,source\n"


@pytest.fixture(scope="module")
def programme():
    return open_programme()


@pytest.fixture(scope="module")
def findings(programme):
    return audit_ledger(programme)


def of(findings, year, indicator, verdict):
    chosen = findings[
        (findings["year"] == year) & (findings["indicator"] == indicator) & (findings["verdict"] == verdict)
    ]
    return " ".join(chosen["arithmetic_en"] + " " + chosen["reconciles_en"])


def test_meanings_follow_the_programmes_definitions(programme):
    told = meanings(programme)
    assert told["ch_app"].kind == "share"
    assert told["ch_app"].breaks == (2019,)
    assert told["calls_handled_human"].unit_change == "percent"
    assert told["creditcard_connect_streak_gt90"].streak_of == "creditcard_connect_rate"
    assert told["creditcard_connect_streak_gt90"].threshold == 90
    assert told["smart_service_share_change"].change_of == "smart_service_share"
    assert told["renamed_share"].numerator == "renamed_count"
    assert told["release_date"].kind == "date"


def test_bases_come_from_the_ledger_under_every_name_of_a_segment(programme):
    known = bases(programme, programme.published)
    assert known[2022, "参与调研成员单位"] == 77
    assert known[2017, "全国性股份制商业银行"] == known[2017, "全国性股份制银行"] == 21
    assert known[2017, "开展调查的62家"] == 62
    assert (2017, "开展营销的客服中心") not in known


def test_the_ledgers_known_faults_are_found_with_their_arithmetic(findings):
    assert "8/20/25/20 close" in of(findings, "2017", "marketing_outbound", "base")
    assert "28/67 = 41.79 %" in of(findings, "2017", "employee_satisfaction_measured", "impossible")
    assert "10.45 / 10.6" in of(findings, "2016", "calls_handled_human_change", "unit")
    assert "15 in both 2015 and 2016" in of(findings, "2016", "avg_speed_of_answer_streak", "streak")
    assert of(findings, "2022", "creditcard_connect_streak_gt90", "streak")


def test_all_shares_of_2022_fit_their_seventy_seven(findings):
    shares = findings[(findings["year"] == "2022") & (findings["check"] == "attainable")]
    assert len(shares) >= 14
    assert set(shares["verdict"]) == {"holds"}


def test_nothing_of_the_ledger_is_a_contradiction_of_our_own_making(findings):
    assert set(findings["indicator"][findings["verdict"] == "impossible"]) == {
        "marketing_outbound", "employee_satisfaction_measured",
    }  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


def test_the_command_lists_findings_and_ends_with_one():
    done = run()
    assert done.exit_code == 1
    assert "impossible 3" in done.output
    found = json.loads(run("--json").output)
    assert {"year", "indicator", "segment", "verdict", "arithmetic", "reconciles"} <= set(found[0])
    assert "holds" not in {one["verdict"] for one in found}


def test_a_table_of_another_field_is_audited(tmp_path):
    path = tmp_path / "harvest.csv"
    path.write_text(
        HEAD + "2020,yield_rate,Yield rate,all,40.0,%,,,x\n"
        "2021,yield_rate,Yield rate,all,42.5,%,+1.5,个百分点(较2020年),x\n",
        encoding="utf-8",
    )
    done = run(path, "--json")
    assert done.exit_code == 1, done.output
    assert "contradiction" in {one["verdict"] for one in json.loads(done.output)}


BASES = "2022,n_members_surveyed,n,参与调研成员单位,77,家,,,x\n2022,n_members_surveyed,n,参与调研成员单位,78,家,,,x\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HEAD + "2022,ch_app,APP,全行业,many,%,,,x\n",
            "row 2, column value: expected a number for ch_app, a share, got other text; "
            "write the figure as printed.",
        ),
        (
            HEAD + '2022,beds,Beds,all,3,张,,,x\n2022,rooms,Rooms,all,"2,972",张,,,x\n',
            "row 3, column value: expected a number for rooms, a total, got other text; "
            "write the figure as printed.",
        ),
        (
            HEAD + "2022,ch_app,APP,全行业,92,furlongs,,,x\n",
            "row 2, column unit: expected a known unit, got 'furlongs'; correct it or name its counter in units.",
        ),
        (
            HEAD + "MMXX,ch_app,APP,全行业,92,%,,,x\n",
            "row 2, column year: expected a year such as 2022, got other text; write four digits.",
        ),
        (
            "year,value\n2022,3\n",
            "row 1: no column 'indicator'; a table of figures has year, indicator, label_zh, segment, value, "
            "unit, change, change_unit, source",
        ),
        (HEAD + "2022,ch_app\n", "row 2: not as many cells as the heading has columns; quote commas"),
        (HEAD + BASES, "row 3, column value: expected the base 77 of row 2, got 78; keep one of the two"),
        (
            HEAD.replace("source", "source,kind") + "2022,beds,Beds,all,3,张,,,x,guess\n",
            "row 2, column kind: kind of beds: expected one of share, ratio, mean, total, count, streak, date, "
            "other, got 'guess'; choose one of these.",
        ),
        (
            HEAD.replace("source", "source,threshold") + "2022,beds,Beds,all,3,张,,,x,high\n",
            "row 2, column threshold: not a number; write digits",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_told_in_one_line_with_row_and_column(tmp_path, text, message):
    path = tmp_path / "figures.csv"
    path.write_text(text, encoding="utf-8")
    done = run(path)
    assert done.exit_code == 1
    assert done.output == f"survey: figures.csv, {message}\n"


def test_a_table_may_say_itself_what_its_indicators_mean(tmp_path):
    path = tmp_path / "wards.csv"
    path.write_text(
        HEAD.replace("source", "source,kind,base")
        + "2022,wards,Wards,all,21,家,,,x,count,\n2022,night_service,Night service,all,50,%,,,x,share,wards\n",
        encoding="utf-8",
    )
    found = json.loads(run(path, "--json").output)
    assert [(one["verdict"], one["arithmetic"]) for one in found] == [
        ("impossible", "10/21 = 47.6 %, 11/21 = 52.4 %: no whole number of 21 gives 50 %")
    ]


def test_the_bulletins_slips_are_found_by_the_command():
    path = Path(__file__).parents[1] / "analysis" / "consistency" / "figures" / "operations_2022Q1.csv"
    done = run(path)
    assert done.exit_code == 1
    assert done.output.splitlines()[0] == (
        "holds 76, base 6, rounding 4, suspicious 2, contradiction 2, impossible 2"
    )


def test_what_the_ledger_says_of_several_years_is_held(findings):
    assert "(7.14 / 10.73)^(1/4) − 1 = -9.7 % a year" in of(
        findings, "2021", "phone_volume_trend", "definition"
    )
    course = of(findings, "2023", "staff_total_range_2020_2023", "definition")
    assert "2020: 5.44, 2023: 4.17; it runs over the change of definition in 2022" in course
    labels = findings[(findings["check"] == "label") & (findings["verdict"] == "definition")]
    assert set(labels["year"] + " " + labels["indicator"]) == {
        "2014 customer_satisfaction_rate", "2016 calls_handled_human", "2017 calls_handled_human",
    }  # fmt: skip


def test_the_page_holds_every_finding_and_loads_nothing(programme, findings):
    few = findings[findings["verdict"].isin(["impossible", "base"])]
    page = audit_page(programme, few, "Ledger", "en")
    assert "28/67 = 41.79 %" in page
    assert "Content-Security-Policy" in page


@dataclass(frozen=True)
class Stated:
    """A page that prints one number."""

    value: float
    key: str
    lang: str = "zh"

    def numbers(self):
        yield Number(Text.same(f"{self.value}%"), self.value, self.key), "02-trends, cell 2"


def test_the_gate_checks_numbers_against_their_cells(programme):
    series = ledger_figures(programme).series.assign(dimension="total", segment="all")
    cells = cells_of([series])
    key = "2022/human_connect_rate/total/all"
    assert check_numbers(Stated(88.28, key), cells) == []
    (wrong,) = check_numbers(Stated(88.82, key), cells)
    assert (wrong.where, "the cell holds 88.28" in str(wrong)) == ("02-trends, cell 2", True)
    (gone,) = check_numbers(Stated(88.28, key.replace("_connect", "")), cells)
    assert "which no frame holds" in str(gone)


def test_a_withheld_cell_may_not_be_printed():
    frame = pd.DataFrame(
        {
            "wave": ["2023"],
            "indicator": ["a"],
            "dimension": ["bank_type"],
            "segment": ["large"],
            "estimate": [math.nan],
        }
    )
    assert "no released number" in str(
        check_numbers(Stated(50, "2023/a/bank_type/large"), cells_of([frame]))[0]
    )


def test_an_unreadable_programme_has_no_audit_to_publish():
    bare = SimpleNamespace(code="bare", settings=SimpleNamespace(publications={}))
    with pytest.raises(UsageError, match="lists no publication `audit`"):
        publish(AUDIT, Request(bare, "", "public", ("zh",)), None)

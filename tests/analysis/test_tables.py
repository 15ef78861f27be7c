"""Semantic tables: caption, scopes, data elements, markers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from lxml import html

from analysis.model import AnalysisError
from analysis.pieces import Head, html_of
from analysis.tables import change_table, indicator_table, plain_table, segment_table
from analysis.words import Cells, Lexicon, Text

NAN = float("nan")


@dataclass(frozen=True)
class Measure:
    indicator: str
    unit: str = "%"
    digits: int = 0
    change: str = "percentage points"
    change_digits: int = 1


NAMES = {
    "app": Text("APP服务", "App <b>"),
    "sms": Text("短信服务", "Text messages"),
    "rare": Text("少见", "Rare"),
}
LEXICON = Lexicon(
    {name: Measure(name) for name in ("app", "app.members", "sms", "sms.members", "rare")},
    NAMES,
    segments={"large": Text("大型商业银行", "Large banks"), "city": Text("城市商业银行", "City banks")},
)
CAPTION = Text("服务渠道", "Channels")
NOTICE = Text("演示数据", "Demonstration data")


def cell(indicator, wave, estimate, n=78, at="total/all", *, status="released"):
    dimension, segment = at.split("/")
    return {
        "indicator": indicator, "wave": wave, "dimension": dimension, "segment": segment,
        "estimate": estimate, "lower": NAN, "upper": NAN, "n": n, "N": 100, "status": status,
    }  # fmt: skip


ESTIMATES = pd.DataFrame(
    [
        cell("app", "2022", 92.2078, 77),
        cell("app", "2023", 93.5897),
        cell("sms", "2023", 65.3846),
        cell("rare", "2022", 0.3, 77),
        cell("rare", "2023", NAN, 0, status="empty"),
        cell("app", "2023", 100.0, 7, "stratum/large"),
        cell("app", "2023", NAN, 2, "stratum/city", status="suppressed"),
    ]
)
CELLS = Cells(ESTIMATES, LEXICON)
HEAD = Head("t", CAPTION)


def parsed(table, lang="en"):
    block = html.fragment_fromstring(html_of(table, lang))
    return block, block.find("table")


def texts(row):
    return [item.text_content() for item in row]


def test_indicators_by_wave():
    head = Head("channels", CAPTION, NOTICE)
    made = indicator_table(CELLS, ["app", "sms", "rare"], ["2022", "2023"], head)
    block, table = parsed(made)
    assert block.get("class") == "table-block"
    assert (table.get("id"), table.get("class")) == ("tbl-channels", "estimates")
    assert table.find("caption").text == "Channels"
    assert texts(table.findall("thead/tr/th")) == ["Indicator", "2022", "2023", "Base (2023)"]
    assert [texts(row) for row in table.findall("tbody/tr")] == [
        ["App <b> (%)", "92", "94", "78"],
        ["Text messages (%)", "[x]", "65", "78"],
        ["Rare (%)", "[low]", "[z]", "0"],
    ]
    assert [note.text for note in block.findall("p[@class='notes']")] == [
        "[z] not applicable (nobody was asked, or nothing is computed).",
        "[x] not available.",
        "[low] not zero but rounds to zero.",
        "Demonstration data",
    ]


def test_scopes_and_classes():
    made = indicator_table(CELLS, ["app"], ["2022", "2023"], HEAD)
    _, table = parsed(made, "zh")
    assert {th.get("scope") for th in table.findall("thead/tr/th")} == {"col"}
    assert [th.get("class") for th in table.findall("thead/tr/th")] == ["text", "number", "number", "number"]
    assert [th.get("scope") for th in table.findall("tbody/tr/th")] == ["row"]
    assert {td.get("class") for td in table.findall("tbody/tr/td")} == {"number"}


def test_every_number_is_a_data_element_with_its_cell():
    made = indicator_table(CELLS, ["app"], ["2022", "2023"], HEAD)
    found = {
        lang: [
            (d.get("class"), d.get("value"), d.get("data-estimate"))
            for d in parsed(made, lang)[1].iter("data")
        ]
        for lang in ("zh", "en")
    }
    assert found["zh"] == found["en"] == [
        ("estimate", "92.2078", "2022/app/total/all"),
        ("estimate", "93.5897", "2023/app/total/all"),
        ("n", "78", "2023/app/total/all"),
    ]  # fmt: skip


def test_segments_have_their_bases_and_hide_what_is_hidden():
    made = segment_table(CELLS, ["app"], ["large", "city"], HEAD, wave="2023", dimension="stratum")
    block, table = parsed(made)
    over, under = table.findall("thead/tr")
    assert texts(over)[:3] == ["Indicator", "All respondents", "Large banks"]
    assert [th.get("scope") for th in over] == ["col", "colgroup", "colgroup", "colgroup"]
    assert [(th.get("rowspan"), th.get("colspan")) for th in over][:2] == [("2", None), (None, "2")]
    assert texts(under)[:4] == ["Figure", "Base", "Figure", "Base"]
    assert texts(table.find("tbody/tr")) == ["App <b> (%)", "94", "78", "100", "7", "[c]", "[c]"]
    assert block.find("p").text == "[c] withheld to protect the answers of single members."
    assert table.find("tbody/tr/td/abbr").get("title") == "withheld to protect the answers of single members"


def moved(indicator, change, **others):
    return {
        "indicator": indicator, "wave": "2023", "base_wave": "2022", "dimension": "total", "segment": "all",
        "change": change, "unit": "percentage points", "lower": NAN, "upper": NAN, "n_matched": 60,
        "comparable": True, "status": "released", **others,
    }  # fmt: skip


def test_changes_with_interval_and_verdict():
    changes = pd.DataFrame(
        [
            moved("app", 1.4),
            moved("app.members", 1.25, lower=-0.5, upper=3.0),
            moved("sms", NAN, status="suppressed"),
            moved("rare", 4.0, comparable=False),
        ]
    )
    cells = Cells(ESTIMATES, LEXICON, changes)
    made = change_table(cells, ["app", "sms", "rare"], HEAD, wave="2023", base_wave="2022")
    _, table = parsed(made, "zh")
    assert [texts(row) for row in table.findall("tbody/tr")] == [
        ["APP服务", "百分点", "+1.4", "+1.3", "−0.5", "+3.0", "60", "未见明显变化"],
        ["短信服务", "百分点", "[c]", "[c]", "[c]", "[c]", "[c]", ""],
        ["少见", "百分点", "[z]", "[z]", "[z]", "[z]", "60", "不可比"],
    ]
    assert [d.get("class") for d in table.find("tbody/tr").iter("data")] == [
        "change", "change", "lower", "upper", "n_matched",
    ]  # fmt: skip
    assert len(made.data) == 4
    loose = Cells(ESTIMATES, LEXICON, changes.drop(columns="status"))
    with pytest.raises(AnalysisError, match="a column status"):
        change_table(loose, ["app"], HEAD, wave="2023", base_wave="2022")


def test_plain_tables_take_words_and_counts():
    frame = pd.DataFrame({"kind": ["a&b", "c"], "count": [1234, np.nan], "share": [12.345, 1]})
    columns = {"kind": Text("类别", "Kind"), "share": Text("占比", "Share"), "count": Text("个数", "Count")}
    made = plain_table(frame, columns, HEAD, digits={"share": 2})
    _, table = parsed(made)
    assert [texts(row) for row in table.findall("tbody/tr")] == [
        ["a&b", "12.35", "1,234"],
        ["c", "1.00", "[x]"],
    ]
    assert table.find(".//data").get("data-estimate") is None
    with pytest.raises(AnalysisError, match="name columns among kind, count, share"):
        plain_table(frame, {"nope": Text("", "")}, HEAD)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (ESTIMATES.drop(columns="status"), "no status"),
        (ESTIMATES.assign(status="draft"), "'draft'"),
        (ESTIMATES.assign(n=NAN), "rows without one"),
        (pd.concat([ESTIMATES, ESTIMATES]), "one row for each indicator, wave"),
    ],
)
def test_only_decided_cells_are_accepted(frame, message):
    with pytest.raises(AnalysisError, match=message):
        indicator_table(Cells(frame, LEXICON), ["app"], ["2022", "2023"], HEAD)


def test_nothing_to_show_is_an_error():
    with pytest.raises(AnalysisError, match="at least one row"):
        indicator_table(CELLS, [], ["2023"], HEAD)


def test_a_table_needs_a_caption():
    with pytest.raises(AnalysisError, match="a caption of table bare, got none"):
        indicator_table(CELLS, ["app"], ["2023"], Head("bare"))


def test_a_verdict_of_a_table_allows_for_the_tests_beside_it():
    """One change of p = 0.04 is found by itself, not among two; one that is sure stays."""
    sure = [moved("sms", 9.0), moved("sms.members", 9.0, lower=7.0, upper=11.0, p_value=0.001)]
    rows = [moved("app", 2.0), moved("app.members", 2.0, lower=0.1, upper=3.9, p_value=0.04)]
    more = [moved("rare", 0.5), moved("rare.members", 0.5, lower=-1.0, upper=2.0, p_value=0.5)]
    verdicts = []
    for shown, changes in ((["app"], rows), (["app", "sms", "rare"], [*rows, *sure, *more])):
        known = Cells(ESTIMATES, LEXICON, pd.DataFrame(changes))
        _, table = parsed(change_table(known, shown, HEAD, wave="2023", base_wave="2022"), "en")
        verdicts.append([texts(row)[-1] for row in table.findall("tbody/tr")])
    assert verdicts == [["rose"], ["no change shown", "rose", "no change shown"]]

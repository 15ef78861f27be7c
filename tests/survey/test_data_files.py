from __future__ import annotations

import csv
import io
import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
from csvw import TableGroup
from python_calamine import CalamineWorkbook

from analysis.model import frames
from analysis.words import MARKERS, Text, columns
from fixtures.programmes import Small
from survey.archive import Archive
from survey.data import bulletin_files, sheet_tables, wave_files, write_books, write_data
from survey.data.csv_files import DataFile, csv_metadata
from survey.data.data_texts import CHECK_TEXTS
from survey.data.edition_tables import rounds_away
from survey.errors import PublicationError
from survey.figures import BACKTEST, backtest, compute_figures, words_of
from survey.figures.trace import trace_key
from survey.spreadsheets import guarded, unguarded
from survey.words import FrontMatter

NOTICE = {"zh": "演示数据", "en": "Demonstration data"}
BANK = "=HYPERLINK(1)"


def fronts(*, notice=True):
    return [
        FrontMatter("标题" if lang == "zh" else "Title", "", "2023", "协会", "2023-07-22", lang, "公开版",
                    notice=NOTICE[lang] if notice else None)
        for lang in ("zh", "en")
    ]  # fmt: skip


def figures_of(programme, tmp_path):
    return compute_figures(Archive(programme, tmp_path / "archive"), "2023")


@pytest.fixture(scope="module")
def two_waves(answered_once, tmp_path_factory):
    """Two waves of the small programme; the connection rate breaks before the second."""
    folder = tmp_path_factory.mktemp("waves")
    made = Small(Path(shutil.copytree(answered_once, folder / "small")))
    broken = '{wave: "2023", note: {zh: 口径变了, en: Another question}}'
    made.edit("indicators.yaml", "of: calls_handled\n", f"of: calls_handled\n    breaks: [{broken}]\n")
    for member in ("A1", "B2", "C3", "D4", "E5", "F6"):
        made.send(member, wave="2022")
    return figures_of(made.programme, folder)


def rows_of(table):
    return table.data.to_dict("records")


def sheets(figures, **given):
    made = sheet_tables(figures, words_of(figures), backtest(figures), **given)
    return {table.slug: table for table in made}


# -- signs and keys ------------------------------------------------------------------------------------------


def test_a_break_is_marked_at_its_wave_and_its_change_is_not_told(two_waves):
    made = sheets(two_waves)
    levels = {row["key"]: row["marks"] for row in rows_of(made["levels"])}
    assert {key for key, marks in levels.items() if marks} == {
        "2023/connect_rate/total/all", "2023/connect_rate.members/total/all",
    }  # fmt: skip
    changes = {row["key"]: row for row in rows_of(made["changes"])}
    broken = changes["2023-2022/connect_rate.members/total/all"]
    assert [broken[name] for name in ("change", "lower", "upper", "marks", "comparable_en")] == [
        "[z]", "[z]", "[z]", "[b]", "no",
    ]  # fmt: skip
    told = changes["2023-2022/ch_app/total/all"]
    assert (isinstance(told["change"], float), told["lower"], told["marks"]) == (True, "[z]", "")
    breaks = {row["code"]: row["breaks_en"] for row in rows_of(made["indicators"])}
    assert (breaks["connect_rate"], breaks["ch_app"]) == ("2023: Another question", "none")


def test_a_revised_estimate_is_marked_with_its_other_signs(two_waves):
    revised = frozenset({"2023/connect_rate/total/all", "2023-2022/ch_app/total/all"})
    made = sheets(two_waves, revised=revised)
    marks = {row["key"]: row["marks"] for name in ("levels", "changes") for row in rows_of(made[name])}
    assert {key: value for key, value in marks.items() if "[r]" in value} == {
        "2023/connect_rate/total/all": "[b] [r]", "2023-2022/ch_app/total/all": "[r]",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "digits", "is_low"),
    [
        (0.0049, 2, True), (-0.0049, 2, True), (0.005, 2, False), (-0.005, 2, False), (0.0, 2, False),
        (0.4, 0, True), ("[c]", 2, False), (float("nan"), 2, False), (92.88, 2, False),
    ],
)  # fmt: skip
def test_a_number_shown_as_zero_that_is_not_is_low(value, digits, is_low):
    assert rounds_away(value, digits) is is_low


def test_figures_stand_at_their_printed_digits_and_a_withheld_one_without_base(two_waves, tmp_path):
    write_books(list(sheets(two_waves).values()), fronts(), tmp_path)
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    shown = {row[-1].value: row for name in ("levels", "changes") for row in book[name].iter_rows()}
    forms = {
        key: {cell.number_format for cell in row[4:8] if cell.data_type == "n"} for key, row in shown.items()
    }
    assert forms["2023/ch_app.members/total/all"] == {"#,##0"}
    assert forms["2023/connect_rate.members/total/all"] == {"#,##0.00"}
    assert forms["2023-2022/ch_app.members/total/all"] == {"#,##0"}
    withheld = {row[-1]: row for row in book["centre_kind"].iter_rows(values_only=True) if "[c]" in row}
    assert "2023/staff_total/centre_kind/debit" in withheld
    assert all((row[6:9], row[-3:-1]) == (("[c]",) * 3, ("[c]",) * 2) for row in withheld.values())


def test_a_low_number_stays_a_number_with_its_sign_beside_it(two_waves, tmp_path):
    table = two_waves.estimates
    here = (table["indicator"] == "ch_app") & (table["dimension"] == "total") & (table["wave"] == "2023")
    small = table.assign(estimate=table["estimate"].mask(here, 0.004))
    figures = replace(two_waves, kept={"estimates": small})
    write_books(list(sheets(figures).values()), fronts(), tmp_path)
    for row in openpyxl.load_workbook(tmp_path / "tables.xlsx")["levels"].iter_rows(values_only=True):
        if row[-1] == "2023/ch_app/total/all":
            assert (row[5], row[8]) == (0.004, "[low]")
            break
    else:
        pytest.fail("no row of 2023/ch_app/total/all")


def test_every_key_of_a_sheet_can_be_traced(two_waves):
    made = sheets(two_waves)
    for name in ("levels", "changes"):
        assert list(made[name].columns)[-1] == "key"
        for row in rows_of(made[name])[::5]:
            assert trace_key(two_waves, row["key"]).key == row["key"]


def test_every_sign_in_a_sheet_is_explained(two_waves):
    for table in sheets(two_waves).values():
        for column in table.data:
            words = {word for v in table.data[column] if isinstance(v, str) for word in v.split()}
            assert {w for w in words if w.startswith("[")} <= set(MARKERS), (table.slug, column)


def test_the_definitions_name_base_questions_and_unit(two_waves):
    rows = {row["code"]: row for row in rows_of(sheets(two_waves)["indicators"])}
    own = rows["connect_rate"]
    assert (own["sources"], own["questions_en"], own["unit"], own["base_en"]) == (
        "calls_handled calls_requested", "Calls handled; Calls requested", "%", "All respondents",
    )  # fmt: skip
    assert rows["ch_app"]["questions"].endswith("手机客户端")


# -- data files ----------------------------------------------------------------------------------------------


def read_back(folder):
    """Read every file by its metadata alone, strictly; what csvw warns of fails the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        group = TableGroup.from_file(folder / "csv-metadata.json")
        read = {str(table.url): list(table.iterdicts(strict=True)) for table in group.tables}
    problems = []

    class Log:
        def warning(self, text, *_):
            problems.append(text)

        warn = error = info = warning

    for table in group.tables:
        assert table.check_primary_key(log=Log()), (table.url, problems)
    assert group.check_referential_integrity(log=Log()), problems
    return group, read


def test_the_metadata_describe_each_file_and_each_column(two_waves, tmp_path):
    write_data(wave_files(two_waves, words_of(two_waves), backtest(two_waves)), fronts(), tmp_path)
    group, read = read_back(tmp_path)
    assert sorted(read) == sorted(path.name for path in tmp_path.glob("*.csv"))
    assert sorted(read) == [
        f"{n}.csv" for n in ("backtest", "changes", "comparisons", "estimates", "indicators", "segments")
    ]
    for table in group.tables:
        header = (tmp_path / str(table.url)).read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        assert [column.name for column in table.tableSchema.columns] == header
        for column in table.tableSchema.columns:
            assert {"zh", "en"} <= set(column.titles.value), column.name
            told = column.common_props["dc:description"]
            assert [(one["@language"], bool(one["@value"])) for one in told] == [("zh", True), ("en", True)]


def test_values_come_back_as_they_were(two_waves, tmp_path):
    write_data(wave_files(two_waves, words_of(two_waves), backtest(two_waves)), fronts(), tmp_path)
    _, read = read_back(tmp_path)
    rows = two_waves.estimates.to_dict("records")
    assert len(read["estimates.csv"]) == len(rows)
    for got, row in zip(read["estimates.csv"], rows, strict=True):
        for name in frames.ESTIMATE_COLUMNS:
            unsaid = name in ("n", "N", "n_effective") and row["status"] == "suppressed"
            assert (got[name] is None) if unsaid or pd.isna(row[name]) else (got[name] == row[name]), name
    assert {row["comparable"] for row in read["changes.csv"]} == {True, False}


def test_a_wrong_value_is_caught_by_the_metadata(two_waves, tmp_path):
    write_data(wave_files(two_waves, words_of(two_waves), backtest(two_waves)), fronts(), tmp_path)
    path = tmp_path / "estimates.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    fields = lines[1].split(",")
    fields[0] = "unheard_of"
    path.write_text("\n".join([lines[0], ",".join(fields), *lines[2:]]), encoding="utf-8")
    with pytest.raises(AssertionError):
        read_back(tmp_path)
    fields[11] = "many"
    path.write_text("\n".join([lines[0], ",".join(fields), *lines[2:]]), encoding="utf-8")
    with pytest.raises(ValueError, match="many"):
        read_back(tmp_path)


def test_each_agreed_column_is_described_in_its_order():
    assert list(columns.ESTIMATE_TEXTS) == list(frames.ESTIMATE_COLUMNS)
    assert list(columns.CHANGE_TEXTS) == list(frames.CHANGE_COLUMNS)
    assert list(columns.COMPARISON_TEXTS) == list(frames.COMPARISON_COLUMNS)
    assert set(BACKTEST) == {"indicator", "segment", "published", "computed", "verdict", "reason"}


def test_a_column_without_description_is_refused():
    with pytest.raises(PublicationError) as told:
        DataFile("estimates", pd.DataFrame({"new": [1.0]}), Text("", ""), Text("", ""), {})
    assert str(told.value) == (
        "estimates.csv: the file and its description differ in new; "
        "describe each column of the file and no other."
    )


def test_demonstration_data_say_so_and_carry_the_kits_licence_others_do_not(two_waves):
    files = wave_files(two_waves, words_of(two_waves), backtest(two_waves))
    announced, real = (json.loads(csv_metadata(files, fronts(notice=n))) for n in (True, False))
    both = [{"@value": NOTICE[lang], "@language": lang} for lang in ("zh", "en")]
    assert announced["notes"] == announced["dc:description"] == both
    assert announced["dc:license"] == {"@id": "https://www.apache.org/licenses/LICENSE-2.0"}
    assert announced["dc:issued"] == {"@value": "2023-07-22", "@type": "xsd:date"}
    assert not {"notes", "dc:license"} & set(real)
    assert real["dc:rights"][0] == {"@value": "© 协会", "@language": "zh"}


def test_the_readme_names_every_file_in_both_languages(two_waves, tmp_path):
    write_data(wave_files(two_waves, words_of(two_waves), backtest(two_waves)), fronts(), tmp_path)
    zh, en = (tmp_path / "README.txt").read_text(encoding="utf-8").split("\n\n")
    assert zh.startswith(NOTICE["zh"])
    assert en.startswith(NOTICE["en"])
    for path in tmp_path.iterdir():
        if path.name != "README.txt":
            assert path.name in zh, path.name
            assert path.name in en, path.name


def test_a_bulletins_files_are_described_too(two_waves, tmp_path):
    checks = pd.DataFrame({name: ["x"] for name in CHECK_TEXTS}, dtype="str").assign(
        printed="=1+1", related="bell\x07", verdict="-12"
    )
    parts = SimpleNamespace(estimates=two_waves.estimates, changes=two_waves.changes, held=checks)
    write_data(bulletin_files(parts, ("zh", "en")), fronts(), tmp_path)
    _, read = read_back(tmp_path)
    row = read["checks.csv"][0]
    assert (row["printed"], row["related"], row["verdict"]) == ("'=1+1", "bell\ufffd", "-12")


def test_same_figures_same_files(two_waves, tmp_path):
    files = wave_files(two_waves, words_of(two_waves), backtest(two_waves))
    for name in ("one", "two"):
        write_data(files, fronts(), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


# -- names that are not to be trusted ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("-A1", "'-A1"),
        ("+1-1", "'+1-1"),
        ("-12", "-12"),
        ("+10 个百分点(同比)", "+10 个百分点(同比)"),
        ("-1.2%", "-1.2%"),
        ("+9.87", "+9.87"),
        ("92 %", "92 %"),
        ("<script>", "<script>"),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_made_inert(typed, written):
    assert guarded(typed) == written
    assert unguarded(written) == typed


def test_hostile_names_of_banks_and_indicators_are_text_everywhere(answered, tmp_path):
    long = "银" * 300
    for old, new in (("Large commercial}", f"'{BANK}'}}"), ("zh: 城市商业银行", f"zh: '{long}'")):
        answered.edit("programme.yaml", old, new)
    answered.edit("indicators.yaml", "label: {zh: 接通率, en: Connection rate}",
                  'label: {zh: "<script>", en: "+cmd|\' /C calc\'!A0"}')  # fmt: skip
    answered.send("A1", wave="2022")
    figures = figures_of(answered.programme, tmp_path)
    lexicon = words_of(figures)
    write_books(sheet_tables(figures, lexicon, backtest(figures)), fronts(), tmp_path)
    write_data(wave_files(figures, lexicon, backtest(figures)), fronts(), tmp_path / "data")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "tables.xlsx").read_bytes()))
    opened = CalamineWorkbook.from_path(tmp_path / "tables.ods")
    texts = {
        "xlsx": {c.value for s in book for row in s.iter_rows() for c in row if c.data_type == "s"},
        "ods": {
            v for n in opened.sheet_names for row in opened.get_sheet_by_name(n).to_python() for v in row
        },
    }
    for found in texts.values():
        assert {BANK, long, "<script>", "+cmd|' /C calc'!A0"} <= found
    assert not [
        c
        for s in book
        for row in s.iter_rows()
        for c in row
        if c.data_type == "f" or (c.hyperlink and c.hyperlink.target)
    ]
    with (tmp_path / "data" / "segments.csv").open(encoding="utf-8", newline="") as file:
        labels = {field for row in csv.reader(file) for field in row}
    assert {f"'{BANK}", long} <= labels
    read_back(tmp_path / "data")

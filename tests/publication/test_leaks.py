"""A member's name is found wherever an edition could carry it, seen or unseen."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter
from docx import Document
from pptx import Presentation
from pypdf import PdfWriter

from survey.gate import leaks, member_names

NAMES = frozenset({"样本机构 L01", "甲行", "Sample institution L01", "C14"})


def sheet(text):
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_string("C14", "x")
        page.write_comment("A1", text)
    return packed.getvalue()


def book(text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        table = f'<table table:target-range-address="A1:C14"><p>{text}</p></table>'
        parts.writestr("content.xml", table)
    return packed.getvalue()


def word(text):
    document, packed = Document(), io.BytesIO()
    document.core_properties.keywords = text
    document.save(packed)
    return packed.getvalue()


def deck(text):
    made, packed = Presentation(), io.BytesIO()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.notes_slide.notes_text_frame.text = text
    made.save(packed)
    return packed.getvalue()


def pdf(text):
    made, packed = PdfWriter(), io.BytesIO()
    made.add_blank_page(100, 100)
    made.add_metadata({"/Keywords": text})
    made.write(packed)
    return packed.getvalue()


PLACES = {
    "page.html": lambda t: f"<p hidden>{t}</p>".encode(),
    "split.html": lambda t: f"<p>{t[:2]}<b></b>{t[2:]}</p>".encode(),
    "chart.svg": lambda t: f"<svg><desc>{t}</desc></svg>".encode(),
    "data.csv": lambda t: f"a,b\n1,{t}\n".encode(),
    "notebook.ipynb": lambda t: ('{"outputs": ["%s"]}' % t).encode(),  # noqa: UP031 - braces of JSON
    "tables.xlsx": sheet,
    "tables.ods": book,
    "report.docx": word,
    "slides.pptx": deck,
    "report.pdf": pdf,
}


@pytest.mark.parametrize("place", PLACES)
def test_a_name_is_found_in_every_kind_of_file_and_not_repeated_in_the_line(place, tmp_path):
    (tmp_path / place).write_bytes(PLACES[place]("样本机构 L01"))
    found = leaks(tmp_path, NAMES)
    assert [str(leak) for leak in found] == [f"{place} names a member (its name has 8 signs); take it out."]


@pytest.mark.parametrize("place", PLACES)
def test_what_only_looks_like_a_code_is_none(place, tmp_path):
    (tmp_path / place).write_bytes(PLACES[place]("AC14 C145 #0C14FF"))
    assert leaks(tmp_path, NAMES) == []


def test_a_chinese_name_is_found_beside_latin_letters_and_digits(tmp_path):
    (tmp_path / "a.md").write_text("Bank甲银行, 2甲银行3, AC14", encoding="utf-8")
    assert [leak.name for leak in leaks(tmp_path, ["甲银行", "C14"])] == ["甲银行"]


def test_a_file_s_name_counts(tmp_path):
    (tmp_path / "C14.csv").write_text("a\n")
    assert [leak.name for leak in leaks(tmp_path, NAMES)] == ["C14"]


def test_the_names_of_the_frame_are_names_aliases_and_codes(shipped):
    names = member_names(shipped)
    assert {"L01", "样本机构 L01", "样本L01", "Sample institution L01"} <= names

"""What gives a member away is found wherever an edition could carry it, seen or unseen."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from docx import Document
from openpyxl.packaging.custom import StringProperty
from pptx import Presentation
from pypdf import PdfWriter

from fixtures.canaries import packed_in, png
from survey.documents import typeset
from survey.gate import Confidential, leaks, member_names, passages

NAMES = Confidential(
    dict.fromkeys(("样本机构 L01", "甲行", "Sample institution L01", "C14"), "the name of a member")
)


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


def pdf(text="", attached=b""):
    made, packed = PdfWriter(), io.BytesIO()
    made.add_blank_page(100, 100)
    made.add_metadata({"/Keywords": text})
    if attached:
        made.add_attachment("data.md", attached)
    made.write(packed)
    return packed.getvalue()


def property_of(text):
    made, packed = openpyxl.Workbook(), io.BytesIO()
    made.custom_doc_props.append(StringProperty(name="from", value=text))
    made.create_sheet("hidden").sheet_state = "hidden"
    made.save(packed)
    return packed.getvalue()


def hidden_sheet(text):
    made, packed = openpyxl.Workbook(), io.BytesIO()
    made.create_sheet("hidden").append([text])
    made["hidden"].sheet_state = "veryHidden"
    made.save(packed)
    return packed.getvalue()


def in_base64(content):
    return base64.b64encode(content).decode()


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
    "property.xlsx": property_of,
    "hidden.xlsx": hidden_sheet,
    "attached.pdf": lambda t: pdf(attached=t.encode()),
    "picture.png": png,
    "picture.docx": lambda t: packed_in("word/media/a.png", png(t, "add_itxt")),
    "chart.pptx": lambda t: packed_in("ppt/embeddings/a.xlsx", hidden_sheet(t)),
    "inline.html": lambda t: f'<img src="data:image/png;base64,{in_base64(png(t, "add_itxt"))}">'.encode(),
    "metadata.ipynb": lambda t: json.dumps({"metadata": {"author": t}}).encode(),
    "output.ipynb": lambda t: json.dumps(
        {"outputs": [{"data": {"image/png": in_base64(png(t, "add_itxt"))}}]}
    ).encode(),
    "unknown.bin": lambda t: t.encode(),
    "damaged.png": lambda t: b"\x89PNG" + t.encode(),
    "damaged.pdf": lambda t: b"%PDF-" + t.encode(),
    "damaged.docx": lambda t: b"PK\x03\x04" + t.encode(),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_name_is_found_in_every_kind_of_file_and_not_repeated_in_the_line(place, tmp_path):
    (tmp_path / place).write_bytes(PLACES[place]("样本机构 L01"))
    found = leaks(tmp_path, NAMES)
    assert [str(leak) for leak in found] == [f"{place} holds the name of a member (8 signs); take it out."]


@pytest.mark.parametrize("place", PLACES)
def test_what_only_looks_like_a_code_is_none(place, tmp_path):
    (tmp_path / place).write_bytes(PLACES[place]("AC14 C145 #0C14FF"))
    assert leaks(tmp_path, NAMES) == []


def test_a_chinese_name_is_found_beside_latin_letters_and_digits(tmp_path):
    (tmp_path / "a.md").write_text("Bank甲银行, 2甲银行3, AC14", encoding="utf-8")
    sought = Confidential({"甲银行": "a name", "C14": "a code", "甲银行股份": "another"})
    assert [leak.kind for leak in leaks(tmp_path, sought)] == ["a name (3 signs)"]


def test_a_file_s_name_counts(tmp_path):
    (tmp_path / "C14.csv").write_text("a\n")
    assert [leak.kind for leak in leaks(tmp_path, NAMES)] == ["the name of a member (3 signs)"]


def test_the_names_of_the_frame_are_names_aliases_and_codes(shipped):
    names = member_names(shipped)
    assert {"L01", "样本机构 L01", "样本L01", "Sample institution L01"} <= names


def test_the_pages_of_a_pdf_are_read_in_both_languages(pages, tmp_path):
    for lang, words in (("zh", r"[\u4e00-\u9fff]{4}"), ("en", r"[A-Za-z]{5,}")):
        path = tmp_path / f"{lang}.pdf"
        path.write_bytes(typeset(pages[lang]))
        said = "\n".join(passage.text for passage in passages(path))
        shown = " ".join(" ".join(p.text_content() for p in pages[lang].main().xpath(".//p")).split())
        assert [word for word in re.findall(words, shown) if word not in said] == [], lang


# -- answers -----------------------------------------------------------------------------------------

OWN = Confidential(
    numbers=frozenset({"1234567", "99.8765"}),
    rows={
        number: ((("2023", "A1"), f"q{place}"),) for place, number in enumerate(("32", "4710", "98.6", "51"))
    },
)
NUMBER = "an answer of a member (a number of {} digits that no released figure has)"
ROW = "3 answers or more of one member beside each other"


def workbook(*numbers):
    made, packed = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["x", *numbers])
    made.save(packed)
    return packed.getvalue()


ANSWERS = {
    "grouped.md": b"in all 1,234,567 calls",
    "cell.html": b"<table><tr><td>1</td><td>1234567.0</td></tr></table>",
    "said.svg": b'<svg><image alt="1234567"/></svg>',
    "data.csv": b"a,b\n7,1234567\n",
    "quoted.csv": b'a,b\n7,"1,234,567"\n',
    "output.ipynb": json.dumps({"outputs": [{"text": ["a\n", "x 1234567\n"]}]}).encode(),
    "tables.xlsx": workbook(1234567),
}


@pytest.mark.parametrize("place", ANSWERS)
def test_an_answer_of_many_digits_is_found_however_it_is_written(place, tmp_path):
    (tmp_path / place).write_bytes(ANSWERS[place])
    (leak,) = leaks(tmp_path, OWN)
    assert str(leak) == f"{place} holds {NUMBER.format(7)}; take it out."


@pytest.mark.parametrize(
    "text",
    [
        "<p>12345678 1234567.5 A1234567 #1234567 1234567px</p>",
        '<svg><path d="M 1234567 99.8765"/></svg>',
        "<p>12</p><p>34567</p>",
        "<style>p { width: 1234567 }</style>",
    ],
)
def test_a_longer_number_a_size_and_two_numbers_beside_each_other_are_no_answer(text, tmp_path):
    (tmp_path / "a.html").write_text(text)
    assert leaks(tmp_path, OWN) == []


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("row.csv", b"large,32,4710,98.6\n"),
        ("row.html", b"<tr><td>32</td><td>4,710</td><td>98.60</td></tr>"),
        ("row.md", b"| large | 4710 | 7 | 7 | 7 | 32 | 98.6 |"),
        ("row.xlsx", workbook(32, 4710, 98.6)),
        ("row.ipynb", json.dumps({"outputs": [{"data": {"a": [[32, 4710, 98.6]]}}]}).encode()),
    ],
)
def test_three_answers_of_a_member_beside_each_other_are_found(place, content, tmp_path):
    (tmp_path / place).write_bytes(content)
    assert [str(leak) for leak in leaks(tmp_path, OWN)] == [f"{place} holds {ROW}; take it out."]


@pytest.mark.parametrize(
    "text", ["32 4710", "32 51 98.6", "32 32 4710 4710", "32 " + "7 " * 12 + "4710 98.6"]
)
def test_two_answers_short_ones_and_those_far_apart_are_no_row(text, tmp_path):
    (tmp_path / "a.md").write_text(text)
    assert leaks(tmp_path, OWN) == []

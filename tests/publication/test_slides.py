"""Decks cut by rule: which cells make which slide, what a slide may hold, and what both files carry."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pypdf import PdfReader

from analysis.pieces import Box, Chart, Table
from analysis.words import Claim, Number, Phrase, Text
from survey.documents.deck import cut_deck, handout, placed_pictures, presentation, rasters, set_deck
from survey.documents.deck.fit import PlacedText, lines_of, width_of
from survey.edition.write_deck import scrutinise
from survey.errors import PublicationError

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460.8 {tall}"><desc>{alt}</desc>'
    '<text x="4" y="20" style="font-size: 9px">图</text><path d="M0 0L90 90"/></svg>'
)
NUMBER = Number(Text.same("92.88%"), 92.88, "2023/rate/total/all")
BOX = Box(NUMBER, Text.same("接通率"), (Claim("evidence", Phrase(("与上年基本持平",), ("与上年基本持平",))),))
SOURCE = "来源：2023年会员调查。编号：2023/rate/total/all"
HOSTILE = '<script>alert(1)</script> #import "x" =HYPERLINK("http://a.b") \\write18{ls} $x$ & < >'


def marked(cell, mark):
    cell.metadata["slideshow"] = {"slide_type": mark}
    return cell


def same(kind, *parts):
    """Say one thing in both languages."""
    return Claim(kind, Phrase(parts, parts))


def chart(slug="a", tall=220, alt="折线图：接通率提高"):
    drawn = SVG.format(tall=tall, alt=alt)
    caption = Phrase(("接通率提高",), ("接通率提高",))
    both = {"zh": drawn, "en": drawn}
    return Chart(slug, caption, both, dict.fromkeys(both, alt), (Text("年", "Year"),), ())


def finding(rule, slug="a", words="", mark="subslide", **how):
    headline = same("headline", f"{words}接通率为", NUMBER)
    return marked(rule.shown(headline, chart(slug, **how), BOX, same("source", SOURCE)), mark)


@pytest.fixture
def deck(rule):
    """Return a deck of every kind of slide."""
    return rule.notebook(
        "slides",
        rule.md("不在任何一页上"),
        marked(rule.md("## 报告背景\n\n每年向成员发放问卷。", "zh"), "slide"),
        marked(rule.md("## Background\n\nA questionnaire every year.", "en"), "slide"),
        rule.shown(table()),
        marked(rule.md("口头说明：各页的数字。", "zh"), "notes"),
        marked(rule.md("To be said: the figures.", "en"), "notes"),
        marked(rule.md('# 重点内容\n\n<ul class="heads"></ul>', "zh"), "slide"),
        marked(rule.md('# Key results\n\n<ul class="heads"></ul>', "en"), "slide"),
        marked(rule.md("## 服务质量", "zh"), "slide"),
        marked(rule.md("## Service quality", "en"), "slide"),
        rule.shown(BOX, BOX),
        finding(rule),
        marked(rule.shown(Claim("note", Phrase(("备注", NUMBER), ("Note ", NUMBER)))), "notes"),
        marked(rule.md("## 未问的部分", "zh"), "slide"),
        marked(rule.md("## What nobody was asked", "en"), "slide"),
        rule.code(),
        marked(rule.md("## 研究方法\n\n- **谁来答**：全部成员\n- 保密", "zh"), "slide"),
        marked(rule.md("## Method\n\n- **Who answers**: all members\n- Confidentiality", "en"), "slide"),
        marked(rule.md("跳过的内容"), "skip"),
    )


def table(more=0):
    rows = [(Text("一", "1"), Text("二", "2"))] * more + [(Text.same("A"), Text.same("8"))]
    heads = (Text("银行类型", "Type"), Text("成员", "Members"))
    return Table("t", Text("成员", "Members"), heads, tuple(rows))


def cut(rule, lang, *books, edition="public"):
    return cut_deck(list(books), edition, rule.front(lang))


def faults(rule, *cells, lang="zh"):
    draft = cut(rule, lang, rule.notebook("slides", *cells))
    _, overfull = set_deck(draft.deck)
    return [str(fault) for fault in [*scrutinise(draft), *overfull]]


@pytest.fixture
def files(rule, deck):
    """Return the PPTX and the PDF of the deck in Chinese."""
    slides, overfull = set_deck(cut(rule, "zh", deck).deck)
    assert overfull == []
    front = rule.front("zh")
    return presentation(slides, rasters(placed_pictures(slides)), front), handout(slides, front)


def test_cells_are_cut_by_their_marks(rule, deck):
    cut_zh, cut_en = (cut(rule, lang, deck).deck.slides for lang in ("zh", "en"))
    assert [(s.kind, s.title) for s in cut_zh] == [
        ("cover", "中国远程银行业务发展报告（2023）"),
        ("content", "报告背景"),
        ("part", "重点内容"),
        ("head", "服务质量"),
        ("content", "接通率为92.88%"),
        ("content", "研究方法"),
    ]
    assert [s.title for s in cut_en][1:4] == ["Background", "Key results", "Service quality"]
    assert cut_zh[1].notes == ("口头说明：各页的数字。",)
    assert [p.text for p in cut_zh[2].body] == ["一　服务质量"]
    assert [p.text for p in cut_en[2].body] == ["1  Service quality"]
    assert cut_zh[4].kicker == "一　服务质量"
    assert cut_zh[4].where == "slides, cell 12"
    assert cut_zh[4].source == "来源：2023年会员调查。编号：2023/rate/total/all"
    assert cut_zh[4].keys == ("2023/rate/total/all",)
    assert cut_zh[5].kicker == ""


def test_both_languages_have_the_same_slides_charts_and_keys(rule, deck):
    shapes = [
        [
            (s.kind, s.picture and s.picture.slug, len(s.cards), s.keys, bool(s.table), len(s.body))
            for s in cut(rule, lang, deck).deck.slides
        ]
        for lang in ("zh", "en")
    ]
    assert shapes[0] == shapes[1]


def test_any_notebook_can_be_marked(rule):
    one, two, _ = rule.chapters()
    with pytest.raises(PublicationError) as refused:
        cut(rule, "zh", one, two)
    assert str(refused.value) == (
        "No cell printed in 'zh' begins a slide; mark one as `slide` or `subslide` in JupyterLab's property "
        "inspector."
    )
    for cell in two.cells[:2]:
        marked(cell, "slide")
    for cell in two.cells[3:6]:
        marked(cell, "skip")
    assert [s.title for s in cut(rule, "zh", one, two).deck.slides[1:]] == ["变化趋势"]


def test_an_unknown_mark_is_refused(rule):
    with pytest.raises(PublicationError) as refused:
        cut(rule, "zh", rule.notebook("slides", marked(rule.md("# 题"), "slides")))
    assert str(refused.value) == (
        "slides, cell 1 is marked 'slides' for the slide show, which is none of slide, subslide, fragment, -, "
        "skip, notes; choose one of them."
    )


def test_what_is_internal_stays_out_of_the_public_edition_with_its_whole_slide(rule):
    book = rule.notebook(
        "slides",
        marked(rule.md("## 公开\n\n正文"), "slide"),
        rule.md("机密一", "internal"),
        marked(rule.md("机密二", "internal"), "notes"),
        marked(rule.md("## 机密三", "internal"), "slide"),
        rule.md("机密四"),
    )
    for edition, found in (("public", 0), ("internal", 4)):
        front = rule.front("zh")
        slides, _ = set_deck(cut(rule, "zh", book, edition=edition).deck)
        made = presentation(slides, [], front)
        with zipfile.ZipFile(io.BytesIO(made)) as packed:
            text = b"".join(packed.read(name) for name in packed.namelist()).decode("utf-8", "ignore")
        assert sum(f"机密{n}" in text for n in "一二三四") == found
        assert not [
            n for n in packed.namelist() if "thumbnail" in n or "printerSettings" in n or "app.xml" in n
        ]


LONG = "接通率" * 30
OVERFULL = {
    "headline": (
        lambda rule: [finding(rule, words=LONG)],
        "slides, cell 1: slide “{title}”: the headline is too long: at 24 pt, the least allowed, it takes 3 lines and "
        "there is room for 2 (“接通率接通率接通率接通率接通率接通率接通率接通率接通率接通率接通率接通率接通率接…”); "
        "shorten it: a slide says one thing.",
    ),
    "text": (
        lambda rule: [marked(rule.md("## 题\n\n" + "\n".join(f"- {LONG}" for _ in range(10))), "slide")],
        "slides, cell 1: slide “题”: the text is too long: at 14 pt, the least allowed, it takes 20 lines and there is "
        "room for 14 (“• 接通率接通率接通率接通率接通率接通率接通率接通率接通率接通率接通率接通率接通…”); cut it, "
        "move some of it to a cell marked `notes`, or begin another slide with `subslide`.",
    ),
    "chart": (
        lambda rule: [finding(rule, tall=400)],
        "slides, cell 1: slide “接通率为92.88%”: the chart “a” is 400 points tall: its smallest letters would stand at "
        "8.0 pt, and the least allowed is 12; show fewer items, or split it over two slides.",
    ),
    "boxes": (
        lambda rule: [marked(rule.md("## 题"), "slide"), rule.shown(BOX, BOX, BOX, BOX)],
        "slides, cell 1: slide “题”: it has 4 boxes, and there is room for 3; show fewer.",
    ),
    "table": (
        lambda rule: [
            marked(rule.md("## 题"), "slide"),
            rule.shown(table(30)),
        ],
        "slides, cell 1: slide “题”: the table “成员” has 32 rows and 2 columns, which do not fit at 12 pt, the least "
        "allowed; show fewer of them, or draw it.",
    ),
    "two charts": (
        lambda rule: [finding(rule), rule.shown(chart("b"))],
        "slides, cell 1: there are two charts or tables on one slide; mark the cell of the second as `subslide`: one "
        "message a slide.",
    ),
    "chart on dark ground": (
        lambda rule: [marked(rule.md("# 题"), "slide"), rule.shown(chart())],
        "slides, cell 1: slide “题”: a page on dark ground holds text alone; head the slide with ## instead of #.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", OVERFULL)
def test_a_slide_too_full_fails_with_its_place_and_remedy(rule, what):
    cells, message = OVERFULL[what]
    assert faults(rule, *cells(rule)) == [message.format(title=f"{LONG}接通率为92.88%")]


PLANTED = {
    "typed in a paragraph": (
        "## 题\n\n接通率达到92.9%。",
        "slides, cell 1: the number '92.9%' in “接通率达到92.9%。” is typed and bound to no figure; let a statement print it, or quote it: {{level}}, {{2023/ch_app/total/all}}.",
    ),
    "typed in a list": (
        "## 题\n\n- 共**85**家",
        "slides, cell 1: the number '85' in “共85家” is typed and bound to no figure; let a statement print it, or quote it: {{level}}, {{2023/ch_app/total/all}}.",
    ),
    "typed in a heading": (
        "## 三成即30%\n\n正文",
        "slides, cell 1: the number '30%' in “三成即30%” is typed and bound to no figure; let a statement print it, or quote it: {{level}}, {{2023/ch_app/total/all}}.",
    ),
    "glyph": (
        "## 题\n\n正文𓀀",
        "slides, cell 1: no typeface of the house holds U+13000 '𓀀'; write it another way.",
    ),
    "no headline": (
        "正文",
        "slides, cell 1: a slide has no headline; begin it with a heading, or let the chapter present a finding.",
    ),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_fault_is_found(rule, what):
    text, message = PLANTED[what]
    assert faults(rule, marked(rule.md(text), "slide")) == [message]


def test_a_chart_without_words_and_two_slides_of_one_headline_are_found(rule):
    told = faults(rule, finding(rule, alt=""), finding(rule, "b"))
    assert told == [
        (
            "slides, cell 1: a picture has no alternative text; describe it in the chart's <desc> or the image's "
            "alt."
        ),
        (
            "slides, cell 1; slides, cell 2: 2 slides have the headline “接通率为92.88%”; say what is different on "
            "each."
        ),
    ]


def test_a_raster_picture_is_no_chart(rule):
    image = '<p><img alt="甲" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="></p>'
    assert faults(rule, marked(rule.md("## 题"), "slide"), rule.code(image)) == [
        "slides, cell 1: a picture is no SVG; draw it with one of the chapter's charts."
    ]


def opened(made):
    return Presentation(io.BytesIO(made))


def test_words_stand_in_placeholders_titles_first_and_none_is_empty(files):
    deck = opened(files[0])
    assert (deck.slide_width.pt, deck.slide_height.pt) == (960, 540)
    for slide in deck.slides:
        shapes = list(slide.shapes)
        assert all(shape.is_placeholder for shape in shapes)
        assert shapes[0].placeholder_format.type in {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
        assert all(shape.text_frame.text.strip() for shape in shapes if shape.has_text_frame)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(set(titles)) == len(titles) == 6


def test_every_slide_announces_the_notice_and_its_number(rule, files):
    for number, slide in enumerate(opened(files[0]).slides, start=1):
        feet = [shape.text_frame.text for shape in list(slide.shapes)[-2:]]
        assert feet == [rule.NOTICE["zh"], str(number)]
    pages = PdfReader(io.BytesIO(files[1])).pages
    assert [rule.NOTICE["zh"] in page.extract_text().replace(" ", "") for page in pages] == [True] * 6


def test_charts_have_words_and_keep_their_proportions(files):
    slide = opened(files[0]).slides[4]
    (picture,) = [shape for shape in slide.placeholders if hasattr(shape, "image")]
    assert picture._element.nvPicPr.cNvPr.get("descr") == "折线图：接通率提高"
    assert picture.width / picture.height == pytest.approx(460.8 / 220, rel=0.001)
    assert (picture.crop_left, picture.crop_top, picture.crop_right, picture.crop_bottom) == (0, 0, 0, 0)
    assert picture.image.size[0] >= 2 * picture.width.pt - 1  # two dots to the point
    table = next(shape for shape in opened(files[0]).slides[1].shapes if shape.has_table)
    assert table._element.nvGraphicFramePr.cNvPr.get("descr") == "成员"
    assert [[cell.text for cell in row.cells] for row in table.table.rows] == [
        ["银行类型", "成员"],
        ["A", "8"],
    ]


def test_notes_hold_what_is_said_and_the_keys(files):
    slides = opened(files[0]).slides
    assert slides[1].notes_slide.notes_text_frame.text == "口头说明：各页的数字。"
    assert slides[4].notes_slide.notes_text_frame.text == "备注92.88%\n数字的编号：2023/rate/total/all"
    assert not slides[0].has_notes_slide


def test_every_run_tells_its_language(files):
    for slide in opened(files[0]).slides:
        runs = slide._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}rPr")
        assert {run.get("lang") for run in runs} == {"zh-CN"}


def test_letters_are_no_smaller_than_allowed(rule, deck):
    slides, _ = set_deck(cut(rule, "zh", deck).deck)
    texts = [piece for slide in slides for piece in slide.pieces if isinstance(piece, PlacedText)]
    assert min(piece.size for piece in texts) >= 12
    assert min(piece.size for piece in texts if piece.frame.name == "title") >= 24
    assert min(piece.size for piece in texts if piece.frame.name in {"body", "sentence"}) >= 14


def test_same_deck_same_bytes_without_the_clock(rule, deck, files):
    slides, _ = set_deck(cut(rule, "zh", deck).deck)
    front = rule.front("zh")
    assert presentation(slides, rasters(placed_pictures(slides)), front) == files[0]
    assert handout(slides, front) == files[1]
    with zipfile.ZipFile(io.BytesIO(files[0])) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = opened(files[0]).core_properties
    assert (properties.title, properties.author) == ("中国远程银行业务发展报告（2023）", "远程银行协会")
    assert properties.modified.year == 1980


def test_the_pdf_is_tagged_and_has_the_same_words(files):
    reader = PdfReader(io.BytesIO(files[1]))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"].lower().startswith("zh")
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_object().get_data()
    for slide, page in zip(opened(files[0]).slides, reader.pages, strict=True):
        text = "".join(page.extract_text().split())
        for shape in slide.shapes:
            if shape.has_text_frame:
                for paragraph in shape.text_frame.paragraphs:
                    assert "".join(paragraph.text.split()) in text


def test_what_looks_like_code_is_plain_text(rule):
    book = rule.notebook(
        "slides",
        marked(rule.md("## 题"), "slide"),
        rule.code(f"<p class='x'>{HOSTILE.replace('&', '&amp;').replace('< >', '&lt; &gt;').replace('<script>', '&lt;script&gt;').replace('</script>', '&lt;/script&gt;')}</p>"),
    )  # fmt: skip
    slides, overfull = set_deck(cut(rule, "zh", book).deck)
    assert overfull == []
    made = opened(presentation(slides, [], rule.front("zh"))).slides[1]
    assert HOSTILE in [shape.text_frame.text for shape in made.shapes]
    text = PdfReader(io.BytesIO(handout(slides, rule.front("zh")))).pages[1].extract_text()
    assert "".join(HOSTILE.split()) in "".join(text.split())


def test_words_are_measured_with_the_typeface_itself():
    assert width_of("接通率", 20) == pytest.approx(60)
    assert width_of("ii", 20) < width_of("MM", 20) / 2
    assert lines_of("接通率" * 10, 104, 10) == 3  # thirty characters, ten a line with three per cent to spare
    assert lines_of("接" * 9 + "，通", 100, 10) == 2  # a comma does not begin a line
    assert lines_of("connection rate of calls", 120, 20) == 2


def impress(file, folder):
    """Convert a deck with LibreOffice; skip where there is none that reads presentations."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    done = subprocess.run(
        [office, home, "--headless", "--convert-to", "pdf", "--outdir", folder, file],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if "could not be loaded" in done.stderr and not list(
        Path("/usr/lib/libreoffice").glob("program/libsdlo.so")
    ):
        pytest.skip("LibreOffice has no Impress: apt install libreoffice-impress")
    return folder / f"{file.stem}.pdf"


def test_libreoffice_opens_the_deck(files, tmp_path):
    file = tmp_path / "deck.pptx"
    file.write_bytes(files[0])
    pages = PdfReader(impress(file, tmp_path)).pages
    assert len(pages) == 6
    assert "接通率为92.88%" in "".join(pages[4].extract_text().split())

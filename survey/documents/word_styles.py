"""The house style of the Word files: the reference document that pandoc takes styles, page and frame from.

Every size, colour and typeface of a Word file stands here and nowhere else. A reader's machine holds neither
of our two typefaces, so the styles name those each office program has or knows a stand-in for.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.words import FrontMatter, Language

__all__ = ["NOTICE_COLOUR", "TABLE_SIZE", "TEXT_WIDTH", "Face", "reference_document"]

TEXT_WIDTH: Final = 166.0  # millimetres between the margins
TABLE_SIZE: Final = 9.0  # points, where a table's columns allow it
NOTICE_COLOUR: Final = "7A4B00"
_HOUSE = "1F4E79"
_SOFT = "55616F"
_RULE = "CFD6DF"
_GROUNDS = {
    "key-figures": ("E8EFF6", _HOUSE),
    "method": ("F4F6F9", "1D766C"),
    "warning": ("F4F6F9", "9B402F"),
}
_AMBER = ("FFF6E3", "E9A03B")


@dataclass(frozen=True)
class Face:
    """Hold the typefaces of Latin and of Chinese letters."""

    latin: str
    chinese: str


_SERIF = Face("Times New Roman", "SimSun")
_SANS = Face("Arial", "SimHei")


@dataclass(frozen=True)
class _Look:
    """Hold what a paragraph style sets: points, but `line` in lines and `indent` in signs."""

    size: float
    face: Face = _SANS
    colour: str = "000000"
    before: float = 0.0
    after: float = 0.0
    line: float = 1.2
    indent: int = 0
    left: float = 0.0
    bold: bool = False
    keep_next: bool = False
    ground: tuple[str, str] | None = None
    level: int | None = None
    below: str | None = None


def _looks(lang: Language, *, brief: bool) -> Mapping[str, _Look]:
    zh = lang == "zh"
    text, line, indent = (10.5, 1.5, 200) if zh else (10.5, 1.3, 0)
    body = _Look(text, _SERIF, after=0.0 if zh else 6.0, line=line, indent=indent)
    heading = _Look(14, colour=_HOUSE, bold=True, keep_next=True)
    asides = {
        f"Aside {kind}": _Look(text - 0.5, _SERIF, after=0.0, line=line, left=8.0, ground=ground)
        for kind, ground in _GROUNDS.items()
    }
    looks = {
        "Normal": _Look(text, _SERIF, line=line),
        "Body Text": body,
        "First Paragraph": body,
        "Compact": _Look(text, _SERIF, line=line),
        "Block Text": _Look(text, _SERIF, line=line, left=20.0),
        "Title": _Look(28, colour=_HOUSE, bold=True, before=8, after=4),
        "Subtitle": _Look(14, colour=_SOFT, after=24),
        "Organisation": _Look(11, colour=_SOFT, before=0 if brief else 110),
        "Particulars": _Look(10, colour=_SOFT, after=2),
        "Notice": _Look(10.5, colour=NOTICE_COLOUR, before=18, after=18, left=8.0, ground=_AMBER),
        "Key Number": _Look(20, colour=_HOUSE, before=10),
        "Key Label": _Look(9.5, after=6, below=_RULE),
        "Contents Heading": replace(heading, before=12, after=6),
        "Colophon Heading": replace(heading, size=11, before=36, after=6, below=_RULE),
        "toc 1": _Look(10, before=4, line=1.15),
        "toc 2": _Look(10, left=18.0, line=1.15),
        "table of figures": _Look(9, line=1.15, after=1),
        "Heading 1": replace(heading, size=20, before=28, after=12, level=0, below=_HOUSE),
        "Heading 2": replace(heading, before=18, after=8, level=1),
        "Heading 3": replace(heading, size=11.5, before=14, after=6, level=2),
        "Caption": _Look(9.5, before=12, after=4, keep_next=True),
        "Figure": _Look(9.5, after=12, line=1.0),
        "Table Text": _Look(TABLE_SIZE, line=1.05, before=2, after=2),
        "Notes": _Look(7.5, colour=_SOFT, before=3, after=6),
        "Header": _Look(8, colour=_SOFT),
        "Footer": _Look(8, colour=NOTICE_COLOUR),
        **asides,
    }
    return looks | _brief_looks(heading) if brief else looks


def _brief_looks(heading: _Look) -> dict[str, _Look]:
    """Give an article of a page or a few smaller heads, which carry their number as text or none."""
    return {
        "Title": _Look(20, colour=_HOUSE, bold=True, before=4, after=2),
        "Subtitle": _Look(12, colour=_SOFT, after=8),
        "Heading 1": replace(heading, size=13, before=16, after=6),
        "Heading 2": replace(heading, size=11.5, before=12, after=4),
        "Heading 3": replace(heading, size=10.5, before=10, after=4),
    }


#: Styles Word knows by these names and numbers lists by, and the ids it gives them.
_WORDS_OWN: Final = {"toc 1": "TOC1", "toc 2": "TOC2", "table of figures": "TableofFigures"}


def reference_document(lang: Language, front: FrontMatter) -> bytes:
    """Give the document whose styles, numbering, page, head and foot a Word file takes over."""
    document = Document()
    known = {style.name for style in document.styles}
    for name, look in _looks(lang, brief=front.brief).items():
        _set_style(document, name, look, is_known=name in known)
    _set_letters(document)
    _set_characters(document)
    document.styles.element.append(parse_xml(_TABLE_STYLE))
    if not front.brief:
        _number_headings(document)
    _set_page(document, front)
    _set_head_and_foot(document, front)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _set_style(document: Any, name: str, look: _Look, *, is_known: bool) -> None:
    styles = document.styles
    known_to_word = name in _WORDS_OWN
    style = styles[name] if is_known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, known_to_word)
    if known_to_word:
        style.element.set(qn("w:styleId"), _WORDS_OWN[name])
    if name != "Normal":
        style.base_style = styles["Normal"]
    style.quick_style, style.hidden = True, False
    font, form = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(look.size), look.bold, False
    font.color.rgb = RGBColor.from_string(look.colour)
    _set_face(style.element.get_or_add_rPr(), look.face)
    form.space_before, form.space_after, form.line_spacing = Pt(look.before), Pt(look.after), look.line
    form.keep_with_next, form.left_indent = look.keep_next, Pt(look.left)
    properties = style.element.get_or_add_pPr()
    for old in (*properties.findall(qn("w:pBdr")), *properties.findall(qn("w:tabs"))):
        properties.remove(old)
    if look.indent:
        form.first_line_indent = Pt(look.size * look.indent / 100)
        properties.find(qn("w:ind")).set(qn("w:firstLineChars"), str(look.indent))
    else:
        form.first_line_indent = Pt(0)
    for piece in _frames(look):
        properties.append(piece)
    _put_in_order(properties)


def _frames(look: _Look) -> list[Any]:
    made = []
    if look.ground:
        paper, edge = look.ground
        made.append(
            _xml(f'<w:pBdr {{}}><w:left w:val="single" w:sz="20" w:space="8" w:color="{edge}"/></w:pBdr>')
        )
        made.append(_xml(f'<w:shd {{}} w:val="clear" w:color="auto" w:fill="{paper}"/>'))
    if look.below:
        thick = 10 if look.below == _HOUSE else 4
        made.append(
            _xml(
                f'<w:pBdr {{}}><w:bottom w:val="single" w:sz="{thick}" w:space="4" '
                f'w:color="{look.below}"/></w:pBdr>'
            )
        )
    if look.level is not None:
        made.append(
            _xml(f'<w:numPr {{}}><w:ilvl w:val="{look.level}"/><w:numId w:val="{_HEADINGS}"/></w:numPr>')
        )
    return made


#: The order in which a paragraph's properties must stand (ECMA-376, 17.3.1.26).
_ORDER = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs",
    "suppressAutoHyphens", "kinsoku", "overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid",
    "spacing", "ind", "contextualSpacing", "jc", "outlineLvl",
)  # fmt: skip
_HEADINGS = 77  # the numbering of the headings


def _put_in_order(properties: Any) -> None:
    place = {qn(f"w:{name}"): number for number, name in enumerate(_ORDER)}
    properties[:] = sorted(properties, key=lambda piece: place.get(piece.tag, len(_ORDER)))


def _xml(text: str) -> Any:
    return parse_xml(text.format(nsdecls("w")))


def _set_face(properties: Any, face: Face) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, family in (
        ("ascii", face.latin),
        ("hAnsi", face.latin),
        ("eastAsia", face.chinese),
        ("cs", face.latin),
    ):
        fonts.set(qn(f"w:{name}"), family)


def _set_letters(document: Any) -> None:
    """Set the language of everything, and the face of what no style names."""
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    fonts = defaults.find(qn("w:rFonts"))
    if fonts is not None:
        defaults.remove(fonts)
    _set_face(defaults, _SERIF)
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    # Latin letters and digits are no Chinese: so a number is a word, which no line breaks
    defaults.append(_xml('<w:lang {} w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))


def _set_characters(document: Any) -> None:
    """Set the styles of words: links, and the number before a caption, in the colour of the house."""
    for name in ("Hyperlink", "Caption Number"):
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.font.color.rgb = RGBColor.from_string(_HOUSE)


def _number_headings(document: Any) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="Heading{level + 1}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{".".join(f"%{n + 1}" for n in range(level + 1))}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        for level in range(3)
    )
    numbering = document.part.numbering_part.element
    for old in list(numbering):
        numbering.remove(old)
    numbering.append(
        _xml(
            f'<w:abstractNum {{}} w:abstractNumId="{_HEADINGS}"><w:multiLevelType w:val="multilevel"/>'
            f"{levels}</w:abstractNum>"
        )
    )
    numbering.append(
        _xml(f'<w:num {{}} w:numId="{_HEADINGS}"><w:abstractNumId w:val="{_HEADINGS}"/></w:num>')
    )


def _set_page(document: Any, front: FrontMatter) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm((210 - TEXT_WIDTH) / 2)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    section.header_distance, section.footer_distance = Mm(14), Mm(12)
    section.different_first_page_header_footer = not front.brief


def _set_head_and_foot(document: Any, front: FrontMatter) -> None:
    """Set title and organisation over every page but the cover, below it the notice and the page's number."""
    section = document.sections[0]
    for part, left, right in (
        (section.header, front.title, front.organisation),
        (section.footer, front.notice or "", None),
    ):
        paragraph = part.paragraphs[0]
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(TEXT_WIDTH), alignment=2)
        paragraph.add_run(f"{left}\t")
        if right is not None:
            paragraph.add_run(right)
        else:
            for piece in _page_number():
                paragraph._p.append(piece)  # noqa: SLF001 - the library has no call for fields


def _page_number() -> list[Any]:
    begin, end = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "end"))
    return [
        _xml(f"<w:r {{}}>{inside}</w:r>")
        for inside in (begin, '<w:instrText xml:space="preserve"> PAGE </w:instrText>', end)
    ]


_TABLE_STYLE = f"""<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="Table">
<w:name w:val="Table"/><w:qFormat/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="{_HOUSE}"/>
<w:bottom w:val="single" w:sz="6" w:color="{_HOUSE}"/>
<w:insideH w:val="single" w:sz="4" w:color="{_RULE}"/></w:tblBorders>
<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr>
<w:tcBorders><w:bottom w:val="single" w:sz="5" w:color="{_HOUSE}"/></w:tcBorders>
<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>"""

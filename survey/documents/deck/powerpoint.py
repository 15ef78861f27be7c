"""The deck as an editable PowerPoint file: words in placeholders, charts to edit or as pictures."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from html import escape
from typing import TYPE_CHECKING, Any, Final

from lxml import etree
from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from survey.documents.deck.fit import PlacedPicture, PlacedTable, PlacedText
from survey.documents.deck.layouts import (
    COLOURS,
    FAINT,
    FOOT,
    HEIGHT,
    LAYOUTS,
    LEADING,
    MARGIN,
    NUMBER,
    RULE,
    WIDTH,
    DeckLayout,
    Frame,
    Panel,
)
from survey.documents.deck.native import draw_native
from survey.documents.deck.rasters import placed_pictures
from survey.documents.deck.slides import Run, SlideParagraph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pptx.presentation import Presentation as Deck
    from pptx.slide import Slide as PptxSlide
    from pptx.slide import SlideLayout, SlideMaster
    from pptx.text.text import TextFrame

    from analysis.words import Lang
    from survey.documents.deck.fit import SetSlide
    from survey.documents.deck.native import NativeChart
    from survey.documents.deck.slides import Slide
    from survey.words import FrontMatter

__all__ = ["FOOT_TYPE", "NUMBER_TYPE", "house_template", "presentation"]

# The house's PowerPoint template, made from the ground plan: theme, master, a layout for each kind of slide.
#
# The parts of python-pptx's own template are kept as vessels and filled anew, so that nothing of it is seen.


_NAMESPACES: Final = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_LATIN: Final = "Arial"
_CHINESE: Final = "Microsoft YaHei"
FOOT_TYPE, NUMBER_TYPE = "ftr", "sldNum"
_BOLD: Final = ("title", "kicker", "figure", "label", "mark")
_TYPES: Final = {"picture": "pic", "table": "tbl", "text": "body"}
#: Names of theme colours on the master, whose colour map makes dk1 and lt1 into text and ground.
_MAPPED: Final = {"dk1": "tx1", "lt1": "bg1", "dk2": "tx2", "lt2": "bg2"}


def house_template() -> Deck:
    """Return an empty presentation of 16:9 with the house's layouts, one for each of `ground.LAYOUTS`."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    _drop_foreign_parts(deck)
    master = deck.slide_master
    _fill_theme(master)
    _fill_master(master)
    layouts = list(deck.slide_layouts)
    for vessel in layouts[len(LAYOUTS) :]:
        deck.slide_layouts.remove(vessel)
    for vessel, layout in zip(layouts, LAYOUTS.values(), strict=False):
        _fill_layout(vessel, layout)
    return deck


def _drop_foreign_parts(deck: Deck) -> None:
    """Take out the thumbnail, the printer's settings and the properties of the template we started from."""
    package = deck.part.package
    for holder in (package._rels, deck.part.rels):  # noqa: SLF001 - the package offers no way to drop a relation
        for name, relation in list(holder.items()):
            if relation.reltype.endswith(("/thumbnail", "/printerSettings", "/extended-properties")):
                holder.pop(name)


def _fill_theme(master: SlideMaster) -> None:
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme: Any = etree.fromstring(part.blob)
    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    theme.set("name", "House")
    for scheme in theme.xpath(".//a:clrScheme | .//a:fontScheme", namespaces=space):
        scheme.set("name", "House")
    for name, value in COLOURS.items():
        for entry in theme.xpath(f".//a:clrScheme/a:{name}", namespaces=space):
            entry[:] = [etree.Element(f"{{{space['a']}}}srgbClr", val=value)]
    for fonts in theme.xpath(".//a:majorFont | .//a:minorFont", namespaces=space):
        for tag, face in (("latin", _LATIN), ("ea", _CHINESE), ("cs", _LATIN)):
            fonts.find(f"a:{tag}", space).set("typeface", face)
        for entry in fonts.findall("a:font", space):
            fonts.remove(entry)
        etree.SubElement(fonts, f"{{{space['a']}}}font", script="Hans", typeface=_CHINESE)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001 - as above


def _fill_master(master: SlideMaster) -> None:
    title = LAYOUTS["text"].frame("title")
    body = LAYOUTS["text"].frame("body")
    shapes = [_shape(n, frame) for n, frame in enumerate(filter(None, (title, body)), start=2)]
    _replace_tree(master._element, [*shapes, *_feet(20, MARGIN, "accent5")], ground="lt1")  # noqa: SLF001 - as above
    for level in master._element.iterfind(f"{_tag('txStyles')}//*"):  # noqa: SLF001 - as above
        if level.tag.endswith("pPr"):
            for part in [part for part in level if re.search(r"\}(bu\w+|spcBef|spcAft)$", part.tag)]:
                level.remove(part)
            for name, value in (("marL", "0"), ("indent", "0"), ("algn", "l")):
                level.set(name, value)


def _fill_layout(vessel: SlideLayout, layout: DeckLayout) -> None:
    colour = "lt1" if layout.dark else "accent5"
    shapes = [_panel(100 + n, panel) for n, panel in enumerate(layout.panels)]
    shapes += [_shape(2 + n, frame) for n, frame in enumerate(layout.frames)]
    shapes += _feet(60, layout.foot, colour)
    element = vessel._element  # noqa: SLF001 - as above
    _replace_tree(element, shapes, ground="dk2" if layout.dark else "lt1")
    element.cSld.set("name", layout.name)
    if "type" in element.attrib:
        del element.attrib["type"]
    element.set("preserve", "1")
    element.set("showMasterSp", "0")


def _replace_tree(element: etree._Element, shapes: list[str], ground: str) -> None:
    """Give a master or layout another ground and other shapes."""
    slide = element.cSld  # type: ignore[attr-defined]
    tree = slide.spTree
    for old in list(tree)[2:]:
        tree.remove(old)
    for old in slide.findall(_tag("bg")):
        slide.remove(old)
    slide.insert(
        0, parse_xml(f"<p:bg {_NAMESPACES}><p:bgPr>{_fill_colour(ground)}<a:effectLst/></p:bgPr></p:bg>")
    )
    for shape in shapes:
        tree.append(parse_xml(shape))


def _tag(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/presentationml/2006/main}}{name}"


def _fill_colour(colour: str) -> str:
    if colour in FAINT:
        return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    return f'<a:solidFill><a:schemeClr val="{_MAPPED.get(colour, colour)}"/></a:solidFill>'


def _place(x: float, y: float, width: float, height: float) -> str:
    return (
        f'<a:xfrm><a:off x="{Pt(x)}" y="{Pt(y)}"/><a:ext cx="{Pt(width)}" cy="{Pt(height)}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )


def _panel(number: int, panel: Panel) -> str:
    return (
        f'<p:sp {_NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="Panel {number}"/><p:cNvSpPr/>'
        '<p:nvPr userDrawn="1"/></p:nvSpPr>'
        f"<p:spPr>{_place(panel.x, panel.y, panel.width, panel.height)}{_fill_colour(panel.colour)}"
        '<a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="en-GB"/>'
        "</a:p></p:txBody></p:sp>"
    )


def _shape(number: int, frame: Frame) -> str:
    """Write the placeholder of a frame, with its place and the look of its words."""
    kind = "title" if frame.name == "title" else _TYPES[frame.kind]
    idx = "" if frame.idx == 0 else f' idx="{frame.idx}"'
    bold = ' b="1"' if frame.name.startswith(_BOLD) else ' b="0"'
    name = f"{frame.name.capitalize()} Placeholder"
    return (
        f'<p:sp {_NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}"{idx}/></p:nvPr></p:nvSpPr>'
        f"<p:spPr>{_place(frame.x, frame.y, frame.width, frame.height)}</p:spPr>"
        f'<p:txBody><a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" '
        f'anchor="{frame.anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle>{_level(frame, bold)}</a:lstStyle>'
        f'<a:p><a:r><a:rPr lang="en-GB"/><a:t>{frame.name}</a:t></a:r></a:p></p:txBody></p:sp>'
    )


def _level(frame: Frame, bold: str) -> str:
    return (
        '<a:lvl1pPr marL="0" indent="0" algn="l">'
        f'<a:lnSpc><a:spcPts val="{round(frame.best * LEADING * 100)}"/></a:lnSpc>'
        '<a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{round(frame.best * 100)}"{bold}>{_fill_colour(frame.colour)}'
        '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/></a:defRPr></a:lvl1pPr>'
    )


def _feet(number: int, left: float, colour: str) -> list[str]:
    """Write the line at the foot, and the placeholders of the notice and the slide's number."""
    line = Panel(left, RULE, WIDTH - MARGIN - left, 0.75, FAINT[colour == "lt1"])
    feet = []
    for kind, frame, words, align in (
        (FOOT_TYPE, FOOT, "<a:r><a:rPr lang='en-GB'/><a:t>notice</a:t></a:r>", "l"),
        (NUMBER_TYPE, NUMBER, _number_field(), "r"),
    ):
        x = left if kind == FOOT_TYPE else frame.x
        feet.append(
            f"<p:sp {_NAMESPACES}><p:nvSpPr>"
            f'<p:cNvPr id="{number + frame.idx}" name="{frame.name.capitalize()}"/><p:cNvSpPr>'
            '<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
            f'<p:ph type="{kind}" sz="quarter" idx="{frame.idx}"/></p:nvPr></p:nvSpPr>'
            f"<p:spPr>{_place(x, frame.y, frame.width, frame.height)}</p:spPr>"
            '<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle>'
            f'<a:lvl1pPr algn="{align}"><a:defRPr sz="{round(frame.best * 100)}">{_fill_colour(colour)}'
            '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/></a:defRPr></a:lvl1pPr></a:lstStyle>'
            f"<a:p>{words}</a:p></p:txBody></p:sp>"
        )
    return [_panel(number, line), *feet]


def _number_field() -> str:
    return (
        '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-GB"/>'
        "<a:t>‹#›</a:t></a:fld>"
    )


_LANGUAGES: Final = {"zh": ("zh-CN", "en-GB"), "en": ("en-GB", "zh-CN")}
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_KEYS: Final = {"zh": "数字的编号：", "en": "Keys of the numbers: "}
_SPOKEN: Final = {"zh": ("要点：", "口径：", "注意："), "en": ("Say: ", "Shown: ", "Mind: ")}
_PLAIN_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's own: no style, no grid
_CLOCK = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold


def presentation(slides: Sequence[SetSlide], drawn: Sequence[bytes], front: FrontMatter) -> bytes:
    """Write a deck as PPTX; same deck, same bytes.

    Parameters
    ----------
    slides : sequence of SetSlide
    drawn : sequence of bytes
        The PNG of each chart, in the order of the slides.
    front : FrontMatter
    """
    deck = house_template()
    layouts = dict(zip(LAYOUTS, deck.slide_layouts, strict=True))
    images = dict(zip(map(id, placed_pictures(slides)), drawn, strict=True))
    for number, one in enumerate(slides, start=1):
        slide = deck.slides.add_slide(layouts[one.layout.name])
        _fill(slide, one, images, front.language)
        _add_feet(slide, number, front)
        _add_notes(slide, one.slide, front)
    _tell_properties(deck, front)
    out = io.BytesIO()
    deck.save(out)
    return _timeless(out.getvalue())


def _within(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Add an element of DrawingML to another."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(name, value)
    parent.append(made)
    return made


def _fill(slide: PptxSlide, one: SetSlide, images: Mapping[int, bytes], lang: Lang) -> None:
    holders = {holder.placeholder_format.idx: holder for holder in slide.placeholders}
    for piece in one.pieces:
        holder = holders.pop(piece.frame.idx)
        if isinstance(piece, PlacedText):
            _write(holder.text_frame, piece, lang)
        elif isinstance(piece, PlacedPicture) and piece.picture.native:
            _put_chart(slide, holder, piece, piece.picture.native)
        elif isinstance(piece, PlacedPicture):
            _put_picture(holder, piece, images[id(piece)])
        else:
            _put_table(holder, piece, lang)
    for holder in holders.values():  # an empty placeholder would ask the reader to fill it
        holder._element.getparent().remove(holder._element)  # noqa: SLF001 - python-pptx cannot take one out


def _write(words: TextFrame, piece: PlacedText, lang: Lang) -> None:
    """Write paragraphs into a placeholder, at the size they were set at."""
    frame, size = piece.frame, piece.size
    strong = {"dk1": "tx2"}.get(frame.colour)
    body = words._txBody  # noqa: SLF001 - languages and line pitch are not in python-pptx's reach
    for old in body.findall(qn("a:p")):
        body.remove(old)
    for place, paragraph in enumerate(piece.paragraphs):
        above = piece.size * frame.gap if place else 0.0
        body.append(_paragraph(paragraph, lang, size, strong, above))


def _paragraph(
    paragraph: SlideParagraph, lang: Lang, size: float | None, strong: str | None, above: float
) -> etree._Element:
    spoken, other = _LANGUAGES[lang]
    made = OxmlElement("a:p")
    look = _within(made, "a:pPr")
    if paragraph.bullet:
        look.set("marL", str(Pt(14)))
        look.set("indent", str(-Pt(14)))
    if size is not None:
        _within(_within(look, "a:lnSpc"), "a:spcPts").set("val", str(round(size * LEADING * 100)))
    if above:
        _within(_within(look, "a:spcBef"), "a:spcPts").set("val", str(round(above * 100)))
    if paragraph.bullet:
        _within(_within(look, "a:buClr"), "a:schemeClr").set("val", "accent2")
        _within(look, "a:buFont").set("typeface", "Arial")
        _within(look, "a:buChar").set("char", "•")
    for run in paragraph.runs:
        part = _within(made, "a:r")
        letters = _within(part, "a:rPr", lang=spoken, altLang=other)
        if size is not None:
            letters.set("sz", str(round(size * 100)))
        if run.strong and strong:
            letters.set("b", "1")
            _within(_within(letters, "a:solidFill"), "a:schemeClr").set("val", strong)
        _within(part, "a:t").text = _ILLEGAL.sub("", run.text)
    return made


def _put_picture(holder: Any, piece: PlacedPicture, image: bytes) -> None:
    """Put a chart into its placeholder, whole and at its own proportions."""
    picture = holder.insert_picture(io.BytesIO(image))
    picture.crop_left = picture.crop_right = picture.crop_top = picture.crop_bottom = 0
    picture.left, picture.top = Pt(piece.x), Pt(piece.y)
    picture.width, picture.height = Pt(piece.width), Pt(piece.height)
    told = picture._element.nvPicPr.cNvPr  # noqa: SLF001 - alternative text is not in python-pptx's reach
    told.set("descr", _ILLEGAL.sub("", piece.picture.alt))
    told.set("name", f"Chart {piece.picture.slug}")


def _put_chart(slide: PptxSlide, holder: Any, piece: PlacedPicture, native: NativeChart) -> None:
    """Draw a chart that can be edited in the place of its placeholder, told in words like a picture."""
    holder._element.getparent().remove(holder._element)  # noqa: SLF001 - python-pptx cannot take one out
    frame = piece.frame
    shape = draw_native(slide, native, (frame.x, frame.y, frame.width, frame.height))
    told = shape._element.nvGraphicFramePr.cNvPr  # noqa: SLF001 - as above
    told.set("descr", _ILLEGAL.sub("", piece.picture.alt))
    told.set("name", f"Chart {piece.picture.slug}")


def _put_table(holder: Any, piece: PlacedTable, lang: Lang) -> None:
    rows = [row for row in (piece.table.head, *piece.table.rows) if row]
    shape = holder.insert_table(rows=len(rows), cols=len(piece.widths))
    told = shape._element.nvGraphicFramePr.cNvPr  # noqa: SLF001 - as above
    told.set("descr", _ILLEGAL.sub("", piece.table.caption))
    told.set("name", "Table")
    table = shape.table
    table.first_row, table.horz_banding, table.first_col = bool(piece.table.head), False, True
    shape.left, shape.top = Pt(piece.frame.x), Pt(piece.frame.y)
    shape.width, shape.height = Pt(sum(piece.widths)), Pt(piece.row * len(rows))
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN_STYLE  # noqa: SLF001 - as above
    for column, width in zip(table.columns, piece.widths, strict=True):
        column.width = Pt(width)
    for place, (row, line) in enumerate(zip(rows, table.rows, strict=True)):
        line.height = Pt(piece.row)
        for n, (text, cell) in enumerate(zip(row, line.cells, strict=False)):
            headed = place == 0 and bool(piece.table.head)
            _write_cell(cell, text, piece.size, lang, first=n == 0, headed=headed)


def _write_cell(cell: Any, text: str, size: float, lang: Lang, *, first: bool, headed: bool) -> None:
    cell.margin_left = cell.margin_right = Pt(7)
    cell.margin_top = cell.margin_bottom = 0
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    words = SlideParagraph((Run(text, strong=headed),))
    made = _paragraph(words, lang, size, "tx2", 0.0)
    made[0].set("algn", "l" if first else "r")
    body = cell._tc.txBody  # noqa: SLF001 - as above
    for old in body.findall(qn("a:p")):
        body.remove(old)
    body.append(made)
    edge = f'<a:lnB {nsdecls("a")} w="{Pt(1.2 if headed else 0.5)}"><a:solidFill>'
    edge += '<a:schemeClr val="tx2"/>' if headed else f'<a:srgbClr val="{FAINT[0]}"/>'
    look = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - as above
    look.insert(0, parse_xml(f"{edge}</a:solidFill></a:lnB>"))


def _add_feet(slide: PptxSlide, number: int, front: FrontMatter) -> None:
    """Put the notice and the slide's number at the foot; python-pptx takes over neither from the layout."""
    spoken, other = _LANGUAGES[front.language]
    notice = escape(_ILLEGAL.sub("", front.notice or front.title))
    words = f'<a:r><a:rPr lang="{spoken}" altLang="{other}"/><a:t>{notice}</a:t></a:r>'
    field = (
        f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr lang="{spoken}"/>'
        f"<a:t>{number}</a:t></a:fld>"
    )
    tree = slide.shapes._spTree  # noqa: SLF001 - as above
    for kind, frame, said in ((FOOT_TYPE, FOOT, words), (NUMBER_TYPE, NUMBER, field)):
        shape = (
            f"<p:sp {nsdecls('a', 'p')}><p:nvSpPr>"
            f'<p:cNvPr id="{900 + frame.idx}" name="{frame.name.capitalize()}"/><p:cNvSpPr>'
            '<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
            f'<p:ph type="{kind}" sz="quarter" idx="{frame.idx}"/></p:nvPr></p:nvSpPr><p:spPr/>'
            f"<p:txBody><a:bodyPr/><a:lstStyle/><a:p>{said}</a:p></p:txBody></p:sp>"
        )
        tree.append(parse_xml(shape))


def _add_notes(slide: PptxSlide, one: Slide, front: FrontMatter) -> None:
    """Give the speaker the notes of the slide, and the keys by which each number can be traced."""
    lines = [
        *one.notes,
        *_told(one, front.language),
        *([_KEYS[front.language] + ", ".join(one.keys)] if one.keys else []),
    ]
    if not lines:
        return
    words = slide.notes_slide.notes_text_frame
    if words is None:
        return
    body = words._txBody  # noqa: SLF001 - as above
    for old in body.findall(qn("a:p")):
        body.remove(old)
    for line in lines:
        body.append(_paragraph(SlideParagraph.plain(line), front.language, None, None, 0.0))


def _told(one: Slide, lang: Lang) -> list[str]:
    """Tell the speaker what to say, what the chart measures and from how many, and what to mind."""
    native = one.picture.native if one.picture else None
    if native is None:
        return []
    say, shows, mind = _SPOKEN[lang]
    told = [f"{say}{one.title}", f"{shows}{native.measure}"]
    return [*told, *(f"{mind}{note}" for note in native.notes)]


def _tell_properties(deck: Deck, front: FrontMatter) -> None:
    told = deck.core_properties
    told.title, told.author, told.last_modified_by = front.title, front.organisation, front.organisation
    told.subject = front.subtitle
    told.comments = front.notice or ""
    told.language = _LANGUAGES[front.language][0]
    told.keywords = told.category = ""
    told.revision = 1
    told.created = told.modified = dt.datetime(*_TIME)  # noqa: DTZ001 - python-pptx writes it as it stands, in UTC


def _timeless(made: bytes) -> bytes:
    """Pack a file anew without the clock."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as packed,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as anew,
    ):
        for name in packed.namelist():
            entry = zipfile.ZipInfo(name, _TIME)
            stored = name.endswith(".png")
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every system
            held = packed.read(name)
            if name.endswith(".xlsx"):  # the workbook behind a chart
                held = _timeless(held)
            elif name == "docProps/core.xml":
                held = _CLOCK.sub(b"1980-01-01T00:00:00Z", held)
            anew.writestr(entry, held)
    return out.getvalue()

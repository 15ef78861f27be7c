"""The house's PowerPoint template, made from the ground plan: theme, master, a layout for each kind of slide.

The parts of python-pptx's own template are kept as vessels and filled anew, so that nothing of it is seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Pt

from survey.publication.slides.ground import (
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
    Frame,
    Layout,
    Panel,
)

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Deck
    from pptx.slide import SlideLayout, SlideMaster

__all__ = ["FOOT_TYPE", "NUMBER_TYPE", "house_template"]

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


def _fill_layout(vessel: SlideLayout, layout: Layout) -> None:
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
    slide.insert(0, parse_xml(f"<p:bg {_NAMESPACES}><p:bgPr>{_fill(ground)}<a:effectLst/></p:bgPr></p:bg>"))
    for shape in shapes:
        tree.append(parse_xml(shape))


def _tag(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/presentationml/2006/main}}{name}"


def _fill(colour: str) -> str:
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
        f"<p:spPr>{_place(panel.x, panel.y, panel.width, panel.height)}{_fill(panel.colour)}"
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
        f'<a:defRPr sz="{round(frame.best * 100)}"{bold}>{_fill(frame.colour)}'
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
            f'<a:lvl1pPr algn="{align}"><a:defRPr sz="{round(frame.best * 100)}">{_fill(colour)}'
            '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/></a:defRPr></a:lvl1pPr></a:lstStyle>'
            f"<a:p>{words}</a:p></p:txBody></p:sp>"
        )
    return [_panel(number, line), *feet]


def _number_field() -> str:
    return (
        '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-GB"/>'
        "<a:t>‹#›</a:t></a:fld>"
    )

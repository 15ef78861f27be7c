"""SVG pictures of pages: cleaned, read once for all that is asked of them, and kept apart from the markup.

HTML parsers in Python write `viewBox` and `clipPath` in lower case, which a browser repairs and every
other reader of the picture does not; so a picture never passes through one: a stand-in holds its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml import etree

from analysis.charts import on_dark
from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lxml.html import HtmlElement

__all__ = [
    "PLACEHOLDER",
    "Picture",
    "dark_colours",
    "lift",
    "picture_of",
    "read_picture",
    "restore",
    "stand_in",
    "themed",
]

PLACEHOLDER = "svg-picture"
_PICTURE = re.compile(r'<svg(?! class="course")')

_SVG = "{http://www.w3.org/2000/svg}"
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_LOADED = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:", re.IGNORECASE)
_FORBIDDEN = {"script", "foreignObject", "metadata", "iframe", "a"}
_INTERNAL = ("aria-labelledby", "aria-describedby")


@dataclass(frozen=True)
class Picture:
    """A cleaned picture and what is asked of it.

    Attributes
    ----------
    svg : str
        The picture, its ids made the page's own.
    alt : str
        Its description, else its title, else nothing.
    where : str
        Notebook and cell it is drawn in.
    ids, families, keys : tuple of str
        Its ids, the typefaces it is lettered in, the keys of the numbers it draws.
    letters : str
        All its text.
    foreign : tuple of str
        What a published picture, whose markup should be clean already, loads from elsewhere.
    """

    svg: str
    alt: str
    where: str
    ids: tuple[str, ...]
    families: tuple[str, ...]
    keys: tuple[str, ...]
    letters: str
    foreign: tuple[str, ...] = ()


_COLOUR = re.compile(r"(fill|stroke): (#[0-9a-fA-F]{6})\b")
_HOUSE = "Noto Sans SC"  # what our own charts are lettered in


def themed(picture: Picture) -> Picture:
    """Name the colours of one of our charts, so that a dark page can choose its own; others stay as drawn."""
    if _HOUSE not in picture.families:
        return picture
    named = _COLOUR.sub(lambda m: f"{m[1]}: var(--c{m[2][1:].lower()}, {m[2]})", picture.svg)
    # behind the name spaces, where it stands when the page is read again
    return replace(picture, svg=named.replace(" viewBox=", ' class="themed" viewBox=', 1))


def dark_colours(pictures: Iterable[Picture]) -> str:
    """Return the declarations of the colours that our charts have on a dark page."""
    own = [one.svg for one in pictures if _HOUSE in one.families]
    used = sorted({found[2].lower() for svg in own for found in _COLOUR.finditer(svg)})
    return " ".join(f"--c{colour[1:]}: {on_dark(colour)};" for colour in used)


def lift(markup: str, take: Callable[[str], str]) -> str:
    """Swap each SVG somebody wrote into markup for what `take` gives for it; lines on the cover stay."""
    parts, rest = [], markup
    while (found := _PICTURE.search(rest)) and (end := rest.find("</svg>", found.start())) >= 0:
        begin = found.start()
        end += len("</svg>")
        parts += [rest[:begin], take(rest[begin:end])]
        rest = rest[end:]
    return "".join([*parts, rest])


def stand_in(number: int) -> str:
    """Write what stands for a picture in markup."""
    return f'<span data-{PLACEHOLDER}="{number}"></span>'


def picture_of(element: HtmlElement) -> int:
    """Return the number of the picture a stand-in stands for."""
    return int(str(element.get(f"data-{PLACEHOLDER}")))


def restore(page: str, drawn: Mapping[int, Picture]) -> str:
    """Put the pictures back where their stand-ins are."""
    first, *others = page.split(f'<span data-{PLACEHOLDER}="')
    parts = [first]
    for other in others:
        number, _, rest = other.partition('"></span>')
        parts += [drawn[int(number)].svg, rest]
    return "".join(parts)


def read_picture(drawn: str, prefix: str, where: str, alt: str = "") -> Picture:
    """Read a picture without scripts and outside references, its ids made the page's own by a prefix.

    Matplotlib gives every picture the ids `figure_1`, `axes_1` and so on; ids nothing refers to go. Without a
    prefix, as a published picture needs none, ids stay. `alt` is
    the description of a picture that has none of its own.

    Raises
    ------
    PublicationError
        The picture is not well-formed XML; `where` names the notebook and cell in the message.
    """
    root = _parse(drawn, where)
    foreign = () if prefix else tuple(_foreign(root))
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or etree.QName(element).localname in _FORBIDDEN:
            _drop(element)
    for element in root.iter():
        _clean_attributes(element)
        if element.tag == f"{_SVG}style":
            element.text = _own_style(element.text or "")
    if prefix:
        _prefix_ids(root, prefix)
    root.set("role", "img")
    if alt and not _description(root):
        root.set("aria-label", alt)
    for size in ("width", "height"):  # the page decides how wide a picture stands
        root.attrib.pop(size, "")
    etree.cleanup_namespaces(root)
    found = {name: [str(one.get(name)) for one in root.iter() if one.get(name)] for name in ("id", _KEY)}
    return Picture(
        svg=etree.tostring(root, encoding="unicode", with_tail=False),
        alt=_description(root) or alt,
        where=where,
        ids=tuple(found["id"]),
        families=tuple(sorted(_families(root))),
        keys=tuple(dict.fromkeys(found[_KEY])),
        letters="".join(map(str, root.itertext())),
        foreign=foreign,
    )


def _foreign(root: etree._Element) -> Iterator[str]:
    """Yield the addresses elsewhere that a picture loads."""
    for element in root.iter(etree.Element):
        for name, address in element.attrib.items():
            if etree.QName(name).localname == "href" and not str(address).startswith(("#", "data:")):
                yield str(address)


_KEY = "data-estimate"


def _description(root: etree._Element) -> str:
    for name in ("desc", "title"):
        element = root.find(f"{_SVG}{name}")
        text = " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""
        if text:
            return text
    return ""


def _families(root: etree._Element) -> set[str]:
    """Return the first typeface of each list that a picture names, in attributes and declarations."""
    named = set()
    for element in root.iter():
        declared = dict(
            part.split(":", 1) for part in str(element.get("style") or "").split(";") if ":" in part
        )
        declared = {name.strip(): value for name, value in declared.items()}
        for family in (element.get("font-family"), declared.get("font-family")):
            if family:
                named.add(str(family).split(",")[0].strip(" '\""))
    return named


def _parse(picture: str, where: str) -> etree._Element:
    opening = picture[: picture.index(">")]
    if "xmlns=" not in opening:
        picture = picture.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    if "xlink:" in picture and "xmlns:xlink" not in picture:
        picture = picture.replace("<svg", '<svg xmlns:xlink="http://www.w3.org/1999/xlink"', 1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(picture.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise PublicationError(
            f"{where}: the SVG picture is not well-formed XML ({error.msg}); "
            "draw it with analysis.charts or correct the markup."
        ) from error


def _attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _clean_attributes(element: etree._Element) -> None:
    for name, value in _attributes(element):
        local = etree.QName(name).localname
        outside = local == "href" and not value.startswith(("#", "data:image/"))
        if local.startswith("on") or outside or _LOADED.search(value):
            del element.attrib[name]


def _own_style(style: str) -> str:
    """Keep a picture's style sheet off the page around it."""
    if _LOADED.search(style):
        return ""
    return re.sub(r"(^|})\s*\*\s*{", r"\1svg *{", style.strip())


def _prefix_ids(root: etree._Element, prefix: str) -> None:
    wanted = _referred(root)
    for element in root.iter():
        name = element.get("id")
        if name in wanted:
            element.set("id", f"{prefix}-{name}")
        elif name is not None:
            del element.attrib["id"]
        for attribute, value in _attributes(element):
            local = etree.QName(attribute).localname
            if local == "href" and value.startswith("#"):
                element.set(attribute, f"#{prefix}-{value[1:]}")
            elif local in _INTERNAL:
                element.set(attribute, " ".join(f"{prefix}-{part}" for part in value.split()))
            elif "url(" in value:
                element.set(attribute, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))


def _referred(root: etree._Element) -> set[str]:
    """Give the ids something in the picture refers to."""
    found: set[str] = set()
    for element in root.iter():
        for attribute, value in _attributes(element):
            local = etree.QName(attribute).localname
            if local == "href" and value.startswith("#"):
                found.add(value[1:])
            elif local in _INTERNAL:
                found.update(value.split())
            else:
                found.update(_REFERENCE.findall(value))
    return found

"""SVG pictures inside pages: lifted out before an HTML parser can touch them, cleaned, put back.

HTML parsers in Python write `viewBox` and `clipPath` in lower case, which a browser repairs and every
other reader of the picture does not; so a picture never passes through one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PLACEHOLDER", "alternative_text", "clean", "lift", "restore"]

PLACEHOLDER = "svg-picture"

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_PICTURE = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
_STAND_IN = re.compile(rf'<span data-{PLACEHOLDER}="(\d+)"></span>')
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_LOADED = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:", re.IGNORECASE)
_FORBIDDEN = {"script", "foreignObject", "metadata", "iframe", "a"}
_INTERNAL = ("aria-labelledby", "aria-describedby")


def lift(page: str, start: int = 0) -> tuple[str, dict[int, str]]:
    """Swap each SVG of a page for a stand-in; give the page and the pictures by their number."""
    found: dict[int, str] = {}

    def stand_in(match: re.Match[str]) -> str:
        number = start + len(found)
        found[number] = match.group(0)
        return f'<span data-{PLACEHOLDER}="{number}"></span>'

    return _PICTURE.sub(stand_in, page), found


def restore(page: str, pictures: Mapping[int, str]) -> str:
    """Put the pictures back where their stand-ins are."""
    return _STAND_IN.sub(lambda match: pictures[int(match.group(1))], page)


def clean(picture: str, prefix: str, where: str) -> str:
    """Give a picture without scripts and outside references, its ids made the page's own by a prefix.

    Matplotlib gives every picture the ids `figure_1`, `axes_1` and so on; ids nothing refers to go.

    Raises
    ------
    PublicationError
        The picture is not well-formed XML; `where` names the notebook and cell in the message.
    """
    root = _parse(picture, where)
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or etree.QName(element).localname in _FORBIDDEN:
            _drop(element)
    for element in root.iter():
        _clean_attributes(element)
        if element.tag == f"{_SVG}style":
            element.text = _own_style(element.text or "")
    _prefix_ids(root, prefix)
    root.set("role", "img")
    for size in ("width", "height"):  # the page decides how wide a picture stands
        root.attrib.pop(size, "")
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode", with_tail=False)


def alternative_text(picture: str) -> str:
    """Give a picture's alternative text: its description, else its title, else nothing."""
    root = _parse(picture, "a picture")
    for name in ("desc", "title"):
        element = root.find(f"{_SVG}{name}")
        text = " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""
        if text:
            return text
    return ""


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

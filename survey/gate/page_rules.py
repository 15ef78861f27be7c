"""What must hold of a page before it may be released: each fault, with the notebook and cell it is in."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.documents import FAMILIES, Fault, covered, font_files, parse, select, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml.html import HtmlElement

    from survey.documents import Page

__all__ = ["check"]


@dataclass(frozen=True)
class _Page:
    """Hold the finished page as it will be read, and the pattern of digits that need no cell."""

    root: HtmlElement
    made: Page
    allowed: re.Pattern[str]


_FROM_ELSEWHERE = re.compile(r"^\s*(?!data:|#|$)", re.IGNORECASE)
_STYLE_LOADS = re.compile(r"@import|url\(\s*['\"]?(?!data:|#)[^)]*", re.IGNORECASE)
_LOADERS = {
    "script": "src", "img": "src", "iframe": "src", "embed": "src", "object": "data", "audio": "src",
    "video": "src", "source": "src", "track": "src", "input": "src", "frame": "src",
}  # fmt: skip
_NUMBERED = re.compile(r"^(图|表|Figure|Table) \d+\b|^(图|表) \d+")
_INVISIBLE = {0x9, 0xA, 0xD, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF}
_ALLOWED_DIGITS = (
    r"(?:19|20)\d\d(?:Q[1-4])?(?:-(?:19|20)\d\d(?:Q[1-4])?)?/[\w.]+/[\w*]+/[\w*]+",  # keys of estimates
    r"(?:19|20)\d\d(?:\s*[年-]\s*\d{1,2}(?:\s*[月-]\s*\d{1,2}\s*日?)?)?年?(?:第?[一二三四1-4]季度?)?",
    r"(?:19|20)\d\d\s*[Qq][1-4]",
    r"[Qq][1-4]\b",
    r"第\s*\d+\s*[章节条款次届期]",
    r"\b(?:[Cc]hapter|[Ss]ection|[Nn]ote|[Qq]uestion)\s+[\d.]+",
    r"\d+\s*×\s*\d+\s*小时|24/7|7×24",
    r"\b[A-Za-z]+-?\d+\b",
    r"(?<!\d)[345]G",
)
_DIGITS_ALLOWED = re.compile("|".join(f"(?:{pattern})" for pattern in _ALLOWED_DIGITS))
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{3,}(?:-[A-Za-z]+)*")
_WORDS_OF_A_PHRASE = 3
_QUOTED = 60
#: Blocks of running text; cells of tables are none: they quote what was printed, or are bound by themselves.
_PROSE = frozenset({"p", "li", "dd", "blockquote", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6"})
_FURNITURE = frozenset({"th", "td", "caption", "summary", "dt"})
_DIGITS = re.compile(r"\d[\d,.]*%?")


def check(page: Page, names: Iterable[str] = ()) -> list[Fault]:
    """Find every fault of a page, errors first.

    Parameters
    ----------
    page : Page
    names : iterable of str
        Names and definitions of the programme, whose own digits (高于95%的中心) are no figures of the page.
    """
    finished = _Page(parse(page.source), page, _matching(names))
    found = [fault for rule in _RULES for fault in rule(finished)]
    return sorted(found, key=lambda fault: fault.level)


def _matching(names: Iterable[str]) -> re.Pattern[str]:
    """Make the pattern of what holds digits that nobody has to bind: names, years, numbering."""
    held = sorted({name for name in names if _DIGITS.search(name)}, key=len, reverse=True)
    return re.compile("|".join([*(f"(?i:{re.escape(name)})" for name in held), _DIGITS_ALLOWED.pattern]))


def _alternative_texts(page: _Page) -> Iterator[Fault]:
    remedy = "describe it in the chart's <desc> or the image's alt"
    for image in select(page.root, "//img[not(normalize-space(@alt))]"):
        yield Fault(
            "alternative-text", "error", f"a picture has no alternative text; {remedy}.", _where(image)
        )
    for picture in page.made.pictures.values():
        if not picture.alt:
            yield Fault(
                "alternative-text", "error", f"a picture has no alternative text; {remedy}.", picture.where
            )


def _captions(page: _Page) -> Iterator[Fault]:
    for table in select(page.root, "//table[not(normalize-space(caption))]"):
        yield Fault(
            "caption", "error", "a table has no caption; give it one that says what it shows.", _where(table)
        )
    for figure in select(page.root, "//figure[not(normalize-space(.//figcaption))]"):
        yield Fault(
            "caption",
            "error",
            "a figure has no caption; give it one that states the finding.",
            _where(figure),
        )


def _references(page: _Page) -> Iterator[Fault]:
    ids = set(page.root.xpath("//@id"))
    for link in select(page.root, "//a[starts-with(@href, '#')]"):
        target = link.get("href")[1:]
        if target not in ids:
            message = f"a reference names {target!r}, which is nowhere on the page; correct or add it."
            yield Fault("reference", "error", message, _where(link))


def _numbers(page: _Page) -> Iterator[Fault]:
    floats = "//figure[not(ancestor::figure)] | //main//table[not(ancestor::figure)]"
    for element in page.root.xpath(floats):
        name = "figure" if element.tag == "figure" else "table"
        caption = element.xpath(".//figcaption" if name == "figure" else "./caption")
        if not caption or not _NUMBERED.match(text_of(caption[0])):
            yield Fault(
                "number",
                "error",
                f"a {name} was never numbered; a {name} needs a caption to get a number.",
                _where(element),
            )
        elif not element.get("id"):
            yield Fault(
                "number",
                "error",
                f"a {name} has no id, so nothing can refer to it; give it one.",
                _where(element),
            )


def _loads(page: _Page) -> Iterator[Fault]:
    remedy = "put it into the page itself"
    for name, attribute in _LOADERS.items():
        for element in select(page.root, f"//{name}[@{attribute}]"):
            address = element.get(attribute)
            if _FROM_ELSEWHERE.match(address):
                yield Fault(
                    "foreign",
                    "error",
                    f"<{name}> loads {address[:80]!r} from elsewhere; {remedy}.",
                    _where(element),
                )
    for link in select(page.root, "//link[@href]"):
        if link.get("rel") not in {"alternate", "canonical"}:
            yield Fault(
                "foreign",
                "error",
                f"<link> loads {link.get('href')[:80]!r} from elsewhere; {remedy}.",
                _where(link),
            )
    styles = [(style.text or "", style) for style in select(page.root, "//style")]
    styles += [(element.get("style"), element) for element in select(page.root, "//*[@style]")]
    for style, element in styles:
        for loaded in _STYLE_LOADS.findall(style):
            yield Fault(
                "foreign",
                "error",
                f"a style loads {loaded[:80]!r} from elsewhere; {remedy}.",
                _where(element),
            )
    for picture in page.made.pictures.values():
        for address in picture.foreign:
            message = f"a picture loads {address[:80]!r} from elsewhere; {remedy}."
            yield Fault("foreign", "error", message, picture.where)


def _typefaces(page: _Page) -> Iterator[Fault]:
    for picture in page.made.pictures.values():
        for family in sorted(set(picture.families) - set(FAMILIES.values())):
            message = (
                f"a picture is lettered in {family!r}, which readers may lack; use {FAMILIES['sans']!r}."
            )
            yield Fault("typeface", "warning", message, picture.where)


def _ids(page: _Page) -> Iterator[Fault]:
    counted = Counter(page.root.xpath("//@id"))
    for picture in page.made.pictures.values():
        counted.update(picture.ids)
    for name, times in counted.items():
        if times > 1:
            places = page.root.xpath("//*[@id=$name]", name=name)
            where = "; ".join(dict.fromkeys(filter(None, map(_where, places))))
            yield Fault("id", "error", f"the id {name!r} occurs {times} times; give each its own.", where)


def _headings(page: _Page) -> Iterator[Fault]:
    former = 1
    for heading in page.root.xpath(
        "//main//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]"
    ):
        level = int(heading.tag[1])
        text = text_of(heading)
        if not text:
            yield Fault("heading", "error", "a heading is empty; write it or take it out.", _where(heading))
        if level > former + 1:
            message = (
                f"the heading {text!r} is {level - former} levels below the one before it; use one # fewer."
            )
            yield Fault("heading", "error", message, _where(heading))
        former = level
    if len(select(page.root, "//h1")) != 1:
        yield Fault("heading", "error", "the page needs exactly one h1, the title on its cover.")


def _glyphs(page: _Page) -> Iterator[Fault]:
    held = frozenset[int]().union(*map(covered, font_files().values())) | _INVISIBLE
    seen: set[str] = set()
    texts: list[tuple[str, str]] = [
        (picture.letters, picture.where) for picture in page.made.pictures.values()
    ]
    for element in page.root.iter():
        if isinstance(element.tag, str) and element.tag not in {"style", "script"}:
            parent = element.getparent()
            for text, place in ((element.text, element), (element.tail, parent)):
                if text and place is not None and set(map(ord, text)) - held:
                    texts.append((text, _where(place)))
    for text, where in texts:
        for letter in sorted(set(text) - seen):
            if ord(letter) not in held:
                seen.add(letter)
                message = (
                    f"no typeface of the house holds U+{ord(letter):04X} {letter!r}; write it another way."
                )
                yield Fault("glyph", "error", message, where)


def _typed_numbers(page: _Page) -> Iterator[Fault]:
    remedy = "let a statement print it, or quote it: {{level}}, {{2023/ch_app/total/all}}"
    for main in select(page.root, "//main"):
        for block, parts in _blocks(main, _PROSE, _is_bound).items():
            text = " ".join(page.allowed.sub(" ", part) for part in parts)
            for number in dict.fromkeys(_DIGITS.findall(text)):
                message = (
                    f"the number {number!r} in “{_start(block)}” is typed and bound to no figure; {remedy}."
                )
                yield Fault("typed-number", "error", message, _where(block))


def _is_bound(element: HtmlElement) -> bool:
    """Tell what needs no cell: numbers with one, references, code, quotations, what the audit works out."""
    kinds = element.get("class", "").split()
    return element.tag in {"data", "a", "code", "q"} or "number" in kinds or "finding" in kinds


def _untranslated(page: _Page) -> Iterator[Fault]:
    """Find Chinese in an English page and English blocks in a Chinese one, but for what is told as such."""
    language = str(page.root.get("lang", ""))[:2]

    def is_told_as_other(element: HtmlElement) -> bool:
        other = element.get("lang", language)[:2] != language
        return other or element.tag in {"code", "abbr", "script", "style"}

    for body in select(page.root, "//body"):
        for block, parts in _blocks(body, _PROSE | _FURNITURE, is_told_as_other).items():
            text = " ".join(parts)
            if _HAN.search(text) if language == "en" else _is_english(text):
                message = (
                    f"“{_start(block)}” is not in the page's language ({language}); translate it, or mark it "
                    "with its own lang."
                )
                yield Fault("untranslated", "error", message, _where(block))


def _blocks(
    within: HtmlElement, kinds: frozenset[str], is_passed_over: Callable[[HtmlElement], bool]
) -> dict[HtmlElement, list[str]]:
    """Gather for each block of some kinds the texts that are its alone, not those of a block inside it."""
    found: dict[HtmlElement, list[str]] = {}
    waiting: list[tuple[HtmlElement, HtmlElement | None]] = [(within, None)]
    while waiting:
        element, outer = waiting.pop()
        block = element if element.tag in kinds else outer
        seen = isinstance(element.tag, str) and not is_passed_over(element)
        if seen and block is not None and element.text:
            found.setdefault(block, []).append(element.text)
        if outer is not None and element.tail and element is not within:
            found.setdefault(outer, []).append(element.tail)
        if seen:
            waiting.extend((child, block) for child in reversed(element))
    return found


def _is_english(text: str) -> bool:
    return not _HAN.search(text) and len(_WORD.findall(text)) >= _WORDS_OF_A_PHRASE


def _start(block: HtmlElement) -> str:
    text = text_of(block)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def _where(element: HtmlElement) -> str:
    place = element.xpath("ancestor-or-self::*[@data-cell][1]")
    return f"{place[-1].get('data-notebook')}, cell {place[-1].get('data-cell')}" if place else ""


_RULES: tuple[Callable[[_Page], Iterator[Fault]], ...] = (
    _alternative_texts,
    _captions,
    _references,
    _numbers,
    _loads,
    _typefaces,
    _ids,
    _headings,
    _glyphs,
    _typed_numbers,
    _untranslated,
)

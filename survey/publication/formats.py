"""Which files a publication consists of, and what writes each kind of them from its page."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from survey.publication.markdownfile import markdown
from survey.publication.typesetting import typeset
from survey.publication.wordfile import wordfile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.formatting import Lang
    from survey.publication.front import FrontMatter

__all__ = ["FORMATS", "WRITERS"]


def _webpage(page: str, _lang: Lang, _front: FrontMatter) -> bytes:
    """Give the page as it is: it is one file already."""
    return page.encode()


#: Kind of file, as its name ends -> what writes it from page, language and front matter.
WRITERS: Final[Mapping[str, Callable[[str, Lang, FrontMatter], bytes]]] = MappingProxyType(
    {"html": _webpage, "pdf": typeset, "docx": wordfile, "md": markdown}
)

#: Publication -> the kinds of file it is written in; slides have a writer of their own.
FORMATS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "report": ("html", "pdf", "docx"),
        "bulletin": ("html", "pdf"),
        "audit": ("html", "pdf"),
        "press": ("docx", "md"),
        "digest": ("docx", "md"),
        "slides": ("pptx", "pdf"),
    }
)

"""Press releases and digests of the shipped programme: chapters run, page past the gate, Markdown of it."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import html

from survey.archive import archive_of
from survey.documents import markdown, with_quotes
from survey.edition import Request, Watch
from survey.edition.folder import StagedEdition
from survey.edition.front_matter import wave_front
from survey.edition.manifest import chapters_of
from survey.edition.recipes import wave_documents
from survey.edition.write_publications import checked_page, run_chapters
from survey.figures import compute_figures
from survey.programme import open_programme

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Article:
    """A publication of a wave in both languages: pages as the gate let them pass, and Markdown."""

    pages: dict
    texts: dict

    def keys(self, lang):
        """Return what the page prints, in its order: key, kind of number and value."""
        main = html.fromstring(self.pages[lang]).get_element_by_id("text")
        return [
            (data.get("data-estimate"), data.get("class"), data.get("value"))
            for data in main.xpath(".//data[@data-estimate]")
        ]

    def charts(self, lang):
        return re.findall(r"\]\(charts/([\w-]+)\.\w+\.svg\)", self.texts[lang])


def read_article(folder):
    """Read what a process of its own wrote there."""
    pages = {lang: (folder / f"{lang}.html").read_text(encoding="utf-8") for lang in LANGUAGES}
    return Article(pages, {lang: (folder / f"{lang}.md").read_text(encoding="utf-8") for lang in LANGUAGES})


def write_article(name, wave, folder):
    """Run the chapters, send each page past the gate, write pages and Markdown."""
    programme = open_programme()
    figures = compute_figures(archive_of(programme), wave)
    request = Request(programme, wave, "public", LANGUAGES)
    draft = StagedEdition(folder, folder / "failed")
    books = run_chapters(chapters_of(programme, name, "public"), request.parameters(), draft, Watch())
    fronts = {lang: wave_front(figures, request, name, lang) for lang in LANGUAGES}
    documents = replace(wave_documents(figures, request, frozenset()), name=name, fronts=fronts)
    with_quotes(books, documents.quotable)
    for lang in LANGUAGES:
        page = checked_page(documents, books, lang, Watch())
        (folder / f"{lang}.html").write_text(page.text, encoding="utf-8")
        (folder / f"{lang}.md").write_bytes(markdown(page))


if __name__ == "__main__":
    write_article(sys.argv[1], sys.argv[2], Path(sys.argv[3]))

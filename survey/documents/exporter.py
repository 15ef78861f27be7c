"""One chapter as a page by ``jupyter nbconvert --to member-survey``: with numbering, references and cards."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, get_args

from nbconvert.exporters import Exporter
from traitlets import Enum, Unicode, default

from survey.archive import Archive
from survey.documents.assembly import assemble
from survey.documents.blocks import Edition, chapter_name, unpublished_outputs
from survey.documents.page_controls import live
from survey.documents.quotes import quotable_figures, quotable_settings, with_quotes
from survey.errors import UsageError
from survey.figures import compute_figures
from survey.folders import output_folder
from survey.programme import open_programme
from survey.words import FrontMatter, Language, messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from survey.documents.page_controls import Live
    from survey.documents.quotes import Quotable
    from survey.figures import Figures
    from survey.programme import Programme

__all__ = ["ChapterExporter"]

_CHOSEN = ("parameters", "injected-parameters")


class ChapterExporter(Exporter):  # type: ignore[misc]  # nbconvert declares no types
    """Write an executed chapter, or with ``--execute`` a stored one, as the page a run makes of it.

    Attributes
    ----------
    language : {"zh", "en"}
        ``--ChapterExporter.language=en``.
    """

    language = Enum(get_args(Language), default_value="zh", help="Language of the page.").tag(config=True)
    output_mimetype = "text/html"
    export_from_notebook = "Chapter of a member survey"
    file_extension = Unicode(".html").tag(config=True)

    @default("file_extension")
    def _default_extension(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Write a notebook as HTML."""
        book, told = super().from_notebook_node(nb, resources, **kw)
        if not {"name", "papermill"} & set(book.metadata):
            book.metadata["name"] = told["metadata"]["name"]  # the file's
        book.metadata["name"] = chapter_name(book, 1)
        given = _parameters(book)
        edition: Edition = "internal" if given.get("edition") == "internal" else "public"
        programme = open_programme(given["programme"]) if "programme" in given else open_programme()
        figures = _figures(programme, given.get("wave", ""))
        with_quotes([book], _quotable(programme, figures))
        for fault in unpublished_outputs([book], edition):
            self.log.warning("%s", fault)
        cards: Live | None = live(figures, self.language, edition=edition) if figures else None
        front = self._front(book, programme, given, edition)
        return assemble([book], self.language, edition, front, cards).text, told

    def _front(
        self, book: NotebookNode, programme: Programme, given: Mapping[str, str], edition: Edition
    ) -> FrontMatter:
        wave = given.get("wave", "")
        announced = programme.questionnaire(wave).demonstration if wave in programme.waves else None
        return FrontMatter(
            title=getattr(programme.settings.title, self.language).replace("{wave}", wave),
            subtitle=str(book.metadata["name"]),
            wave=wave,
            organisation=getattr(programme.settings.organisation, self.language),
            release_date="",
            language=self.language,
            edition_label=messages("edition", self.language)[edition],
            notice=getattr(announced, self.language) if announced else None,
        )


def _parameters(book: NotebookNode) -> dict[str, str]:
    """Return what the cells of parameters assign, those a run injected after those stored."""
    found: dict[str, str] = {}
    for cell in book.cells:
        if set(_CHOSEN) & set(cell.metadata.get("tags", ())):
            for node in ast.parse(cell.source).body:
                value = getattr(node, "value", None)
                targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                names = [target.id for target in targets if isinstance(target, ast.Name)]
                if isinstance(value, ast.Constant):
                    found |= dict.fromkeys(names, str(value.value))
    return found


def _figures(programme: Programme, wave: str) -> Figures | None:
    """Return the figures of a wave, None for a chapter that rests on no survey of several members."""
    try:
        return compute_figures(Archive(programme, output_folder() / "archive" / programme.code), wave)
    except UsageError:
        return None


def _quotable(programme: Programme, figures: Figures | None) -> Quotable:
    return quotable_figures(figures) if figures else quotable_settings(programme)

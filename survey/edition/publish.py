"""Publish a wave: figures, notebooks, pages, PDF, tables, data, manifest, swapped in whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.words import Lang, estimate_key, estimate_text
from survey.archive import Archive
from survey.data import inert, sheet_tables, wave_files, write_books, write_data
from survey.documents import live, quotable_figures
from survey.edition.folder import edition_folder, staged
from survey.edition.manifest import chapters_of, record_edition
from survey.edition.revision import reprinted_keys, revised_keys, revision_note, revisions_since
from survey.edition.write_deck import write_slides
from survey.edition.write_publications import (
    FORMATS,
    Documents,
    Watch,
    run_chapters,
    stop_at,
    write_documents,
    write_notebooks,
)
from survey.figures import Figures, backtest, compute_figures, names_of, words_of
from survey.folders import output_folder
from survey.gate import broken_links, proofreader, released_cells
from survey.programme import DEFAULT, Programme
from survey.words import FrontMatter, KeyFigure, messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from nbformat import NotebookNode

    from survey.editing import CleanWave
    from survey.notebooks.parameters import Edition

    Writer = Callable[[Documents, Sequence[NotebookNode], Path, Watch], object]

__all__ = [
    "PUBLICATIONS",
    "Published",
    "Watch",
    "archive_of",
    "front_matter",
    "fronts_of",
    "output_of",
    "publish",
    "published_with",
    "shared_documents",
    "write_internal",
]

#: What is published of a wave, where the programme lists it, and what writes it in all its languages.
PUBLICATIONS: Mapping[str, Writer] = MappingProxyType(
    {"report": write_documents, "slides": write_slides, "press": write_documents, "digest": write_documents}
)
#: Those that open with the wave's key figures on a cover; an article tells its figures itself.
COVERED = frozenset({"report", "slides"})


@dataclass(frozen=True)
class Published:
    """What a run put in place, and how the back-test went; None where nothing can be tested back."""

    folder: Path
    backtest: pd.DataFrame | None
    respondents: int
    members: int | None  # None in an open survey
    open_queries: int


def output_of(programme: Programme) -> Path:
    """Return where editions go: the output folder; for programmes but the default, below it by name."""
    return output_folder() if programme.code == DEFAULT else output_folder() / programme.code


def archive_of(programme: Programme) -> Archive:
    """Return a programme's archive."""
    return Archive(programme, output_folder() / "archive" / programme.code)


def publish(
    programme: Programme, wave: str, edition: Edition, languages: tuple[Lang, ...], watch: Watch
) -> Published:
    """Publish one edition of a wave.

    Raises
    ------
    SurveyError
        Whatever stands in the way; the former edition is untouched then. A notebook that raised is kept, its
        failing cell marked, where the message says.
    """
    with staged(output_of(programme), programme.wave(wave), edition) as draft:
        with watch.stage("clean"):
            figures = compute_figures(archive_of(programme), wave, lambda w: watch.tell("clean", w, 0, 1))
        given = {
            "programme": programme.code, "wave": wave, "edition": edition, "languages": ",".join(languages),
        }  # fmt: skip
        parts = {name: chapters_of(programme, name, edition) for name in published_with(programme)}
        sources = list(dict.fromkeys(source for part in parts.values() for source in part))
        books = dict(zip(sources, run_chapters(sources, given, draft, watch), strict=True))
        with watch.stage("figures"):
            tested = backtest(figures)
        revised = revisions_since(figures, output_of(programme), edition)
        with watch.stage("audit"):
            keys = revised_keys(revised) | reprinted_keys(figures, tested)
            documents = shared_documents(figures, edition, languages, keys)
        with watch.side_by_side():
            for name, part in parts.items():
                chapters = [books[source] for source in part]
                fronts = fronts_of(name, figures, edition, languages)
                shared = replace(documents, name=name, fronts=fronts)
                PUBLICATIONS[name](shared, chapters, draft.folder, watch)
            with watch.stage("tables"):
                _write_tables(documents, figures, tested, revised, draft.folder)
            write_notebooks(list(books.values()), edition, draft.folder / "notebooks")
        if edition == "internal":
            write_internal(figures.clean[wave], draft.folder / "data")
        stop_at(broken_links(draft.folder), f"the edition of {wave}")
        record_edition(figures, tuple(parts), edition, languages, draft.folder)
    frame, respondents = figures.frame, figures.respondents
    return Published(
        folder=edition_folder(output_of(programme), wave, edition),
        backtest=tested,
        respondents=int((respondents["wave"] == wave).sum()),
        members=None if programme.open_survey else int((frame["wave"] == wave).sum()),
        open_queries=int((figures.clean[wave].queries["state"] != "closed").sum()),
    )


def published_with(programme: Programme) -> list[str]:
    """Return the publications of a wave that the programme lists, the report first."""
    return [name for name in PUBLICATIONS if name in programme.settings.publications]


def shared_documents(
    figures: Figures, edition: Edition, languages: tuple[Lang, ...], revised: frozenset[str]
) -> Documents:
    """Return what all publications of a wave share, with the name and front matter of the report."""
    programme = figures.programme
    return Documents(
        name="report",
        edition=edition,
        fronts=fronts_of("report", figures, edition, languages),
        cells=released_cells(figures),
        proofs=proofreader(programme, figures.estimates),
        quotable=quotable_figures(figures),
        names=names_of(programme, figures.waves),
        revised=revised,
        lives={lang: live(figures, lang, revised) for lang in languages},
    )


def fronts_of(
    name: str, figures: Figures, edition: Edition, languages: tuple[Lang, ...]
) -> dict[Lang, FrontMatter]:
    """Return the front matter of a publication in each of its languages."""
    return {lang: front_matter(figures, edition, lang, languages, name) for lang in languages}


def front_matter(
    figures: Figures,
    edition: Edition,
    lang: Lang,
    languages: tuple[Lang, ...],
    publication: str = "report",
) -> FrontMatter:
    """Return what stands before the first chapter of a publication, in one language."""
    settings, questionnaire = figures.programme.settings, figures.questionnaire
    announced = questionnaire.demonstration
    kind = next((kind for kind in FORMATS[publication] if kind in {"html", "md"}), "")
    other = [
        (o, {"zh": "中文版", "en": "English"}[o], f"{publication}.{o}.{kind}") for o in languages if o != lang
    ]
    title = settings.titles.get(publication, settings.title)
    subtitles = messages("subtitle", lang)
    return FrontMatter(
        title=getattr(title, lang).replace("{wave}", figures.wave),
        subtitle=subtitles.get(publication, subtitles["report"]).format(figures.wave),
        wave=figures.wave,
        organisation=getattr(settings.organisation, lang),
        release_date=questionnaire.released,
        language=lang,
        edition_label=messages("edition", lang)[edition],
        notice=getattr(announced, lang) if announced else None,
        key_figures=tuple(_key_figures(figures, lang)) if publication in COVERED else (),
        facts=_facts(figures, lang),
        alternates=tuple(other) if kind else (),
        brief=publication not in COVERED,
    )


def _key_figures(figures: Figures, lang: Lang) -> Iterator[KeyFigure]:
    """Yield the cover's numbers: the first six of the programme's list that the wave gives."""
    lexicon = words_of(figures)
    given = [code for code in figures.programme.settings.highlights if code in figures.indicators][:6]
    for code in given:
        row = figures.estimate(code)
        if row is None or row.status != "released":
            continue
        note = f"{int(row.n)}家单位作答" if lang == "zh" else f"base: {int(row.n)} members"
        yield KeyFigure(
            printed=estimate_text(float(row.estimate), lexicon, code, figures.wave).in_(lang),
            label=getattr(figures.programme.indicators[code].label, lang),
            note=note,
            estimate=estimate_key(figures.wave, code),
            value=repr(float(row.estimate)),
        )


def _facts(figures: Figures, lang: Lang) -> tuple[tuple[str, str], ...]:
    returns = figures.clean[figures.wave].intake.returns
    files, used = len(returns), int((returns["status"] == "used").sum())
    if lang == "zh":
        return (
            ("来源", f"{files} 份工作簿，采用 {used} 份"),
            ("制作", f"会员调查工具包 {version('member-survey-kit')}"),
        )
    return (
        ("Source", f"{files} workbooks, {used} used"),
        ("Made with", f"member-survey-kit {version('member-survey-kit')}"),
    )


def _write_tables(
    documents: Documents, figures: Figures, tested: pd.DataFrame, revised: pd.DataFrame, folder: Path
) -> None:
    """Write the books of tables, the data files, and where anything was revised the note that says so."""
    lexicon, fronts = words_of(figures), list(documents.fronts.values())
    write_books(sheet_tables(figures, lexicon, tested, documents.revised), fronts, folder)
    write_data(wave_files(figures, lexicon, tested, revised), fronts, folder / "data")
    if len(revised):
        for front in fronts:
            note = revision_note(revised, figures, front.language)
            (folder / f"revisions.{front.language}.md").write_text(note, encoding="utf-8", newline="\n")


def write_internal(clean: CleanWave, data: Path) -> None:
    """Write what stays in the house: the answers, and what was done to them and asked about them."""
    clean.responses.to_parquet(data / "responses.parquet", index=False)
    for name, frame in (("ledger", clean.ledger), ("queries", clean.queries)):
        frame.map(inert).to_csv(data / f"{name}.csv", index=False, lineterminator="\n")

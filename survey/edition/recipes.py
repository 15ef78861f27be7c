"""The recipes of what is published: the editions of a wave, a bulletin, the audit of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from survey.archive import archive_of, output_of
from survey.data import bulletin_files, bulletin_tables, sheet_tables, wave_files
from survey.documents import live, quotable_figures, quotable_settings
from survey.edition.audit_chapter import AuditChapter, ledger_figures
from survey.edition.front_matter import audit_front, bulletin_front, wave_front
from survey.edition.manifest import edition_inputs
from survey.edition.publish import Basis, EditionRecipe, Tables
from survey.edition.revision import (
    check_policy,
    check_small_revision,
    reprinted_keys,
    revised_keys,
    revision_note,
    revisions_since,
)
from survey.edition.write_publications import Documents
from survey.figures import (
    Bulletin,
    Figures,
    backtest,
    compute_figures,
    forget_publications,
    names_of,
    open_quarter,
    register_publication,
    words_of,
)
from survey.gate import cells_of, confidential_of, proofreader, released_cells
from survey.spreadsheets import guarded

if TYPE_CHECKING:
    import pandas as pd

    from survey.edition.manifest import Request
    from survey.edition.progress import Watch
    from survey.programme import Programme

__all__ = ["AUDIT", "BULLETIN", "WAVE", "recipe_of", "wave_documents"]


def recipe_of(programme: Programme) -> EditionRecipe[Any]:
    """Return what publishes a wave of a programme: the report of many members, or the bulletin of one."""
    return WAVE if "report" in programme.settings.publications else BULLETIN


# A wave: the report, its deck, the press release and the digest, all on the same figures.


def _read_wave(request: Request, watch: Watch) -> Figures:
    archive = archive_of(request.programme)
    if request.revision == "forget":
        forget_publications(archive, request.wave)
    with watch.stage("clean"):
        figures = compute_figures(archive, request.wave, lambda wave: watch.tell("clean", wave, 0, 1))
    check_policy(figures, request.edition)
    check_small_revision(figures, request)
    return figures


def _register_wave(figures: Figures, request: Request) -> None:
    """Keep what the public edition shows: later editions are checked together with it."""
    if request.edition == "public":
        register_publication(archive_of(request.programme), figures)


def _prepare_wave(figures: Figures, request: Request, watch: Watch) -> Basis:
    with watch.stage("figures"):
        tested = backtest(figures)
    revised = revisions_since(figures, output_of(request.programme), request.edition)
    with watch.stage("audit"):
        keys = revised_keys(revised) | reprinted_keys(figures, tested)
        documents = wave_documents(figures, request, keys)
    clean, answered = figures.clean[figures.wave], figures.respondents
    return Basis(
        documents,
        inputs=edition_inputs(figures, request.edition),
        clean=clean,
        demonstration=figures.questionnaire.demonstration is not None,
        tables=lambda: _wave_tables(figures, tested, revised, documents),
        backtest=tested,
        respondents=int((answered["wave"] == figures.wave).sum()),
        members=None if figures.programme.open_survey else int((figures.frame["wave"] == figures.wave).sum()),
        open_queries=int((clean.queries["state"] != "closed").sum()),
        confidential=lambda: confidential_of(figures, documents.cells),
    )


def wave_documents(figures: Figures, request: Request, revised: frozenset[str]) -> Documents:
    """Return what all publications of a wave share, with name and front matter of the report."""
    programme = figures.programme
    return Documents(
        name="report",
        edition=request.edition,
        fronts={lang: wave_front(figures, request, "report", lang) for lang in request.languages},
        cells=released_cells(figures),
        proofs=proofreader(programme, figures.estimates),
        quotable=quotable_figures(figures),
        names=names_of(programme, figures.waves),
        revised=revised,
        lives={lang: live(figures, lang, revised, edition=request.edition) for lang in request.languages},
        minimum_base=figures.policy.minimum_base,
    )


def _wave_tables(
    figures: Figures, tested: pd.DataFrame, revised: pd.DataFrame, documents: Documents
) -> Tables:
    """Gather tables and data files, and where anything was revised the note that says so."""
    lexicon, notes = words_of(figures), {}
    if len(revised):
        notes = {f"revisions.{lang}.md": revision_note(revised, figures, lang) for lang in documents.fronts}
    sheets = sheet_tables(figures, lexicon, tested, documents.revised)
    return Tables(sheets, wave_files(figures, lexicon, tested, revised), notes)


WAVE: Final = EditionRecipe[Figures](
    publications=("report", "quality", "tables", "slides", "press", "digest"),
    read=_read_wave,
    prepare=_prepare_wave,
    front=wave_front,
    register=_register_wave,
)


# A bulletin: one member's quarter, compared with nothing but itself: no back-test, no comparison, no test.


def _read_quarter(request: Request, watch: Watch) -> Bulletin:
    with watch.stage("clean"):
        return open_quarter(archive_of(request.programme), request.wave)


def _prepare_bulletin(figures: Bulletin, request: Request, _watch: Watch) -> Basis:
    programme, changes, clean = figures.programme, figures.changes, figures.clean[figures.wave]
    frames = (figures.estimates, changes.assign(wave=changes["wave"] + "-" + changes["base_wave"]))
    documents = Documents(
        name="bulletin",
        edition=request.edition,
        fronts={},
        cells=cells_of(frames),
        proofs=proofreader(programme, figures.estimates),
        quotable=quotable_settings(programme),
        names=names_of(programme, [figures.wave]),
    )
    return Basis(
        documents,
        inputs=edition_inputs(figures, request.edition),
        tables=lambda: Tables(
            bulletin_tables(figures), bulletin_files(figures, programme.settings.languages)
        ),
        clean=clean,
        demonstration=figures.questionnaire.demonstration is not None,
        respondents=1,
        members=len(programme.frame.of(figures.wave)),
        open_queries=len(clean.queries),
    )


BULLETIN: Final = EditionRecipe[Bulletin](
    publications=("bulletin",),
    read=_read_quarter,
    prepare=_prepare_bulletin,
    front=bulletin_front,
)


# The audit of the ledger: of the whole programme, in a folder of its own; no return is read for it.


def _prepare_audit(figures: Figures, request: Request, _watch: Watch) -> Basis:
    programme = request.programme
    series = figures.series.assign(dimension="total", segment="all")
    documents = Documents(
        name="audit",
        edition=request.edition,
        fronts={},
        cells=cells_of([series]),
        proofs=proofreader(programme),
        quotable=quotable_settings(programme),
        names=names_of(programme, programme.waves),
    )
    names = ("programme.yaml", "indicators.yaml", "published.csv")
    inputs = {f"{programme.code}/{name}": programme.folder / name for name in names}
    return Basis(documents, inputs, lambda: Tables(texts={"findings.csv": _findings(request)}))


def _findings(request: Request) -> str:
    found = AuditChapter(request.programme, request.languages).findings
    return found.map(guarded).to_csv(index=False, lineterminator="\n")


AUDIT: Final = EditionRecipe[Figures](
    publications=("audit",),
    read=lambda request, _watch: ledger_figures(request.programme),
    prepare=_prepare_audit,
    front=lambda _figures, request, _name, lang: audit_front(request, lang),
    folder="audit",
)

"""Publish a wave: figures, notebooks, pages, PDF, tables, data, manifest, swapped in whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING

from analysis.formatting import Lang, estimate_key, estimate_text
from survey.archive import Archive
from survey.places import notebook_folder, output_folder
from survey.production.backtest import backtest
from survey.production.figures import Figures, compute_figures
from survey.programme import DEFAULT, Programme
from survey.publication.documents import Documents, Watch, run_chapters, write_documents, write_notebooks
from survey.publication.edition import edition_folder, staged
from survey.publication.formats import FORMATS
from survey.publication.front import FrontMatter, KeyFigure
from survey.publication.lexicon import words_of
from survey.publication.manifest import manifest, write_manifest
from survey.publication.proofreading import Proofreader, proofreader
from survey.publication.sheets import csv_frames, sheet_tables
from survey.publication.traced import released_cells
from survey.publication.workbook import workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from survey.editing.cleaning import CleanWave
    from survey.production.bulletin import Bulletin
    from survey.production.parameters import Edition

__all__ = [
    "EDITIONS", "Published", "Watch", "archive_of", "chapters_of", "front_matter", "output_of",
    "publish", "record_edition", "write_internal",
]  # fmt: skip

PACKAGES = (
    "pandas",
    "statsmodels",
    "nbconvert",
    "papermill",
    "typst",
    "pypandoc-binary",
    "matplotlib",
    "seaborn",
)
FORMULA = re.compile(r"[=+@\t\r]|-(?!\d+(?:\.\d+)?$)")
#: What is published of a wave, where the programme lists it.
PUBLICATIONS = ("report", "press", "digest")
#: Those that open with the wave's key figures on a cover; an article tells its figures itself.
COVERED = frozenset({"report"})
SUBTITLES = {"press": ("新闻稿", "Press release"), "digest": ("{}年度摘编", "Digest of {}")}
EDITIONS = {"public": ("公开版", "Public edition"), "internal": ("内部版", "Internal edition")}


@dataclass(frozen=True)
class Published:
    """What a run put in place, and how the back-test went; None where nothing can be tested back."""

    folder: Path
    backtest: pd.DataFrame | None
    respondents: int
    members: int
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
        parts = {name: chapters_of(programme, name, edition) for name in _published_with(programme)}
        books = run_chapters([source for part in parts.values() for source in part], given, draft, watch)
        with watch.stage("figures"):
            tested = backtest(figures)
        with watch.stage("audit"):
            proofs = proofreader(programme, figures.estimates)
        rest = iter(books)
        for name, sources in parts.items():
            documents = _documents(name, figures, edition, languages, proofs)
            chapters = list(islice(rest, len(sources)))
            for lang in languages:
                write_documents(documents, chapters, lang, draft.folder, watch)
        with watch.stage("tables"):
            _write_tables(figures, tested, edition, languages, draft.folder)
        write_notebooks(books, edition, draft.folder / "notebooks")
        if edition == "internal":
            write_internal(figures.clean[wave], draft.folder / "data")
        record_edition(figures, tuple(parts), edition, languages, draft.folder)
    frame, respondents = figures.frame, figures.respondents
    return Published(
        folder=edition_folder(output_of(programme), wave, edition),
        backtest=tested,
        respondents=int((respondents["wave"] == wave).sum()),
        members=int((frame["wave"] == wave).sum()),
        open_queries=int((figures.clean[wave].queries["state"] != "closed").sum()),
    )


def chapters_of(programme: Programme, publication: str, edition: Edition) -> list[Path]:
    """Return the notebooks of a publication that an edition prints, in order."""
    listed = programme.settings.publications[publication]
    return [
        notebook_folder() / f"{c.notebook}.ipynb"
        for c in listed
        if edition == "internal" or c.edition == "public"
    ]


def _published_with(programme: Programme) -> list[str]:
    """Return the publications of a wave that the programme lists, the report first."""
    return [name for name in PUBLICATIONS if name in programme.settings.publications]


def _documents(
    name: str, figures: Figures, edition: Edition, languages: tuple[Lang, ...], proofs: Proofreader
) -> Documents:
    fronts = {lang: front_matter(figures, edition, lang, languages, name) for lang in languages}
    return Documents(name, edition, fronts, released_cells(figures), proofs)


def front_matter(
    figures: Figures,
    edition: Edition,
    lang: Lang,
    languages: tuple[Lang, ...],
    publication: str = "report",
) -> FrontMatter:
    """Return what stands before the first chapter of a publication, in one language."""
    settings, questionnaire = figures.programme.settings, figures.questionnaire
    zh = lang == "zh"
    announced = questionnaire.demonstration
    kind = next((kind for kind in FORMATS[publication] if kind in {"html", "md"}), "")
    other = [
        (o, {"zh": "中文版", "en": "English"}[o], f"{publication}.{o}.{kind}") for o in languages if o != lang
    ]
    title = settings.titles.get(publication, settings.title)
    named = SUBTITLES.get(publication, ("{}年度", "Survey of {}"))[0 if zh else 1]
    return FrontMatter(
        title=getattr(title, lang).replace("{wave}", figures.wave),
        subtitle=named.format(figures.wave),
        wave=figures.wave,
        organisation=getattr(settings.organisation, lang),
        release_date=questionnaire.released,
        language=lang,
        edition_label=EDITIONS[edition][0 if zh else 1],
        notice=getattr(announced, lang) if announced else None,
        key_figures=tuple(_key_figures(figures, lang)) if publication in COVERED else (),
        facts=_facts(figures, lang),
        alternates=tuple(other) if kind else (),
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
    figures: Figures, tested: pd.DataFrame, edition: Edition, languages: tuple[Lang, ...], folder: Path
) -> None:
    fronts = [front_matter(figures, edition, lang, languages) for lang in languages]
    tables = sheet_tables(figures, words_of(figures), tested)
    (folder / "tables.xlsx").write_bytes(workbook(tables, fronts))
    data = folder / "data"
    data.mkdir(exist_ok=True)
    for name, frame in csv_frames(figures, tested).items():
        frame.to_csv(data / f"{name}.csv", index=False, lineterminator="\n")
    if announced := figures.questionnaire.demonstration:
        (data / "README.txt").write_text(f"{announced.zh}\n{announced.en}\n", encoding="utf-8", newline="\n")


def write_internal(clean: CleanWave, data: Path) -> None:
    """Write what stays in the house: the answers, and what was done to them and asked about them."""
    clean.responses.to_parquet(data / "responses.parquet", index=False)
    for name, frame in (("ledger", clean.ledger), ("queries", clean.queries)):
        frame.map(_no_formula).to_csv(data / f"{name}.csv", index=False, lineterminator="\n")


def _no_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run: members' words are not to be trusted."""
    return f"'{text}" if FORMULA.match(text) else text


def record_edition(
    figures: Figures | Bulletin,
    publications: tuple[str, ...],
    edition: Edition,
    languages: tuple[Lang, ...],
    folder: Path,
) -> None:
    """Write the manifest of an edition: what it was made from, with what, and what came out."""
    programme = figures.programme
    names = ["programme.yaml", "indicators.yaml", "members.csv", "published.csv"]
    inputs = {f"{programme.code}/{name}": programme.folder / name for name in names}
    for wave in figures.waves:
        for path in sorted((programme.folder / wave).rglob("*")):
            if path.is_file():
                inputs[f"{programme.code}/{path.relative_to(programme.folder).as_posix()}"] = path
    for name in publications:
        inputs |= {f"notebooks/{path.name}": path for path in chapters_of(programme, name, edition)}
    text = manifest(
        folder,
        inputs=inputs,
        parameters={
            "programme": programme.code, "wave": figures.wave, "edition": edition,
            "languages": list(languages),
        },
        versions={name: version(name) for name in ("member-survey-kit", *PACKAGES)},
        status=edition,
        demonstration=figures.questionnaire.demonstration is not None,
    )  # fmt: skip
    write_manifest(folder, text)

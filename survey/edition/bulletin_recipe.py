"""Publish a bulletin: the notebook run, pages, PDF, tables, data, manifest, swapped in whole."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import pandas as pd

from analysis.words import Lang, Text, estimate_key, estimate_text, wave_text
from survey.data import SheetTable, bulletin_files, write_books, write_data
from survey.documents import quotable_settings
from survey.editing import HELD, line_names
from survey.edition.folder import edition_folder, staged
from survey.edition.manifest import chapters_of, record_edition
from survey.edition.publish import Published, archive_of, output_of, write_internal
from survey.edition.write_publications import Documents, Watch, run_chapters, write_documents, write_notebooks
from survey.figures import Bulletin, names_of, open_quarter
from survey.gate import cells_of, proofreader
from survey.words import VERDICT_NAMES, FrontMatter, KeyFigure, messages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from survey.notebooks.parameters import Edition
    from survey.programme import Programme

__all__ = ["NAME", "bulletin_front", "publish_bulletin"]

NAME = "bulletin"
_CHANGE_UNITS = {"percent": "%", "percentage points": "个百分点"}


def publish_bulletin(
    programme: Programme, wave: str, edition: Edition, languages: tuple[Lang, ...], watch: Watch
) -> Published:
    """Publish one edition of a wave's bulletin.

    There is nothing to hold it against but itself: no back-test, no comparison and no test is made.

    Raises
    ------
    SurveyError
        Whatever stands in the way; the former edition is untouched then.
    """
    with staged(output_of(programme), programme.wave(wave), edition) as draft:
        with watch.stage("clean"):
            figures = open_quarter(archive_of(programme), wave)
        given = {
            "programme": programme.code, "wave": wave, "edition": edition, "languages": ",".join(languages),
        }  # fmt: skip
        books = run_chapters(chapters_of(programme, NAME, edition), given, draft, watch)
        fronts = {lang: bulletin_front(figures, edition, lang, languages) for lang in languages}
        proofs = proofreader(programme, figures.estimates)
        cells, quotable = cells_of(_frames(figures)), quotable_settings(programme)
        names = names_of(programme, [wave])
        write_documents(
            Documents(NAME, edition, fronts, cells, proofs, quotable, names), books, draft.folder, watch
        )
        with watch.stage("tables"):
            _write_data(figures, [fronts[lang] for lang in languages], draft.folder)
        write_notebooks(books, edition, draft.folder / "notebooks")
        if edition == "internal":
            write_internal(figures.clean[wave], draft.folder / "data")
        record_edition(figures, (NAME,), edition, languages, draft.folder)
    clean = figures.clean[wave]
    return Published(
        folder=edition_folder(output_of(programme), wave, edition),
        backtest=None,
        respondents=1,
        members=len(programme.frame.of(wave)),
        open_queries=len(clean.queries),
    )


def _frames(figures: Bulletin) -> tuple[pd.DataFrame, ...]:
    changes = figures.changes
    return figures.estimates, changes.assign(wave=changes["wave"] + "-" + changes["base_wave"])


def bulletin_front(
    figures: Bulletin, edition: Edition, lang: Lang, languages: tuple[Lang, ...]
) -> FrontMatter:
    """Return what stands before the bulletin, in one language."""
    settings, questionnaire, zh = figures.programme.settings, figures.questionnaire, lang == "zh"
    announced = questionnaire.demonstration
    other = [(o, {"zh": "中文版", "en": "English"}[o], f"{NAME}.{o}.html") for o in languages if o != lang]
    wave = wave_text(figures.wave).in_(lang)
    return FrontMatter(
        title=getattr(settings.title, lang),
        subtitle=wave[:1].upper() + wave[1:],
        wave=figures.wave,
        organisation=getattr(settings.organisation, lang),
        release_date=questionnaire.released,
        language=lang,
        edition_label=messages("edition", lang)[edition],
        notice=getattr(announced, lang) if announced else None,
        key_figures=tuple(_key_figures(figures, lang)),
        facts=_facts(lang),
        alternates=tuple(other),
        wave_label="季度" if zh else "Quarter",
    )


def _key_figures(figures: Bulletin, lang: Lang) -> Iterator[KeyFigure]:
    """Yield the cover's numbers: the first six of the programme's list that the quarter gives."""
    known = figures.programme.indicators
    rows = {code: value for (code, wave), value in figures.levels.items() if wave == figures.wave}
    for code in [code for code in figures.programme.settings.highlights if known[code].of in rows][:6]:
        value, of = rows[known[code].of], known[code].of
        printed = estimate_text(value, figures.lexicon, of).in_(lang)
        label = getattr(known[code].label, lang)
        yield KeyFigure(printed, label, "", estimate_key(figures.wave, of), repr(value))


def _facts(lang: Lang) -> tuple[tuple[str, str], ...]:
    kit = version("member-survey-kit")
    if lang == "zh":
        return ("来源", "本中心填报"), ("制作", f"会员调查工具包 {kit}")
    return ("Source", "the centre's own return"), ("Made with", f"member-survey-kit {kit}")


def _write_data(figures: Bulletin, fronts: list[FrontMatter], folder: Path) -> None:
    frames = {"estimates": figures.estimates, "changes": figures.changes, "checks": figures.held[list(HELD)]}
    languages = figures.programme.settings.languages
    write_data(bulletin_files(frames, languages), fronts, folder / "data")
    write_books(_sheets(figures), fronts, folder)


def _sheets(figures: Bulletin) -> list[SheetTable]:
    """Return the tables of tables.xlsx: the figures as returned, then those in doubt."""
    lines = line_names(figures.questionnaire)
    units = dict(zip(figures.estimates["indicator"], figures.estimates["unit"], strict=True))
    rows = []
    for (code, wave), value in figures.levels.items():
        if code in lines:
            grown = figures.growth.get(code) if wave == figures.wave else None
            change = (grown[0], _CHANGE_UNITS[grown[1]]) if grown else ("[z]", "")
            rows.append((wave, lines[code].zh, lines[code].en, value, units[code], *change))
    heads = {
        "wave": Text("季度", "Quarter"), "zh": Text("指标（中文）", "Figure (Chinese)"),
        "en": Text("指标（英文）", "Figure (English)"), "value": Text("填报", "As returned"),
        "unit": Text("单位", "Unit"), "change": Text("同比", "On the year before"),
        "change_unit": Text("同比单位", "Unit of the change"),
    }  # fmt: skip
    title = Text("全部填报数字", "All figures as returned")
    tables = [SheetTable("figures", title, pd.DataFrame(rows, columns=list(heads)), heads)]
    if len(figures.doubts):
        tables.append(_doubt_sheet(figures))
    return tables


def _doubt_sheet(figures: Bulletin) -> SheetTable:
    lines, doubts = line_names(figures.questionnaire), figures.doubts
    table = pd.DataFrame(
        {
            "zh": [lines[code].zh for code in doubts["question"]],
            "en": [lines[code].en for code in doubts["question"]],
            "printed": doubts["printed"].tolist(),
            "verdict": [VERDICT_NAMES[verdict].zh for verdict in doubts["verdict"]],
            "verdict_en": [VERDICT_NAMES[verdict].en for verdict in doubts["verdict"]],
            **{name: doubts[name].tolist() for name in HELD[-4:]},
        }
    )
    heads = {
        "zh": Text("指标（中文）", "Figure (Chinese)"), "en": Text("指标（英文）", "Figure (English)"),
        "printed": Text("填报", "As returned"), "verdict": Text("结论（中文）", "Verdict (Chinese)"),
        "verdict_en": Text("结论（英文）", "Verdict (English)"),
        "arithmetic_zh": Text("算式（中文）", "Arithmetic (Chinese)"),
        "arithmetic_en": Text("算式（英文）", "Arithmetic (English)"),
        "reconciles_zh": Text("怎样才成立（中文）", "What would fit (Chinese)"),
        "reconciles_en": Text("怎样才成立（英文）", "What would fit (English)"),
    }  # fmt: skip
    return SheetTable("checks", Text("待核对的数字", "Figures to be checked"), table, heads)

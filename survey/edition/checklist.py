"""What must be true before an edition is handed on: the release checklist, worked through by the machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from survey.archive import archive_of, output_of
from survey.documents import published_page
from survey.edition import manifest
from survey.edition.folder import edition_folder
from survey.edition.manifest import edition_inputs
from survey.edition.recipes import WAVE
from survey.edition.write_publications import FORMATS
from survey.errors import UsageError
from survey.figures import compute_figures, names_of
from survey.gate import broken_links, check, confidential_of, disparities, leaks, passages, released_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from analysis.words import Lang
    from survey.documents import Page
    from survey.figures import Figures
    from survey.notebooks.parameters import Edition
    from survey.programme import Programme

__all__ = ["Point", "checklist"]

_SHOWN = 3  # faults named in a line


@dataclass(frozen=True)
class Point:
    """One line of the checklist: what is asked, whether it holds, and what was found.

    `grave` tells what forbids the release from what somebody has to decide on.
    """

    name: str
    holds: bool
    found: str
    grave: bool = True


def checklist(programme: Programme, wave: str, edition: Edition) -> Iterator[Point]:
    """Work through the release checklist of an edition in place, one line at a time.

    Raises
    ------
    UsageError
        If the wave was not published yet, or the programme publishes no report.
    """
    if "report" not in programme.settings.publications:
        raise UsageError(f"programme {programme.code} publishes no report; the checklist is one of reports")
    folder = edition_folder(output_of(programme), programme.wave(wave), edition)
    if not (folder / manifest.NAME).is_file():
        raise UsageError(f"there is no {edition} edition of {wave} yet; call `survey run {wave}` first")
    figures = compute_figures(archive_of(programme), wave)
    yield from _of_answers(figures)
    yield from _of_story(figures)
    yield from _of_files(programme, figures, folder, edition)
    yield from _of_pages(programme, figures, folder)
    yield from _of_words(programme, figures, folder, edition)


def _of_answers(figures: Figures) -> Iterator[Point]:
    """Look at what the figures rest on: returns, hard edits, queries."""
    clean = figures.clean[figures.wave]
    returns = clean.intake.returns
    unused = int((returns["status"] != "used").sum())
    yield Point(
        "every return is used", unused == 0, f"{len(returns)} returns, {unused} not used", grave=False
    )
    rows = clean.queries[clean.queries["state"] != "closed"]
    yield Point("every query is closed", rows.empty, f"{len(rows)} open", grave=False)


def _of_story(figures: Figures) -> Iterator[Point]:
    """Look at what people write: a claim for each theme that was asked for, foreword, outlook, all agreed."""
    story, settings = figures.programme.story(figures.wave), figures.programme.settings
    if not settings.themes:
        return
    asked = [one for one in settings.themes if set(one.indicators) & set(figures.indicators)]
    missing = [f"claim of theme {one.code}" for one in asked if story.theme(one.code) is None]
    missing += [name for name in ("foreword", "outlook") if getattr(story, name) is None]
    drafts = [f"{place} ({one.owner})" for place, one in story.passages() if one.state == "draft"]
    drafts += [f"theme {one.code} ({one.owner})" for one in story.themes if one.state == "draft"]
    where = f"{figures.wave}/story.yaml"
    yield Point(
        "the report's texts are there", not missing, _told(missing, where, f"{where} lacks"), grave=False
    )
    yield Point(
        "the report's texts are agreed", not drafts, _told(drafts, where, "still drafts"), grave=False
    )


def _of_files(programme: Programme, figures: Figures, folder: Path, edition: Edition) -> Iterator[Point]:
    """Look at the edition as a set of files: whole, unchanged, made from what is there now."""
    wanted = {
        f"{name}.{lang}.{kind}"
        for name in WAVE.listed(programme)
        for kind in FORMATS[name]
        for lang in programme.settings.languages
    } | {"tables.xlsx"}
    missing = sorted(name for name in wanted if not (folder / name).is_file())
    yield Point("every document is there", not missing, _told(missing, f"{len(wanted)} documents"))
    changed = manifest.differences(folder)
    yield Point("no file was changed by hand", not changed, _told(changed, "as the manifest says"))
    recorded = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))["inputs"]
    present = edition_inputs(figures, edition)
    own = {name for name in recorded if name.startswith(f"{programme.code}/")}
    stale = sorted(own ^ present.keys()) + sorted(
        name for name in own & present.keys() if manifest.input_facts(name, present[name]) != recorded[name]
    )
    yield Point("made from the present inputs", not stale, _told(stale, f"{len(own)} files", "changed since"))
    tested = pd.read_csv(folder / "data" / "backtest.csv", dtype="str", keep_default_na=False)
    missed = tested.loc[tested["verdict"] == "missed", "indicator"].tolist()
    counted = _told(missed, f"{len(tested)} printed figures, none missed", "missed")
    yield Point("the back-test misses no figure", not missed, counted)


def _of_pages(programme: Programme, figures: Figures, folder: Path) -> Iterator[Point]:
    """Look at the pages of every volume: the gate once more, both languages, links."""
    names = names_of(programme, figures.waves)
    pages: dict[tuple[str, Lang], Page] = {
        (name, lang): published_page((folder / f"{name}.{lang}.html").read_text(encoding="utf-8"), lang)
        for name in WAVE.listed(programme)
        for lang in programme.settings.languages
        if (folder / f"{name}.{lang}.html").is_file()
    }
    faults = [str(fault) for page in pages.values() for fault in check(page, names) if fault.level == "error"]
    yield Point("the pages pass the gate", not faults, _told(faults, f"{len(pages)} pages"))
    pairs = [
        (pages[name, "zh"], pages[name, "en"])
        for name, lang in pages
        if lang == "zh" and (name, "en") in pages
    ]
    if pairs:
        apart = [str(fault) for pair in pairs for fault in disparities(pair)]
        yield Point("both languages state the same", not apart, _told(apart, "same figures, same order"))
    broken = [str(fault) for fault in broken_links(folder)]
    yield Point("every link leads somewhere", not broken, _told(broken, "none broken"))


def _of_words(programme: Programme, figures: Figures, folder: Path, edition: Edition) -> Iterator[Point]:
    """Look for what must be said, and for what must not."""
    languages = programme.settings.languages
    if (folder / "data" / "revisions.csv").is_file():
        lacking = [name for lang in languages if not (folder / (name := f"revisions.{lang}.md")).is_file()]
        yield Point("revisions are explained", not lacking, _told(lacking, "a note in each language"))
    if announced := figures.questionnaire.demonstration:
        silent = [
            path.name
            for path in sorted(folder.iterdir())
            if path.suffix not in {"", ".json"}
            and not any(w in text for w in (announced.zh, announced.en) for text in _texts(path))
        ]
        yield Point("demonstration data are announced", not silent, _told(silent, "in every document"))
    if edition == "public":
        found = [str(leak) for leak in leaks(folder, confidential_of(figures, released_cells(figures)))]
        yield Point("no member is given away", not found, _told(found, "no name and no answer in any file"))


def _texts(path: Path) -> Iterator[str]:
    return (passage.text for passage in passages(path))


def _told(faults: Sequence[str], fine: str, verb: str = "") -> str:
    """Say what was found: what is fine, or the first faults and how many more."""
    if not faults:
        return fine
    more = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return f"{verb}: " * bool(verb) + "; ".join(faults[:_SHOWN]) + more

"""Write the data of an edition: the books of tables, the CSV files, and what describes these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from analysis.words import CHANGE_TEXTS, COMPARISON_TEXTS, ESTIMATE_TEXTS, Text
from survey.data.csv_metadata import DataFile, Refers, csv_metadata
from survey.data.data_texts import (
    BACKTEST_TEXTS,
    CHECK_TEXTS,
    FILE_TEXTS,
    INDICATOR_TEXTS,
    REVISION_TEXTS,
    SEGMENT_TEXTS,
    definitions,
)
from survey.data.edition_tables import csv_frames
from survey.data.ods import write_ods
from survey.data.sheet_layout import lay_out
from survey.data.sheet_model import printable
from survey.data.xlsx import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.words import Described, Lang, Lexicon
    from survey.data.sheet_layout import SheetTable
    from survey.figures import Figures
    from survey.words import FrontMatter

__all__ = ["bulletin_files", "inert", "wave_files", "write_books", "write_data"]

_STARTS = re.compile(r"[=@\t\r\n+\-]")
#: A signed number, with a per cent sign, a Chinese unit and a Chinese remark at most: nothing of it can run.
_SIGNED = re.compile(
    r"[+\-]\d[\d.,]*(?:e[+\-]?\d+)?\s*[%％]?\s*[\u2e80-\uffef]*(?:\([\u2e80-\uffef]*\))?", re.IGNORECASE
)

_LEVEL_KEY = ("indicator", "wave", "dimension", "segment")
_CHANGE_KEY = ("indicator", "wave", "base_wave", "dimension", "segment")


def inert(text: str) -> str:
    """Return a text that no spreadsheet runs: an apostrophe goes before what it would take for a formula."""
    text = printable(text, "data")
    return f"'{text}" if _STARTS.match(text) and not _SIGNED.fullmatch(text) else text


def wave_files(
    figures: Figures, lexicon: Lexicon, tested: pd.DataFrame, revised: pd.DataFrame | None = None
) -> list[DataFile]:
    """Return the CSV files of a wave: figures, then the lists of codes these refer to; revisions if any."""
    frames = csv_frames(figures, tested)
    to_indicators: Refers = {("indicator",): ("indicators", ("indicator",))}
    to_segments: Refers = {("dimension", "segment"): ("segments", ("dimension", "segment"))}
    to_levels: Refers = {_LEVEL_KEY: ("estimates", _LEVEL_KEY)}
    files = [
        _file("estimates", frames["estimates"], ESTIMATE_TEXTS, _LEVEL_KEY, {**to_indicators, **to_segments}),
        _file("changes", frames["changes"], CHANGE_TEXTS, _CHANGE_KEY, to_levels),
        _file(
            "comparisons",
            frames["comparisons"],
            COMPARISON_TEXTS,
            ("indicator", "wave", "dimension"),
            to_indicators,
        ),
        _file("backtest", frames["backtest"], BACKTEST_TEXTS),
        _file("indicators", _indicator_rows(figures, lexicon), INDICATOR_TEXTS, ("indicator",)),
        _file("segments", _segment_rows(figures, lexicon), SEGMENT_TEXTS, ("dimension", "segment")),
    ]
    if revised is not None and len(revised):
        files.append(_file("revisions", revised, REVISION_TEXTS, _LEVEL_KEY, to_levels))
    return [file.in_languages(figures.programme.settings.languages) for file in files]


def bulletin_files(frames: Mapping[str, pd.DataFrame], languages: Sequence[Lang]) -> list[DataFile]:
    """Return the CSV files of a bulletin: estimates, changes and checks."""
    files = [
        _file("estimates", frames["estimates"][list(ESTIMATE_TEXTS)], ESTIMATE_TEXTS, _LEVEL_KEY),
        _file("changes", frames["changes"][list(CHANGE_TEXTS)], CHANGE_TEXTS, _CHANGE_KEY),
        _file("checks", frames["checks"], CHECK_TEXTS),
    ]
    return [file.in_languages(languages) for file in files]


def write_books(tables: Sequence[SheetTable], fronts: Sequence[FrontMatter], folder: Path) -> None:
    """Write the tables as ``tables.xlsx`` and as ``tables.ods``, the same cells in both."""
    book = lay_out(tables, fronts)
    (folder / "tables.xlsx").write_bytes(write_xlsx(book))
    (folder / "tables.ods").write_bytes(write_ods(book))


def write_data(files: Sequence[DataFile], fronts: Sequence[FrontMatter], data: Path) -> None:
    """Write CSV files, with ``csv-metadata.json`` for machines and ``README.txt`` for people."""
    data.mkdir(exist_ok=True)
    for file in files:
        words = [name for name, dtype in file.frame.dtypes.items() if dtype == "str"]
        safe = file.frame.assign(**{str(name): _inert(file.frame[name]) for name in words})
        safe.to_csv(data / f"{file.name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    (data / "csv-metadata.json").write_text(csv_metadata(files, fronts), encoding="utf-8", newline="\n")
    (data / "README.txt").write_text(_readme(files, fronts), encoding="utf-8", newline="\n")


def _inert(words: pd.Series) -> pd.Series:
    """Make a column inert, each of its texts once: most stand in many rows."""
    return words.map({text: inert(text) for text in words.unique()})


def _file(
    name: str,
    frame: pd.DataFrame,
    columns: Mapping[str, Described],
    key: tuple[str, ...] = (),
    refers: Refers | None = None,
) -> DataFile:
    return DataFile(name, frame, *FILE_TEXTS[name], columns, key, refers or {})


def _indicator_rows(figures: Figures, lexicon: Lexicon) -> pd.DataFrame:
    """Name every indicator of the estimates, those of the respondents and those of all members."""
    rows = []
    shown = set(figures.estimates["indicator"])
    for row in definitions(figures, lexicon).to_dict("records"):
        for describes, name in (("respondents", row["code"]), ("members", f"{row['code']}.members")):
            if name in shown:
                texts = {
                    f"{column}_{lang}": row[column].in_(lang)
                    for column in ("label", "definition", "unit", "breaks")
                    for lang in ("zh", "en")
                }
                rows.append({"indicator": name, "describes": describes, "sources": row["sources"], **texts})
    return pd.DataFrame(rows, columns=list(INDICATOR_TEXTS), dtype="str")


def _segment_rows(figures: Figures, lexicon: Lexicon) -> pd.DataFrame:
    """Name every segment of the estimates; of those that are crossed, each."""
    known = (
        figures.estimates[["dimension", "segment"]].drop_duplicates().sort_values(["dimension", "segment"])
    )
    rows = []
    for dimension, segment in known.itertuples(index=False):
        name = Text("全部", "All") if dimension == "total" else lexicon.segment(segment)
        rows.append((dimension, segment, name.zh, name.en))
    return pd.DataFrame(rows, columns=list(SEGMENT_TEXTS), dtype="str")


def _readme(files: Sequence[DataFile], fronts: Sequence[FrontMatter]) -> str:
    """Say in each language what the files are."""
    parts = []
    for front in fronts:
        zh = front.language == "zh"
        lines = [front.notice] if front.notice else []
        lines.append(f"{front.title}（{front.wave}）" if zh else f"{front.title} ({front.wave})")
        gap = "：" if zh else ": "
        lines += [f"{f.name}.csv{gap}{f.meaning.in_(front.language)}" for f in files]
        lines += (
            [
                "csv-metadata.json：各文件各列的名称、含义与类型（W3C CSV on the Web）",
                "文件为 UTF-8 编码；空单元格为没有数值，原因见 status 或 note 列",
                "可能被电子表格当作公式的文字前加有一个撇号",
            ]
            if zh
            else [
                "csv-metadata.json: name, meaning and type of each column (W3C CSV on the Web)",
                "The files are UTF-8; an empty cell holds no value, column status or note says why",
                "An apostrophe stands before text that a spreadsheet could take for a formula",
            ]
        )
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"

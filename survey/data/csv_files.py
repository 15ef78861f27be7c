"""Write the data of an edition: the books of tables, the CSV files, and what describes these for machines.

References
----------
W3C (2015). Metadata Vocabulary for Tabular Data. Recommendation, https://www.w3.org/TR/tabular-metadata/
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from analysis.words import CHANGE_TEXTS, COMPARISON_TEXTS, ESTIMATE_TEXTS, LANGS, Text
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
from survey.editing import HELD
from survey.errors import PublicationError
from survey.spreadsheets import guarded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.words import Described, Lang, Lexicon
    from survey.data.sheet_layout import SheetTable
    from survey.editing import CleanWave
    from survey.figures import Bulletin, Figures
    from survey.words import FrontMatter

__all__ = [
    "DataFile",
    "Refers",
    "bulletin_files",
    "csv_metadata",
    "wave_files",
    "write_books",
    "write_data",
    "write_internal",
]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: The licence of the kit, under which the returns that come with it stand.
_KIT_LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
#: Columns of a file -> the file and its columns in which all their values are found.
Refers: TypeAlias = "Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]]"
_TYPES: Mapping[str, str | dict[str, str]] = {
    "float64": "number",
    "int64": "integer",
    "Int64": "integer",
    "bool": {"base": "boolean", "format": "True|False"},
    "str": "string",
}
#: How the files are written; no line is a comment, whatever it begins with.
_DIALECT = {
    "encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminators": ["\n"],
    "header": True, "headerRowCount": 1, "commentPrefix": None, "skipInitialSpace": False,
}  # fmt: skip


@dataclass(frozen=True)
class DataFile:
    """One CSV file with what its reader needs to know.

    Attributes
    ----------
    name : str
        Without ``.csv``.
    frame : DataFrame
    title, meaning : Text
    columns : mapping of column name to Described
        Every column of the frame, and no other.
    key : tuple of str
        Columns that together are unique; empty where rows may repeat.
    refers : Refers
    """

    name: str
    frame: pd.DataFrame
    title: Text
    meaning: Text
    columns: Mapping[str, Described]
    key: tuple[str, ...] = ()
    refers: Refers = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a file that is not described as it is."""
        differing = sorted(set(self.frame.columns) ^ set(self.columns))
        if differing:
            raise PublicationError(
                f"{self.name}.csv: the file and its description differ in {', '.join(differing)}; "
                "describe each column of the file and no other."
            )

    def in_languages(self, languages: Sequence[Lang]) -> DataFile:
        """Return the file without the columns of languages that the programme is not published in."""
        unpublished = tuple(f"_{lang}" for lang in LANGS if lang not in languages)
        kept = {name: column for name, column in self.columns.items() if not name.endswith(unpublished)}
        return replace(self, frame=self.frame[[n for n in self.frame.columns if n in kept]], columns=kept)


_LEVEL_KEY = ("indicator", "wave", "dimension", "segment")
_CHANGE_KEY = ("indicator", "wave", "base_wave", "dimension", "segment")


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


def bulletin_files(figures: Bulletin, languages: Sequence[Lang]) -> list[DataFile]:
    """Return the CSV files of a bulletin: estimates, changes and checks."""
    files = [
        _file("estimates", figures.estimates[list(ESTIMATE_TEXTS)], ESTIMATE_TEXTS, _LEVEL_KEY),
        _file("changes", figures.changes[list(CHANGE_TEXTS)], CHANGE_TEXTS, _CHANGE_KEY),
        _file("checks", figures.held[list(HELD)], CHECK_TEXTS),
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
        safe = file.frame.assign(**{str(name): _guarded(file.frame[name]) for name in words})
        safe.to_csv(data / f"{file.name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    (data / "csv-metadata.json").write_text(csv_metadata(files, fronts), encoding="utf-8", newline="\n")
    (data / "README.txt").write_text(_readme(files, fronts), encoding="utf-8", newline="\n")


def write_internal(clean: CleanWave, data: Path) -> None:
    """Write what stays in the house: the answers, and what was done to them and asked about them."""
    clean.responses.to_parquet(data / "responses.parquet", index=False)
    for name, frame in (("ledger", clean.ledger), ("queries", clean.queries)):
        frame.apply(_guarded).to_csv(data / f"{name}.csv", index=False, lineterminator="\n")


def _guarded(words: pd.Series) -> pd.Series:
    """Guard a column, each of its texts once: most stand in many rows."""
    return words.map({text: guarded(printable(text, "data")) for text in words.unique()})


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


# What describes the files, by the vocabulary of the W3C for tabular data.


def csv_metadata(files: Sequence[DataFile], fronts: Sequence[FrontMatter]) -> str:
    """Write the metadata of the files that stand beside it, as JSON.

    Parameters
    ----------
    files : sequence of DataFile
    fronts : sequence of FrontMatter
        Title, organisation, day of release and notice in each language, the first one leading.
    """
    notices = [_tagged(front.notice, front.language) for front in fronts if front.notice]
    about: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": fronts[0].language}],
        "@type": "TableGroup",
        "dc:title": [_tagged(f"{front.title} {front.wave}", front.language) for front in fronts],
        "dc:creator": [_tagged(front.organisation, front.language) for front in fronts],
        "dc:issued": _day(fronts[0].release_date),
        "dc:language": [front.language for front in fronts],
    }
    if notices:
        # invented returns are part of the kit; those of real members are their association's own
        about |= {"dc:description": notices, "notes": notices, "dc:license": {"@id": _KIT_LICENCE}}
    else:
        about["dc:rights"] = [_tagged(f"© {front.organisation}", front.language) for front in fronts]
    about |= {"dialect": _DIALECT, "tables": [_table(file) for file in files]}
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def _table(file: DataFile) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [
            _column(str(name), str(dtype), file.columns[str(name)])
            for name, dtype in file.frame.dtypes.items()
        ]
    }
    if file.key:
        schema["primaryKey"] = list(file.key)
    if file.refers:
        schema["foreignKeys"] = [
            {
                "columnReference": list(columns),
                "reference": {"resource": f"{other}.csv", "columnReference": list(theirs)},
            }
            for columns, (other, theirs) in file.refers.items()
        ]
    return {
        "url": f"{file.name}.csv",
        "dc:title": _both(file.title),
        "dc:description": _both(file.meaning),
        "tableSchema": schema,
    }


def _column(name: str, dtype: str, described: Described) -> dict[str, Any]:
    return {
        "name": name,
        # the first title is the one in the file's own first line
        "titles": {"und": name, "zh": described.title.zh, "en": described.title.en},
        "dc:description": _both(described.meaning),
        "datatype": _TYPES[dtype],
        "required": described.required,
        "null": [""],
    }


def _day(text: str) -> str | dict[str, str]:
    """Say that a text is a day where it is one as machines write it."""
    return {"@value": text, "@type": "xsd:date"} if _DAY.fullmatch(text) else text


def _both(text: Text) -> list[dict[str, str]]:
    return [_tagged(text.zh, "zh"), _tagged(text.en, "en")]


def _tagged(text: str, lang: str) -> dict[str, str]:
    return {"@value": text, "@language": lang}

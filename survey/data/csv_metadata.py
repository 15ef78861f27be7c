"""Describe CSV files by the W3C's vocabulary for tabular data (CSV on the Web): ``data/csv-metadata.json``.

References
----------
W3C (2015). Metadata Vocabulary for Tabular Data. Recommendation, https://www.w3.org/TR/tabular-metadata/
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from analysis.words import LANGS
from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analysis.words import Described, Lang, Text
    from survey.words import FrontMatter

__all__ = ["DataFile", "Refers", "csv_metadata"]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: The licence of the kit, under which the returns that come with it stand.
_KIT_LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
#: Columns of a file -> the file and its columns in which all their values are found.
Refers: TypeAlias = "Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]]"
_TYPES: Mapping[str, str | dict[str, str]] = {
    "float64": "number",
    "int64": "integer",
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

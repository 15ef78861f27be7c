"""The audit of a programme's figures: its ledger, a table of figures from elsewhere, or a draft."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.consistency import FIGURE_COLUMNS, Meaning, audit, infer_meanings
from analysis.model import AnalysisError
from survey.archive import Archive, archive_of
from survey.audit.claims import first_year, recognise
from survey.audit.claims_in_tables import recognise_cells
from survey.audit.drafts import read_draft
from survey.audit.judging import Judge, JudgedClaim, confront
from survey.audit.record import WHOLE, read_record
from survey.audit.vocabulary import read_vocabulary
from survey.editing import form_meanings
from survey.errors import SurveyError
from survey.figures import latest_estimates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from analysis.consistency import Kind
    from survey.programme import Indicator, Programme, Reading

__all__ = [
    "DESCRIBING",
    "DRAFT",
    "GRAVE",
    "TableError",
    "audit_draft",
    "audit_file",
    "audit_ledger",
    "audit_table",
    "bases",
    "json_findings",
    "meanings",
    "read_table",
]

NEEDED = ("year", "indicator", "segment", "value", "unit")
#: Verdicts that end the command with exit status 1.
GRAVE = frozenset({"impossible", "contradiction", "contradicted"})
DRAFT = (
    "place", "sentence", "printed", "year", "indicator", "segment", "kind", "verdict", "right", "source",
    "reason_zh", "reason_en",
)  # fmt: skip
_METADATA: dict[str, Kind] = {"released": "date", "fieldwork": "date"}
_UNITS = frozenset({"日期", "年月", "季度", "%/年"})
#: Columns a table of figures may have beside the ledger's: each says of its indicators what `Meaning` holds.
DESCRIBING = tuple(f.name for f in fields(Meaning) if f.name not in {"indicator", "presumed"})


class TableError(SurveyError):
    """A table of figures that cannot be read: file, row, column, and what to do."""


def meanings(programme: Programme) -> dict[str, Meaning]:
    """Say of every code of the programme's ledger what it is.

    Indicators are taken from indicators.yaml, what else the ledger prints from `ledger_readings`, and what
    binds a figure to others from `ledger_bonds`.
    """
    found = {code: _of_indicator(programme, indicator) for code, indicator in programme.indicators.items()}
    for name, reading in programme.settings.ledger_readings.items():
        code, _, segment = name.partition("@")
        if not segment and code not in found:
            found[code] = _of_reading(code, reading)
    # what the form of the latest wave binds is bound where it is printed, too
    return found | (form_meanings(programme.questionnaire(programme.waves[-1])) if programme.waves else {})


def _of_indicator(programme: Programme, indicator: Indicator) -> Meaning:
    bond = programme.settings.ledger_bonds.get(indicator.code)
    kind: Kind = "mean" if indicator.kind == "quantile" else indicator.kind
    if indicator.kind == "total" and indicator.unit == "家":
        kind = "count"
    return Meaning(
        indicator.code,
        kind=kind,
        unit_change=indicator.change_unit,
        breaks=tuple(int(b.wave) for b in indicator.breaks if b.wave.isdigit()),
        parts_of=bond.parts_of if bond else "",
        numerator=bond.numerator if bond else "",
        denominator=bond.denominator if bond else "",
        label_en=indicator.label.en,
    )


def _of_reading(code: str, reading: Reading) -> Meaning:
    label = code.replace("_", " ")
    if reading.streak:
        rule = "above" if reading.above is not None else reading.direction or "rising"
        return Meaning(
            code, kind="streak", unit_change="own", streak_of=reading.streak, streak_rule=rule,
            threshold=reading.above, label_en=label,
        )  # fmt: skip
    if reading.change:
        return Meaning(code, change_of=reading.change, label_en=label)
    course = reading.yearly_change or reading.from_to
    if course and (reading.since or "").isdigit():
        return Meaning(code, course_of=course, since=int(reading.since or 0), label_en=label)
    if reading.respondents:
        return Meaning(code, kind="count", unit_change="own", label_en=label)
    if reading.metadata:
        return Meaning(code, kind=_METADATA.get(reading.metadata, "count"), unit_change="own", label_en=label)
    return Meaning(code, label_en=label)


def bases(programme: Programme, ledger: pd.DataFrame) -> dict[tuple[int, str], int]:
    """Return the number of respondents behind the shares of each (year, segment), as the ledger prints it.

    A segment counts under every name it goes by; one that is asked of only some (`ledger_subsets`) has the
    base its own line prints, or none.

    Raises
    ------
    TableError
        Two numbers of respondents for one year and segment.
    """
    settings = programme.settings
    counted = {code for code, reading in settings.ledger_readings.items() if reading.respondents}
    by_place: dict[tuple[int, str], int] = {}
    subsets: dict[tuple[int, str], int] = {}
    printed: dict[tuple[str, int, str], tuple[int, str]] = {}
    for number, row in enumerate(ledger.to_dict("records"), start=2):
        code, value = str(row["indicator"]), str(row["value"])
        if not (value.isdigit() and str(row["year"]).isdigit()):
            continue
        year = int(row["year"])
        if code in counted:
            first, base = printed.setdefault((code, year, str(row["segment"])), (number, value))
            if base != value:
                raise TableError(
                    f"row {number}, column value: expected the base {base} of row {first}, got {value}; "
                    "keep one of the two"
                )
            by_place[year, settings.ledger_segments.get(str(row["segment"]), "")] = int(value)
        subsets |= {(year, name): int(value) for name, of in settings.ledger_subsets.items() if of == code}
    named = {
        (year, name): n
        for (year, place), n in by_place.items()
        for name, where in settings.ledger_segments.items()
        if where == place and name not in settings.ledger_subsets
    }
    return named | subsets


def _wholes(programme: Programme) -> frozenset[str]:
    settings = programme.settings
    return frozenset(
        name
        for name, place in settings.ledger_segments.items()
        if place == WHOLE and name not in settings.ledger_subsets
    )


def audit_ledger(programme: Programme, ledger: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check the programme's ledger, or `ledger`, against arithmetic; return frame `findings`."""
    table = programme.published if ledger is None else ledger
    settings = programme.settings
    units = frozenset(settings.units) | frozenset(settings.member_words) | _UNITS
    figures = table[list(FIGURE_COLUMNS)]
    known = infer_meanings(figures, meanings(programme), units)
    return audit(
        figures,
        known | _described(table, known),
        bases=bases(programme, table),
        wholes=_wholes(programme) | {"", "total", "all"},
        units=units,
    )


def _described(table: pd.DataFrame, known: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """Take over what further columns of a table say of its indicators: kind, numerator, parts_of and so on.

    A column is named as the field of `Meaning` that it fills; the first cell filled counts for the indicator.

    Raises
    ------
    TableError
        A cell that the field cannot hold: with row and column.
    """
    columns = [name for name in DESCRIBING if name in table]
    found: dict[str, Meaning] = {}
    for number, row in enumerate(table.to_dict("records"), start=2):
        code = str(row["indicator"])
        for column in columns:
            text, meaning = str(row[column]).strip(), found.get(code, known[code])
            if not text or (code in found and getattr(meaning, column) != getattr(known[code], column)):
                continue
            try:
                found[code] = replace(meaning, **_filled(column, text))
            except (ValueError, AnalysisError) as error:
                why = str(error) if isinstance(error, AnalysisError) else "not a number; write digits"
                raise TableError(f"row {number}, column {column}: {why}") from None
    return found


def _filled(column: str, text: str) -> dict[str, Any]:
    return {column: _cell(column, text), "presumed": False}


def _cell(column: str, text: str) -> object:
    if column == "threshold":
        return float(text)
    if column in {"items", "since"}:
        return int(text)
    if column == "breaks":
        return tuple(int(year) for year in text.split())
    if column == "scale":
        least, most = text.replace("–", "-").split("-")
        return int(least), int(most)
    return text


def audit_table(programme: Programme, path: Path) -> pd.DataFrame:
    """Check a CSV of printed figures, with the ledger's columns, against arithmetic.

    What its indicators mean and what binds them is read from columns named as the fields of `Meaning`
    (`DESCRIBING`); for the rest it is inferred from names, units and figures.

    Raises
    ------
    TableError
        A file that cannot be read, a missing column, a cell that holds no figure: with row and column.
    """
    table = read_table(path)
    try:
        return audit_ledger(programme, table)
    except AnalysisError as error:
        raise TableError(f"{path.name}, {_counted_with_heading(str(error))}") from None
    except TableError as error:
        raise TableError(f"{path.name}, {error}") from None


def _counted_with_heading(message: str) -> str:
    """Count rows as a spreadsheet does: the heading is the first."""
    return re.sub(r"\brow (\d+)", lambda found: f"row {int(found[1]) + 1}", message)


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV of figures as text; columns the audit can do without may be missing."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except FileNotFoundError:
        raise TableError(f"{path.name} does not exist; check the path") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path.name} cannot be read as CSV in UTF-8 ({error}); save it as such") from None
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise TableError(
            f"{path.name}, row 1: no column {missing[0]!r}; "
            f"a table of figures has {', '.join(FIGURE_COLUMNS)}"
        )
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise TableError(
                f"{path.name}, row {number}: not as many cells as the heading has columns; quote commas"
            )
    table = pd.DataFrame(rows, columns=list(reader.fieldnames or ()), dtype="str")
    return table.assign(**{name: "" for name in FIGURE_COLUMNS if name not in table})


@dataclass(frozen=True)
class _Row:
    judged: JudgedClaim

    def cells(self) -> tuple[str, ...]:
        claim, judged = self.judged.claim, self.judged
        return (
            claim.where, claim.sentence, claim.text, claim.year, judged.code,
            "" if claim.place == WHOLE else claim.place,
            claim.kind, judged.verdict, judged.right, judged.source, judged.reason_zh, judged.reason_en,
        )  # fmt: skip


def audit_draft(
    programme: Programme, path: Path, year: str = "", archive: Archive | None = None
) -> pd.DataFrame:
    """Check the numbers of a draft against the ledger and, where it is fresh, the archive.

    Returns
    -------
    DataFrame
        One row a number with the columns `DRAFT`; `verdict` is confirmed, contradicted or unknown.
    """
    estimates = latest_estimates(archive) if archive else None
    judge = Judge(programme, read_record(programme, estimates))
    draft, vocabulary = read_draft(path), read_vocabulary(programme)
    claims = recognise(draft.paragraphs, vocabulary, judge.fits, year)
    claims += recognise_cells(draft.cells, programme, vocabulary, judge, year or first_year(draft.paragraphs))
    rows = [_Row(judged).cells() for judged in confront(judge, claims)]
    return pd.DataFrame(rows, columns=list(DRAFT), dtype="str")


def audit_file(programme: Programme, path: Path | None, year: str = "") -> pd.DataFrame:
    """Audit the programme's ledger, or a file: a table of figures by its ending .csv, else a draft.

    Returns
    -------
    DataFrame
        Frame `findings`, or for a draft its numbers with the columns `DRAFT`.
    """
    if path is None:
        findings = audit_ledger(programme)
    elif path.suffix.lower() == ".csv":
        findings = audit_table(programme, path)
    else:
        return audit_draft(programme, path, year, archive_of(programme))
    return findings[findings["year"] == year] if year else findings


def json_findings(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Return findings as plain data: what does not hold of figures, every number of a draft."""
    if "sentence" in rows:
        renamed = rows.assign(
            arithmetic=rows["reason_en"], reconciles=rows["right"], arithmetic_zh=rows["reason_zh"]
        )
        return [{str(k): str(v) for k, v in row.items()} for row in renamed.to_dict("records")]
    broken = rows[rows["verdict"] != "holds"]
    broken = broken.assign(arithmetic=broken["arithmetic_en"], reconciles=broken["reconciles_en"])
    return [{str(k): str(v) for k, v in row.items()} for row in broken.to_dict("records")]

"""All figures of a wave: estimates, changes, comparisons, long series, as far as they may leave the house."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.disclosure import (
    changes_as_printed,
    comparisons_as_printed,
    estimates_as_printed,
    moves_as_printed,
    release_changes,
    release_matched,
    release_turnover,
    telling_errors,
)
from analysis.inference import (
    CHANGE_COLUMNS,
    MATCHED_COLUMNS,
    SLOPE_COLUMNS,
    TURNOVER_COLUMNS,
    changes,
    compare,
    estimate,
    matched_tests,
    series,
    slopes,
    turnover,
    without_marks,
)
from analysis.model import (
    COMPARISON_COLUMNS,
    Design,
    Measure,
    Segmentation,
    check_changes,
    check_comparisons,
    check_estimates,
    read_printed,
)
from analysis.words import Cells
from survey.archive import Archive, fingerprint
from survey.editing import segments_as_answered
from survey.figures.disclosure_control import Controlled, controlled_figures, policy_of
from survey.figures.measurements import available, measure_wave
from survey.figures.programme_words import words_of
from survey.figures.registry import Publication, earlier_publications, register

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.disclosure import Policy
    from survey.editing import CleanWave
    from survey.programme import Dimension, Programme, Questionnaire

__all__ = ["Figures", "compute_figures", "latest_estimates", "register_publication"]


@dataclass(frozen=True)
class Figures:
    """What is known of a wave after cleaning, with the waves before it.

    Everything is computed when first asked for, and only released cells hold numbers: `raw_estimates` alone
    is before disclosure control and stays inside.
    """

    programme: Programme
    wave: str
    clean: dict[str, CleanWave]
    kept: dict[str, pd.DataFrame] = field(default_factory=dict)
    published: tuple[Publication, ...] = ()  # earlier, on other answers, definitions or code

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves in the archive up to this one."""
        return tuple(self.clean)

    @property
    def before(self) -> str | None:
        """The wave that changes are told against: the one before, if there is any."""
        return self.waves[-2] if len(self.waves) > 1 else None

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What the wave asked."""
        return self.programme.questionnaire(self.wave)

    @cached_property
    def indicators(self) -> list[str]:
        """Codes of the indicators that the wave gives, in the order of the programme."""
        return [i.code for i in available(self.programme.indicators.values(), self.questionnaire)]

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """Every measure of the programme by indicator, its unit as printed in this wave."""
        return {
            measure.indicator: replace(measure, unit=indicator.unit_in(self.wave))
            for indicator in self.programme.indicators.values()
            for measure in indicator.measures()
        }

    @cached_property
    def measurements(self) -> pd.DataFrame:
        """Frame `measurements` of all waves."""
        programme = self.programme
        parts = [
            measure_wave(clean.responses, programme.questionnaire(wave), programme.indicators.values())
            for wave, clean in self.clean.items()
        ]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def respondents(self) -> pd.DataFrame:
        """wave, member_id of those whose return counts."""
        returns = pd.concat([clean.intake.returns for clean in self.clean.values()])
        return returns.loc[returns["status"] == "used", ["wave", "member_id"]].reset_index(drop=True)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The members of all waves with a column for each dimension; in an open survey the respondents."""
        programme = self.programme
        if not programme.open_survey:
            return programme.members_table(self.waves)
        parts = [
            segments_as_answered(clean.responses, programme.questionnaire(wave), programme)
            for wave, clean in self.clean.items()
        ]
        return pd.concat(parts, ignore_index=True).merge(self.respondents)

    @cached_property
    def design(self) -> Design:
        """How the respondents stand for the frame."""
        programme = self.programme
        return Design(self.frame, self.respondents, stratum=programme.stratum, level=programme.settings.level)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions estimates are made for."""
        settings = self.programme.settings
        return ("total", *(d.code for d in settings.dimensions), *("*".join(c) for c in settings.crossed))

    @cached_property
    def policy(self) -> Policy:
        """The programme's disclosure policy."""
        return policy_of(self.programme)

    @cached_property
    def raw_estimates(self) -> pd.DataFrame:
        """Frame `estimates` of all waves before disclosure control."""
        asked = set(self.measurements["indicator"])
        measures = [measure for measure in self.measures.values() if measure.source in asked]
        return estimate(self.measurements, measures, self.design, self.dimensions)

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """Frame `estimates` of all waves, suppressed cells without numbers and with their reason."""
        return self.kept["estimates"] if "estimates" in self.kept else self._make_estimates()

    @cached_property
    def controlled(self) -> Controlled:
        """What disclosure control leaves, for the inside: `estimates` and `changes` are what is published."""
        return controlled_figures(self, self._contributions(), self.published)

    def _make_estimates(self) -> pd.DataFrame:
        """Frame `estimates` of all waves as printed, suppressed cells without numbers."""
        released = estimates_as_printed(self.controlled.estimates, self.measures, self.policy, self._telling)
        released["method"] = without_marks(released["method"])
        units = {
            (m.indicator, wave): i.unit_in(wave)
            for i in self.programme.indicators.values()
            for m in i.measures()
            for wave in self.waves
        }
        keys = zip(released["indicator"], released["wave"], strict=True)
        return released.assign(unit=[units[key] for key in keys])

    def _contributions(self) -> pd.DataFrame:
        """Each member's part of every total or mean, and of the denominator of every ratio, by segment."""
        sums = {m.source for m in self.measures.values() if m.kind in {"total", "mean", "ratio"}}
        rows = self.measurements[self.measurements["indicator"].isin(sums)].dropna(subset=["y", "x"])
        # a count of members is no sum of amounts: it tells no more of a member than the share beside it
        counted = rows["y"].isin([0.0, 1.0]).groupby(rows["indicator"]).transform("all")
        rows = rows[~counted]
        ratio = {m.source for m in self.measures.values() if m.kind == "ratio"}
        rows = rows.assign(contribution=rows["x"].where(rows["indicator"].isin(ratio), rows["y"]))
        rows = rows.merge(self.frame, on=["wave", "member_id"])
        parts = [
            rows[["indicator", "wave", "contribution"]].assign(
                segment=Segmentation(dimension).label(rows), dimension=dimension
            )
            for dimension in self.dimensions
        ]
        return pd.concat(parts, ignore_index=True).dropna(subset=["segment"])

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Frame `changes` from every earlier wave to this one, suppressed cells without numbers."""
        return self.kept["changes"] if "changes" in self.kept else self._make_changes()

    def _make_changes(self) -> pd.DataFrame:
        """Frame `changes` from every earlier wave to this one, suppressed cells without numbers."""
        pairs = [(base, self.wave) for base in self.waves[:-1]]
        if not pairs:
            first = _without_rows(CHANGE_COLUMNS)
            return release_changes(first, self.controlled.estimates, self.policy)
        known = set(self._compared)
        measures = [m for m in self.measures.values() if m.source in known]
        dimensions = ("total", *(dimension.code for dimension in self.programme.settings.compared))
        table = changes(self.measurements, measures, self.design, pairs, dimensions)
        control = self.controlled
        released = release_changes(table, control.estimates, self.policy, control.in_parts)
        # how many were asked a routed question both times is an answer to the one before
        untold = released["indicator"].isin(self._routed) & released["matched_change"].isna()
        level = self.design.level
        printed = changes_as_printed(released, self.measures, self.policy, level, self._telling)
        return printed.assign(
            n_matched=printed["n_matched"].mask(untold, 0), note=without_marks(printed["note"])
        )

    @cached_property
    def _telling(self) -> frozenset[tuple[str, str]]:
        """Indicator and wave of the figures for all members whose error would tell of a withheld stratum."""
        stratum = self.programme.stratum
        if stratum is None or self.controlled.in_parts is None:
            return frozenset()
        return telling_errors(self.controlled.estimates, self.measures, stratum)

    @property
    def _routed(self) -> list[str]:
        """The indicators that were not put to all respondents in some wave."""
        passed = set(self.measurements.loc[~self.measurements["asked"].astype(bool), "indicator"])
        return [name for name, measure in self.measures.items() if measure.source in passed]

    @cached_property
    def comparisons(self) -> pd.DataFrame:
        """Frame `comparisons` of this wave by each dimension whose segments are compared."""
        return self.kept["comparisons"] if "comparisons" in self.kept else self._make_comparisons()

    def _make_comparisons(self) -> pd.DataFrame:
        """Frame `comparisons` of this wave by each dimension whose segments are compared."""
        measures = [self.measures[code] for code in self._compared]
        parts = [
            compare(
                self.measurements, measures, self.design, self.wave, dimension.code,
                withheld=self._withheld(dimension.code),
            )
            for dimension in self._divided
        ]  # fmt: skip
        return self._tests(parts) if parts else _without_rows(COMPARISON_COLUMNS)

    def _tests(self, parts: list[pd.DataFrame]) -> pd.DataFrame:
        table = pd.concat(parts, ignore_index=True)
        return comparisons_as_printed(table, self.measures, self.design.level)

    @property
    def _divided(self) -> list[Dimension]:
        """The dimensions that are compared and divide the wave's members: one segment has none beside it."""
        frame = self.frame[self.frame["wave"] == self.wave]
        compared = self.programme.settings.compared
        return [dimension for dimension in compared if len(set(frame[dimension.code])) > 1]

    @property
    def _compared(self) -> list[str]:
        """Codes of this wave's indicators whose changes and segments are tested."""
        return [code for code in self.indicators if self.programme.indicators[code].is_compared]

    def _withheld(self, dimension: str) -> dict[str, set[str]]:
        """Segments of each indicator that are not released in this wave: no test may rest on them."""
        rows = self.estimates[
            (self.estimates["wave"] == self.wave) & (self.estimates["dimension"] == dimension)
        ]
        held = rows[rows["status"] == "suppressed"]
        return {str(name): set(own) for name, own in held.groupby("indicator")["segment"]}

    @cached_property
    def within(self) -> pd.DataFrame:
        """Frame `comparisons` by the dimensions that are compared within another one, which is held fixed.

        Of indicators whose segments of both are all released: the margins these tests rest on.
        """
        return self.kept["within"] if "within" in self.kept else self._make_within()

    def _make_within(self) -> pd.DataFrame:
        parts = []
        for dimension in self._divided:
            if dimension.within is None:
                continue
            hidden = {*self._withheld(dimension.code), *self._withheld(dimension.within)}
            measures = [self.measures[code] for code in self._compared if code not in hidden]
            if measures:
                parts.append(
                    compare(
                        self.measurements, measures, self.design, self.wave, dimension.code,
                        within=dimension.within,
                    )
                )  # fmt: skip
        return self._tests(parts) if parts else self.comparisons.iloc[:0]

    @cached_property
    def turnover(self) -> pd.DataFrame:
        """Frame of the respondents' changes from every earlier wave, split by who stands behind them."""
        return self.kept["turnover"] if "turnover" in self.kept else self._make_turnover()

    def _make_turnover(self) -> pd.DataFrame:
        measures, pairs = self._paired()
        if not (measures and pairs):
            return _without_rows(TURNOVER_COLUMNS)
        table = turnover(self.measurements, measures, self.design, pairs)
        released = release_turnover(table, self.changes, self.policy)
        return moves_as_printed(released, self.measures, self.design.level, further=1)

    @cached_property
    def matched(self) -> pd.DataFrame:
        """Frame of gains and losses among the members that answered in this and an earlier wave."""
        return self.kept["matched"] if "matched" in self.kept else self._make_matched()

    def _make_matched(self) -> pd.DataFrame:
        measures, pairs = self._paired()
        if not (measures and pairs):
            return _without_rows(MATCHED_COLUMNS)
        table = matched_tests(self.measurements, measures, self.design, pairs)
        released = release_matched(table, self.changes, self.policy)
        return moves_as_printed(released, self.measures, self.design.level)

    def _paired(self) -> tuple[list[Measure], list[tuple[str, str]]]:
        """Return the respondents' measures, and every earlier wave with this one."""
        return [self.measures[code] for code in self._compared], [(w, self.wave) for w in self.waves[:-1]]

    @cached_property
    def slopes(self) -> pd.DataFrame:
        """Frame of slopes a year over the waves since each indicator's last break, for all members."""
        return self.kept["slopes"] if "slopes" in self.kept else self._make_slopes()

    def _make_slopes(self) -> pd.DataFrame:
        """Frame of slopes; no numbers where a wave's figure is not released, no rows before three waves."""
        if len(self.waves) < 3:  # noqa: PLR2004 -- a slope needs three
            return _without_rows(SLOPE_COLUMNS)
        measures = [self.measures[code] for code in self._compared]
        least = self.policy.minimum_base
        table = slopes(self.measurements, measures, self.design, last=self.wave, minimum_base=least)
        totals = self.estimates[self.estimates["dimension"] == "total"]
        held = totals[totals["status"] != "released"]
        withheld = set(zip(held["indicator"], held["wave"], strict=True))
        hidden = [
            any((indicator, wave) in withheld for wave in self.waves if wave >= str(first))
            for indicator, first in zip(table["indicator"], table["first_wave"], strict=True)
        ]
        numbers = ["slope", "se", "lower", "upper", "p_value", "p_adjusted", "p_equal"]
        table[numbers] = table[numbers].mask(pd.Series(hidden, index=table.index))
        return moves_as_printed(table, self.measures, self.design.level)

    @cached_property
    def cells(self) -> Cells:
        """The released figures with the programme's words."""
        return Cells(
            self.estimates, words_of(self), self.changes, self.comparisons, self.programme.settings.level,
            within=self.within, slopes=self.slopes, matched=self.matched,
        )  # fmt: skip

    @cached_property
    def printed_before(self) -> pd.DataFrame:
        """Plain figures of the ledger for all members: indicator, wave, value in the printed unit."""
        settings = self.programme.settings
        rows: list[tuple[str, str, float]] = []
        for row in self.programme.published.itertuples():
            whole = settings.ledger_segments.get(str(row.segment), "total/all") == "total/all"
            figure = read_printed(str(row.value))
            if whole and row.indicator in self.programme.indicators and figure and figure.exact:
                rows.append((str(row.indicator), str(row.year), float(figure.number)))
        table = pd.DataFrame(rows, columns=["indicator", "wave", "value"]).drop_duplicates(
            ["indicator", "wave"]
        )
        return table[table["wave"] <= self.wave].reset_index(drop=True)

    @cached_property
    def series(self) -> pd.DataFrame:
        """Frame `series`: this archive's figures joined to those printed for other years, breaks marked."""
        notes = {
            (i.code, b.wave): (b.note.zh, b.note.en)
            for i in self.programme.indicators.values()
            for b in i.breaks
        }
        return series(self.estimates, self.printed_before, list(self.measures.values()), notes=notes)

    def estimate(
        self, indicator: str, dimension: str = "total", segment: str = "all", wave: str | None = None
    ) -> Any:
        """Return one row of `estimates`, None where there is none."""
        return self._rows.get((indicator, wave or self.wave, dimension, segment))

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str, str], Any]:
        table = self.estimates
        keys = zip(table["indicator"], table["wave"], table["dimension"], table["segment"], strict=True)
        return dict(zip(keys, table.itertuples(index=False), strict=True))


def _without_rows(columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns)).astype(columns)


def compute_figures(archive: Archive, wave: str, note: Callable[[str], None] = lambda _: None) -> Figures:
    """Open the figures of `wave`, cleaning the wave and those before it where the archive is not fresh.

    Parameters
    ----------
    archive : Archive
        The programme's archive.
    wave : str
        The wave reported.
    note : callable
        Told each wave as it is read or cleaned.
    """
    programme = archive.programme
    programme.wave(wave)
    clean: dict[str, CleanWave] = {}
    for earlier in programme.waves:
        if earlier <= wave:
            note(earlier)
            clean[earlier] = archive.wave(earlier)
    basis = _mark(programme, tuple(clean))
    published = earlier_publications(archive, basis)
    fresh = Figures(programme, wave, clean, published=tuple(published))
    kept = archive.frames(
        f"figures-{wave}",
        _with_publications(basis, archive),
        lambda: {
            "estimates": check_estimates(fresh.estimates),
            "changes": check_changes(fresh.changes),
            "comparisons": check_comparisons(fresh.comparisons),
            "slopes": fresh.slopes,
            "within": check_comparisons(fresh.within),
            "turnover": fresh.turnover,
            "matched": fresh.matched,
        },
    )
    return replace(fresh, kept=kept)


def latest_estimates(archive: Archive) -> pd.DataFrame | None:
    """Return frame `estimates` of all waves, None where none was made of these answers and definitions.

    Where an edition was published since, what must be withheld is decided anew.
    """
    waves = archive.programme.waves
    if not waves:
        return None
    name, basis = f"figures-{waves[-1]}", _mark(archive.programme, waves)
    mark = archive.marks(name).get(name, "")
    if mark == _with_publications(basis, archive):
        return archive.stored(name, mark)["estimates"]
    return compute_figures(archive, waves[-1]).estimates if mark.startswith(basis) else None


def register_publication(archive: Archive, figures: Figures) -> None:
    """Keep what an edition shows in the registry of publications, against which later ones are checked."""
    register(archive, figures, _mark(archive.programme, figures.waves))


def _with_publications(basis: str, archive: Archive) -> str:
    """Return the mark of figures: it begins with `basis`, and tells the publications before."""
    others = sorted(mark for mark in archive.marks("published-").values() if mark != basis)
    return f"{basis}-{hashlib.sha256(''.join(others).encode()).hexdigest()}"


def _mark(programme: Programme, waves: tuple[str, ...]) -> str:
    """Return the hash of all that the figures depend on: the waves' answers, the definitions, the code."""
    code = Path(__file__).resolve().parent.parent
    files = [
        *(programme.folder / name for name in ("programme.yaml", "indicators.yaml", "published.csv")),
        *sorted((code.parent / "analysis").rglob("*.py")),
        *sorted((code / "figures").glob("*.py")),
    ]
    parts = [fingerprint(programme, wave) for wave in waves]
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256("".join(parts).encode()).hexdigest()

"""Disclosure control of a programme's figures: its policy, what its cells say, and what must be withheld."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from analysis.disclosure import (
    Nesting,
    Policy,
    Splits,
    cells_that_protect,
    cells_with,
    is_split,
    joined,
    read_systems,
    reader_cost,
    relations,
    release,
    waves_of,
    withhold,
)
from analysis.inference import read_answers
from analysis.model import Design
from analysis.words import estimate_key
from survey.figures.registry import moved_answers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from analysis.disclosure import CellKey, System
    from survey.figures.registry import Estimated, Publication
    from survey.programme import Programme

__all__ = ["Controlled", "controlled_figures", "policy_of"]


def policy_of(programme: Programme) -> Policy:
    """Return the disclosure policy of a programme."""
    settings = programme.settings
    rules = settings.disclosure
    alone = rules.own_figures  # nobody is protected from the reader
    protected = {pattern: answers.protect for answers in rules.answers for pattern in answers.of}
    return Policy(
        minimum_base=rules.minimum_base,
        base_by_kind={str(kind): base for kind, base in rules.base_by_kind.items()},
        quantile_base=rules.quantile_base,
        contributors=rules.contributors,
        dominance_k=100 * rules.dominance_share,
        p_percent=rules.p_percent,
        prior=rules.prior,
        protection_points=rules.protection_points,
        coalition=rules.coalition,
        sensitive={"*": "neither"} if alone else protected,
        interval_base=1 if alone else rules.interval_base,
        outward_base=1 if alone else rules.outward_base,
        revision_base=1 if alone else rules.revision_base,
        secondary=False,  # cells that protect others are chosen from the answers, by `protect`
        nestings=tuple(Nesting(str(d.of), d.code, d.groups) for d in settings.dimensions if d.of),
    )


@dataclass(frozen=True, eq=False)
class Controlled:
    """What disclosure control leaves.

    Attributes
    ----------
    estimates : DataFrame
        Frame `estimates`, unrounded, with base and reason of withheld cells.
    in_parts : set of CellKey or None
        The changes whose parts may be shown; None where nothing is kept from the reader.
    systems : list of System
        What all figures, and earlier publications, say of members' answers; none where nothing is kept.
    known : frozenset of CellKey
        The cells that cannot be withheld.
    """

    estimates: pd.DataFrame
    in_parts: frozenset[CellKey] | None
    systems: list[System] = field(default_factory=list)
    known: frozenset[CellKey] = frozenset()

    @property
    def hidden(self) -> frozenset[CellKey]:
        """The withheld cells, and the changes without parts."""
        return cells_with(self.estimates, "suppressed") | (
            _splits_of(self.systems) - (self.in_parts or set())
        )


def controlled_figures(
    figures: Estimated, contributions: pd.DataFrame, published: Sequence[Publication] = ()
) -> Controlled:
    """Decide which estimates and which parts of changes are published.

    Parameters
    ----------
    figures : Estimated
    contributions : DataFrame
        As `release` takes it.
    published : sequence of Publication
        Earlier publications, with which the figures are checked together.
    """
    released = release(figures.raw_estimates, figures.measures, figures.policy, contributions)
    if figures.programme.settings.disclosure.own_figures:
        return Controlled(released, None)
    systems = _systems_of(figures, published)
    known = _known_cells(figures, released, published)
    hidden = cells_with(released, "suppressed")
    further = cells_that_protect(systems, hidden, figures.policy, reader_cost(released), known)
    return Controlled(withhold(released, further), _splits_of(systems) - further, systems, known)


def _splits_of(systems: Sequence[System]) -> frozenset[CellKey]:
    return frozenset(c for system in systems for c in system.cells if c is not None and is_split(c))


def _systems_of(figures: Estimated, published: Sequence[Publication] = ()) -> list[System]:
    """Write down what the estimates, and the publications before, say of members' answers."""
    systems = _statements_of(figures)
    for publication in published:
        systems = _with(systems, publication, figures)
    return systems


def _statements_of(figures: Estimated, before: Publication | None = None) -> list[System]:
    """Write down what the estimates of all waves, if all were shown, would say of members' answers.

    With `before`, what those of an earlier publication said, by the definitions of today.
    """
    base = before or figures
    asked = set(base.measurements["indicator"])
    measures = [measure for measure in figures.measures.values() if measure.source in asked]
    design = Design(base.frame, base.respondents, stratum=figures.design.stratum, level=figures.design.level)
    columns = {"total", *base.frame.columns}
    dimensions = [name for name in figures.dimensions if set(name.split("*")) <= columns]
    answers = read_answers(base.measurements, measures, design, dimensions, levels=True)
    rates = {m.source: (0.0, 100.0) for m in measures if m.kind == "mean" and m.unit == "%"}
    about: dict[frozenset[str], list[str]] = {}
    for indicator in figures.programme.indicators.values():
        if indicator.code in asked:
            about.setdefault(frozenset(indicator.names), []).append(indicator.code)
    ties = relations(base.measurements, list(about.values()))
    compared = [d.code for d in figures.programme.settings.compared if d.code in dimensions]
    splits = Splits(("total", *compared), figures.policy.minimum_base)
    return read_systems(answers, rates, prior=figures.policy.prior, identities=ties, splits=splits)


def _with(systems: list[System], publication: Publication, figures: Estimated) -> list[System]:
    """Add what a publication said to the systems whose answers have moved since."""
    then = {
        (system.wave, name): system
        for system in _statements_of(figures, publication)
        for names in set(system.source.tolist())
        for name in names.split(",")
    }
    return [_with_former(system, then, publication) for system in systems]


def _with_former(system: System, then: Mapping[tuple[str, str], System], publication: Publication) -> System:
    names = {name for names in set(system.source.tolist()) for name in names.split(",")}
    former = {id(s): s for name in names if (s := then.get((system.wave, name))) is not None}
    for before in former.values():
        # of the same answers what is said now has been said; but a change to a later wave has not
        same = _answers(before) == _answers(system)
        told = publication.shown & frozenset(before.cells) - frozenset(system.cells if same else ())
        if told:
            system = joined(system, before, told)
    return system


def _answers(system: System) -> list[tuple[str, float]]:
    return sorted(zip(system.member.tolist(), system.answer.round(9).tolist(), strict=True))


def _known_cells(
    figures: Estimated, released: pd.DataFrame, published: Sequence[Publication] = ()
) -> frozenset[CellKey]:
    """Return the cells that cannot be withheld.

    Those that earlier reports printed or editions showed, those published by exemption, and the totals of
    answers that are protected from nobody: what follows from "all members offer it" need not be hidden.
    """
    known = set(_printed_cells(figures.programme))
    open_to_all = {n for n, m in figures.measures.items() if figures.policy.protects(m.source) == "neither"}
    for publication in published:
        answers = moved_answers(publication, figures)
        moved = set(zip(answers["indicator"], answers["wave"], strict=True))
        sources = {name: measure.source for name, measure in figures.measures.items()}
        known |= {
            cell
            for cell in publication.shown
            if not any((sources.get(cell[0]), wave) in moved for wave in waves_of(cell))
        }
    exempt = [p for entry in figures.programme.settings.disclosure.exemptions for p in entry.cells]
    return frozenset(cell for cell in known if is_split(cell)) | frozenset(
        row
        for row in cells_with(released, "released")
        if row in known
        or (row[2] == "total" and row[0] in open_to_all)
        or any(fnmatchcase(estimate_key(row[1], row[0], *row[2:]), p) for p in exempt)
    )


def _printed_cells(programme: Programme) -> Iterator[CellKey]:
    """Yield the cells that the ledger of published figures has a line of."""
    settings = programme.settings
    for row in programme.published.itertuples():
        code, segment = str(row.indicator), str(row.segment)
        reading = settings.ledger_readings.get(f"{code}@{segment}") or settings.ledger_readings.get(code)
        place = (reading and reading.segment) or settings.ledger_segments.get(segment)
        indicator = reading.level if reading else code
        if place and indicator in programme.indicators:
            dimension, _, name = place.partition("/")
            yield str(indicator), str(row.year), dimension, name

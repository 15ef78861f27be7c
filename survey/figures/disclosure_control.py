"""Disclosure control of a programme's figures: its policy, what its cells say, and what must be withheld."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from analysis.disclosure import (
    KEY,
    Nesting,
    Policy,
    joined,
    protect,
    read_systems,
    relations,
    release,
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

__all__ = ["controlled_estimates", "known_cells", "policy_of", "statements_of", "systems_of"]


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


def controlled_estimates(
    figures: Estimated, contributions: pd.DataFrame, published: Sequence[Publication] = ()
) -> pd.DataFrame:
    """Return frame `estimates` after disclosure control, unrounded, with base and reason of withheld cells.

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
        return released
    known = known_cells(figures, released, published)
    return protect(released, systems_of(figures, published), figures.policy, out=known)


def systems_of(figures: Estimated, published: Sequence[Publication] = ()) -> list[System]:
    """Write down what the estimates, and the publications before, say of members' answers."""
    systems = statements_of(figures)
    for publication in published:
        systems = _with(systems, publication, figures)
    return systems


def statements_of(figures: Estimated, before: Publication | None = None) -> list[System]:
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
    return read_systems(answers, rates, prior=figures.policy.prior, identities=ties)


def _with(systems: list[System], publication: Publication, figures: Estimated) -> list[System]:
    """Add what a publication said to the systems whose answers have moved since."""
    then = {
        (system.wave, name): system
        for system in statements_of(figures, publication)
        for names in set(system.source.tolist())
        for name in names.split(",")
    }
    return [_with_former(system, then, publication) for system in systems]


def _with_former(system: System, then: Mapping[tuple[str, str], System], publication: Publication) -> System:
    names = {name for names in set(system.source.tolist()) for name in names.split(",")}
    former = {id(s): s for name in names if (s := then.get((system.wave, name))) is not None}
    for before in former.values():
        if _answers(before) != _answers(system):
            system = joined(system, before, publication.shown)
    return system


def _answers(system: System) -> list[tuple[str, float]]:
    return sorted(zip(system.member.tolist(), system.answer.round(9).tolist(), strict=True))


def known_cells(
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
        known |= {cell for cell in publication.shown if (sources.get(cell[0]), cell[1]) not in moved}
    exempt = [p for entry in figures.programme.settings.disclosure.exemptions for p in entry.cells]
    rows = released.loc[released["status"] == "released", [*KEY]].itertuples(index=False, name=None)
    return frozenset(
        row
        for row in rows
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

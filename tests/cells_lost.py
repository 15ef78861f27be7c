"""Measure what suppression costs on random surveys, and what single-table suppression leaves open.

`python -m tests.cells_lost 0 100` publishes, revises and attacks the surveys of the first hundred seeds and prints
a line each and the table of `docs/confidentiality.md`. Of 50 surveys one is protected from pairs of members.
"""

import sys
from dataclasses import replace
from functools import partial

import numpy as np

from analysis.disclosure import cells_that_protect, protect, read_systems, reader_cost, release
from analysis.inference import estimate, read_answers

from .fixtures.surveys import DIMENSIONS, MEASURES, fallen, hidden_in, policy_of, random_survey, revised


def _by_rule(edition, policy, *, secondary=False):
    design, table = edition
    raw = estimate(table, MEASURES, design, DIMENSIONS)
    return hidden_in(release(raw, {m.indicator: m for m in MEASURES}, replace(policy, secondary=secondary)))


def _table_by_table(edition, policy):
    """Protect one measure by one dimension with its total, and do not look at any other."""
    design, table = edition
    raw = estimate(table, MEASURES, design, DIMENSIONS)
    first = release(raw, {m.indicator: m for m in MEASURES}, policy)
    hidden = hidden_in(first)
    found = set(hidden)
    for measure in MEASURES:
        for dimension in DIMENSIONS[1:]:
            answers = read_answers(table, [measure], design, ("total", dimension), levels=True)
            for system in read_systems(answers, {}, prior=policy.prior):
                own = hidden & set(system.cells)
                found |= cells_that_protect([system], own, policy, reader_cost(first))
    return frozenset(found)


WAYS = {
    "each cell for itself": _by_rule,
    "sums of each question, by subtraction": partial(_by_rule, secondary=True),
    "each table alone, by optimisation": _table_by_table,
}


def measured(seed):
    """Return for each way the share of cells that is withheld, and what falls."""
    policy = policy_of(seed)
    editions = random_survey(seed)
    raw, moved, stayed = revised(editions, policy)
    hidden = {name: way(editions[1], policy) for name, way in WAYS.items()}
    hidden["all together, by optimisation"] = hidden_in(protect(raw, moved, policy))
    cells = int((raw["status"] != "empty").sum())
    return {
        name: (len(held) / cells, fallen([*moved, *stayed], held, policy, seed))
        for name, held in hidden.items()
    }


def main(first, last):
    rows = {}
    for seed in range(first, last):
        for name, (lost, leaks) in measured(seed).items():
            rows.setdefault(name, []).append((lost, len(leaks)))
            say(f"{seed}\t{name}\t{lost:.3f}\t{len(leaks)}\t{leaks if name.startswith('all') else ''}")
    say("| suppression | cells withheld | surveys in which an answer falls | answers that fall, a survey |")
    say("|---|---|---|---|")
    for name, found in rows.items():
        lost, leaks = np.array(found, dtype=float).T
        say(f"| {name} | {lost.mean():.0%} | {(leaks > 0).mean():.0%} | {leaks.mean():.1f} |")


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

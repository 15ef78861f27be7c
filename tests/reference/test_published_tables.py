"""Tables that others have published with the cells to withhold: where they see a leak we do, and no other.

`suppression.csv` holds the withheld cells of the documented examples of GaussSuppression and sdcTable; the
calls that made them stand in the README. A count is expressed as the yes answers among many members, an
amount by one member a contribution. What they hold a table against is written here a second time, as sdcTable
documents it: linear programs over the cells of a table.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analysis.disclosure import (
    Policy,
    World,
    breaches,
    cells_that_protect,
    interval,
    read_systems,
    release,
    targets,
)
from analysis.inference import estimate, read_answers
from analysis.model import Design, Measure

HERE = Path(__file__).parent
#: Members behind a count: so many that "no more than all" never binds, as in tables of counts.
MEMBERS = 70
#: No cell of a single member may be known to another single member.
LONE = Policy(minimum_base=2, coalition=1, sensitive={"*": "neither"}, secondary=False)


@dataclass(frozen=True)
class Table:
    """The inner cells of a published table: labels, and the count or the contributions of each."""

    columns: tuple[str, ...]
    rows: tuple[tuple, ...]
    dimensions: tuple[str, ...]
    counts: bool = False
    #: the policy under which we protect what they do: of counts "up to n is withheld" is a coalition of n, for
    #: whoever said yes knows that the others did not
    coalition: int = 0
    p_percent: float = 10.0
    #: where each cell is taken for one member, only the primary cells are to be protected
    alone: bool = False

    @property
    def held(self):
        return np.array([row[-1] for row in self.rows], dtype=float)


WHERE = {"Spain": "EU", "Portugal": "EU", "Iceland": "nonEU"}


def by_age(counts, dimensions, coalition=0):
    """Lay out SSBtoolsData("example1"): counts of young, then old, in Spain, Iceland and Portugal."""
    cells = [(age, geo) for age in ("young", "old") for geo in ("Spain", "Iceland", "Portugal")]
    rows = [(*at, WHERE[at[1]], n) for at, n in zip(cells, counts, strict=True) if n is not None]
    return Table(("age", "geo", "eu"), tuple(rows), ("total", *dimensions), counts=True, coalition=coalition)


GEO = ("age", "geo", "age*geo")
EU = (*GEO, "eu", "age*eu")
YEAR_2014, YEAR_2015 = (5, 2, 0, 6, 3, 4), (5, 0, 0, 6, 3, 4)
LINKED = (
    ("young", "Spain", "2014", 6), ("young", "Iceland", "2014", 8), ("old", "Spain", "2014", 9),
    ("old", "Portugal", "2014", 1), ("young", "Iceland", "2015", 2), ("old", "Spain", "2015", 4),
    ("old", "Portugal", "2015", 3), ("young", "Spain", "2016", 7), ("young", "Iceland", "2016", 2),
    ("young", "Portugal", "2016", 2),
)  # fmt: skip
LINKS = ("year", "age", "eu", "geo", "age*eu", "age*year", "eu*year", "age*eu*year", "geo*year")
#: SSBtoolsData("magnitude1"), each row a contributor of its own
MAGNITUDE = (
    ("Agriculture", "Portugal", 75.9), ("Agriculture", "Portugal", 24.5), ("Agriculture", "Spain", 96.6),
    ("Agriculture", "Spain", 43.2), ("Entertainment", "Iceland", 16.8), ("Entertainment", "Portugal", 7.1),
    ("Entertainment", "Portugal", 2.3), ("Entertainment", "Spain", 77.4), ("Entertainment", "Spain", 11.5),
    ("Entertainment", "Spain", 16.4), ("Governmental", "Portugal", 21.6), ("Governmental", "Portugal", 2.0),
    ("Governmental", "Spain", 6.5), ("Governmental", "Spain", 2.7), ("Industry", "Iceland", 9.6),
    ("Industry", "Iceland", 8.8), ("Industry", "Iceland", 1.9), ("Industry", "Portugal", 25.7),
    ("Industry", "Portugal", 3.4), ("Industry", "Spain", 8.4),
)  # fmt: skip
SALES = ("total", "sector4", "geo", "sector4*geo")
SECTORS = (*SALES, "sector2", "sector2*geo")
CROSSED = tuple((v1, v2) for v1 in "wxyz" for v2 in "abcd")
HEURISTIC = (30, 47, 64, 89, 90, 124, 5, 31, 92, 100, 59, 85, 800, 991, 651, 685)
MICRODATA1 = {"A": (18, 2), "B": (14, 19), "C": (12, 10), "D": (11, 14)}
REGIONS = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}


def sales(dimensions, coalition=0, p_percent=10.0):
    rows = [(sector, "public" if sector == "Governmental" else "private", geo, amount)
            for sector, geo, amount in MAGNITUDE]  # fmt: skip
    columns = ("sector4", "sector2", "geo")
    return Table(columns, tuple(rows), dimensions, coalition=coalition, p_percent=p_percent)


TABLES = {
    "counts 1": by_age(YEAR_2014, GEO, 1),
    "counts 2": by_age(YEAR_2014, EU, 2),
    "counts 3": by_age(YEAR_2014, ("geo", "age*eu"), 2),
    "counts 4": by_age(YEAR_2014, EU, 4),
    "counts 5": by_age(YEAR_2014, EU, 3),
    "counts 6": by_age((5, None, 0, 6, 3, 4), EU, 2),
    "counts 7": by_age(YEAR_2015, EU, 2),
    "counts 9 narrow": by_age((17, 3, 1, 17, 10, 11), GEO, 3),
    "counts 9": by_age((17, 3, 1, 17, 10, 11), GEO, 3),
    "linked 3": Table(
        ("age", "geo", "eu", "year"),
        tuple((age, geo, WHERE[geo], year, n) for age, geo, year, n in LINKED), ("total", *LINKS),
        counts=True, coalition=2,
    ),
    "amounts 2": sales(SALES),
    "amounts 3": sales(SALES),
    "amounts 10": sales(SECTORS, 1, 30.0),  # pPercent = 30 is against the second largest
    "heuristic": Table(
        ("v1", "v2"), tuple((*at, n) for at, n in zip(CROSSED, HEURISTIC, strict=True)),
        ("total", "v1", "v2", "v1*v2"), alone=True,
    ),
    "microdata1": Table(
        ("region", "gender"),
        tuple((region, sex, n) for region, pair in MICRODATA1.items()
              for sex, n in zip(("male", "female"), pair, strict=True)),
        ("total", "region", "gender", "region*gender"), alone=True,
    ),
    "linked tables": Table(
        ("region", "county", "size"),
        tuple((name, "county-1" if name in "ABIJ" else "county-2", "big" if name in "LM" else "small", n)
              for name, n in REGIONS.items()),
        ("total", "region", "county", "size"), counts=True, coalition=3,
    ),
}  # fmt: skip


@cache
def published():
    """Read the withheld cells of all examples."""
    rows = pd.read_csv(HERE / "suppression.csv", dtype=str, keep_default_na=False)
    rows["cell"] = [("q", "1", *at) for at in zip(rows["dimension"], rows["segment"], strict=True)]
    return rows


def withheld(example, *, primary=False):
    rows = published().loc[lambda table: table["example"] == example]
    return frozenset(rows["cell"][(rows["primary"] == "yes") | (not primary)])


@dataclass(frozen=True)
class Survey:
    """A table as a survey: design, measurements and the world of one system."""

    design: Design
    measurements: pd.DataFrame
    measure: Measure
    world: World


@cache
def survey(table, *, guess=False):
    """Make a survey of a table: yes answers of many, or amounts of single members.

    With `guess`, amounts are known to within 100 per cent beforehand; else, as in tables, only that none is
    negative or larger than all together.
    """
    many = MEMBERS if table.counts else 1
    frame = pd.DataFrame([row[:-1] for row in table.rows for _ in range(many)], columns=list(table.columns))
    frame = frame.assign(wave="1", member_id=[f"M{i:04}" for i in range(len(frame))], stratum="s")
    y = [float(i < row[-1]) if table.counts else float(row[-1]) for row in table.rows for i in range(many)]
    rows = frame[["wave", "member_id"]].assign(indicator="q", asked=True, y=y, x=1.0)
    design = Design(frame, frame[["wave", "member_id"]], stratum="stratum")
    kind = "share" if {0.0, 1.0} >= set(y) else "total"
    measure = Measure("q", kind, "respondents", "", digits=9)
    answers = read_answers(rows, [measure], design, table.dimensions, levels=True)
    known = {} if kind == "share" or guess else {"q": (0.0, sum(y))}
    (system,) = read_systems(answers, known)
    return Survey(design, rows, measure, World.of(system))


def bounds(table, hidden, cells):
    """Give what an outsider knows of withheld cells, in our eyes."""
    world = survey(table).world
    shown = world.system.shown(frozenset(hidden))
    return {cell: interval(world, shown, cell)[:2] for cell in sorted(cells)}


def cells_of(table):
    """Give each cell's inner cells."""
    labels = [dict(zip(table.columns, row, strict=False)) for row in table.rows]
    found = {}
    for dimension in table.dimensions:
        for place, row in enumerate(labels):
            parts = [] if dimension == "total" else dimension.split("*")
            segment = "*".join(row[part] for part in parts) or "all"
            found.setdefault(("q", "1", dimension, segment), []).append(place)
    return found


def attack(table, hidden, cells):
    """Give what sdcTable's `attack` knows of withheld cells: the least and the most that the others allow."""
    inner = cells_of(table)
    matrix = np.array([[float(i in places) for i in range(len(table.rows))] for places in inner.values()])
    values = matrix @ table.held
    shown = np.array([cell not in hidden for cell in inner])
    most = (matrix[~shown], np.full((~shown).sum(), values.max())) if (~shown).any() else (None, None)
    found = {}
    for cell in sorted(cells):
        line = matrix[list(inner).index(cell)]
        ends = [
            linprog(sign * line, *most, matrix[shown], values[shown], bounds=(0, None)) for sign in (1, -1)
        ]
        found[cell] = (ends[0].fun, -ends[1].fun)
    return found


def open_cells(ends):
    """Name the cells that are protected, as sdcTable has it: upper and lower bound differ."""
    return {cell for cell, (low, high) in ends.items() if high - low > 1e-6}


@pytest.mark.parametrize("example", TABLES)
def test_the_data_are_those_of_the_example(example):
    table, values = TABLES[example], TABLES[example].held
    inner = cells_of(table)
    rows = published()[lambda frame: frame["example"] == example]
    assert len(rows)
    for cell, value in zip(rows["cell"], rows["value"], strict=True):
        assert cell in inner
        assert not value or values[inner[cell]].sum() == pytest.approx(float(value))


@pytest.mark.parametrize("example", sorted({*published().loc[published()["upper"] != "", "example"]}))
def test_intervals_are_those_published(example):
    rows = published()[lambda frame: (frame["example"] == example) & (frame["upper"] != "")]
    table, hidden = TABLES[example], withheld(example)
    ours, theirs = bounds(table, hidden, set(rows["cell"])), attack(table, hidden, set(rows["cell"]))
    for cell, low, high in zip(rows["cell"], rows["lower"], rows["upper"], strict=True):
        assert ours[cell] == pytest.approx((float(low), float(high)), abs=1e-4)
        assert theirs[cell] == pytest.approx((float(low), float(high)), abs=1e-4)


@pytest.mark.parametrize("example", TABLES)
def test_with_primary_cells_alone_withheld_we_accuse_where_they_do(example):
    table, first = TABLES[example], withheld(example, primary=True)
    ours, theirs = bounds(table, first, first), attack(table, first, first)
    assert open_cells(ours) == open_cells(theirs)
    assert all(ours[cell] == pytest.approx(theirs[cell], abs=1e-4) for cell in first)


@pytest.mark.parametrize("example", TABLES)
def test_their_protected_tables_are_not_accused(example):
    table, first = TABLES[example], withheld(example, primary=True)
    assert open_cells(bounds(table, withheld(example), first)) == first


def ours_withheld(table, first):
    """Protect a table by our own rules; a cell costs what it holds, as in theirs."""
    policy = Policy(minimum_base=2, coalition=table.coalition, p_percent=table.p_percent,
                    sensitive={"*": "neither"} if table.alone else {}, secondary=False)  # fmt: skip
    values, inner = table.held, cells_of(table)
    system = survey(table, guess=True).world.system
    return first | cells_that_protect([system], first, policy, lambda cell, _: values[inner[cell]].sum() + 1)


@pytest.mark.parametrize("example", TABLES)
def test_their_attack_finds_nothing_after_our_protection(example):
    table, first = TABLES[example], withheld(example, primary=True)
    assert open_cells(attack(table, ours_withheld(table, first), first)) == first


def at(dimension, segment):
    return "q", "1", dimension, segment


def fallen(table, hidden, policy, *, first=frozenset()):
    """Name the members whose answers fall when some cells are withheld."""
    world = survey(table, guess=True).world
    found = breaches(world, world.system.shown(frozenset(hidden)), targets(world, policy, first or hidden))
    return sorted(breach.target.name for breach in found)


# what the packages' own texts and tests say of single patterns


def test_two_withheld_zeros_follow_from_their_sum():
    """GaussSuppression, "The problem of zeros": why Spain is withheld beside two zeros."""
    table, hidden = TABLES["counts 7"], withheld("counts 7")
    spain = {at("age*geo", "young*Spain"), at("age*geo", "old*Spain")}
    zeros = {at("age*geo", "young*Iceland"), at("age*geo", "young*Portugal")}
    assert bounds(table, hidden - spain, zeros) == dict.fromkeys(zeros, (0.0, 0.0))
    assert open_cells(bounds(table, hidden, zeros)) == zeros


def test_tables_that_are_consistent_apart_give_a_cell_away_together():
    """GaussSuppression, linked tables: Spain-2015 follows from EU-2015 and Portugal-2015."""
    spain = at("geo*year", "Spain*2015")
    assert bounds(TABLES["linked 3"], withheld("linked 3") | {spain}, {spain}) == {spain: (4.0, 4.0)}


def test_the_interval_is_narrow_before_a_further_cell_is_withheld():
    """GaussSuppression, "Intervals": lo_1 and up_1, before row 16 is withheld too."""
    hidden = withheld("amounts 10") - {at("sector2*geo", "private*Portugal")}
    narrow = [at("sector4*geo", name) for name in ("Entertainment*Iceland", "Industry*Iceland")]
    narrow += [at("sector2*geo", "public*Portugal"), at("sector4*geo", "Governmental*Portugal")]
    spain = at("sector4*geo", "Agriculture*Spain")
    for found in (bounds, attack):
        ends = found(TABLES["amounts 10"], hidden, {*narrow, spain})
        assert all(ends[cell] == pytest.approx((0.0, 60.7), abs=1e-4) for cell in narrow)
        assert ends[spain] == pytest.approx((101.3, 240.2), abs=1e-4)


def test_a_single_contributor_takes_its_own_away():
    """GaussSuppression, "The singleton problem": alone in Industry and Spain, one knows Iceland's, and back."""
    table, hidden, first = TABLES["amounts 2"], withheld("amounts 2"), withheld("amounts 2", primary=True)
    without = hidden - {at("sector4*geo", "Industry*Portugal")}
    assert fallen(table, without, LONE, first=first) == ["q: M0004", "q: M0019"]
    assert fallen(table, without, replace(LONE, coalition=0), first=first) == []
    assert fallen(table, hidden, LONE, first=first) == []


def test_single_members_that_share_a_total_know_each_other():
    """sdcTable, `protectTable(detectSingletons)`: of 1, 2 and 1 members one further cell is withheld."""
    rows = (("a", 10.0), ("b", 20.0), ("b", 30.0), ("c", 40.0))
    table = Table(("region",), rows, ("total", "region"), coalition=1)
    first = frozenset({at("region", "a"), at("region", "c")})
    assert fallen(table, first, LONE) == ["q: M0000", "q: M0003"]
    assert fallen(table, first, replace(LONE, coalition=0)) == []
    held = ours_withheld(replace(table, alone=True), first)
    assert len(held - first) == 1
    assert fallen(table, held, LONE, first=first) == []


def test_two_hidden_cells_a_line_are_not_enough():
    """sdcTable, test-simpleheuristic.R: w|b is 47 though no line has less than two withheld cells."""
    first = withheld("heuristic", primary=True)
    cell = at("v1*v2", "w*b")
    assert bounds(TABLES["heuristic"], first, {cell})[cell] == pytest.approx((47.0, 47.0))
    assert len(withheld("heuristic") - first) == 1


def test_the_cheapest_pattern_is_the_one_of_the_optimal_solver():
    """sdcTable, test-protectTable.r: OPT, HITAS, HYPERCUBE and SIMPLEHEURISTIC withhold the same three."""
    table = TABLES["microdata1"]
    assert ours_withheld(table, withheld("microdata1", primary=True)) == withheld("microdata1")


def test_linked_tables_give_the_difference_of_their_totals_away():
    """sdcTable, test-linked-tables.r: county-1 and small differ by K and N, and N is shown."""
    table, first = TABLES["linked tables"], withheld("linked tables", primary=True)
    assert first - open_cells(bounds(table, first, first)) == {at("region", "K")}
    assert at("region", "N") in ours_withheld(table, first)


def test_the_cells_that_one_contributor_dominates_are_theirs():
    """GaussSuppression, `SuppressDominantCells(n = 1, k = 80)`: the primary cells, ours and theirs."""
    case = survey(TABLES["amounts 3"])
    raw = estimate(case.measurements, [case.measure], case.design, SALES)
    parts = case.measurements.merge(case.design.frame, on=["wave", "member_id"])
    rows = [
        ("q", "1", dimension, "*".join(part[name] for name in dimension.split("*")), part["y"])
        for part in parts.to_dict("records")
        for dimension in SALES[1:]
    ]
    contributions = pd.DataFrame(rows, columns=["indicator", "wave", "dimension", "segment", "contribution"])
    policy = Policy(minimum_base=1, dominance_k=80, p_percent=0, secondary=False)
    out = release(raw, {"q": case.measure}, policy, contributions)
    hidden = out.loc[out["status"] == "suppressed", ["indicator", "wave", "dimension", "segment"]]
    assert set(hidden.itertuples(index=False, name=None)) == withheld("amounts 3", primary=True)


# Hundepool et al., Handbook on Statistical Disclosure Control, chapters 4 and 5


def test_the_second_largest_knows_the_largest_to_two_per_cent():
    """Example 1: 50,000 and 49,000 of 100,000 are safe by the (1, 90) rule, and not in truth."""
    amounts = [50_000.0, 49_000.0, *[100.0] * 10]
    rows = tuple(("all", amount) for amount in amounts)
    table = Table(("region",), rows, ("total",))
    second = Policy(coalition=1, secondary=False)
    assert fallen(table, (), second) == ["q: M0000", "q: M0001"]
    assert fallen(table, (), replace(second, p_percent=1.9)) == []
    assert fallen(table, (), replace(second, coalition=0)) == []


def test_a_group_of_one_answer_and_the_one_who_differs():
    """Marital status by hours worked: all 6 married and, for the one who differs, 5 of 6 divorced."""
    rows = [("married", 1.0)] * 6 + [("divorced", 1.0)] * 5 + [("divorced", 0.0)]
    rows += [("single", 1.0)] * 2 + [("single", 0.0)] * 2
    table = Table(("status",), tuple(rows), ("status",))
    married, divorced, single = (
        "q: " + ", ".join(f"M{i:04}" for i, row in enumerate(rows) if row[0] == status)
        for status in ("married", "divorced", "single")
    )
    assert fallen(table, (), Policy(coalition=0)) == [married]
    assert fallen(table, (), Policy(coalition=1)) == sorted([married, divorced])
    # two that say the same, or two that say the opposite, know both others
    assert set(fallen(table, (), Policy(coalition=2))) == {married, divorced, single}


def test_two_overlapping_areas_give_the_difference_away():
    """Geographical differencing: the area of 1991 is the one of 2001 and one woman, who works over 30 hours."""
    rows = [("2001", float(i < 54)) for i in range(54 + 140 + 49)] + [("1991 only", 1.0)]
    table = Table(("area",), tuple(rows), ("total", "area"))
    rest = frozenset({at("area", "1991 only")})
    assert fallen(table, rest, Policy(coalition=0, sensitive={"*": "yes"}))[0] == "q: M0243"
    assert fallen(table, rest | {at("area", "2001")}, Policy(coalition=0), first=rest) == []

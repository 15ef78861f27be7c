"""Figures of random answers, honestly rounded, are never called impossible; altered digits are found."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.consistency import Meaning, audit
from analysis.consistency.findings import show

TYPES = ("large", "joint", "city", "rural")
YEARS = (2021, 2022, 2023)
COLUMNS = ("year", "indicator", "label_zh", "segment", "value", "unit", "change", "change_unit", "source")
CLASSES = ("low", "middle", "high", "top")
MEANINGS = {
    meaning.indicator: meaning
    for meaning in (
        Meaning("members", "count", "percent"),
        Meaning("app", "share", base="members"),
        Meaning("chat", "share", base="members"),
        Meaning("video", "share", base="members"),
        *(Meaning(f"class_{name}", "share", base="members", parts_of="classes") for name in CLASSES),
        Meaning("staff", "total", "percent"),
        Meaning("handled", "total", "percent"),
        Meaning("asked", "total", "percent"),
        Meaning("rate", "ratio", numerator="handled", denominator="asked"),
        Meaning("score", "mean", "own", base="members", items=1),
        Meaning("sessions", "count", "percent"),
        Meaning("inside", "count", "percent", parts_of="sessions"),
        Meaning("outside", "count", "percent", parts_of="sessions"),
        Meaning("heads", "count", "percent"),
        Meaning("hours", "total", "percent"),
        Meaning("hours_each", "mean", "own", numerator="hours"),
        Meaning("rate_streak", "streak", streak_of="rate", threshold=50),
    )
}


def figure(year, indicator, value, unit, *, segment="all", change="", change_unit=""):
    return (str(year), indicator, indicator, segment, value, unit, change, change_unit, "made")


def moved(rng, values, years, unit, digits, *, points):
    """Give each year's change on the year before, printed of the unrounded levels, now and then left out."""
    changes = {years[0]: ("", "")}
    for before, year in pairwise(years):
        if rng.random() < 0.4 or not values[before]:
            changes[year] = ("", "")
            continue
        now, then = values[year], values[before]
        change = now - then if points else 100 * (now / then - 1)
        changes[year] = (show(change, digits, sign=True), unit)
    return changes


def shares(rng, code, sizes, digits):
    """Print a share of all and of each type, from members who said yes."""
    yes = {y: {t: int(rng.integers(0, n + 1)) for t, n in sizes[y].items()} for y in YEARS}
    level = {y: Fraction(100 * sum(yes[y].values()), sum(sizes[y].values())) for y in YEARS}
    changes = moved(rng, level, YEARS, "percentage points", digits, points=True)
    rows = []
    for y in YEARS:
        change, unit = changes[y]
        rows.append(figure(y, code, show(level[y], digits), "%", change=change, change_unit=unit))
        for t, n in sizes[y].items():
            rows.append(figure(y, code, show(Fraction(100 * yes[y][t], n), digits), "%", segment=t))
    return rows


def classes(rng, sizes, digits):
    rows = []
    for y in YEARS:
        n = sum(sizes[y].values())
        counts = rng.multinomial(n, [0.1, 0.2, 0.3, 0.4])
        for name, k in zip(CLASSES, counts.tolist(), strict=True):
            rows.append(figure(y, f"class_{name}", show(Fraction(100 * k, n), digits), "%"))
    return rows


def amounts(rng, sizes):
    """Print sums over members in ten thousands, their changes and their ratio."""
    rows, rates = [], {}
    staff, asked, handled = {}, {}, {}
    for y in YEARS:
        n = sum(sizes[y].values())
        staff[y] = Fraction(int(rng.integers(20, 900, n).sum()) + 5000, 10**4)
        own = rng.integers(10_000, 900_000, n)
        asked[y] = Fraction(int(own.sum()), 10**4)
        handled[y] = Fraction(int((own * rng.uniform(0.3, 1, n)).sum()), 10**4)
        rates[y] = 100 * handled[y] / asked[y]
    for code, values, unit in (
        ("staff", staff, "万人"),
        ("asked", asked, "万次"),
        ("handled", handled, "万次"),
    ):
        changes = moved(rng, values, YEARS, "%", 1, points=False)
        rows += [
            figure(y, code, show(values[y], 2), unit, change=changes[y][0], change_unit=changes[y][1])
            for y in YEARS
        ]
    changes = moved(rng, rates, YEARS, "percentage points", 2, points=True)
    rows += [
        figure(y, "rate", show(rates[y], 2), "%", change=changes[y][0], change_unit=changes[y][1])
        for y in YEARS
    ]
    above = [Fraction(show(rates[y], 2)) > 50 for y in reversed(YEARS)]
    streak = above.index(False) if False in above else len(above)
    return [*rows, figure(YEARS[-1], "rate_streak", str(streak), "年")] if streak else rows


def counts(rng, sizes):
    """Print whole numbers, their sum and growth, an amount per head and a mean of whole answers."""
    y, n = YEARS[-1], sum(sizes[YEARS[-1]].values())
    inside, outside, before = (int(x) for x in rng.integers(1, 2000, 3))
    growth = show(100 * (Fraction(inside + outside, before) - 1), 2, sign=True)
    heads, hours = int(rng.integers(5, 800)), Fraction(int(rng.integers(1000, 900_000)), 100)
    score = Fraction(int(rng.integers(1, 8, n).sum()), n)
    return [
        figure(y, "sessions", str(inside + outside), "场次", change=growth, change_unit="%(同比)"),
        figure(y, "inside", str(inside), "场次"),
        figure(y, "outside", str(outside), "场次"),
        figure(y, "hours", show(hours, 2), "小时"),
        figure(y, "hours_each", show(hours / heads, 2), "小时"),
        figure(y, "score", show(score, 2), "分"),
    ]


def survey(seed):
    """Make the figures of three waves of one survey, and the sizes of its types."""
    rng = np.random.default_rng(seed)
    sizes = {y: {t: int(rng.integers(2, 41)) for t in TYPES} for y in YEARS}
    rows = [figure(y, "members", str(sum(sizes[y].values())), "家") for y in YEARS]
    for code in ("app", "chat", "video"):
        rows += shares(rng, code, sizes, int(rng.integers(0, 3)))
    rows += classes(rng, sizes, int(rng.integers(0, 2)))
    rows += amounts(rng, sizes) + counts(rng, sizes)
    bases = {(y, t): n for y in YEARS for t, n in sizes[y].items()}
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str"), bases


def held(figures, bases):
    return audit(figures, MEANINGS, bases=bases, bound=160)


def grave(findings):
    return findings[findings["verdict"].isin(["impossible", "contradiction", "unit", "base", "streak"])]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_honest_figures_are_never_impossible(seed):
    accused = grave(held(*survey(seed)))
    assert accused.empty, accused.to_dict("records")


@pytest.mark.slow
def test_ten_thousand_honest_surveys_accuse_nobody():
    for seed in range(10_000):
        accused = grave(held(*survey(seed)))
        assert accused.empty, (seed, accused.to_dict("records"))


def altered(figures, row, rng):
    """Change one digit of a value, the first not into nought."""
    text = figures.loc[row, "value"]
    place = int(rng.choice([i for i, letter in enumerate(text) if letter.isdigit()]))
    least = "1" if place == 0 and len(text) > 1 else "0"
    digit = str(rng.choice([d for d in "0123456789" if d != text[place] and d >= least]))
    changed = figures.copy()
    changed.loc[row, "value"] = text[:place] + digit + text[place + 1 :]
    return changed


def detection(surveys):
    """Count by kind of figure how many altered digits are found, gravely or at least suspected."""
    tried, found, suspected = Counter(), Counter(), Counter()
    for seed in range(surveys):
        figures, bases = survey(seed)
        rng = np.random.default_rng([seed, 1])
        row = int(rng.choice(figures.index[figures["indicator"] != "members"]))
        changed = held(altered(figures, row, rng), bases)
        before = held(figures, bases)
        code, place = figures.loc[row, "indicator"], figures.loc[row, "segment"]
        meaning = MEANINGS[code]
        kind = (
            f"{meaning.kind}{' of a type' if place != 'all' else ' of a whole' if meaning.parts_of else ''}"
        )
        tried[kind] += 1
        found[kind] += not grave(changed).empty
        suspects = [len(f[~f["verdict"].isin(["holds", "definition"])]) for f in (before, changed)]
        suspected[kind] += not grave(changed).empty or suspects[1] > suspects[0]
    return pd.DataFrame({"tried": tried, "found": found, "found or suspected": suspected})


@pytest.mark.slow
def test_one_altered_digit_is_found_at_a_measured_rate(capsys):
    rates = detection(1500)
    shown = rates.assign(rate=(rates["found"] / rates["tried"]).round(3))
    with capsys.disabled():
        print(f"\n{shown.to_string()}")  # noqa: T201
    # a type's share is of a known small base: most digits give no whole number
    assert rates.loc["share of a type", "found"] > 0.9 * rates.loc["share of a type", "tried"]
    assert rates["found"].sum() > 0.85 * rates["tried"].sum()

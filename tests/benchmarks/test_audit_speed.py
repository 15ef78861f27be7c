"""The audit in the time one waits for: growth stays linear, measured as ratios in one run."""

import time

import pytest

from analysis.consistency import attainable_bases, infer_meanings, reconstruct
from survey.audit import audit_ledger
from survey.programme import open_programme

pytestmark = pytest.mark.slow  # many runs of one thing, which tell more when nothing runs beside them

MOST = 3.0  # times as long for twice the work, with room for a busy machine


def seconds(work):
    """Give the best of three runs."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def test_the_whole_ledger_takes_under_two_seconds():
    programme = open_programme()
    spent = seconds(lambda: audit_ledger(programme))
    print(f"ledger: {spent:.2f} s")  # noqa: T201
    assert spent < 2


def test_twenty_shares_are_searched_to_ten_thousand_in_a_tenth_of_a_second():
    shares = [f"{5 * k}.3" for k in range(20)]
    spent = seconds(lambda: attainable_bases(shares, 10_000))
    print(f"bases: {1000 * spent:.1f} ms")  # noqa: T201
    assert spent < 0.1


def test_answers_of_a_thousand_are_rebuilt_at_once():
    assert seconds(lambda: reconstruct("3.01", "1.53", 1000, 1, 7)) < 0.1


def test_twice_the_ledger_takes_about_twice_the_time():
    programme = open_programme()
    half = programme.published[programme.published["year"].astype(int) % 2 == 0]
    rows = [len(half), len(programme.published)]
    spent = [seconds(lambda t=table: audit_ledger(programme, t)) for table in (half, programme.published)]
    print(f"{rows[0]} rows {spent[0]:.2f} s, {rows[1]} rows {spent[1]:.2f} s")  # noqa: T201
    assert spent[1] / spent[0] < MOST * rows[1] / rows[0] / 2


def test_bonds_of_a_table_are_found_in_a_second():
    programme = open_programme()
    figures = programme.published
    units = frozenset(programme.settings.units) | {"日期", "年月", "%/年"}
    assert seconds(lambda: infer_meanings(figures, units=units)) < 1

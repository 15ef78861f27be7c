"""A figure never stands outside the interval beside it: of the frames all five shipped waves publish."""

from __future__ import annotations

import json

import pytest

from survey.figures import compute_figures


@pytest.mark.parametrize("wave", ["2016", "2017", "2021", "2022", "2023"])
def test_no_figure_lies_outside_its_own_interval(shipped_archive, wave):
    """The interval of a change is that of all members; the respondents' change may well lie outside it."""
    cells = compute_figures(shipped_archive, wave).cells
    figures = [
        *(cell for cell in cells.all_cells() if cell.is_released),
        *cells.all_changes(),
        *cells.all_slopes(),
    ]
    shown = [(one.key, one.value, one.interval) for one in figures if one.interval is not None]
    pairs = [
        (test.key, pair["difference"], (pair["lower"], pair["upper"]))
        for test in cells.all_comparisons()
        for pair in json.loads(test.pairs)
        if pair["lower"] is not None
    ]
    assert [one for one in shown + pairs if not one[2][0] <= one[1] <= one[2][1]] == []

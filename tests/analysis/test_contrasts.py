"""Which segments differ: letters behind figures, the size of the effect, and what could not be seen."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd
from lxml import html

from analysis.pieces import Head, html_of
from analysis.tables import contrast_table
from analysis.words import Cells, Lexicon, Text


@dataclass(frozen=True)
class Measure:
    indicator: str = "app"
    unit: str = "%"
    digits: int = 0
    change: str = "percentage points"
    change_digits: int = 0


TYPES = {"large": 90.0, "city": 60.0, "rural": 20.0}
LEXICON = Lexicon(
    {"app": Measure()}, {"app": Text("应用", "the app")}, segments={t: Text(t, t) for t in (*TYPES, "joint")}
)


def estimates(hidden=()):
    return pd.DataFrame(
        [
            {
                "indicator": "app", "wave": "2023", "dimension": "stratum", "segment": segment,
                "estimate": float("nan") if segment in hidden else value, "n": 20,
                "status": "suppressed" if segment in hidden else "released",
            }
            for segment, value in TYPES.items()
        ]
    )  # fmt: skip


def compared_by(lowest, effect=0.34):
    names = [("large", "city"), ("large", "rural"), ("city", "rural")]
    pairs = [
        {"a": a, "b": b, "lower": low, "upper": 60.0, "detectable": d}
        for (a, b), low, d in zip(names, lowest, (30.0, 34.0, 40.4), strict=True)
    ]
    key = {
        "indicator": "app",
        "wave": "2023",
        "dimension": "stratum",
        "test": "Fisher-Freeman-Halton exact",
    }
    return pd.DataFrame([key | {"p_value": 0.2, "effect": effect, "pairs": json.dumps(pairs)}])


def row(cells, compared):
    known = Cells(cells, LEXICON, comparisons=compared)
    head = Head("which", Text("差别", "Differences"))
    made = contrast_table(known, ["app"], list(TYPES), head, wave="2023", dimension="stratum")
    page = html.fragment_fromstring(html_of(made, "en"))
    return [cell.text_content() for cell in page.findall(".//tbody/tr/td")], page


def test_letters_stand_behind_figures_that_differ():
    cells, page = row(estimates(), compared_by((-5.0, 8.0, 2.0)))
    assert cells == ["90 a", "60 a", "20 b", "medium (0.34)", "about 30 to 40 percentage points"]
    held = {(d.get("class"), d.get("data-estimate"), d.get("value")) for d in page.findall(".//data")}
    assert ("effect", "2023/app/stratum/*", "0.34") in held
    assert ("unseen_most", "2023/app/stratum/*", "40.4") in held


def test_one_letter_for_all_is_not_printed():
    assert row(estimates(), compared_by((-5.0, -1.0, 0.0), 0.05))[0][:4] == [
        "90",
        "60",
        "20",
        "negligible (0.05)",
    ]


def test_a_withheld_segment_has_neither_figure_nor_letter():
    told = row(estimates(["large"]), compared_by((8.0, 8.0, -3.0)))[0]
    assert told[:3] == ["[c]", "60", "20"]
    assert told[4] == "about 40 percentage points"


def test_what_was_not_compared_is_marked():
    assert row(estimates(), compared_by((-5.0, -1.0, 0.0)).iloc[:0])[0][3:] == ["[x]", "[x]"]

"""A programme's level of confidence reaches intervals, verbs, tests, letters and what could not be seen."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from fixtures.programmes import Small
from survey.archive import Archive
from survey.figures import compute_figures
from survey.notebooks import display
from survey.notebooks.chapter import Chapter


@pytest.fixture(scope="module")
def figures_at(answered_once, tmp_path_factory):
    """Compute the figures of the small programme, answered in both waves, at a level of confidence."""
    folder = tmp_path_factory.mktemp("level")
    answered = Small(shutil.copytree(answered_once, folder / "small"))
    for number, member in enumerate(("A1", "B2", "C3", "D4", "E5")):
        answered.send(member, wave="2022", calls_handled=880 + 7 * number)
    answered.edit("programme.yaml", "minimum_base: 3", "minimum_base: 2")
    answered.edit("programme.yaml", "crossed: [[bank_type, centre_kind]]\n", "")
    definition = answered.folder / "programme.yaml"
    text = definition.read_text(encoding="utf-8")

    def made(level):
        definition.write_text(text.replace("level: 0.95", f"level: {level}"), encoding="utf-8")
        return compute_figures(Archive(answered.programme, folder / f"archive-{level}"), "2023")

    return cache(made)


@pytest.fixture
def chapter_at(figures_at, monkeypatch):
    """Open a chapter at a level of confidence; keep what it shows."""
    shown = []
    monkeypatch.setattr(display.Shown, "show", lambda _self, *pieces: shown.extend(pieces))

    def opened(level):
        figures = figures_at(level)
        own = replace(figures, kept=dict(figures.kept))
        return Chapter(own, ("zh", "en"), "public"), shown

    return opened


def test_the_verbs_and_cells_are_of_the_programmes_level(chapter_at):
    found = {}
    for level in (0.95, 0.8):
        chapter, shown = chapter_at(level)
        shown.clear()
        chapter.say("connect_rate")
        cells = chapter.say.figures.cells
        change = cells.change("connect_rate.members", "2023", "2022")
        found[level] = shown[0].plain("en"), change.interval
        assert cells.level == level
    (_, wide), (_, narrow) = found[0.95], found[0.8]
    assert wide is not None
    assert narrow is not None
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_segments_differ_at_the_programmes_level(chapter_at):
    """A p value of 0.15 is more than chance at 80 %, and not at 95 %."""
    for level, differing in ((0.95, []), (0.8, ["connect_rate"])):
        chapter, shown = chapter_at(level)
        shown.clear()
        row = {
            "indicator": "connect_rate", "wave": "2023", "dimension": "bank_type", "test": "Kruskal-Wallis",
            "statistic": 1.0, "p_value": 0.15, "p_adjusted": 0.15, "effect": 0.2, "effect_lower": 0.0,
            "effect_upper": 0.5, "pairs": "[]",
        }  # fmt: skip
        chapter.say.figures.kept["comparisons"] = pd.DataFrame([row])
        assert chapter.indicators(differing_by="bank_type") == differing
        chapter.say.what_differs("bank_type")
        assert f"{len(differing)} of them by more than chance" in shown[0].plain("en")

"""The verbs that draw courses, ranks, splits and strips: shown where there is something to show, else left out."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import charts
from fixtures.charts import (
    CLASSES,
    COURSES,
    NAN,
    ORDINARY,
    TYPES,
    cell,
    cells,
    course,
    levels,
    medians,
    shares,
    split,
    words,
)
from survey.errors import UsageError
from survey.notebooks.draw import Draw

NO_SERIES = pd.DataFrame(
    {"indicator": [], "wave": [], "break_before": [], "break_note_zh": [], "break_note_en": []}
)


class Kept(Draw):
    """A chapter that keeps what it shows."""

    def show(self, *pieces):
        self.__dict__.setdefault("shown", []).extend(pieces)


def chapter(estimates, changes=None, *, wave="2023", before="2022", edition="public"):
    known = dict.fromkeys([*CLASSES, "app", "sms", "rate", "staff", "q1", "q3"])
    segments = SimpleNamespace(segments=[SimpleNamespace(code=code) for code in TYPES])
    moved = split().iloc[:0] if changes is None else changes
    figures = SimpleNamespace(
        estimates=estimates, changes=moved, series=NO_SERIES, cells=cells(estimates, changes=moved),
        wave=wave, before=before, indicators=list(known),
        programme=SimpleNamespace(
            code="p", indicators=known, dimension=lambda _: segments, open_survey=False, stratum="stratum"
        ),
        questionnaire=SimpleNamespace(demonstration=None),
    )  # fmt: skip
    made = Kept(figures, ("zh", "en"), edition)
    made.__dict__["lexicon"] = words()
    return made


def own():
    """Return a member's benchmark, as far as a chart reads it."""
    return pd.DataFrame([{"wave": "2023", "dimension": "stratum", "segment": "city", "value": 210.0}])


def slugs(made):
    return [chart.slug for chart in made.__dict__.get("shown", [])]


def ranked(*waves):
    return pd.DataFrame(
        [cell(name, wave, 40.0 + n) for wave in waves for n, name in enumerate(("app", "sms"))]
    )


def test_courses_and_ranks_take_two_waves():
    for table, shown in ((course(COURSES), ["m"]), (course([line[:1] for line in COURSES]), [])):
        made = chapter(table)
        made.panels("rate", "stratum", "m")
        assert slugs(made) == shown
    for table, shown in ((ranked("2022", "2023"), ["b"]), (ranked("2023"), [])):
        made = chapter(table)
        made.ranks("app", "sms", slug="b")
        assert slugs(made) == shown


def test_classes_are_drawn_where_all_are_asked_and_one_is_released():
    for table, shown in (
        (shares(ORDINARY), ["d"]),
        (shares([[NAN] * 5] * 4), []),
        (shares(ORDINARY).iloc[:0], []),
    ):
        made = chapter(table)
        made.diverging(*CLASSES, slug="d")
        assert slugs(made) == shown
    over_time = pd.DataFrame([cell(part, "2023", 20.0) for part in CLASSES] + [cell("c1", "2022", 20.0)])
    made = chapter(over_time)
    made.diverging_over_time(*CLASSES, slug="t")
    assert slugs(made) == ["t"]
    assert set(made.__dict__["shown"][0].data["wave"]) == {"2023"}


def test_a_split_is_drawn_of_the_first_indicator_that_has_one():
    whole = split().assign(comparable=True)
    made = chapter(levels(), whole)
    made.waterfall("app", "rate", slug="w")
    assert slugs(made) == ["w"]
    for changes, before in (
        (whole.assign(leavers=NAN), "2022"),
        (whole.assign(comparable=False), "2022"),
        (whole, None),
    ):
        made = chapter(levels(), changes, before=before)
        made.waterfall("app", "rate", slug="w")
        assert slugs(made) == []


def test_an_own_value_is_for_the_internal_edition():
    made = chapter(medians([NAN, 785.0, 112.0, 89.0]), edition="internal")
    made.strip("staff", "stratum", "s", own=own())
    assert "own 210 people" in made.__dict__["shown"][0].alt.en
    made = chapter(medians([NAN, 785.0, 112.0, 89.0]))
    with pytest.raises(
        UsageError, match="chart 's' marks a member's own value, which the public edition must not show"
    ):
        made.strip("staff", "stratum", "s", own=own())
    made.strip("staff", "stratum", "s")
    chapter_without = chapter(medians([NAN] * 4))
    chapter_without.strip("staff", "stratum", "s")
    assert (slugs(made), slugs(chapter_without)) == (["s"], [])
    assert isinstance(made.__dict__["shown"][0], charts.DrawnChart)

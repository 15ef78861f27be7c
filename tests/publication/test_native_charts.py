"""Charts PowerPoint draws itself: printed digits alone, nothing withheld, told in words, the same bytes."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from analysis import charts
from analysis.pieces import Head
from analysis.words import Cells
from fixtures.charts import NAN, NOTICE, TYPES, cell, words
from survey.documents.deck.native import draw_native, native_chart


def dots(values):
    rows = [cell("rate.members", "2023", v, f"stratum/{s}") for s, v in zip(TYPES, values, strict=True)]
    known = Cells(pd.DataFrame([*rows, cell("rate.members", "2023", 50.4)]), words())
    head = Head("dots", None, NOTICE)
    return charts.segments(known, "rate.members", TYPES, head, wave="2023", dimension="stratum").piece()


def drawn(piece, lang="en"):
    slide = Presentation().slides.add_slide(Presentation().slide_layouts[6])
    frame = draw_native(slide, native_chart(piece, lang), (0.0, 0.0, 400.0, 300.0))
    book = openpyxl.load_workbook(io.BytesIO(frame.chart.part.chart_workbook.xlsx_part.blob))
    return slide, frame.chart, [list(row) for row in book.active.iter_rows(values_only=True)]


def test_the_workbook_behind_a_chart_holds_printed_digits_and_nothing_withheld():
    piece = dots([90.4242, 61.5151, NAN, 31.3131])
    _, chart, grid = drawn(piece)
    assert grid[1:] == [
        ["Large banks", 90], ["Joint-stock banks", 62], ["City banks [c]", None], ["Rural banks", 31],
        ["All members", 50],
    ]  # fmt: skip
    written = chart.part.blob.decode()
    assert "90.4" not in written
    assert "errBars" in written, "the intervals are drawn, from the printed limits"


def test_a_chart_keeps_its_measure_and_the_notice_of_the_data():
    slide, chart, _ = drawn(dots([90.0, 60.0, 40.0, 30.0]), "zh")
    assert chart.chart_title.text_frame.text.startswith("指标rate（%），推及全体成员")
    assert any(NOTICE.zh in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_a_line_stops_where_the_series_breaks():
    def point(wave, value, **others):
        return cell("rate", wave, value) | {
            "source": "archive", "break_before": False, "break_note_zh": "", "break_note_en": "", **others,
        }  # fmt: skip

    series = pd.DataFrame(
        [
            point("2017", 90.0),
            point("2021", 94.0, break_before=True, break_note_zh="改口径", break_note_en="new basis"),
            point("2022", 88.0),
        ]
    )
    known = Cells(pd.DataFrame([cell("rate", "2022", 88.0)]), words(), series=series)
    _, chart, grid = drawn(charts.trend(known, ["rate"], Head("line", None, NOTICE)).piece())
    assert [tuple(line.values) for line in chart.plots[0].series] == [
        (90.0, None, None, None, None, None), (None, None, None, None, 94.0, 88.0),
    ]  # fmt: skip
    assert [row[0] for row in grid[1:]] == ["2017", "2018", "2019", "2020", "2021", "2022"], (
        "at true distance"
    )


@pytest.mark.parametrize("kind", ["", "panels"])
def test_what_powerpoint_has_no_chart_for_stays_a_picture(kind):
    assert native_chart(replace(dots([90.0, 60.0, 40.0, 30.0]), kind=kind), "en") is None

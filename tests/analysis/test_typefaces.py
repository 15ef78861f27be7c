"""The Chinese typefaces: coverage, subsets, errors."""

from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

from analysis.charts import SANS, SERIF
from analysis.charts.typefaces import font_files, missing_glyphs, require_glyphs, woff2_subset
from analysis.model import AnalysisError

SENTENCE = "2023年，人工电话平均接通率为92.88%，较上年提高4.60个百分点。− ①"


def test_both_typefaces_are_installed():
    files = font_files()
    assert set(files) == {SANS, SERIF}
    assert all(path.stat().st_size > 1_000_000 for path in files.values())


@pytest.mark.parametrize("font", [SANS, SERIF])
def test_what_a_report_prints_is_covered(font):
    assert missing_glyphs(SENTENCE + "\n\t", font) == ()


def test_missing_characters_are_named():
    assert missing_glyphs("中\U0001f600") == ("\U0001f600",)
    with pytest.raises(AnalysisError) as caught:
        require_glyphs("中\U0001f600")
    assert str(caught.value) == (
        "text: expected characters that Noto Sans SC has, got \U0001f600 (U+1F600); "
        "replace the characters or choose another typeface."
    )
    with pytest.raises(AnalysisError, match="Noto Sans SC or Noto Serif SC"):
        missing_glyphs("a", "Comic Sans")


def test_a_subset_holds_the_text_and_little_else():
    data = woff2_subset(SENTENCE)
    with TTFont(io.BytesIO(data)) as font:
        assert font.flavor == "woff2"
        assert {ord(char) for char in SENTENCE} <= set(font.getBestCmap())
        assert len(font.getGlyphOrder()) < 4 * len(set(SENTENCE))
    assert len(data) < 40_000


def test_a_subset_is_the_same_bytes_whatever_the_order():
    first = woff2_subset("接通率")
    woff2_subset.__globals__["_subset"].cache_clear()
    assert woff2_subset("率通接接\n") == first

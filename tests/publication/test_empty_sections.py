"""What has nothing to show disappears from every publication: headings, and prose around code that was silent."""

from __future__ import annotations

from nbformat.v4 import new_code_cell

from analysis.pieces import Remark, SectionHeading
from analysis.words import Text
from fixtures.chapters import md, notebook, shown
from survey.documents import read_blocks


def printed(*cells):
    blocks = read_blocks([notebook("chapter", *cells)], "public")
    return [
        getattr(block.content, "source", None) or block.content.words.en
        for block in blocks
        if block.is_of("en")
    ]


def remark(words):
    return shown(Remark(Text(words, words), "p"))


def silent():
    return new_code_cell("chapter.draw.trend('not_asked')")


def test_a_heading_stays_with_what_stands_under_it():
    cells = [
        md("# One"),
        md("## Empty"),
        silent(),
        md("## Full"),
        remark("figure"),
        md("# Two"),
        silent(),
        md("# Three"),
        md("Prose."),
    ]
    assert printed(*cells) == ["# One", "## Full", "figure", "# Three", "Prose."]


def test_prose_around_silent_code_goes_and_prose_by_itself_stays():
    cells = [
        md("# One"),
        md("How to read the chart."),
        silent(),
        md("# Two\n\nPlain words."),
        md("# Three"),
        md("## Four"),
        silent(),
    ]
    assert printed(*cells) == ["# Two\n\nPlain words."]


def test_headings_that_code_writes_are_headings_too():
    heading = shown(SectionHeading(1, Text("空", "Empty")))
    assert printed(heading, silent(), shown(SectionHeading(1, Text("满", "Full"))), remark("figure")) == [
        "Full",
        "figure",
    ]


def test_each_language_is_read_by_itself():
    cells = [
        md("# 一", "zh"),
        md("# One", "en"),
        md("只有中文。", "zh"),
        md("# 二", "zh"),
        md("# Two", "en"),
        remark("figure"),
    ]
    assert printed(*cells) == ["# Two", "figure"]

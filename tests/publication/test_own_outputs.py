"""What researchers show without the kit: published with words, reported without, and never lost in silence."""

from __future__ import annotations

import nbformat
import pandas as pd
import pytest
from IPython.display import Markdown
from matplotlib.figure import Figure

from analysis.model import AnalysisError
from analysis.pieces import html_of, own_pieces
from analysis.words import Text
from survey.documents import assemble, markdown, read_blocks, typeset, unpublished_outputs, wordfile
from survey.errors import PublicationError, UsageError
from survey.gate import check, disparities
from survey.notebooks.display import shown_of

pytestmark = pytest.mark.usefixtures("hollow_fonts")


class TestOwn:
    CAPTION, ALT = Text("说明", "What it states"), Text("折线", "A line")

    def figure(self):
        figure = Figure(figsize=(2, 1))
        figure.subplots().plot([1, 2, 3])
        return figure

    def test_a_figure_becomes_a_picture_the_same_each_time(self):
        made = [own_pieces(shown_of(self.figure()), "a", self.CAPTION, self.ALT) for _ in range(2)]
        assert made[0] == made[1]
        (picture,) = made[0]
        assert picture.content.startswith("<svg")
        assert 'id="fig-a"' in html_of(picture, "en")

    def test_a_frame_a_styler_and_a_summary_become_tables_with_their_numbers(self):
        frame = pd.DataFrame({"share": ["12.5", "n/a"]}, index=["city", "rural"])
        for thing in (frame, frame.style):
            (table,) = own_pieces(shown_of(thing), "a", self.CAPTION, Text("", ""))
            assert [text.en for text in table.header] == ["", "share"]
            assert [row[0].en for row in table.rows] == ["city", "rural"]
            assert (table.rows[0][1].value, table.rows[1][1]) == (12.5, Text.same("n/a"))

        class Summary:
            def _repr_html_(self):
                return "<table><tr><th>Model:</th><td>OLS</td></tr></table>" * 2

        assert [one.slug for one in own_pieces(shown_of(Summary()), "a", self.CAPTION, self.ALT)] == [
            "a",
            "a-2",
        ]

    def test_without_words_nothing_is_made(self):
        with pytest.raises(AnalysisError, match="alt_zh, alt_en"):
            own_pieces(shown_of(self.figure()), "a", self.CAPTION, Text("", ""))
        with pytest.raises(AnalysisError, match="words in both languages"):
            own_pieces(shown_of(pd.DataFrame({"a": [1]})), "a", Text("说明", ""), self.ALT)
        with pytest.raises(AnalysisError, match="a picture or a table"):
            own_pieces({"text/html": "<p>x</p>"}, "a", self.CAPTION, self.ALT)
        with pytest.raises(UsageError, match="a int shows itself as text alone"):
            shown_of(3)


DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WORDS = {"slug": "own", "zh": "说明", "en": "What it states", "alt_zh": "一点", "alt_en": "A dot"}


def cell(*data, metadata=()):
    outputs = [nbformat.v4.new_output("display_data", one) for one in data]
    return nbformat.v4.new_code_cell("own()", outputs=outputs, metadata=dict(metadata))


def book(rule, *cells):
    return rule.notebook("01-x", rule.md("# 章", "zh"), rule.md("# Chapter", "en"), *cells)


def test_a_picture_and_a_frame_described_in_the_cell_are_published_in_every_format(rule):
    frame = pd.DataFrame({"占比": ["12.5"]}, index=["甲"])._repr_html_()
    made = book(
        rule,
        cell({"image/png": DOT, "text/plain": "<Figure>"}, metadata={"survey": WORDS}),
        cell({"text/html": frame}, metadata={"survey": WORDS | {"slug": "frame"}}),
    )
    assert unpublished_outputs([made], "public") == []
    pages = [assemble([made], lang, "public", rule.front(lang)) for lang in ("zh", "en")]
    assert [fault for fault in check(pages[0]) if fault.level == "error"] == []
    assert disparities(tuple(pages)) == []
    assert 'alt="A dot"' in pages[1].text
    assert "![一点](charts/own.zh.png)" in markdown(pages[0]).decode()
    assert "12.5" in markdown(pages[0]).decode()
    assert typeset(pages[0]).startswith(b"%PDF")
    assert wordfile(pages[0]).startswith(b"PK")


@pytest.mark.parametrize(
    ("shown", "what"),
    [
        ({"text/html": "<table><tr><td>1</td></tr></table>"}, "a table or HTML without a language"),
        ({"image/png": DOT, "text/plain": "<Figure>"}, "a picture"),
        ({"text/markdown": "*x*"}, "Markdown without a language"),
    ],
)
def test_what_has_no_words_is_reported_with_its_cell_and_what_to_add(rule, shown, what):
    (fault,) = unpublished_outputs([book(rule, cell(shown))], "public")
    assert (fault.rule, fault.level, fault.where) == ("own-output", "warning", "01-x, cell 3")
    assert fault.message.startswith(f"{what} is shown in the notebook and printed nowhere; show it by ")
    assert "`chapter.publish(it, slug, zh=…, en=…, alt_zh=…, alt_en=…, base=…)`" in fault.message
    assert len(read_blocks([book(rule, cell(shown))], "public")) == 2


def test_printed_text_is_reported_and_what_stays_inside_is_not(rule):
    printed = nbformat.v4.new_output("stream", name="stdout", text="占比")
    told = unpublished_outputs([book(rule, rule.code(outputs=[printed]))], "public")
    assert [fault.message.partition(" is shown")[0] for fault in told] == ["printed text"]
    assert (
        unpublished_outputs([book(rule, rule.code(None, None, "internal", outputs=[printed]))], "public")
        == []
    )


def test_markdown_shown_in_a_language_is_prose(rule):
    shown = {"text/markdown": Markdown("见**此**。").data, "text/plain": "x"}
    page = assemble([book(rule, cell(shown))], "zh", "public", rule.front("zh"))
    assert "见" not in page.main().text_content()
    said = nbformat.v4.new_output("display_data", shown, metadata={"lang": "zh"})
    page = assemble([book(rule, rule.code(outputs=[said]))], "zh", "public", rule.front("zh"))
    assert page.main().xpath(".//strong/text()") == ["此"]


def test_a_caption_missing_stops_with_the_cell(rule):
    made = book(rule, cell({"image/png": DOT}, metadata={"survey": WORDS | {"alt_en": ""}}))
    with pytest.raises(PublicationError, match=r"01-x, cell 3: .*alt_zh, alt_en"):
        read_blocks([made], "public")

"""A sentence of ours that contradicts the record stops the publication, with what would be right."""

from __future__ import annotations

import re

import nbformat
import pandas as pd
import pytest

from analysis.words import Text
from survey.edition import Request, Watch
from survey.edition.front_matter import audit_front
from survey.edition.write_publications import Documents, checked_page
from survey.errors import PublicationError
from survey.gate import proofreader
from survey.programme import open_programme

HEAD = "# 2022年的服务"
RIGHT = "2022年，人工电话平均接通率为88.28%，较2021年下降5.87个百分点。"


@pytest.fixture(scope="module")
def programme():
    return open_programme()


def page_of(programme, *texts, estimates=None, lang="zh", watch=None):
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
    book.metadata["name"] = "02-trends"
    fronts = {lang: audit_front(Request(programme, "", "public", (lang,)), lang, Text("试", "A trial"))}
    # typed on purpose: the audit is to find them, not the gate
    allowed = frozenset(re.findall(r"\d[\d.]*%?", " ".join(texts)))
    documents = Documents("report", "public", fronts, {}, proofreader(programme, estimates), {}, allowed)
    return checked_page(documents, [book], lang, watch or Watch()).text


@pytest.mark.usefixtures("hollow_fonts")
class TestPlanted:
    def test_what_is_right_passes_and_the_time_it_took_is_kept(self, programme):
        watch = Watch()
        assert RIGHT.rstrip("。") in page_of(programme, HEAD, RIGHT, watch=watch)
        assert set(watch.seconds) == {"page", "gate", "audit"}

    def test_a_planted_sentence_stops_with_all_that_is_needed_to_mend_it(self, programme):
        with pytest.raises(PublicationError) as stopped:
            page_of(programme, HEAD, RIGHT.replace("88.28", "88.82"))
        assert str(stopped.value) == (
            "report.zh does not pass the gate:\n"
            "error: 02-trends, cell 2: “2022年，人工电话平均接通率为88.82%，较2021年下降5.87个百分点。” prints 88.82% "
            "for 2022, on record is 88.28% (published.csv, line 185): its digits are out of order; correct the "
            "number or the words around it."
        )

    def test_a_number_that_names_its_cell_is_held_against_the_cell_and_not_read(self, programme):
        bound = '<data class="estimate" data-estimate="2022/x/total/all" value="88.82">88.82%</data>'
        with pytest.raises(PublicationError) as stopped:
            page_of(programme, HEAD, RIGHT.replace("88.28%", bound))
        assert str(stopped.value) == (
            "report.zh does not pass the gate:\n"
            "error: 02-trends, cell 2: '88.82%' names the cell '2022/x/total/all', which no frame holds; correct the key."
        )

    def test_in_english_too(self, programme):
        said = "In 2022 the average connection rate of calls to agents was 88.28%."
        assert "88.28%" in page_of(programme, "# Service in 2022", said, lang="en")
        with pytest.raises(PublicationError, match=r"prints 82\.88% for 2022, on record is 88\.28%"):
            page_of(programme, "# Service in 2022", said.replace("88.28", "82.88"), lang="en")

    def test_a_cell_in_another_years_unit_stops_with_its_place(self, programme):
        table = (
            '<table id="tbl-calls"><caption>历年来电</caption><tr><th>指标</th><th>2016年</th><th>2022年</th></tr>'
            "<tr><th>人工处理来电{}</th><td>10.45</td><td>6.41</td></tr></table>"
        )
        assert "10.45" in page_of(programme, HEAD, table.format("，亿通（至2018年）、亿人次"))
        with pytest.raises(PublicationError) as stopped:
            page_of(programme, HEAD, table.format("（亿人次）"))
        told = str(stopped.value)
        assert "02-trends, cell 2, table 1, row 2, column 2: " in told
        assert (
            "prints 10.45 for 2016, on record is 10.45 亿通 (published.csv, line 39): the unit is 通;" in told
        )

    def test_a_figure_of_the_returns_is_right_where_the_ledger_prints_another(self, programme):
        """Returns corrected after the press release: the report may print what they give."""
        corrected = RIGHT.replace("88.28%，较2021年下降5.87", "88.30%，较2021年下降5.85")
        estimates = pd.DataFrame({
            "indicator": ["human_connect_rate"], "wave": ["2022"], "dimension": ["total"], "segment": ["all"],
            "estimate": [88.3], "unit": ["%"], "status": ["released"],
        })  # fmt: skip
        assert "88.30%" in page_of(programme, HEAD, corrected, estimates=estimates)
        with pytest.raises(PublicationError, match=r"88\.30% for 2022"):
            page_of(programme, HEAD, corrected)

"""One chapter written by nbconvert alone: numbered, quoted, in the language asked for, without the command."""

from __future__ import annotations

import logging
import tomllib

import nbformat
import pytest
from lxml import html
from nbconvert.exporters import get_exporter
from traitlets.config import Config

from survey.documents.exporter import ChapterExporter

pytestmark = pytest.mark.usefixtures("hollow_fonts")

PARAMETERS = 'programme: str = "remote-banking"\nwave: str = "2019"  # no such wave: nothing is computed'


@pytest.fixture
def book(rule):
    cells = [
        nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        rule.md("# 章\n\n置信水平为{{level}}，见[](#fig-connect)。", "zh"),
        rule.md("# Chapter\n\nAt {{level}}, see [](#fig-connect).", "en"),
        rule.code(
            *(rule.figure_html(lang, "connect", {"zh": "甲", "en": "A"}[lang]) for lang in ("zh", "en"))
        ),
        rule.code(outputs=[nbformat.v4.new_output("stream", name="stdout", text="left behind")]),
    ]
    return rule.notebook("02-trends", *cells)


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "置信水平为95%，见图 1。"), ("en", "At 95%, see Figure 1.")]
)
def test_a_chapter_is_written_as_in_the_report(book, lang, said, caplog):
    exporter = ChapterExporter(config=Config(ChapterExporter={"language": lang}))
    exporter.log = logging.getLogger("exporter")
    with caplog.at_level(logging.WARNING, "exporter"):
        made, told = exporter.from_notebook_node(book)
    page = html.document_fromstring(made)
    assert page.xpath("//main//p")[0].text_content() == said
    assert page.get("lang").startswith(lang)
    assert told["output_extension"] == ".html"
    assert [record.getMessage().partition(" is shown")[0] for record in caplog.records] == [
        "02-trends, cell 5: printed text"
    ]


def test_nbconvert_knows_it_by_the_name_of_the_entry_point(house):
    declared = tomllib.loads((house / "pyproject.toml").read_text(encoding="utf-8"))
    name = declared["project"]["entry-points"]["nbconvert.exporters"]["member-survey"]
    assert get_exporter(name.replace(":", ".")) is ChapterExporter

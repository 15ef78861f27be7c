"""Prose quotes settings and estimates by name and never types them."""

from __future__ import annotations

import re

import nbformat
import pytest

from analysis.words import Number, Text
from survey.documents import quotable_settings, with_quotes
from survey.errors import PublicationError
from survey.programme import open_programme

KEY = "2023/staff_total/total/all"
STAFF = Number(Text("4.17万人", "41,700 people"), 4.1712, KEY)


def filled(source, *tags, **quotable):
    book = nbformat.v4.new_notebook(metadata={"name": "02-trends"})
    book.cells = [nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})]
    with_quotes([book], quotable)
    return book.cells[0].source


def test_an_estimate_is_printed_in_the_language_of_its_cell_and_bound_to_its_key():
    bound = f'<data class="estimate" value="4.1712" data-estimate="{KEY}">'
    assert filled(f"共{{{{{KEY}}}}}。", "zh", **{KEY: STAFF}) == f"共{bound}4.17万人</data>。"
    assert filled(f"{{{{ {KEY} }}}} work", "en", **{KEY: STAFF}) == f"{bound}41,700 people</data> work"


def test_the_programme_s_settings_can_be_quoted():
    settings = quotable_settings(open_programme())
    assert {name: number.text.zh for name, number in settings.items()} == {
        "level": "95%", "minimum_base": "3", "dominance_share": "75%", "small_points": "1",
        "effect_large_share": "0.5", "effect_medium_share": "0.3", "effect_small_share": "0.1",
        "effect_large_amount": "0.14", "effect_medium_amount": "0.06", "effect_small_amount": "0.01",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "tags", "message"),
    [
        (
            "{{levle}}", ["zh"],
            "02-trends, cell 1 quotes {{levle}}, which is no setting; there are level, and keys of estimates.",
        ),
        (
            "{{2023/ch_ap/total/all}}", ["en"],
            "02-trends, cell 1 quotes {{2023/ch_ap/total/all}}, which no released estimate is called; look for its key "
            "in data/estimates.csv.",
        ),
        (
            "{{level}}", [],
            "02-trends, cell 1 quotes {{level}} but is of no language; numbers are written otherwise in Chinese than in "
            "English: make it a pair of cells tagged zh and en.",
        ),
    ],
)  # fmt: skip
def test_a_quote_of_nothing_stops_with_its_cell_and_what_there_is(source, tags, message):
    with pytest.raises(PublicationError, match=f"^{re.escape(message)}$"):
        filled(source, *tags, level=Number(Text.same("95%"), 95, "", "parameter"))

"""Pieces as data: stored and read back without loss, their numbers found and marked, written in each format."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import html

from analysis.model import AnalysisError
from analysis.pieces import (
    Aside,
    Box,
    Card,
    Cards,
    Chart,
    CheckFinding,
    CheckFindings,
    OwnFigure,
    Remark,
    SectionHeading,
    Table,
    data_element,
    from_json,
    html_of,
    markdown_of,
    number_html,
    numbers_in,
    plain_of,
    to_json,
    with_numbers,
)
from analysis.words import Claim, Number, Phrase, Text

words = some.text(some.characters(exclude_categories=("Cs", "Cc")), max_size=12)
texts = some.builds(Text, words, words)
values = some.floats(allow_nan=False) | some.integers(-(10**9), 10**9)
slugs = some.from_regex("[a-z][a-z0-9-]{0,5}", fullmatch=True)
counted = some.builds(Number, texts, values, words, slugs, some.sampled_from(["", "[r]"]))


@some.composite
def phrases(draw):
    """Make a phrase whose languages state the same numbers, each in its own order."""
    held = draw(some.lists(counted, max_size=3))
    return Phrase(*(tuple(draw(some.permutations([*held, draw(words)]))) for _ in range(2)))


sentences = some.builds(Claim, words, phrases())
cells = counted | texts | phrases() | some.sampled_from(["", "[c]", "[z]", "[x]", "[low]"])
tuples = {"max_size": 3}


def tuple_of(strategy, **limits):
    return some.lists(strategy, **(tuples | limits)).map(tuple)


rows = some.integers(1, 3).flatmap(
    lambda wide: some.tuples(
        tuple_of(texts, min_size=wide, max_size=wide),
        tuple_of(tuple_of(cells, min_size=wide, max_size=wide)),
    )
)
both = some.fixed_dictionaries({"zh": words, "en": words})
pieces = some.one_of(
    sentences,
    some.builds(SectionHeading, some.integers(1, 6), texts, some.booleans()),
    some.builds(Remark, texts, words),
    some.builds(Aside, words, sentences | texts, tuple_of(texts)),
    some.builds(
        Cards,
        tuple_of(some.builds(Card, texts, counted, some.none() | phrases(), some.none() | texts)),
        texts,
    ),
    some.builds(Box, counted, texts, tuple_of(sentences)),
    some.builds(CheckFindings, tuple_of(some.builds(CheckFinding, texts, texts, tuple_of(texts)))),
    some.builds(
        lambda slug, caption, grid, notes: Table(slug, caption, *grid, notes=notes),
        slugs, texts, rows, tuple_of(texts),
    ),
    some.builds(
        lambda slug, caption, svg, alt, grid: Chart(slug, caption, svg, alt, *grid),
        slugs, phrases(), both, both, rows,
    ),
    some.builds(OwnFigure, slugs, texts, texts, some.just("image/png"), words),
)  # fmt: skip


@given(pieces)
def test_what_is_stored_is_what_is_read_back(piece):
    assert from_json(json.loads(json.dumps(to_json(piece), allow_nan=False))) == piece


@given(pieces)
def test_every_number_of_a_piece_is_found_in_the_order_it_is_written_and_can_be_marked(piece):
    for lang in ("zh", "en"):
        root = html.fragment_fromstring(html_of(piece, lang, lambda _: ""), create_parent="div")
        written = [(data.get("class"), data.get("value")) for data in root.iter("data")]
        assert written == [(n.column, f"{float(n.value):.12g}") for n in numbers_in(piece, lang)]
    marked = with_numbers(piece, lambda number: replace(number, mark="[r]"))
    assert all(number.mark == "[r]" for number in numbers_in(marked, "en"))
    assert with_numbers(piece, lambda number: number) is piece


@given(pieces)
def test_every_piece_is_written_as_text_and_as_markdown_without_markup(piece):
    for lang in ("zh", "en"):
        assert isinstance(plain_of(piece, lang), str)
        bare = markdown_of(piece, lang).replace("\\\\", "").replace("\\<", "").replace("\n> ", "")
        assert "<" not in bare


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"type": "poem"}, "'poem'"),
        ("text", "None"),
        ({"type": "heading", "level": 1}, "words"),
        ({"type": "number", "text": "1"}, "'number'"),
    ],
)
def test_what_is_no_piece_is_refused_and_named(stored, message):
    with pytest.raises(AnalysisError, match=message):
        from_json(stored)


def test_frames_of_unrounded_numbers_stay_behind():
    table = Table(
        "a", Text.same("A"), (Text.same("x"),), (("[c]",),), data=pd.DataFrame({"withheld": [41.79]})
    )
    assert "41.79" not in json.dumps(to_json(table))


def test_a_data_element_escapes_all_it_is_given():
    element = data_element("<script>", 92.8834, '2023/"a"/total/all')
    assert element == (
        '<data class="estimate" value="92.8834" data-estimate="2023/&quot;a&quot;/total/all">'
        "&lt;script&gt;</data>"
    )


def test_a_count_without_a_cell_has_no_key():
    assert (
        number_html(Number(Text.same("3"), 3, "", "count"), "zh") == '<data class="count" value="3">3</data>'
    )


def test_a_marked_number_says_what_the_mark_means():
    marked = number_html(Number(Text.same("3"), 3, "k", mark="[r]"), "en")
    assert marked.endswith(
        '</data> <abbr class="marker" title="revised since it was last published">[r]</abbr>'
    )

"""Both languages state the same, in the same order: the first place where they part ways is told."""

from __future__ import annotations

import pytest

from survey.documents import assemble
from survey.gate import disparities

pytestmark = pytest.mark.usefixtures("hollow_fonts")


def number(value, key="2023/ch_app/total/all", column="estimate"):
    return f'<data class="{column}" value="{value}" data-estimate="{key}">{value}%</data>'


def sentence(*numbers, claim="level"):
    return f'<p class="statement" data-claim="{claim}">为{"，".join(numbers)}</p>'


def told(rule, zh, en):
    book = rule.notebook("01-x", rule.md("# 章", "zh"), rule.md("# Chapter", "en"), rule.code(zh, en))
    pages = (assemble([book], lang, "public", rule.front(lang)) for lang in ("zh", "en"))
    return [str(fault) for fault in disparities(tuple(pages))]


def test_the_whole_report_states_the_same_in_both_languages(pages):
    assert disparities((pages["zh"], pages["en"])) == []


def test_a_sentence_may_order_its_numbers_in_its_own_way(rule):
    high, low = number(94), number(90, "2022/ch_app/total/all")
    assert told(rule, sentence(high, low), sentence(low, high)) == []


def test_another_number_is_told_with_both_sentences_and_the_cell(rule):
    assert told(rule, sentence(number(94)), sentence(number(49))) == [
        "01-x, cell 3: the page in 'zh-Hans' states level “为94%” where that in 'en' states level “为49%”; pair the "
        "cells, or let one statement print both."
    ]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        (sentence(number(94)) + sentence(number(1)), sentence(number(1)) + sentence(number(94))),
        (sentence(number(94)), sentence(number(94), claim="change")),
        (sentence(number(94)), sentence(number(94, column="lower"))),
        ('<table id="tbl-a"><caption>甲</caption></table>', '<table id="tbl-b"><caption>A</caption></table>'),
    ],
    ids=["order", "claim", "column", "table"],
)
def test_what_differs_is_found(rule, zh, en):
    assert len(told(rule, zh, en)) == 1


def test_what_one_language_lacks_is_found(rule):
    assert told(rule, sentence(number(94)), None) == [
        "01-x, cell 3: only the page in 'zh-Hans' states level “为94%”; pair the cells, or let one statement print both."
    ]

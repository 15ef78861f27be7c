"""The stored notebook of the deck, for every wave: its skeleton, and its numbers against the estimates."""

from __future__ import annotations

import csv
import itertools
from dataclasses import dataclass, replace

import pytest

from analysis.words import estimate_text
from fixtures.notebooks import run_here
from survey.edition import Request, Watch
from survey.edition.recipes import wave_documents
from survey.edition.write_deck import checked_slides, write_slides
from survey.edition.write_publications import Documents
from survey.figures import words_of

pytestmark = pytest.mark.published  # runs the notebook of the slides

HEADS = {
    "2016": ["服务质量", "接通与满意", "服务渠道", "客户与组织"],
    "2017": ["服务质量", "接通与满意", "服务渠道", "智能与经营", "客户与组织"],
    "2021": ["服务质量", "接通与满意", "服务渠道", "智能与经营", "客户与组织"],
    "2022": ["服务质量", "接通与满意", "服务渠道", "智能与经营", "客户与组织"],
    "2023": [
        "坚持以人民为中心，强化金融为民理念",
        "接通与满意",
        "拓宽线上渠道，让服务触手可及",
        "智能与经营",
        "客户与组织",
    ],
}
KNOWN = {
    "2017": "人工电话平均接通率为91.22%，较上年未见明显变化",
    "2022": "全年人工处理来电为6.41亿人次，较上年减少10.22%",
    "2023": "人工电话平均接通率为92.88%，较上年提高4.60个百分点",
}


@dataclass(frozen=True)
class Told:
    """A wave's deck: its figures, what its documents share, and its slides in both languages."""

    wave: str
    figures: object
    book: object
    documents: Documents
    slides: dict


WAVES = [
    # one wave in every run, the others where there is time
    pytest.param(wave, marks=() if wave == "2016" else pytest.mark.slow)
    for wave in sorted(HEADS)
]


@pytest.fixture(scope="module", params=WAVES)
def told(request, house, common, shipped, shipped_archive):
    wave = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SURVEY_OUTPUT", str(common / "output"))
        book, space = run_here(house / "notebooks" / "slides.ipynb", {"wave": wave})
    figures = space["chapter"].say.figures
    langs = ("zh", "en")
    request = Request(figures.programme, wave, "public", langs)
    documents = replace(wave_documents(figures, request, frozenset()), name="slides")
    slides = {lang: [one.slide for one in checked_slides(documents, [book], lang)[0]] for lang in langs}
    return Told(wave, figures, book, documents, slides)


def test_the_deck_has_the_known_skeleton(told):
    slides = told.slides["zh"]
    assert [s.title for s in slides if s.kind == "head"] == HEADS[told.wave]
    assert [p.text.split("　")[1] for p in slides[3].body] == HEADS[told.wave]
    assert [s.title for s in slides[:4]] == ["客户服务与远程银行发展报告", "报告背景", "要点", "重点内容"]
    assert [s.title for s in slides[-3:]] == ["研究方法", "使用时请注意", "报告全文与数据"]
    assert [s.kind for s in slides[:5]] == ["cover", "content", "content", "part", "head"]
    assert 18 <= len(slides) <= 26


def test_no_head_is_empty_and_every_finding_has_its_chart_and_source(told):
    for slides in told.slides.values():
        for slide in slides:
            if slide.kind == "head":
                assert 1 <= len(slide.cards) <= 3, slide.title
            elif slide.kicker:
                assert slide.picture, slide.title
                assert slide.source, slide.title
                assert slide.notes, slide.title
        followers = [b.kind for a, b in itertools.pairwise(slides) if a.kind == "head"]
        assert set(followers) == {"content"}


def test_the_figures_of_boxes_are_the_estimates_as_printed(told):
    lexicon = words_of(told.figures)
    seen = 0
    for lang, slides in told.slides.items():
        for slide in slides:
            keys = [key.split("/") for key in slide.keys]
            levels = [key for key in keys if "-" not in key[0] and key[2:] == ["total", "all"]]
            printed = {
                estimate_text(told.figures.estimate(key[1]).estimate, lexicon, key[1], told.wave).in_(lang)
                for key in levels
                if told.figures.estimate(key[1]) is not None
            }
            assert {card.figure for card in slide.cards} <= printed, slide.title
            seen += len(slide.cards)
    assert seen > 30


def test_both_languages_show_the_same(told):
    shapes = {
        lang: [(s.kind, s.where[-1:], s.picture and s.picture.slug, len(s.cards), s.keys) for s in slides]
        for lang, slides in told.slides.items()
    }
    alike = {lang: [shape[0:1] + shape[2:] for shape in found] for lang, found in shapes.items()}
    assert alike["zh"] == alike["en"]


def test_headlines_are_those_readers_know(told):
    titles = [slide.title for slide in told.slides["zh"]]
    assert KNOWN.get(told.wave, titles[0]) in titles


def test_nothing_of_a_member_leaves_with_the_deck(told, shipped):
    with (shipped.folder / "members.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = {row["name"] for row in rows} | {alias for row in rows for alias in row["aliases"].split("|")} - {
        ""
    }
    assert len(names) > 100
    text = repr(told.slides)
    assert [name for name in names if name in text] == []


def test_both_files_are_written_and_timed(told, tmp_path):
    watch = Watch()
    write_slides(told.documents, [told.book], tmp_path, watch)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "slides.en.pdf", "slides.en.pptx", "slides.zh.pdf", "slides.zh.pptx",
    ]  # fmt: skip
    assert set(watch.seconds) == {"slides"}
    assert all(path.stat().st_size < 3_000_000 for path in tmp_path.iterdir())

"""Links between the files of an edition lead to a file, and to a place in it, that is there."""

from __future__ import annotations

import pytest

from survey.gate import broken_links

PAGE = "<!doctype html><html><body><h1 id='top'>页</h1>{}</body></html>"


@pytest.fixture
def edition(tmp_path):
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "app.zh.svg").write_text("<svg/>")
    (tmp_path / "report.en.html").write_text(PAGE.format(""), encoding="utf-8")
    return tmp_path


def told(edition, name, text):
    (edition / name).write_text(text, encoding="utf-8")
    return [str(fault) for fault in broken_links(edition)]


@pytest.mark.parametrize(
    "address",
    [
        "report.en.html",
        "report.en.html#top",
        "charts/app.zh.svg",
        "#here",
        "https://example.org/x",
        "mailto:a@b.cn",
    ],
)
def test_a_link_to_what_is_there_or_elsewhere_passes(edition, address):
    assert told(edition, "report.zh.html", PAGE.format(f"<a href='{address}'>见</a>")) == []


def test_a_link_to_a_missing_file_is_told_with_the_page_it_stands_in(edition):
    assert told(edition, "report.zh.html", PAGE.format("<a href='data/app.csv'>数据</a>")) == [
        "report.zh.html links to 'data/app.csv', which is not there; correct or write it."
    ]


def test_a_link_to_a_missing_place_of_another_page_is_found(edition):
    assert told(edition, "report.zh.html", PAGE.format("<a href='report.en.html#fig-9'>图</a>")) == [
        "report.zh.html links to 'report.en.html#fig-9': the page has no such place; correct the id."
    ]


def test_a_picture_that_a_markdown_file_names_must_be_there(edition):
    assert told(edition, "press.zh.md", "![甲](charts/app.zh.svg) ![乙](charts/sms.zh.svg)\n") == [
        "press.zh.md links to 'charts/sms.zh.svg', which is not there; correct or write it."
    ]

"""Pages as Markdown: no raw HTML, tables with pipes, pictures beside the file, the page's numbers, names as text."""

from __future__ import annotations

import re

import pytest
from lxml import html

from survey.documents import assemble, markdown

NUMBER = re.compile(r"\d[\d.,]*")
BAD = (
    "<script>alert(1)</script> *农商* [x](http://evil) #import =HYPERLINK() \\write18 | `a` _b_ ~~c~~ ![p](q)"
)


@pytest.fixture(scope="module")
def text(pages, rule):
    return {lang: markdown(pages[lang]).decode() for lang in ("zh", "en")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_becomes_plain_markdown(text, rule, lang):
    lines = text[lang].splitlines()
    assert lines[0] == lines[-1] == f"> {rule.NOTICE[lang]}"
    assert lines[2] == f"# {rule.front(lang).title}"
    assert re.findall(r"(?<!\\)<[a-zA-Z/!]", text[lang]) == []
    assert "data-estimate" not in text[lang]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_are_pictures_beside_the_file_with_their_words(text, pages, lang):
    page = html.fromstring(pages[lang].text)
    figures = [figure.get("id").removeprefix("fig-") for figure in page.xpath("//main//figure[@id]")]
    found = re.findall(r"^!\[(.+)\]\(charts/(.+?)\.(\w+)\.svg\)$", text[lang], flags=re.MULTILINE)
    assert [name for _, name, _ in found] == figures
    assert {of for _, _, of in found} == {lang}
    assert all(alt.strip() for alt, _, _ in found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_has_one_head_and_the_pages_numbers(text, pages, lang):
    page = html.fromstring(pages[lang].text).get_element_by_id("text")
    tables = page.xpath(".//table[not(ancestor::figure)]")
    blocks = re.findall(r"(?:^\|.*\n)+", text[lang], flags=re.MULTILINE)
    assert len(blocks) == len(tables)
    for block, table in zip(blocks, tables, strict=True):
        lines = block.splitlines()
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
        assert len(lines) == len(table.xpath("./tbody/tr")) + 2
        printed = [cell.text_content() for cell in table.xpath("./tbody//data")]
        assert [n for cell in printed for n in NUMBER.findall(cell)] == [
            n for cell in printed for n in NUMBER.findall(cell) if n in block
        ]


def test_names_stay_text_and_bytes_stay_the_same(rule):
    chapters = [rule.notebook("01-names", rule.md("# 甲", "zh"), rule.code(f"<p>{escaped()}</p>", None))]
    page = assemble(chapters, "zh", "public", rule.front("zh"))
    told = markdown(page)
    assert told == markdown(page)
    (line,) = (line for line in told.decode().splitlines() if "农商" in line)
    assert line == (
        r"\<script\>alert(1)\</script\> \*农商\* \[x\](http://evil) \#import =HYPERLINK() \write18 \| "
        r"\`a\` \_b\_ \~~c\~~ \![p\](q)"
    )


def escaped():
    return BAD.replace("&", "&amp;").replace("<", "&lt;")

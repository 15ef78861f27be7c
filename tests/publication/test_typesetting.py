from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from lxml import html as lxml_html
from pypdf import PdfReader

from survey.documents import assemble, typeset
from survey.documents.pdf import typst_source
from survey.documents.table_widths import fit
from survey.errors import PublicationError

pytestmark = pytest.mark.usefixtures("hollow_fonts")


@pytest.fixture(scope="module")
def pdfs(rule, pages):
    return {lang: typeset(pages[lang]) for lang in ("zh", "en")}


def pages_of(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def alternatives(node):
    """Give the alternative texts below a node of the structure tree, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [alt for child in node for alt in alternatives(child)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def flat(text):
    return re.sub(r"\s+", "", text)


def test_the_pdf_declares_pdf_ua_with_title_and_language(pdfs):
    reader = PdfReader(io.BytesIO(pdfs["zh"]))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.metadata.title == "中国远程银行业务发展报告（2023）"
    assert reader.trailer["/Root"]["/Lang"].startswith("zh")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_the_pdf_declares_pdf_a_beside_pdf_ua(pdfs):
    for pdf in pdfs.values():
        metadata = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data().decode()
        assert "<pdfaid:part>2</pdfaid:part>" in metadata
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata


def test_same_page_same_bytes_dated_by_the_release_and_never_by_the_clock(rule, pages, pdfs):
    assert typeset(pages["en"]) == pdfs["en"]
    dates = {told: re.findall(rb"/CreationDate\(([^)]*)\)", pdf) for told, pdf in pdfs.items()}
    assert dates == {"zh": [b"D:19800101000000Z"], "en": [b"D:19800101000000Z"]}  # no release told as a date
    released = replace(rule.front("en"), release_date="2024-06-28")
    assert b"/CreationDate(D:20240628000000Z)" in typeset(replace(pages["en"], front=released))


def elements(node, parents=()):
    """Yield each element of the structure below a node with the roles above it, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from elements(child, parents)
    elif isinstance(node, dict) and "/S" in node:
        yield str(node["/S"]), node, parents
        if "/K" in node:
            yield from elements(node["/K"], (*parents, str(node["/S"])))


def structure(pdf):
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]
    return list(elements(root["/K"])), root


def attributes(node):
    told = node.get("/A", [])
    return [one.get_object() for one in (told if isinstance(told, list) else [told])]


def test_each_number_of_a_table_knows_the_heads_of_its_column_and_its_row(pdfs):
    found, root = structure(pdfs["zh"])
    cells = [node for role, node, _ in found if role == "/TH"]
    scopes = [str(one["/Scope"]) for cell in cells for one in attributes(cell) if "/Scope" in one]
    assert len(scopes) == len(cells)
    assert {"/Column", "/Row"} == set(scopes)
    names = root["/IDTree"]["/Names"]
    heads = {str(names[i]): names[i + 1].get_object() for i in range(0, len(names), 2)}
    assert list(heads) == sorted(heads)
    assert all(str(node["/ID"]) == name for name, node in heads.items())
    told = [
        [str(attributes(heads[str(name)])[0]["/Scope"]) for name in one["/Headers"]]
        for role, node, parents in found
        if role == "/TD" and "/TBody" in parents
        for one in attributes(node)
        if "/Headers" in one
    ]
    assert len(told) > 100
    assert sum(scopes[-1:] == ["/Row"] and "/Column" in scopes for scopes in told) > 0.9 * len(told)


def test_pictures_have_alternative_texts_and_running_heads_are_no_content(rule, pdfs):
    found, _ = structure(pdfs["en"])
    assert [str(node.get("/Alt", "")) == "" for role, node, _ in found if role == "/Figure"] == [False] * 3
    assert {"/H1", "/H2", "/Table", "/TOC", "/Caption", "/THead"} <= {role for role, *_ in found}
    page = PdfReader(io.BytesIO(pdfs["en"])).pages[3].get_contents().get_data()
    assert page.count(b"/Artifact") >= 2


def test_cover_contents_and_every_page_carry_the_notice(rule, pdfs):
    for lang, pdf in pdfs.items():
        for text in pages_of(pdf):
            assert flat(rule.NOTICE[lang]) in flat(text)


def test_cover_bookmarks_and_running_heads(pdfs):
    reader = PdfReader(io.BytesIO(pdfs["en"]))
    texts = pages_of(pdfs["en"])
    assert "Remote Banking in China 2023" in texts[0]
    assert "92.88%" in texts[0]
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert [re.sub(r"\s+", " ", title) for title in titles] == [
        "1 Overview of the sector",
        "2 Trends",
        "3 How the survey is made",
    ]
    assert "How the survey is made" in texts[-2]


def test_captions_are_numbered_once_and_alternative_text_is_there(pdfs):
    text = "".join(map(flat, pages_of(pdfs["zh"])[2:]))
    assert text.count("图1股份制商业银行的人工接通率最高") == 1
    tree = PdfReader(io.BytesIO(pdfs["zh"])).trailer["/Root"]["/StructTreeRoot"]
    assert [alt for alt in alternatives(tree) if alt.endswith("desc")] == [
        "股份制商业银行的人工接通率最高 — desc",
        "四类银行的智能服务占比五年间均有上升 — desc",
        "大型商业银行智能服务占比领先 — desc",
    ]


def test_heads_of_long_tables_come_again_on_the_next_page(pdfs):
    with_heads = [text for text in pages_of(pdfs["zh"]) if "会员单位" in text and "一次解决率" in flat(text)]
    assert len(with_heads) >= 2


def test_what_looks_like_code_is_set_as_text(rule):
    nasty = '#import "x" $a$ \\write18 @ref <lab> *x* _y_ #{panic()} [z] `k` //no /*no*/'
    cells = [
        rule.md("# 章 #import $ \\write18 &lt;script&gt;", "zh"),
        rule.code(f"<p>{nasty.replace('<', '&lt;')}</p>"),
        rule.code(rule.table_html("n", "表 #panic() $", ["#a", "$b$"], [["#panic()", "\\x"]], "注 #panic()")),
    ]
    front = rule.front("zh")
    front = type(front)(
        **{**front.__dict__, "title": '#panic("t") $ \\write18 <script>', "notice": "#panic()"}
    )
    pdf = typeset(assemble([rule.notebook("01-x", *cells)], "zh", "public", front))
    text = "".join(map(flat, pages_of(pdf)))
    for part in (
        "#import",
        "\\write18",
        "<script>",
        "#{panic()}",
        "@ref",
        "//no/*no*/",
        "表1表#panic()$",
        '#panic("t")',
    ):
        assert part in text


def test_a_picture_without_alternative_text_is_refused(rule):
    silent = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>'
    with pytest.raises(PublicationError, match=r"could not be set: .*alt"):
        one_pdf(rule, f'<figure id="fig-a">{silent}<figcaption>说明</figcaption></figure>')


def test_wide_tables_take_smaller_type_and_then_a_turned_page():
    def chosen(columns):
        rows = "".join("<td>92.88%</td>" for _ in range(columns))
        head = f"<tr><th>指标</th>{'<th>2023</th>' * columns}</tr>"
        markup = f"<table><thead>{head}</thead><tr><th>人工接通率</th>{rows}</tr></table>"
        return fit(lxml_html.fromstring(markup))

    assert (chosen(4).size, chosen(4).landscape) == (9.0, False)
    assert chosen(11).size < 9
    assert not chosen(11).landscape
    assert chosen(20).landscape


def test_tables_of_data_behind_figures_are_for_the_screen(pages):
    source, images = typst_source(pages["zh"])
    assert "的数据" not in source
    assert len(images) == 3
    assert all(image.startswith(b"<svg") for image in images.values())


DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def one_pdf(rule, *blocks):
    cells = [rule.md("# 章", "zh"), *(rule.code(block) for block in blocks)]
    page = assemble([rule.notebook("01-x", *cells)], "zh", "public", rule.front("zh"))
    return typeset(page)


def test_every_picture_of_a_figure_and_pictures_in_the_text_are_printed(rule):
    pdf = one_pdf(
        rule,
        f'<figure id="fig-a"><img src="{DOT}" alt="甲"><img src="{DOT}" alt="乙">'
        "<figcaption>两幅</figcaption></figure>",
        f'<p>行内<img src="{DOT}" alt="丙">图</p>',
    )
    tree = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]
    assert alternatives(tree) == ["甲", "乙", "丙"]


def test_a_reference_whose_target_has_no_place_in_print_keeps_its_words(rule):
    pdf = one_pdf(rule, '<p id="somewhere">甲</p><p>见<a href="#somewhere">此处</a>。</p>')
    assert "见此处。" in flat("".join(pages_of(pdf)))


def test_a_wide_table_in_a_box_stays_upright(rule):
    rows = [["指标", *("92.88%" for _ in range(14))]]
    table = rule.table_html("w", "宽表", ["指标", *("2023" for _ in range(14))], rows, "注")
    pdf = one_pdf(rule, f'<aside class="method">{table}</aside>')
    assert all(page.mediabox.height > page.mediabox.width for page in PdfReader(io.BytesIO(pdf)).pages)


def test_no_heading_stands_at_the_foot_of_a_page(rule):
    blocks = [f"<h2>题{number}</h2><p>{'文' * (37 * number % 400 + 60)}</p>" for number in range(1, 60)]
    texts = pages_of(one_pdf(rule, *blocks))
    assert len(texts) > 10
    for text in texts[3:]:  # after cover and contents
        *_, last = [
            line for line in text.splitlines() if line.strip() and flat(rule.NOTICE["zh"]) not in flat(line)
        ]
        assert not re.search(r"题\s*\d+$", last)


def test_every_block_a_chapter_may_hold_is_printed(rule):
    blocks = [
        "<dl><dt>词</dt><dd>义 <data value='1'>1</data></dd></dl><hr>",
        "<blockquote><p>引文</p></blockquote><pre><code>#let x = 1 `a`</code></pre>",
        "<ul><li>外<ul><li>内</li></ul></li></ul><ol start='3'><li>三</li></ol>",
        "<p>上<sup>2</sup>下<sub>3</sub><del>删</del><mark>标</mark><br>行</p>",
        "<p><a href='https://example.org/a_b?c=$d'>网</a></p>",
        "<details><summary>细节</summary><p>内容</p></details><h2>五</h2><p>末</p>",
        "<aside class='key-figures'><dl><dt>接通率</dt><dd>九成</dd></dl></aside><div><p>散</p></div>",
        "<table id='tbl-e'><caption>空</caption><thead><tr><th>甲</th><th></th></tr></thead></table>",
        "<table id='tbl-g'><caption>脚</caption><tr><td></td></tr><tfoot><tr><td>脚注</td></table>",
        "<ul><li><table id='tbl-f'><caption>列表</caption><tr><td>丙</td><td>丁</td></table></li></ul>",
    ]
    text = flat("".join(pages_of(one_pdf(rule, *blocks))))
    parts = [
        "词",
        "义1",
        "引文",
        "#letx=1`a`",
        "外",
        "内",
        "上2下3删标",
        "网",
        "细节",
        "内容",
        "五",
        "散",
        "脚注",
        "丙丁",
    ]
    assert [part for part in parts if part not in text] == []


def test_a_tall_picture_is_made_to_fit_its_page(rule):
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 300">'
    tall = f'{head}<desc>高</desc><rect width="90" height="300"/></svg>'
    pdf = one_pdf(rule, f'<figure id="fig-a">{tall}<figcaption>高图</figcaption></figure>')
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 4  # cover, contents, the chapter with its picture, the colophon
    assert "高图" in pages[2].extract_text()
    assert alternatives(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]) == ["高"]


def test_a_table_too_wide_for_any_page_is_refused_with_its_place_and_a_remedy(rule):
    heads = ["指标", *(f"{year}年" for year in range(1990, 2020)), "全部成员单位"]
    rows = [["人工接通率", *("92.88%" for _ in range(30)), "1,234,567,890.12 万人"]]
    table = rule.table_html("wide", "历年", heads, rows, "注")
    with pytest.raises(PublicationError) as refused:
        one_pdf(rule, table)
    assert str(refused.value) == (
        "01-x, cell 2: the table 'tbl-wide' has 32 columns and needs 32 cm even in the smallest type; a page holds "
        "25 cm. Its widest column is 32 (全部成员单位). Show it as two tables, or let rows and columns change places."
    )


def test_texts_wrap_before_a_page_is_turned():
    words = "a text of some length that says how large a difference could have gone unseen"
    cells = "".join(f"<td class='text'>{words}</td>" for _ in range(3))
    markup = f"<table><thead><tr><th>x</th><th>a</th><th>b</th><th>c</th></tr></thead><tr><th>y</th>{cells}</tr></table>"
    chosen = fit(lxml_html.fromstring(markup))
    assert (chosen.size, chosen.landscape) == (8.5, False)


@pytest.mark.parametrize("lines", range(0, 30, 5))
def test_a_long_table_is_parted_with_three_rows_at_least_on_either_side(rule, lines):
    rows = [[f"第{number}行", "1", "2"] for number in range(1, 31)]
    table = rule.table_html("t", "长表", ["指标", "甲", "乙"], rows, "注")
    texts = pages_of(one_pdf(rule, *("<p>行</p>" for _ in range(lines)), table))
    held = [len(re.findall(r"第\s*\d+\s*行", text)) for text in texts]
    assert sum(held) == 30
    assert all(count >= 3 for count in held if count)
    assert all("指标" in text for text, count in zip(texts, held, strict=True) if count)


def test_a_heading_goes_with_the_table_below_it(rule):
    rows = [[f"第{number}行", "1", "2"] for number in range(1, 31)]
    table = rule.table_html("t", "长表", ["指标", "甲", "乙"], rows, "注")
    for lines in range(24, 36):
        texts = pages_of(one_pdf(rule, *("<p>行</p>" for _ in range(lines)), "<h2>题</h2>", table))
        begun = next(text for text in texts[2:] if re.search(r"1\.1\s*题", text))
        assert len(re.findall(r"第\s*\d+\s*行", begun)) >= 3


def test_a_picture_gives_a_little_width_to_stay_on_the_page_begun(rule):
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 260">'
    drawn = f'{head}<desc>图</desc><rect width="460" height="260"/></svg>'
    figure = f'<figure id="fig-a">{drawn}<figcaption>说明</figcaption></figure>'
    widths = {}
    for lines in range(16, 28):
        found, _ = structure(one_pdf(rule, *("<p>行</p>" for _ in range(lines)), figure))
        box = next(one["/BBox"] for role, node, _ in found if role == "/Figure" for one in attributes(node))
        widths[lines] = round(float(box[2]) - float(box[0]))
    assert widths[16] == 471  # it fits as it is
    assert 0.76 * 471 <= widths[20] < widths[19] < 471  # the more is above it, the narrower
    assert widths[27] == 471  # too much is above it: it has the next page, and all its width


def test_a_name_of_three_hundred_letters_stays_on_its_page_whole(rule):
    name = "Bank" * 75
    table = rule.table_html("n", "名称", ["单位", "数"], [[name, "1"], ["银行" * 150, "2"]], "注")
    pdf = one_pdf(rule, f"<p>{name}</p>", table)
    text = flat("".join(pages_of(pdf))).replace("\u200b", "")
    assert text.count(name) == 2
    assert "银行" * 150 in text
    assert all(page.mediabox.width < page.mediabox.height for page in PdfReader(io.BytesIO(pdf)).pages)

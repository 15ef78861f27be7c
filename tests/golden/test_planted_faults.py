"""Faults planted in whole editions: `survey run` refuses them in a notebook, `survey release` finds them in a file."""

from __future__ import annotations

import json
import re
import shutil
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

import golden.everything_at_once as rule
from golden.everything_at_once import prose, shown

pytestmark = pytest.mark.slow

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><desc>线</desc><path d="M0 0L9 9"/></svg>'
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
NO_WORDS = "a picture has no alternative text; describe it in the chart's <desc> or the image's alt."
NO_CAPTION = "a table has no caption; give it one that says what it shows."
NO_NUMBER = "a table was never numbered; a table needs a caption to get a number."
ELSEWHERE = "from elsewhere; put it into the page itself."
TYPED = "is typed and bound to no figure; let a statement print it, or quote it: {{level}}, {{2023/ch_app/total/all}}."
NO_FINDING = "a figure has no caption; give it one that states the finding."
CONTRADICTED = (
    "prints 50% for 2023, on record is 64% (published.csv, line 2): that is the figure of “Mobile app”; "
    "correct the number or the words around it."
)

UNDECLARED = (
    "a frame or chart says neither how many members stand behind it nor why that is no matter; pass `base=` (the "
    "fewest members behind a number, or the column that counts them) or `cleared=` (why no answer can be read from it) "
    "to `chapter.publish` or `chapter.table.frame`, or put one of them into the metadata `survey` of the cell."
)
#: Markup of a researcher's own in a cell, and what the command says of it, without the place.
IN_NOTEBOOK = (
    ('<figure id="fig-a"><svg xmlns="http://www.w3.org/2000/svg"><path/></svg><figcaption>甲</figcaption></figure>', [NO_WORDS]),
    (f'<p><img src="{DOT}"></p>', [NO_WORDS]),
    ('<table id="tbl-a"><tr><td>甲</td></tr></table>', [NO_CAPTION, NO_NUMBER, UNDECLARED]),
    ('<p>见<a href="#fig-b"></a></p>', ["a reference names 'fig-b', which is nowhere on the page; correct or add it."]),
    (f'<figure id="fig-c">{SVG}</figure>', [NO_FINDING, "a figure was never numbered; a figure needs a caption to get a number."]),
    (f"<figure>{SVG}<figcaption>乙</figcaption></figure>", ["a figure has no id, so nothing can refer to it; give it one."]),
    ('<p><img alt="甲" src="https://example.org/a.png"></p>', [f"<img> loads 'https://example.org/a.png' {ELSEWHERE}"]),
    ('<p id="a">甲</p><p id="a">乙</p>', ["the id 'a' occurs 2 times; give each its own."]),
    ("<h4>跳</h4>", ["the heading '1.0.0.1 跳' is 3 levels below the one before it; use one # fewer."]),
    ("<h3></h3>", ["a heading is empty; write it or take it out."]),
    ("<p>😀</p>", ["no typeface of the house holds U+1F600 '😀'; write it another way."]),
    ("<p>升至 93.1%</p>", [f"the number '93.1%' in “升至 93.1%” {TYPED}"]),
    ("<p>Calls answered by an agent</p>", ["“Calls answered by an agent” is not in the page's language (zh); translate it, or mark it with its own lang."]),
    ("<p>2023年提供手机客户端的单位占比为<data value='50'>50%</data>。</p>", [f"“2023年提供手机客户端的单位占比为50%。” {CONTRADICTED}"]),
)  # fmt: skip
#: A script that nobody escaped is shown as the text it is: its number is one typed into the prose.
ESCAPED = "<p>甲<script>alert(1)</script></p>", [f"the number '1' in “甲<script>alert(1)</script>” {TYPED}"]
#: Numbers that name a cell are checked against it; these are reported without their place.
TRACED = (
    ('<p><data class="estimate" value="50" data-estimate="2023/ch_app/total/all">50%</data></p>', "'50%' is printed for 2023/ch_app/total/all (estimate) as 50; the cell holds 64."),
    ('<p><data class="estimate" value="9" data-estimate="2023/ch_app/bank_type/rural">9%</data></p>', "'9%' is printed for 2023/ch_app/bank_type/rural (estimate) as 9; the cell holds no released number."),
    ('<p><data class="estimate" value="50" data-estimate="2023/ch_fax/total/all">50%</data></p>', "'50%' names the cell '2023/ch_fax/total/all', which no frame holds; correct the key."),
)  # fmt: skip
NAMELESS = (
    "a reference names '', which is nowhere on the page; correct or add it."  # of the figure without id
)
FIRST_OWN = 7  # the number of the first cell after the chapter's own
PAIRED = "only the page in 'zh-Hans' states p “提供手机客户端的单位为64%。”; pair the cells, or let one statement print both."


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    made = rule.begin(tmp_path_factory.mktemp("planted"))
    announced = (
        'demonstration: {zh: "演示数据：虚构答卷", en: "Demonstration data: invented returns"}\nsections:'
    )
    made.edit("2023/questionnaire.yaml", "sections:", announced)
    return made


def refused(kit, *languages):
    """Run the command on the chapter as it stands; return the faults it is refused for."""
    told = kit.survey("run", "2023", "--quiet", *(("--lang", *languages) if languages else ()))
    assert told.exit_code == 1, told.output
    assert not kit.edition().exists(), "nothing is put in place"
    head, *faults = told.output.splitlines()
    assert head.endswith("does not pass the gate:")
    return sorted(fault.removeprefix("error: ") for fault in faults)


def test_a_run_is_refused_for_every_fault_of_a_notebook_at_once(kit):
    planted = (*IN_NOTEBOOK, ESCAPED)
    rule.write_chapter(kit, *(shown(markup) for markup, _ in (*planted, *TRACED)))
    expected = [
        f"chapter, cell {number}: {message}"
        for number, (_, messages) in enumerate(planted, start=FIRST_OWN)
        for message in messages
    ]
    after = FIRST_OWN + len(planted)
    traced = [f"chapter, cell {number}: {message}" for number, (_, message) in enumerate(TRACED, start=after)]
    assert refused(kit, "zh") == sorted([*expected, *traced, NAMELESS])


def test_a_run_is_refused_where_one_language_states_more_than_the_other(kit):
    rule.write_chapter(kit, prose("提供手机客户端的单位为{{ch_app/total/all}}。", "zh"))
    assert refused(kit) == [f"chapter, cell {FIRST_OWN}: {PAIRED}"]


def test_a_run_is_refused_for_a_link_to_a_file_that_is_not_there(kit):
    rule.write_chapter(kit, shown('<p>见<a href="gone.html">另页</a></p>'))
    assert refused(kit, "zh") == [
        "report.zh.html links to 'gone.html', which is not there; correct or write it."
    ]


# -- in the files of an edition ----------------------------------------------------------------------

NAME = f"{rule.NAMES['A1']}银行"
NAMED = "holds the name of a member (3 signs); take it out."
GATE, PARITY, LINKS, LEAK = (
    "the pages pass the gate", "both languages state the same", "every link leads somewhere", "no member is given away",
)  # fmt: skip
HAND = "no file was changed by hand"


def inserted(markup):
    """Put markup at the end of a page's main part."""
    return lambda path: replace(path, "</main>", f"{markup}</main>")


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text), f"{path.name} has no {old!r}"
    path.write_text(re.sub(old, lambda _: new, text, count=1), encoding="utf-8")


def replaced(old, new):
    return lambda path: replace(path, old, new)


def packed(part, old, new):
    """Replace the first match in a part of a package (xlsx, ods, docx)."""

    def plant(path):
        with zipfile.ZipFile(path) as package:
            parts = {info: package.read(info) for info in package.infolist()}
        [found] = [info for info in parts if info.filename == part]
        text, count = re.subn(old, lambda _: new, parts[found].decode("utf-8"), count=1)
        assert count == 1, f"{part} has no {old!r}"
        with zipfile.ZipFile(path, "w") as package:
            for info, content in parts.items():
                package.writestr(info, text if info is found else content)

    return plant


def alternative_text_of_pdf(path):
    """Write a member's name into the first alternative text of a PDF's structure."""
    writer = PdfWriter(clone_from=PdfReader(path))
    figures = [o for o in writer._objects if isinstance(o, DictionaryObject) and "/Alt" in o]
    figures[0][NameObject("/Alt")] = TextStringObject(f"图：{NAME}")
    writer.write(path)


def removed(path):
    path.unlink()


def written(text):
    return lambda path: path.write_text(text, encoding="utf-8")


#: Fault -> file, how it is planted, the further line of the checklist that stops the release, what it says.
#: Every one is also a file changed by hand; the last ones are found by that alone.
IN_EDITION = {
    "alternative text": ("report.zh.html", inserted(f'<p><img src="{DOT}"></p>'), GATE, NO_WORDS),
    "caption": ("report.zh.html", inserted("<table><tr><td>甲</td></tr></table>"), GATE, f"{NO_CAPTION}; {NO_NUMBER}"),
    "reference": ("report.en.html", inserted('<p><a href="#no"></a></p>'), GATE, "a reference names 'no', which is nowhere on the page; correct or add it."),
    "image from elsewhere": ("report.zh.html", inserted('<p><img alt="甲" src="//example.org/a.png"></p>'), GATE, f"<img> loads '//example.org/a.png' {ELSEWHERE}"),
    "script from elsewhere": ("report.en.html", replaced("</body>", "<script src='https://example.org/x.js'></script></body>"), GATE, f"<script> loads 'https://example.org/x.js' {ELSEWHERE}"),
    "picture in a picture from elsewhere": ("report.zh.html", inserted(SVG.replace("<path", "<image href='https://example.org/a.png'/><path")), GATE, f"the page: a picture loads 'https://example.org/a.png' {ELSEWHERE}"),
    "id": ("report.zh.html", inserted('<p id="a">甲</p><p id="a">乙</p>'), GATE, "the id 'a' occurs 2 times; give each its own."),
    "heading": ("report.en.html", inserted("<h6></h6>"), GATE, "a heading is empty; write it or take it out.; the heading '' is 4 levels below the one before it; use one # fewer."),
    "title": ("report.zh.html", inserted("<h1>甲</h1>"), GATE, "the page needs exactly one h1, the title on its cover.", {PARITY: "the page: only the page in 'zh-Hans' states h1 “甲”; pair the cells, or let one statement print both."}),
    "glyph": ("report.zh.html", inserted("<p>😀</p>"), GATE, "no typeface of the house holds U+1F600 '😀'; write it another way."),
    "typed number": ("report.zh.html", inserted("<p>升至 93.1%</p>"), GATE, f"the number '93.1%' in “升至 93.1%” {TYPED}"),
    "other language": ("report.en.html", inserted("<p>接通率</p>"), GATE, "“接通率” is not in the page's language (en); translate it, or mark it with its own lang."),
    "number of one language": ("report.en.html", inserted('<p>At <data class="estimate" value="5" data-estimate="2023/x/total/all">5</data>.</p>'), PARITY, "the page: only the page in 'en' states p “At 5.”; pair the cells, or let one statement print both."),
    "link": ("report.en.html", inserted('<p><a href="gone.html">on</a></p>'), LINKS, "report.en.html links to 'gone.html', which is not there; correct or write it."),
    "name in a page": ("report.zh.html", inserted(f"<p>{NAME}</p>"), LEAK, f"report.zh.html {NAMED}"),
    "name across tags": ("report.zh.html", inserted(f"<p>{NAME[0]}<b>{NAME[1:]}</b></p>"), LEAK, f"report.zh.html {NAMED}"),
    "name in a comment": ("report.zh.html", inserted(f"<!-- {NAME} -->"), LEAK, f"report.zh.html {NAMED}"),
    "name in a chart": ("charts/shares.zh.svg", replaced("</desc>", f"{NAME}</desc>"), LEAK, f"charts/shares.zh.svg {NAMED}"),
    "name in a PDF's alternative text": ("report.zh.pdf", alternative_text_of_pdf, LEAK, f"report.zh.pdf {NAMED}"),
    "name in a workbook": ("tables.xlsx", packed("xl/sharedStrings.xml", "</t>", f"{NAME}</t>"), LEAK, f"tables.xlsx {NAMED}"),
    "name in a workbook's properties": ("tables.xlsx", packed("docProps/core.xml", "</dc:title>", f"{NAME}</dc:title>"), LEAK, f"tables.xlsx {NAMED}"),
    "name in an open document": ("tables.ods", packed("content.xml", "</text:p>", f"{NAME}</text:p>"), LEAK, f"tables.ods {NAMED}"),
    "name in a Word file": ("report.en.docx", packed("word/document.xml", "</w:t>", f"{NAME}</w:t>"), LEAK, f"report.en.docx {NAMED}"),
    "name in a data file": ("data/estimates.csv", replaced("total", NAME), LEAK, f"data/estimates.csv {NAMED}"),
    "name in a notebook": ("notebooks/chapter.ipynb", replaced('"metadata": {', f'"metadata": {{"who": "{NAME}", '), LEAK, f"notebooks/chapter.ipynb {NAMED}"),
    "silent page": ("report.zh.html", lambda path: path.write_text(path.read_text("utf-8").replace("虚构答卷", ""), "utf-8"), "demonstration data are announced", "report.zh.html"),
    "missed figure": ("data/backtest.csv", replaced(",attained,", ",missed,"), "the back-test misses no figure", "missed: ch_app"),
    "document away": ("report.en.docx", removed, "every document is there", "report.en.docx"),
    "revisions without a note": ("data/revisions.csv", written("indicator\n"), "revisions are explained", "revisions.zh.md; revisions.en.md"),
    "number in a data file": ("data/estimates.csv", replaced("total,all,64.0", "total,all,74.0"), "", ""),
    "number in a workbook": ("tables.xlsx", packed("xl/worksheets/sheet4.xml", "<v>64</v>", "<v>74</v>"), "", ""),
    "number in a chart": ("charts/shares.zh.svg", replaced("64%", "74%"), "", ""),
    "number in both pages": ("report.zh.html", replaced("64%</data>", "74%</data>"), "", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def published(kit):
    """Return the folder of a public edition in both languages in which nothing is wrong."""
    rule.write_chapter(kit)
    told = kit.survey("run", "2023", "--quiet")
    assert told.exit_code == 0, told.output
    return kit.edition()


def stopped(kit):
    """Return what forbids the release: the name of each line of the checklist, and what was found."""
    told = kit.survey("release", "2023", "--json")
    lines = json.loads(told.output)
    grave = {line["name"]: line["found"] for line in lines if line["grave"] and not line["holds"]}
    assert told.exit_code == bool(grave)
    return grave


def test_a_release_is_stopped_for_every_fault_in_a_file_of_the_edition(kit, published, tmp_path):
    assert stopped(kit) == {}
    kept = shutil.copytree(published, tmp_path / "kept")
    wrong = {}
    for fault, (name, plant, line, words, *besides) in IN_EDITION.items():
        plant(published / name)
        found = stopped(kit)
        (published / name).unlink(missing_ok=True)
        if (kept / name).exists():
            shutil.copy2(kept / name, published / name)
        by_hand = found.pop(HAND, "")
        if not by_hand.startswith(name) or found != ({line: words} if line else {}) | (
            besides[0] if besides else {}
        ):
            wrong[fault] = by_hand, found
    assert wrong == {}, "\n".join(f"{fault}: {found}" for fault, found in wrong.items())


def test_a_release_is_stopped_for_an_edition_of_other_inputs(kit, published):
    """The policy is one of them: an edition made under a former one is not released."""
    before = (kit.folder / "programme.yaml").read_text(encoding="utf-8")
    kit.edit("programme.yaml", "minimum_base: 4", "minimum_base: 5")
    try:
        assert stopped(kit) == {"made from the present inputs": f"changed since: {kit.code}/programme.yaml"}
    finally:
        kit.write("programme.yaml", before)
    assert published.exists()

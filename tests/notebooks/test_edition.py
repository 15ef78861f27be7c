"""The whole way once: the edition of 2023 as the command puts it in place, and after a researcher's edits."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from functools import cache

import nbformat
import openpyxl
import pandas as pd
import pytest
from lxml import html
from pypdf import PdfReader
from pypdf.generic import ContentStream

NOTICE = {
    "zh": "演示数据：按已公布总数校准的虚构答卷，不代表任何真实机构",
    "en": "Demonstration data: invented returns calibrated to published totals; "
    "they describe no real institution",
}
KNOWN = ("92.88%", "99.46%", "94%", "72%", "29%")
NOTEBOOKS = ["01-clean", "02-trends", "03-segments", "04-report", "05-annex", "06-backtest", "slides"]
ARTICLES = ["digest", "press"]
DRAWN = ["digest-channels", "digest-technologies", "digest-staff-bands"]  # the digest's charts
VOLUMES = ["report", "quality", "tables"]
both = pytest.mark.parametrize("lang", ["zh", "en"])
#: A PDF is slow to read: one language in every run, the other where there is time.
read = pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])


def flat(text):
    """Drop blanks, which a PDF places as it likes."""
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def pdfs(edition_2023):
    return {lang: PdfReader(edition_2023.folder / f"report.{lang}.pdf") for lang in ("zh", "en")}


@pytest.fixture(scope="module")
def printed(pdfs):
    """Read the text of every page without blanks, a language once."""
    return cache(lambda lang: [flat(page.extract_text()) for page in pdfs[lang].pages])


@pytest.fixture(scope="module")
def pages(edition_2023):
    return {lang: read_page(edition_2023.folder, "report", lang) for lang in ("zh", "en")}


def read_page(folder, volume, lang):
    return html.fromstring((folder / f"{volume}.{lang}.html").read_text(encoding="utf-8"))


def listing(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def charts(page):
    """Return the names of the charts a page shows, in their order."""
    return [
        figure.get("id").removeprefix("fig-") for figure in page.xpath("//figure[contains(@class, 'chart')]")
    ]


def test_the_files_are_those_others_rely_on(edition_2023, pages):
    expected = [
        f"charts/{name}.{lang}.svg"
        for lang in ("zh", "en")
        for volume in VOLUMES
        for name in charts(read_page(edition_2023.folder, volume, lang))
    ]
    figures, lists = ("backtest", "changes", "comparisons", "estimates"), ("indicators", "segments")
    expected += [f"data/{name}.csv" for name in (*figures, *lists)]
    expected += [f"charts/{name}.{lang}.svg" for lang in ("zh", "en") for name in DRAWN]
    expected += [f"notebooks/{name}.ipynb" for name in [*NOTEBOOKS, *ARTICLES]]
    expected += [
        f"{name}.{lang}.{kind}" for lang in ("zh", "en") for name in ARTICLES for kind in ("docx", "md")
    ]
    expected += [
        f"{name}.{lang}.{kind}" for lang in ("zh", "en") for name in VOLUMES for kind in ("html", "pdf")
    ]
    expected += [f"report.{lang}.docx" for lang in ("zh", "en")]
    expected += [f"slides.{lang}.{kind}" for lang in ("zh", "en") for kind in ("pptx", "pdf")]
    assert listing(edition_2023.folder) == sorted(
        [*expected, "data/README.txt", "data/csv-metadata.json", "manifest.json", "tables.ods", "tables.xlsx"]
    )
    assert charts(pages["zh"]) == charts(pages["en"])
    assert len(charts(pages["zh"])) > 5


def test_the_summary_for_machines(edition_2023):
    summary = edition_2023.summary
    assert {k: summary[k] for k in ("wave", "respondents", "members", "open_queries", "backtest")} == {
        "wave": "2023",
        "respondents": 78,
        "members": 100,
        "open_queries": 16,
        "backtest": {"attained": 37, "impossible": 2, "missed": 0},
    }
    assert "kernels" not in summary  # how kernels were started is for people: --timings
    assert summary["files"] == [p for p in listing(edition_2023.folder) if "/" not in p]
    assert sorted(summary["seconds"]) == [
        "audit",
        "clean",
        "docx",
        "figures",
        "gate",
        "html",
        "leaks",
        "md",
        "notebooks",
        "page",
        "pdf",
        "slides",
        "tables",
    ]


@read
def test_the_pdf_prints_the_figures_readers_know(printed, lang):
    whole = "".join(printed(lang))
    assert [figure for figure in KNOWN if figure not in whole] == []


def test_the_cover_holds_figures_their_words_and_bases(pdfs):
    for lang, words in (
        ("zh", ("92.88%", "人工电话平均接通率", "99.46%", "客户满意度", "78家单位作答", "2023")),
        ("en", ("92.88%", "Connectionrateofcallstoagents", "99.46%", "base:78members", "2023")),
    ):
        cover = flat(pdfs[lang].pages[0].extract_text())
        assert [word for word in words if word not in cover] == []


@read
def test_every_page_of_the_pdf_announces_demonstration_data(printed, lang):
    silent = [number for number, text in enumerate(printed(lang), start=1) if flat(NOTICE[lang]) not in text]
    assert silent == []
    assert len(printed(lang)) >= 10


def content_streams(page):
    """Yield a page's own content and that of the drawings placed on it."""
    if page.get_contents() is not None:
        yield page.get_contents(), page["/Resources"]
    todo = [page["/Resources"]]
    while todo:
        for thing in (todo.pop().get("/XObject") or {}).values():
            drawing = thing.get_object()
            if drawing["/Subtype"] == "/Form":
                resources = drawing.get("/Resources", {})
                yield ContentStream(drawing, page.pdf), resources
                todo.append(resources)


@read
def test_every_glyph_is_embedded_and_none_is_an_empty_box(pdfs, lang):
    """In the fonts typst embeds a glyph is two bytes, and 0000 is the box for a character the font lacks."""
    fonts, glyphs = set(), 0
    for page in pdfs[lang].pages:
        for stream, resources in content_streams(page):
            for font in (resources.get("/Font") or {}).values():
                described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                assert {"/FontFile2", "/FontFile3"} & set(described.get_object())
                fonts.add(font.get_object()["/BaseFont"].split("+")[1].split("-")[0])
            for operands, operator in stream.operations:
                if operator not in {b"Tj", b"TJ"}:
                    continue
                parts = operands[0] if operator == b"TJ" else operands
                for part in parts:
                    if not hasattr(part, "original_bytes") and not isinstance(part, bytes):
                        continue
                    raw = getattr(part, "original_bytes", part)
                    codes = [raw[i : i + 2] for i in range(0, len(raw), 2)]
                    assert b"\0\0" not in codes
                    glyphs += len(codes)
    assert fonts == {"NotoSansSC", "NotoSerifSC"}
    assert glyphs > 5000


@both
def test_the_page_announces_demonstration_data_and_has_it_beside_every_chart_and_table(pages, lang):
    page = pages[lang]
    text = page.text_content()
    assert text.count(NOTICE[lang].split("，")[0].split(";")[0]) > 10
    assert page.xpath("//html/@lang | /html/@lang")[0].startswith(lang)
    for figure in page.xpath("//figure[contains(@class, 'chart')]"):
        assert flat(NOTICE[lang].split("，")[0].split(";")[0]) in flat(figure.text_content()), figure.get(
            "id"
        )


@both
def test_the_page_stands_alone(edition_2023, lang):
    text = (edition_2023.folder / f"report.{lang}.html").read_text(encoding="utf-8")
    loaded = re.findall(r"(?:src|href)=\"(https?:[^\"]+)\"", re.sub(r"xmlns(:\w+)?=\"[^\"]+\"", "", text))
    assert loaded == []
    assert "open_chapter" not in text
    assert "chapter.say" not in text


@both
def test_every_chart_announces_demonstration_data_and_tells_what_it_shows(edition_2023, lang):
    paths = sorted((edition_2023.folder / "charts").glob(f"*.{lang}.svg"))
    assert paths
    for path in paths:
        picture = html.fromstring(path.read_text(encoding="utf-8"))
        assert flat(NOTICE[lang]) in flat("".join(picture.xpath("//text//text()"))), path.name
        assert picture.xpath("string(//title)"), path.name
        assert len(picture.xpath("string(//desc)")) > 20, path.name
        assert picture.get("lang").startswith(lang), path.name


def test_every_sheet_announces_demonstration_data_in_both_languages(edition_2023):
    book = openpyxl.load_workbook(edition_2023.folder / "tables.xlsx")
    assert book.sheetnames[3:] == [
        "service", "digital", "organisation", "levels", "bank_type", "centre_kind", "bank_group", "changes", "comparisons", "response", "backtest",
        "indicators",
    ]  # fmt: skip
    for sheet in book:
        head = [sheet.cell(row, 1).value for row in range(1, 6)]
        assert set(NOTICE.values()) <= set(head), sheet.title


def test_the_data_announce_demonstration_data(edition_2023):
    zh, en = (edition_2023.folder / "data" / "README.txt").read_text(encoding="utf-8").split("\n\n")
    assert (zh.split("\n")[0], en.split("\n")[0]) == (NOTICE["zh"], NOTICE["en"])
    told = json.loads((edition_2023.folder / "data" / "csv-metadata.json").read_text(encoding="utf-8"))
    assert [note["@value"] for note in told["notes"]] == [NOTICE["zh"], NOTICE["en"]]


def test_page_sheet_and_file_give_one_number(edition_2023, pages):
    """Every number marked in the page is the estimate of that key in the data, in both languages."""
    table = pd.read_csv(edition_2023.folder / "data" / "estimates.csv", dtype={"wave": str})
    keys = table[["wave", "indicator", "dimension", "segment"]].agg("/".join, axis=1)
    values = dict(zip(keys, table["estimate"], strict=True))
    for lang in ("zh", "en"):
        marked = pages[lang].xpath("//data[@class='estimate']")
        held = 0
        for mark in marked:
            key = mark.get("data-estimate")
            if key in values:
                assert float(mark.get("value")) == pytest.approx(values[key], rel=1e-9), key
                held += 1
        assert held > 100
    book = openpyxl.load_workbook(edition_2023.folder / "tables.xlsx")
    rate = [
        row
        for row in book["levels"].iter_rows(values_only=True)
        if {"人工电话平均接通率", "Connection rate of calls to agents", "答卷单位", "2023"}
        <= set(map(str, row))
    ]
    assert [round(value, 2) for row in rate for value in row if isinstance(value, float)] == [92.88]


def test_no_cell_of_the_tables_shows_how_it_was_made(edition_2023):
    for sheet in openpyxl.load_workbook(edition_2023.folder / "tables.xlsx"):
        texts = [v for row in sheet.iter_rows(values_only=True) for v in row if isinstance(v, str)]
        assert [v for v in texts if v in {"nan", "None", "True", "False", "<NA>"} or "Text(" in v] == [], (
            sheet.title
        )


def test_the_manifest_is_true(edition_2023, house):
    told = json.loads((edition_2023.folder / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(told["outputs"]) == [n for n in listing(edition_2023.folder) if n != "manifest.json"]
    for name, facts in told["outputs"].items():
        raw = (edition_2023.folder / name).read_bytes()
        assert (facts["sha256"], facts["size"], facts["status"]) == (
            hashlib.sha256(raw).hexdigest(),
            len(raw),
            "public",
        )
    places = {"notebooks": house, "remote-banking": house / "survey" / "programmes"}
    for name, facts in told["inputs"].items():
        if not name.endswith(("/returns", "/corrections.csv")):  # one keyed hash: a guess cannot be confirmed
            raw = (places[name.split("/")[0]] / name).read_bytes()
            assert (facts["sha256"], facts["size"]) == (hashlib.sha256(raw).hexdigest(), len(raw))
    returns = house / "survey" / "programmes" / "remote-banking" / "2023" / "returns"
    raw = (edition_2023.folder / "manifest.json").read_text(encoding="utf-8")
    assert [path.name for path in returns.iterdir() if path.name in raw] == []
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in returns.iterdir()}
    assert [one for one in hashes if one[:16] in raw] == []
    assert list(told["inputs"]["remote-banking/2023/returns"]) == ["keyed"]
    assert told["demonstration"] is True
    marks = told["parameters"].pop("definitions")
    assert len(marks["ch_app"]) == 16
    assert told["parameters"] == {
        "programme": "remote-banking", "wave": "2023", "edition": "public", "languages": ["zh", "en"],
    }  # fmt: skip


def test_nothing_inside_stays_in_the_public_edition(edition_2023):
    """No answer, ledger or query, and no path of this machine, leaves the house."""
    names = listing(edition_2023.folder)
    assert not [n for n in names if "responses" in n or "ledger" in n or "queries" in n]
    members = re.compile(r"样本机构|2023_[LJCR]\d\d")
    for name in names:
        if name.endswith((".html", ".csv", ".ipynb", ".svg", ".json")) and name != "manifest.json":
            text = (edition_2023.folder / name).read_text(encoding="utf-8")
            assert not members.search(text), name
            assert str(edition_2023.folder.parents[2]) not in text, name


# -- more than one run -----------------------------------------------------------------------------


@pytest.mark.slow
def test_a_second_run_gives_the_same_bytes(edition_2023, survey, tmp_path):
    told = survey("run", "2023", "--quiet", SURVEY_OUTPUT=tmp_path)
    assert told.status == 0, told.err
    again = tmp_path / "2023" / "public"
    assert listing(again) == listing(edition_2023.folder)
    assert [
        name
        for name in listing(again)
        if (again / name).read_bytes() != (edition_2023.folder / name).read_bytes()
    ] == []


@pytest.fixture
def own_notebooks(house, tmp_path):
    return shutil.copytree(house / "notebooks", tmp_path / "notebooks")


@pytest.mark.slow
def test_a_researchers_edit_shows_in_the_next_report(shipped_archive, survey, own_notebooks, tmp_path):
    """A sentence rewritten and two passages exchanged in a notebook: the report follows."""
    path = own_notebooks / "04-report.ipynb"
    book = nbformat.read(path, as_version=4)
    order = [cell.id for cell in book.cells]
    telephone, satisfaction = order.index("04-10"), order.index("04-13")
    channels = order.index("04-16")
    cells = book.cells
    cells[order.index("04-08")].source = "# 服务与口碑"
    cells[order.index("04-09")].source = "# Service and reputation"
    book.cells = (
        cells[:telephone] + cells[satisfaction:channels] + cells[telephone:satisfaction] + cells[channels:]
    )
    nbformat.write(book, path)
    shutil.copytree(shipped_archive.folder.parent, tmp_path / "output" / "archive")
    told = survey("run", "2023", "--quiet", SURVEY_OUTPUT=tmp_path / "output", SURVEY_NOTEBOOKS=own_notebooks)
    assert told.status == 0, told.err
    for lang, chapter, first, second in (
        ("zh", "服务与口碑", "客户满意度", "人工电话"),
        ("en", "Service and reputation", "Customer satisfaction", "Calls to agents"),
    ):
        page = html.fromstring(
            (tmp_path / "output" / "2023" / "public" / f"report.{lang}.html").read_text("utf-8")
        )
        heads = [flat(head.text_content()) for head in page.xpath("//h1 | //h2 | //h3")]
        places = [
            next(i for i, head in enumerate(heads) if head.endswith(flat(w)))
            for w in (chapter, first, second)
        ]
        assert places == sorted(places)
        pdf = PdfReader(tmp_path / "output" / "2023" / "public" / f"report.{lang}.pdf")
        assert flat(chapter) in flat("".join(p.extract_text() for p in pdf.pages))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wave", "figure"), [("2016", "90.21%"), ("2017", "91.22%"), ("2021", "94.15%"), ("2022", "88.28%")]
)
def test_earlier_waves_are_published_too(shipped_archive, survey, tmp_path, wave, figure):
    published = shipped_archive.programme.published
    own = published[(published["year"] == wave) & (published["indicator"] == "human_connect_rate")]
    assert f"{own['value'].iloc[0]}%" == figure
    shutil.copytree(shipped_archive.folder.parent, tmp_path / "archive")
    told = survey("run", wave, "--json", SURVEY_OUTPUT=tmp_path)
    assert told.well, told.err
    summary = json.loads(told.out)
    assert summary["backtest"]["missed"] == 0
    for lang in ("zh", "en"):
        pdf = PdfReader(tmp_path / wave / "public" / f"report.{lang}.pdf")
        text = [flat(page.extract_text()) for page in pdf.pages]
        assert figure in "".join(text)
        assert all(flat(NOTICE[lang]) in page for page in text)


@pytest.mark.slow
def test_the_internal_edition_holds_what_stays_inside(shipped_archive, survey, tmp_path):
    shutil.copytree(shipped_archive.folder.parent, tmp_path / "archive")
    told = survey("run", "2023", "--edition", "internal", "--lang", "zh", "--json", SURVEY_OUTPUT=tmp_path)
    assert told.well, told.err
    data = tmp_path / "2023" / "internal" / "data"
    responses = pd.read_parquet(data / "responses.parquet")
    clean = shipped_archive.load("2023")
    assert responses.equals(clean.responses)
    assert len(pd.read_csv(data / "ledger.csv")) == len(clean.ledger)
    assert len(pd.read_csv(data / "queries.csv")) == len(clean.queries)

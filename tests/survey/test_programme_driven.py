"""What a programme's files decide alone: dimensions, languages, whether members are listed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from nbformat import write as write_notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from fixtures.programmes import NAMES, of_one_language, small_programme
from survey.editing import clean_wave
from survey.errors import DefinitionError, UsageError
from survey.figures import Figures
from survey.intake import write_form

REGION = """\
  - code: region
    label: {zh: 地区, en: region}
    segments:
      - {code: north, zh: 北方, en: Northern members, colour: "#123456"}
      - {code: south, zh: 南方, en: Southern members}
crossed:"""
ASKED = """\
      - code: region
        text: {zh: 地区, en: Region}
        type: single
        options:
          - {code: north, zh: 北方, en: North}
          - {code: south, zh: 南方, en: South}
      - code: staff_total"""
ENGLISH = {
    "是": "Yes", "否": "No", "大型商业银行": "Large commercial banks", "城市商业银行": "City commercial banks",
}  # fmt: skip
CELLS = (
    'programme: str = "small"\nwave: str = "2023"\nedition: str = "public"\nlanguages: str = "en"',
    "from survey.notebooks.chapter import open_chapter\n\n"
    "chapter = open_chapter(programme, wave, edition, languages)",
    'chapter.say.response()\nchapter.say("ch_app")\nchapter.say("ch_app", dimension="region", segment="north")',
    'chapter.table.by("region", "ch_app", "connect_rate", slug="by-region", zh="", en="Figures by region")',
    'chapter.draw.segments("ch_app", "region", slug="app-by-region")',
)


def with_region(small):
    """Add the dimension `region` to a programme: an entry of its file, a column of its members."""
    small.edit("programme.yaml", "crossed:", REGION)
    path = small.folder / "members.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    column = ["region", "north", "north", "north", "south", "south", "south"]
    joined = (f"{line},{cell}" for line, cell in zip(lines, column, strict=True))
    path.write_text("\n".join(joined) + "\n", encoding="utf-8")
    return small


def without_members(small):
    """Make an open survey of a programme: no list of members, and a question for the region."""
    small.edit("programme.yaml", "crossed:", REGION)
    small.edit("programme.yaml", "stratum: bank_type", "population: respondents")
    (small.folder / "members.csv").unlink()
    for wave in ("2022", "2023"):
        small.edit(f"{wave}/questionnaire.yaml", "      - code: staff_total", ASKED)
    return small


def send_all(small, words=None, **further):
    """Send six returns in each wave; the first, third and fifth offer the app; `further` by member."""
    for wave in ("2022", "2023"):
        form = small.programme.questionnaire(wave)
        known = {item.code for item in form.items}
        for number, (member, name) in enumerate(NAMES.items()):
            own = {**small.answers(member), "staff_total": 100 + 10 * number, **further.get(member, {})}
            own["channels.app"] = "否" if number % 2 else "是"
            told = {code: (words or {}).get(answer, answer) for code, answer in own.items() if code in known}
            path = small.returns(wave) / f"{wave}_{member}.xlsx"
            path.parent.mkdir(parents=True, exist_ok=True)
            cover = {"form": form.form, "member_id": member, "name": name, "submitted": f"{wave}-01-10"}
            write_form(path, form, cover, told)


def complaint(small):
    """Return what the command would say of a programme's files."""
    with pytest.raises(DefinitionError) as caught:
        _ = small.programme.settings, small.programme.frame, small.programme.indicators
    return str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("members.csv", "valid_to,region", "valid_to,place", "members.csv, line 1: columns missing: region"),
        ("members.csv", "2020,,south", "2020,,east", "members.csv, line 5: region is 'east'; its segments are"),
        ("members.csv", "2020,,south", "2020,,", "members.csv, line 5: region is empty; its segments are"),
        ("programme.yaml", "stratum: bank_type", "stratum: size", "programme.yaml, line 6: `stratum`: `stratum` names size, which"),
        ("programme.yaml", "centre_kind]]", "size]]", "programme.yaml, line 24: `crossed`: `crossed` names size, which is no"),
        ("programme.yaml", "within: centre_kind", "within: size", "programme.yaml, line 7: `dimensions`: `within` of dimension bank_type names"),
        ("programme.yaml", "code: region", "code: total", "programme.yaml, line 7: `dimensions`: dimension total needs another code"),
        ("programme.yaml", "code: north", "code: large", "programme.yaml, line 7: `dimensions`: segment large stands twice"),
        ("programme.yaml", "#123456", "blue", "programme.yaml, line 22: `dimensions.2.segments.0.colour`: String should match"),
        ("programme.yaml", "[zh, en]", "[en, de]", "programme.yaml, line 4: `languages`: there is no catalogue for de; there are catalogues for zh, en"),
        ("programme.yaml", ", en: Small survey", "", "programme.yaml, line 1: `title.en`: this entry is missing"),
        ("indicators.yaml", "zh: 从业人员, ", "", "indicators.yaml, line 3: `indicators.0.label.zh`: this entry is"),
        ("programme.yaml", "stratum:", "population: respondents\nstratum:", "members.csv: `population` of"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_reported_with_file_and_line(small, file, old, new, message):
    with_region(small).edit(file, old, new)
    assert complaint(small).startswith(f"small/{message}")


def test_a_further_dimension_is_estimated_and_compared(small):
    send_all(with_region(small))
    programme = small.programme
    figures = Figures(programme, "2023", {wave: clean_wave(programme, wave) for wave in programme.waves})
    # of six members hardly a segment can be published: what is asked here is whether it is estimated
    rows = figures.raw_estimates[figures.raw_estimates["dimension"] == "region"]
    north = rows[(rows["indicator"] == "ch_app") & (rows["segment"] == "north")].iloc[0]
    assert (north.n, north.N, round(north.estimate)) == (3, 3, 67)
    assert set(rows["segment"]) == {"north", "south"}
    assert "region" in set(figures.comparisons["dimension"])
    assert "region" in set(figures.changes["dimension"])


def test_an_open_survey_describes_its_respondents(small):
    send_all(without_members(small), A1={"region": "北方"}, B2={"region": "北方"}, C3={"region": "北方"})
    programme = small.programme
    figures = Figures(programme, "2023", {wave: clean_wave(programme, wave) for wave in programme.waves})
    north, rest = (figures.estimate("ch_app", "region", name) for name in ("north", "not_stated"))
    assert (north.n, north.estimate, rest.n) == (3, 67, 3)
    assert not figures.estimates["indicator"].str.endswith(".members").any()


def test_a_question_with_a_dimension_s_code_offers_its_segments_alone(small):
    without_members(small).edit("2023/questionnaire.yaml", "{code: south, zh: 南方", "{code: east, zh: 东方")
    send_all(small)
    with pytest.raises(DefinitionError, match="question region has the options east, which are no segments"):
        clean_wave(small.programme, "2023")


def test_languages_a_programme_does_not_have_are_refused(small):
    of_one_language(small, "en")
    assert small.programme.published_in(("en",)) == ("en",)
    with pytest.raises(UsageError, match=r"is not published in zh; its languages are en"):
        small.programme.published_in(("zh", "en"))


@pytest.fixture(params=["members", "respondents"])
def english(request, tmp_path, survey):
    """Return the folder and output of an edition of a small programme in English alone, with regions."""
    small = small_programme(tmp_path)
    (with_region if request.param == "members" else without_members)(small)
    of_one_language(small, "en")
    regions = {member: {"region": "North" if member < "D" else "South"} for member in NAMES}
    send_all(small, ENGLISH, **(regions if request.param == "respondents" else {}))
    book = new_notebook(
        cells=[
            new_code_cell(CELLS[0], metadata={"tags": ["parameters"]}, id="p"),
            new_markdown_cell("# Highlights", metadata={"tags": ["en"]}, id="en"),
            *(new_code_cell(source, id=f"own-{n}") for n, source in enumerate(CELLS[1:])),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    (tmp_path / "notebooks").mkdir()
    write_notebook(book, tmp_path / "notebooks" / "chapter.ipynb")
    places = {"PROGRAMMES": tmp_path, "NOTEBOOKS": tmp_path / "notebooks", "OUTPUT": tmp_path / "output"}
    done = survey(
        "run", "2023", "--programme", "small", "--json", **{f"SURVEY_{k}": v for k, v in places.items()}
    )
    assert done.well, done.err
    return json.loads(done.out), tmp_path / "output" / "small" / "2023" / "public"


@pytest.mark.slow
def test_a_programme_of_one_language_with_a_further_dimension_is_published(english):
    summary, folder = english
    assert summary["members"] in {6, None}
    documents = {path.name for path in folder.iterdir() if path.name.startswith("report")}
    assert documents == {"report.en.docx", "report.en.html", "report.en.pdf"}
    assert sorted(path.name for path in (folder / "charts").iterdir()) == ["app-by-region.en.svg"]
    assert "#123456" in (folder / "charts" / "app-by-region.en.svg").read_text(encoding="utf-8")
    page = (folder / "report.en.html").read_text(encoding="utf-8")
    shown = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)
    assert "Northern members" in shown
    assert not re.search("[\u4e00-\u9fff]", shown)
    if summary["members"] is None:
        assert "estimated for all members" not in shown
        assert "6</data> returns were received in 2023" in shown
    columns = pd.read_csv(folder / "data" / "indicators.csv").columns
    assert [name for name in columns if name.endswith("_zh")] == []
    assert "label_en" in columns
    sheets = pd.read_excel(
        Path(folder / "tables.xlsx"), sheet_name=None, header=None, dtype="str", engine="openpyxl"
    )
    assert "region" in sheets
    assert not any("(Chinese)" in str(cell) for sheet in sheets.values() for cell in sheet.to_numpy().ravel())

"""Returns are read several times as fast as a plain loop over their cells, and let go one by one."""

from __future__ import annotations

import time
import tracemalloc

import openpyxl
import pytest
import yaml

from fixtures.programmes import NAMES, small_programme
from survey.intake import read_returns, write_form
from survey.intake.formats import open_source

pytestmark = pytest.mark.slow  # many runs of one thing, which tell more when nothing runs beside them

QUESTIONS = 150
LEAST = 5  # times as fast as openpyxl
LEAST_OF_ALL = 3  # and with everything that intake does besides
MOST = 1.5  # as much memory for a table of twice the files, above twice


def large_questionnaire(small):
    """Give the wave a form of 150 questions of every kind."""
    path = small.folder / "2023" / "questionnaire.yaml"
    words = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    model = {q["code"]: q for section in words["sections"] for q in section["questions"]}
    section = {"code": "more", "title": {"zh": "更多", "en": "More"}, "questions": []}
    kinds = ("staff_total", "satisfaction", "turnover", "front", "bank_type")
    for n in range(QUESTIONS - 12):
        section["questions"].append(model[kinds[n % len(kinds)]] | {"code": f"more_{n:03d}"})
    words["sections"].append(section)
    path.write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def returned(tmp_path_factory):
    """Write many returns of a large questionnaire: each member's again and again, a day later each time."""

    def write(files):
        small = small_programme(tmp_path_factory.mktemp("many"))
        large_questionnaire(small)
        questionnaire = small.programme.questionnaire("2023")
        answers = {f"more_{n:03d}": (98, 98.5, 12.5, 60, "大型商业银行")[n % 5] for n in range(QUESTIONS)}
        small.returns().mkdir(parents=True)
        members = sorted(NAMES)
        for n in range(files):
            member = members[n % len(members)]
            cover = {
                "form": questionnaire.form,
                "member_id": member,
                "submitted": f"2023-01-{n % 28 + 1:02d}",
            }
            write_form(
                small.returns() / f"{n:05d}.xlsx", questionnaire, cover, small.answers(member) | answers
            )
        return small

    return write


def loop_over_cells(folder):
    """Read every cell of every workbook the plain way."""
    found = 0
    for path in sorted(folder.iterdir()):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        found += sum(
            value is not None for sheet in book for row in sheet.iter_rows(values_only=True) for value in row
        )
        book.close()
    return found


def seconds(work, *arguments):
    start = time.process_time()
    work(*arguments)
    return time.process_time() - start


def read_alone(programme):
    """Open every return and find its answers, without parsing them."""
    questionnaire, codes = programme.questionnaire("2023"), programme.item_codes
    for path in sorted((programme.folder / "2023" / "returns").iterdir()):
        open_source(path, questionnaire, codes)


def test_reading_is_five_times_as_fast_as_a_loop_over_cells(returned):
    few, many = returned(10), returned(70)
    # what sixty more returns cost: the definitions are read once, however many there are
    reading = intake = loop = 0.0
    for small, sign in ((few, -1), (many, 1)):
        programme = small.programme
        read_returns(programme, "2023")
        reading += sign * min(seconds(read_alone, programme) for _ in range(5))
        loop += sign * min(seconds(loop_over_cells, small.returns()) for _ in range(3))
        intake += sign * min(seconds(read_returns, programme, "2023") for _ in range(5))
    print(  # noqa: T201
        f"reading {loop / reading:.1f}, with parsing, matching and findings {loop / intake:.1f} times as fast: "
        f"{1000 * reading / 60:.1f} and {1000 * intake / 60:.1f} ms a return"
    )
    assert loop / reading > LEAST
    assert loop / intake > LEAST_OF_ALL


def test_memory_grows_with_the_table_alone(returned):
    peaks = []
    for files in (30, 60):
        programme = returned(files).programme
        read_returns(programme, "2023")
        tracemalloc.start()
        intake = read_returns(programme, "2023")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        peaks.append(peak / max(1, len(intake.cells)))
    print(f"{peaks[0]:.0f} bytes a cell for 30 files, {peaks[1]:.0f} for 60")  # noqa: T201
    assert peaks[1] < MOST * peaks[0]

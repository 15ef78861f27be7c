"""Notebooks run by papermill, by nbconvert and by the command; a failing one is kept, its cell marked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from analysis.pieces import PIECE_TYPE, from_json, html_of
from fixtures.notebooks import write_chapter
from survey.errors import UsageError
from survey.notebooks.run import FailedNotebook, run_notebook, run_notebooks

pytestmark = pytest.mark.published  # starts kernels


def shown(book, lang="en"):
    """Return the HTML a notebook shows in one language."""
    return "\n".join(
        html_of(from_json(output["data"][PIECE_TYPE]), lang)
        for cell in book.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if PIECE_TYPE in output.get("data", {})
    )


@pytest.fixture
def at_the_desk(desk, monkeypatch, house):
    """Let kernels started from this process find the desk and the packages that are tested."""
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("PYTHONPATH", str(house))
    return desk


@dataclass(frozen=True)
class Stored:
    """A stored notebook, the folders it finds, and the edition of 2023 it was published in."""

    path: Path
    environment: dict
    edition: Path


@pytest.fixture(params=["small", pytest.param("shipped", marks=pytest.mark.slow)])
def stored(request, house, common):
    """Return a chapter of the small programme or, where there is time, of the shipped one."""
    if request.param == "small":
        desk = request.getfixturevalue("desk")
        return Stored(desk.chapter, desk.environment, desk.edition)
    edition = request.getfixturevalue("edition_2023")
    return Stored(
        house / "notebooks" / "03-segments.ipynb", {"SURVEY_OUTPUT": common / "output"}, edition.folder
    )


def test_a_notebook_runs_by_papermill_with_a_wave_as_number(jupyter, stored, tmp_path):
    executed = tmp_path / "x.ipynb"
    given = ("-p", "wave", "2022", "--no-progress-bar")
    done = jupyter("papermill", stored.path, executed, *given, **stored.environment)
    assert done.status == 0, done.err
    book = nbformat.read(executed, as_version=4)
    injected = [c.source for c in book.cells if "injected-parameters" in c.metadata.get("tags", [])]
    assert injected == ["# Parameters\nwave = 2022\n"]
    assert 'data-estimate="2022/' in shown(book)
    assert "2023/" not in shown(book)


@pytest.mark.slow
def test_a_notebook_runs_by_nbconvert_as_in_the_edition(jupyter, stored, tmp_path):
    told = ("--to", "notebook", "--execute", "--output-dir", tmp_path, "--output", "x.ipynb")
    done = jupyter("nbconvert", *told, stored.path, **stored.environment)
    assert done.status == 0, done.err
    mine = nbformat.read(tmp_path / "x.ipynb", as_version=4)
    ours = nbformat.read(stored.edition / "notebooks" / stored.path.name, as_version=4)
    assert "data-estimate" in shown(mine)
    assert shown(mine) == shown(ours)
    assert shown(mine, "zh") == shown(ours, "zh")


RUN = ("run", "2023", "--programme", "small")
LISTING = (
    "programme: str = 'small'  (the survey); wave: str = '2023'  (a wave of it); "
    "edition: str = 'public'  (public or internal); languages: str = 'zh,en'  (what to show)"
)


@pytest.mark.slow
def test_an_unknown_parameter_stops_papermill_with_the_list(jupyter, desk, tmp_path):
    done = jupyter(
        "papermill", desk.chapter, tmp_path / "x.ipynb", "-p", "wvae", "2022", "--no-progress-bar",
        **desk.environment,
    )  # fmt: skip
    assert done.status != 0
    assert f"UsageError: this notebook has no parameter wvae; there are {LISTING}" in done.err


def test_an_unknown_parameter_is_refused_before_a_kernel_starts(desk):
    with pytest.raises(UsageError) as caught:
        run_notebooks([desk.chapter], {"wvae": "2022"})
    assert str(caught.value) == f"notebook chapter has no parameter 'wvae'; there are {LISTING}"


def test_a_notebook_is_executed_and_leaves_no_trace_of_clock_or_chance(at_the_desk):
    before = at_the_desk.chapter.read_bytes()
    told = []
    given = {"programme": "small", "wave": "2023"}
    book = run_notebook(at_the_desk.chapter, given, lambda *step: told.append(step))
    assert at_the_desk.chapter.read_bytes() == before
    assert 'data-estimate="2023/ch_app/total/all">67%</data>' in shown(book)
    assert 'data-estimate="2023/connect_rate/total/all">90.00%</data>' in shown(book)
    assert told[0] == ("chapter", 1, 6)
    assert told[-1][1] <= told[-1][2]
    text = nbformat.writes(book)
    for word in ('"papermill"', 'execution":', "start_time", "iopub", "duration"):
        assert word not in text


@pytest.mark.usefixtures("at_the_desk")
def test_a_notebook_that_raises_is_carried_with_its_failing_cell_marked(tmp_path):
    path = write_chapter(
        tmp_path / "notebooks" / "02-own.ipynb", "x = 1", "chapter.say('ch_ap')", "print('never')"
    )
    with pytest.raises(FailedNotebook) as caught:
        run_notebook(path, {"programme": "small"})
    assert str(caught.value) == (
        "notebook 02-own, cell 7: UsageError: indicator 'ch_ap' does not exist in "
        "programme small; indicators.yaml has "
        "ch_app, connect_rate, mk_phone, staff_total"
    )
    assert caught.value.name == "02-own"
    sources = [cell.source for cell in caught.value.notebook.cells]
    assert any("An Exception was encountered at" in source for source in sources)
    failing = next(c for c in caught.value.notebook.cells if c.source == "chapter.say('ch_ap')")
    assert failing.outputs[-1].ename == "UsageError"
    never = next(c for c in caught.value.notebook.cells if c.source == "print('never')")
    assert never.outputs == []


def content(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_run_says_what_it_published_and_how_its_kernels_were_started(desk):
    said = desk.told.splitlines()
    assert said[:2] == [
        "2023: 6 of 6 members answered; 0 open queries",
        "  printed figures held against the returns: attained 1, impossible 0, missed 0",
    ]
    assert "  kernels: 1 forked from one process" in said
    names = [f"report.{lang}.{kind}" for lang in ("en", "zh") for kind in ("docx", "html", "pdf")]
    listed = [*names, "tables.ods", "tables.xlsx"]
    assert said[said.index("  open:") + 1 :] == [f"    {desk.edition / name}" for name in listed]


def test_a_run_that_fails_leaves_the_former_edition_and_the_marked_copy(own_desk, survey):
    before = content(own_desk.edition)
    write_chapter(own_desk.chapter, "raise ValueError('a slip of the pen')")
    failed = survey(*RUN, "--quiet", **own_desk.environment)
    assert (failed.status, failed.out) == (1, "")
    assert failed.err == (
        "survey: notebook chapter, cell 6: ValueError: a slip of the pen\n"
        "The executed copy, its failing cell marked, is output/small/2023/failed/public/chapter.ipynb; "
        "the former edition is untouched.\n"
    )
    assert content(own_desk.edition) == before
    kept = own_desk.output / "small" / "2023" / "failed"
    book = nbformat.read(kept / "public" / "chapter.ipynb", as_version=4)
    assert any("An Exception was encountered at" in cell.source for cell in book.cells)


@pytest.mark.slow
def test_the_next_run_that_succeeds_clears_the_failure_away(own_desk, survey):
    kept = own_desk.output / "small" / "2023" / "failed"
    kept.mkdir()
    assert survey(*RUN, "--quiet", **own_desk.environment).well
    assert not kept.exists()

"""Notebooks as stored: no outputs, one cell of explained parameters, every text in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from survey.notebooks.parameters import declared

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
ids = [path.stem for path in NOTEBOOKS]
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=ids)


COMMON = ("programme", "wave", "edition", "languages")
# notebooks that are no chapter of a wave: their parameters, and how the ids of their cells begin
APART = {
    "published-audit": (("programme", "languages"), "audit"),
    "method-simulation": (("languages", "draws"), "simulation"),
}


def tags(cell):
    return set(cell.metadata.get("tags", []))


def test_there_are_notebooks():
    chapters = ["01-clean", "02-trends", "03-segments", "04-report", "05-annex", "06-backtest"]
    assert ids == [
        *chapters, "bulletin", "digest", "method-simulation", "press", "published-audit", "slides",
    ]  # fmt: skip


@each
def test_a_notebook_is_valid_and_without_outputs(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None), cell.id
        assert set(cell.metadata) <= {"tags", "slideshow"}, cell.id
    assert set(book.metadata) == {"kernelspec", "language_info"}
    assert book.metadata.kernelspec.name == "python3"
    assert set(book.metadata.language_info) == {"name"}  # no version of one machine's Python


@each
def test_its_parameters_are_annotated_and_explained(path):
    book = nbformat.read(path, as_version=4)
    cells = [cell for cell in book.cells if "parameters" in tags(cell)]
    assert len(cells) == 1
    assert book.cells[0] is cells[0]
    body = ast.parse(cells[0].source).body
    assert [type(node) for node in body] == [ast.AnnAssign] * len(body)
    parameters = declared(path)
    wanted, _ = APART.get(path.stem, (COMMON, ""))
    assert [(p.name, p.type) for p in parameters] == [(name, "str") for name in wanted]
    assert [p.name for p in parameters if not p.comment] == []


@each
def test_its_texts_come_in_pairs(path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown"]
    languages = [sorted(tags(cell) & {"zh", "en"}) for cell in cells]
    assert languages == [["zh"], ["en"]] * (len(cells) // 2)
    for zh, en in zip(cells[::2], cells[1::2], strict=True):
        assert tags(zh) - {"zh"} == tags(en) - {"en"}
        assert zh.metadata.get("slideshow") == en.metadata.get("slideshow"), zh.id
        heads = [len(cell.source) - len(cell.source.lstrip("#")) for cell in (zh, en)]
        assert heads[0] == heads[1], zh.source
        assert any("\u4e00" <= sign <= "\u9fff" for sign in zh.source)
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in en.source)


@each
def test_its_cells_have_lasting_ids(path):
    numbers = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    assert len(set(numbers)) == len(numbers)
    _, begin = APART.get(path.stem, (COMMON, path.stem[:2]))
    assert all(number.startswith(begin) for number in numbers)

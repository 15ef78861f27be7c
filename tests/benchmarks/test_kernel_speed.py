"""A forked kernel is ready for its chapter in less than half the time of an ordinary one."""

import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from survey.notebooks.kernels import FORKS, Launcher
from survey.notebooks.run import first_imports, run_notebook

pytestmark = pytest.mark.slow  # many runs of one thing, which tell more when nothing runs beside them


@pytest.fixture
def chapter(tmp_path, monkeypatch, request):
    """Return a notebook that imports the verbs of a chapter and does nothing with them."""
    monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))
    cells = [
        new_code_cell("wave: str = '2023'", metadata={"tags": ["parameters"]}, id="p"),
        new_code_cell("from survey.notebooks.chapter import open_chapter", id="open"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), tmp_path / "chapter.ipynb")
    return tmp_path / "chapter.ipynb"


def seconds(chapter, launcher=None):
    start = time.perf_counter()
    run_notebook(chapter, {}, launcher=launcher)
    return time.perf_counter() - start


@pytest.mark.skipif(not FORKS, reason="kernels are forked on Linux alone")
def test_a_chapter_is_opened_in_half_the_time(chapter):
    with Launcher(chapter.parent, first_imports([chapter])) as launcher:
        seconds(chapter, launcher)  # waits for the imports
        # in turns, so that a busy machine slows both
        spent = [(seconds(chapter, launcher), seconds(chapter)) for _ in range(2)]
        assert launcher.forked == 3
    forked, ordinary = (min(times) for times in zip(*spent, strict=True))
    print(f"forked {forked:.2f} s, ordinary {ordinary:.2f} s")  # noqa: T201
    assert ordinary / forked >= 2

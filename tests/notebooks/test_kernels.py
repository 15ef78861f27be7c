"""A run's kernels are forked from one process, and nobody could tell them from ordinary ones."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import survey.notebooks.kernels
from fixtures.notebooks import PARAMETERS
from survey.errors import NotebookError
from survey.notebooks.kernels import FORKS, Launcher, manager_with, own_sockets
from survey.notebooks.run import FailedNotebook, first_imports, run_notebooks

pytestmark = [
    pytest.mark.published,  # starts kernels
    pytest.mark.skipif(not FORKS, reason="kernels are forked on Linux alone"),
]


def write(folder, name, *cells):
    """Write a notebook that has parameters and these cells."""
    book = new_notebook(
        cells=[
            new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}, id="p"),
            *(new_code_cell(source, id=f"own-{n}") for n, source in enumerate(cells)),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    folder.mkdir(exist_ok=True)
    nbformat.write(book, folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


@pytest.fixture
def ours(monkeypatch, house):
    """Let processes find the packages that are tested, and mark them to be found again."""
    mark = uuid.uuid4().hex
    monkeypatch.setenv("PYTHONPATH", str(house))
    monkeypatch.setenv("KERNELS_MARK", mark)
    return mark


def left(mark):
    """Return what is left of the processes that carry a mark, the dead that nobody reaped included."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            marked = mark.encode() in (folder / "environ").read_bytes()
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if marked or (parent == os.getpid() and "Z" in (folder / "stat").read_text().rpartition(")")[2][:3]):
            found.append((folder.name, (folder / "cmdline").read_bytes()))
    return found


def printed(book):
    return "".join(
        output.text
        for cell in book.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stdout"
    )


def run(sources, **given):
    """Run notebooks; return them and what was said of their kernels."""
    told = []
    books = run_notebooks(sources, {"programme": "small", **given}, note=told.append)
    return books, told[0]


LEAK = """\
import builtins, json, os, sys, warnings
import matplotlib
json.leak = builtins.leak = os.environ["LEAK"] = "seen"
sys.path.append("leak")
matplotlib.rcParams["font.size"] = 99
warnings.filterwarnings("ignore", "leak")
own = 1
open("leaked", "w").close()"""
LOOK = """\
import builtins, json, os, sys, time, warnings
import matplotlib
while not os.path.exists("leaked"):
    time.sleep(0.05)
print(hasattr(json, "leak"), hasattr(builtins, "leak"), "LEAK" in os.environ, "leak" in sys.path,
      matplotlib.rcParams["font.size"], "leak" in str(warnings.filters), "own" in globals())"""


def test_nothing_of_a_notebook_is_seen_by_the_next(ours, tmp_path):
    # the third starts when one of the others has ended
    sources = [
        write(tmp_path / "n", name, code) for name, code in zip("abc", (LEAK, LOOK, LOOK), strict=True)
    ]
    books, told = run(sources)
    assert told == "3 forked from one process"
    assert printed(books[1]) == printed(books[2]) == "False False False False 10.0 False False\n"
    assert left(ours) == []


STATE = """\
import matplotlib.pyplot as plt
import numpy as np
import locale, os, signal, sys, threading, warnings
print(os.getcwd(), sys.argv[0], sys.argv[3:], sys.path, sys.flags, sys.executable, locale.getlocale())
print(sorted((k, v) for k, v in os.environ.items() if k != "JPY_PARENT_PID"), os.getpid() == os.getsid(0), os.umask(18))
print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD), signal.getsignal(signal.SIGTERM))
print(sorted(map(str, warnings.filters)), sorted(t.name for t in threading.enumerate()), __name__)
print(matplotlib.rcParams if "matplotlib" in globals() else plt.get_backend(), sys.stdin, hash("text"))
print(int(os.environ["JPY_PARENT_PID"]) == os.getppid())"""
# a stream a cell: ipykernel does not keep the order of several within one
ECHO = """\
import subprocess
subprocess.run(["echo", "of a child"], check=True);"""
WARN = """\
print("to stderr", file=sys.stderr)
warnings.warn("mind")"""
TALK = """\
rng = np.random.default_rng(5)
a = rng.normal(size=(300, 300))
print((a @ a).sum(), np.linalg.svd(a)[1].sum())
plt.plot([1, 2, 4]);"""
ARROW = """\
import pandas as pd
from io import BytesIO
frame = pd.DataFrame({str(k): a[:, k] for k in range(50)})
store = BytesIO()
frame.to_parquet(store)
store.seek(0)
print(pd.read_parquet(store).equals(frame))
frame.head(2)"""


def test_a_forked_kernel_works_as_an_ordinary_one_to_the_byte(ours, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # under which ipykernel leaves descriptors alone
    sources = [write(tmp_path / "n", "a", STATE, ECHO, WARN, TALK, ARROW)]
    forked, told = run(sources)
    assert told == "1 forked from one process"
    assert "of a child" in printed(forked[0])
    assert any("image/png" in o.get("data", {}) for o in forked[0].cells[5].outputs)
    monkeypatch.setattr(survey.notebooks.kernels, "FORKS", False)
    ordinary, told = run(sources)
    assert told == "0 forked from one process, 1 started the ordinary way (linux has no safe fork)"
    texts = [
        re.sub(r"ipykernel_\d+", "", nbformat.writes(book)) for book in (*forked, *ordinary)
    ]  # process ids
    assert texts[0] == texts[1]
    assert left(ours) == []


@pytest.mark.usefixtures("ours")
def test_kernels_do_not_share_their_chance(tmp_path):
    chance = "import numpy as np, random\nprint(np.random.rand(), random.random())"
    books, _ = run([write(tmp_path / "n", name, chance) for name in "ab"])
    first, second = (printed(book).split() for book in books)
    assert first[0] != second[0]
    assert first[1] != second[1]


@pytest.mark.parametrize("forks", [True, pytest.param(False, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("ours")
def test_every_notebook_works_in_its_own_folder_and_the_run_where_it_was(tmp_path, monkeypatch, forks):
    monkeypatch.setattr(survey.notebooks.kernels, "FORKS", forks)
    monkeypatch.chdir(tmp_path)
    where = "import os, time\nprint(os.getcwd())\ntime.sleep(%s)"
    sources = [write(tmp_path / name, name, where % wait) for name, wait in (("a", 0), ("b", 0.5), ("c", 0))]
    books, _ = run(sources)
    assert [printed(book) for book in books] == [f"{tmp_path / name}\n" for name in "abc"]
    assert Path.cwd() == tmp_path


DIED = "its process ended before the cell did: killed from outside, for want of memory, or by the cell itself"


@pytest.mark.parametrize(
    ("end", "forks"),
    [
        ("os.kill(os.getpid(), 9)", True),
        ("os._exit(3)", False),
        pytest.param("os._exit(3)", True, marks=pytest.mark.slow),
        pytest.param("os.kill(os.getpid(), 9)", False, marks=pytest.mark.slow),
    ],
)
def test_a_notebook_whose_process_ends_is_kept_with_its_cell_marked(ours, tmp_path, monkeypatch, end, forks):
    monkeypatch.setattr(survey.notebooks.kernels, "FORKS", forks)
    sources = [
        write(tmp_path / "n", "a", "import os", end, "print('never')"),
        write(tmp_path / "n", "b", "2"),
    ]
    with pytest.raises(FailedNotebook) as caught:
        run(sources)
    assert str(caught.value) == f"notebook a, cell 4: DeadKernelError: {DIED}"
    failing = next(cell for cell in caught.value.notebook.cells if cell.source == end)
    assert failing.outputs[-1].evalue == DIED
    assert any("An Exception was encountered at" in cell.source for cell in caught.value.notebook.cells)
    assert left(ours) == []


def test_a_module_that_cannot_be_imported_is_told_by_the_notebook(ours, tmp_path):
    sources = [write(tmp_path / "n", name, "import no_such_module") for name in "ab"]
    told = []
    with pytest.raises(FailedNotebook) as caught:
        run_notebooks(sources, {}, note=told.append)
    assert str(caught.value) == "notebook a, cell 2: ModuleNotFoundError: No module named 'no_such_module'"
    assert told == [
        "0 forked from one process, 2 started the ordinary way "
        "(ModuleNotFoundError: No module named 'no_such_module')"
    ]
    assert left(ours) == []


@pytest.mark.usefixtures("ours")
def test_a_module_beside_the_notebooks_goes_before(tmp_path):
    sources = [write(tmp_path / "n", name, "import xlsxwriter\nprint(xlsxwriter.mine)") for name in "ab"]
    (tmp_path / "n" / "xlsxwriter.py").write_text("mine = 'mine'\n")
    books, told = run(sources)
    assert [printed(book) for book in books] == ["mine\n", "mine\n"]
    assert told == (
        "0 forked from one process, 2 started the ordinary way "
        "(NotFitError: the notebooks' folder has a module xlsxwriter of its own)"
    )


def test_a_process_killed_while_it_serves_is_done_without(ours, tmp_path):
    with Launcher(tmp_path, ()) as launcher:
        kernel = launcher.launch(COMMAND, {"env": dict(os.environ), "cwd": str(tmp_path)})
        launcher._process.kill()
        launcher._process.wait(timeout=60)
        assert kernel.wait() == -signal.SIGKILL
        assert launcher.launch(COMMAND, {"env": dict(os.environ), "cwd": str(tmp_path)}) is None
        assert "the warm process does not answer" in launcher.told()
    until(lambda: left(ours) == [])  # nobody of ours is its parent any more


COMMAND = (sys.executable, "-m", "ipykernel_launcher", "-f", "none.json")


@pytest.mark.parametrize(
    ("command", "changed", "why"),
    [
        (("R", *COMMAND[1:]), {}, "the kernel is not this interpreter's own"),
        (COMMAND, {"env": {"OMP_NUM_THREADS": "1"}}, "the kernel's environment differs in OMP_NUM_THREADS"),
        (COMMAND, {"cwd": "/"}, "the notebook lies in another folder"),
        (COMMAND, {"stdout": 1}, "the kernel is started with stdout"),
    ],
)
def test_a_kernel_of_another_kind_is_an_ordinary_one(ours, tmp_path, command, changed, why):
    keywords = {"cwd": str(tmp_path), **changed, "env": {**os.environ, **changed.get("env", {})}}
    with Launcher(tmp_path, ()) as launcher:
        assert launcher.launch(command, keywords) is None
        assert launcher.told() == f"0 forked from one process, 1 started the ordinary way ({why})"
    with pytest.raises(NotebookError, match="the run has ended; start it again"):
        launcher.launch(command, keywords)
    assert left(ours) == []


async def interrupted(launcher, folder):
    manager = manager_with(launcher)(kernel_name="python3", config=own_sockets(folder))
    await manager.start_kernel(cwd=str(folder))
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    message = client.execute("print('on', flush=True)\nimport time\ntime.sleep(600)")
    while (await client.get_iopub_msg(timeout=60))["msg_type"] != "stream":
        pass
    await manager.interrupt_kernel()
    while (reply := await client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != message:
        pass
    client.stop_channels()
    await manager.shutdown_kernel()
    return reply["content"]["ename"]


def test_a_forked_kernel_is_interrupted(ours, tmp_path):
    with Launcher(tmp_path, ()) as launcher:
        assert asyncio.run(interrupted(launcher, tmp_path)) == "KeyboardInterrupt"
        assert launcher.forked == 1
    assert left(ours) == []


HANG = """\
import subprocess, time
child = subprocess.Popen(["sleep", "600"])
open(f"hangs-{__import__('os').getpid()}", "w").close()
time.sleep(600)"""


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow), signal.SIGKILL]
)
def test_a_run_that_is_ended_leaves_no_process(ours, tmp_path, number):
    for name in "abc":
        write(tmp_path / "n", name, HANG)
    # a process started in the background ignores the signal of the keyboard, and so would its children
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from pathlib import Path; from survey.notebooks.run import run_notebooks; "
        "run_notebooks(sorted(Path('n').resolve().glob('*.ipynb')), {})"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.PIPE) as running:
        try:
            until(lambda: len(list((tmp_path / "n").glob("hangs-*"))) == 2)
            running.send_signal(number)
            _, told = running.communicate(timeout=60)
        finally:
            running.kill()
    until(lambda: left(ours) == [])
    assert running.returncode == -number
    assert told.strip().endswith(b"KeyboardInterrupt") == (number == signal.SIGINT)


def until(holds):
    """Wait for something to hold, a minute at most."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_only_what_all_notebooks_import_before_all_else_is_imported_once(tmp_path):
    first = write(
        tmp_path / "n", "a", "'What for.'\nimport json\nimport csv", "x = 1\nfrom re import sub", "y = x"
    )
    second = write(tmp_path / "n", "b", "import csv", "from re import sub\nimport json", "import ast")
    third = write(tmp_path / "n", "c", "import csv\nfrom re import sub\nprint()", "import json")
    assert first_imports([first, second]) == ["import json", "import csv", "from re import sub"]
    assert first_imports([first, second, third]) == ["import csv", "from re import sub"]
    assert first_imports([write(tmp_path / "n", "d", "%matplotlib inline\nimport csv"), third]) == []


def test_the_stored_chapters_share_the_import_of_their_verbs(house):
    chapters = sorted((house / "notebooks").glob("0*.ipynb"))
    assert first_imports(chapters) == ["from survey.notebooks.chapter import open_chapter"]

"""Imports run one way: walked over the syntax tree of both packages, nothing is imported to find out."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from itertools import chain

from fixtures.sources import MODULES, trees

# lower rooms first; rooms of one line are siblings, which never import each other
ORDER = (
    {"analysis.model"},
    {"analysis.consistency", "analysis.inference"},
    {"analysis.simulation", "analysis.disclosure"},
    {"analysis.words"},
    {"analysis.pieces"},
    {"analysis.sentences"},
    {"analysis.charts", "analysis.tables"},
    {"survey.errors", "survey.folders", "survey.spreadsheets", "survey.doctor"},
    {"survey.pandoc_program"},
    {"survey.programme"},
    {"survey.forms"},
    {"survey.intake"},
    {"survey.editing"},
    {"survey.archive"},
    {"survey.figures"},
    {"survey.words"},
    {"survey.notebooks", "survey.audit", "survey.data"},
    {"survey.documents"},
    {"survey.gate"},
    {"survey.edition"},
    {"survey.secretariat", "survey.demo"},
    {"survey.terminal"},
    {"survey.cli"},
)
ROOTS = {"analysis", "survey"}
#: Rooms whose parts are imported one by one: a notebook wants no machinery that runs notebooks.
WITHOUT_FRONT_DOOR = {"survey.notebooks"}
NUMBERS = ("analysis.model", "analysis.inference", "analysis.disclosure", "analysis.consistency")
PICTURES = {"matplotlib", "seaborn"}
COMPUTING = {"scipy", "statsmodels"}
#: What charts and tables may take from inference: the reading of what a test found.
READ = {"unseen"}
RUNNERS = {"survey", "papermill", "nbconvert", "nbformat", "nbclient"}


ROOMS = list(chain.from_iterable(ORDER))


def is_package(name):
    return MODULES[name].name == "__init__.py"


@cache
def imported(name):
    """Return every dotted name a module imports, submodules told from names."""
    found = set()
    for node in ast.walk(trees()[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (parts & MODULES.keys()) or {node.module}
    return frozenset(found)


def room(name):
    """Return the room a module stands in: a package of the order, or a module that is one by itself."""
    return next((one for one in ROOMS if name == one or name.startswith(f"{one}.")), None)


def floor(name):
    return next(number for number, rooms in enumerate(ORDER) if room(name) in rooms)


def own(name):
    return sorted((imported(name) & MODULES.keys()) - ROOTS - {name})


def test_every_module_stands_in_a_room_and_every_room_is_there():
    assert [name for name in MODULES if name not in ROOTS and room(name) is None] == []
    assert [one for one in ROOMS if one not in MODULES] == []


def test_a_module_imports_from_rooms_below_alone():
    wrong = [
        f"{name} imports {other}"
        for name in MODULES
        if name not in ROOTS
        for other in own(name)
        if room(other) != room(name) and floor(other) >= floor(name)
    ]
    assert wrong == []


def test_rooms_are_entered_by_their_front_door():
    wrong = [
        f"{name} imports {other}"
        for name in MODULES
        if name not in ROOTS
        for other in own(name)
        if room(other) != room(name)
        and not is_package(other)
        and other not in ROOMS
        and room(other) not in WITHOUT_FRONT_DOOR
        and not submodule_taken_whole(name, other)
    ]
    assert wrong == []


def submodule_taken_whole(name, other):
    """Tell whether a module is imported as a module (``from analysis.tables import cell_tables``)."""
    package, _, leaf = other.rpartition(".")
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == package
        and leaf in {alias.name for alias in node.names}
        for node in ast.walk(trees()[name])
    )


def test_no_module_imports_itself_over_others():
    graph = {name: set(own(name)) for name in MODULES}
    # a package's front page re-exports its modules, which may name the package
    graph = {
        name: {other for other in others if not name.startswith(f"{other}.")}
        for name, others in graph.items()
    }
    assert set(TopologicalSorter(graph).static_order()) >= set(MODULES)


def top_level(name):
    return {dotted.split(".")[0] for dotted in imported(name)}


def test_analysis_knows_no_survey_and_runs_no_notebook():
    wrong = {name: top_level(name) & RUNNERS for name in MODULES if name.startswith("analysis")}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_numbers_draw_nothing():
    reached, todo = set(), {name for name in MODULES if room(name) in NUMBERS}
    while todo:
        one = todo.pop()
        reached.add(one)
        todo |= set(own(one)) - reached
    assert [name for name in sorted(reached) if top_level(name) & PICTURES] == []


def test_charts_and_tables_compute_no_statistics():
    drawn = [name for name in MODULES if room(name) in {"analysis.charts", "analysis.tables"}]
    wrong = {name: top_level(name) & COMPUTING | taken(name, "analysis.inference") - READ for name in drawn}
    assert {name: found for name, found in wrong.items() if found} == {}


def taken(name, package):
    """Return the names a module takes from a package."""
    return {
        alias.name
        for node in ast.walk(trees()[name])
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{package}.")
        for alias in node.names
    }


def test_an_import_inside_a_function_gives_its_reason():
    bare = []
    for name in sorted(MODULES.keys() - {"survey.cli", "survey.terminal"}):
        lines = MODULES[name].read_text(encoding="utf-8").splitlines()
        for function in ast.walk(trees()[name]):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    line, above = lines[node.lineno - 1], lines[node.lineno - 2]
                    if "# noqa: PLC0415 - " not in line and not above.strip().startswith("#"):
                        bare.append(f"{name}:{node.lineno}: {line.strip()}")
    assert bare == []


def test_the_command_starts_without_what_its_help_does_not_need():
    heavy = {"pandas", "numpy", "rich", "papermill", "nbconvert", "typst", "matplotlib", "scipy"}
    light = {"survey.errors", "survey.terminal"}
    wrong = []
    for name in ("survey.cli", "survey.terminal"):
        for node in trees()[name].body:
            if isinstance(node, ast.Import):
                outside = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                outside = {node.module}
            else:
                continue
            wrong += [
                f"{name}: {one}"
                for one in outside
                if one in heavy or (one.startswith("survey") and one not in light)
            ]
    assert wrong == []


def test_nothing_imports_the_notebooks_or_the_tests():
    assert [name for name in MODULES if top_level(name) & {"notebooks", "tests"}] == []

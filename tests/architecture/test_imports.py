"""Imports run one way: walked over the syntax tree of both packages, nothing is imported to find out."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]

# lower layers first; a name stands for the module or for the whole package
ORDER = (
    (
        "analysis.model.errors",
        "analysis.model.printed",
        "analysis.model.design",
        "analysis.inference.group_tests",
    ),
    (
        "analysis.inference.group_tests",
        "analysis.inference.segments",
        "analysis.tables.contrasts",
        "analysis.inference.detectable",
        "analysis.inference.slopes",
    ),
    (
        "analysis.model.frames",
        "analysis.model.measure",
        "analysis.model.weights",
        "analysis.inference.sample",
    ),
    ("analysis.model.measure", "analysis.model.weights"),
    (
        "analysis.model.design",
        "analysis.inference.intervals",
        "analysis.inference.changes",
        "analysis.consistency",
    ),
    ("analysis.inference.sample", "analysis.inference.recoding"),
    ("analysis.inference.independence",),
    ("analysis.inference.answers", "analysis.inference.series"),
    ("analysis.inference.answers", "analysis.inference.changes", "analysis.inference.reliability"),
    ("analysis.inference.summaries",),
    ("analysis.inference.estimates",),
    ("analysis.inference.estimates", "analysis.inference.estimates"),
    ("analysis.inference.panel",),
    (
        "analysis.inference.changes",
        "analysis.inference.panel",
        "analysis.inference.slopes",
        "analysis.inference.segments",
    ),
    ("analysis.simulation",),
    ("analysis.disclosure",),
    ("analysis.disclosure.benchmarks",),
    ("analysis.words.text", "analysis.charts.typefaces"),
    ("analysis.words.columns", "analysis.words.columns"),
    ("analysis.words.phrases",),
    ("analysis.pieces.table",),
    ("analysis.sentences",),
    ("analysis.tables.cell_tables", "analysis.tables.contrasts", "analysis.charts"),
    ("survey.errors", "survey.folders", "survey.spreadsheets", "survey.programme.expressions"),
    ("survey.programme.definitions", "survey.doctor", "survey.intake.response_frames"),
    ("survey.programme.rules",),
    ("survey.programme.questionnaire", "survey.programme.members"),
    ("survey.programme.indicators",),
    ("survey.programme.programme",),
    ("survey.forms",),
    ("survey.intake",),
    ("survey.editing",),
    ("survey.archive",),
    ("survey.secretariat.send_forms",),
    ("survey.secretariat.check_returns", "survey.figures"),
    ("survey.documents", "survey.demo"),
    ("survey.terminal",),
    ("survey.cli",),
)
ROOTS = {"analysis", "survey"}
NUMBERS = (
    "errors",
    "strata",
    "measures",
    "measurements",
    "calibration",
    "weighting",
    "design",
    "intervals",
    "sample",
    "independence",
    "recoding",
    "answers",
    "layouts",
    "quantiles",
    "summaries",
    "levels",
    "smoothing",
    "reliability",
    "estimates",
    "sheets",
    "differences",
    "series",
    "turnover",
    "trends",
    "matched",
    "slopes",
    "equations",
    "simulation",
    "segments",
    "stratified",
    "dominance",
    "letters",
    "detectable",
    "composition",
    "consistency",
    "disclosure",
    "benchmarks",
)
PICTURES = {"matplotlib", "seaborn"}
COMPUTING = {"scipy", "statsmodels"}


def modules():
    found = {}
    for root in sorted(ROOTS):
        for path in sorted((HOUSE / root).rglob("*.py")):
            name = ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")
            found[name] = path
    return found


MODULES = modules()
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def imported(name):
    """Return every dotted name a module imports, submodules told from names."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            inside = parts & MODULES.keys()
            found |= inside or {node.module}
    return found


def top_level(name):
    return {dotted.split(".")[0] for dotted in imported(name)}


def layer(name):
    """Return the number of a module's layer and the entry it belongs to."""
    for number, entries in enumerate(ORDER):
        for entry in entries:
            if name == entry or name.startswith(f"{entry}."):
                return number, entry
    return None


def test_every_module_has_a_place_in_the_order():
    assert [name for name in MODULES if name not in ROOTS and layer(name) is None] == []


def test_every_place_in_the_order_is_taken():
    assert [entry for entries in ORDER for entry in entries if entry not in MODULES] == []


@pytest.mark.parametrize("name", [name for name in MODULES if name not in ROOTS])
def test_a_module_imports_from_below_alone(name):
    own, package = layer(name)
    wrong = []
    for other in sorted(imported(name) & MODULES.keys()):
        if other in ROOTS:
            continue
        theirs, their_package = layer(other)
        if theirs >= own and their_package != package:
            wrong.append(other)
    assert wrong == []


def test_no_module_imports_itself_over_others():
    graph = {name: imported(name) & MODULES.keys() - {name} for name in MODULES}
    # a package's front page re-exports its modules, which may name the package
    graph = {
        name: {other for other in others if not name.startswith(f"{other}.")}
        for name, others in graph.items()
    }
    assert set(TopologicalSorter(graph).static_order()) >= set(MODULES)


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("analysis")])
def test_analysis_knows_no_survey_and_runs_no_notebook(name):
    assert top_level(name) & {"survey", "papermill", "nbconvert", "nbformat", "nbclient"} == set()


@pytest.mark.parametrize(
    "name", [name for name in MODULES if name.removeprefix("analysis.").split(".")[0] in NUMBERS]
)
def test_numbers_draw_nothing(name):
    reached, todo = set(), {name}
    while todo:
        one = todo.pop()
        reached.add(one)
        assert top_level(one) & PICTURES == set(), one
        todo |= {other for other in imported(one) & MODULES.keys() if other not in ROOTS} - reached


@pytest.mark.parametrize(
    "name", [n for n in MODULES if n.startswith(("analysis.charts", "analysis.tables.cell_tables"))]
)
def test_charts_and_tables_compute_no_statistics(name):
    assert top_level(name) & COMPUTING == set()
    own = {dotted for dotted in imported(name) if dotted.startswith("analysis.")}
    assert (
        own & {f"analysis.{n}" for n in ("estimates", "intervals", "trends", "segments", "answers")} == set()
    )


def functions_imports(tree):
    """Yield each import that stands inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (part for part in ast.walk(node) if isinstance(part, ast.Import | ast.ImportFrom))


@pytest.mark.parametrize("name", [name for name in MODULES if name not in {"survey.cli", "survey.terminal"}])
def test_an_import_inside_a_function_gives_its_reason(name):
    lines = MODULES[name].read_text(encoding="utf-8").splitlines()
    bare = [
        f"line {node.lineno}: {lines[node.lineno - 1].strip()}"
        for node in functions_imports(TREES[name])
        if "# noqa: PLC0415 - " not in lines[node.lineno - 1]
        and not lines[node.lineno - 2].strip().startswith("#")
    ]
    assert bare == []


@pytest.mark.parametrize("name", ["survey.cli", "survey.terminal"])
def test_the_command_starts_without_what_its_help_does_not_need(name):
    heavy = {"pandas", "numpy", "rich", "papermill", "nbconvert", "typst", "matplotlib", "scipy"}
    outside = set()
    for node in TREES[name].body:
        if isinstance(node, ast.Import):
            outside |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            outside.add(node.module)
    assert outside & heavy == set()
    assert {own for own in outside if own.startswith("survey")} <= {"survey.errors", "survey.terminal"}


def test_nothing_imports_the_notebooks_or_the_tests():
    assert [name for name in MODULES if top_level(name) & {"notebooks", "tests"}] == []

"""The tests stand alone: none imports another, none edits the path, none waits without a limit."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
#: Calls that wait for a process, and so take a limit.
WAITING = {"run", "check_output", "check_call", "communicate"}


@cache
def trees():
    """Parse every module of the tests, when the first test asks."""
    return {
        path.relative_to(TESTS).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(TESTS.rglob("*.py"))
    }


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_test_imports_another_or_a_conftest():
    wrong = [
        f"{name} imports {other}"
        for name, tree in trees().items()
        for other in imported(tree)
        if other.split(".")[0] == "tests"
        or any(part.startswith("test_") or part == "conftest" for part in other.split(".")[:-1])
    ]
    assert wrong == []


def test_no_test_edits_the_path():
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path"
    ]
    assert wrong == []


def test_no_test_waits_for_a_process_without_a_limit():
    wrong = []
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            started = ast.unparse(node.func.value) == "subprocess" or node.func.attr == "communicate"
            limits = {keyword.arg for keyword in node.keywords}
            if started and node.func.attr in WAITING and "timeout" not in limits:
                wrong.append(f"{name}:{node.lineno} {ast.unparse(node.func)}")
    assert wrong == []

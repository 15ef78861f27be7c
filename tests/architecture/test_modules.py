"""The shape of the modules: their length, their names, what they offer."""

from __future__ import annotations

import ast
import importlib
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
LONGEST = 450
NO_NOUN = {"utils", "util", "helpers", "helper", "common", "misc", "core", "base", "tools"}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".csv",
    ".ipynb",
    ".css",
    ".js",
    ".j2",
    ".json",
    ".lua",
    ".typ",
    ".txt",
    ".lock",
    "",
}


def tracked():
    done = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, check=True)  # noqa: S607
    return [HOUSE / name for name in done.stdout.decode().split("\0") if name]


MODULES = sorted(p for top in ("analysis", "survey") for p in (HOUSE / top).rglob("*.py"))
OWN = [p for p in MODULES if p.name not in {"__init__.py", "__main__.py"}]


def shown(path):
    return path.relative_to(HOUSE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST


def test_modules_are_nouns_of_the_field():
    assert [shown(p) for p in MODULES if set(p.relative_to(HOUSE).with_suffix("").parts) & NO_NOUN] == []


@pytest.mark.parametrize("path", OWN, ids=shown)
def test_public_names_are_those_listed(path):
    """What a module defines without an underscore and others use is in `__all__`; what is listed is there."""
    name = ".".join(path.relative_to(HOUSE).with_suffix("").parts)
    module = importlib.import_module(name)
    listed = module.__all__
    assert sorted(set(listed)) == sorted(listed), "a name is listed twice"
    assert [n for n in listed if not hasattr(module, n)] == []
    assert [n for n in listed if n.startswith("_")] == []
    defined = {
        node.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not any(ast.unparse(d).startswith("main.command") for d in node.decorator_list)
    }
    assert sorted(defined - set(listed)) == []


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_name_taken_from_a_module_is_one_it_offers(path):
    wrong = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or node.module.split(".")[0] not in {"analysis", "survey"}:
            continue
        module = importlib.import_module(node.module)
        if module.__file__.endswith("__init__.py"):
            continue
        wrong += [f"{node.module}.{a.name}" for a in node.names if a.name not in module.__all__]
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_says_what_it_is(path):
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text or path.name == "__init__.py"


def forbidden_words():
    """Give what no tracked text may hold: a path of one machine, the host of a package registry."""
    homes = ["/" + name + "/" for name in ("root", "home", "Users", "work", "tmp")]
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "tuna.tsinghua" + ".edu", "mirrors" + "."]
    return homes, hosts


def test_no_tracked_text_names_a_machine_or_a_registry():
    homes, hosts = forbidden_words()
    found = []
    for path in tracked():
        if path.suffix not in TEXT or path.name == "LICENSE":
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{shown(path)}: {host}" for host in hosts if host in text]
        if path.suffix != ".lock":
            for home in homes:
                lead = text.find(home)
                while lead >= 0:
                    # below another folder or host it is no path of this machine
                    if lead == 0 or text[lead - 1] in " \"'`=(\n:":
                        found.append(f"{shown(path)}: {text[lead : lead + 30]!r}")
                    lead = text.find(home, lead + 1)
    assert found == []

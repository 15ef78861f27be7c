"""The shape of the modules: their length, their names, what they offer. Each test lists all offenders."""

from __future__ import annotations

import ast
import importlib
import subprocess
from collections import Counter

from fixtures.sources import HOUSE, MODULES, trees

LONGEST = 650
LONGEST_FUNCTION = 60
NO_NOUN = {"utils", "util", "helpers", "helper", "common", "misc", "core", "base", "tools"}
TEXT = {
    ".py", ".md", ".toml", ".yaml", ".yml", ".csv", ".ipynb", ".css", ".js", ".j2", ".json", ".lua", ".typ",
    ".txt", ".lock", "",
}  # fmt: skip


def tracked():
    listing = ["git", "ls-files", "-z"]
    done = subprocess.run(listing, cwd=HOUSE, capture_output=True, check=True, timeout=60)
    return [HOUSE / name for name in done.stdout.decode().split("\0") if name]


OWN = [path for path in MODULES.values() if path.name not in {"__init__.py", "__main__.py"}]


def trees_by_path():
    return [(MODULES[name], tree) for name, tree in trees().items()]


def shown(path):
    return path.relative_to(HOUSE).as_posix()


def test_modules_and_functions_are_short():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES.values()}
    assert [f"{shown(p)}: {length}" for p, length in lines.items() if length > LONGEST] == []
    functions = [
        (path, node)
        for path, tree in trees_by_path()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    # the docstring is no part of what a reader must hold in mind at once
    long = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path, node in functions
        if node.end_lineno - node.body[0].end_lineno > LONGEST_FUNCTION
    ]
    assert long == []


def test_modules_are_nouns_of_the_field_and_no_two_share_a_name():
    assert [
        shown(p) for p in MODULES.values() if set(p.relative_to(HOUSE).with_suffix("").parts) & NO_NOUN
    ] == []
    names = Counter(path.stem for path in OWN)
    allowed = {"errors"}  # each package has its own hierarchy
    assert sorted(name for name, times in names.items() if times > 1 and name not in allowed) == []


def test_public_names_are_those_listed():
    """What a module defines without an underscore is in `__all__`; what is listed is there."""
    wrong = []
    for name, path in MODULES.items():
        if path.name == "__main__.py":
            continue
        module = importlib.import_module(name)
        listed = list(getattr(module, "__all__", []))
        wrong += [f"{shown(path)}: {name} twice" for name, n in Counter(listed).items() if n > 1]
        wrong += [f"{shown(path)}: {name} is not there" for name in listed if not hasattr(module, name)]
        wrong += [f"{shown(path)}: {name} is private" for name in listed if name.startswith("_")]
        if path.name == "__init__.py":
            continue
        defined = {
            node.name
            for node in trees()[name].body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not any(ast.unparse(d).startswith("main.command") for d in node.decorator_list)
        }
        wrong += [f"{shown(path)}: {name} is not listed" for name in sorted(defined - set(listed))]
    assert wrong == []


def test_a_name_taken_from_a_module_is_one_it_offers():
    wrong = []
    for path, tree in trees_by_path():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or node.module.split(".")[0] not in {
                "analysis",
                "survey",
            }:
                continue
            module = importlib.import_module(node.module)
            offered = getattr(module, "__all__", ())
            wrong += [
                f"{shown(path)}: {node.module}.{a.name}"
                for a in node.names
                if a.name not in offered
                and not (HOUSE / node.module.replace(".", "/") / f"{a.name}.py").exists()
                and not (HOUSE / node.module.replace(".", "/") / a.name).is_dir()
            ]
    assert wrong == []


def test_a_module_says_what_it_is():
    assert [shown(path) for path, tree in trees_by_path() if not ast.get_docstring(tree)] == []


def forbidden_words():
    """Give what no tracked text may hold: a path of one machine, the host of a package registry."""
    homes = ["/" + name + "/" for name in ("root", "home", "Users", "work", "tmp")]
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "tuna.tsinghua" + ".edu", "mirrors" + "."]
    return homes, hosts


def test_no_tracked_text_names_a_machine_or_a_registry():
    homes, hosts = forbidden_words()
    found = []
    for path in tracked():
        if path.suffix not in TEXT or path.name == "LICENSE" or not path.exists():
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

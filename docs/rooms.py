"""Draw the architecture from the code: each room with its modules, and which rooms it imports."""

from __future__ import annotations

import ast
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent


def write_rooms(page: Path) -> None:
    """Write the page `rooms.md`, which git ignores: a table a room, made from the syntax trees."""
    page.write_text("\n".join(_page()) + "\n", encoding="utf-8")


def _page() -> list[str]:
    lines = ["# The rooms, drawn from the code", ""]
    for root in ("analysis", "survey"):
        for folder in sorted(path.parent for path in (HOUSE / root).rglob("__init__.py")):
            modules = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
            if not modules:
                continue
            name = ".".join(folder.relative_to(HOUSE).parts)
            below = sorted({room for path in folder.glob("*.py") for room in _imports(path, name)})
            lines += [f"## {name}", "", _first_line(folder / "__init__.py"), ""]
            lines += [f"Imports: {', '.join(below) or 'nothing of the kit'}.", ""]
            lines += ["| module | what it holds |", "|---|---|"]
            lines += [f"| `{path.stem}` | {_first_line(path)} |" for path in modules]
            lines.append("")
    return lines


def _first_line(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def _imports(path: Path, own: str) -> set[str]:
    """Return the rooms a module imports: package and folder of every import of the kit."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.split(".")[0] in {"analysis", "survey"}
        ):
            room = ".".join(node.module.split(".")[:2])
            if room != own and not own.startswith(f"{room}."):
                found.add(f"`{room}`")
    return found

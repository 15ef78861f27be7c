"""The parameters of a notebook: which there are, of which type, and whether those given fit.

papermill itself only warns of a parameter that does not exist and converts no types, so both are checked
here: by the command before a kernel starts, and by the notebook when somebody else started it.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from survey.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "Edition",
    "Parameter",
    "Values",
    "check_given",
    "check_namespace",
    "check_values",
    "declared",
    "notebook_values",
]

Language = Literal["zh", "en"]
Edition = Literal["public", "internal"]
INJECTED = "# Parameters"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: name, annotated type, default as written, and the comment beside it."""

    name: str
    type: str
    default: str
    comment: str

    def __str__(self) -> str:
        return f"{self.name}: {self.type} = {self.default}" + (f"  ({self.comment})" if self.comment else "")


@dataclass(frozen=True)
class Values:
    """The parameters every chapter has, checked."""

    programme: str
    wave: str
    edition: Edition
    languages: tuple[Language, ...]


def declared(notebook: Path) -> tuple[Parameter, ...]:
    """Read the parameters of a notebook from its cell tagged ``parameters``.

    Raises
    ------
    UsageError
        If the notebook is missing, or has no such cell.
    """
    try:
        # as JSON: nbformat would cost every kernel a second and a half of imports
        book = json.loads(notebook.read_text(encoding="utf-8"))
    except FileNotFoundError:
        there = ", ".join(sorted(path.stem for path in notebook.parent.glob("*.ipynb")))
        raise UsageError(f"notebook {notebook.stem} does not exist; there are {there}") from None
    except ValueError:
        raise UsageError(
            f"notebook {notebook.stem} is no notebook: its JSON is broken; restore the file"
        ) from None
    for cell in book["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            return _parse("".join(cell["source"]))
    raise UsageError(
        f"notebook {notebook.stem} has no cell tagged `parameters`; tag the one with its parameters"
    )


def _parse(source: str) -> tuple[Parameter, ...]:
    lines = source.splitlines()
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            comment = lines[node.lineno - 1].partition("#")[2].strip()
            found.append(
                Parameter(node.target.id, ast.unparse(node.annotation), ast.unparse(node.value), comment)
            )
    return tuple(found)


def check_given(notebook: Path, given: Mapping[str, Any]) -> None:
    """Hold parameters against a notebook before a kernel starts.

    Raises
    ------
    UsageError
        For a parameter the notebook does not have, or a value of another type; the message lists those there
        are.
    """
    known = {parameter.name: parameter for parameter in declared(notebook)}
    listing = "; ".join(str(parameter) for parameter in known.values())
    for name, value in given.items():
        if name not in known:
            raise UsageError(f"notebook {notebook.stem} has no parameter {name!r}; there are {listing}")
        if type(value).__name__ != known[name].type:
            raise UsageError(
                f"parameter {name!r} of notebook {notebook.stem} is {known[name].type}, "
                f"got {type(value).__name__}; there are {listing}"
            )


def check_namespace() -> None:
    """Refuse parameters that papermill injected and the notebook does not declare.

    Read from the notebook's own cells as they were run: the one papermill wrote, and those before it.
    """
    from IPython.core.getipython import get_ipython  # noqa: PLC0415 - only a kernel has one

    shell = get_ipython()
    cells: list[str] = list(shell.user_ns.get("In", [])) if shell else []
    places = [n for n, cell in enumerate(cells) if cell.startswith(INJECTED + "\n")]
    if not places:
        return
    injected = {
        target.id
        for node in ast.parse(cells[places[-1]]).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    before = [parameter for cell in cells[: places[-1]] for parameter in _parse_quietly(cell)]
    unknown = sorted(injected - {parameter.name for parameter in before})
    if before and unknown:
        listing = "; ".join(str(parameter) for parameter in before)
        raise UsageError(f"this notebook has no parameter {', '.join(unknown)}; there are {listing}")


def _parse_quietly(source: str) -> tuple[Parameter, ...]:
    try:
        return _parse(source)
    except SyntaxError:
        return ()  # a cell with a magic line: it declares nothing


def check_values(*, programme: object, wave: object, edition: object, languages: object) -> Values:
    """Check the values of the parameters every chapter has.

    Raises
    ------
    UsageError
        For a value of another type, an edition or language that is none.
    """
    given = {"programme": programme, "wave": wave, "edition": edition, "languages": languages}
    for name, value in given.items():
        if not isinstance(value, str) and not (name == "wave" and type(value) is int):
            raise UsageError(
                f"parameter {name!r} is text (str), got {type(value).__name__}; put it in quotes"
            )
    for value in get_args(Edition):
        if edition == value:
            break
    else:
        raise UsageError(f"edition {edition!r} does not exist; there are {', '.join(get_args(Edition))}")
    wanted = [part.strip() for part in str(languages).split(",") if part.strip()]
    unknown = [part for part in wanted if part not in get_args(Language)]
    if unknown or not wanted:
        raise UsageError(f"language {', '.join(unknown) or languages!r} does not exist; there are zh, en")
    chosen = tuple(language for language in get_args(Language) if language in wanted)
    return Values(str(programme), str(wave), edition, chosen)  # type: ignore[arg-type]


def notebook_values(
    *, programme: object = "", wave: object = "", edition: object = "public", languages: object
) -> Values:
    """Check what a notebook was given, whoever started it: names first, then values.

    Raises
    ------
    UsageError
        A parameter the notebook does not have, a value of another type, an edition or language that is none.
    """
    check_namespace()
    return check_values(programme=programme, wave=wave, edition=edition, languages=languages)

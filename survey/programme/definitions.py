"""Read a programme's YAML files into frozen objects, with file and line in every complaint."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, model_validator

from analysis.words import LANGS
from survey.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analysis.words import Lang

__all__ = ["Definition", "Labelled", "Wording", "read_definition", "read_rows"]

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Definition(BaseModel):
    """A frozen entry of a definition file; a field that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Labelled(Definition):
    """A definition with a text in each language of its programme.

    In a language that the programme is not published in, the text of its first language stands in: the
    sentences are composed in every language, and written out only in those of the programme.
    """

    zh: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def _fill_unpublished_languages(cls, given: Any, info: ValidationInfo) -> Any:
        published = (info.context or {}).get("languages", LANGS)
        if not isinstance(given, dict) or published[0] not in given:
            return given
        return {lang: given[published[0]] for lang in LANGS if lang not in published} | given


class Wording(Labelled):
    """One text in the languages of its programme."""


D = TypeVar("D", bound=Definition)


def read_definition(path: Path, model: type[D], languages: Sequence[Lang] = LANGS) -> D:
    """Read one YAML file as `model`.

    Parameters
    ----------
    path : Path
        The file, in UTF-8.
    model : type
        A subclass of `Definition`.
    languages : sequence of {"zh", "en"}
        Those that every text must be given in.

    Raises
    ------
    DefinitionError
        If the file is missing, is no YAML, or does not fit the model: with the line and the remedy.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DefinitionError(path, None, "the file is missing; a programme needs it") from None
    except UnicodeDecodeError as error:
        raise DefinitionError(
            path, None, f"not UTF-8 at byte {error.start}; save the file as UTF-8"
        ) from None
    try:
        node = yaml.compose(text, Loader=Loader)
        content = yaml.load(text, Loader=Loader)  # noqa: S506 - the loader is a safe one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise DefinitionError(path, line, f"not YAML: {error.problem or error.context}") from None
    try:
        return model.model_validate(content, context={"languages": tuple(languages)})
    except ValidationError as error:
        raise DefinitionError(path, *_first_complaint(error, node)) from None


def read_rows(path: Path, purpose: str) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str]]]]:
    """Read a CSV file of a programme as text.

    Parameters
    ----------
    path : Path
        The file, in UTF-8 with or without a mark, its first line the heading.
    purpose : str
        What a programme needs it for: said where it is missing.

    Returns
    -------
    tuple
        The heading, and each row with its line in the file.

    Raises
    ------
    DefinitionError
        If the file is missing, in another encoding, or a row has more or fewer fields than the heading.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            lines = [(reader.line_num, fields) for fields in reader if fields]
    except FileNotFoundError:
        raise DefinitionError(path, None, f"the file is missing; a programme needs {purpose}") from None
    except UnicodeDecodeError:
        raise DefinitionError(path, None, "not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)") from None
    heading = tuple(lines[0][1]) if lines else ()
    for line, fields in lines[1:]:
        if len(fields) != len(heading):
            raise DefinitionError(
                path,
                line,
                f"{len(fields)} fields, the heading has {len(heading)}; put a text with a comma in quotes",
            )
    return heading, [(line, dict(zip(heading, fields, strict=True))) for line, fields in lines[1:]]


def _first_complaint(error: ValidationError, node: Any) -> tuple[int | None, str]:
    """Return the line and the words of the first complaint, and how many there are."""
    complaints = error.errors()
    first = complaints[0]
    place = ".".join(str(part) for part in first["loc"])
    words = _words(first)
    more = f" ({len(complaints) - 1} more after it)" if len(complaints) > 1 else ""
    where = f"`{place}`: " if place else ""
    return _line(node, first["loc"]), f"{where}{words}{more}"


def _words(complaint: Any) -> str:
    """Say a pydantic complaint in the house's words."""
    kind, message = complaint["type"], str(complaint["msg"])
    if kind == "missing":
        return "this entry is missing; add it"
    if kind == "extra_forbidden":
        return "there is no such entry; correct its spelling or remove it"
    got = complaint.get("input")
    shown = f", got {got!r}" if isinstance(got, str | int | float | bool) else ""
    return message.removeprefix("Value error, ") + shown


def _line(node: Any, place: tuple[int | str, ...]) -> int | None:
    """Find the line of the entry at `place`, or of the nearest entry around it."""
    line = node.start_mark.line + 1 if node is not None else None
    for part in place:
        step = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    step, line = value, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            step = node.value[part]
            line = step.start_mark.line + 1
        if step is None:
            continue  # pydantic also names union branches, which are no entries
        node = step
    return line

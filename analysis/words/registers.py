"""How findings are worded for a purpose, read from a data file and checked as it is read.

A file holds findings. A finding has cases ("rise", "withheld") and each case a wording in every form the
finding lists: the registers (report, key message, slide, press, card, table) or what else it depends on::

    slope:
      forms: [report]
      numbers: [slope, counted]
      words: [label]
      rise:
        report:
          zh: "{label}年均提高{slope}（{counted}）。"
          en: "{label} rose by {slope} a year ({counted})."

A form left empty says nothing in that case. A slot under `numbers` stands in both languages or in neither,
so that both state the same figures; one under `words` stands where a language needs it.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from analysis.model import AnalysisError
from analysis.words.phrases import Phrase, compose
from analysis.words.text import LANGS, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Registers", "read_registers"]

# the parser in C where PyYAML has it: a kernel reads these files each time it starts
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LISTS: Final[tuple[str, ...]] = ("forms", "numbers", "words")
_Key = tuple[str, str, str]


@dataclass(frozen=True)
class Registers:
    """The wordings of findings.

    Attributes
    ----------
    source : str
        Name of the file they are from.
    wordings : mapping of (finding, case, form) to Text
        None where nothing is said.
    """

    source: str
    wordings: Mapping[_Key, Text | None]

    def text(self, finding: str, case: str, form: str = "report") -> Text:
        """Return the wording of a case of a finding.

        Raises
        ------
        AnalysisError
            There is no such wording, or nothing is said in this form.
        """
        found = self.wordings.get((finding, str(case), form))
        if found is None:
            raise AnalysisError(
                argument=self.source,
                expected=f"a wording of {finding!r}, case {str(case)!r}, for {form!r}",
                got="none",
                remedy="add it to the file",
            )
        return found

    def says(self, finding: str, case: str, form: str = "report") -> bool:
        """Return whether anything is said of a case in this form."""
        return self.wordings.get((finding, str(case), form)) is not None

    def phrase(
        self, finding: str, case: str, form: str = "report", /, **slots: Text | Number | Phrase
    ) -> Phrase:
        """Fill the slots of a wording in both languages; slots it does not have are left over."""
        return compose(self.text(finding, case, form), **slots)

    def texts(self, finding: str, form: str) -> dict[str, Text]:
        """Return the wordings of a finding in one form, by case, in the file's order."""
        return {
            case: text
            for (name, case, own), text in self.wordings.items()
            if (name, own) == (finding, form) and text is not None
        }


def read_registers(path: Path, cases: Mapping[str, Iterable[str]] | None = None) -> Registers:
    """Read a file of wordings.

    Parameters
    ----------
    path : Path
    cases : mapping of str to iterable of str, optional
        The cases that a finding must have, neither more nor fewer.

    Raises
    ------
    AnalysisError
        A case, a form or a language lacks or is not known, a name stands twice, or a slot is not among those
        listed or stands in one language alone: with the file and the line.
    """
    with path.open(encoding="utf-8") as stream:
        try:
            root = yaml.compose(stream, Loader=_LOADER)
        except yaml.MarkedYAMLError as fault:
            line = fault.problem_mark.line if fault.problem_mark else 0
            raise _refused(f"{path.name}, line {line + 1}", "YAML", str(fault.problem)) from fault
    reader = _Reader(path.name)
    wordings = dict(reader.findings(root))
    for finding, wanted in (cases or {}).items():
        reader.check_cases(finding, [str(case) for case in wanted])
    return Registers(path.name, wordings)


def _refused(place: str, expected: str, got: str) -> AnalysisError:
    return AnalysisError(argument=place, expected=expected, got=got, remedy="correct the file")


class _Reader:
    """Goes through the nodes of a file, which know their lines.

    Attributes
    ----------
    name : str
        Of the file.
    known : dict of str to (line, cases)
        The findings read.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.known: dict[str, tuple[int, list[str]]] = {}

    def findings(self, root: Any) -> Iterator[tuple[_Key, Text | None]]:
        """Yield the wordings of all findings."""
        for finding, line, node in self._entries(root):
            parts = {name: (at, value) for name, at, value in self._entries(node)}
            lists = {name: self._list(parts.pop(name)[1]) for name in _LISTS if name in parts}
            if not lists.get("forms"):
                raise self._refuse(line, f"forms of {finding!r}", "none")
            self.known[finding] = line, list(parts)
            for case, (at, value) in parts.items():
                texts = self._by_form(value, at, lists["forms"])
                for form, (place, words) in texts.items():
                    yield (finding, case, form), self._text(words, place, lists)

    def check_cases(self, finding: str, wanted: list[str]) -> None:
        """Check that a finding has just the cases wanted."""
        line, cases = self.known.get(finding, (0, []))
        lacking = [case for case in wanted if case not in cases]
        surplus = [case for case in cases if case not in wanted]
        if lacking:
            raise self._refuse(line, f"case {lacking[0]!r} of {finding!r}", "none")
        if surplus:
            raise self._refuse(line, f"cases of {finding!r} that there are", repr(surplus[0]))

    def _refuse(self, line: int, expected: str, got: str) -> AnalysisError:
        return _refused(f"{self.name}, line {line}", expected, got)

    def _entries(self, node: Any) -> Iterator[tuple[str, int, Any]]:
        """Yield name, line and value of each entry of a mapping."""
        if not isinstance(node, yaml.MappingNode):
            line = node.start_mark.line + 1 if node else 1
            raise self._refuse(line, "names with what belongs to them", "something else")
        seen: set[str] = set()
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                raise self._refuse(line, "each name once", f"{name!r} twice")
            seen.add(name)
            yield name, line, value

    def _list(self, node: Any) -> list[str]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._refuse(node.start_mark.line + 1, "a list", "something else")
        return [str(item.value) for item in node.value]

    def _by_form(self, node: Any, line: int, forms: list[str]) -> dict[str, tuple[int, Any]]:
        """Return line and words of each form of a case."""
        found = {name: (at, value) for name, at, value in self._entries(node)}
        for form in forms:
            if form not in found:
                raise self._refuse(line, f"form {form!r}, empty where nothing is said", "none")
        for form, (at, _) in found.items():
            if form not in forms:
                raise self._refuse(at, "one of the forms " + ", ".join(forms), repr(form))
        return found

    def _text(self, node: Any, line: int, lists: Mapping[str, list[str]]) -> Text | None:
        """Return the wording of a form in both languages, None where it is left empty."""
        if isinstance(node, yaml.ScalarNode) and not node.value:
            return None
        words = {lang: (at, value) for lang, at, value in self._entries(node)}
        for lang in LANGS:
            if lang not in words or not words[lang][1].value:
                raise self._refuse(line, f"words in {lang}", "none")
        for name, (at, _) in words.items():
            if name not in LANGS:
                raise self._refuse(at, "one of the languages " + ", ".join(LANGS), repr(name))
        text = Text(*(str(words[lang][1].value) for lang in LANGS))
        slots = {lang: self._slots(text.in_(lang), words[lang][0], lists) for lang in LANGS}
        for slot in sorted(slots["zh"] ^ slots["en"]):
            if slot in lists.get("numbers", ()):
                lacks = "en" if slot in slots["zh"] else "zh"
                raise self._refuse(words[lacks][0], f"slot {slot!r} in both languages", "it in one")
        return text

    def _slots(self, template: str, line: int, lists: Mapping[str, list[str]]) -> set[str]:
        try:
            slots = {slot for _, slot, _, _ in string.Formatter().parse(template) if slot is not None}
        except ValueError as fault:
            raise self._refuse(line, "slots in braces", str(fault)) from fault
        known = {*lists.get("numbers", ()), *lists.get("words", ())}
        for slot in sorted(slots - known):
            listed = ", ".join(sorted(known)) or "none"
            raise self._refuse(line, f"a slot among {listed}", f"{slot!r}")
        return slots

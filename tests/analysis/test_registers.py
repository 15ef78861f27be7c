"""Files of wordings: what is wrong in one is named with its line, and words of findings stand nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.model import AnalysisError, Verdict
from analysis.sentences import registers
from analysis.words import read_registers

PACKAGES = [Path(__file__).resolve().parents[2] / name for name in ("analysis", "survey")]
GOOD = """\
slope:
  forms: [report, card]
  numbers: [size]
  words: [label]
  rise:
    report:
      zh: "{label}提高{size}"
      en: "{label} rose by {size}"
    card:
  fall:
    report:
      zh: "{label}下降{size}"
      en: "{label} fell by {size}"
    card:
      zh: "下降"
      en: "fell"
"""


@pytest.fixture
def read(tmp_path):
    def made(text, **cases):
        path = tmp_path / "words.yaml"
        path.write_text(text, encoding="utf-8")
        return read_registers(path, cases)

    return made


def test_a_wording_is_found_by_finding_case_and_form(read):
    found = read(GOOD, slope=("rise", "fall"))
    assert found.text("slope", "fall", "card").en == "fell"
    assert found.says("slope", "fall", "card")
    assert not found.says("slope", "rise", "card")
    assert list(found.texts("slope", "report")) == ["rise", "fall"]
    with pytest.raises(AnalysisError) as caught:
        found.text("slope", "rise", "card")
    assert str(caught.value) == (
        "words.yaml: expected a wording of 'slope', case 'rise', for 'card', got none; add it to the file."
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("by {size}", "by {much}", "line 8: expected a slot among label, size, got 'much'"),
        ("提高{size}", "提高", "line 7: expected slot 'size' in both languages, got it in one"),
        ("rose by {size}", "rose by {size", "line 8: expected slots in braces, got expected '}'"),
        ('      en: "fell"\n', "", "line 14: expected words in en, got none"),
        ('en: "fell"', 'en: ""', "line 14: expected words in en, got none"),
        ('en: "fell"', 'en: "fell"\n      de: "sank"', "line 17: expected one of the languages zh, en, got 'de'"),
        ("    card:\n  fall", "  fall", "line 5: expected form 'card', empty where nothing is said, got none"),
        ("    card:\n  fall", "    page:\n    card:\n  fall", "line 9: expected one of the forms report, card"),
        ("  fall:", "  fell:", "line 1: expected case 'fall' of 'slope', got none"),
        ("  fall:", "  rise:", "line 10: expected each name once, got 'rise' twice"),
        ("  forms: [report, card]\n", "", "line 1: expected forms of 'slope', got none"),
        ("  forms: [report, card]", "  forms: report", "line 2: expected a list, got something else"),
        ('zh: "下降"', 'zh: "下降', "expected YAML, got "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(read, old, new, message):
    assert old in GOOD
    with pytest.raises(AnalysisError) as caught:
        read(GOOD.replace(old, new, 1), slope=("rise", "fall"))
    assert str(caught.value).startswith("words.yaml, line ")
    assert message in str(caught.value)


def test_a_case_nobody_comes_to_is_refused(read):
    with pytest.raises(AnalysisError, match=r"line 1: expected cases of 'slope' that there are, got 'fall'"):
        read(GOOD, slope=("rise",))
    with pytest.raises(AnalysisError, match="expected case 'found' of 'within', got none"):
        read(GOOD, within=("found",))


@pytest.mark.parametrize("form", ["report", "key message", "slide"])
def test_every_verdict_is_worded(form):
    assert list(registers().texts("change", form)) == [
        verdict.value for verdict in sorted(Verdict, key=_place)
    ]


def _place(verdict):
    return list(registers().texts("change", "report")).index(verdict)


def test_verdicts_are_worded_in_data_alone():
    """No Python file holds the words of a verdict: they would come to disagree with the registers."""
    words = re.compile(
        r"略有|基本持平|未见明显|edged (?:up|down) (?:to|by)|about the same as in|too few answers to say w"
    )
    found = [
        f"{path.name}: {line.strip()}"
        for package in PACKAGES
        for path in package.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if words.search(line)
    ]
    assert found == []

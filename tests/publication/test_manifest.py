from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from fixtures.programmes import small_programme
from survey.edition.manifest import differences, edition_inputs, input_facts, manifest, write_manifest
from survey.errors import PublicationError


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "public"
    (made / "data").mkdir(parents=True)
    (made / "report.zh.html").write_text("报告", encoding="utf-8")
    (made / "data" / "estimates.csv").write_text("a\n")
    (tmp_path / "members.csv").write_text("id\n")
    return made


def describe(folder, **changes):
    given = {
        "inputs": {"members.csv": folder.parent / "members.csv"},
        "parameters": {"wave": "2023", "languages": ["zh", "en"]},
        "versions": {"typst": "0.15.2"},
        "status": lambda name: "internal" if name.startswith("data/") else "public",
        "demonstration": True,
    }
    return manifest(folder, **{**given, **changes})


def test_inputs_parameters_versions_and_outputs_are_listed(folder):
    described = json.loads(describe(folder))
    assert described["demonstration"] is True
    assert described["inputs"]["members.csv"]["size"] == 3
    assert described["parameters"] == {"languages": ["zh", "en"], "wave": "2023"}
    assert list(described["outputs"]) == ["data/estimates.csv", "report.zh.html"]
    assert described["outputs"]["report.zh.html"]["status"] == "public"
    assert described["outputs"]["data/estimates.csv"] == {
        "sha256": "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7",
        "size": 2,
        "status": "internal",
    }


def test_same_files_same_text_whatever_the_order_and_the_clock(folder):
    first = describe(folder, parameters={"a": 1, "b": 2})
    write_manifest(folder, first)
    assert describe(folder, parameters={"b": 2, "a": 1}) == first


def test_a_changed_missing_or_added_file_is_found(folder):
    write_manifest(folder, describe(folder))
    assert differences(folder) == []
    (folder / "report.zh.html").write_text("x")
    (folder / "data" / "estimates.csv").unlink()
    (folder / "new.txt").write_text("x")
    assert differences(folder) == [
        "data/estimates.csv is listed in manifest.json and missing.",
        "new.txt is not listed in manifest.json.",
        "report.zh.html has changed since manifest.json was written.",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": {"/etc/hosts": None}}, "is named by a path of this machine"),
        ({"parameters": {"x": object()}}, "cannot be written to manifest.json"),
        ({"parameters": {"x": float("nan")}}, "cannot be written to manifest.json"),
    ],
)
def test_what_is_refused(folder, changes, message):
    with pytest.raises(PublicationError, match=message):
        describe(folder, **changes)


def test_a_missing_input_is_refused(folder):
    with pytest.raises(PublicationError, match=r"Input 'a.csv' is listed for manifest.json but is no file"):
        describe(folder, inputs={"a.csv": folder / "a.csv"})


@pytest.fixture
def answers(tmp_path, monkeypatch):
    """Return a wave's returns, in a house whose key is made when it is first asked for."""
    monkeypatch.setenv("SURVEY_OUTPUT", str(tmp_path / "output"))
    made = tmp_path / "returns"
    made.mkdir()
    (made / "L01.xlsx").write_bytes(b"answers of one member")
    return made


def test_of_returns_one_keyed_hash_is_told_which_changes_with_the_key(answers, tmp_path):
    told = input_facts("small/2023/returns", answers)
    assert list(told) == ["keyed"]
    assert input_facts("small/2023/returns", answers) == told
    key = tmp_path / "output" / "archive" / "manifest.key"
    assert (len(key.read_bytes()), key.stat().st_mode & 0o777) == (32, 0o600)
    key.unlink()
    assert input_facts("small/2023/returns", answers) != told


@pytest.mark.parametrize("held", [0, 31])
def test_a_key_cut_short_is_not_used(answers, tmp_path, held):
    (tmp_path / "output" / "archive").mkdir(parents=True)
    (tmp_path / "output" / "archive" / "manifest.key").write_bytes(b"x" * held)
    message = rf"manifest.key, the key .* has {held} bytes instead of 32; delete it and run again"
    with pytest.raises(PublicationError, match=message):
        input_facts("small/2023/returns", answers)


def test_a_public_manifest_lists_no_file_that_a_member_may_be_named_in(tmp_path, answers):
    small = small_programme(tmp_path / "programmes")
    wave = small.folder / "2023"
    for name in ("returns/L01.xlsx", "replies/L01.xlsx", "corrections.csv", "notes on L01.docx"):
        (wave / name).parent.mkdir(exist_ok=True)
        (wave / name).write_bytes(b"x")
    figures = SimpleNamespace(programme=small.programme, waves=["2023"])
    public, internal = (edition_inputs(figures, edition) for edition in ("public", "internal"))
    own = [name.removeprefix("small/2023/") for name in public if "/2023/" in name]
    assert own == ["corrections.csv", "questionnaire.yaml", "replies", "returns"]
    assert {name: list(input_facts(name, path)) for name, path in public.items() if path.is_dir()} == {
        "small/2023/replies": ["keyed"],
        "small/2023/returns": ["keyed"],
    }
    assert "small/2023/returns/L01.xlsx" in internal

"""The doctor: what a machine lacks is named, with the remedy, and nothing is changed."""

from __future__ import annotations

import errno
import importlib.util
import re
import shutil
import tempfile
import tomllib
from collections import namedtuple
from importlib.metadata import packages_distributions

import pytest
from click.testing import CliRunner

from survey import doctor
from survey.cli import main

AGAIN = "run `make` again, or: pip install --require-hashes -r requirements.lock"


@pytest.fixture
def ask(tmp_path, monkeypatch, house):
    monkeypatch.setenv("SURVEY_OUTPUT", str(tmp_path / "output"))
    monkeypatch.delenv("SURVEY_NOTEBOOKS", raising=False)
    # the notebooks of the house that is tested, wherever the package is installed from
    monkeypatch.setenv("SURVEY_NOTEBOOKS", str(house / "notebooks"))
    monkeypatch.setattr(doctor, "_bytecode", lambda: doctor.Checkup("bytecode", well=True, found="compiled"))
    return lambda: CliRunner().invoke(main, ["doctor"], prog_name="survey", catch_exceptions=False)


def without(monkeypatch, name):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n, *a: None if n == name else found(n, *a))


def test_a_whole_machine_is_well(ask, tmp_path):
    told = ask()
    assert told.exit_code == 0
    assert "LACKING" not in told.output
    assert "ok      package typst (PDF): installed" in told.output
    assert "ok      notebooks: 12 found" in told.output
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize(
    ("name", "use"),
    [("typst", "PDF"), ("papermill", "running notebooks"), ("pylopdf_fonts_zh_cn", "Chinese type")],
)
def test_a_missing_package_is_named_with_its_use_and_remedy(ask, monkeypatch, name, use):
    without(monkeypatch, name)
    told = ask()
    assert told.exit_code == 1
    assert f"LACKING package {name} ({use}): missing\n        {AGAIN}\n" in told.output
    assert told.output.count("LACKING") == 1


def test_the_doctor_looks_for_what_the_project_depends_on(house):
    project = tomllib.loads((house / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[\[<>=]", line)[0].lower() for line in project["dependencies"]}
    known = packages_distributions()
    looked_for = {known[name][0].lower().replace("_", "-") for name in doctor.PACKAGES}
    assert looked_for <= wanted


def test_a_folder_that_cannot_be_written_is_told(ask, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    told = ask()
    assert told.exit_code == 1
    assert (
        "LACKING output folder: Permission denied\n"
        "        allow writing there, or set SURVEY_OUTPUT to a folder that can be written\n"
    ) in told.output


def test_a_full_disk_is_told(ask, monkeypatch):
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil gives it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**40, 2**40, 2**20))
    told = ask()
    assert told.exit_code == 1
    assert "LACKING disk: 0.0 GiB free\n        free some space: a run needs 200 MiB\n" in told.output


def test_missing_notebooks_are_told(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("SURVEY_NOTEBOOKS", str(tmp_path))
    told = ask()
    assert told.exit_code == 1
    assert (
        "LACKING notebooks: 0 found\n        clone the project whole, or set SURVEY_NOTEBOOKS\n"
    ) in told.output

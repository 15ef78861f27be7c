"""Parameters of notebooks: what is refused before a kernel starts, with the list of what there is."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from survey.errors import UsageError
from survey.notebooks.parameters import Parameter, Values, check_given, check_values, declared

CELL = '# Which round.\nwave: str = "2023"  # a wave\nlimit: int = 3\nnote = "no parameter: not annotated"'
LISTING = "wave: str = '2023'  (a wave); limit: int = 3"


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "02-own.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(CELL, metadata={"tags": ["parameters"]})]), path)
    return path


def complaint(function, *arguments, **named):
    with pytest.raises(UsageError) as caught:
        function(*arguments, **named)
    assert caught.value.exit_status == 2
    return str(caught.value)


def test_parameters_are_read_with_type_default_and_comment(notebook):
    assert declared(notebook) == (
        Parameter("wave", "str", "'2023'", "a wave"),
        Parameter("limit", "int", "3", ""),
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"wvae": "2022"}, f"notebook 02-own has no parameter 'wvae'; there are {LISTING}"),
        ({"wave": 2022}, f"parameter 'wave' of notebook 02-own is str, got int; there are {LISTING}"),
        ({"limit": "3"}, f"parameter 'limit' of notebook 02-own is int, got str; there are {LISTING}"),
        ({"limit": True}, f"parameter 'limit' of notebook 02-own is int, got bool; there are {LISTING}"),
        (
            {"note": "x"},
            f"notebook 02-own has no parameter 'note'; there are {LISTING}",
        ),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(notebook, given, message):
    assert complaint(check_given, notebook, given) == message


def test_parameters_that_fit_pass(notebook):
    check_given(notebook, {"wave": "2022", "limit": 5})
    check_given(notebook, {})


def test_a_notebook_without_the_cell_missing_or_broken_is_told(notebook):
    plain = notebook.with_name("plain.ipynb")
    nbformat.write(new_notebook(cells=[new_code_cell("1")]), plain)
    assert complaint(declared, plain) == (
        "notebook plain has no cell tagged `parameters`; tag the one with its parameters"
    )
    missing = notebook.with_name("03-none.ipynb")
    assert complaint(declared, missing) == "notebook 03-none does not exist; there are 02-own, plain"
    broken = notebook.with_name("broken.ipynb")
    broken.write_text('{"cells": [', encoding="utf-8")
    assert complaint(declared, broken) == (
        "notebook broken is no notebook: its JSON is broken; restore the file"
    )


FIT = {"programme": "p", "wave": "2023", "edition": "public", "languages": "zh,en"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Values("p", "2023", "public", ("zh", "en"))),
        ({"wave": 2022}, Values("p", "2022", "public", ("zh", "en"))),
        ({"languages": "en, zh"}, Values("p", "2023", "public", ("zh", "en"))),
        ({"languages": "en", "edition": "internal"}, Values("p", "2023", "internal", ("en",))),
    ],
)
def test_values_that_fit(changed, expected):
    assert check_values(**FIT | changed) == expected


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"edition": "draft"}, "edition 'draft' does not exist; there are public, internal"),
        ({"languages": "zh,fr"}, "language 'fr' does not exist; there are zh, en"),
        ({"languages": ""}, "language '' does not exist; there are zh, en"),
        ({"wave": 2022.0}, "parameter 'wave' is text (str), got float; put it in quotes"),
        ({"wave": True}, "parameter 'wave' is text (str), got bool; put it in quotes"),
        ({"programme": 7}, "parameter 'programme' is text (str), got int; put it in quotes"),
        ({"languages": ["zh"]}, "parameter 'languages' is text (str), got list; put it in quotes"),
    ],
)
def test_values_that_do_not_fit_are_refused(changed, message):
    assert complaint(check_values, **FIT | changed) == message

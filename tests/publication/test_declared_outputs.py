"""What a researcher shows says how many members stand behind it; the public notebook holds that and nothing else."""

from __future__ import annotations

import json
import warnings

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.pieces import html_of
from survey.documents import read_blocks, undeclared_outputs
from survey.edition.public_notebooks import strip_unreleased
from survey.errors import UsageError
from survey.notebooks import display
from survey.notebooks.declared_base import mark_cleared

LEAST = 3
TITLED = {"zh": "说明", "en": "What it states", "alt_zh": "线", "alt_en": "A line"}
FRAME = pd.DataFrame({"n": [12, 2, 30], "calls": [510.0, 777.0, 930.0]}, index=["large", "city", "rural"])


class Desk(display.Shown):
    languages = ("zh", "en")
    minimum_base = LEAST


@pytest.fixture
def cell(monkeypatch, rule):
    """Return a code cell whose outputs are what is shown by `Desk().publish`."""
    made = rule.code()

    def keep(data, metadata):
        made.outputs.append(nbformat.v4.new_output("display_data", data, metadata=metadata))

    monkeypatch.setattr(display, "publish_display_data", keep)
    return made


def figure():
    made = Figure(figsize=(2, 1))
    made.subplots().plot([1, 2, 3])
    return made


def faults(rule, cell, edition="public"):
    return undeclared_outputs([rule.notebook("01-x", cell)], edition, LEAST)


def tables(rule, cell):
    return [html_of(block.content, "en") for block in read_blocks([rule.notebook("01-x", cell)], "public")]


def test_rows_of_few_members_are_withheld_with_their_base(cell, rule):
    Desk().publish(FRAME, "own", **TITLED)
    (table,) = tables(rule, cell)
    assert "777" not in table
    assert [number in table for number in ("510", "930", ">12<", ">30<")] == [True] * 4
    assert table.count("[c]") == 2
    assert faults(rule, cell) == []


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (FRAME.rename(columns={"n": "members"}), {"base": "members"}),
        (FRAME[["calls"]], {"base": 12}),
        (FRAME[["calls"]], {"cleared": "printed by the supervisor"}),
        (figure(), {"base": LEAST}),
        (figure(), {"cleared": "invented numbers"}),
        (FRAME.iloc[:1].style, {}),
        (mark_cleared(FRAME[["calls"]].copy(), "released figures").query("calls > 600"), {}),
    ],
)
def test_what_is_declared_or_made_of_released_figures_is_published(cell, rule, thing, said):
    Desk().publish(thing, "own", **TITLED, **said)
    assert faults(rule, cell) == []


@pytest.mark.parametrize(
    "thing",
    [FRAME[["calls"]], figure(), mark_cleared(FRAME[["calls"]].copy(), "released").assign(answers=[1, 2, 3])],
)
def test_what_declares_nothing_is_warned_of_in_the_notebook_and_stops_a_public_edition(cell, rule, thing):
    with pytest.warns(UserWarning, match=r"neither how many members stand behind it \(base=…\) nor why"):
        Desk().publish(thing, "own", **TITLED)
    (fault,) = faults(rule, cell)
    assert (fault.level, fault.where) == ("error", "01-x, cell 1")
    assert "pass `base=`" in fault.message
    assert "`cleared=`" in fault.message
    assert [fault.level for fault in faults(rule, cell, "internal")] == ["warning"]


@pytest.mark.parametrize(("thing", "base"), [(figure(), 2), (FRAME.style, None), (FRAME[["calls"]], 1)])
def test_what_rests_on_too_few_stops_a_public_edition(cell, rule, thing, base):
    Desk().publish(thing, "own", **TITLED, base=base)
    (fault,) = faults(rule, cell)
    assert fault.message.startswith(
        "a frame or chart rests on fewer members than the 3 of the disclosure policy;"
    )


@pytest.mark.parametrize(("thing", "base"), [(figure(), "n"), (FRAME, "members"), (figure(), -1)])
def test_a_base_that_is_none_is_refused(cell, thing, base):
    with pytest.raises(UsageError, match=rf"base={base!r} is neither a number of members nor a column"):
        Desk().publish(thing, "own", **TITLED, base=base)


TABLE = {"text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "L01 5091"}


def displayed(data, metadata=(), of_cell=()):
    output = nbformat.v4.new_output("display_data", data, metadata=dict(metadata))
    return nbformat.v4.new_code_cell("own()", outputs=[output], metadata=dict(of_cell))


@pytest.mark.parametrize(
    ("of_cell", "stopped"),
    [
        ({}, True),
        ({"base": 2}, True),
        ({"base": "many"}, True),
        ({"base": 3}, False),
        ({"cleared": "a plan"}, False),
    ],
)
def test_words_in_the_metadata_of_a_cell_say_it_too(rule, of_cell, stopped):
    own = displayed(TABLE, of_cell={"survey": {"slug": "own", **TITLED, **of_cell}})
    assert bool(faults(rule, own)) == stopped


def test_a_table_shown_in_a_language_is_a_frame_and_a_paragraph_is_none(rule):
    for data in (TABLE, {"text/markdown": "| a |\n| :--- |\n| 1 |"}):
        assert faults(rule, displayed(data, {"lang": "zh"}))
        assert not faults(rule, displayed(data, {"lang": "zh", "survey": {"cleared": "a plan"}}))
    assert not faults(rule, displayed({"text/markdown": "见此。"}, {"lang": "zh"}))


SECRET = "L01 reported 5091"  # noqa: S105 - no password


def loaded(rule, cell):
    """Return a notebook that carries a secret wherever one can hold it, beside a published table."""
    Desk().publish(FRAME, "own", **TITLED)
    output = nbformat.v4.new_output
    cell.metadata["author"] = SECRET
    cell.outputs[0].metadata["made_by"] = SECRET
    cell.outputs += [
        output("stream", name="stdout", text=SECRET),
        output("stream", name="stderr", text=SECRET),
        output("execute_result", {"text/plain": SECRET, "text/html": f"<table><tr><td>{SECRET}</table>"}),
        output("execute_result", {"text/plain": SECRET}),
        output("display_data", {"application/vnd.jupyter.widget-view+json": {"model_id": SECRET}}),
        output("error", ename="ValueError", evalue=SECRET, traceback=[SECRET]),
    ]
    prose = rule.md("![](attachment:used.png)", "zh")
    prose["attachments"] = {"used.png": {"image/png": "AA=="}, "left.png": {"text/plain": SECRET}}
    own = displayed(TABLE | {"text/plain": SECRET}, of_cell={"survey": {"slug": "b", **TITLED, "base": 3}})
    inside = rule.code(None, None, "internal", outputs=[output("stream", name="stdout", text=SECRET)])
    made = rule.notebook("01-x", cell, prose, own, inside)
    made.metadata["widgets"] = {"state": SECRET}
    return made


def test_a_public_notebook_holds_what_is_released_and_a_line_on_what_is_not(cell, rule):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = strip_unreleased(loaded(rule, cell))
    nbformat.validate(made)
    assert SECRET not in json.dumps(made)
    assert [len(one.get("outputs", ())) for one in made.cells] == [2, 0, 1]
    assert list(made.cells[1].attachments) == ["used.png"]
    assert list(made.cells[2].outputs[0].data) == ["text/html"]
    assert made.cells[0].outputs[1].text == (
        "Left out of the public edition: printed text, other output, a table or HTML without a language.\n"
    )

"""Each input changed in turn: what must be made anew is, what does not rest on it keeps its bytes.

Nothing is put back between two changes of one test, and nothing is deleted: an output that was not made anew
although its input changed would stay as it was.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys

import nbformat
import pandas as pd
import pytest

import golden.everything_at_once as rule
from golden.everything_at_once import HOUSE, WAVES, prose, untroubled

pytestmark = pytest.mark.slow

CLEANED = ("responses", "ledger", "queries", "edits", "replies")
FIGURES = ("estimates", "changes", "comparisons", "within", "turnover", "matched", "slopes")


@pytest.fixture
def kit(tmp_path):
    """Return the survey before the cut-off: queries sent, replies received."""
    made = rule.carry_on(rule.begin(tmp_path))
    made.figures("2023")
    return made


def frames(kit):
    """Return a hash of every frame that the command keeps of the survey."""
    places = [(wave, name) for wave in WAVES for name in CLEANED]
    places += [("figures-2023", name) for name in FIGURES]
    found = {}
    for place, name in places:
        text = kit.archived(place, name).drop(columns="rules_hash", errors="ignore").to_csv(index=False)
        found[f"{place}/{name}"] = hashlib.sha256(text.encode()).hexdigest()
    return found


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


def of_figures(*names):
    return {f"figures-2023/{name}" for name in names}


def of_wave(wave, *names):
    return {f"{wave}/{name}" for name in names}


def correct_a_satisfaction(kit):
    text = (kit.folder / "2023" / "corrections.csv").read_text(encoding="utf-8")
    kit.write("2023/corrections.csv", text + "2023-05-02,A5,satisfaction,,91.5,电话核实,秘书处\n")


def reply_once_more(kit):
    rule.reply(kit, "2023", "B3", {"back": 10})


def change_an_option_of_a_first_return(kit):
    answers = untroubled("C1", "2021") | {"channels.sms": "是"}
    rule.BlankForm(kit, "2021").fill(kit.folder / "2021" / "returns" / "2021_C1.xlsx", "C1", answers)


def withdraw_a_return(kit):
    (kit.folder / "2023" / "returns" / "2023_B4_late.xlsx").unlink()


LEVELS = of_figures("estimates", "changes", "comparisons", "turnover", "matched", "slopes")
#: Change -> how it is made, and which frames differ after it, all others being the same.
CHANGES = {
    "a note in a questionnaire": (
        lambda kit: kit.edit("2022/questionnaire.yaml", "Calls requested", "Calls that were requested"),
        set(),
    ),
    "a rule of a questionnaire": (
        lambda kit: kit.edit("2022/questionnaire.yaml", "calls_handled <= 11000000 ", "calls_handled <= 5 "),
        of_wave("2022", "ledger", "queries", "edits"),
    ),
    "a correction": (
        correct_a_satisfaction,
        of_wave("2023", "responses", "ledger") | LEVELS,
    ),
    "a reply": (
        reply_once_more,  # 60, 30 and 10 come from the member then, no longer from the policy
        of_wave("2023", "responses", "ledger", "queries", "edits", "replies"),
    ),
    "a return of the first wave": (
        change_an_option_of_a_first_return,  # no figure reads it
        of_wave("2021", "responses"),
    ),
    "a return withdrawn": (
        withdraw_a_return,
        # staff is withheld for all types and kinds but one: nothing of it is compared
        of_wave("2023", "responses", "ledger", "queries", "edits") | LEVELS - of_figures("comparisons"),
    ),
    "a printed figure": (
        lambda kit: kit.edit("published.csv", "全行业,64,", "全行业,65,"),
        set(),
    ),
    "a label of an indicator": (
        lambda kit: kit.edit("indicators.yaml", "en: Staff}", "en: Employees}"),
        set(),
    ),
    "a definition of an indicator": (
        lambda kit: kit.edit("indicators.yaml", "of: channels.app", "of: channels.sms"),
        LEVELS,  # nothing is compared within kinds while a type is withheld
    ),
    "the members of a type": (
        lambda kit: kit.edit("members.csv", "B4,壬银行,,city", "B4,壬银行,,rural"),
        # B4 calls itself a city bank in every wave: asked; B2 has too few peers left to be imputed from
        {f"{wave}/{name}" for wave in WAVES for name in ("ledger", "queries")} | of_wave("2023", "responses") | LEVELS,
    ),
    "the least base of the policy": (
        lambda kit: kit.edit("programme.yaml", "minimum_base: 4", "minimum_base: 3"),
        # three city and three rural banks now: all types are released, and compared within kinds
        of_figures("estimates", "changes", "comparisons", "within", "matched"),
    ),
    "the dominance share of the policy": (
        lambda kit: kit.edit("programme.yaml", "dominance_share: 0.6", "dominance_share: 0.75"),
        of_figures("estimates", "changes", "comparisons", "within"),
    ),
    "the level": (
        lambda kit: kit.edit("programme.yaml", "level: 0.9", "level: 0.95"),
        of_figures("estimates", "changes", "comparisons", "within", "slopes"),  # those with an interval
    ),
}  # fmt: skip


def test_each_input_changes_the_frames_that_rest_on_it_and_no_other(kit):
    wrong, before = {}, frames(kit)
    for name, (change, expected) in CHANGES.items():
        change(kit)
        kit.figures("2023")
        after = frames(kit)
        if (found := changed(before, after)) != expected:
            wrong[name] = {"not made anew": expected - found, "changed": found - expected}
        before = after
    assert wrong == {}, "\n".join(f"{name}: {found}" for name, found in wrong.items())
    shutil.rmtree(kit.output / "archive")
    kit.figures("2023")
    assert changed(before, frames(kit)) == set(), "what was made step by step is what is made at once"


# -- editions ----------------------------------------------------------------------------------------


def files(kit):
    folder = kit.edition()
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def publish(kit):
    told = kit.survey("run", "2023", "--quiet", "--lang", "zh")
    assert told.exit_code == 0, told.output
    return files(kit)


def data_changed(before, after):
    """Return the data files that are not the same, the list of them left out."""
    named = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return {name.removeprefix("data/") for name in named if name.endswith(".csv")}


def test_a_notebook_changes_the_report_and_no_data(kit):
    rule.write_chapter(kit)
    before = publish(kit)
    assert publish(kit) == before, "the same inputs give the same bytes"
    rule.write_chapter(kit, prose("另有说明。", "zh"))
    after = publish(kit)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {
        "report.zh.html", "report.zh.pdf", "report.zh.docx", "notebooks/chapter.ipynb", "manifest.json",
    }  # fmt: skip
    printed = nbformat.read(kit.edition() / "notebooks" / "chapter.ipynb", as_version=4)
    assert "另有说明。" in [cell.source for cell in printed.cells]


def test_a_stricter_policy_publishes_no_old_cell_and_a_printed_figure_changes_the_back_test_alone(kit):
    rule.write_chapter(kit)
    before = publish(kit)
    released = pd.read_csv(kit.edition() / "data" / "estimates.csv", dtype={"wave": str})
    kit.edit("published.csv", "全行业,64,", "全行业,65,")
    after = publish(kit)
    assert data_changed(before, after) == {"backtest.csv"}

    kit.edit("programme.yaml", "minimum_base: 4", "minimum_base: 6")
    stricter = publish(kit)
    assert data_changed(after, stricter) >= {"estimates.csv", "changes.csv", "revisions.csv"}
    now = pd.read_csv(kit.edition() / "data" / "estimates.csv", dtype={"wave": str})
    assert now.loc[now["n"] < 6, "estimate"].isna().all()
    keys = ["indicator", "wave", "dimension", "segment"]
    gone = released.dropna(subset="estimate").merge(now[now["estimate"].isna()][keys], on=keys)
    assert len(gone) > 0
    revised = pd.read_csv(kit.edition() / "data" / "revisions.csv", dtype={"wave": str})
    assert set(map(tuple, gone[keys].to_numpy())) <= set(map(tuple, revised[keys].to_numpy()))
    assert revised.loc[revised["now"].isna(), ["first", "former", "change"]].isna().all(axis=None)
    assert set(revised["reason_en"]) == {"settings of the programme, such as disclosure, changed"}


# -- the code ----------------------------------------------------------------------------------------

#: A module of the code -> what is made anew once it has changed: the answers, the figures, or neither.
CODE = {
    "survey/intake/parsing.py": {*WAVES, "figures-2023"},
    "survey/programme/programme.py": {*WAVES, "figures-2023"},
    "analysis/model/measure.py": {*WAVES, "figures-2023"},
    "analysis/inference/estimates.py": {"figures-2023"},
    "survey/gate/page_rules.py": set(),
}  # fmt: skip


def test_code_that_reads_edits_or_estimates_makes_its_results_anew(kit):
    """The packages are copied, so that a module can be changed; an archive folder that is replaced is new."""
    own = kit.root / "code"
    for package in ("survey", "analysis"):
        shutil.copytree(HOUSE / package, own / package, ignore=shutil.ignore_patterns("programmes"))
    start = "from survey.cli import main; main(prog_name='survey')"
    environment = os.environ | kit.environment | {"PYTHONPATH": str(own)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else every call compiles both packages

    def made():
        subprocess.run(
            [sys.executable, "-c", start, "trace", "2023/ch_app/total/all", "--programme", kit.code],
            env=environment, cwd=own, check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        folder = kit.output / "archive" / kit.code
        return {path.name: path.stat().st_ino for path in folder.iterdir() if path.is_dir()}

    before, wrong = made(), {}
    for name, expected in CODE.items():
        path = own / name
        path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        after = made()
        if (found := changed(before, after)) != expected:
            wrong[name] = found
        before = after
    assert wrong == {}

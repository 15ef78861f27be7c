"""Publishing again tells which printed figures changed, by how much and why, and marks them until they agree again."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pandas as pd
import pytest
from lxml import html

from analysis.pieces import html_of
from analysis.words import Claim, Number, Phrase, Text
from fixtures.programmes import Small, small_programme
from survey.archive import Archive
from survey.documents import assemble
from survey.edition.manifest import Request, edition_inputs, record_edition
from survey.edition.revision import read_former, revised_keys, revision_note, revisions
from survey.figures import compute_figures

APP = ("ch_app", "2023", "total", "all")


class Survey:
    """A small survey, in a folder of its own, and the edition of it that was published last."""

    def __init__(self, folder):
        self.small = Small(folder / "small")
        self.edition = folder / "edition"
        self.archives = (path for n in range(9) if not (path := folder / f"archive-{n}").exists())

    def publish(self):
        """Put an edition in place as `survey run` does; return what it revised."""
        programme = self.small.programme
        figures = compute_figures(Archive(programme, next(self.archives)), "2023")
        former = read_former(self.edition)
        found = revisions(former, figures, "public") if former else None
        data = self.edition / "data"
        data.mkdir(parents=True, exist_ok=True)
        figures.estimates.to_csv(data / "estimates.csv", index=False)
        (data / "revisions.csv").unlink(missing_ok=True)
        if found is not None and len(found):
            found.to_csv(data / "revisions.csv", index=False)
        request = Request(figures.programme, "2023", "public", ("zh", "en"))
        record_edition(self.edition, request, edition_inputs(figures, "public"), demonstration=False)
        self.figures = figures
        return found


@pytest.fixture(scope="module")
def published_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    small = small_programme(folder)
    # crossed with kinds, types of three members would all be withheld
    small.edit("programme.yaml", "crossed: [[bank_type, centre_kind]]\n", "")
    for member, app in zip(("A1", "B2", "C3", "D4", "E5", "F6"), "是否是是否是", strict=True):
        for wave in ("2022", "2023"):
            small.send(member, wave=wave, form_of=wave, channels__app=app)
    assert Survey(folder).publish() is None, "nothing was published before"
    return folder


@pytest.fixture
def published(published_once, tmp_path):
    return Survey(shutil.copytree(published_once, tmp_path / "survey"))


def told(table):
    rows = table.set_index(["indicator", "wave", "dimension", "segment"]).sort_index()
    return rows.loc[[APP]].iloc[0]


def test_the_same_inputs_revise_nothing(published):
    assert published.publish().empty


def test_a_correction_is_told_with_first_former_and_present_figure_and_its_reason(published):
    published.small.correct("2024-05-02,E5,channels,app,是,电话核实,秘书处")
    row = told(published.publish())
    assert row[["first", "former", "now", "change"]].tolist() == [67, 67, 83, 16]
    assert (row["unit"], row["reason_zh"]) == ("%", "更正答案（涉及本指标1处）")
    assert row["reason_en"] == "answers corrected (1 that bear on it)"


def test_a_revision_stays_marked_when_published_again_and_goes_when_it_agrees_again(published):
    published.small.correct("2024-05-02,E5,channels,app,是,电话核实,秘书处")
    first = published.publish()
    again = published.publish()
    # what was withheld then is listed once
    shown = first[first["now"].notna()].reset_index(drop=True)
    assert len(shown) > 1
    pd.testing.assert_frame_equal(again, shown, check_dtype=False)
    published.small.correct("2024-06-02,E5,channels,app,否,再次核实,秘书处")
    assert not revised_keys(shown) & revised_keys(published.publish())


def test_a_changed_definition_is_the_reason_of_its_own_indicator_alone(published):
    published.small.edit("indicators.yaml", "of: channels.app", "of: channels.sms")
    found = published.publish()
    assert set(found["indicator"].str.removesuffix(".members")) == {"ch_app"}
    assert set(found["reason_zh"]) == {"指标定义已修改"}


def test_a_return_that_came_late_is_a_reason_and_names_no_member(published):
    published.small.send("E5", channels__app="是")
    found = published.publish()
    assert told(found)["reason_en"] == "returns added, replaced or withdrawn"
    manifest = (published.edition / "manifest.json").read_text(encoding="utf-8")
    assert "E5" not in manifest
    assert manifest.count('/returns": {') == 2
    assert manifest.count('"keyed"') >= 2


def test_a_stricter_policy_withholds_what_was_published_and_is_the_reason(published):
    """What may no longer leave the house does not leave it again as the figure published before."""
    published.small.edit("programme.yaml", "minimum_base: 3", "minimum_base: 4")
    found = published.publish()
    withheld = found[found["now"].isna()]
    by_type = withheld[withheld["dimension"] == "bank_type"]
    assert {"ch_app", "connect_rate", "staff_total"} <= set(by_type["indicator"])
    assert withheld[["first", "former", "change"]].isna().all(axis=None)
    assert set(found["reason_en"]) == {"settings of the programme, such as disclosure, changed"}
    note = revision_note(found, published.figures, "en")
    assert "| City commercial | [c] | [c] | [c] |" in note
    assert "67%" not in note
    assert published.publish()["now"].notna().all(), "what is withheld is listed once"


@pytest.mark.usefixtures("hollow_fonts")
def test_revised_estimates_are_marked_behind_their_numbers_and_nothing_else_is(published, rule):
    published.small.correct("2024-05-02,E5,channels,app,是,电话核实,秘书处")
    keys = revised_keys(published.publish())
    key = "2023/ch_app/total/all"
    assert key in keys
    number = Number(Text.same("83%"), 83.3, key)
    others = replace(number, column="n"), replace(number, key=key.replace("ch_app", "ch_sms"))
    parts = (number, " of ", others[0], " and ", others[1])
    prose = rule.code(None, f"<p>{html_of(Claim('x', Phrase(parts, parts)), 'en')}</p>")
    book = rule.notebook(
        "01-x", rule.md("# A", "en"), rule.shown(Claim("level", Phrase(parts, parts))), prose
    )
    for revised, said in ((keys, "83% [r] of 83% and 83%"), ((), "83% of 83% and 83%")):
        page = assemble([book], "en", "public", rule.front("en"), revised=revised)
        statements = html.fromstring(page.text).xpath("//p[@class='statement']")
        assert [statement.text_content() for statement in statements] == [said, said]


def test_the_note_tells_each_figure_in_both_languages(published):
    published.small.correct("2024-05-02,E5,channels,app,是,电话核实,秘书处")
    found = published.publish()
    zh, en = (revision_note(found, published.figures, lang) for lang in ("zh", "en"))
    assert zh.startswith("# 小型调查（2023年）：修订说明\n")
    assert (
        "| 提供手机客户端的单位占比 | 2023 | 全部答卷单位 | 67% | 67% | 83% | 更正答案（涉及本指标1处） |"
        in zh
    )
    assert (
        "| the share of members with a mobile app | 2023 | All respondents | 67% | 67% | 83% | answers corrected "
        "(1 that bear on it) |" in en
    )
    assert zh.count("\n|") == en.count("\n|") == len(found) + 2

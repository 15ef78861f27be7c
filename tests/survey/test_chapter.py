"""The verbs of a notebook: each language shown once, what was not asked left out, what does not exist refused."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pandas as pd
import pytest
from lxml import html

from fixtures.programmes import Small
from survey.archive import Archive
from survey.errors import UsageError
from survey.figures import compute_figures
from survey.notebooks import display as showing
from survey.notebooks.chapter import Chapter


@pytest.fixture
def shown(monkeypatch):
    """Return what was displayed: (language, HTML)."""
    pieces = []

    def keep(data, metadata):
        assert set(metadata) <= {"survey"}
        for part in html.fragments_fromstring(data["text/html"]):
            written = "".join(html.tostring(one, encoding="unicode") for one in part)
            pieces.append((part.get("lang"), written))

    monkeypatch.setattr(showing, "publish_display_data", keep)
    return pieces


@pytest.fixture(scope="module")
def open_wave(answered_once, tmp_path_factory):
    """Open a wave of the small programme, answered in both waves; its figures are computed once."""
    folder = tmp_path_factory.mktemp("chapter")
    answered = Small(shutil.copytree(answered_once, folder / "small"))
    for member in ("A1", "B2", "C3", "D4", "E5", "F6"):
        answered.send(member, wave="2022")
    archive = Archive(answered.programme, folder / "archive")
    return lambda wave, languages=("zh", "en"): Chapter(compute_figures(archive, wave), languages, "public")


def test_a_figure_is_said_once_in_each_language_of_the_run(open_wave, shown):
    open_wave("2023").say("connect_rate")
    assert [lang for lang, _ in shown] == ["zh", "en"]
    for _, page in shown:
        assert 'data-estimate="2023/connect_rate/total/all">90.00%</data>' in page
    shown.clear()
    open_wave("2023", ("en",)).say("connect_rate")
    assert [lang for lang, _ in shown] == ["en"]


def test_what_the_wave_did_not_ask_is_left_out(open_wave, shown):
    chapter = open_wave("2022")
    assert chapter.asked("ch_app", "mk_phone", "staff_total") == ["ch_app", "staff_total"]
    chapter.say("mk_phone")
    chapter.rank(["mk_phone"], "占比", "the share")
    assert shown == []


def test_an_indicator_that_does_not_exist_is_refused_with_the_list(open_wave):
    with pytest.raises(UsageError) as caught:
        open_wave("2023").say("ch_ap")
    assert str(caught.value) == (
        "indicator 'ch_ap' does not exist in programme small; "
        "indicators.yaml has ch_app, connect_rate, mk_phone, staff_total"
    )


def test_a_remark_is_text_and_no_markup(open_wave, shown):
    open_wave("2023").note("甲<乙", "a < b & c", kind="note")
    assert shown == [("zh", '<p class="note">甲&lt;乙</p>'), ("en", '<p class="note">a &lt; b &amp; c</p>')]


@pytest.mark.parametrize(
    ("wave", "words"),
    [("2022", "There is no wave before to compare with"), ("2023", "Connection rate")],
)
def test_the_table_of_changes_stands_in_every_wave(open_wave, shown, wave, words):
    """The text refers to it, so a first wave has it too."""
    open_wave(wave).table.changes("connect_rate", "ch_app", slug="changes", zh="变化", en="Changes")
    page = dict(shown)["en"]
    assert 'id="tbl-changes"' in page
    assert words in page


def test_the_waves_of_a_chapter(open_wave):
    assert [(open_wave(w).wave, open_wave(w).before) for w in ("2022", "2023")] == [
        ("2022", None),
        ("2023", "2022"),
    ]
    assert open_wave("2023").indicators("main") == ["staff_total", "connect_rate", "ch_app", "mk_phone"]
    assert open_wave("2023").draw.segments_of("bank_type") == ["large", "city"]
    assert open_wave("2023").draw.notice is None


def test_a_slope_is_told_where_there_is_a_line(open_wave, shown):
    chapter = open_wave("2023")
    chapter.say.slope("connect_rate", "ch_app")
    assert shown == []  # fewer than three waves make no line
    line = {
        "indicator": "ch_app", "dimension": "total", "segment": "all", "first_wave": "2021",
        "last_wave": "2023", "waves": 3, "n_members": 4, "n_answers": 12, "slope": 5.0,
        "unit": "percentage points", "se": 1.0, "lower": 3.0, "upper": 7.0, "df": 3.0, "p_value": 0.01,
        "p_adjusted": 0.01, "p_equal": float("nan"), "method": "line", "comparable": True, "note": "",
    }  # fmt: skip
    lines = pd.DataFrame([line, {**line, "indicator": "connect_rate", "comparable": False}])
    figures = chapter.say.figures
    drawn = Chapter(replace(figures, kept={**figures.kept, "slopes": lines}), ("zh", "en"), "public")
    drawn.say.slope("connect_rate", "ch_app")
    assert [lang for lang, _ in shown] == ["zh", "en"]
    assert 'data-claim="slope"' in shown[1][1]
    assert 'class="slope" value="5" data-estimate="2023-2021/ch_app/total/all">' in shown[1][1]


def test_a_chapter_has_twenty_entries_at_most_and_says_in_a_line_what_it_is(open_wave):
    chapter = open_wave("2023")
    assert len([name for name in dir(chapter) if not name.startswith("_")]) <= 20
    assert repr(chapter) == "Chapter of small 2023 (public; zh, en): 4 indicators, waves 2022, 2023"


def test_plain_frames_for_the_researcher(open_wave):
    chapter = open_wave("2023")
    rows = chapter.cells("connect_rate", waves=["2022", "2023"])
    assert rows["key"].tolist() == ["2022/connect_rate/total/all", "2023/connect_rate/total/all"]
    assert rows["text"].tolist()[1] == "90.00%"
    by_type = chapter.cells("connect_rate", dimension="bank_type")
    assert (by_type.loc[by_type["status"] != "released", "text"] == "").all()
    assert set(chapter.estimates["wave"]) == {"2022", "2023"}
    assert set(chapter.responses["wave"]) == {"2023"}


def test_quality_that_does_not_exist_is_refused_with_the_list(open_wave):
    with pytest.raises(
        UsageError, match="quality 'respnse' does not exist; there are response, panel, files"
    ):
        open_wave("2023").quality("respnse")

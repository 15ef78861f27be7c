"""What charts say: captions that state a finding, alternative texts for those who do not see the picture."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from analysis import charts
from analysis.charts.alt_texts import extremes, moved_most
from analysis.charts.ranks import ranked
from analysis.charts.time_axis import find_breaks, first_comparable, is_broken
from analysis.pieces import Head
from analysis.words import Text
from fixtures.charts import (
    COURSES,
    NAN,
    ORDINARY,
    RANKS,
    TYPES,
    cell,
    cells,
    course,
    diverging,
    levels,
    medians,
    panels,
    rank,
    ranks,
    series,
    shares,
    split,
    strip,
    waterfall,
)


def test_diverging_bars_tell_the_class_in_which_they_differ_most():
    chart = diverging(shares(ORDINARY))
    assert chart.caption.plain("en") == (
        '"item c5": most among large banks (100%), least among rural banks (0%)'
    )
    assert chart.caption.plain("zh") == "“指标c5”：大型商业银行占比最高（100%），农村中小银行最低（0%）"
    assert chart.alt.en.startswith(
        "Diverging stacked bars of ordered classes, from item c1 on the left to item c5 on the right. item c5: "
        "highest Large banks 100%, lowest Rural banks 0%; item c1: highest Rural banks 60%, lowest Large banks "
        "0%. Row by row: Large banks: item c1 0%, item c2 0%,"
    )


def test_all_that_print_the_same_are_named_together():
    table = medians([5.0, 9.0, 5.2, 9.4])
    assert strip(table).caption.plain("en") == (
        "item staff: 9 people among rural banks and joint-stock banks, 5 people among city banks and large banks"
    )
    known = cells(pd.DataFrame([cell("app", w, v) for w, v in (("a", 1.0), ("b", 1.2), ("c", 1.4))]))
    rows = [(Text.same(wave), known.cell("app", wave)) for wave in ("a", "b", "c")]
    assert extremes(rows).clause == Text("均为1%", "all at 1%")
    assert extremes(rows[:1]).clause == Text("a1%", "a 1%")


def test_a_part_that_is_withheld_ends_the_bar_and_is_told():
    chart = diverging(shares([[NAN, NAN, 20, 40, 10], *ORDINARY[1:]]))
    assert "大型商业银行：指标c1不予公布、指标c2不予公布、指标c3" in chart.alt.zh
    assert "Large banks: item c1 withheld" in chart.alt.en
    assert chart.data_table("en").count("[c]") == 2
    assert "[c] withheld to protect the answers of single members." in chart.svg("en")


def test_panels_name_the_ends_and_tell_courses_and_breaks():
    chart = panels(course(COURSES))
    assert chart.caption.plain("en") == "item rate: 100% among large banks, 31% among rural banks"
    assert chart.measure.en == "Item rate, %; estimate for all members with interval, 2023, base: 20 members"
    assert "City banks: 20% in 2016, withheld in 2017, 33% in 2021" in chart.alt.en
    assert "Break in the series before 2021: from centres to members." in chart.alt.en
    assert "① from centres to members" in chart.svg("en")


def test_shares_that_print_the_same_share_their_rank():
    table = [cell(name, "2023", value) for name, value in (("app", 40.2), ("sms", 63.0), ("video", 39.9))]
    places = ranked(cells(pd.DataFrame(table)).of(["app", "sms", "video"], ["2023"]))
    assert [(place.cell.indicator, place.text, place.level) for place in places] == [
        ("sms", "1", 1), ("app", "2=", 2), ("video", "2=", 3),
    ]  # fmt: skip


def test_ranks_tell_who_is_first_and_who_was_since_the_series_last_broke():
    assert rank(RANKS, broken=series("app")).caption.plain("en") == (
        "item app still leads, at 94% after 86% in 2021"
    )
    assert rank(RANKS).caption.plain("zh") == "指标app（94%）取代2016年居首的指标wechat（89%）"
    alone = rank(RANKS, broken=series("app", "2023"))
    assert alone.caption.plain("en") == "item app leads at 94%; item sms is last at 65%"


def test_ranks_leave_out_what_is_withheld_and_say_so():
    chart = rank(RANKS)
    assert "[c] item video is withheld in 2023 and left out of the ranks." in chart.alt.en
    assert "2023: 1 item app 94%, 2 item wechat 86%, 3 item sms 65%" in chart.alt.en
    assert (
        "From 2016 to 2023: item app from 3 to 1, item wechat from 1 to 2, item sms from 2 to 3."
        in chart.alt.en
    )


def test_a_share_at_neither_end_is_named_below():
    table = {"app": [5.0, 6.0, 7.0], "wechat": [9.0, 8.0, 7.5], "sms": [None, 1.0, None]}
    chart = rank(ranks(table), indicators=list(table))
    assert "item sms: rank 3 in 2017" in chart.svg("en")


def test_a_waterfall_tells_the_change_and_its_first_part():
    chart = waterfall(levels(), split())
    assert chart.caption.plain("en") == (
        "Item rate changed by +3.50 percentage points: members answering twice +4.00 percentage points"
    )
    bound = [(part.key, part.column) for part in chart.caption.en if not isinstance(part, str)]
    assert bound == [
        ("2023-2022/rate/total/all", "change"), ("2023-2022/rate/total/all", "matched_change"),
    ]  # fmt: skip
    assert (
        "拆为：两次都作答的单位+4.00个百分点、只答本次的单位+1.50个百分点、只答上次的单位−2.00个百分点。"
        "影响最大的是两次都作答的单位。"
    ) in chart.alt.zh


def test_an_own_mark_binds_to_no_released_cell_and_stays_out_of_the_data():
    chart = strip(medians([900.0, 785.0, 112.0, 89.0]), own={"city": 210.0})
    assert "own 210 people" in chart.alt.en
    assert '<data class="benchmark" value="210">210</data>' in chart.data_table("en")
    assert 210.0 not in set(chart.data["estimate"])


def test_a_break_counts_from_the_first_wave_at_or_after_it():
    waves = ["2016", "2017", "2021", "2022"]
    (found,) = find_breaks(series("rate", "2019"), ["rate"], waves)
    assert (found.wave, found.note.en) == ("2021", "from centres to members")
    assert [is_broken([found], *pair) for pair in pairwise(waves)] == [False, True, False]
    assert first_comparable([found], waves) == "2021"
    assert first_comparable([], waves) == "2016"
    assert find_breaks(series("rate", "2016"), ["rate"], waves) == []
    assert find_breaks(pd.DataFrame(), ["rate"], waves) == []


def test_what_moved_most_is_told_from_what_to_what():
    table = {"app": (50.0, 52.0), "sms": (40.0, 31.0), "video": (50.0, 50.2)}
    rows = [
        cell(name, wave, value)
        for name, pair in table.items()
        for wave, value in zip(("2022", "2023"), pair, strict=True)
    ]
    known = cells(pd.DataFrame(rows))
    pairs = {name: (known.cell(name, "2022"), known.cell(name, "2023")) for name in table}
    told = moved_most(pairs.values())
    assert told.en == "item sms moved most, from 40% in 2022 to 31% in 2023"
    assert moved_most([pairs["video"]]) == Text("", "")


@pytest.mark.parametrize("kind", ["parts", "segments"])
def test_alternatives_of_bars_and_dots_tell_the_ends_before_the_list(kind):
    if kind == "parts":
        head = Head("s", Text("一", "One"))
        known = cells(shares(ORDINARY))
        chart = charts.parts(
            known, ["c1", "c2", "c3", "c4", "c5"], TYPES, head, wave="2023", dimension="stratum"
        )
        wanted = (
            "Stacked bars. They differ most in item c5: highest Large banks 100%, lowest Rural banks 0%. "
        )
    else:
        table = pd.concat([medians([5.0, 9.0, 7.0, 6.0]), pd.DataFrame([cell("staff", "2023", 7.0)])])
        chart = charts.segments(cells(table), "staff", TYPES, Head("s"), wave="2023", dimension="stratum")
        wanted = (
            "Dot plot of item staff, 2023: highest Joint-stock banks 9 people, lowest Large banks 5 people. "
            "Group by group: "
        )
    assert chart.alt.en.startswith(wanted)

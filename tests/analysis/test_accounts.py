"""Running text and key messages: what is merged, how sentences open, which findings lead and why."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd
import pytest

from analysis.model import AnalysisError
from analysis.sentences import Account, Candidate, Scoring, account, headline_of, key_message, lead
from analysis.words import Cells, Lexicon, Text

NAN = float("nan")
SCORING = Scoring(
    {"size": 1.0, "novelty": 0.6, "reversal": 0.4, "record": 0.5, "crossing": 0.5, "streak": 0.6},
    {"percentage points": 5.0, "percent": 10.0},
    usual=1.0,
)


@dataclass(frozen=True)
class Measure:
    indicator: str
    unit: str = "%"
    digits: int = 0
    change: str = "percentage points"
    change_digits: int = 0


CODES = ("rate", "speed", "app", "video", "chat", "mail", "calls")
LEXICON = Lexicon(
    {name: Measure(name) for code in CODES for name in (code, f"{code}.members")},
    {code: Text(f"{code}率", f"the {code} rate") for code in CODES},
    facts={
        code: Text(f"{{level}}的单位有{code}", f"{{level}} of members offered {code}")
        for code in ("app", "video", "chat", "mail")
    },
)


def cells_of(**moves):
    """Make cells of 2022 and 2023: by code the two levels, and the interval of the change for all members."""
    estimates, changes = [], []
    for code, (then, now, lower, upper) in moves.items():
        for wave, value in (("2022", then), ("2023", now)):
            estimates.append(
                {
                    "indicator": code, "wave": wave, "dimension": "total", "segment": "all", "estimate": value,
                    "lower": NAN, "upper": NAN, "n": 78, "N": 100,
                    "status": "suppressed" if math.isnan(value) else "released",
                }
            )  # fmt: skip
        for name, bounds in ((code, (NAN, NAN)), (f"{code}.members", (lower, upper))):
            changes.append(
                {
                    "indicator": name, "wave": "2023", "base_wave": "2022", "dimension": "total",
                    "segment": "all", "unit": "percentage points", "comparable": True, "note": "",
                    "change": now - then, "lower": bounds[0], "upper": bounds[1],
                }
            )  # fmt: skip
    return Cells(pd.DataFrame(estimates), LEXICON, pd.DataFrame(changes))


def told(cells, *codes, base="2022"):
    claim = account([Account(cells.cell(code, "2023"), base) for code in codes])
    return claim.plain("en"), claim.plain("zh")


UP, FLAT = (3.0, 9.0), (-2.0, 4.0)


def test_sentences_on_what_moved_open_differently_and_name_the_year_once():
    cells = cells_of(rate=(60, 66, *UP), speed=(50, 56, *UP), calls=(40, 46, *UP))
    en, zh = told(cells, "rate", "speed", "calls")
    assert en == (
        "The rate rate rose to 66% in 2023, 6 percentage points above 2022. "
        "The speed rate rose by 6 percentage points to 56%. "
        "At 46%, the calls rate was 6 percentage points higher than in 2022."
    )
    assert (
        zh
        == "rate率为66%，较上年提高6个百分点。speed率提高6个百分点，达到56%。calls率较上年提高6个百分点，为46%。"
    )


def test_figures_that_did_not_move_are_one_sentence_and_begin_once():
    cells = cells_of(rate=(60, 61, *FLAT), speed=(50, 51, *FLAT), app=(90, 91, *FLAT), video=(50, 51, *FLAT))
    assert (
        told(cells, "rate", "speed")[0]
        == "The rate rate (61%) and the speed rate (51%) show no clear change since 2022."
    )
    assert (
        told(cells, "app", "video")[0]
        == "91% of members offered app and 51% video, with no clear change since 2022."
    )
    assert told(cells, "app", "video")[1] == "91%的单位有app，51%的单位有video，较上年未见明显变化。"


def test_what_moved_comes_before_what_did_not_and_levels_alone_after_it():
    cells = cells_of(app=(90, 91, *FLAT), video=(50, 56, *UP), chat=(20, 21, *FLAT))
    figures = [
        Account(cells.cell("chat", "2023")),
        *(Account(cells.cell(c, "2023"), "2022") for c in ("app", "video")),
    ]
    assert account(figures).plain("en") == (
        "56% of members offered video, 6 percentage points more than in 2022. "
        "91% of members offered app, with no clear change since 2022. 21% of members offered chat."
    )
    assert account([]) is None


def test_a_withheld_figure_is_said_to_be_withheld_and_prints_nothing():
    cells = cells_of(app=(90, NAN, NAN, NAN), video=(50, 56, *UP))
    en, _ = told(cells, "app", "video")
    assert en.endswith("The app rate is withheld to protect the answers of single members.")
    assert "90" not in en


def finding(cells, code, history=(), *, base="2022", respondents=78, **more):
    rows = [(str(2023 - place), value) for place, value in enumerate(reversed(history))]
    series = pd.DataFrame(
        [
            {"indicator": code, "wave": wave, "estimate": value, "break_before": False}
            for wave, value in sorted(rows)
        ],
        columns=["indicator", "wave", "estimate", "break_before"],
    )
    return Candidate(cells.cell(code, "2023"), base, series, respondents, **more)


def test_a_change_counts_by_the_bound_nearer_to_zero_so_that_wide_intervals_do_not_lead():
    cells = cells_of(app=(50, 70, 1.0, 39.0), video=(50, 60, 8.0, 12.0))
    wide, sure = (key_message(finding(cells, code), SCORING) for code in ("app", "video"))
    assert wide.aspects == {"size": pytest.approx(1 / 6, abs=1e-6)}
    assert sure.score > wide.score
    nothing = cells_of(app=(50, 51, *FLAT))
    assert key_message(finding(nothing, "app"), SCORING) is None


@pytest.mark.parametrize(
    ("history", "aspect", "words"),
    [
        ((40, 42, 44, 46, 56), "record", ", the highest since 2019."),
        ((70, 66, 58, 50, 56), "reversal", ", after falling the time before."),
    ],
)
def test_what_makes_a_change_remarkable_is_said(history, aspect, words):
    cells = cells_of(app=(51, 56, 1.0, 9.0))
    message = key_message(finding(cells, "app", history), SCORING)
    assert aspect in message.aspects
    assert message.sentence.plain("en").endswith(words)


def test_a_share_that_passes_one_half_and_a_run_of_years():
    cells = cells_of(app=(46, 56, *UP), rate=(99.2, 99.4, -0.1, 0.3))
    assert key_message(finding(cells, "app"), SCORING).sentence.plain("zh").endswith("，已过半。")
    run = key_message(finding(cells, "rate", (99.1, 99.3, 99.2, 99.4)), SCORING)
    assert run.sentence.plain("en") == "The rate rate was 99%, above 99% for the 4th year in a row."


def test_the_editor_comes_first_and_no_section_fills_the_list():
    cells = cells_of(
        **{code: (50, 60, 9.0 - place, 12.0) for place, code in enumerate(("app", "video", "chat", "mail"))}
    )
    messages = [
        key_message(finding(cells, code, section="channels"), SCORING)
        for code in ("app", "video", "chat", "mail")
    ]
    assert [m.indicator for m in lead(messages, 3, of_a_section=2)] == ["app", "video"]
    chosen = lead(messages, 3, of_a_section=3, first=("mail",), out=("app",))
    assert [m.indicator for m in chosen] == ["mail", "video", "chat"]
    assert headline_of(chosen).plain("en") == "60% of members offered mail; 60% of members offered video"
    assert headline_of([]) is None


def test_relevance_and_base_weigh_the_score():
    cells = cells_of(app=(50, 60, 8.0, 12.0))
    whole = key_message(finding(cells, "app"), SCORING).score
    assert key_message(finding(cells, "app", respondents=156), SCORING).score == pytest.approx(
        whole / 2, abs=1e-6
    )
    half = replace(SCORING, relevance={"app": 0.5})
    assert key_message(finding(cells, "app"), half).score == pytest.approx(whole / 2, abs=1e-6)
    assert key_message(finding(cells, "app"), replace(SCORING, relevance={"app": 0.0})) is None


def test_a_weight_of_no_aspect_is_refused():
    with pytest.raises(AnalysisError, match="aspects among size, novelty"):
        Scoring({"loudness": 1.0}, {})

"""`survey release` works through the checklist of an edition in place."""

from __future__ import annotations

import json

import pytest

NAMES = [
    "every return is used",
    "every query is closed",
    "every document is there",
    "no file was changed by hand",
    "made from the present inputs",
    "the back-test misses no figure",
    "the pages pass the gate",
    "both languages state the same",
    "every link leads somewhere",
    "no member is given away",
]


def test_a_fresh_edition_may_be_released_and_a_tampered_one_not(own_desk, survey):
    words = ("release", "2023", "--programme", "small")
    told = survey(*words, "--json", **own_desk.environment)
    lines = {line["name"]: line for line in json.loads(told.out)}
    assert list(lines) == NAMES
    assert [name for name, line in lines.items() if not line["holds"]] == []
    assert told.status == 0

    page = own_desk.edition / "report.zh.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</main>", "<p>甲银行：93.1%</p></main>"), encoding="utf-8")
    told = survey(*words, **own_desk.environment)
    stopped = [line for line in told.out.splitlines() if line.startswith("STOP")]
    assert told.status == 1
    assert [line[6:].split(":")[0] for line in stopped] == [
        "no file was changed by hand", "the pages pass the gate", "no member is given away",
    ]  # fmt: skip
    assert "甲银行" not in told.out.replace("“甲银行：93.1%”", "")


@pytest.mark.slow
def test_the_edition_of_2023_may_be_released(edition_2023, survey):
    told = survey("release", "2023", "--json", SURVEY_OUTPUT=edition_2023.folder.parents[1])
    lines = {line["name"]: line for line in json.loads(told.out)}
    assert list(lines) == [*NAMES[:-1], "demonstration data are announced", NAMES[-1]]
    assert [name for name, line in lines.items() if line["grave"] and not line["holds"]] == []
    assert told.status == 0


def test_a_wave_that_was_never_published_is_told_how_to(survey, tmp_path):
    told = survey("release", "2022", SURVEY_OUTPUT=tmp_path)
    assert told.status == 2
    assert told.err.strip() == "survey: there is no public edition of 2022 yet; call `survey run 2022` first"

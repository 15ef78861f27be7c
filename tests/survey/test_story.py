"""What people write for a report: read with its faults named, members only with their consent."""

from __future__ import annotations

import pytest

from survey.errors import SurveyError


def test_a_wave_without_a_story_has_an_empty_one(small):
    story = small.programme.story("2023")
    assert (story.foreword, story.themes, story.messages.first) == (None, (), ())


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "foreword: {owner: desk, text: {zh: 前言}}",
            r"story.yaml, line 1.*`foreword.text.en`: this entry is missing",
        ),
        ("foreword: {text: {zh: 前言, en: Word}}", r"`foreword.owner`: this entry is missing"),
        (
            "themes:\n  - {code: calls, claim: {zh: 甲, en: A}, owner: x}\n  - {code: calls, claim: {zh: 乙, en: B}, owner: x}",
            "theme calls stands twice",
        ),
        ("messages: {first: [app], out: [app]}", "app stands under `first` and `out`"),
    ],
)
def test_a_fault_is_named_with_file_and_line(small, written, message):
    (small.folder / "2023" / "story.yaml").write_text(written, encoding="utf-8")
    with pytest.raises(SurveyError, match=message):
        small.programme.story("2023")


def test_a_member_is_named_only_when_it_agreed(small):
    name = next(line.name for line in small.programme.frame.lines)
    case = f'{{owner: desk, state: agreed, text: {{zh: "{name}的做法", en: "What {name} did"}}'
    path = small.folder / "2023" / "story.yaml"
    theme = "themes:\n  - {code: calls, claim: {zh: 甲, en: A}, owner: x, cases: [%s}]}"
    path.write_text(theme % case, encoding="utf-8")
    with pytest.raises(SurveyError, match=r"theme calls, cases 1 names .*not agreed to be named.*cleared"):
        small.programme.story("2023")
    path.write_text(theme % (case + ", cleared: {by: head of centre, date: 2024-05-01}"), encoding="utf-8")
    assert small.programme.story("2023").themes[0].cases[0].cleared.by == "head of centre"

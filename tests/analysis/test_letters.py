"""Letters against R and against what they must say."""

from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.model import ArgumentError
from analysis.tables import assign_letters, letters

# R 4.2.2, multcompView 0.1-8: multcompLetters on 24 random patterns of 3 to 6 segments
VECTORS = pd.read_csv(Path(__file__).parents[1] / "reference" / "letters.csv", keep_default_na=False)


def _apart(row):
    return [tuple(pair.split("-")) for pair in row.apart.split()]


def test_letters_against_r():
    given_, found = [], []
    for row in VECTORS.itertuples():
        given_.append(row.letters)
        found.append(" ".join(assign_letters("abcdef"[: row.segments], _apart(row)).values()))
    unlike = [(r, own) for r, own in zip(given_, found, strict=True) if r != own]
    # in one pattern R leaves a letter that no pair needs
    assert unlike == [("ab c a bc abc bc", "ab c a bc ac bc")]
    assert len(found) == 24


def test_the_pattern_of_three():
    assert assign_letters(["A", "B", "C"], [("B", "C")]) == {"A": "ab", "B": "a", "C": "b"}
    assert assign_letters(["A", "B"], []) == {"A": "a", "B": "a"}
    assert assign_letters([], []) == {}


@given(
    st.integers(1, 7).flatmap(
        lambda k: st.tuples(
            st.just(k), st.sets(st.sampled_from(list(combinations("abcdefg"[:k], 2)) or [()]))
        )
    )
)
def test_two_share_a_letter_just_where_they_are_not_apart(drawn):
    count, apart = drawn
    apart -= {()}
    found = assign_letters("abcdefg"[:count], apart)
    assert all(found.values())
    for a, b in combinations("abcdefg"[:count], 2):
        assert bool(set(found[a]) & set(found[b])) == ((a, b) not in apart)


def test_letters_of_a_comparison_run_from_high_to_low():
    pairs = (
        '[{"a": "city", "b": "large", "lower": -9.0, "upper": -1.0},'
        ' {"a": "city", "b": "rural", "lower": 0.0, "upper": 3.0},'
        ' {"a": "large", "b": "rural", "lower": null, "upper": null}]'
    )
    row = {"pairs": pairs}
    assert letters(row, ["large", "rural", "city"]) == {"large": "a", "rural": "ab", "city": "b"}
    assert letters(row, ["rural", "city"]) == {"rural": "a", "city": "a"}
    assert letters({"pairs": "[]"}) == {}


@pytest.mark.parametrize(
    ("segments", "apart", "message"),
    [
        (["a", "a"], [], "segments: expected each segment once, got a name twice; name each segment once."),
        (
            ["a"],
            [("a", "b")],
            "apart: expected pairs of the segments, got other names; name every segment of a pair.",
        ),
    ],
)
def test_pairs_that_do_not_fit_are_refused(segments, apart, message):
    with pytest.raises(ArgumentError) as caught:
        assign_letters(segments, apart)
    assert str(caught.value) == message

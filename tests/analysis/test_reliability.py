import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.inference import FEW, MARK, SKEWED, changes, estimate, without_marks
from analysis.model import Design, Measure


def _survey(values, members, types=None, wave="2022"):
    names = [f"m{i:04d}" for i in range(members)]
    frame = pd.DataFrame({"wave": wave, "member_id": names, "stratum": types or ["city"] * members})
    heard = pd.DataFrame({"wave": wave, "member_id": names})[~np.isnan(values)]
    rows = heard.assign(indicator="q", asked=True, y=np.asarray(values)[~np.isnan(values)], x=1.0)
    return frame, heard, rows


def _method(values, members, kind="mean", types=None):
    frame, heard, rows = _survey(np.asarray(values, dtype=float), members, types)
    got = estimate(rows, [Measure("q", kind, "members", "")], Design(frame, heard))
    return got["method"].iloc[0]


def _half_heard(values):
    return [*values, *[np.nan] * len(values)]


def test_fewer_than_ten_answers():
    even = np.arange(12.0)
    assert _method(_half_heard(even[:9]), 18).endswith(f"; {FEW}")
    assert MARK not in _method(_half_heard(even[:10]), 20)


@pytest.mark.parametrize(
    ("largest", "doubtful"), [(44.0, False), (50.0, False), (52.0, True), (56.0, True), (60.0, True)]
)
def test_skewness_by_the_rule_of_cochran(largest, doubtful):
    values = np.append(np.arange(29.0), largest)
    assert _method(_half_heard(values), 60).endswith(f"; {SKEWED}") == doubtful
    assert (len(values) < 25 * stats.skew(values) ** 2) == doubtful


def test_a_small_stratum_that_carries_the_error_counts_for_few():
    # 4 of 8 large members differ by thousands, 40 of 80 others by ones
    large, others = [1000.0, 3000.0, 5000.0, 7000.0], list(np.arange(40.0))
    values = [*large, *[np.nan] * 4, *others, *[np.nan] * 40]
    assert _method(values, 88, types=["large"] * 8 + ["city"] * 80).endswith(FEW)


def test_no_doubt_where_all_answered_or_of_a_share():
    assert MARK not in _method([1.0, 2.0, 300.0], 3)
    assert MARK not in _method(_half_heard([1.0, 0.0, 0.0, 0.0]), 8, kind="share")


def test_a_change_is_in_doubt_if_either_wave_is():
    few, many = _half_heard([1.0, 2.0, 4.0, 6.0, 7.0] * 3), _half_heard([1.0, 2.0, 4.0, 6.0, 7.0] * 3)
    few = [v if i < 8 else np.nan for i, v in enumerate(few)]
    parts = [_survey(np.array(v), 30, wave=w) for v, w in ((few, "2022"), (many, "2023"))]
    frame, heard, rows = (pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))
    got = changes(rows, [Measure("q", "mean", "members", "")], Design(frame, heard), [("2022", "2023")])
    assert got["note"].iloc[0] == FEW
    respondents = [Measure("q", "mean", "respondents", "")]
    assert changes(rows, respondents, Design(frame, heard), [("2022", "2023")])["note"].iloc[0] == ""


def test_what_is_published_carries_no_mark():
    """Neither the method of an estimate nor the note of a change; what else they say stays."""
    texts = pd.Series([f"linearisation, t(8); {FEW}", SKEWED, f"a; {SKEWED}; strata joined: x", "b"])
    assert without_marks(texts).tolist() == ["linearisation, t(8)", "", "a; strata joined: x", "b"]

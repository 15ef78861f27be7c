import pandas as pd

from analysis.inference import FEW, SKEWED
from analysis.pieces import html_of, narrow_intervals
from analysis.words import Text


class _Names:
    """Stand for the lexicon: a name for a code."""

    def name(self, indicator):
        return Text(f"{indicator}名", f"<{indicator}>")


def _told(methods, notes, base_wave="2022"):
    keys = {"wave": "2023", "dimension": "total", "segment": "all"}
    estimates = pd.DataFrame([{"indicator": f"{i}.members", "method": m, **keys} for i, m in methods.items()])
    changes = pd.DataFrame(
        [{"indicator": f"{i}.members", "note": n, "base_wave": "2022", **keys} for i, n in notes.items()],
        columns=["indicator", "note", "base_wave", *keys],
    )
    return narrow_intervals(estimates, changes, _Names(), list(methods), wave="2023", base_wave=base_wave)


def test_marks_are_gathered_with_what_and_why():
    told = _told(
        {"a": f"linearisation, t(8); {FEW}", "b": "linearisation, t(70)", "c": f"x; {SKEWED}"},
        {"a": FEW, "b": f"strata joined: x; {SKEWED}", "c": ""},
    )
    assert html_of(told, "en") == (
        '<aside class="warning"><p>Told of all members, the intervals of these indicators may be too narrow; leave a margin when judging by them.</p>'
        "<ul><li>&lt;a&gt; (level and change): the error rests on fewer than ten answers</li>"
        "<li>&lt;b&gt; (change): skewed values, on which a few members weigh heavily</li>"
        "<li>&lt;c&gt; (level): skewed values, on which a few members weigh heavily</li></ul></aside>"
    )
    assert html_of(told, "zh") == (
        '<aside class="warning"><p>以下指标推及全体成员时，区间可能偏窄，判断时宜留有余地。</p>'
        "<ul><li>a名（水平、变化）：误差只靠不足十家单位的答案得出</li>"
        "<li>b名（变化）：各单位的数值偏斜，少数单位影响较大</li>"
        "<li>c名（水平）：各单位的数值偏斜，少数单位影响较大</li></ul></aside>"
    )


def test_nothing_is_said_where_nothing_is_marked():
    assert _told({"a": "linearisation, t(70)"}, {"a": ""}) is None


def test_the_first_wave_has_no_changes():
    assert _told({"a": "x"}, {"a": FEW}, base_wave=None) is None

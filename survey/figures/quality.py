"""What the quality chapter tells: response, files, findings, edits, item non-response.

Every function returns a frame whose words are texts in both languages; counts alone, no member and no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analysis.inference import estimate
from analysis.model import Design
from analysis.words import Lexicon, Text
from survey.editing import NONRESPONSE, WITH_VALUE
from survey.figures.backtest import backtest
from survey.figures.measurements import measure_wave
from survey.intake import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from survey.figures.figures import Figures

__all__ = [
    "QUALITY",
    "WITHHELD",
    "balance",
    "described",
    "edit_rates",
    "editing_effects",
    "edits",
    "effects",
    "files",
    "findings",
    "heaping",
    "item_nonresponse",
    "panel",
    "query_states",
    "rates",
    "response_by_type",
    "verdicts",
]

# What editing did: to the answers rule by rule, and to every estimate (raw against edited).
#
# The rates are those of the Generic Statistical Data Editing Model (UNECE 2019): of the members a rule could
# be evaluated for, how many failed it; of the answers that failed, how many were changed and how many
# imputed. The effect on an estimate is told only where no single member's correction can be read off it.


WITHHELD = "[c]"
CHANGED = ("null", "correct")
DUST = 1e-9


def rates(figures: Figures) -> pd.DataFrame:
    """Return by rule of the wave: how often it failed and what became of the answers.

    Returns
    -------
    rule, severity, evaluated (members), failed (members, before any reply), failure_rate, answers (that
    failing members gave to it), changed, change_rate, imputed, imputation_rate; rates in per cent, NaN of
    nothing.
    """
    clean = figures.clean[figures.wave]
    asked = clean.queries
    rule_of = dict(zip(asked["query_id"], asked["rule"], strict=True))
    ledger = clean.ledger.assign(rule=clean.ledger["rule"].map(lambda rule: rule_of.get(rule, rule)))
    rows = []
    for edit in clean.edits.to_dict("records"):
        own = asked[asked["rule"] == edit["rule"]]
        failed = own["member_id"].nunique()
        answers = sum(len(items.split("; ")) for items in own["items"])
        done = ledger[ledger["rule"] == edit["rule"]]
        changed = done[done["action"].isin(CHANGED)].drop_duplicates(["member_id", "question", "option"])
        imputed = int((done["action"] == "impute").sum())
        rows.append(
            (edit["rule"], edit["severity"], edit["evaluated"], failed, _part(failed, edit["evaluated"]),
             answers, len(changed), _part(len(changed), answers), imputed, _part(imputed, answers))
        )  # fmt: skip
    names = [
        "rule", "severity", "evaluated", "failed", "failure_rate", "answers", "changed", "change_rate",
        "imputed", "imputation_rate",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _part(count: int, of: int) -> float:
    return 100 * count / of if of else float("nan")


@dataclass(frozen=True)
class _Sides:
    """The measurements of a wave before and after editing."""

    raw: pd.DataFrame
    edited: pd.DataFrame


def effects(figures: Figures, dimensions: tuple[str, ...] = ("total",)) -> pd.DataFrame:
    """Hold each released estimate of the wave against what the answers as reported would have given.

    Returns
    -------
    DataFrame, greatest effect first: indicator, dimension, segment, raw, edited, difference (in percentage
    points of a per cent, else per cent of the edited figure), members (whose answers to it editing changed),
    open (bool: at least the policy's minimum of members, none of which makes up more than its share of the
    change; only such an effect may be published). Estimates that editing left alone have no row.
    """
    sides = _sides(figures)
    measures = [m for m in figures.measures.values() if m.source in set(sides.edited["indicator"])]
    known = figures.frame["wave"] == figures.wave
    answered = figures.respondents["wave"] == figures.wave
    programme = figures.programme
    design = Design(
        figures.frame[known],
        figures.respondents[answered],
        stratum=programme.stratum,
        level=programme.settings.level,
    )
    raw, edited = (estimate(side, measures, design, dimensions) for side in (sides.raw, sides.edited))
    keys = ["indicator", "wave", "dimension", "segment"]
    both = edited[[*keys, "estimate", "unit"]].merge(raw[[*keys, "estimate"]], on=keys, suffixes=("", "_raw"))
    status = figures.estimates[[*keys, "status"]]
    both = both.merge(status[status["status"] == "released"], on=keys)
    both = both[(both["estimate"] - both["estimate_raw"]).abs() > DUST * both["estimate"].abs()]
    rows = [_effect(figures, sides, row) for row in both.to_dict("records")]
    names = ["indicator", "dimension", "segment", "raw", "edited", "difference", "members", "open"]
    table = pd.DataFrame(rows, columns=names)
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _sides(figures: Figures) -> _Sides:
    clean = figures.clean[figures.wave]
    indicators = figures.programme.indicators.values()
    raw = measure_wave(clean.intake.responses, figures.questionnaire, indicators)
    edited = figures.measurements[figures.measurements["wave"] == figures.wave]
    return _Sides(raw, edited)


def _effect(figures: Figures, sides: _Sides, row: dict[Hashable, Any]) -> tuple[object, ...]:
    now, before = float(str(row["estimate"])), float(str(row["estimate_raw"]))
    measure = figures.measures[str(row["indicator"])]
    points = measure.change == "percentage points"
    difference = now - before if points else 100 * (now - before) / now if now else float("nan")
    parts = _parts(sides, measure.source)
    rules = figures.programme.settings.disclosure
    several = len(parts) >= rules.minimum_base
    shared = bool(parts.max() <= rules.dominance_share * parts.sum()) if len(parts) else False
    return (
        row["indicator"], row["dimension"], row["segment"], before, now, difference, len(parts),
        several and shared,
    )  # fmt: skip


def _parts(sides: _Sides, source: str) -> pd.Series:
    """Return by member how far editing moved its answers to an indicator; members left alone have no row."""
    raw, edited = (
        side[side["indicator"] == source].set_index("member_id")[["asked", "y", "x"]].astype(float)
        for side in (sides.raw, sides.edited)
    )
    raw = raw.reindex(edited.index)
    numbers = ["y", "x"]
    moved = (edited[numbers].fillna(0.0) - raw[numbers].fillna(0.0)).abs().sum(axis=1)
    # an answer may also have gone, or no longer apply, which moves the weights of the others
    differs = (edited.isna() != raw.isna()).any(axis=1) | (edited["asked"] != raw["asked"])
    return moved[(moved > 0) | differs]


STATUS = {
    "used": Text("采用", "Used"),
    "superseded": Text("被更晚的填报替代", "Replaced by a later return"),
    "rejected": Text("无法采用", "Could not be used"),
}
FINDINGS = {
    "return_unreadable": Text("文件无法打开", "File cannot be opened"),
    "return_linked": Text("文件是链接", "File is a link"),
    "form_unknown": Text("不是本次调查的问卷", "Not a form of this survey"),
    "form_old": Text("使用往年问卷", "Returned on an earlier form"),
    "member_unknown": Text("机构不在名单中", "Member not in the frame"),
    "member_near": Text("机构名称只是相近", "Name only similar to a member's"),
    "member_elsewhere": Text("机构不属本期", "Member of other waves"),
    "member_contradicts": Text("机构编号与名称不一致", "Member code and name contradict"),
    "respondent_unnamed": Text("未写编号或名称", "Neither number nor name"),
    "member_by_core_name": Text("按主体名称认定机构", "Member told by the main part of its name"),
    "column_unknown": Text("未知的列", "Unknown column"),
    "formula_in_answer": Text("答案为公式", "Answer is a formula"),
    "comment_on_cell": Text("单元格有批注", "Comment on a cell"),
    "return_superseded": Text("有更晚的填报", "A later return exists"),
    "return_repeated": Text("重复填报", "Return sent twice"),
    "type_mismatch": Text("填报类型与名单不符", "Reported type differs from the frame"),
    "number_unreadable": Text("不是数字", "Not a number"),
    "number_not_whole": Text("应为整数", "Not a whole number"),
    "number_not_exact": Text("不是确切数字", "Not an exact number"),
    "number_unclear": Text("数字写法有歧义", "Number can be read two ways"),
    "unit_wrong": Text("单位与题目不符", "Unit is not the one asked for"),
    "unit_unclear": Text("单位无法判断", "Unit cannot be told"),
    "option_unclear": Text("选项不明确", "Option can be read two ways"),
    "option_unknown": Text("不是选项", "Not an option"),
    "date_unclear": Text("日期有歧义", "Date can be read two ways"),
    "date_unreadable": Text("不是日期", "Not a date"),
    "note_in_cell": Text("答案旁有附注", "Note beside an answer"),
    "extra_sheet": Text("多出的工作表", "Extra sheet"),
}
SEVERITY = {"hard": Text("硬性", "Hard"), "soft": Text("提示", "Soft")}
STATES = {
    "open": Text("待发出", "To be sent"),
    "sent": Text("已发出", "Sent"),
    "answered": Text("已答复，尚未解决", "Answered, not settled"),
    "closed": Text("已解决", "Settled"),
}
VERDICTS = {
    "attained": Text("一致", "attained"),
    "impossible": Text("不可能", "impossible"),
    "missed": Text("未达", "missed"),
}


def response_by_type(figures: Figures, lexicon: Lexicon) -> pd.DataFrame:
    """Return members, respondents and weight of each stratum."""
    stratum = figures.programme.stratum
    frame = figures.frame[figures.frame["wave"] == figures.wave]
    answered = figures.respondents[figures.respondents["wave"] == figures.wave].merge(frame)
    rows = []
    for code in figures.programme.strata:
        members, respondents = int((frame[stratum] == code).sum()), int((answered[stratum] == code).sum())
        weight = members / respondents if respondents else float("nan")
        rows.append((lexicon.segment(code), members, respondents, weight))
    return pd.DataFrame(rows, columns=["segment", "members", "respondents", "weight"])


def panel(figures: Figures) -> pd.DataFrame:
    """Return by wave: members, returns, those that answered the wave before too, changes of type."""
    stratum, rows = figures.programme.stratum, []
    answered, before, types_before = figures.respondents, set[str](), dict[str, str]()
    for wave in figures.waves:
        frame = figures.frame[figures.frame["wave"] == wave].set_index("member_id")[stratum]
        now = set(answered.loc[answered["wave"] == wave, "member_id"])
        types = {str(member): str(kind) for member, kind in frame.items()}
        moved = sum(types_before.get(member, kind) != kind for member, kind in types.items())
        rows.append((wave, len(types), len(now), len(now & before), moved))
        before, types_before = now, types
    return pd.DataFrame(rows, columns=["wave", "members", "respondents", "both", "moved"])


def files(figures: Figures) -> pd.DataFrame:
    """Return the number of files by what became of them."""
    status = figures.clean[figures.wave].intake.returns["status"]
    return _counted(status, STATUS, "status")


def findings(figures: Figures) -> pd.DataFrame:
    """Return the number of findings by kind."""
    assert set(FINDINGS) == set(CATALOGUE)  # noqa: S101 - two halves of one list
    return _counted(figures.clean[figures.wave].intake.findings["code"], FINDINGS, "finding")


def _counted(values: pd.Series, words: Mapping[str, Text], name: str) -> pd.DataFrame:
    counts = values.value_counts()
    rows = [(text, int(counts[code])) for code, text in words.items() if code in counts]
    return pd.DataFrame(rows, columns=[name, "count"])


def edits(figures: Figures) -> pd.DataFrame:
    """Return each edit rule with its severity, where it could be evaluated and where it failed."""
    rows = [
        (_rule_label(figures, edit["rule"]), SEVERITY[edit["severity"]], edit["evaluated"], edit["failed"])
        for edit in figures.clean[figures.wave].edits.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["rule", "severity", "evaluated", "failed"])


def _rule_label(figures: Figures, rule: str) -> Text:
    if rule.startswith("range "):
        wording = figures.questionnaire.by_code[rule.removeprefix("range ")].text
        return Text(f"取值范围：{wording.zh}", f"Range: {wording.en}")
    own = {one.id: one.message for one in figures.questionnaire.rules}
    message = (own | dict(figures.questionnaire.edits.messages))[rule]
    return Text(message.zh, message.en)


def edit_rates(figures: Figures) -> pd.DataFrame:
    """Return each edit rule with its failure, change and imputation rates, as the returns came in."""
    table = rates(figures)
    return table.assign(
        rule=table["rule"].map(lambda rule: _rule_label(figures, rule)),
        severity=table["severity"].map(SEVERITY),
        **{name: table[name].astype(object).where(table[name].notna(), "—") for name in RATES},
    )


RATES = ("failure_rate", "change_rate", "imputation_rate")


def query_states(figures: Figures) -> pd.DataFrame:
    """Return the number of queries by what became of them, and of answers imputed."""
    clean = figures.clean[figures.wave]
    imputed = clean.ledger["action"][clean.ledger["action"] == "impute"]
    words = STATES | {"impute": Text("截止后插补的答案", "Answers imputed after the cut-off")}
    return _counted(pd.concat([clean.queries["state"], imputed]), words, "state")


def editing_effects(figures: Figures, lexicon: Lexicon, most: int = 8) -> pd.DataFrame:
    """Return the estimates that editing moved most, raw against edited, in relative terms.

    The size of an effect is withheld where it would tell of a single member's correction.
    """
    table = effects(figures).head(most)
    points, percent = Text("百分点", "percentage points"), Text("%", "%")
    units = [
        points if figures.measures[code].change == "percentage points" else percent
        for code in table["indicator"]
    ]
    shown = table["difference"].astype(object).where(table["open"], WITHHELD)
    names = table["indicator"].map(lambda code: lexicon.name(code.removesuffix(".members")))
    whom = table["indicator"].map(lambda code: ESTIMANDS[code.endswith(".members")])
    return pd.DataFrame(
        {
            "indicator": names,
            "estimand": whom,
            "difference": shown,
            "unit": units,
            "members": table["members"],
        }
    )


ESTIMANDS = {False: Text("答卷单位", "Respondents"), True: Text("全体成员", "All members")}


def heaping(figures: Figures) -> pd.DataFrame:
    """Return by question how many of the numbers reported are round: of few leading digits."""
    rule = figures.questionnaire.edits.heaping
    responses = figures.clean[figures.wave].responses
    rows = []
    for code in rule.questions if rule else ():
        own = responses[(responses["question"] == code) & responses["status"].isin(WITH_VALUE)]
        digits = [len(value.lstrip("-").replace(".", "").strip("0")) for value in own["value"]]
        wording = figures.questionnaire.by_code[code].text
        if rule and len(own) >= figures.programme.settings.disclosure.minimum_base:
            round_ones = sum(count <= rule.digits for count in digits)
            rows.append((Text(wording.zh, wording.en), len(own), round_ones, 100 * round_ones / len(own)))
    return pd.DataFrame(rows, columns=["question", "numbers", "round", "share"])


def balance(figures: Figures) -> pd.DataFrame:
    """Return the balance of cells: raw = parsed + findings, clean = parsed - nulled + corrected."""
    clean = figures.clean[figures.wave]
    cells, parsed = clean.intake.cells["disposition"], clean.intake.responses["status"].isin(WITH_VALUE)
    values = clean.responses["status"].isin(WITH_VALUE)
    corrected = clean.responses["status"] == "corrected"
    kept = int((values & ~corrected).sum())
    rows = [
        (Text("有内容的单元格", "Cells with content"), len(cells)),
        (Text("其中：读入", "of which parsed"), int((cells == "parsed").sum())),
        (Text("其中：列为问题", "of which findings"), int((cells == "finding").sum())),
        (Text("读入后有值的答案", "Answers with a value after reading"), int(parsed.sum())),
        (Text("审核中删除", "less: nulled in editing"), int(parsed.sum()) - kept),
        (Text("更正后填入", "plus: corrected"), int(corrected.sum())),
        (Text("清理后有值的答案", "Answers with a value after cleaning"), int(values.sum())),
    ]
    return pd.DataFrame(rows, columns=["step", "count"])


def item_nonresponse(figures: Figures) -> pd.DataFrame:
    """Return the items that were asked and not answered, most missed first; free texts are left out."""
    responses = figures.clean[figures.wave].responses
    asked = responses[responses["status"] != "not_applicable"]
    rows = []
    for item in figures.questionnaire.items:
        question = figures.questionnaire.by_code[item.question]
        own = asked[(asked["question"] == item.question) & (asked["option"] == item.option)]
        missing = int(own["status"].isin(NONRESPONSE).sum())
        if missing and question.type != "text":
            option = next((o for o in question.options if o.code == item.option), None)
            zh = f"{question.text.zh}:{option.zh}" if option else question.text.zh
            en = f"{question.text.en}: {option.en}" if option else question.text.en
            rows.append((Text(zh, en), len(own), missing))
    rows.sort(key=lambda row: -row[2])
    return pd.DataFrame(rows, columns=["item", "asked", "missing"])


def verdicts(tested: pd.DataFrame) -> pd.DataFrame:
    """Return the number of printed figures by verdict, every verdict listed."""
    counts = tested["verdict"].value_counts()
    rows = [(text, int(counts.get(code, 0))) for code, text in VERDICTS.items()]
    return pd.DataFrame(rows, columns=["verdict", "count"])


def described(tested: pd.DataFrame) -> pd.DataFrame:
    """Return a back-test with its names, verdicts and reasons as texts in both languages."""

    def both(zh: str, en: str) -> pd.Series:
        pairs = zip(tested[zh], tested[en], strict=True)
        return pd.Series([Text(*pair) for pair in pairs], tested.index, dtype=object)

    return tested.assign(
        indicator=both("label_zh", "label_en"),
        segment=both("segment", "segment_en"),
        verdict=tested["verdict"].map(VERDICTS),
        reason=both("reason_zh", "reason"),
        computed=tested["computed"].replace("", "—"),
    ).reset_index(drop=True)


def _tested(figures: Figures) -> pd.DataFrame:
    """Return the back-test of a wave's figures, computed once for the frames that show it."""
    kept = figures.kept
    if "backtest" not in kept:
        kept["backtest"] = backtest(figures)
    return kept["backtest"]


#: The frames that a chapter on the quality of the data can show, by name.
QUALITY: Final[Mapping[str, Callable[[Figures, Lexicon], pd.DataFrame]]] = MappingProxyType(
    {
        "response": response_by_type,
        "panel": lambda figures, _: panel(figures),
        "files": lambda figures, _: files(figures),
        "findings": lambda figures, _: findings(figures),
        "edits": lambda figures, _: edit_rates(figures),
        "queries": lambda figures, _: query_states(figures),
        "balance": lambda figures, _: balance(figures),
        "effects": editing_effects,
        "heaping": lambda figures, _: heaping(figures),
        "nonresponse": lambda figures, _: item_nonresponse(figures),
        "verdicts": lambda figures, _: verdicts(_tested(figures)),
        "backtest": lambda figures, _: described(_tested(figures)),
        "impossible": lambda figures, _: described(_tested(figures).query("verdict != 'attained'")),
    }
)

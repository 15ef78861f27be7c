"""What publishing again changes: which printed figures, by how much, and why.

A figure is revised where it prints another way than when it was first published. The edition in place is what
was published before; it hands on how a figure first appeared, so that a revision stays marked however often
the wave is published again.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.words import Text, estimate_key, estimate_text, wave_text
from survey.edition.folder import edition_folder
from survey.edition.manifest import definition_marks, edition_inputs, input_facts, kit_version
from survey.errors import PublicationError
from survey.figures import loosened_rules, moved_answers, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from analysis.words import Lang, Lexicon
    from survey.edition.manifest import Request
    from survey.figures import Figures, Publication
    from survey.notebooks.parameters import Edition

__all__ = [
    "REVISIONS",
    "Former",
    "check_policy",
    "check_small_revision",
    "read_former",
    "reprinted_keys",
    "revised_keys",
    "revision_note",
    "revisions",
    "revisions_since",
]

KEYS = ["indicator", "wave", "dimension", "segment"]
REVISIONS = (*KEYS, "unit", "first", "former", "now", "change", "reason_zh", "reason_en")
_Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Former:
    """The edition in place: its estimates, what it had revised itself, and what it was made from."""

    estimates: pd.DataFrame
    revisions: pd.DataFrame
    manifest: Mapping[str, Any]


def read_former(folder: Path) -> Former | None:
    """Read the edition that a run is to replace; None where there is none, or none that is whole."""
    estimates, manifest = folder / "data" / "estimates.csv", folder / "manifest.json"
    if not (estimates.is_file() and manifest.is_file()):
        return None
    told = json.loads(manifest.read_text(encoding="utf-8"))
    if "definitions" not in told.get("parameters", {}):
        return None  # made before editions told what they rest on
    words = dict.fromkeys(["indicator", "wave", "dimension", "segment", "status"], "str")
    earlier = folder / "data" / "revisions.csv"
    kept = pd.read_csv(earlier, dtype=words) if earlier.is_file() else pd.DataFrame(columns=list(REVISIONS))
    return Former(pd.read_csv(estimates, dtype=words), kept, told)


def revisions_since(figures: Figures, output: Path, edition: Edition) -> pd.DataFrame:
    """Return the revisions of a wave against the edition in place below `output`."""
    former = read_former(edition_folder(output, figures.wave, edition))
    return revisions(former, figures, edition) if former else pd.DataFrame(columns=list(REVISIONS))


def revisions(former: Former, figures: Figures, edition: Edition) -> pd.DataFrame:
    """Find the figures that print another way than when they were first published.

    Parameters
    ----------
    former : Former
    figures : Figures
    edition : {"public", "internal"}

    Returns
    -------
    DataFrame
        Key, unit, the figure as first published, as published last and as it is now (missing where withheld),
        the change since it was published last, and the reasons in both languages: definitions, settings,
        corrections, returns, frame, rules, method, as far as they bear on it. A figure withheld now is listed
        once and without the numbers it was published with: they would be published again.
    """
    demonstration = figures.questionnaire.demonstration is not None
    if bool(former.manifest.get("demonstration")) != demonstration:
        return pd.DataFrame(columns=list(REVISIONS))  # invented figures are not revised by real ones
    lexicon = words_of(figures)
    before, now = _values(former.estimates), _values(figures.estimates)
    kept = {_key(row): row for row in former.revisions.to_dict("records")}
    why = _Reasons(former, figures, edition)
    rows = []
    for key in [key for key in now if key in before and key[0] in lexicon.measures]:
        first = float(kept[key]["first"]) if key in kept else before[key]
        printed = [_printed(value, lexicon, key) for value in (first, before[key], now[key])]
        if printed[2] == printed[0]:
            continue
        withheld = math.isnan(now[key])
        if printed[2] == printed[1]:
            if not withheld:
                rows.append(kept[key])
            continue
        figures_then = (math.nan, math.nan) if withheld else (first, before[key])
        unit = lexicon.unit(key[0], key[1]).key
        change = round(now[key] - before[key], lexicon.measure(key[0]).digits)  # of figures as printed
        row = (*key, unit, *figures_then, now[key], change, *why.of(key))
        rows.append(dict(zip(REVISIONS, row, strict=True)))
    return pd.DataFrame(rows, columns=list(REVISIONS))


def revised_keys(table: pd.DataFrame) -> frozenset[str]:
    """Return the keys of revised estimates."""
    return frozenset(
        estimate_key(row["wave"], row["indicator"], row["dimension"], row["segment"])
        for row in table.to_dict("records")
    )


def reprinted_keys(figures: Figures, tested: pd.DataFrame) -> frozenset[str]:
    """Return the keys of estimates that an earlier report printed otherwise.

    Parameters
    ----------
    figures : Figures
    tested : DataFrame
        The back-test: figures that no answers can give, or that ours do not.
    """
    places, known = figures.programme.settings.ledger_segments, set(figures.indicators)
    differing = tested[tested["verdict"].isin(["impossible", "missed"]) & tested["indicator"].isin(known)]
    return frozenset(
        estimate_key(figures.wave, row["indicator"], *places[row["segment"]].split("/"))
        for row in differing.to_dict("records")
    )


def revision_note(table: pd.DataFrame, figures: Figures, lang: Lang) -> str:
    """Write the note that goes with a wave published again, as Markdown: what changed, by how much, why."""
    zh, lexicon = lang == "zh", words_of(figures)
    title = getattr(figures.programme.settings.title, lang)
    wave = wave_text(figures.wave).in_(lang)
    lines = [f"# {title}（{wave}）：修订说明" if zh else f"# {title}, {wave}: note on revisions", ""]
    if announced := figures.questionnaire.demonstration:
        lines += [f"> {getattr(announced, lang)}", ""]
    lines += [
        f"自首次公布以来，有{len(table)}个数字的印出值不同，报告和表格中以 [r] 标出。"
        if zh
        else f"{len(table)} figures print another way than when they were first published; report and tables "
        "mark them [r].",
        "",
    ]
    heads = ("指标", "年度", "范围", "首次公布", "上次公布", "现为", "原因") if zh else (
        "Indicator", "Wave", "Segment", "First published", "Published last", "Now", "Why",
    )  # fmt: skip
    lines += ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for row in table.to_dict("records"):
        name = lexicon.subject(row["indicator"]).in_(lang).rstrip(",")
        segment = lexicon.segment(row["segment"]).in_(lang)
        shown = (
            _printed(float(row[column]), lexicon, _key(row)).in_(lang)
            for column in ("first", "former", "now")
        )
        cells = (name, row["wave"], segment, *shown, row[f"reason_{lang}"])
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _key(row: Mapping[Any, Any]) -> _Key:
    indicator, wave, dimension, segment = (str(row[name]) for name in KEYS)
    return indicator, wave, dimension, segment


def _values(estimates: pd.DataFrame) -> dict[_Key, float]:
    """Take every cell that was ever told, missing where it is withheld."""
    told = estimates[estimates["status"] != "empty"]
    return {
        _key(row): float(row["estimate"]) if row["status"] == "released" else math.nan
        for row in told.to_dict("records")
    }


def _printed(value: float, lexicon: Lexicon, key: _Key) -> Text:
    return Text.same("[c]") if math.isnan(value) else estimate_text(value, lexicon, key[0], key[1])


class _Reasons:
    """Why figures differ: which inputs of the edition in place have changed since, by wave and indicator."""

    def __init__(self, former: Former, figures: Figures, edition: Edition) -> None:
        self._figures = figures
        self._code = figures.programme.code
        told = former.manifest["inputs"]
        present = {name: input_facts(name, path) for name, path in edition_inputs(figures, edition).items()}
        names = told.keys() | present.keys()
        own = {name for name in names if name.startswith(f"{self._code}/")}
        self._changed = {name for name in own if told.get(name) != present.get(name)}
        marks, then = definition_marks(figures.programme), former.manifest["parameters"]["definitions"]
        self._redefined = {code for code, mark in marks.items() if then.get(code) != mark}
        self._method = former.manifest["versions"].get("member-survey-kit") != kit_version()

    def of(self, key: _Key) -> tuple[str, str]:
        """Give the reasons that bear on a figure, in both languages."""
        found = list(self._found(key[0].removesuffix(".members"), key[1]))
        found = found or [Text("原因未能由输入文件查明", "no input is known to have changed")]
        return "；".join(reason.zh for reason in found), "; ".join(reason.en for reason in found)

    def _found(self, indicator: str, wave: str) -> Iterator[Text]:
        place = f"{self._code}/{wave}"
        if indicator in self._redefined:
            yield Text("指标定义已修改", "the indicator's definition was changed")
        if f"{place}/corrections.csv" in self._changed or self._any(f"{place}/replies"):
            count = self._corrections(indicator, wave)
            yield Text(f"更正答案（涉及本指标{count}处）", f"answers corrected ({count} that bear on it)")
        if self._any(f"{place}/returns"):
            yield Text("答卷有增补、更换或撤回", "returns added, replaced or withdrawn")
        if f"{place}/questionnaire.yaml" in self._changed:
            yield Text("问卷或审核规则已修改", "questionnaire or edit rules changed")
        if f"{self._code}/programme.yaml" in self._changed:
            yield Text(
                "项目设置（如保密规则）已修改", "settings of the programme, such as disclosure, changed"
            )
        if f"{self._code}/members.csv" in self._changed:
            yield Text("成员名单已修改", "the list of members was changed")
        if self._method:
            yield Text("计算方法随工具包版本更新", "method changed with the kit's version")

    def _any(self, start: str) -> bool:
        return any(name.startswith(start) for name in self._changed)

    def _corrections(self, indicator: str, wave: str) -> int:
        """Count the corrections and replies of a wave that concern the questions of an indicator."""
        ledger = self._figures.clean[wave].ledger
        questions = self._figures.programme.indicators[indicator].names
        items = ledger["question"].where(ledger["option"] == "", ledger["question"] + "." + ledger["option"])
        made = ledger["step"].isin(["correction", "reply"]) & (ledger["action"] != "query")
        return int((made & (items.isin(questions) | ledger["question"].isin(questions))).sum())


def check_small_revision(figures: Figures, request: Request) -> None:
    """Refuse to publish anew where the difference to an earlier edition is the answer of a few members.

    Raises
    ------
    PublicationError
        With the figures that would tell together, and the choices.
    """
    if request.edition != "public" or request.revision == "withhold":
        return
    least = figures.policy.revision_base
    for publication in figures.published:
        moved = moved_answers(publication, figures)
        few = moved[moved["members"] < least].sort_values(["wave", "indicator"])
        few = few[[_was_shown(publication, figures, row) for row in few.itertuples()]]
        if len(few):
            first = few.iloc[0]
            key = estimate_key(first["wave"], first["indicator"])
            raise PublicationError(
                f"Since an edition of {publication.wave} was published, the answers of fewer than {least} "
                f"members have changed behind {len(few)} of its indicators: {key} as published then and as "
                f"it would be published now, taken together, give their answers away. Wait until {least} "
                "members or more have answered or corrected theirs and publish all at once; or publish with "
                f"those figures withheld: `survey run {request.wave} --revision withhold`; or, if that "
                f"edition was never given out, forget it: `survey run {request.wave} --revision forget`."
            )


def check_policy(figures: Figures, edition: Edition) -> None:
    """Refuse to publish under a policy that is weaker than that of an earlier edition without a dated reason.

    Raises
    ------
    PublicationError
        With the rule and the way out.
    """
    for publication in figures.published if edition == "public" else ():
        if rules := loosened_rules(publication, figures):
            more = f" and {len(rules) - 1} more rules" if len(rules) > 1 else ""
            raise PublicationError(
                f"programme.yaml, disclosure: {rules[0]}{more} protects less than when an edition of "
                f"{publication.wave} was published, and members answered under that promise. Put the old "
                "value back, or give the reason under disclosure: loosened: [{rule: …, author: …, date: …, "
                "because: …}]."
            )


def _was_shown(publication: Publication, figures: Figures, row: Any) -> bool:
    """Say whether any figure of an indicator was shown in a wave."""
    own = {name for name, measure in figures.measures.items() if measure.source == row.indicator}
    return any(cell[0] in own and cell[1] == row.wave for cell in publication.shown)

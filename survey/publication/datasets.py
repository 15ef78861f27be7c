"""Write the data of an edition: the books of tables, the CSV files, and what describes these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from analysis.columns import CHANGE_TEXTS, COMPARISON_TEXTS, ESTIMATE_TEXTS, Described
from analysis.formatting import Text
from survey.production.figures import CROSSED
from survey.publication.book import printable
from survey.publication.csv_metadata import DataFile, csv_metadata
from survey.publication.glossary import definitions
from survey.publication.ods import write_ods
from survey.publication.sheets import csv_frames
from survey.publication.workbook import lay_out
from survey.publication.xlsx import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.formatting import Lexicon
    from survey.production.figures import Figures
    from survey.publication.front import FrontMatter
    from survey.publication.workbook import SheetTable

__all__ = ["bulletin_files", "inert", "wave_files", "write_books", "write_data"]

_STARTS = re.compile(r"[=@\t\r\n+\-]")
#: A signed number, with a per cent sign, a Chinese unit and a Chinese remark at most: nothing of it can run.
_SIGNED = re.compile(r"[+\-]\d[\d.,]*(?:e[+\-]?\d+)?\s*[%％]?\s*[\u2e80-\uffef]*(?:\([\u2e80-\uffef]*\))?", re.I)

_BACKTEST = {
    "indicator": Described(
        Text("印发项目", "Printed item"),
        Text(
            "印发数字的代码；以 .change 结尾的是随之印发的变化",
            "code of the printed figure; one ending in .change is the change printed beside it",
        ),
        required=True,
    ),
    "segment": Described(
        Text("印发的范围", "Printed scope"), Text("印发时所称范围", "whom the print speaks of"), required=True
    ),
    "published": Described(Text("印发值", "Printed"), Text("印发的数字与单位", "figure and unit as printed"), required=True),
    "computed": Described(
        Text("计算值", "Computed"), Text("由答卷算得，无从计算时为空", "from the returns; empty where there is none")
    ),
    "verdict": Described(
        Text("结果", "Verdict"),
        Text(
            "attained 一致，impossible 任何答卷都不可能得出，missed 可能而未得出",
            "attained, impossible (no returns could give it) or missed (they could and do not)",
        ),
        required=True,
    ),
    "reason": Described(Text("理由", "Reason"), Text("算式或原因（英文）", "arithmetic or cause")),
}
_INDICATORS = {
    "indicator": Described(
        Text("指标", "Indicator"), Text("指标代码", "code of the indicator"), required=True
    ),
    "describes": Described(
        Text("描述对象", "Describes"),
        Text("respondents 答卷单位，members 全体成员", "respondents, or members (all of them)"),
        required=True,
    ),
    "label_zh": Described(Text("中文名称", "Chinese name"), Text("中文名称", "its name in Chinese"), required=True),
    "label_en": Described(Text("英文名称", "English name"), Text("英文名称", "its name in English"), required=True),
    "definition_zh": Described(
        Text("中文定义", "Chinese definition"), Text("中文定义", "what it is, in Chinese"), required=True
    ),
    "definition_en": Described(
        Text("英文定义", "English definition"), Text("英文定义", "what it is, in English"), required=True
    ),
    "unit_zh": Described(Text("中文单位", "Chinese unit"), Text("中文单位", "its unit in Chinese"), required=True),
    "unit_en": Described(Text("英文单位", "English unit"), Text("英文单位", "its unit in English")),
    "sources": Described(
        Text("来源题目代码", "Source questions"),
        Text("来源题目代码，以空格分隔", "codes of the questions it is made of, blanks between"),
    ),
    "breaks_zh": Described(Text("序列中断（中文）", "Breaks (Chinese)"), Text("何时因何中断", "since when and why, in Chinese")),
    "breaks_en": Described(Text("序列中断（英文）", "Breaks (English)"), Text("何时因何中断", "since when and why, in English")),
}
_SEGMENTS = {
    "dimension": Described(Text("分组方式", "Dimension"), Text("分组方式代码", "code of the grouping"), required=True),
    "segment": Described(Text("分组", "Segment"), Text("组别代码", "code of the segment"), required=True),
    "label_zh": Described(Text("中文名称", "Chinese name"), Text("中文名称", "its name in Chinese"), required=True),
    "label_en": Described(Text("英文名称", "English name"), Text("英文名称", "its name in English"), required=True),
}
_CHECKS = {
    "member_id": ("成员代码", "Member", "成员代码", "code of the member"),
    "question": ("题目", "Question", "题目代码", "code of the question"),
    "related": ("相关题目", "Related", "参与运算的题目代码，以空格分隔", "codes of all answers in the arithmetic"),
    "check": ("核对", "Check", "核对方法代码", "which check"),
    "verdict": ("结论", "Verdict", "核对的结论", "what the check says"),
    "severity": ("程度", "Severity", "hard 不可能如此，soft 宜核对，空为无疑问", "hard, soft, or empty: no doubt"),
    "printed": ("填报值", "As returned", "填报的数字与单位", "figure and unit as returned"),
    "arithmetic_zh": ("算式（中文）", "Arithmetic (Chinese)", "算式（中文）", "the arithmetic, in Chinese"),
    "arithmetic_en": ("算式（英文）", "Arithmetic (English)", "算式（英文）", "the arithmetic, in English"),
    "reconciles_zh": ("怎样才成立（中文）", "What would fit (Chinese)", "怎样才成立（中文）", "what would fit, in Chinese"),
    "reconciles_en": ("怎样才成立（英文）", "What would fit (English)", "怎样才成立（英文）", "what would fit, in English"),
}
_TOLD = {
    "estimates": (
        Text("估计值", "Estimates"),
        Text("各指标、各期、各组的估计值", "each indicator in each wave and segment"),
    ),
    "changes": (
        Text("变化", "Changes"),
        Text("本期与以前各期相比的变化", "changes of this wave from each earlier one"),
    ),
    "comparisons": (Text("分组检验", "Tests between segments"), Text("本期各组之间的检验", "whether segments differ in this wave")),
    "backtest": (
        Text("回溯检验", "Back-test"),
        Text("已印发数字能否由答卷得出", "whether the returns give the figures already printed"),
    ),
    "indicators": (Text("指标", "Indicators"), Text("各指标的名称、定义与单位", "name, definition and unit of each indicator")),
    "segments": (Text("组别", "Segments"), Text("各组别的名称", "name of each segment")),
    "checks": (Text("核对", "Checks"), Text("填报数字之间的核对", "the returned figures held against each other")),
}
_LEVEL_KEY = ("indicator", "wave", "dimension", "segment")
_CHANGE_KEY = ("indicator", "wave", "base_wave", "dimension", "segment")


def inert(text: str) -> str:
    """Return a text that no spreadsheet runs: an apostrophe goes before what it would take for a formula."""
    text = printable(text, "data")
    return f"'{text}" if _STARTS.match(text) and not _SIGNED.fullmatch(text) else text


def wave_files(figures: Figures, lexicon: Lexicon, tested: pd.DataFrame) -> list[DataFile]:
    """Return the CSV files of a wave: figures, then the lists of codes these refer to."""
    frames = csv_frames(figures, tested)
    to_indicators = {("indicator",): ("indicators", ("indicator",))}
    to_segments = {("dimension", "segment"): ("segments", ("dimension", "segment"))}
    to_levels = {_LEVEL_KEY: ("estimates", _LEVEL_KEY)}
    return [
        _file("estimates", frames["estimates"], ESTIMATE_TEXTS, _LEVEL_KEY, {**to_indicators, **to_segments}),
        _file("changes", frames["changes"], CHANGE_TEXTS, _CHANGE_KEY, to_levels),
        _file("comparisons", frames["comparisons"], COMPARISON_TEXTS, ("indicator", "wave", "dimension"), to_indicators),
        _file("backtest", frames["backtest"], _BACKTEST),
        _file("indicators", _indicator_rows(figures, lexicon), _INDICATORS, ("indicator",)),
        _file("segments", _segment_rows(figures, lexicon), _SEGMENTS, ("dimension", "segment")),
    ]


def bulletin_files(frames: Mapping[str, pd.DataFrame]) -> list[DataFile]:
    """Return the CSV files of a bulletin: estimates, changes and checks."""
    checks = {name: Described(Text(*said[:2]), Text(*said[2:])) for name, said in _CHECKS.items()}
    return [
        _file("estimates", frames["estimates"][list(ESTIMATE_TEXTS)], ESTIMATE_TEXTS, _LEVEL_KEY),
        _file("changes", frames["changes"][list(CHANGE_TEXTS)], CHANGE_TEXTS, _CHANGE_KEY),
        _file("checks", frames["checks"], checks),
    ]


def write_books(tables: Sequence[SheetTable], fronts: Sequence[FrontMatter], folder: Path) -> None:
    """Write the tables as ``tables.xlsx`` and as ``tables.ods``, the same cells in both."""
    book = lay_out(tables, fronts)
    (folder / "tables.xlsx").write_bytes(write_xlsx(book))
    (folder / "tables.ods").write_bytes(write_ods(book))


def write_data(files: Sequence[DataFile], fronts: Sequence[FrontMatter], data: Path) -> None:
    """Write CSV files into a folder, with ``csv-metadata.json`` for machines and ``README.txt`` for people."""
    data.mkdir(exist_ok=True)
    for file in files:
        words = file.frame.select_dtypes("str").columns
        safe = file.frame.assign(**{str(name): file.frame[name].map(inert) for name in words})
        safe.to_csv(data / f"{file.name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    (data / "csv-metadata.json").write_text(csv_metadata(files, fronts), encoding="utf-8", newline="\n")
    (data / "README.txt").write_text(_readme(files, fronts), encoding="utf-8", newline="\n")


def _file(
    name: str,
    frame: pd.DataFrame,
    columns: Mapping[str, Described],
    key: tuple[str, ...] = (),
    refers: Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]] | None = None,
) -> DataFile:
    return DataFile(name, frame, *_TOLD[name], columns, key, refers or {})


def _indicator_rows(figures: Figures, lexicon: Lexicon) -> pd.DataFrame:
    """Name every indicator of the estimates, those of the respondents and those of all members."""
    rows = []
    shown = set(figures.estimates["indicator"])
    for row in definitions(figures, lexicon).to_dict("records"):
        for describes, name in (("respondents", row["code"]), ("members", f"{row['code']}.members")):
            if name in shown:
                texts = {
                    f"{column}_{lang}": row[column].in_(lang)
                    for column in ("label", "definition", "unit", "breaks")
                    for lang in ("zh", "en")
                }
                rows.append({"indicator": name, "describes": describes, "sources": row["sources"], **texts})
    return pd.DataFrame(rows, columns=list(_INDICATORS), dtype="str")


def _segment_rows(figures: Figures, lexicon: Lexicon) -> pd.DataFrame:
    """Name every segment of the estimates; of two that are crossed, both."""
    known = figures.estimates[["dimension", "segment"]].drop_duplicates().sort_values(["dimension", "segment"])
    rows = []
    for dimension, segment in known.itertuples(index=False):
        if dimension == "total":
            name = Text("全部", "All")
        elif dimension == CROSSED:
            parts = [lexicon.segment(part) for part in segment.split("*")]
            name = Text("·".join(part.zh for part in parts), ", ".join(part.en for part in parts))
        else:
            name = lexicon.segment(segment)
        rows.append((dimension, segment, name.zh, name.en))
    return pd.DataFrame(rows, columns=list(_SEGMENTS), dtype="str")


def _readme(files: Sequence[DataFile], fronts: Sequence[FrontMatter]) -> str:
    """Say in each language what the files are."""
    parts = []
    for front in fronts:
        zh = front.language == "zh"
        lines = [front.notice] if front.notice else []
        lines.append(f"{front.title}（{front.wave}）" if zh else f"{front.title} ({front.wave})")
        gap = "：" if zh else ": "
        lines += [f"{f.name}.csv{gap}{f.meaning.in_(front.language)}" for f in files]
        lines += (
            [
                "csv-metadata.json：各文件各列的名称、含义与类型（W3C CSV on the Web）",
                "文件为 UTF-8 编码；空单元格为没有数值，原因见 status 或 note 列",
                "可能被电子表格当作公式的文字前加有一个撇号",
            ]
            if zh
            else [
                "csv-metadata.json: name, meaning and type of each column (W3C CSV on the Web)",
                "The files are UTF-8; an empty cell holds no value, column status or note says why",
                "An apostrophe stands before text that a spreadsheet could take for a formula",
            ]
        )
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"

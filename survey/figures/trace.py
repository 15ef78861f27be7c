"""From a printed number back to the returns: estimate, base, members' values, ledger, file, sheet and cell.

What is listed is what the number is made of: the weighted sums of its rows give the estimate again. It shows
members' confidential answers and is for use inside the house alone.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.table import Table
from rich.text import Text

from analysis.inference import linearise, read_answers
from analysis.model import Design
from survey.archive import archive_of
from survey.errors import UsageError
from survey.figures.figures import Figures, compute_figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survey.programme import Programme

__all__ = ["CONFIDENTIAL", "LevelTrace", "Trace", "trace_key", "trace_number"]

CONFIDENTIAL = "机密：含成员单位的答案，仅供内部使用 Confidential: members' answers, for internal use only"
KEY = re.compile(
    r"(?P<wave>[^/-]+)(?:-(?P<base>[^/-]+))?/(?P<indicator>[^/]+)/(?P<dimension>[^/]+)/(?P<segment>[^/]+)"
)
MOST_NEAR = 5


@dataclass(frozen=True)
class LevelTrace:
    """What one estimate is made of.

    Attributes
    ----------
    key : str
        wave/indicator/dimension/segment.
    kind, unit, scale
        As of the measure: the estimate is `scale` times sum(w y) of a total, sum(w y) / sum(w x) of all else.
    estimate, n, N, status
        The estimate before disclosure control, its base, the segment's members, and whether it was released.
    of : str
        The expressions it is made of.
    members : DataFrame
        wave, member_id, weight, y, x: the members behind it.
    cells : DataFrame
        Frame `responses` of these members' answers to the questions the indicator reads.
    ledger : DataFrame
        What was done to these answers.
    """

    key: str
    label: str
    kind: str
    unit: str
    scale: float
    of: str
    estimate: float
    n: int
    N: int
    status: str
    members: pd.DataFrame
    cells: pd.DataFrame
    ledger: pd.DataFrame

    @property
    def recomputed(self) -> float:
        """The estimate from the listed rows."""
        w, y, x = (self.members[name].to_numpy(dtype=float) for name in ("weight", "y", "x"))
        below = 1.0 if self.kind == "total" else float((w * x).sum())
        return float(self.scale * (w * y).sum() / below) if below else float("nan")


@dataclass(frozen=True)
class Trace:
    """A printed number: one level, or for a change those of both waves."""

    key: str
    value: float
    unit: str
    levels: tuple[LevelTrace, ...]

    @property
    def recomputed(self) -> float:
        """The number from the listed rows."""
        now, *before = (level.recomputed for level in self.levels)
        if not before:
            return now
        return 100 * (now / before[0] - 1) if self.unit == "percent" else now - before[0]

    def report(self) -> dict[str, Any]:
        """Return the trace for machines."""
        return {
            "notice": CONFIDENTIAL, "key": self.key, "value": _number(self.value), "unit": self.unit,
            "recomputed": _number(self.recomputed), "levels": [_level(level) for level in self.levels],
        }  # fmt: skip

    def pieces(self) -> Iterator[Text | Table]:
        """Yield what is told on the screen."""
        yield Text(CONFIDENTIAL, style="bold red")
        yield Text(
            f"{self.key} = {self.value:.12g} {self.unit} (from the rows below: {self.recomputed:.12g})"
        )
        for level in self.levels:
            yield Text(
                f"\n{level.key}: {level.label}; {level.kind} of {level.of}; {level.estimate:.12g} "
                f"{level.unit}, {level.n} of {level.N} members, {level.status}"
            )
            yield _members_table(level)
            if len(level.ledger):
                yield _ledger_table(level)


def trace_number(programme: Programme, key: str) -> Trace:
    """Walk back from a printed number.

    Parameters
    ----------
    programme : Programme
        The survey.
    key : str
        As in the publication; or an indicator alone, for the latest wave.

    Raises
    ------
    UsageError
        If no number has this key; the message lists near ones.
    """
    found = KEY.fullmatch(key)
    wave = found["wave"] if found else programme.waves[-1]
    if wave not in programme.waves:
        wave = programme.waves[-1]
    return trace_key(compute_figures(archive_of(programme), wave), key)


def trace_key(figures: Figures, key: str) -> Trace:
    """Walk back from a printed number of these figures; UsageError with near keys where there is none."""
    full = key if "/" in key else f"{figures.wave}/{key}/total/all"
    found = KEY.fullmatch(full)
    levels, changes = _keys(figures)
    if full in changes and found:
        row = changes[full]
        place = f"{found['indicator']}/{found['dimension']}/{found['segment']}"
        pair = tuple(_trace(figures, f"{w}/{place}", levels) for w in (found["wave"], found["base"]))
        value = float(row["change"])
        traced = Trace(full, value, str(row["unit"]), pair)
        return traced if pd.notna(value) else Trace(full, traced.recomputed, traced.unit, pair)
    if full not in levels:
        near = difflib.get_close_matches(full, [*levels, *changes], MOST_NEAR, 0.5)
        listed = f"near it are {', '.join(near)}" if near else "a key is WAVE/INDICATOR/DIMENSION/SEGMENT"
        raise UsageError(f"no number has the key {key!r}; {listed}")
    level = _trace(figures, full, levels)
    return Trace(full, level.estimate, level.unit, (level,))


def _keys(figures: Figures) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the rows of estimates and of changes by key."""
    names = ("wave", "indicator", "dimension", "segment")
    levels = {"/".join(str(row[n]) for n in names): row for row in figures.estimates.to_dict("records")}
    changes = {
        f"{row['wave']}-{row['base_wave']}/{row['indicator']}/{row['dimension']}/{row['segment']}": row
        for row in figures.changes.to_dict("records")
    }
    return levels, changes


def _trace(figures: Figures, key: str, levels: dict[str, Any]) -> LevelTrace:
    if key not in levels:
        raise UsageError(f"no number has the key {key!r}; the wave did not give it")
    printed = levels[key]
    wave, name, dimension, segment = key.split("/")
    measure = figures.measures[name]
    indicator = figures.programme.indicators[measure.source]
    rows = figures.measurements[
        (figures.measurements["indicator"] == measure.source) & (figures.measurements["wave"] == wave)
    ]
    programme = figures.programme
    design = Design(
        figures.frame[figures.frame["wave"] == wave],
        figures.respondents[figures.respondents["wave"] == wave],
        stratum=programme.stratum,
        level=programme.settings.level,
    )
    answers = read_answers(rows, [measure], design, (dimension,))
    place = answers.segments[dimension].names.index(segment)
    linear = linearise(answers, 0, dimension)
    base = linear.base[0, place]
    weight = linear.weight[0] if measure.estimand == "members" else base.astype(float)
    ids = [member for member, inside in zip(answers.members, base, strict=True) if inside]
    members = pd.DataFrame(
        {
            "wave": wave,
            "member_id": ids,
            "weight": weight[base],
            "y": answers.y[0, 0][base],
            "x": answers.x[0, 0][base],
        }
    )
    cells, ledger = _answers(figures, wave, ids, sorted(indicator.names))
    of = indicator.of + (f" / {indicator.per}" if indicator.per else "")
    of += f" where {indicator.where}" if indicator.where else ""
    level = LevelTrace(
        key, indicator.label.en, measure.kind, str(printed["unit"]), measure.scale, of, float("nan"),
        len(ids), int(printed["N"]), str(printed["status"]), members, cells, ledger,
    )  # fmt: skip
    released = printed["status"] == "released"
    estimate = float(printed["estimate"]) if released else level.recomputed
    return LevelTrace(**{**level.__dict__, "estimate": estimate})


def _answers(
    figures: Figures, wave: str, ids: Sequence[str], names: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the responses and ledger rows of some members' items."""
    clean = figures.clean[wave]

    def own(frame: pd.DataFrame) -> pd.DataFrame:
        code = frame["question"].where(frame["option"] == "", frame["question"] + "." + frame["option"])
        return frame[frame["member_id"].isin(ids) & code.isin(names)].reset_index(drop=True)

    return own(clean.responses), own(clean.ledger)


def _members_table(level: LevelTrace) -> Table:
    table = _table("member", "weight", "y", "x", "item", "value", "status", "file", "cell")
    cells = {str(member): rows for member, rows in level.cells.groupby("member_id")}
    for row in level.members.to_dict("records"):
        first = [row["member_id"], f"{row['weight']:.6g}", f"{row['y']:.12g}", f"{row['x']:.12g}"]
        for cell in cells.get(row["member_id"], pd.DataFrame()).to_dict("records"):
            item = f"{cell['question']}.{cell['option']}".rstrip(".")
            place = f"{cell['sheet']}!{cell['cell']}"
            # as text: a member's own words are no markup
            texts = [*first, item, cell["value"], cell["status"], cell["file"], place]
            table.add_row(*(Text(str(text)) for text in texts))
            first = ["", "", "", ""]
    return table


def _table(*heads: str, title: str | None = None) -> Table:
    """Begin a table whose cells fold rather than lose what stands in them: a number cut off is none."""
    table = Table(title=title, box=None, pad_edge=False, header_style="bold", title_justify="left")
    for head in heads:
        table.add_column(head, overflow="fold", no_wrap=head in {"member", "weight", "y", "x"})
    return table


def _ledger_table(level: LevelTrace) -> Table:
    names = [
        "member_id",
        "question",
        "option",
        "step",
        "rule",
        "before",
        "after",
        "action",
        "reason",
        "author",
        "at",
    ]
    table = _table(*names, title="ledger")
    for row in level.ledger[names].to_numpy().tolist():
        table.add_row(*(Text(str(text)) for text in row))
    return table


def _level(level: LevelTrace) -> dict[str, Any]:
    told = {
        name: value
        for name, value in level.__dict__.items()
        if name not in {"members", "cells", "ledger", "estimate"}
    }
    frames = {
        name: json.loads(
            getattr(level, name).to_json(orient="records", force_ascii=False, double_precision=15)
        )
        for name in ("members", "cells", "ledger")
    }
    return {**told, "estimate": _number(level.estimate), "recomputed": _number(level.recomputed), **frames}


def _number(value: float) -> float | None:
    return None if pd.isna(value) else value

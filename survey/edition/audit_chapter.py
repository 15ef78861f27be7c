"""The audit of the ledger: what its chapter works with, and a page of findings on any ledger or draft."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import nbformat
import pandas as pd
from nbformat import NotebookNode

from analysis import charts
from analysis.pieces import Head
from analysis.tables import plain_table
from analysis.words import Cells, Lang, Lexicon, Text
from survey.audit import audit_ledger
from survey.documents import assemble
from survey.edition.front_matter import audit_front
from survey.edition.manifest import Request
from survey.errors import UsageError
from survey.figures import Figures, words_of
from survey.notebooks.display import Shown, output_of
from survey.notebooks.parameters import notebook_values
from survey.programme import Programme, open_programme
from survey.words import count_sentence, finding_list, judgement_list, of_verdicts, verdict_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from analysis.pieces import Piece, Table

__all__ = ["AuditChapter", "audit_page", "ledger_figures", "open_audit"]

_LEVELS = ("indicator", "wave", "dimension", "segment", "status", "source")


@dataclass(frozen=True)
class AuditChapter(Shown):
    """The ledger, what the audit finds in it, and how to show both; nothing here rests on returns."""

    programme: Programme
    languages: tuple[Lang, ...]

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Frame `findings` of the ledger, with the printed label beside each."""
        ledger = self.programme.published
        labels = ledger.drop_duplicates(["year", "indicator", "segment"])[
            ["year", "indicator", "segment", "label_zh"]
        ]
        return audit_ledger(self.programme).merge(labels, how="left", on=["year", "indicator", "segment"])

    @cached_property
    def series(self) -> pd.DataFrame:
        """Frame `series` of the printed figures alone."""
        return ledger_figures(self.programme).series

    @cached_property
    def lexicon(self) -> Lexicon:
        """The programme's words."""
        return words_of(ledger_figures(self.programme))

    def summary(self, slug: str = "verdicts") -> None:
        """State how many figures were held against how many checks, and set the verdicts as a table."""
        ledger, found = self.programme.published, self.findings
        years = sorted(ledger["year"])
        said = count_sentence(
            Text(
                f"核对了{years[0]}年至{years[-1]}年报告印发的{{figures}}行数字，共作{{checks}}项核对，其中{{holds}}项成立，{{rest}}项值得一提。",
                f"{{figures}} printed lines of the reports on {years[0]} to {years[-1]} were held "
                "against {checks} checks: {holds} hold, {rest} deserve a word.",
            ),
            {"figures": len(ledger), "checks": len(found),
             "holds": int((found["verdict"] == "holds").sum()),
             "rest": int((found["verdict"] != "holds").sum())},
        )  # fmt: skip
        self.show(said)
        self.show(_verdict_table(found, slug))

    def by_year(self, slug: str = "years") -> None:
        """Set the number of lines printed each year beside the findings about them."""
        ledger, found = self.programme.published, self.findings
        rest = found[found["verdict"] != "holds"]
        grave = rest[rest["verdict"].isin(["impossible", "contradiction", "base", "unit", "streak"])]
        rows = [
            (Text(f"{y}年", y), int((ledger["year"] == y).sum()), int((found["year"] == y).sum()),
             int((rest["year"] == y).sum()), int((grave["year"] == y).sum()))
            for y in sorted(set(ledger["year"]))
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["year", "lines", "checks", "findings", "grave"])
        heads = {
            "year": Text("年度", "Year"), "lines": Text("印发行数", "Lines printed"),
            "checks": Text("核对", "Checks"),             "findings": Text("需说明", "Findings"),
            "grave": Text("其中数字、单位或年数不成立", "Of which number, unit or count at odds"),
        }  # fmt: skip
        caption = Text("各年度可查到的数字与核对结果", "Figures found for each year, and what the checks say")
        self.show(plain_table(frame, heads, Head(slug, caption)))

    def tell(self, *verdicts: str, checks: Sequence[str] = ()) -> None:
        """Tell the findings of some verdicts in plain words, with their arithmetic."""
        chosen = of_verdicts(self.findings, *verdicts)
        if checks:
            chosen = chosen[chosen["check"].isin(list(checks))]
        if len(chosen):
            self.show(finding_list(chosen, self.programme))

    def definitions(self, slug: str = "definitions") -> None:
        """Set the changes of definition as a table: the year, the series it parts, what changed."""
        parted = self.series[self.series["break_before"]]
        notes = {
            (b.wave, b.note.zh): Text(b.note.zh, b.note.en)
            for i in self.programme.indicators.values()
            for b in i.breaks
        }
        rows = []
        for (wave, zh), note in sorted(notes.items()):
            codes = parted.loc[parted["break_note_zh"] == zh, "indicator"]
            known = [
                self.lexicon.name(code) for code in dict.fromkeys(codes) if not code.endswith(".members")
            ]
            if known:
                named = Text("、".join(n.zh for n in known), "; ".join(n.en for n in known))
                rows.append((Text(f"{wave}年", wave), named, note))
        heads = {
            "year": Text("自", "From"),
            "series": Text("指标", "Series"),
            "note": Text("变化", "What changed"),
        }
        frame = pd.DataFrame(rows, columns=list(heads))
        caption = Text("口径变化及其隔断的序列", "Changes of definition, and the series they part")
        self.show(plain_table(frame, heads, Head(slug, caption)))

    def trend(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Draw up to four indicators of one unit over all years printed; a break parts the line."""
        unknown = [name for name in indicators if name not in self.programme.indicators]
        if unknown:
            raise UsageError(f"indicator {unknown[0]!r} does not exist in programme {self.programme.code}")
        rows = self.series[self.series["indicator"].isin(list(indicators))]
        cells = Cells(pd.DataFrame(), self.lexicon, series=rows)
        self.show(charts.trend(cells, list(indicators), Head(slug, Text(zh, en))))


def ledger_figures(programme: Programme) -> Figures:
    """Return figures that hold the ledger alone: no wave, no returns."""
    empty = pd.DataFrame(
        {name: pd.Series(dtype="str" if name in _LEVELS else "float64")
         for name in (*_LEVELS, "estimate", "lower", "upper", "n")}
    )  # fmt: skip
    last = max(programme.published["year"])
    return Figures(programme, last, {}, {"estimates": empty})


def open_audit(programme: str, languages: str = "zh,en") -> AuditChapter:
    """Open the ledger of a programme for the audit chapter.

    Raises
    ------
    UsageError
        A programme that does not exist, a language that is none, a parameter the notebook does not have.
    """
    values = notebook_values(programme=programme, languages=languages)
    return AuditChapter(open_programme(values.programme), values.languages)


def audit_page(programme: Programme, rows: pd.DataFrame, title: str, lang: Lang = "zh") -> str:
    """Set findings of a ledger, or the judged numbers of a draft, as one self-contained page."""
    parts = (_draft_parts if "sentence" in rows else _ledger_parts)(programme, rows)
    book = nbformat.v4.new_notebook()
    book.cells = list(_cells(parts, title, lang))
    book.metadata["name"] = "audit"
    front = audit_front(Request(programme, "", "public", (lang,)), lang, Text.same(title))
    return assemble([book], lang, "public", front).text


def _draft_parts(programme: Programme, rows: pd.DataFrame) -> Iterator[tuple[Text, Piece]]:
    """Yield heading and content of each part of a page on a draft, the first without heading."""
    heads = {
        "contradicted": Text("不符", "Contradicted"),
        "unknown": Text("无从核对", "Unknown"),
        "confirmed": Text("相符", "Confirmed"),
    }
    template = Text(
        "稿中数字：相符{confirmed}个，不符{contradicted}个，无从核对{unknown}个。",
        "Numbers of the draft: {confirmed} confirmed, {contradicted} contradicted, {unknown} unknown.",
    )
    yield (
        Text.same(""),
        count_sentence(template, {v: int((rows["verdict"] == v).sum()) for v in heads}),
    )
    for verdict, head in heads.items():
        if (rows["verdict"] == verdict).any():
            yield head, judgement_list(rows[rows["verdict"] == verdict], programme)


def _ledger_parts(programme: Programme, rows: pd.DataFrame) -> Iterator[tuple[Text, Piece]]:
    """Yield heading and content of each part of a page on a ledger: verdicts, then findings by year."""
    yield Text.same(""), _verdict_table(rows, "verdicts")
    rest = rows[rows["verdict"] != "holds"]
    for year in sorted(set(rest["year"])):
        yield Text(f"{year}年", year), finding_list(rest[rest["year"] == year], programme)


def _verdict_table(findings: pd.DataFrame, slug: str) -> Table:
    heads = {
        "verdict": Text("结论", "Verdict"),
        "meaning": Text("含义", "What it means"),
        "n": Text("项数", "Checks"),
    }
    caption = Text("核对结论及项数", "Verdicts, and how many checks came to each")
    return plain_table(verdict_counts(findings), heads, Head(slug, caption))


def _cells(parts: Iterable[tuple[Text, Piece]], title: str, lang: Lang) -> Iterator[NotebookNode]:
    yield nbformat.v4.new_markdown_cell(f"# {title}")
    for head, piece in parts:
        if head.in_(lang):
            yield nbformat.v4.new_markdown_cell(f"## {head.in_(lang)}")
        shown = nbformat.v4.new_output("display_data", output_of(piece, (lang,)))
        yield nbformat.v4.new_code_cell("", outputs=[shown])

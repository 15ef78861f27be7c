"""The audit as a publication: what its chapter works with, its page, and its documents in output/audit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

import nbformat
import pandas as pd
from nbformat import NotebookNode

from analysis import charts
from analysis.tables import cell_tables
from analysis.words import Lang, Lexicon, Text
from survey.audit import audit_ledger
from survey.documents import assemble, quotable_settings
from survey.edition.folder import staged
from survey.edition.manifest import manifest, write_manifest
from survey.edition.write_publications import Documents, Watch, run_chapters, write_documents, write_notebooks
from survey.errors import UsageError
from survey.figures import Figures, names_of, words_of
from survey.folders import notebook_folder, output_folder
from survey.gate import cells_of, proofreader
from survey.notebooks.display import Shown, output_of
from survey.notebooks.parameters import check_namespace, check_values
from survey.programme import DEFAULT, Programme, open_programme
from survey.words import (
    FrontMatter,
    count_sentence,
    finding_list,
    judgement_list,
    of_verdicts,
    verdict_counts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from analysis.pieces import Piece

__all__ = ["AuditChapter", "audit_page", "front_matter", "ledger_figures", "open_audit", "publish_audit"]

NAME = "audit"
_LEVELS = ("indicator", "wave", "dimension", "segment", "status", "source")
_TITLE = Text("已公布数字的核对", "Published figures, checked")


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
        told = count_sentence(
            Text(
                f"核对了{years[0]}年至{years[-1]}年报告印发的{{figures}}行数字，共作{{checks}}项核对，其中{{holds}}项成立，{{rest}}项值得一提。",
                f"{{figures}} printed lines of the reports on {years[0]} to {years[-1]} were held "
                "against {checks} checks: {holds} hold, {rest} deserve a word.",
            ),
            {"figures": len(ledger), "checks": len(found),
             "holds": int((found["verdict"] == "holds").sum()),
             "rest": int((found["verdict"] != "holds").sum())},
        )  # fmt: skip
        self.show(told)
        heads = {
            "verdict": Text("结论", "Verdict"),
            "meaning": Text("含义", "What it means"),
            "n": Text("项数", "Checks"),
        }
        caption = Text("核对结论及项数", "Verdicts, and how many checks came to each")
        self.show(cell_tables.plain_table(verdict_counts(found), heads, slug=slug, caption=caption))

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
        self.show(cell_tables.plain_table(frame, heads, slug=slug, caption=caption))

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
        self.show(cell_tables.plain_table(frame, heads, slug=slug, caption=caption))

    def trend(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Draw up to four indicators of one unit over all years printed; a break parts the line."""
        unknown = [name for name in indicators if name not in self.programme.indicators]
        if unknown:
            raise UsageError(f"indicator {unknown[0]!r} does not exist in programme {self.programme.code}")
        rows = self.series[self.series["indicator"].isin(list(indicators))]
        self.show(charts.trend(rows, self.lexicon, list(indicators), slug=slug, caption=Text(zh, en)))


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
    check_namespace()
    values = check_values(programme=programme, wave="", edition="public", languages=languages)
    return AuditChapter(open_programme(values.programme), values.languages)


def front_matter(programme: Programme, lang: Lang, languages: Iterable[Lang], subtitle: Text) -> FrontMatter:
    """Return what stands before the audit: no notice, as nothing in it is invented."""
    settings = programme.settings
    names: dict[Lang, str] = {"zh": "中文版", "en": "English"}
    years = sorted(programme.published["year"])
    made = ("制作", "会员调查工具包") if lang == "zh" else ("Made with", "member-survey-kit")
    source = ("来源", "已公布的报告") if lang == "zh" else ("Source", "published reports")
    return FrontMatter(
        title=_TITLE.in_(lang),
        subtitle=subtitle.in_(lang),
        wave=f"{years[0]}–{years[-1]}" if years else "",
        organisation=getattr(settings.organisation, lang),
        release_date="",
        language=lang,
        edition_label="公开版" if lang == "zh" else "Public edition",
        facts=(source, (made[0], f"{made[1]} {version('member-survey-kit')}")),
        alternates=tuple((o, names[o], f"{NAME}.{o}.html") for o in languages if o != lang),
    )


def audit_page(programme: Programme, rows: pd.DataFrame, title: str, lang: Lang = "zh") -> str:
    """Set findings of a ledger, or the judged numbers of a draft, as one self-contained page."""
    draft = "sentence" in rows
    order = ("contradicted", "unknown", "confirmed") if draft else tuple(verdict_counts(rows).index)
    book = nbformat.v4.new_notebook()
    if draft:
        counted = rows["verdict"].value_counts()
        template = Text(
            "稿中数字：相符{confirmed}个，不符{contradicted}个，无从核对{unknown}个。",
            "Numbers of the draft: {confirmed} confirmed, {contradicted} contradicted, {unknown} unknown.",
        )
        pieces: list[tuple[str, Piece]] = [
            ("", count_sentence(template, {v: int(counted.get(v, 0)) for v in order}))
        ]
        heads = {
            "contradicted": Text("不符", "Contradicted"),
            "unknown": Text("无从核对", "Unknown"),
            "confirmed": Text("相符", "Confirmed"),
        }
        pieces += [
            (heads[v].in_(lang), judgement_list(rows[rows["verdict"] == v], programme))
            for v in order if (rows["verdict"] == v).any()
        ]  # fmt: skip
    else:
        columns = {
            "verdict": Text("结论", "Verdict"),
            "meaning": Text("含义", "What it means"),
            "n": Text("项数", "Checks"),
        }
        caption = Text("核对结论及项数", "Verdicts, and how many checks came to each")
        pieces = [
            ("", cell_tables.plain_table(verdict_counts(rows), columns, slug="verdicts", caption=caption))
        ]
        told = rows[rows["verdict"] != "holds"]
        pieces += [
            (f"{year}年" if lang == "zh" else year, finding_list(told[told["year"] == year], programme))
            for year in sorted(set(told["year"]))
        ]
    book.cells = list(_cells(pieces, title, lang))
    book.metadata["name"] = NAME
    return assemble([book], lang, "public", front_matter(programme, lang, (lang,), Text.same(title))).text


def _cells(pieces: Sequence[tuple[str, Piece]], title: str, lang: Lang) -> Iterable[NotebookNode]:
    yield nbformat.v4.new_markdown_cell(f"# {title}")
    for head, piece in pieces:
        if head:
            yield nbformat.v4.new_markdown_cell(f"## {head}")
        shown = nbformat.v4.new_output("display_data", output_of(piece, (lang,)))
        yield nbformat.v4.new_code_cell("", outputs=[shown])


def publish_audit(programme: Programme, languages: tuple[Lang, ...], watch: Watch) -> Path:
    """Publish the audit chapter as documents of its own in ``output/audit``.

    Raises
    ------
    UsageError
        A programme whose programme.yaml lists no publication `audit`.
    SurveyError
        Whatever stands in the way; the former documents are untouched then.
    """
    listed = programme.settings.publications.get(NAME)
    if not listed:
        raise UsageError(
            f"programme {programme.code} lists no publication `{NAME}` in programme.yaml; add one"
        )
    sources = [notebook_folder() / f"{chapter.notebook}.ipynb" for chapter in listed]
    output = output_folder() if programme.code == DEFAULT else output_folder() / programme.code
    subtitle = Text("历年报告的数字与算术", "The reports' figures and their arithmetic")
    fronts = {lang: front_matter(programme, lang, languages, subtitle) for lang in languages}
    series = ledger_figures(programme).series.assign(dimension="total", segment="all")
    documents = Documents(
        NAME, "public", fronts, cells_of([series]), proofreader(programme), quotable_settings(programme),
        names_of(programme, programme.waves),
    )  # fmt: skip
    given = {"programme": programme.code, "languages": ",".join(languages)}
    with staged(output, "", NAME) as draft:
        books = run_chapters(sources, given, draft, watch)
        write_documents(documents, books, draft.folder, watch)
        found = AuditChapter(programme, languages).findings
        found.to_csv(draft.folder / "findings.csv", index=False, lineterminator="\n")
        write_notebooks(books, "public", draft.folder / "notebooks")
        names = ("programme.yaml", "indicators.yaml", "published.csv")
        inputs = {f"{programme.code}/{name}": programme.folder / name for name in names}
        inputs |= {f"notebooks/{path.name}": path for path in sources}
        versions = {name: version(name) for name in ("member-survey-kit", "pandas", "nbconvert", "typst")}
        text = manifest(
            draft.folder,
            inputs=inputs,
            parameters={**given},
            versions=versions,
            status="public",
            demonstration=False,
        )
        write_manifest(draft.folder, text)
    return output / NAME
